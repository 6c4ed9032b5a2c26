//! Loopback doors that slow a guesser down, or do not: in words, in silence, by trouble of their own.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use assize_model::declaration::play::Act;
use assize_model::fact::{Fact, Login, LoginThrottle, Protocol, Service};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{
    super::challenge::{self, Request},
    Known, guess, smb_tests,
    tests::{holds, rows, service},
};
use crate::identify::protocols::vnc;
use crate::play::{Credentials, Player};
use crate::smb::ntlm;
use crate::{Target, bench};
use Habit::{Breaks, Free, Says, Silent};

/// What a device does after five wrong passwords in a row.
#[derive(Clone, Copy, PartialEq)]
enum Habit {
    /// It goes on.
    Free,
    /// It locks, and says so.
    Says,
    /// It locks, and refuses the right password like a wrong one.
    Silent,
    /// It breaks, and says that it is in trouble.
    Breaks,
}

#[derive(Clone, Copy, PartialEq)]
enum Verdict {
    In,
    Refused,
    Locked,
    Broken,
}

/// A device that counts wrong passwords, and each as it was sent.
struct Device {
    habit: Habit,
    wrong: u32,
    sent: BTreeSet<Vec<u8>>,
}

type Shared = Arc<Mutex<Device>>;

impl Device {
    fn shared(habit: Habit) -> Shared {
        Arc::new(Mutex::new(Self { habit, wrong: 0, sent: BTreeSet::new() }))
    }

    fn is_shut(&self) -> bool {
        self.wrong >= 5 && self.habit != Free
    }

    fn judge(&mut self, is_right: bool) -> Verdict {
        match (self.habit, is_right) {
            (Says, _) if self.is_shut() => Verdict::Locked,
            (Breaks, _) if self.is_shut() => Verdict::Broken,
            (Silent, _) if self.is_shut() => Verdict::Refused,
            (_, true) => {
                self.wrong = 0;
                Verdict::In
            }
            (_, false) => {
                self.wrong += 1;
                Verdict::Refused
            }
        }
    }
}

fn own(user: &str, password: &str) -> Credentials {
    Credentials { user: user.into(), password: password.into() }
}

/// What guessing at a door shows, with accounts named by letters. The right password is in no evidence.
async fn guessed(target: &Target, service: Service, accounts: &[Credentials]) -> Vec<Fact> {
    let budget = crate::Budget { login_wait: Duration::from_secs(2), ..bench::budget() };
    let accounts = accounts.iter().zip('a'..).map(|(own, id)| (id.to_string(), own.clone())).collect();
    let player = bench::player(target, &budget, &[], &[Act::Guess]);
    let player = Player { accounts: &accounts, login_attempts: 20, ..player };
    let (services, defaults, mut seen) = ([service], rows(), Vec::new());
    guess(&player, &Known { defaults: &defaults, services: &services, ..Known::default() }, &mut seen)
        .await
        .unwrap();
    for raw in seen.iter().flat_map(|o| &o.raw) {
        assert!(!String::from_utf8_lossy(&raw.bytes).contains("right-word"), "{raw:?}");
    }
    seen.into_iter().map(|o| o.fact).collect()
}

async fn measured(target: &Target, service: Service) -> LoginThrottle {
    let accounts = [own("nobody", "no-word"), own("admin", "right-word")];
    of(&guessed(target, service, &accounts).await).clone()
}

fn of(facts: &[Fact]) -> &LoginThrottle {
    match facts {
        [Fact::DefaultLogins(_), Fact::LoginThrottle(fact)] => fact,
        other => panic!("{other:?}"),
    }
}

/// What a door of each habit shows; `look` measures one.
async fn habits(name: &str, look: impl AsyncFn(Habit) -> LoginThrottle) {
    let (free, says, silent, breaks) = tokio::join!(look(Free), look(Says), look(Silent), look(Breaks));
    assert_eq!((free.play.as_str(), free.account.as_str(), free.refused), (name, "b", 11), "{free:?}");
    assert_eq!((free.put_off, free.accepted, free.right_accepted), (0, 0, Some(true)), "{free:?}");
    assert!(!free.is_slowed() && !free.locked, "{free:?}");
    assert_eq!((says.refused, says.put_off, says.said_so), (5, 3, 3), "{says:?}");
    assert!(says.locked && says.right_accepted == Some(false), "{says:?}");
    assert_eq!((silent.put_off, silent.said_so), (0, 0), "{silent:?}");
    assert!(silent.locked && silent.right_accepted == Some(false), "{silent:?}");
    assert_eq!((breaks.refused, breaks.put_off, breaks.said_so), (5, 3, 0), "{breaks:?}");
    assert!(!breaks.locked && breaks.right_accepted == Some(false), "{breaks:?}");
}

/// The answer of a web server to a request that proves a right password, a wrong one, or none.
fn web(device: &mut Device, proof: Option<bool>, is_in: &str) -> String {
    let ask = "WWW-Authenticate: Basic realm=\"cam\"\r\n";
    match proof.map(|is_right| device.judge(is_right)) {
        Some(Verdict::In) => bench::http("200 OK", "", is_in),
        Some(Verdict::Locked) => bench::http("429 Wait", "", ""),
        Some(Verdict::Broken) => bench::http("503 Busy", "", ""),
        Some(Verdict::Refused) | None => bench::http("401 No", ask, ""),
    }
}

/// What the `Authorization` of a head proves; `admin:right-word` is right.
fn basic(head: &str) -> Option<bool> {
    let proof = head.split_once("Authorization: Basic ")?.1;
    Some(proof.starts_with("YWRtaW46cmlnaHQtd29yZA=="))
}

/// What a device answers that lets in, in the words of ONVIF.
const IN: &str = "<Envelope><Body><GetDeviceInformationResponse/>";

async fn web_door(habit: Habit, protocol: Protocol) -> LoginThrottle {
    let (target, device) = (bench::target(), Device::shared(habit));
    let port = bench::device(&target, move |(): &mut (), head: &str| {
        web(&mut device.lock().unwrap(), basic(head), IN)
    })
    .await;
    let login = (protocol == Protocol::Http).then_some(Login::HttpChallenge);
    measured(&target, service(port, protocol, login, "")).await
}

#[tokio::test]
async fn a_web_server() {
    habits("http", async |habit| web_door(habit, Protocol::Http).await).await;
}

#[tokio::test]
async fn an_onvif_device() {
    habits("onvif", async |habit| web_door(habit, Protocol::Onvif).await).await;
}

/// What a token shows that proves `right-word`, a wrong one, or none.
fn token(said: &str) -> Option<bool> {
    let between = |start, end| said.split_once(start)?.1.split_once(end).map(|(part, _): (&str, _)| part);
    let nonce = STANDARD.decode(between("Base64Binary\">", "<")?).unwrap();
    let (proof, created) = (between("PasswordDigest\">", "<")?, between("Created xmlns", "<")?);
    let created = created.rsplit_once('>')?.1;
    let token = crate::onvif::Token { user: "admin", password: "right-word", nonce: &nonce, created };
    Some(said.contains("Username>admin<") && proof == token.digest())
}

#[tokio::test]
async fn an_onvif_device_with_tokens() {
    habits("onvif", async |habit| {
        let (target, device) = (bench::target(), Device::shared(habit));
        let port = bench::device(&target, move |(): &mut (), said: &str| match token(said) {
            None => bench::http("400 No", "", "ter:NotAuthorized"),
            proof => web(&mut device.lock().unwrap(), proof, IN),
        })
        .await;
        measured(&target, service(port, Protocol::Onvif, None, "")).await
    })
    .await;
}

/// A camera that binds its nonces to the connection, as its numbers are.
async fn camera(mut stream: TcpStream, device: Shared) {
    let mut head = Vec::new();
    for number in 1.. {
        head.clear();
        while !head.ends_with(b"\r\n\r\n") {
            let Ok(byte) = stream.read_u8().await else { return };
            head.push(byte);
        }
        let said = web(&mut device.lock().unwrap(), basic(&String::from_utf8_lossy(&head)), "");
        let said =
            said.replace("HTTP/1.1", "RTSP/1.0").replace("\r\n\r\n", &format!("\r\nCSeq: {number}\r\n\r\n"));
        stream.write_all(said.as_bytes()).await.ok();
    }
}

#[tokio::test]
async fn a_camera() {
    habits("rtsp", async |habit| {
        let (target, device) = (bench::target(), Device::shared(habit));
        let port = bench::serve(&target, move |stream| camera(stream, Arc::clone(&device))).await;
        measured(&target, service(port, Protocol::Rtsp, Some(Login::Rtsp), "")).await
    })
    .await;
}

/// A web server that counts every request, and puts off those beyond one in 0.9 s: what it says is no answer to guesses, even where
/// it takes the question and puts off the pair.
async fn limited(protocol: Protocol) -> LoginThrottle {
    let target = bench::target();
    let port = bench::device(&target, |memory: &mut (u32, Option<std::time::Instant>), head: &str| {
        let proof = basic(head);
        memory.0 += u32::from(proof == Some(false));
        let is_soon = memory.1.is_some_and(|last| last.elapsed() < Duration::from_millis(900));
        if memory.0 > 6 && is_soon {
            return bench::http("429 Wait", "", "");
        }
        memory.1 = Some(std::time::Instant::now());
        web(&mut Device { habit: Free, wrong: 0, sent: BTreeSet::new() }, proof, IN)
    })
    .await;
    let login = (protocol == Protocol::Http).then_some(Login::HttpChallenge);
    measured(&target, service(port, protocol, login, "")).await
}

#[tokio::test]
async fn a_limit_of_requests_says_nothing_of_guesses() {
    let (basic, onvif) = tokio::join!(limited(Protocol::Http), limited(Protocol::Onvif));
    // A pair that is sent at once is one request, and gets through after the wait.
    assert!(basic.put_off >= 2 && !basic.locked && basic.right_accepted == Some(true), "{basic:?}");
    assert!(basic.attempts_per_hour().is_some_and(|rate| rate > 1000), "{basic:?}");
    assert!(onvif.put_off > 0 && onvif.said_so == 0 && !onvif.locked, "{onvif:?}");
}

/// A web server that puts off whatever comes after five wrong passwords.
#[tokio::test]
async fn who_puts_everything_off_says_so_to_a_pair_that_is_sent_at_once() {
    let look = async |protocol| {
        let (target, device) = (bench::target(), Device::shared(Says));
        let port = bench::device(&target, move |(): &mut (), head: &str| {
            let mut device = device.lock().unwrap();
            if device.is_shut() { bench::http("429 Wait", "", "") } else { web(&mut device, basic(head), IN) }
        })
        .await;
        let login = (protocol == Protocol::Http).then_some(Login::HttpChallenge);
        measured(&target, service(port, protocol, login, "")).await
    };
    let (basic, onvif) = tokio::join!(look(Protocol::Http), look(Protocol::Onvif));
    assert_eq!((basic.refused, basic.put_off, basic.said_so, basic.locked), (5, 3, 3, true), "{basic:?}");
    assert_eq!((onvif.refused, onvif.put_off, onvif.said_so, onvif.locked), (5, 3, 0, false), "{onvif:?}");
}

/// Asks by a digest, calls its first nonce too old each time, and counts what it judges.
#[tokio::test]
async fn neither_the_question_nor_a_renewed_nonce_is_an_attempt() {
    let (target, device) = (bench::target(), Device::shared(Says));
    let refused = |more: &str| format!("WWW-Authenticate: Digest realm=\"cam\", {more}\r\n");
    let asked = format!("HTTP/1.1 401 No\r\n{}\r\n", refused("nonce=\"n2\""));
    let request = Request { method: "GET", uri: "/" };
    let asked = challenge::asked(asked.as_bytes()).unwrap();
    let right = String::from_utf8(asked.proof(("admin", "right-word"), request, "")).unwrap();
    let port = bench::device(&target, move |(): &mut (), head: &str| {
        let mut device = device.lock().unwrap();
        match () {
            () if head.contains("nonce=\"n2\"") => match device.judge(head.contains(&right)) {
                Verdict::In => bench::http("200 OK", "", "in"),
                Verdict::Locked => bench::http("423 Locked", "", ""),
                _ => bench::http("401 No", &refused("nonce=\"n1\""), ""),
            },
            () if head.contains("nonce=\"n1\"") => {
                bench::http("401 No", &refused("stale=true, nonce=\"n2\""), "")
            }
            () => bench::http("401 No", &refused("nonce=\"n1\""), ""),
        }
    })
    .await;
    let seen = measured(&target, service(port, Protocol::Http, Some(Login::HttpChallenge), "")).await;
    assert_eq!((seen.refused, seen.put_off, seen.said_so, seen.locked), (5, 3, 3, true), "{seen:?}");
}

/// A server that asks everybody to wait refuses a wrong password all the same.
#[tokio::test]
async fn a_wait_for_everybody_is_none() {
    let target = bench::target();
    let port = bench::device(&target, |(): &mut (), head: &str| match basic(head) {
        Some(true) => bench::http("200 OK", "", "in"),
        _ => bench::http("401 No", "Retry-After: 9\r\nWWW-Authenticate: Basic realm=\"x\"\r\n", ""),
    })
    .await;
    let seen = measured(&target, service(port, Protocol::Http, Some(Login::HttpChallenge), "")).await;
    assert_eq!((seen.refused, seen.put_off), (11, 0), "{seen:?}");
}

/// A wait that is told is kept, and one that holds for wrong passwords only is found out.
#[tokio::test]
async fn a_wait_in_words_only_is_found_out() {
    let target = bench::target();
    let port = bench::device(&target, |wrong: &mut u32, head: &str| {
        let proof = basic(head);
        *wrong += u32::from(proof == Some(false));
        match (proof, *wrong) {
            (Some(false), 6..) => bench::http("429 Wait", "Retry-After: 30\r\n", ""),
            _ => web(&mut Device { habit: Free, wrong: 0, sent: BTreeSet::new() }, proof, "in"),
        }
    })
    .await;
    let seen = measured(&target, service(port, Protocol::Http, Some(Login::HttpChallenge), "")).await;
    assert_eq!((seen.said_so, seen.waits_ms.as_slice()), (1, &[30_000][..]), "{seen:?}");
    assert_eq!(seen.right_while_put_off, Some(true), "{seen:?}");
}

/// Says its words and hangs up, as some do before they hear anything.
async fn turn_away(mut stream: TcpStream, words: &str) {
    let size = u32::try_from(words.len()).unwrap().to_be_bytes();
    let all = [b"RFB 003.003\n\0\0\0\0", &size[..], words.as_bytes()].concat();
    stream.write_all(&all).await.ok();
}

/// A screen whose password is `right-word`, of which eight bytes count.
async fn screen(mut stream: TcpStream, device: Shared) {
    let habit = device.lock().unwrap().habit;
    match habit {
        Says if device.lock().unwrap().is_shut() => {
            return turn_away(stream, "Too many security failures").await;
        }
        Breaks if device.lock().unwrap().is_shut() => return turn_away(stream, "Too many connections").await,
        _ => {}
    }
    stream.write_all(b"RFB 003.008\n").await.ok();
    let (mut version, mut chosen, mut proof) = ([0; 12], [0], [0; 16]);
    stream.read_exact(&mut version).await.ok();
    stream.write_all(&[1, 2]).await.ok();
    stream.read_exact(&mut chosen).await.ok();
    stream.write_all(&[9; 16]).await.ok();
    if stream.read_exact(&mut proof).await.is_ok() {
        let is_right = proof == vnc::proof([9; 16], "right-wo");
        device.lock().unwrap().sent.insert(proof.to_vec());
        let verdict = device.lock().unwrap().judge(is_right);
        stream.write_all(&[0, 0, 0, u8::from(verdict != Verdict::In)]).await.ok();
    }
}

#[tokio::test]
async fn a_screen_whose_password_is_any_accounts() {
    habits("vnc", async |habit| {
        let (target, device) = (bench::target(), Device::shared(habit));
        let kept = Arc::clone(&device);
        let port = bench::serve(&target, move |stream| screen(stream, Arc::clone(&device))).await;
        let seen = measured(&target, service(port, Protocol::Vnc, Some(Login::Vnc), "")).await;
        // A made-up one, one of the list, and another account's; then the right one, and each wrong one for itself.
        if habit == Free {
            assert_eq!(kept.lock().unwrap().sent.len(), 3 + 1 + 11);
        }
        seen
    })
    .await;
}

#[tokio::test]
async fn no_wrong_password_is_the_testers_own_cut_short() {
    let (target, device) = (bench::target(), Device::shared(Free));
    let port = bench::serve(&target, move |mut stream: TcpStream| {
        let device = Arc::clone(&device);
        async move {
            stream.write_all(b"RFB 003.003\n").await.ok();
            let (mut version, mut proof) = ([0; 12], [0; 16]);
            stream.read_exact(&mut version).await.ok();
            stream.write_all(&[&[0, 0, 0, 2][..], &[9; 16]].concat()).await.ok();
            stream.read_exact(&mut proof).await.ok();
            let verdict = device.lock().unwrap().judge(proof == vnc::proof([9; 16], "Az000002"));
            stream.write_all(&[0, 0, 0, u8::from(verdict != Verdict::In)]).await.ok();
        }
    })
    .await;
    // The second account is the first one to VNC.
    let accounts = [own("a", "Az000002-mine"), own("b", "Az000002-too")];
    let facts = guessed(&target, service(port, Protocol::Vnc, Some(Login::Vnc), ""), &accounts).await;
    let seen = of(&facts);
    assert_eq!((seen.account.as_str(), seen.refused, seen.accepted), ("a", 12, 0), "{seen:?}");
}

#[tokio::test]
async fn a_screen_that_counts_is_waited_for_before_it_is_measured() {
    let (target, device) = (bench::target(), Device::shared(Free));
    let until = Arc::new(Mutex::new(None::<std::time::Instant>));
    let port = bench::serve(&target, move |stream: TcpStream| {
        let (device, until) = (Arc::clone(&device), Arc::clone(&until));
        async move {
            let soon = std::time::Instant::now() + Duration::from_millis(900);
            let is_shut = until.lock().unwrap().is_some_and(|until| std::time::Instant::now() < until);
            if is_shut {
                return turn_away(stream, "Too many authentication failures").await;
            }
            screen(stream, Arc::clone(&device)).await;
            if device.lock().unwrap().wrong == 2 {
                device.lock().unwrap().wrong = 0;
                *until.lock().unwrap() = Some(soon);
            }
        }
    })
    .await;
    let accounts = [own("admin", "right-word")];
    let facts = guessed(&target, service(port, Protocol::Vnc, Some(Login::Vnc), ""), &accounts).await;
    let seen = of(&facts);
    assert!(seen.refused >= 4 && seen.put_off >= 2 && seen.said_so == seen.put_off, "{seen:?}");
    assert!(!seen.locked && seen.right_accepted == Some(true), "{seen:?}");
}

async fn share(habit: Habit, accounts: &[Credentials]) -> Vec<Fact> {
    let (target, device) = (bench::target(), Device::shared(habit));
    let port = bench::serve(&target, move |stream| {
        let device = Arc::clone(&device);
        smb_tests::converse(
            stream,
            || ntlm::wrap_first(b""),
            (smb_tests::MORE, 0),
            move |user, is| {
                let verdict = match user {
                    "admin" => device.lock().unwrap().judge(is("right-word")),
                    "locked" => Verdict::Locked,
                    _ => Verdict::Refused,
                };
                let status = match verdict {
                    Verdict::In => 0,
                    Verdict::Refused => smb_tests::REFUSED,
                    Verdict::Locked => 0xc000_0234,
                    // Not enough resources.
                    Verdict::Broken => 0xc000_009a,
                };
                (status, 0)
            },
        )
    })
    .await;
    guessed(&target, service(port, Protocol::Smb, Some(Login::Smb), ""), accounts).await
}

#[tokio::test]
async fn a_share() {
    habits("smb", async |habit| {
        of(&share(habit, &[own("nobody", "no-word"), own("admin", "right-word")]).await).clone()
    })
    .await;
}

#[tokio::test]
async fn an_account_that_is_locked_already_hides_no_other() {
    let facts = share(Free, &[own("locked", "no-word"), own("admin", "right-word")]).await;
    let seen = of(&facts);
    assert_eq!((seen.account.as_str(), seen.refused, seen.put_off), ("b", 11, 0), "{seen:?}");
    let facts = share(Free, &[own("locked", "no-word")]).await;
    assert!(matches!(facts.as_slice(), [Fact::DefaultLogins(_)]), "{facts:?}");
}

/// An FTP server that turns clients away at its greeting.
async fn files(mut stream: TcpStream, device: Shared) {
    let habit = device.lock().unwrap().habit;
    let greeting: &[u8] = match habit {
        Says if device.lock().unwrap().is_shut() => b"421 Too many failed login attempts.\r\n",
        Breaks if device.lock().unwrap().is_shut() => b"421 Too many connections.\r\n",
        _ => b"220 ftp ready\r\n",
    };
    stream.write_all(greeting).await.ok();
    let mut said = Vec::new();
    while let Ok(1..) = stream.read_buf(&mut said).await {
        let is_right = holds(&said, b"USER admin") && holds(&said, b"PASS right-word");
        let answer: &[u8] = match holds(&said, b"PASS") {
            false => b"331 password\r\n",
            true if device.lock().unwrap().judge(is_right) == Verdict::In => b"230 in\r\n",
            true => b"530 no\r\n",
        };
        stream.write_all(answer).await.ok();
    }
}

#[tokio::test]
async fn a_server_of_files() {
    habits("ftp", async |habit| {
        let (target, device) = (bench::target(), Device::shared(habit));
        let port = bench::serve(&target, move |stream| files(stream, Arc::clone(&device))).await;
        measured(&target, service(port, Protocol::Ftp, Some(Login::Ftp), "")).await
    })
    .await;
}

/// A terminal that shows its words between the user's name and the refusal.
async fn terminal(mut stream: TcpStream, device: Shared) {
    let mut said = Vec::new();
    // What everybody is told speaks of no attempt.
    for prompt in [&b"Too many failed logins lock you out\r\nlogin: "[..], b"Password: "] {
        stream.write_all(prompt).await.ok();
        while !said.ends_with(b"\n") {
            let Ok(byte) = stream.read_u8().await else { return };
            said.push(byte);
        }
        said.push(0);
    }
    let is_right = holds(&said, b"admin") && holds(&said, b"right-word");
    let verdict = device.lock().unwrap().judge(is_right);
    let answer: &[u8] = match verdict {
        Verdict::In => b"\r\nwelcome\r\n# ",
        Verdict::Refused => b"\r\nLogin incorrect\r\nlogin: ",
        Verdict::Locked => b"\r\nThe account is locked due to 5 failed logins.\r\nlogin: ",
        Verdict::Broken => b"\r\nout of memory\r\n",
    };
    stream.write_all(answer).await.ok();
}

#[tokio::test]
async fn a_terminal() {
    habits("telnet", async |habit| {
        let (target, device) = (bench::target(), Device::shared(habit));
        let port = bench::serve(&target, move |stream| terminal(stream, Arc::clone(&device))).await;
        measured(&target, service(port, Protocol::Telnet, Some(Login::Terminal), "")).await
    })
    .await;
}

#[tokio::test]
async fn a_door_that_knows_no_account_of_the_testers_is_not_measured() {
    let (target, device) = (bench::target(), Device::shared(Free));
    let port = bench::serve(&target, move |stream| files(stream, Arc::clone(&device))).await;
    let seen = service(port, Protocol::Ftp, Some(Login::Ftp), "");
    let facts = guessed(&target, seen, &[own("nobody", "no-word")]).await;
    assert!(matches!(facts.as_slice(), [Fact::DefaultLogins(_)]), "{facts:?}");
}
