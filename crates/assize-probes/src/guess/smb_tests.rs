//! A loopback server of SMB 2 that lets in, refuses, lets in as a guest, locks, and says other things.

use assize_model::fact::{DefaultLogins, Login, Protocol};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::tests::{door, rows, service};
use crate::{
    bench,
    smb::ntlm::{self, response_key},
};

const NONCE: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];
pub(super) const MORE: u32 = 0xc000_0016;
pub(super) const REFUSED: u32 = 0xc000_006d;

/// Status and flags of the session for a user whose password is right, or not.
type Verdict = fn(user: &str, is: &dyn Fn(&str) -> bool) -> (u32, u16);

/// How a server behaves.
#[derive(Clone, Copy)]
struct Server {
    /// What it lists as ways to log in.
    offer: fn() -> Vec<u8>,
    /// What it says to the first token.
    first: (u32, u16),
    verdict: Verdict,
}

impl Server {
    const fn of(verdict: Verdict) -> Self {
        Self { offer: || ntlm::wrap_first(b""), first: (MORE, 0), verdict }
    }
}

/// One message of a client: its number, its command, and what it holds.
async fn message(stream: &mut TcpStream) -> Option<(u64, u16, Vec<u8>)> {
    let size = usize::try_from(stream.read_u32().await.ok()?).ok()?;
    let mut message = vec![0; size];
    stream.read_exact(&mut message).await.ok()?;
    let id = u64::from_le_bytes(message[24..32].try_into().unwrap());
    Some((id, u16::from(message[12]), message))
}

/// An answer, behind a promise that it will come.
fn answer(id: u64, command: u16, status: u32, body: &[u8]) -> Vec<u8> {
    let one = |status: u32, body: &[u8]| {
        let mut m =
            [b"\xfeSMB\x40\0\0\0", &status.to_le_bytes()[..], &command.to_le_bytes(), &[1, 0]].concat();
        m.extend([1, 0, 0, 0, 0, 0, 0, 0]);
        m.extend(id.to_le_bytes());
        m.extend([[0; 8], 77_u64.to_le_bytes(), [0; 8], [0; 8]].concat());
        m.extend(body);
        [&u32::try_from(m.len()).unwrap().to_be_bytes()[..], &m].concat()
    };
    [one(0x103, &[9, 0, 0, 0, 0, 0, 0, 0]), one(status, body)].concat()
}

fn negotiated(offer: &[u8]) -> Vec<u8> {
    let mut body = [65, 1, 0x0311].map(u16::to_le_bytes).concat();
    body.resize(56, 0);
    body.extend([128, u16::try_from(offer.len()).unwrap(), 0, 0].map(u16::to_le_bytes).concat());
    [&body, offer].concat()
}

fn set_up(flags: u16, token: &[u8]) -> Vec<u8> {
    [&[9, flags, 72, u16::try_from(token.len()).unwrap()].map(u16::to_le_bytes).concat(), token].concat()
}

fn challenge() -> Vec<u8> {
    let mut token = [b"NTLMSSP\0\x02\0\0\0", &[0; 12][..], &NONCE, &[0; 8]].concat();
    token.extend([4, 0, 4, 0, 48, 0, 0, 0, 0, 0, 0, 0]);
    token
}

/// The user that a last token names, and whether its proof is of a password.
fn proved(message: &[u8]) -> (String, impl Fn(&str) -> bool + use<>) {
    let at = message.windows(8).position(|w| w == b"NTLMSSP\0").unwrap();
    let token = message[at..].to_vec();
    let part = move |at: usize| {
        let number = |at: usize| usize::from(u16::from_le_bytes([token[at], token[at + 1]]));
        token[number(at + 4)..number(at + 4) + number(at)].to_vec()
    };
    let user: Vec<u16> = part(36).chunks(2).map(|c| u16::from_le_bytes([c[0], c[1]])).collect();
    let (user, new) = (String::from_utf16(&user).unwrap(), part(20));
    let name = user.clone();
    (user, move |password| ntlm::proof(&response_key(&name, "", password), NONCE, &new[16..]) == new[..16])
}

async fn serve(stream: TcpStream, server: Server) {
    converse(stream, server.offer, server.first, server.verdict).await;
}

/// One connection of a server.
pub(super) async fn converse(
    mut stream: TcpStream,
    offer: fn() -> Vec<u8>,
    first: (u32, u16),
    verdict: impl Fn(&str, &dyn Fn(&str) -> bool) -> (u32, u16),
) {
    while let Some((id, command, message)) = message(&mut stream).await {
        let (status, body) = match (id, command) {
            (0, 0) => (0, negotiated(&offer())),
            (1, 1) => (first.0, set_up(first.1, &challenge())),
            (2, 1) => {
                assert_eq!(message[40], 77, "the session of the first answer");
                let (user, is) = proved(&message);
                let (status, flags) = verdict(&user, &is);
                (status, set_up(flags, b""))
            }
            // No share is touched.
            other => panic!("{other:?}"),
        };
        stream.write_all(&answer(id, command, status, &body)).await.ok();
    }
}

async fn look(server: Server) -> DefaultLogins {
    let target = bench::target();
    let port = bench::serve(&target, move |stream| serve(stream, server)).await;
    door(&target, service(port, Protocol::Smb, Some(Login::Smb), ""), &rows()).await
}

fn accounts(user: &str, is: &dyn Fn(&str) -> bool) -> (u32, u16) {
    if user == "support" && is("support") { (0, 0) } else { (REFUSED, 0) }
}

fn guests(user: &str, is: &dyn Fn(&str) -> bool) -> (u32, u16) {
    match user {
        "support" => accounts(user, is),
        _ => (0, 1),
    }
}

#[tokio::test]
async fn a_default_is_let_in() {
    for offer in [|| ntlm::wrap_first(b""), Vec::new as fn() -> Vec<u8>] {
        let found = look(Server { offer, ..Server::of(accounts) }).await;
        assert_eq!((found.tried, found.stopped.as_str(), found.login.as_str()), (4, "", "smb"), "{found:?}");
        assert_eq!(found.accepted.iter().map(|d| d.words()).collect::<Vec<_>>(), ["support / support"]);
    }
}

#[tokio::test]
async fn a_guest_is_no_default_and_hides_none() {
    let found = look(Server::of(guests)).await;
    assert_eq!((found.tried, found.accepted.len()), (1, 1), "{found:?}");
    assert!(found.stopped.contains("as a guest"), "{found:?}");
    for (flags, verdict) in [(1, (|_, _| (0, 1)) as Verdict), (2, |_, _| (0, 2))] {
        let found = look(Server::of(verdict)).await;
        assert_eq!((found.tried, found.accepted.len()), (0, 0), "{found:?}");
        assert!(found.stopped.contains("as a guest"), "{found:?}");
        let found = look(Server { first: (0, flags), ..Server::of(verdict) }).await;
        assert!(found.tried == 0 && found.stopped.contains("as a guest"), "{found:?}");
    }
}

#[tokio::test]
async fn a_server_that_lets_anybody_in_has_no_default() {
    let found = look(Server::of(|_, _| (0, 0))).await;
    assert!(found.tried == 0 && found.stopped.contains("made-up"), "{found:?}");
    let found = look(Server { first: (0, 0), ..Server::of(accounts) }).await;
    assert!(found.tried == 0 && found.stopped.contains("without a password"), "{found:?}");
}

/// Says something else to the user admin.
fn odd(user: &str, is: &dyn Fn(&str) -> bool, status: u32) -> (u32, u16) {
    if user == "admin" { (status, 0) } else { accounts(user, is) }
}

#[tokio::test]
async fn other_answers_are_no_refusals() {
    let stops: [(Verdict, &str); 4] = [
        (|user, is| odd(user, is, 0xc000_0234), "locked"),
        (|user, is| odd(user, is, 0xc000_0071), "another one first"),
        (|user, is| odd(user, is, 0xc000_0224), "another one first"),
        (|user, is| odd(user, is, 0xc000_0022), "no answer that tells"),
    ];
    for (verdict, words) in stops {
        let found = look(Server::of(verdict)).await;
        assert_eq!((found.tried, found.accepted.len()), (0, 0), "{found:?}");
        assert!(found.stopped.contains(words), "{found:?}");
    }
    // An account that may not log in says nothing of its password, and nothing of the others.
    let barred = look(Server::of(|user, is| odd(user, is, 0xc000_006e))).await;
    assert_eq!((barred.tried, barred.accepted.len(), barred.stopped.as_str()), (2, 1, ""), "{barred:?}");
}

#[tokio::test]
async fn a_server_that_cannot_be_asked() {
    // Kerberos alone.
    let kerberos = || b"\x60\x0d\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02".to_vec();
    let found = look(Server { offer: kerberos, ..Server::of(accounts) }).await;
    assert!(found.tried == 0 && found.stopped.contains("NTLM"), "{found:?}");
    let found = look(Server { first: (REFUSED, 0), ..Server::of(accounts) }).await;
    assert!(found.tried == 0 && found.stopped.contains("no answer that tells"), "{found:?}");
    let target = bench::target();
    let says_no = |mut stream: TcpStream| async move {
        let no = answer(0, 0, 0xc000_00bb, &[9, 0, 0, 0, 0, 0, 0, 0]);
        stream.write_all(&no).await.ok();
        message(&mut stream).await;
    };
    let port = bench::serve(&target, says_no).await;
    let found = door(&target, service(port, Protocol::Smb, Some(Login::Smb), ""), &rows()).await;
    assert!(found.tried == 0 && found.stopped.contains("dialect"), "{found:?}");
}
