//! The flaws: data files of the crate, read strictly. Each turns one knob wrong and names the test cases it breaks.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::knobs::Knobs;

/// Embeds `flaws/<name>.toml` for each name.
macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../flaws/", $name, ".toml")))),*]
    };
}

/// Every file of the folder `flaws`, in the order of the alphabet; a test compares this list with the folder.
const FILES: &[(&str, &str)] = embedded![
    "automatic-updates-off",
    "backup-for-anyone",
    "ccs-injection",
    "debug-http",
    "deletion-instructions-missing",
    "disclosure-policy-behind-login",
    "disclosure-policy-without-times",
    "downgrade-accepted",
    "dtls10-accepted",
    "expired-certificate",
    "folder-listed",
    "foreign-sites-served",
    "guest-changes-settings",
    "heartbleed",
    "implementation-outdated",
    "input-stops-mdns",
    "input-stops-tls",
    "input-stops-web-server",
    "markup-reflected",
    "mqtt-clear",
    "no-disclosure-policy",
    "no-login-throttling",
    "offline-function-lost",
    "old-password-still-works",
    "page-draws-in-clear",
    "plain-http-login",
    "power-loss-resets",
    "privacy-information-missing",
    "reconnects-without-pause",
    "replacement-plan-missing",
    "reset-keeps-data",
    "robot",
    "security-txt-altered",
    "security-txt-expired",
    "security-txt-missing",
    "security-txt-other-policy",
    "sensor-information-missing",
    "session-token-counted",
    "settings-without-auth",
    "setup-check-missing",
    "setup-guide-missing",
    "setup-without-password",
    "sha1-certificate",
    "shared-device-key",
    "ssh-open",
    "ssh-protocol-1",
    "ssh-weak-algorithms",
    "ssl2-accepted",
    "ssl3-accepted",
    "support-account",
    "support-page-missing",
    "support-period-contradicts",
    "support-period-missing",
    "telemetry-information-missing",
    "telemetry-without-consent",
    "telnet-login",
    "ticketbleed",
    "tls-compression",
    "tls-export-dh",
    "tls-export-rsa",
    "tls-small-dh",
    "tls-weak-curve",
    "tls-weak-suite",
    "tls-without-forward-secrecy",
    "tls10-accepted",
    "unchecked-input",
    "undeclared-service",
    "universal-default-password",
    "unsigned-update",
    "update-any-certificate",
    "update-damaged",
    "update-other-model",
    "user-names-told",
    "version-disclosed",
    "weak-certificate-key",
    "wrong-model-designation",
];

/// One thing that can be wrong with the device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flaw {
    /// The name it is turned on by; the name of its file.
    pub name: String,
    /// What is wrong, in a sentence.
    pub title: String,
    /// The one knob it turns.
    pub knob: String,
    /// The value the knob takes.
    pub value: toml::Value,
    /// Cases of TS 103 701 V1.1.1 that must fail on a device with this flaw.
    pub breaks: Vec<String>,
    /// Whether every unit of the product has it as well; what else is wrong with a unit is its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub every_unit: bool,
    /// Whether it fails on the example product.
    pub seen: bool,
    /// Why it is not seen; present exactly when `seen` is false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unseen_because: Option<String>,
}

/// All flaws, in the order of their names.
///
/// # Errors
/// A file of the crate that does not read; the tests of the crate exclude it.
pub fn flaws() -> Result<Vec<Flaw>> {
    FILES.iter().map(|(name, text)| read(name, text)).collect()
}

fn read(name: &str, text: &str) -> Result<Flaw> {
    let wrong = |reason: String| Error::FlawFile { name: name.to_owned(), reason };
    let flaw: Flaw = toml::from_str(text).map_err(|e| wrong(e.to_string()))?;
    if flaw.name != name {
        return Err(wrong(format!("it calls itself {}", flaw.name)));
    }
    if flaw.seen == flaw.unseen_because.is_some() {
        return Err(wrong("unseen_because belongs to seen = false, and only there".to_owned()));
    }
    Ok(flaw)
}

/// The knobs of a device with these flaws.
pub(crate) fn knobs_with(names: &[String]) -> Result<Knobs> {
    let known = flaws()?;
    let mut turned: Vec<&Flaw> = Vec::new();
    let mut knobs = Knobs::default();
    for name in names {
        let flaw = known.iter().find(|f| f.name == *name).ok_or_else(|| Error::UnknownFlaw(name.clone()))?;
        if turned.iter().any(|earlier| earlier.name == flaw.name) {
            continue;
        }
        if let Some(first) = turned.iter().find(|earlier| earlier.knob == flaw.knob) {
            let (first, second) = (first.name.clone(), flaw.name.clone());
            return Err(Error::KnobTurnedTwice { first, second, knob: flaw.knob.clone() });
        }
        let wrong = |reason| Error::FlawFile { name: flaw.name.clone(), reason };
        knobs = knobs.turned(&flaw.knob, &flaw.value).map_err(wrong)?;
        turned.push(flaw);
    }
    Ok(knobs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_the_folder() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/flaws");
        let mut found: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .map(|name| name.strip_suffix(".toml").expect("only TOML files here").to_owned())
            .collect();
        found.sort();
        assert_eq!(found, FILES.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    }

    #[test]
    fn each_flaw_turns_exactly_one_existing_knob() {
        for flaw in flaws().unwrap() {
            let knobs = knobs_with(std::slice::from_ref(&flaw.name)).unwrap();
            let (before, after) = (table(&Knobs::default()), table(&knobs));
            let moved: Vec<_> = before.keys().filter(|key| before[*key] != after[*key]).collect();
            assert_eq!(moved, [&flaw.knob], "{}", flaw.name);
        }
    }

    #[test]
    fn each_flaw_names_the_cases_it_breaks() {
        for flaw in flaws().unwrap() {
            assert!(!flaw.breaks.is_empty(), "{}", flaw.name);
            assert!(flaw.breaks.iter().all(|case| is_case(case)), "{}: {:?}", flaw.name, flaw.breaks);
            assert!(flaw.breaks.is_sorted(), "{}", flaw.name);
        }
    }

    #[test]
    fn telnet_breaks_what_the_walking_skeleton_expects() {
        let all = flaws().unwrap();
        let telnet = all.iter().find(|f| f.name == "telnet-login").unwrap();
        assert_eq!(telnet.breaks, ["5.1-1-2", "5.1-5-2", "5.5-5-2", "5.6-1-2"]);
    }

    #[test]
    fn unknown_and_colliding_flaws_are_refused() {
        let names = |all: &[&str]| all.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        assert!(matches!(knobs_with(&names(&["no-such"])), Err(Error::UnknownFlaw(_))));
        let both = names(&["support-period-missing", "support-period-contradicts"]);
        assert!(matches!(knobs_with(&both), Err(Error::KnobTurnedTwice { .. })));
        assert!(knobs_with(&names(&["telnet-login", "telnet-login", "debug-http"])).is_ok());
    }

    #[test]
    fn unknown_keys_are_refused() {
        let text = "name='x'\ntitle='t'\nknob='ssh_open'\nvalue=true\nbreaks=['5.1-1-2']\nseen=true\n";
        assert!(read("x", text).is_ok());
        assert!(read("x", &format!("{text}colour='red'\n")).is_err());
        assert!(read("x", &format!("{text}unseen_because='why'\n")).is_err());
        assert!(read("y", text).is_err());
    }

    fn table(knobs: &Knobs) -> toml::Table {
        toml::Table::try_from(knobs).unwrap()
    }

    fn is_case(text: &str) -> bool {
        let parts: Vec<&str> = text.split('-').collect();
        let clause_reads = parts[0].split('.').all(|n| n.parse::<u8>().is_ok());
        clause_reads && parts.len() == 3 && parts[1..].iter().all(|n| n.parse::<u8>().is_ok())
    }
}
