//! Reads the keys by which another unit of the product proves who it is, and nothing else of it: host keys of SSH, leaf
//! certificates of TLS and DTLS.

use std::collections::BTreeSet;

use assize_model::fact::{Fact, KeyProtocol, SshHostKey, TlsCertificate, Transport, UnitKey, UnitKeys};

use crate::{Budget, Observation, ProbeId, Raw, Sink, Target, Trouble, certificate, probe::within, ssh, tls};

/// A port whose keys are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyDoor {
    /// TCP, or UDP for DTLS.
    pub transport: Transport,
    /// The port number.
    pub port: u16,
    /// What it is asked in.
    pub asked: KeyProtocol,
}

/// Hands over a [`UnitKeys`] for each door, also for one that shows no key. A TLS port costs about five connections, an
/// SSH port one for each kind of key and a few more.
///
/// # Errors
/// When the bench fails, or when no door shows a key: then the unit may be off or have another address.
pub async fn read_keys(
    target: &Target,
    doors: &[KeyDoor],
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    within(budget, ProbeId::Keys, read_all(target, doors, budget, sink)).await
}

async fn read_all(
    target: &Target,
    doors: &[KeyDoor],
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    let mut is_shown = doors.is_empty();
    for (done, door) in doors.iter().enumerate() {
        sink.progress(done as u64, doors.len() as u64, "read keys");
        let (keys, raw) = match door.asked {
            KeyProtocol::Ssh => host_keys(target, door.port, budget).await?,
            KeyProtocol::Tls => leaf_keys(target, door, budget).await?,
        };
        let keys: BTreeSet<UnitKey> = keys.into_iter().collect();
        is_shown |= !keys.is_empty();
        let fact = UnitKeys {
            target: target.address().to_string(),
            port: door.port,
            transport: door.transport,
            asked: door.asked,
            keys: keys.into_iter().collect(),
        };
        sink.observe(Observation { fact: Fact::UnitKeys(fact), raw }).map_err(Trouble::Stopped)?;
    }
    sink.progress(doors.len() as u64, doors.len() as u64, "read keys");
    let why =
        "it showed no key where the DUT shows one; see that it is on and has the address in product.toml";
    if is_shown { Ok(()) } else { Err(Trouble::Unsuited { probe: "keys", why }) }
}

type Shown = (Vec<UnitKey>, Vec<Raw>);

async fn host_keys(target: &Target, port: u16, budget: &Budget) -> Result<Shown, Trouble> {
    let seen = ssh::look(target, port, budget).await?;
    let Fact::SshPosture(posture) = seen.fact else { return Ok((Vec::new(), seen.raw)) };
    let key = |key: SshHostKey| UnitKey { kind: format!("{} {}", key.kind, key.bits), sha256: key.sha256 };
    Ok((posture.host_keys.into_iter().map(key).collect(), seen.raw))
}

async fn leaf_keys(target: &Target, door: &KeyDoor, budget: &Budget) -> Result<Shown, Trouble> {
    let (leaves, raw) = tls::leaves(target, door.port, door.transport, budget).await?;
    let read = |leaf: Vec<u8>| certificate::read("", door.port, &[leaf], 0);
    let key = |c: TlsCertificate| UnitKey { kind: c.key, sha256: c.key_sha256 };
    Ok((leaves.into_iter().filter_map(read).map(key).collect(), raw))
}

#[cfg(test)]
mod tests {
    use rustls::version::{TLS12, TLS13};

    use super::*;
    use crate::bench;

    async fn read(target: &Target, transport: Transport, port: u16, asked: KeyProtocol) -> UnitKeys {
        let mut seen: Vec<Observation> = Vec::new();
        let door = KeyDoor { transport, port, asked };
        let ended = read_keys(target, &[door], &bench::budget(), &mut seen).await;
        let [Observation { fact: Fact::UnitKeys(keys), raw }] = seen.as_slice() else { panic!("{seen:?}") };
        assert!(!raw.is_empty() && keys.target == target.address().to_string());
        assert_eq!((keys.port, keys.transport, keys.asked), (port, transport, asked));
        assert_eq!(ended.is_ok(), !keys.keys.is_empty(), "{ended:?}");
        keys.clone()
    }

    #[tokio::test]
    async fn a_leaf_is_read_in_every_version() {
        let target = bench::target();
        for versions in [&[&TLS12][..], &[&TLS13][..], &[&TLS13, &TLS12][..]] {
            let (port, der) = bench::tls(&target, versions, |_| async {}).await;
            let seen = read(&target, Transport::Tcp, port, KeyProtocol::Tls).await;
            let known = certificate::read("", port, &[der], 0).unwrap();
            assert_eq!(seen.keys, [UnitKey { kind: known.key, sha256: known.key_sha256 }]);
        }
    }

    #[tokio::test]
    async fn two_servers_with_keys_of_their_own_differ() {
        let target = bench::target();
        let [(one, _), (other, _)] = [
            bench::tls(&target, &[&TLS13], |_| async {}).await,
            bench::tls(&target, &[&TLS13], |_| async {}).await,
        ];
        let one = read(&target, Transport::Tcp, one, KeyProtocol::Tls).await;
        let other = read(&target, Transport::Tcp, other, KeyProtocol::Tls).await;
        assert!(!one.keys[0].sha256.is_empty() && one.keys != other.keys);
    }

    #[tokio::test]
    async fn what_shows_no_key_is_a_fact_without_one() {
        let target = bench::target();
        let closed = bench::free_port(target.address());
        let talker = bench::script(&target, b"", b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        for port in [closed, talker] {
            for asked in [KeyProtocol::Ssh, KeyProtocol::Tls] {
                assert!(read(&target, Transport::Tcp, port, asked).await.keys.is_empty(), "{port} {asked:?}");
            }
        }
        assert!(read(&target, Transport::Udp, closed, KeyProtocol::Tls).await.keys.is_empty());
    }
}
