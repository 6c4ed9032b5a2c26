//! The certificates of a port and nothing else: a few hellos, each without the kind of key that was shown before.

use assize_model::fact::Transport;
use tokio::time::Instant;

use super::{
    ask::{Asker, Said},
    enumerate::Desk,
    shake,
};
use crate::{
    Budget, Raw, Target, Trouble,
    net::call,
    tls::codec::registry::{self, DTLS_1_0, DTLS_1_2, SSL_3_0, TLS_1_2},
};

/// Versions whose certificates are read in the clear, newest first.
const VERSIONS: [u16; 4] = [TLS_1_2, 0x0302, 0x0301, SSL_3_0];
const DATAGRAM_VERSIONS: [u16; 2] = [DTLS_1_2, DTLS_1_0];
/// Most hellos of one version; there are three kinds of key, RSA, ECDSA and DSS.
const MOST_KINDS: usize = 4;

/// The leaf certificates that a port shows, each once, and everything exchanged. None when it shows none.
pub(crate) async fn leaves(
    target: &Target,
    port: u16,
    transport: Transport,
    budget: &Budget,
) -> Result<(Vec<Vec<u8>>, Vec<Raw>), Trouble> {
    let end = Instant::now() + budget.total.mul_f64(0.9);
    let asker = Asker::new(target, port, transport, budget, end);
    let desk = Desk::new(&asker);
    let versions: &[u16] = if transport == Transport::Tcp { &VERSIONS } else { &DATAGRAM_VERSIONS };
    for version in versions {
        if asks_on(&desk, *version).await {
            break;
        }
    }
    if let Some(trouble) = asker.trouble() {
        return Err(trouble);
    }
    let mut leaves: Vec<Vec<u8>> = Vec::new();
    let mut keep = |leaf: Option<&Vec<u8>>| match leaf {
        Some(leaf) if !leaves.contains(leaf) => leaves.push(leaf.clone()),
        _ => {}
    };
    desk.with(|notes| notes.chains.iter().for_each(|chain| keep(chain.certificates.first())));
    if transport == Transport::Tcp {
        // TLS 1.3 shows its certificate inside the encryption only.
        keep(modern(target, port, budget).await?.first());
    }
    let mut raw = vec![asker.transcript()];
    raw.extend(leaves.iter().map(|leaf| Raw::new("certificate.der", leaf.clone())));
    Ok((leaves, raw))
}

/// Asks for the certificates of one version; says whether there is nothing left to ask of another one.
async fn asks_on(desk: &Desk<'_>, version: u16) -> bool {
    let mut suites = registry::suites_for(version);
    // A key that is shown is a certificate's: neither a shared secret nor an anonymous exchange shows one.
    suites.retain(|suite| registry::is_signed(*suite));
    for nth in 0..MOST_KINDS {
        let asked = desk.ask(&desk.hello(version, suites.clone()), "keys").await;
        let Said::Agreed(answer) = asked.said else {
            return nth > 0 || matches!(asked.said, Said::Unasked);
        };
        let Some(chosen) = answer.hello.map(|hello| kind(hello.cipher)) else { return true };
        suites.retain(|suite| kind(*suite) != chosen);
        if suites.is_empty() {
            return true;
        }
    }
    true
}

/// The kind of key that a suite is signed with, as its name tells.
fn kind(suite: u16) -> &'static str {
    let name = registry::cipher_name(suite);
    ["_ECDSA_", "_DSS_"].into_iter().find(|kind| name.contains(kind)).unwrap_or("_RSA_")
}

async fn modern(target: &Target, port: u16, budget: &Budget) -> Result<Vec<Vec<u8>>, Trouble> {
    let Some(line) = call(target, port, budget).await? else { return Ok(Vec::new()) };
    Ok(shake(line, target, budget).await.chain)
}
