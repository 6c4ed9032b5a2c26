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
    for (done, door) in doors.iter().enumerate() {
        sink.progress(done as u64, doors.len() as u64, "read keys");
        let (keys, raw) = match door.asked {
            KeyProtocol::Ssh => host_keys(target, door.port, budget).await?,
            KeyProtocol::Tls => leaf_keys(target, door, budget).await?,
        };
        let keys: BTreeSet<UnitKey> = keys.into_iter().collect();
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
    Ok(())
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
