//! Whether a server tells well-formed RSA key exchanges from malformed ones (Böck, Somorovsky, Young: "Return Of Bleichenbacher's
//! Oracle Threat", 2018). Five key exchanges are sent, each wrong in its own way or right, with a Finished that cannot be right;
//! a server that answers them all alike is no oracle.

use assize_model::fact::AttackState;
use tokio::time::Instant;

use super::{enumerate::Desk, finish::bytes};
use crate::{
    tap::Patience,
    tls::codec::{
        self, HANDSHAKE, Hello, answer, rsa,
        wire::{message, record, vec16},
    },
};

const CHANGE_CIPHER: u8 = 20;
/// How many kinds of key exchange are sent.
const KINDS: usize = 5;
/// Most handshakes spent here: every kind twice.
pub(super) const MOST_HANDSHAKES: u32 = 2 * 5;

/// How a server answered one key exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reaction {
    Alert(u8),
    Closed,
    Silent,
    Other(u8),
}

/// Asks with each kind, and again when the answers differ: only a difference that stays is one.
pub(super) async fn look(desk: &Desk<'_>, version: u16, suites: &[u16]) -> (AttackState, String) {
    let Some(first) = round(desk, version, suites).await else {
        return (AttackState::Unknown, "the key exchanges could not be sent".to_owned());
    };
    if first.windows(2).all(|two| two[0] == two[1]) {
        return (
            AttackState::Closed,
            "five RSA key exchanges, right and malformed, were answered alike".to_owned(),
        );
    }
    match round(desk, version, suites).await {
        Some(second) if second == first => (
            AttackState::Open,
            "the server answers well-formed and malformed RSA key exchanges differently, twice the same way"
                .to_owned(),
        ),
        _ => (
            AttackState::Unknown,
            "the answers to malformed RSA key exchanges vary without a pattern".to_owned(),
        ),
    }
}

async fn round(desk: &Desk<'_>, version: u16, suites: &[u16]) -> Option<Vec<Reaction>> {
    let mut all = Vec::new();
    for kind in 0..KINDS {
        all.push(react(desk, version, suites, kind).await?);
    }
    Some(all)
}

async fn react(desk: &Desk<'_>, version: u16, suites: &[u16], kind: usize) -> Option<Reaction> {
    let mut line = desk.asker.line("key exchange by RSA").await?;
    let wait = line.wait();
    let hello = Hello { compression: vec![0], ticket: None, ..desk.hello(version, suites.to_vec()) };
    line.tap.say(&hello.record(), wait).await.ok()?;
    line.tap.hear(Patience::whole(wait), codec::is_over).await;
    let read = answer(line.tap.heard());
    if !read.is_done || !read.agrees(version) {
        return None;
    }
    let (modulus, exponent) = crate::certificate::rsa_key(read.certificates.first()?)?;
    let sealed = rsa::encrypt(&block(kind, version, modulus.len())?, &modulus, &exponent)?;
    // SSL 3.0 sends the bare cipher text, later versions its length before it.
    let exchange = if version == codec::registry::SSL_3_0 { sealed } else { vec16(&sealed) };
    let mut flight = if read.asks_certificate && version != codec::registry::SSL_3_0 {
        record(HANDSHAKE, version, &message(11, &[0, 0, 0]))
    } else {
        Vec::new()
    };
    flight.extend(record(HANDSHAKE, version, &message(16, &exchange)));
    flight.extend(record(CHANGE_CIPHER, version, &[1]));
    flight.extend(record(HANDSHAKE, version, &[0x5a; 64]));
    let before = line.tap.heard().len();
    let start = Instant::now();
    line.tap.say(&flight, wait).await.ok();
    line.tap.hear(Patience::whole(wait), |heard| heard.len() >= before + 7).await;
    Some(match line.tap.heard().get(before..) {
        Some([21, _, _, 0, 2, _, description, ..]) => Reaction::Alert(*description),
        Some([kind, ..]) => Reaction::Other(*kind),
        // An end that comes late may as well be the server's own patience.
        _ if start.elapsed() < wait / 4 => Reaction::Closed,
        _ => Reaction::Silent,
    })
}

/// A right block (0), one with wrong first bytes, one without the zero that ends the padding, one whose zero is the
/// last but one byte, and one that holds another version.
fn block(kind: usize, version: u16, size: usize) -> Option<Vec<u8>> {
    let mut secret = version.to_be_bytes().to_vec();
    secret.extend(bytes::<46>());
    let mut block = padded(&secret, size)?;
    let separator = size.checked_sub(secret.len() + 1)?;
    match kind {
        1 => block[..2].copy_from_slice(&[0x41, 0x17]),
        2 => block[separator] = 0x11,
        3 => {
            block[separator] = 0x11;
            *block.get_mut(size.checked_sub(2)?)? = 0;
        }
        4 => block[separator + 1..separator + 3].copy_from_slice(&[2, 2]),
        _ => {}
    }
    Some(block)
}

/// A secret with the padding of PKCS #1 version 1.5, as long as the key.
pub(super) fn padded(secret: &[u8], size: usize) -> Option<Vec<u8>> {
    let padding = size.checked_sub(secret.len() + 3).filter(|padding| *padding >= 8)?;
    let mut block = vec![0, 2];
    block.extend(bytes::<256>().iter().cycle().take(padding));
    block.push(0);
    block.extend(secret);
    Some(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_wrong_in_its_own_way() {
        let zeros = |block: &[u8]| block.iter().skip(2).position(|byte| *byte == 0).map(|at| at + 2);
        for (kind, head, zero) in [
            (0, [0, 2], Some(79)),
            (1, [0x41, 0x17], Some(79)),
            (2, [0, 2], None),
            (3, [0, 2], Some(126)),
            (4, [0, 2], Some(79)),
        ] {
            let block = block(kind, 0x0303, 128).unwrap();
            assert_eq!((block.len(), &block[..2], zeros(&block)), (128, &head[..], zero), "{kind}");
            assert_eq!(block[80..82] == [3, 3], kind != 4, "{kind}");
        }
        assert_eq!(padded(&[1; 48], 50), None);
    }
}
