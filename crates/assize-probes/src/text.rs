//! Turns hostile bytes into short readable text, and finds product versions in it.

/// How many disclosures of one answer are kept, and how long each may be.
const MOST_DISCLOSURES: usize = 16;
const LONGEST_DISCLOSURE: usize = 100;
/// Words after which a number is a version of the product.
const VERSION_WORDS: [&str; 9] =
    ["build", "firmware", "fw", "hardware", "release", "revision", "software", "ver", "version"];

/// The bytes as one line of printable text, at most `max` characters; control characters become spaces.
pub fn printable(bytes: &[u8], max: usize) -> String {
    let head = &bytes[..bytes.len().min(max.saturating_mul(8))];
    squeeze(&String::from_utf8_lossy(head)).chars().take(max).collect()
}

/// Text with every run of spaces and control characters as one space.
pub fn squeeze(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let mut line = String::new();
    for word in words.filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Products with a version in a header or banner: `nginx/1.18.0`, `Boa 0.94`, `OpenSSH_8.9p1`; as `name/version`.
pub fn products(header: &str) -> Vec<String> {
    let words: Vec<&str> = header
        .split(|c: char| c.is_whitespace() || "(),;[]\"'<>|".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    let mut found = Vec::new();
    for (i, word) in words.iter().enumerate() {
        if let Some((name, version)) = split_product(word) {
            add(&mut found, name, version);
        } else if is_dotted(word)
            && i > 0
            && is_name(words[i - 1])
            && !words.get(i + 1).is_some_and(|after| is_unit(after))
        {
            add(&mut found, words[i - 1], word);
        }
    }
    found
}

/// Versions that running text or JSON gives for the product: `Firmware version: 1.2.3`, `"fw_version":"1.2.3"`.
pub fn versions(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut named: Option<(String, usize)> = None;
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c)));
    let words = words.map(|word| word.trim_matches(['.', '-', '_'])).filter(|word| !word.is_empty());
    let mut words = words.peekable();
    while let Some(word) = words.next() {
        match &mut named {
            Some((name, _)) if is_dotted(word) => {
                if !words.peek().is_some_and(|after| is_unit(after)) {
                    add(&mut found, name, word);
                }
                named = None;
            }
            _ if is_version_word(word) => {
                let before = named.take().map(|(name, _)| name + " ").unwrap_or_default();
                named = (before.len() < 40).then(|| (before + word, 0));
            }
            Some((_, 2..)) => named = None,
            Some((_, distance)) => *distance += 1,
            None => {}
        }
    }
    found
}

/// Adds what `more` has and `found` lacks, within the bound.
pub fn merge(found: &mut Vec<String>, more: Vec<String>) {
    for one in more {
        if found.len() < MOST_DISCLOSURES && !found.contains(&one) {
            found.push(one);
        }
    }
}

fn add(found: &mut Vec<String>, name: &str, version: &str) {
    let one = format!("{name}/{}", version.trim_start_matches(['v', 'V']));
    if one.len() <= LONGEST_DISCLOSURE {
        merge(found, vec![one]);
    }
}

/// `name/1.2`, `name_1.2p1`, `name-1.2` as name and version. Protocols and terminals are no products.
fn split_product(word: &str) -> Option<(&str, &str)> {
    let slash = word.split_once('/').filter(|(_, version)| starts_with_number(version));
    let glued = || {
        let at = word.match_indices(['_', '-']).map(|(at, _)| at).find(|at| is_dotted(&word[at + 1..]))?;
        Some((&word[..at], &word[at + 1..]))
    };
    let (name, version) = slash.or_else(glued)?;
    let is_protocol = ["http", "pts", "rtsp", "sip", "tty", "upnp"]
        .iter()
        .any(|protocol| name.eq_ignore_ascii_case(protocol));
    (is_name(name) && !is_protocol).then_some((name, version))
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic()) && !is_dotted(word)
}

fn starts_with_number(word: &str) -> bool {
    word.trim_start_matches(['v', 'V']).starts_with(|c: char| c.is_ascii_digit())
}

/// Units in which a number measures something. `A` begins sentences, and so it is none of them.
const UNITS: [&str; 18] = [
    "Ah", "GB", "GHz", "Gbit", "Hz", "KB", "kB", "MB", "MHz", "Mbit", "VAC", "VDC", "Wh", "kHz", "kW", "kWh",
    "mA", "ms",
];
/// Those that end a version too where they are written close to it.
const SHORT_UNITS: [&str; 2] = ["V", "W"];

fn is_unit(word: &str) -> bool {
    let unit = word.split('/').next().unwrap_or_default();
    UNITS.contains(&unit) || SHORT_UNITS.contains(&unit)
}

/// A number with its unit, as `2.4GHz`.
fn is_measured(bare: &str) -> bool {
    UNITS.contains(&bare.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.'))
}

/// A day as `24.12.2026`.
fn is_day(bare: &str) -> bool {
    let parts: Vec<&str> = bare.split('.').collect();
    let number = |part: &str| part.parse::<u16>().ok().filter(|_| part.bytes().all(|b| b.is_ascii_digit()));
    let [day, month, year] = parts.as_slice() else { return false };
    let is_within =
        |part: &str, most| part.len() <= 2 && number(part).is_some_and(|n| (1..=most).contains(&n));
    is_within(day, 31) && is_within(month, 12) && number(year).is_some_and(|n| (1990..2100).contains(&n))
}

/// `1.2`, `v1.2.3-rc1`, `2019.78`, `8.9p1`: a number, a dot and another number, and no address, day or measure.
fn is_dotted(word: &str) -> bool {
    let bare = word.trim_start_matches(['v', 'V']);
    let mut parts = bare.split('.');
    let leads = parts.next().is_some_and(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    leads
        && parts.next().is_some_and(|part| part.starts_with(|c: char| c.is_ascii_digit()))
        && bare.parse::<std::net::Ipv4Addr>().is_err()
        && !is_day(bare)
        && !is_measured(bare)
}

fn is_version_word(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    lower.split(['_', '-', '.']).any(|part| VERSION_WORDS.contains(&part))
        || ["fwversion", "swversion", "firmwareversion", "softwareversion"].contains(&lower.as_str())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn products_in_headers() {
        assert_eq!(products("Apache/2.4.1 (Unix) OpenSSL/1.0.2g"), ["Apache/2.4.1", "OpenSSL/1.0.2g"]);
        assert_eq!(products("Boa 0.94.14rc21"), ["Boa/0.94.14rc21"]);
        assert_eq!(products("OpenSSH_8.9p1 Ubuntu-3"), ["OpenSSH/8.9p1"]);
        assert_eq!(products("nginx"), [""; 0]);
        assert_eq!(products("Smart Plug v1.2.3"), ["Plug/1.2.3"]);
        assert_eq!(products("host 192.168.0.1"), [""; 0]);
        assert_eq!(products("HTTP/1.1 lighttpd/1.4"), ["lighttpd/1.4"]);
    }

    #[test]
    fn versions_in_text() {
        assert_eq!(versions("Firmware version: 1.2.3"), ["Firmware version/1.2.3"]);
        assert_eq!(versions(r#"{"fw_version":"2.0.1","ip":"10.0.0.1"}"#), ["fw_version/2.0.1"]);
        assert_eq!(versions("the build is at 4 pm, see chapter 3.2"), [""; 0]);
        assert_eq!(versions("Version 7"), [""; 0]);
        assert_eq!(versions("version of the user's guide 1.2"), [""; 0]);
    }

    #[test]
    fn measures_and_days_are_no_versions() {
        for text in [
            "Hardware: 2.4 GHz",
            "hardware 2.4GHz",
            "software of 3.6 kW",
            "release 24.12.2026",
            "Firmware of 1.1.2025",
        ] {
            assert_eq!(versions(text), [""; 0], "{text}");
            assert_eq!(products(text), [""; 0], "{text}");
        }
        assert_eq!(products("Router 866.7 Mbit/s"), [""; 0]);
        assert_eq!(versions("firmware 2.4 General"), ["firmware/2.4"]);
        assert_eq!(versions("Firmware 1.2. A new one is out."), ["Firmware/1.2"]);
        assert_eq!(versions("firmware 1.2V"), ["firmware/1.2V"]);
        assert_eq!(versions("firmware 24.12.1"), ["firmware/24.12.1"]);
        assert_eq!(versions("firmware 32.12.2026"), ["firmware/32.12.2026"]);
        assert_eq!(versions("hardware 2.4 GHz, version 1.0.7"), ["version/1.0.7"]);
        assert_eq!(products("Plug 1.2"), ["Plug/1.2"]);
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in ".{0,300}") {
            prop_assert!(products(&text).len() <= MOST_DISCLOSURES);
            prop_assert!(versions(&text).len() <= MOST_DISCLOSURES);
            prop_assert!(printable(text.as_bytes(), 50).chars().count() <= 50);
        }
    }
}
