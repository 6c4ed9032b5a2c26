//! Finds the keys that a signed `security.txt` is verified with: the declared one, or else those that the file itself
//! names on declared hosts. The file's own word that its key is the right one shows no more than that both fit.

use std::collections::BTreeSet;

use assize_model::fact::{FetchOutcome, KeyFound, KeyLook, SecurityTxtFault, Signature, SignatureFault};
use tokio::time::timeout;

use super::live::{Followed, walk};
use super::openpgp::{Certificate, certificates, holds_signer, verify};
use super::security_txt::Said;
use crate::{Budget, Raw, Sink, Target, Trouble};

/// Most keys that are fetched, and most bytes of one.
const MOST_FETCHED: usize = 4;
const MOST_BYTES: usize = 256 * 1024;

/// The certificate that a declaration names, as it lies in the assessment folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFile {
    /// The declared path.
    pub file: String,
    /// What the file holds.
    pub bytes: Vec<u8>,
}

/// Where a probe may look, and when it does.
pub(super) struct Reach<'a> {
    pub(super) allowed: &'a [Target],
    pub(super) budget: &'a Budget,
    pub(super) now: i64,
}

/// Keys with where they were found, and what showed it.
#[derive(Default)]
pub(super) struct Verified {
    pub(super) signature: Signature,
    pub(super) looks: Vec<KeyLook>,
    pub(super) raw: Vec<Raw>,
    known: Vec<(String, Certificate)>,
}

/// Verifies the signature of a file, if it has one.
pub(super) async fn verified(
    said: &Said,
    declared: Option<&KeyFile>,
    reach: &Reach<'_>,
    sink: &mut dyn Sink,
) -> Result<Verified, Trouble> {
    let mut found = Verified::default();
    let Some(signed) = &said.signed else { return Ok(found) };
    found.signature = Signature::Unverified;
    if said.faults.contains(&SecurityTxtFault::TooLong) {
        return Ok(found);
    }
    match declared {
        Some(key) => {
            found.raw.push(Raw::new(format!("declared key {}", key.file), key.bytes.clone()));
            found.take(&key.file, &key.bytes, reach.now);
        }
        None => found.look_up(&said.encryption, reach, sink).await?,
    }
    found.signature = match (verify(signed, &found.known, reach.now), declared) {
        (Signature::NoKey, Some(key)) if holds_signer(&key.bytes, signed) => Signature::UnknownKind,
        (Signature::NoKey, Some(_)) if !found.known.is_empty() => Signature::Bad(SignatureFault::AnotherKey),
        (verdict, _) => verdict,
    };
    Ok(found)
}

impl Verified {
    fn take(&mut self, from: &str, bytes: &[u8], now: i64) {
        let certificates = certificates(bytes, now);
        let found = match certificates.is_empty() {
            true => KeyFound::Unusable,
            false => KeyFound::Keys(certificates.iter().map(|c| c.fingerprint.clone()).collect()),
        };
        self.looks.push(KeyLook { from: from.to_owned(), found });
        self.known.extend(certificates.into_iter().map(|c| (from.to_owned(), c)));
    }

    /// Fetches the keys that `Encryption` names (RFC 9116 section 2.5.4) from declared hosts, over HTTPS.
    async fn look_up(
        &mut self,
        named: &[String],
        reach: &Reach<'_>,
        sink: &mut dyn Sink,
    ) -> Result<(), Trouble> {
        let budget = Budget { page_bytes: MOST_BYTES, ..reach.budget.clone() };
        let mut asked = BTreeSet::new();
        for from in named {
            let scheme = from.split(':').next().unwrap_or_default().to_ascii_lowercase();
            let found = match scheme.as_str() {
                "openpgp4fpr" => KeyFound::FingerprintOnly,
                "https" if asked.len() < MOST_FETCHED => {
                    if !asked.insert(from) {
                        continue;
                    }
                    match timeout(budget.read, walk(from, reach.allowed, &budget, sink)).await {
                        Err(_) => KeyFound::NotReached("it did not come in time".into()),
                        Ok(Err(Trouble::Stopped(error))) => return Err(Trouble::Stopped(error)),
                        Ok(Err(Trouble::NotAllowed { .. } | Trouble::BadAddress { .. })) => {
                            KeyFound::NotLookedUp
                        }
                        Ok(Err(trouble)) => KeyFound::NotReached(format!("the bench failed to {trouble}")),
                        Ok(Ok(page)) => match self.fetched(from, page, reach.now) {
                            Some(why) => KeyFound::NotReached(why),
                            None => continue,
                        },
                    }
                }
                _ => KeyFound::NotLookedUp,
            };
            self.looks.push(KeyLook { from: from.clone(), found });
        }
        Ok(())
    }

    /// Takes what came for a key. The reason says why it did not.
    fn fetched(&mut self, from: &str, page: Followed, now: i64) -> Option<String> {
        self.raw.extend(page.raw);
        match page.outcome {
            FetchOutcome::Status(200..=299) if !page.over_tls => Some("it leads over plain HTTP".into()),
            FetchOutcome::Status(200..=299) => {
                self.take(from, &page.answer.body, now);
                None
            }
            FetchOutcome::Status(status) => Some(format!("it answers with status {status}")),
            FetchOutcome::LeavesTargets(to) => Some(format!("it points to {to}, which is not declared")),
            FetchOutcome::NotHttp => Some("it does not answer with HTTP".into()),
        }
    }
}
