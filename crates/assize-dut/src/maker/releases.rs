//! The update server: offers a signed firmware package, or, when told to, one an honest device has to refuse.

use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::http::{Request, Response};
use crate::plug::update::{Manifest, NAME, TARGET};
use crate::random;

/// What the update server offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// The version a device leaves the factory with, correctly signed.
    Current,
    /// A newer version, correctly signed.
    Next,
    /// A newer version without a signature.
    Unsigned,
    /// A newer version signed with a key that is not the maker's.
    ForeignKey,
    /// A newer version whose package differs in one bit from what was signed.
    BitFlipped,
    /// An older version, correctly signed at its time.
    Downgrade,
    /// A newer version, correctly signed, for another model.
    OtherModel,
}

/// All offers with their names on the command line.
pub(crate) const OFFERS: &[(&str, Offer)] = &[
    ("current", Offer::Current),
    ("next", Offer::Next),
    ("unsigned", Offer::Unsigned),
    ("foreign-key", Offer::ForeignKey),
    ("bit-flipped", Offer::BitFlipped),
    ("downgrade", Offer::Downgrade),
    ("other-model", Offer::OtherModel),
];

impl fmt::Display for Offer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, _) = OFFERS.iter().find(|(_, offer)| offer == self).expect("the list names every offer");
        f.write_str(name)
    }
}

impl FromStr for Offer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names = || OFFERS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let found = OFFERS.iter().find(|(name, _)| *name == text).map(|(_, offer)| *offer);
        found.ok_or_else(|| format!("{text} is no offer; they are {}", names()))
    }
}

/// What stays reachable below `/releases`: what was, what comes, and what other products get.
const ARCHIVE: &[(&str, Offer)] = &[
    ("/releases/1.3.0/manifest.json", Offer::Downgrade),
    ("/releases/1.5.0/manifest.json", Offer::Next),
    ("/releases/lamp/manifest.json", Offer::OtherModel),
];

/// The update server of one instance; the signing key never leaves it.
pub(crate) struct Releases {
    key: SigningKey,
    current: Mutex<Release>,
    archive: Vec<(&'static str, Release)>,
}

struct Release {
    manifest: Manifest,
    package: Vec<u8>,
}

impl Releases {
    pub(crate) fn new(offer: Offer) -> Self {
        let key = SigningKey::from_bytes(&random::bytes());
        let current = Mutex::new(release(&key, offer));
        let archive = ARCHIVE.iter().map(|(path, offer)| (*path, release(&key, *offer))).collect();
        Self { key, current, archive }
    }

    /// The key a device holds to verify updates.
    pub(crate) fn public_key(&self) -> VerifyingKey {
        self.key.verifying_key()
    }

    /// Offers something else from now on.
    pub(crate) fn offer(&self, offer: Offer) {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = release(&self.key, offer);
    }

    pub(crate) fn respond(&self, request: &Request) -> Response {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let all = || {
            std::iter::once(("/manifest.json", &*current)).chain(self.archive.iter().map(|(p, r)| (*p, r)))
        };
        if request.method != "GET" {
            return Response::text(405, "only GET\n").with("allow", "GET".to_owned());
        }
        if let Some((_, release)) = all().find(|(path, _)| *path == request.path) {
            let manifest = serde_json::to_value(&release.manifest).expect("a manifest is plain data");
            return Response::json(200, &manifest);
        }
        match all().find(|(_, release)| release.manifest.package == request.path) {
            Some((_, release)) => Response::bytes(release.package.clone()),
            None => Response::text(404, "no such file\n"),
        }
    }
}

fn release(key: &SigningKey, offer: Offer) -> Release {
    let version = match offer {
        Offer::Current => crate::FACTORY_VERSION,
        Offer::Downgrade => "1.3.0",
        _ => "1.5.0",
    };
    let model = if offer == Offer::OtherModel { "halden-lamp-l1" } else { TARGET };
    let mut package = package(version);
    let mut manifest = Manifest {
        name: NAME.to_owned(),
        model: model.to_owned(),
        version: version.parse().expect("the versions above read"),
        sha256: hex::encode(Sha256::digest(&package)),
        package: format!("/{}-{version}.bin", model.trim_end_matches("-p1").trim_end_matches("-l1")),
        signature: None,
    };
    let foreign = SigningKey::from_bytes(&random::bytes());
    let signer = if offer == Offer::ForeignKey { &foreign } else { key };
    if offer != Offer::Unsigned {
        manifest.signature = Some(BASE64.encode(signer.sign(manifest.signed_text().as_bytes()).to_bytes()));
    }
    if offer == Offer::BitFlipped {
        package[100] ^= 1;
    }
    Release { manifest, package }
}

/// The bytes of a firmware: a header and a body that differs from version to version.
fn package(version: &str) -> Vec<u8> {
    let mut bytes = format!("HALDEN FIRMWARE {TARGET} {version}\n").into_bytes();
    for block in 0u8..128 {
        bytes.extend(Sha256::digest([version.as_bytes(), &[block]].concat()));
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_read_as_they_are_written() {
        for (name, offer) in OFFERS {
            assert_eq!(name.parse::<Offer>().unwrap(), *offer);
            assert_eq!(offer.to_string(), *name);
        }
        assert!("best".parse::<Offer>().is_err());
    }
}
