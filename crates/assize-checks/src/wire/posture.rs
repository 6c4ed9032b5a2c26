//! Everything a TLS or DTLS port accepts, against what the entry declares and what catalogues say of it.

use std::collections::BTreeMap;

use assize_model::catalogue::Standing;
use assize_model::catalogue::cryptography::{Part, Primitive, Quantum};
use assize_model::declaration::ixit::common::Place;
use assize_model::fact::{AttackState, TlsPosture};
use assize_model::judgement::Indication;

use super::certificate::{beyond_words, clause};
use super::{Spot, versions};
use crate::lifetime::{UNSAID, ends_before, holds_today, horizon, may_end, source};
use crate::say::{Row, Said, list, shown};

/// Most names listed in one sentence; the record has them all.
const MOST_NAMES: usize = 12;

/// What was accepted, with the rows it consists of.
struct Seen<'p, 'a> {
    name: &'p str,
    rows: Vec<&'a Primitive>,
}

/// What a posture comes to: everything wrong with it, else everything open, else that it is as declared.
pub(super) fn sayings(spot: &Spot, record: u64, posture: &TlsPosture) -> Vec<Said> {
    let accepted: Vec<&str> = posture.accepted().map(|v| v.version.as_str()).collect();
    let asked: Vec<&str> = posture.versions.iter().map(|v| v.version.as_str()).collect();
    let seen = Sighting::of(spot, posture);
    let mut said: Vec<Said> = versions(spot, &asked, &accepted).into_iter().collect();
    said.extend(undeclared_suites(spot, posture));
    said.extend(undeclared_groups(spot, &seen));
    said.extend(small_groups(spot, posture));
    said.extend(broken(spot, &seen));
    said.extend(ended(spot, &seen));
    said.extend(features(spot, posture));
    said.extend(attacks(spot, posture));
    said.extend(untold_attacks(spot, posture));
    said.extend(gaps(spot, posture, &seen));
    if said.is_empty() {
        let words = format!(
            "accepts {} at {} with {}, all of it as declared, and was found open to no known attack",
            list(&accepted),
            spot.place,
            names(seen.suites.iter().map(|s| s.name))
        );
        said.push(spot.row.passes("crypto", words));
    }
    said.into_iter().map(|s| shown(s, record)).collect()
}

/// What a server takes beside the declared; doubtful where words of the declaration are unknown.
fn beside(spot: &Spot, words: String, remedy: &str) -> Said {
    match spot.declared.unknown.is_empty() {
        true => spot.takes(words, remedy),
        false => beyond_words(spot, words, remedy),
    }
}

/// What a posture shows, looked up in the catalogue.
struct Sighting<'p, 'a> {
    suites: Vec<Seen<'p, 'a>>,
    groups: Vec<Seen<'p, 'a>>,
    signatures: Vec<Seen<'p, 'a>>,
    sizes: Vec<(u32, &'a Primitive)>,
    /// Names that the catalogue does not hold.
    unread: Vec<&'p str>,
}

impl<'p, 'a> Sighting<'p, 'a> {
    fn of(spot: &Spot<'_, 'a>, posture: &'p TlsPosture) -> Self {
        let agreed = &spot.scene.lists.agreed;
        let mut unread = Vec::new();
        let mut seen = |names: Vec<&'p str>, look: &dyn Fn(&str) -> Option<Vec<&'a Primitive>>| {
            let mut names = names;
            names.sort_unstable();
            names.dedup();
            let found = names.into_iter().filter_map(|name| match look(name) {
                Some(rows) => Some(Seen { name, rows }),
                None => {
                    unread.push(name);
                    None
                }
            });
            found.collect::<Vec<_>>()
        };
        let one = |part| move |name: &str| agreed.token(part, name).map(|row| vec![row]);
        let suites = posture.accepted().flat_map(|v| v.suites.iter().map(String::as_str)).collect();
        let suites = seen(suites, &|name| agreed.suite(name));
        let groups = seen(posture.groups.iter().map(String::as_str).collect(), &one(Part::Group));
        let signatures = seen(posture.signatures.iter().map(String::as_str).collect(), &one(Part::Signature));
        let sizes = posture.dh_bits.iter().filter_map(|bits| Some((*bits, agreed.size(Part::DhKey, *bits)?)));
        Self { suites, groups, signatures, sizes: sizes.collect(), unread }
    }

    /// Everything seen that no word of the declaration names, by the row that it consists of.
    fn unnamed(&self, spot: &Spot) -> Vec<(&'a Primitive, Vec<String>)> {
        let mut by_row: BTreeMap<(Part, &str), (&'a Primitive, Vec<String>)> = BTreeMap::new();
        let suites = self.suites.iter().filter(|s| !spot.declared.names_suite(s.name));
        let all = suites.chain(&self.groups).chain(&self.signatures);
        let pairs = all.flat_map(|s| s.rows.iter().map(move |row| (*row, s.name.to_owned())));
        let sizes =
            self.sizes.iter().map(|(bits, row)| (*row, format!("a Diffie-Hellman group of {bits} bits")));
        for (row, name) in pairs.chain(sizes).filter(|(row, _)| !spot.declared.names(row)) {
            by_row.entry((row.part, &row.name)).or_insert_with(|| (row, Vec::new())).1.push(name);
        }
        by_row.into_values().collect()
    }
}

/// Suites of declared versions with parts that the declaration leaves out.
fn undeclared_suites(spot: &Spot, posture: &TlsPosture) -> Vec<Said> {
    let known = spot.declared.versions(spot.place.transport);
    let declared = posture.accepted().filter(|v| known.contains(&v.version.as_str()));
    let beyond_of = |version: &assize_model::fact::VersionPosture| {
        let read =
            version.suites.iter().filter_map(|s| Some((s.as_str(), spot.scene.lists.agreed.suite(s)?)));
        let beyond: Vec<(&str, Vec<&Primitive>)> = read
            .map(|(s, parts)| (s, spot.declared.beyond(s, &parts)))
            .filter(|(_, b)| !b.is_empty())
            .collect();
        if beyond.is_empty() {
            return None;
        }
        let mut parts: Vec<&str> =
            beyond.iter().flat_map(|(_, b)| b.iter().map(|p| p.name.as_str())).collect();
        parts.sort_unstable();
        parts.dedup();
        let words = format!(
            "accepts {} in {} at {}, and does not declare {}",
            names(beyond.iter().map(|(s, _)| *s)),
            version.version,
            spot.place,
            list(&parts)
        );
        Some(beside(spot, words, "switch the suites off, or declare what they use in `algorithms`"))
    };
    declared.filter_map(beyond_of).collect()
}

/// Groups beside the declared ones. One that withstands a quantum computer is more than was declared, which the
/// supplier mends in the declaration.
fn undeclared_groups(spot: &Spot, seen: &Sighting) -> Vec<Said> {
    let beyond = seen.groups.iter().filter(|g| g.rows.iter().any(|r| !spot.declared.allows(r)));
    let is_more = |g: &&Seen| {
        g.rows.iter().any(|r| r.quantum == Some(Quantum::Holds) && r.standing == Standing::Agreed)
    };
    let (more, other): (Vec<&Seen>, Vec<&Seen>) = beyond.partition(is_more);
    let words = |groups: &[&Seen]| {
        format!(
            "agrees on {} at {}, which it does not declare",
            names(groups.iter().map(|g| g.name)),
            spot.place
        )
    };
    let remedy = "switch the groups off, or declare them in `algorithms`";
    let against = (!other.is_empty()).then(|| beside(spot, words(&other), remedy));
    let open = (!more.is_empty()).then(|| spot.is_open(words(&more), "declare the groups in `algorithms`"));
    against.into_iter().chain(open).collect()
}

/// Diffie-Hellman groups smaller than the smallest declared one.
fn small_groups(spot: &Spot, posture: &TlsPosture) -> Option<Said> {
    let agreed = &spot.scene.lists.agreed;
    let sizes = posture.dh_bits.iter().filter_map(|bits| Some((bits, agreed.size(Part::DhKey, *bits)?)));
    let small: Vec<String> =
        sizes.filter(|(_, row)| !spot.declared.allows(row)).map(|(bits, _)| format!("{bits} bits")).collect();
    if small.is_empty() {
        return None;
    }
    let words =
        format!("uses Diffie-Hellman groups of {} at {}, smaller than it declares", list(&small), spot.place);
    Some(beside(spot, words, "use the declared groups only, or declare these"))
}

/// What was seen and is broken, unless the declaration itself names it: then it is as declared, and fails on paper.
fn broken(spot: &Spot, seen: &Sighting) -> Vec<Said> {
    let broken = seen.unnamed(spot).into_iter().filter(|(row, _)| row.standing == Standing::Broken);
    let said = broken.map(|(row, found)| {
        let cited = row.says.first().map(|s| source(s, spot.scene.lists)).unwrap_or_default();
        let words = format!(
            "accepts {} at {}, and with it the {} {}, for which an attack is published. {} ({cited})",
            names(found.iter().map(String::as_str)),
            spot.place,
            row.part.words(),
            row.name,
            clause(&row.why)
        );
        spot.takes(
            words,
            &format!("switch off what rests on it: {}", names(found.iter().map(String::as_str))),
        )
    });
    said.collect()
}

/// What was seen, is neither named nor left out by the declaration, and which all catalogues give up before the product's end.
/// A signature of the handshake that still holds today is left open, and so is everything where that end is not declared.
fn ended(spot: &Spot, seen: &Sighting) -> Vec<Said> {
    let horizon = horizon(spot.scene);
    let until = horizon.map(|h| h.words()).unwrap_or_default();
    let silent = seen.unnamed(spot).into_iter();
    let silent = silent.filter(|(row, _)| row.standing != Standing::Broken && spot.declared.allows(row));
    let said = silent.filter_map(|(row, found)| {
        let found = names(found.iter().map(String::as_str));
        let Some(ends) = ends_before(row, spot.scene.lists, horizon) else {
            let ends = may_end(row, spot.scene)?;
            let words = format!("accepts {found} at {}, but {ends}, and {UNSAID}", spot.place);
            return Some(spot.is_open(words, "fill in `support_period.until` of 2-UserInfo"));
        };
        let words = format!("accepts {found} at {}, but {ends}, and {until}", spot.place);
        if row.part == Part::Signature && holds_today(row, spot.scene) {
            let words = format!("{words}; it signs handshakes only, and holds today");
            return Some(spot.is_open(words, format!("switch off {found}, or plan to do so by an update")));
        }
        Some(spot.takes(words, &format!("switch off {found}")))
    });
    said.collect()
}

/// Extensions whose use is an attack by itself.
fn features(spot: &Spot, posture: &TlsPosture) -> Vec<Said> {
    let f = &posture.features;
    let is_renewed_blindly = f.secure_renegotiation == Some(false) && f.client_renegotiation == Some(true);
    let wrong = [
        (f.compression == Some(true), "crime", "agrees to compression", "switch compression off"),
        (
            is_renewed_blindly,
            "insecure-renegotiation",
            "renegotiates at the client's wish without the extension that secures it",
            "switch renegotiation off, or announce secure renegotiation",
        ),
    ];
    let is_told = |name: &str| posture.attacks.iter().any(|a| a.name == name && a.state == AttackState::Open);
    let open = wrong.into_iter().filter(|(is_so, attack, ..)| *is_so && !is_told(attack));
    open.map(|(_, attack, what, remedy)| {
        spot.takes(format!("{what} at {}{}", spot.place, attack_words(spot, attack)), remedy)
    })
    .collect()
}

/// Known attacks that would work.
fn attacks(spot: &Spot, posture: &TlsPosture) -> Vec<Said> {
    let open = posture.attacks.iter().filter(|a| a.state == AttackState::Open);
    let told = open.map(|attack| {
        let known = attack_words(spot, &attack.name);
        let words = format!("is open to {} at {}: {}{known}", attack.name, spot.place, clause(&attack.why));
        spot.takes(words, &format!("update or configure the server so that {} is closed", attack.name))
    });
    told.collect()
}

/// Known attacks of which nobody could tell whether they would work.
fn untold_attacks(spot: &Spot, posture: &TlsPosture) -> Vec<Said> {
    let unknown = posture.attacks.iter().filter(|a| a.state == AttackState::Unknown);
    let told = unknown.map(|a| {
        let words =
            format!("could not be told open or closed to {} at {}: {}", a.name, spot.place, clause(&a.why));
        spot.is_open(words, "assess again, or try it by hand")
    });
    told.collect()
}

/// What an evaluator should know beside the verdict: protections that are missing.
pub(super) fn notes(row: Row, place: &Place, (record, posture): (u64, &TlsPosture)) -> Vec<Indication> {
    let chained = posture.accepted().flat_map(|v| &v.suites).any(|s| s.contains("_CBC_"));
    let f = &posture.features;
    let missing = [
        (f.encrypt_then_mac == Some(false) && chained, "encrypts in chained blocks without encrypt-then-MAC"),
        (
            f.extended_master_secret == Some(false),
            "does not bind the session's secret to its handshake (RFC 7627)",
        ),
    ];
    let missing =
        missing.into_iter().filter(|(is_so, _)| *is_so).map(|(_, what)| format!("{what} at {place}"));
    missing
        .map(|words| {
            Indication::note(format!("{} {words}.", row.id), "").shown_by([record]).at(row.at("crypto"))
        })
        .collect()
}

/// `. What it does (CVE-2014-0160)`, for an attack that the catalogue knows.
fn attack_words(spot: &Spot, name: &str) -> String {
    let Some(row) = spot.scene.lists.agreed.token(Part::Attack, name) else { return String::new() };
    let cited: Vec<&str> = row.says.iter().map(|s| s.at.as_str()).collect();
    format!(". {} ({})", clause(&row.why), list(&cited))
}

/// What was not asked, or cannot be looked up; a posture with gaps is never complete.
fn gaps(spot: &Spot, posture: &TlsPosture, seen: &Sighting) -> Vec<Said> {
    let Spot { place, .. } = *spot;
    let mut said = Vec::new();
    if !posture.gaps.is_empty() {
        let words = format!("was examined in part at {place}: {}", list(&posture.gaps));
        said.push(spot.is_open(words, "assess again, or look at it by hand"));
    }
    let f = &posture.features;
    if f.secure_renegotiation == Some(false) && f.client_renegotiation.is_none() {
        let words =
            format!("does not secure renegotiation at {place}, and whether it carries one out was not seen");
        said.push(spot.is_open(words, "assess again, or try by hand whether the client can renegotiate"));
    }
    let without: Vec<&str> =
        posture.accepted().filter(|v| v.suites.is_empty()).map(|v| v.version.as_str()).collect();
    if !without.is_empty() {
        let words =
            format!("accepts {} at {place}, and its cipher suites were not asked for", list(&without));
        said.push(spot.is_open(words, "assess again, or look at it by hand"));
    }
    let is_fresh = |s: &Seen| {
        let exchange = s.rows.iter().find(|r| r.part == Part::Exchange);
        exchange.is_none_or(|r| r.tokens.iter().any(|t| t == "ECDHE"))
    };
    if seen.groups.is_empty() && seen.suites.iter().any(is_fresh) {
        let words = format!("agrees on fresh keys at {place}, and its groups were not asked for");
        said.push(spot.is_open(words, "assess again, or look at it by hand"));
    }
    if !seen.unread.is_empty() {
        let words = format!(
            "accepts {} at {place}, on which the catalogue of cryptography is silent",
            names(seen.unread.iter().copied())
        );
        said.push(spot.is_open(words, "look them up by hand"));
    }
    said
}

/// Names as a list, cut where it grows long.
fn names<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let all: Vec<&str> = names.collect();
    match all.len() {
        n if n > MOST_NAMES => format!("{} and {} more", all[..MOST_NAMES].join(", "), n - MOST_NAMES),
        _ => list(&all),
    }
}
