//! Keys that the DUT shows, beside those of the further units on the bench. A certificate says nothing here: units may
//! share an authority, or be given certificates of one, and still have keys of their own. Only the key itself counts.

use std::collections::BTreeSet;
use std::net::IpAddr;

use assize_model::declaration::ixit::SecParam;
use assize_model::declaration::ixit::sec_param::ParamKind;
use assize_model::declaration::product::Unit;
use assize_model::fact::{Fact, KeyProtocol, SshPosture, TlsCertificate, Transport, UnitKey, UnitKeys};
use assize_model::scene::Scene;

use crate::look::port_words;

/// A key of the DUT that another unit shows as well.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shared<'a> {
    /// Where the DUT shows it.
    pub(crate) at: (Transport, u16),
    /// Its kind and size.
    kind: &'a str,
    /// The other unit.
    unit: &'a str,
    /// Where that unit shows it.
    there: (Transport, u16),
    /// The records that show it, the DUT's first.
    pub(crate) records: [u64; 2],
}

impl Shared<'_> {
    /// `the EC P-256 key at tcp/443 is also that of the unit second at tcp/443`.
    pub(crate) fn words(&self) -> String {
        let at = |(transport, port)| port_words(transport, port);
        let (here, there) = (at(self.at), at(self.there));
        format!("the {} key at {here} is also that of the unit {} at {there}", self.kind, self.unit)
    }

    /// Whether a parameter is declared to be the key at that port. What is public is no secret that units could share.
    pub(crate) fn is_of(&self, p: &SecParam) -> bool {
        p.kind != Some(ParamKind::Public) && p.shown_at.iter().any(|place| place.is_dut(self.at.0, self.at.1))
    }
}

/// A key that the DUT shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Shown<'a> {
    at: (Transport, u16),
    asked: KeyProtocol,
    sha256: &'a str,
    record: u64,
}

/// What comparing came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Compared<'a> {
    /// Keys that the DUT and another unit both show.
    pub(crate) shared: Vec<Shared<'a>>,
    /// How many different keys of the DUT were compared.
    pub(crate) keys: usize,
    /// The units that showed a key to compare them with.
    pub(crate) with: Vec<&'a str>,
    /// The units of which nobody read a key, or that showed none.
    pub(crate) without: Vec<&'a str>,
    /// Every record that was compared.
    pub(crate) records: Vec<u64>,
}

/// Compares each key of the DUT with each of every other unit, whatever the ports.
pub(crate) fn compare<'a>(scene: &Scene<'a>) -> Compared<'a> {
    let shown = shown(scene);
    let different: BTreeSet<&str> = shown.iter().map(|key| key.sha256).collect();
    let mut compared = Compared { keys: different.len(), ..Compared::default() };
    compared.records.extend(shown.iter().map(|key| key.record));
    for unit in &scene.declaration.product.bench.unit {
        let seen = of_unit(scene, unit);
        let id = unit.id.as_str();
        match seen.iter().any(|(_, port)| !port.keys.is_empty()) {
            true => compared.with.push(id),
            false => compared.without.push(id),
        }
        compared.records.extend(seen.iter().filter(|(_, p)| !p.keys.is_empty()).map(|(record, _)| *record));
        for (record, port) in &seen {
            for (own, key) in shown.iter().flat_map(|own| port.keys.iter().map(move |key| (own, key))) {
                compared.shared.extend(same(own, key, port, id, *record));
            }
        }
    }
    compared.shared.sort();
    compared.shared.dedup_by_key(|s| (s.at, s.unit));
    compared.records.sort_unstable();
    compared.records.dedup();
    compared
}

fn same<'a>(
    own: &Shown<'_>,
    key: &'a UnitKey,
    port: &UnitKeys,
    unit: &'a str,
    record: u64,
) -> Option<Shared<'a>> {
    // A digest that an older record leaves out is no digest.
    let is_same = own.asked == port.asked && !own.sha256.is_empty() && own.sha256 == key.sha256;
    let there = (port.transport, port.port);
    is_same.then(|| Shared { at: own.at, kind: &key.kind, unit, there, records: [own.record, record] })
}

/// The keys of a further unit, by port. An address that is the DUT's own is no further unit.
fn of_unit<'a>(scene: &Scene<'a>, unit: &Unit) -> Vec<(u64, &'a UnitKeys)> {
    let read = |text: &str| text.parse::<IpAddr>().ok().map(|ip| ip.to_canonical());
    let Some(address) = unit.address.as_deref().and_then(read) else { return Vec::new() };
    let facts = scene.facts().filter_map(|(record, fact)| match fact {
        Fact::UnitKeys(keys) if read(&keys.target) == Some(address) => Some((record, keys)),
        _ => None,
    });
    let is_dut = scene.dut().and_then(read) == Some(address);
    let mut all: Vec<(u64, &UnitKeys)> = facts.filter(|_| !is_dut).collect();
    all.sort_by_key(|(record, keys)| (keys.transport, keys.port, *record));
    all
}

/// The keys that the DUT shows, the bench's own ports left out.
fn shown<'a>(scene: &Scene<'a>) -> Vec<Shown<'a>> {
    let bench = scene.bench_ports(Transport::Tcp);
    let facts = scene.facts().filter(|(_, fact)| scene.is_dut(fact.target()));
    let mut shown: Vec<Shown> = facts
        .flat_map(|(record, fact)| match fact {
            Fact::SshPosture(posture) => host_keys(record, posture),
            Fact::TlsCertificate(certificate) => vec![leaf_key(scene, record, certificate)],
            _ => Vec::new(),
        })
        .filter(|key| !key.sha256.is_empty())
        .filter(|key| key.at.0 == Transport::Udp || !bench.contains(&key.at.1))
        .collect();
    shown.sort();
    shown
}

fn host_keys(record: u64, posture: &SshPosture) -> Vec<Shown<'_>> {
    let at = (Transport::Tcp, posture.port);
    let keys = posture.host_keys.iter();
    keys.map(|key| Shown { at, asked: KeyProtocol::Ssh, sha256: &key.sha256, record }).collect()
}

fn leaf_key<'a>(scene: &Scene<'a>, record: u64, certificate: &'a TlsCertificate) -> Shown<'a> {
    Shown {
        at: (
            certificate.transport.unwrap_or_else(|| transport_of(scene, certificate.port)),
            certificate.port,
        ),
        asked: KeyProtocol::Tls,
        sha256: &certificate.key_sha256,
        record,
    }
}

/// A certificate that an earlier version recorded does not say what carried it: it came over UDP where the DUT accepts DTLS, and TLS not.
fn transport_of(scene: &Scene, port: u16) -> Transport {
    let accepts = |wanted: Transport| {
        scene.facts().any(|(_, fact)| match fact {
            Fact::TlsPosture(p) => {
                scene.is_dut(&p.target)
                    && p.port == port
                    && p.transport == Some(wanted)
                    && p.accepted().next().is_some()
            }
            _ => false,
        })
    };
    if accepts(Transport::Udp) && !accepts(Transport::Tcp) { Transport::Udp } else { Transport::Tcp }
}
