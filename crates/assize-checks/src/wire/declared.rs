//! What one entry declares of its cryptography, sorted by what it restricts on the wire.

use assize_model::catalogue::Lists;
use assize_model::catalogue::cryptography::{Part, Primitive};
use assize_model::declaration::ixit::common::Crypto;
use assize_model::fact::Transport;

use crate::cryptography::is_same;

/// The words of an entry, looked up.
#[derive(Debug)]
pub(super) struct Declared<'a> {
    rows: Vec<&'a Primitive>,
    suites: Vec<&'a str>,
    /// Words that no list holds: what they permit cannot be told.
    pub(super) unknown: Vec<&'a str>,
}

impl<'a> Declared<'a> {
    pub(super) fn of(crypto: &'a Crypto, lists: &'a Lists) -> Self {
        let mut declared = Self { rows: Vec::new(), suites: Vec::new(), unknown: Vec::new() };
        for name in crypto.protocols.iter().chain(&crypto.algorithms).map(|n| n.trim()) {
            let rows = lists.agreed.named(name);
            if !rows.is_empty() {
                declared.rows.extend(rows);
            } else if lists.agreed.suite(name).is_some() {
                declared.suites.push(name);
            } else if lists.known(name).is_none() && !name.is_empty() {
                declared.unknown.push(name);
            }
        }
        declared
    }

    /// The versions declared for a transport: DTLS over UDP, TLS over TCP.
    pub(super) fn versions(&self, transport: Transport) -> Vec<&'a str> {
        let fits = |name: &str| name.starts_with("DTLS") == (transport == Transport::Udp);
        let versions = self.rows.iter().filter(|r| r.part == Part::Version && fits(&r.name));
        versions.map(|r| r.name.as_str()).collect()
    }

    /// Whether the entry names a row itself.
    pub(super) fn names(&self, row: &Primitive) -> bool {
        self.rows.iter().any(|r| (r.part, &r.name) == (row.part, &row.name))
    }

    /// Whether the entry names a suite as a whole.
    pub(super) fn names_suite(&self, suite: &str) -> bool {
        self.suites.iter().any(|named| is_same(named, suite))
    }

    /// Whether the entry names more than versions, so that versions alone do not show it.
    pub(super) fn restricts_more(&self) -> bool {
        !self.suites.is_empty() || self.rows.iter().any(|r| r.part != Part::Version)
    }

    /// Whether the entry says anything about a part at all; what it is silent on it does not restrict.
    pub(super) fn restricts(&self, part: Part) -> bool {
        self.rows.iter().any(|r| r.part == part)
    }

    /// Whether something seen is within what the entry says of its part. Of sizes the smallest one counts.
    pub(super) fn allows(&self, row: &Primitive) -> bool {
        if matches!(row.part, Part::RsaKey | Part::DhKey) {
            let least = self.rows.iter().filter(|r| r.part == row.part).filter_map(|r| r.bits).min();
            return least.is_none_or(|least| row.bits >= Some(least));
        }
        !self.restricts(row.part) || self.names(row)
    }

    /// The parts of a suite that are not declared; none for a suite that is named itself.
    pub(super) fn beyond<'p>(&self, suite: &str, parts: &[&'p Primitive]) -> Vec<&'p Primitive> {
        if self.names_suite(suite) {
            return Vec::new();
        }
        let beyond: Vec<&Primitive> = parts.iter().copied().filter(|p| !self.allows(p)).collect();
        let is_silent = !self.restricts(Part::Cipher);
        match beyond.is_empty() && is_silent && !self.suites.is_empty() {
            // Suites are named, and this one is not.
            true => parts.to_vec(),
            false => beyond,
        }
    }
}
