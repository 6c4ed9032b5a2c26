//! The order of the questions to one port, and the posture that the answers make.

use assize_model::fact::{AttackResult, AttackState, TlsPosture, Transport, VersionPosture};

use tokio::{sync::Semaphore, time::Instant};

use super::{
    ask::{Asker, Said},
    attacks::{self, Accepted},
    doubts,
    enumerate::{Desk, Ending, Found, MOST_FOR_GROUPS},
    finish, modern,
    notes::Notes,
    robot,
};
use crate::{
    tap::Patience,
    tls::codec::{
        cipher,
        registry::{self, DTLS_1_0, DTLS_1_2, SSL_2_0, SSL_3_0, TLS_1_2, TLS_1_3},
        ssl2,
    },
};

/// Versions of TLS and SSL 3.0, oldest first.
const TLS_VERSIONS: u32 = 5;
/// The most handshakes a port costs beyond one for each suite of each version that it accepts: the last hello of each
/// version and SSL 2.0's, three more that TLS 1.3's two kinds of choice may need, one with key shares, each version's
/// order, groups and signatures before TLS 1.3 and groups in TLS 1.3, the order of groups, protocols inside, the fallback signal, an early
/// change of ciphers, a heartbeat, ten malformed key exchanges, and the handshakes that are finished. A version that ends
/// with an alert of the moment is asked for again in place of its order, and what was agreed to before in place of the key
/// shares.
pub const OVERHEAD: u32 = TLS_VERSIONS
    + 1
    + 3
    + 1
    + TLS_VERSIONS
    + 2 * MOST_FOR_GROUPS
    + 1
    + modern::MOST_PROTOCOLS as u32
    + 3
    + robot::MOST_HANDSHAKES
    + finish::MOST_HANDSHAKES
    + modern::MOST_FINISHED;

/// The fallback signal is heeded by this alert (RFC 7507).
const INAPPROPRIATE_FALLBACK: u8 = 86;

/// What looking at a port came to, beside what its notes hold.
pub(super) struct Looked {
    pub is_tls: bool,
    /// Oldest first, SSL 2.0 apart.
    pub versions: Vec<Found>,
    /// SSL 2.0's ciphers; `None` when it could not be asked for.
    pub ssl2: Option<Vec<String>>,
    pub attacks: Vec<AttackResult>,
}

/// Asks a TCP port everything.
pub(super) async fn look(desk: &Desk<'_>) -> Looked {
    let mut new = Found::new(TLS_1_2);
    let suites = registry::suites_for(TLS_1_2);
    let [mut ssl3, mut tls10, mut tls11, mut tls13] = [SSL_3_0, 0x0301, 0x0302, TLS_1_3].map(Found::new);
    // One hello alone tells whether there is a port, before several are sent at once.
    let mut left = suites.clone();
    let goes_on = desk.suite(&mut new, &mut left).await;
    let is_there = new.was_asked();
    let (mut ssl2, mut groups) = (OldHello::default(), Vec::new());
    if is_there {
        // The longest list is asked without waiting for the others, which take turns until it ends.
        let lane = Semaphore::new(1);
        tokio::join!(
            async {
                if goes_on {
                    desk.suites(&mut new, left).await;
                }
                lane.add_permits(8);
            },
            in_turn(&lane, async { groups = desk.modern(&mut tls13).await }),
            in_turn(&lane, desk.suites(&mut tls11, suites.clone())),
            in_turn(&lane, desk.suites(&mut tls10, suites.clone())),
            in_turn(&lane, desk.suites(&mut ssl3, suites.clone())),
            in_turn(&lane, async { ssl2 = old_hello(desk).await }),
        );
    }
    let mut versions = vec![ssl3, tls10, tls11, new, tls13];
    if is_there {
        groups = doubts::ask_again(desk, &mut versions).await.unwrap_or(groups);
        in_parts(desk, &mut versions).await;
        doubts::confirm(desk, &mut versions, &mut ssl2).await;
    }
    let ssl2 = ssl2.ciphers;
    let is_tls = desk.asker.has_answered() || ssl2.as_ref().is_some_and(|ciphers| !ciphers.is_empty());
    let attacks =
        if is_tls { closer(desk, &mut versions, ssl2.as_deref(), groups).await } else { Vec::new() };
    Looked { is_tls, versions, ssl2, attacks }
}

/// Does the work when the lane is free.
async fn in_turn(lane: &Semaphore, work: impl Future<Output = ()>) {
    let _turn = lane.acquire().await;
    work.await;
}

/// Versions before TLS 1.3 that a server refused to all suites at once are asked for again in small hellos, unless it
/// took a large one.
async fn in_parts(desk: &Desk<'_>, versions: &mut [Found]) {
    let old = versions.iter().filter(|found| found.version != TLS_1_3);
    if old.clone().any(Found::is_accepted) {
        return;
    }
    for found in versions.iter_mut().filter(|found| found.version != TLS_1_3 && found.may_want_small()) {
        // A port that says nothing at all is not asked twice in every version.
        if desk.asker.has_answered() || found.ending == Some(Ending::Closed) {
            desk.suites_in_parts(found).await;
        }
    }
}

/// Everything that needs to know what is accepted.
async fn closer(
    desk: &Desk<'_>,
    versions: &mut [Found],
    ssl2: Option<&[String]>,
    left: Vec<u16>,
) -> Vec<AttackResult> {
    let copy: Vec<Found> = versions.iter().map(Found::same).collect();
    let accepted = || copy.iter().filter(|found| found.is_accepted());
    let old = accepted().rfind(|found| found.version <= TLS_1_2);
    let new = accepted().find(|found| found.version == TLS_1_3);
    let rsa = accepted().rfind(|found| !rsa_suites(found).is_empty());
    let full = finishable(&copy);
    let orders = async {
        for found in versions.iter_mut() {
            desk.order(found).await;
        }
    };
    // SSL 3.0 has no extensions to ask by.
    let asked_by = old.filter(|found| found.version != SSL_3_0);
    let groups = async {
        if let Some(old) = asked_by {
            desk.groups(old, own_group(desk)).await;
        }
    };
    let small = async {
        fallback(desk, accepted().collect()).await;
        if let Some(old) = asked_by {
            desk.alpn(old).await;
        }
    };
    let finished = async {
        if new.is_some() {
            modern::finish(desk).await;
        }
        match full {
            Some(full) => finish::resume(desk, full.version, &full.suites).await,
            None => None,
        }
    };
    let asked = async {
        let mut all = vec![attacks::heartbleed(desk, old).await, attacks::early_change(desk, old).await];
        all.push(match rsa {
            Some(rsa) => {
                let (state, why) = robot::look(desk, rsa.version, &rsa_suites(rsa)).await;
                attacks::result("robot", state, &why)
            }
            None => {
                attacks::result("robot", AttackState::Closed, "no suite with RSA key exchange is accepted")
            }
        });
        all
    };
    let ((), (), (), (), echo, mut all) =
        tokio::join!(orders, groups, desk.modern_groups(left), small, finished, asked);
    if let Some(old) = old.filter(|_| echo.is_none()) {
        unfinished(desk, full.unwrap_or(old).version);
    }
    all.push(attacks::ticketbleed(echo, asked_by.is_some()));
    all.extend(told(desk, &copy, ssl2));
    all
}

/// The newest version before TLS 1.3 that was accepted with a suite by which a handshake can be finished.
fn finishable(versions: &[Found]) -> Option<&Found> {
    versions.iter().rfind(|found| {
        !matches!(found.version, SSL_3_0 | TLS_1_3) && !cipher::among(&found.suites).is_empty()
    })
}

/// The gap of a version whose handshakes did not come to their end.
fn unfinished(desk: &Desk<'_>, version: u16) {
    let name = registry::name_of(version);
    desk.asker.gap(&format!(
        "no handshake of {name} could be finished; resumption and renegotiation were not seen"
    ));
}

fn told(desk: &Desk<'_>, versions: &[Found], ssl2: Option<&[String]>) -> Vec<AttackResult> {
    let (dh_bits, compression) = desk.with(|notes| (notes.dh_bits.clone(), notes.features.compression));
    let is_whole =
        !versions.iter().any(|found| matches!(found.ending, Some(Ending::Unasked | Ending::Silent)));
    attacks::told(&Accepted { versions, ssl2, dh_bits: &dh_bits, compression, is_whole })
}

/// Suites whose key exchange is encrypted to the certificate's RSA key.
fn rsa_suites(found: &Found) -> Vec<u16> {
    let is_rsa = |suite: &u16| registry::cipher_name(*suite).starts_with("TLS_RSA_WITH_");
    found.suites.iter().copied().filter(is_rsa).collect()
}

/// The group of the curve of the server's own key.
fn own_group(desk: &Desk<'_>) -> Option<u16> {
    let curve =
        desk.with(|notes| crate::certificate::key_curve(notes.chains.first()?.certificates.first()?))?;
    match curve.as_str() {
        "P-256" => Some(23),
        "P-384" => Some(24),
        "P-521" => Some(25),
        "brainpoolP256r1" => Some(26),
        "brainpoolP384r1" => Some(27),
        "brainpoolP512r1" => Some(28),
        _ => None,
    }
}

/// Offers the second-best version with the signal that says so.
async fn fallback(desk: &Desk<'_>, accepted: Vec<&Found>) {
    let [.., lower, _] = &accepted[..] else { return };
    let mut suites = lower.suites.clone();
    suites.push(registry::FALLBACK_SCSV);
    let hello = desk.hello(lower.version, suites);
    let heeded = match desk.asker.ask(&hello, "fallback signal").await {
        Said::Agreed(_) => Some(false),
        Said::Refused(answer) => answer.alert.map(|(_, description)| description == INAPPROPRIATE_FALLBACK),
        Said::Silent | Said::Unasked => None,
    };
    desk.with(|notes| notes.features.fallback_scsv = heeded);
}

/// What came of a hello of SSL 2.0.
#[derive(Default)]
pub(super) struct OldHello {
    /// The ciphers that the server knows. `None` when there was no connection to ask on.
    pub ciphers: Option<Vec<String>>,
    /// Whether the server hung up without a word.
    pub is_hung_up: bool,
}

/// Asks for SSL 2.0.
pub(super) async fn old_hello(desk: &Desk<'_>) -> OldHello {
    let Some(mut line) = desk.asker.line("SSL 2.0, suites").await else { return OldHello::default() };
    let (wait, start) = (line.wait(), Instant::now());
    line.tap.say(&ssl2::client_hello(&finish::bytes()), wait).await.ok();
    let is_over =
        |heard: &[u8]| ssl2::answer(heard).is_some() || heard.first() == Some(&21) && heard.len() >= 7;
    line.tap.hear(Patience::whole(wait), is_over).await;
    let Some(answer) = ssl2::answer(line.tap.heard()) else {
        let is_hung_up = line.tap.heard().is_empty() && start.elapsed() < wait;
        return OldHello { ciphers: Some(Vec::new()), is_hung_up };
    };
    let raw = line.tap.raw(", SSL 2.0 offered");
    // A hello of SSL 2.0 names no host.
    desk.with(|notes| notes.chain(&[answer.certificate], &raw, false));
    OldHello { ciphers: Some(answer.ciphers), is_hung_up: false }
}

/// Asks a UDP port for the versions of DTLS.
pub(super) async fn look_at_datagrams(desk: &Desk<'_>) -> Looked {
    let [mut old, mut new] = [DTLS_1_0, DTLS_1_2].map(Found::new);
    desk.suites(&mut new, registry::suites_for(DTLS_1_2)).await;
    if !new.is_accepted() && new.may_want_small() {
        desk.suites_in_parts(&mut new).await;
    }
    if desk.asker.has_answered() || new.ending != Some(Ending::Silent) {
        desk.suites(&mut old, registry::suites_for(DTLS_1_0)).await;
    }
    let mut versions = vec![old, new];
    doubts::ask_again(desk, &mut versions).await;
    doubts::confirm(desk, &mut versions, &mut OldHello::default()).await;
    let is_tls = desk.asker.has_answered();
    let mut attacks = Vec::new();
    if is_tls {
        for found in &mut versions {
            desk.order(found).await;
        }
        if let Some(found) = versions.iter().rfind(|found| found.is_accepted()) {
            desk.groups(found, own_group(desk)).await;
            desk.alpn(found).await;
        }
        fallback(desk, versions.iter().filter(|found| found.is_accepted()).collect()).await;
        let newest = versions.iter().rfind(|found| found.is_accepted());
        let echo = match finishable(&versions) {
            Some(full) => finish::resume(desk, full.version, &full.suites).await,
            None => None,
        };
        if let Some(newest) = newest.filter(|_| echo.is_none()) {
            unfinished(desk, finishable(&versions).unwrap_or(newest).version);
        }
        desk.asker.gap("attacks inside handshakes of DTLS were not tried");
        attacks = told(desk, &versions, None);
        attacks.retain(|attack| !matches!(attack.name.as_str(), "poodle" | "drown"));
    }
    Looked { is_tls, versions, ssl2: None, attacks }
}

/// The posture that looking came to.
pub(super) fn fact(looked: Looked, notes: Notes, asker: &Asker<'_>) -> TlsPosture {
    let has_new = looked.versions.iter().any(|found| found.version == TLS_1_3 && found.is_accepted());
    let mut features = notes.features;
    features.downgrade_sentinel =
        notes.marks.values().copied().reduce(|all, one| all && one).filter(|_| has_new);
    let mut versions = Vec::new();
    if let Some(suites) = looked.ssl2 {
        let accepted = !suites.is_empty();
        versions.push(VersionPosture {
            version: registry::name_of(SSL_2_0),
            accepted,
            suites,
            server_order: None,
        });
    } else if asker.transport == Transport::Tcp {
        asker.gap("SSL 2.0 could not be asked for");
    }
    for found in looked.versions {
        let version = registry::name_of(found.version);
        if !found.was_asked() {
            asker.gap(&format!("{version} could not be asked for"));
            continue;
        }
        let suites = found.suites.iter().map(|suite| registry::cipher_name(*suite)).collect();
        versions.push(VersionPosture {
            version,
            accepted: found.is_accepted(),
            suites,
            server_order: found.server_order,
        });
    }
    TlsPosture {
        target: asker.target.address().to_string(),
        port: asker.port,
        name: asker.target.name().map(str::to_owned),
        transport: Some(asker.transport),
        versions,
        groups: notes.groups.iter().map(|group| registry::group_name(*group)).collect(),
        signatures: notes.schemes.iter().map(|scheme| registry::scheme_name(*scheme)).collect(),
        dh_bits: notes.dh_bits,
        alpn: notes.alpn,
        features,
        attacks: looked.attacks,
        asks_client_certificate: notes.asks_certificate,
        handshakes: asker.handshakes(),
        gaps: asker.gaps(),
    }
}

impl Found {
    /// The version with what was chosen, for questions that go on while the order is asked for.
    fn same(&self) -> Self {
        Self { suites: self.suites.clone(), ending: self.ending, ..Self::new(self.version) }
    }
}
