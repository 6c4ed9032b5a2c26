//! The shapes of texts that mean more than text: places, dates, paths in the folder, addresses.

use std::net::IpAddr;

use super::ixit::common::Place;

/// What is wrong with a text, and what to do.
#[derive(Debug)]
pub(super) struct Misshapen {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) remedy: String,
    /// Whether the value has to be left out.
    pub(super) unusable: bool,
}

fn misshapen(code: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> Misshapen {
    Misshapen { code, message: message.into(), remedy: remedy.into(), unusable: true }
}

/// Checks a text against the schema's `format`; formats that are not ours pass.
pub(super) fn check(format: &str, text: &str) -> Result<(), Misshapen> {
    match format {
        "place" => place(text),
        "date" => date(text),
        "folder-path" => folder_path(text),
        "uri" => uri(text),
        _ => Ok(()),
    }
}

fn place(text: &str) -> Result<(), Misshapen> {
    if text.parse::<Place>().is_ok() {
        return Ok(());
    }
    let shown = super::findings::quote(text);
    let message = format!("{shown} is not a place");
    Err(misshapen("D014 bad-place", message, "write `tcp/8443`, `udp/5353` or `host:tcp/8883`"))
}

fn date(text: &str) -> Result<(), Misshapen> {
    if is_date(text) {
        return Ok(());
    }
    let message = format!("{} is not a day", super::findings::quote(text));
    Err(misshapen("D017 bad-date", message, "write year, month and day as `2031-12-31`"))
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let digits = |part: &str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    if !(digits(year, 4) && digits(month, 2) && digits(day, 2)) {
        return false;
    }
    let number = |part: &str| part.parse::<u32>().unwrap_or(0);
    (1..=days_in(number(year), number(month))).contains(&number(day))
}

fn days_in(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

fn folder_path(text: &str) -> Result<(), Misshapen> {
    if is_below_folder(text) {
        return Ok(());
    }
    let shown = super::findings::quote(text);
    let message = format!("{shown} is not a path below the assessment folder");
    let remedy = "copy the file into the folder and write its path with `/`, as `documents/guide.pdf`";
    Err(misshapen("D018 bad-path", message, remedy))
}

/// Whether a path stays below the assessment folder, as far as its text shows.
pub(super) fn is_below_folder(text: &str) -> bool {
    let leaves = text.split('/').any(|part| part == "..");
    let is_absolute = text.starts_with(['/', '~']) || text.get(1..2) == Some(":");
    !text.is_empty() && !leaves && !is_absolute && !text.contains(['\\', '\0'])
}

fn uri(text: &str) -> Result<(), Misshapen> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    if rest.is_some_and(|r| !r.is_empty() && !r.contains(char::is_whitespace)) {
        return Ok(());
    }
    let message = format!("{} is not a web address", super::findings::quote(text));
    Err(misshapen("D019 bad-url", message, "write the whole address, as `https://example.com/security`"))
}

/// Whether a text is an IP address or could be a DNS name.
pub(super) fn is_address(text: &str) -> bool {
    let label = |part: &str| {
        (1..=63).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    text.parse::<IpAddr>().is_ok()
        || (text.len() <= 253
            && text.split('.').all(label)
            && text.contains(|c: char| c.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(format: &str, text: &str) -> bool {
        check(format, text).is_ok()
    }

    #[test]
    fn dates_are_days_of_the_calendar() {
        for (text, right) in [
            ("2031-12-31", true),
            ("2028-02-29", true),
            ("2027-02-29", false),
            ("2031-13-01", false),
            ("2031-00-10", false),
            ("31.12.2031", false),
            ("2031-1-1", false),
            ("+031-01-01", false),
        ] {
            assert_eq!(passes("date", text), right, "{text}");
        }
    }

    #[test]
    fn paths_stay_below_the_folder() {
        for (text, right) in [
            ("documents/guide.pdf", true),
            ("a..b/c", true),
            ("../secret", false),
            ("a/../../b", false),
            ("/etc/passwd", false),
            ("C:\\guide.pdf", false),
            ("a\\b", false),
            ("~/x", false),
        ] {
            assert_eq!(passes("folder-path", text), right, "{text}");
        }
    }

    #[test]
    fn places_and_addresses() {
        assert!(passes("place", "cloud:tcp/8883") && !passes("place", "tcp/0") && !passes("place", "tcp:80"));
        assert!(passes("uri", "https://a.example/x") && !passes("uri", "www.a.example"));
        assert!(is_address("127.77.3.10") && is_address("fe80::1") && is_address("plug.local"));
        assert!(!is_address("300.1.1.1") && !is_address("a b") && !is_address(""));
    }
}
