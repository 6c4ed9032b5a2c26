//! Firmware updates as the plug does them: fetch, verify, refuse or install. Nothing is installed before all checks are done.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signature, VerifyingKey};
use rustls::ClientConfig;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::time::sleep;

use super::Plug;
use crate::dial::WayOut;
use crate::http;
use crate::{clock, random};

/// The name of the firmware a manifest has to carry.
pub(crate) const NAME: &str = "halden-plug-firmware";
/// The hardware a manifest has to be made for. Not the designation told to users, which a flaw may garble.
pub(crate) const TARGET: &str = "halden-plug-p1";

/// A firmware version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Version([u16; 3]);

/// What the update server says about the package it offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    pub(crate) name: String,
    pub(crate) model: String,
    pub(crate) version: Version,
    /// Of the package, in hexadecimal.
    pub(crate) sha256: String,
    /// Path of the package on the same server.
    pub(crate) package: String,
    /// Ed25519 over [`Manifest::signed_text`], in Base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) signature: Option<String>,
}

/// Why nothing was installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    Malformed,
    NotNewer,
    NotSigned,
    NotStored,
    Unreachable,
    WrongHash,
    WrongModel,
    WrongSignature,
}

/// How a look at the server ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    UpToDate,
    Installed(Version),
}

/// Where updates come from and what they are checked against.
pub(crate) struct Updater {
    pub(crate) server: SocketAddr,
    /// How the device gets there.
    pub(crate) way: WayOut,
    pub(crate) tls: Arc<ClientConfig>,
    pub(crate) key: VerifyingKey,
    pub(crate) model_checked: bool,
    pub(crate) package_checked: bool,
    pub(crate) signature_checked: bool,
    pub(crate) downgrade_refused: bool,
}

/// Looks for updates at start and from time to time, and installs them unless the user switched that off.
pub(crate) async fn run(plug: Arc<Plug>, every: Duration) {
    loop {
        let by_itself = plug.lock().memory().installs_by_itself(clock::seconds());
        let ended = if by_itself { install(&plug).await.map(drop) } else { look(&plug).await };
        if let Err(refusal) = ended {
            refusal.words().clone_into(&mut plug.lock().last_update);
        }
        sleep(random::jittered(every)).await;
    }
}

/// Asks the server what it offers, and remembers it.
pub(crate) async fn look(plug: &Plug) -> Result<(), Refusal> {
    let installed = plug.lock().memory().version;
    let manifest = plug.updater.manifest().await?;
    plug.lock().available = (manifest.version != installed).then_some(manifest.version);
    plug.updater.check(&manifest, installed).map(drop)
}

/// Installs what the server offers, when it stands every check.
pub(crate) async fn install(plug: &Plug) -> Result<Outcome, Refusal> {
    let ended = fetch_and_install(plug).await;
    let mut state = plug.lock();
    state.last_update = match &ended {
        Ok(Outcome::UpToDate) => "up to date".to_owned(),
        Ok(Outcome::Installed(version)) => format!("installed {version}"),
        Err(refusal) => format!("refused: {}", refusal.words()),
    };
    ended
}

async fn fetch_and_install(plug: &Plug) -> Result<Outcome, Refusal> {
    let installed = plug.lock().memory().version;
    let manifest = plug.updater.manifest().await?;
    if !plug.updater.check(&manifest, installed)? {
        return Ok(Outcome::UpToDate);
    }
    plug.updater.package(&manifest).await?;
    let mut state = plug.lock();
    state.store.change(|m| m.version = manifest.version).map_err(|_| Refusal::NotStored)?;
    state.available = None;
    Ok(Outcome::Installed(manifest.version))
}

impl Updater {
    async fn manifest(&self) -> Result<Manifest, Refusal> {
        let bytes = self.get("/manifest.json").await?;
        serde_json::from_slice(&bytes).map_err(|_| Refusal::Malformed)
    }

    /// The package, when it is the one the manifest was signed for.
    async fn package(&self, manifest: &Manifest) -> Result<Vec<u8>, Refusal> {
        let bytes = self.get(&manifest.package).await?;
        let is_right = hex::encode(Sha256::digest(&bytes)) == manifest.sha256;
        if is_right || !self.package_checked { Ok(bytes) } else { Err(Refusal::WrongHash) }
    }

    async fn get(&self, path: &str) -> Result<Vec<u8>, Refusal> {
        let path_reads = path.starts_with('/') && path.bytes().all(|b| b.is_ascii_graphic());
        if !path_reads {
            return Err(Refusal::Malformed);
        }
        http::get(self.way, self.server, Arc::clone(&self.tls), path).await.map_err(|_| Refusal::Unreachable)
    }

    /// Whether there is something to install; everything but the package itself is checked here.
    fn check(&self, manifest: &Manifest, installed: Version) -> Result<bool, Refusal> {
        if self.signature_checked {
            manifest.verify(&self.key)?;
        }
        if manifest.name != NAME || (self.model_checked && manifest.model != TARGET) {
            return Err(Refusal::WrongModel);
        }
        if manifest.version < installed && self.downgrade_refused {
            return Err(Refusal::NotNewer);
        }
        Ok(manifest.version != installed)
    }
}

impl Manifest {
    /// What the signature is made over. No field can hold a line break once name, model and hash are compared.
    pub(crate) fn signed_text(&self) -> String {
        format!("halden update 1\n{}\n{}\n{}\n{}\n", self.name, self.model, self.version, self.sha256)
    }

    fn verify(&self, key: &VerifyingKey) -> Result<(), Refusal> {
        let text = self.signature.as_deref().ok_or(Refusal::NotSigned)?;
        let bytes = BASE64.decode(text).map_err(|_| Refusal::WrongSignature)?;
        let signature = Signature::from_slice(&bytes).map_err(|_| Refusal::WrongSignature)?;
        key.verify_strict(self.signed_text().as_bytes(), &signature).map_err(|_| Refusal::WrongSignature)
    }
}

impl Refusal {
    /// The reason in words for the user.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Malformed => "the server's answer does not read",
            Self::NotNewer => "the version is older than the installed one",
            Self::NotSigned => "the signature is missing",
            Self::NotStored => "the plug could not store it",
            Self::Unreachable => "the update server cannot be reached",
            Self::WrongHash => "the package is not the one that was signed",
            Self::WrongModel => "it is made for another model",
            Self::WrongSignature => "the signature does not match",
        }
    }
}

impl FromStr for Version {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "a version has three numbers, as 1.4.2";
        let parts: Vec<u16> = text.split('.').map(str::parse).collect::<Result<_, _>>().map_err(|_| wrong)?;
        parts.try_into().map(Self).map_err(|_| wrong)
    }
}

impl TryFrom<String> for Version {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.to_string()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        let version = |text: &str| text.parse::<Version>().unwrap();
        assert!(version("1.10.0") > version("1.9.9"));
        assert_eq!(version("1.4.2").to_string(), "1.4.2");
        for wrong in ["", "1.2", "1.2.3.4", "1.2.x", "1.2.-3", "1.2.99999"] {
            assert!(wrong.parse::<Version>().is_err(), "{wrong}");
        }
    }
}
