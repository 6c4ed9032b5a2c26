//! A declaration begun from what probes saw: entries for the services, logins, interfaces and inputs that were found.
//! What a probe cannot know stays open, and the reader of the declaration says so. Texts of the device go into
//! comments only, so that nothing the device says becomes a claim.

mod places;

use std::fmt::Write as _;

use super::skeleton::{Key, Skeleton, field_keys, flat, skeleton_with};
use crate::catalogue::{IxitTable, TestSpec, steers};
use crate::fact::{Fact, TlsCertificate};
use places::{Seen, seen};

/// The declaration of a device at `address` as far as `facts` tell of it. It says what is there, not what was
/// intended: the supplier goes through every line.
pub fn draft(spec: &TestSpec, address: &str, facts: &[Fact]) -> Skeleton {
    let seen = seen(facts);
    let mut made = skeleton_with(spec, |table| seen.iter().map(|place| entry(table, place)).collect());
    made.product = product(&made.product, address, facts);
    made.ixit = made.ixit.replacen("format = 1\n", &format!("{INTRODUCTION}format = 1\n"), 1);
    made
}

const INTRODUCTION: &str = "#\n\
    # Entries that are not commented out were begun by `assize observe` from what it saw. They say what is there, not\n\
    # what was intended: go through every line, remove what does not belong to the product, and settle each TODO.\n";

/// Longer texts of a device are cut in comments.
const TEXT_LIMIT: usize = 100;

/// A text of the device on one line, without what steers a terminal.
fn plain(text: &str) -> String {
    let cut: String = text.chars().take(TEXT_LIMIT).collect();
    let more = if text.chars().nth(TEXT_LIMIT).is_some() { " …" } else { "" };
    cut.chars().map(|c| if steers(c) { ' ' } else { c }).collect::<String>() + more
}

/// `product.toml` with the address on the bench, and beside the versions what the device says of itself.
fn product(text: &str, address: &str, facts: &[Fact]) -> String {
    let mut made = String::with_capacity(text.len());
    let mut is_placed = false;
    for line in text.lines() {
        if line.starts_with("# address = ") && !is_placed {
            is_placed = true;
            let _ = writeln!(
                made,
                "{:<31} # where `assize observe` saw it; probes go here",
                format!("address = \"{address}\"")
            );
        } else {
            let _ = writeln!(made, "{line}");
        }
        if line.starts_with("latest_firmware_version") {
            made += &told(facts);
        }
    }
    made
}

/// What the device tells of product and version without a login, as comments.
fn told(facts: &[Fact]) -> String {
    let mut told: Vec<String> = Vec::new();
    for fact in facts {
        match fact {
            Fact::Service(s) => told.extend(s.discloses.iter().map(|d| format!("port {}: {d}", s.port))),
            Fact::MdnsAnnouncement(m) => told.extend(m.services.iter().flat_map(|s| {
                let txt = s.txt.iter().map(|t| format!("mDNS {}: {t}", s.service));
                std::iter::once(format!("mDNS {}: {}", s.service, s.instance)).chain(txt)
            })),
            _ => {}
        }
    }
    let mut text = String::new();
    for line in told.iter().take(40) {
        let _ = writeln!(text, "# seen on {}", plain(line));
    }
    text
}

/// What is known of a key: its value, and a remark.
struct Given {
    key: &'static str,
    value: String,
    note: &'static str,
}

fn given(key: &'static str, value: impl Into<String>, note: &'static str) -> Given {
    Given { key, value: value.into(), note }
}

/// The entry that one table gets for one place; nothing when the table has none for it.
fn entry(table: &IxitTable, place: &Seen) -> String {
    let label = table.label();
    let Some(known) = known(&label, place) else { return String::new() };
    let mut text = format!("\n[[{label}]]\nid = \"{}-{}\"\n", table.name, place.suffix());
    for remark in place.remarks() {
        let _ = writeln!(text, "# seen: {}", plain(&remark));
    }
    for field in &table.fields {
        for (key, schema) in field_keys(&label, &field.name).into_iter().filter(|(key, _)| *key != "id") {
            for key in flat(key, schema) {
                key_line(&mut text, &key, &known, &table.name);
            }
        }
    }
    text
}

/// A known key with its value, an unknown text left empty for the reader to name, or an unknown value as a comment.
fn key_line(text: &mut String, key: &Key, known: &[Given], table: &str) {
    let example = key.example(table);
    let (line, words) = match known.iter().find(|g| g.key == key.name) {
        Some(g) => (format!("{} = {}", key.name, g.value), g.note.to_owned()),
        None if example == "\"\"" => (format!("{} = \"\"", key.name), format!("TODO: {}", key.words())),
        None => (format!("# TODO: {} = {example}", key.name), key.words()),
    };
    let _ = match words.is_empty() {
        true => writeln!(text, "{line}"),
        false => writeln!(text, "{line:<40} # {words}"),
    };
}

fn known(label: &str, place: &Seen) -> Option<Vec<Given>> {
    let mut known = vec![given("reached_at", format!("[\"{}\"]", place.words()), "")];
    let on = || given("status", "\"enabled\"", "it answered; is it so in the initialised state?");
    match label {
        "1-AuthMech" => {
            let login = place.login?;
            known.push(given("network", "true", ""));
            known.extend(
                places::factor(login)
                    .map(|f| given("factor", format!("\"{f}\""), "as the login asks for it")),
            );
            known.extend(crypto(place));
        }
        "11-ComMech" => known.extend(crypto(place)),
        "13-SoftServ" => {
            known.push(given("network", "true", ""));
            known.push(on());
            if place.login.is_some() {
                known.push(given("authentication", format!("[\"AuthMech-{}\"]", place.suffix()), ""));
            }
        }
        "15-Intf" => {
            known.push(given("kinds", "[\"logical\", \"network\"]", ""));
            known.push(on());
        }
        "27-UserIntf" if place.is_for_people => {}
        "28-ExtAPI" if !place.is_for_people => {}
        _ => return None,
    }
    Some(known)
}

/// What was seen of the cryptography of a place.
fn crypto(place: &Seen) -> Vec<Given> {
    let mut known = Vec::new();
    if let Some(protocols) = place.protocols() {
        let list = protocols.iter().map(|p| format!("\"{p}\"")).collect::<Vec<_>>().join(", ");
        known.push(given("crypto.protocols", format!("[{list}]"), "as they were accepted"));
    }
    if let Some(certificate) = &place.certificate {
        let valid = is_in_time(certificate);
        known.push(given("crypto.valid_certificate", valid.to_string(), "at the time of looking"));
    }
    known
}

fn is_in_time(certificate: &TlsCertificate) -> bool {
    (certificate.not_before..=certificate.not_after).contains(&certificate.seen_at)
}
