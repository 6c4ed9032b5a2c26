//! What the answers to all hellos tell together.

use std::collections::BTreeMap;

use assize_model::fact::TlsFeatures;

use crate::{
    Raw,
    tls::codec::{
        Answer, Hello,
        registry::{self, TLS_1_3},
    },
};

/// The marks of a server that would have agreed to more (RFC 8446 clause 4.1.3).
const MARKS: [&[u8; 8]; 2] = [b"DOWNGRD\x01", b"DOWNGRD\x00"];
const MOST_CHAINS: usize = 4;

/// Everything noted so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Notes {
    pub groups: Vec<u16>,
    pub schemes: Vec<u16>,
    pub dh_bits: Vec<u32>,
    pub chains: Vec<Chain>,
    pub features: TlsFeatures,
    pub asks_certificate: Option<bool>,
    /// For each version below TLS 1.3 whether its hello bore a mark.
    pub marks: BTreeMap<u16, bool>,
    pub alpn: Vec<String>,
}

/// A chain of certificates, leaf first.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    pub certificates: Vec<Vec<u8>>,
    /// The bytes that showed it.
    pub raw: Vec<Raw>,
    /// Whether it answered a hello that can name a host.
    pub is_named: bool,
}

impl Notes {
    /// Notes a chain; one that was shown to both kinds of hello counts as shown to the name.
    pub(super) fn chain(&mut self, certificates: &[Vec<u8>], raw: &[Raw], is_named: bool) {
        if certificates.is_empty() {
            return;
        }
        if let Some(known) = self.chains.iter_mut().find(|known| known.certificates == certificates) {
            known.is_named |= is_named;
        } else {
            self.chains.push(Chain { certificates: certificates.to_vec(), raw: raw.to_vec(), is_named });
        }
    }

    /// Notes what an agreeing answer to a hello shows.
    pub(super) fn take(&mut self, hello: &Hello, answer: &Answer, raw: &[Raw]) {
        let Some(said) = &answer.hello else { return };
        if let Some(group) = said.group() {
            add(&mut self.groups, group);
        }
        if let Some(exchange) = &answer.exchange {
            exchange.group.into_iter().for_each(|group| add(&mut self.groups, group));
            exchange.scheme.into_iter().for_each(|scheme| add(&mut self.schemes, scheme));
            let is_field = registry::exchange(said.cipher) == registry::Exchange::Field;
            exchange.bits.filter(|_| is_field).into_iter().for_each(|bits| add(&mut self.dh_bits, bits));
        }
        let is_known = self.chains.iter().any(|known| known.certificates == answer.certificates);
        if is_known || self.chains.len() < MOST_CHAINS {
            // SSL 3.0 has no extension to name a host by.
            self.chain(&answer.certificates, raw, hello.version != registry::SSL_3_0);
        }
        if said.version != TLS_1_3 {
            self.old_features(hello, answer);
        }
    }

    fn old_features(&mut self, hello: &Hello, answer: &Answer) {
        let Some(said) = &answer.hello else { return };
        let has = |kind| said.extension(kind).is_some();
        let is_cbc = registry::cipher_name(said.cipher).contains("_CBC_");
        let features = &mut self.features;
        note(&mut features.compression, hello.compression.contains(&1), said.compression != 0);
        let has_extensions = hello.version != registry::SSL_3_0;
        let is_asked = has_extensions || hello.suites.contains(&registry::RENEGOTIATION_SCSV);
        note(&mut features.secure_renegotiation, is_asked, has(0xff01));
        if has_extensions && hello.features {
            note(&mut features.extended_master_secret, true, has(23));
            note(&mut features.encrypt_then_mac, is_cbc, has(22));
            note(&mut features.heartbeat, true, has(15));
            note(&mut features.ocsp_stapling, answer.is_done, answer.staples);
        }
        // An anonymous server may not ask, and one that resumes does not.
        note(
            &mut self.asks_certificate,
            answer.is_done && !answer.certificates.is_empty(),
            answer.asks_certificate,
        );
        if said.version <= registry::TLS_1_2 {
            let mark = MARKS.iter().any(|mark| said.random.ends_with(*mark));
            *self.marks.entry(said.version).or_insert(true) &= mark;
        }
    }
}

/// Sees a feature once, or sees it missing as often as it was asked for.
fn note(feature: &mut Option<bool>, is_asked: bool, is_seen: bool) {
    if is_asked {
        *feature = Some(feature.unwrap_or(false) || is_seen);
    }
}

/// Adds what is not there yet.
pub(super) fn add<T: PartialEq>(all: &mut Vec<T>, one: T) {
    if !all.contains(&one) {
        all.push(one);
    }
}
