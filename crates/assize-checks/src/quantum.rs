//! Readiness for quantum computers: which places agree on groups that withstand them, and which of the declared
//! cryptography does not. It is reported beside the verdict and never decides one.

use std::collections::{BTreeMap, BTreeSet};

use assize_model::assessment::{Accepted, PlaceReadiness, Readiness, Vulnerable};
use assize_model::catalogue::Lists;
use assize_model::catalogue::cryptography::{Part, Primitive, Quantum, Stated, Statement};
use assize_model::declaration::ixit::common::{Crypto, Place};
use assize_model::fact::TlsPosture;
use assize_model::judgement::Indication;
use assize_model::scene::Scene;

use crate::cryptography::names;
use crate::lifetime::source;
use crate::look::posture_at;
use crate::say::{Row, list};

/// One note per place that was looked at.
pub(crate) fn notes(row: Row, places: &[Place], scene: &Scene) -> Vec<Indication> {
    let seen = places.iter().filter_map(|place| {
        let (record, posture) = posture_at(scene, scene.address_of(place)?, place)?;
        let holding = holding(posture, scene.lists);
        let words = match holding.as_slice() {
            [] => format!("{} agrees at {place} on no group that withstands a quantum computer.", row.id),
            groups => {
                format!(
                    "{} agrees at {place} on {}, which withstands a quantum computer.",
                    row.id,
                    list(groups)
                )
            }
        };
        Some(Indication::note(words, "").shown_by([record]).at(row.at("crypto")))
    });
    seen.collect()
}

/// The readiness of the product as a whole.
pub fn readiness(scene: &Scene) -> Readiness {
    let ixit = &scene.declaration.ixit;
    let auth = ixit.auth_mech.iter().map(|m| ("1-AuthMech", &m.id, &m.crypto));
    let updates = ixit.upd_mech.iter().map(|m| ("7-UpdMech", &m.id, &m.crypto));
    let comm = ixit.com_mech.iter().map(|m| ("11-ComMech", &m.id, &m.crypto));
    let mut by_row: BTreeMap<(Part, &str), (&Primitive, BTreeSet<String>)> = BTreeMap::new();
    for (table, id, crypto) in auth.chain(updates).chain(comm) {
        for row in crypto.iter().flat_map(|c| vulnerable(c, scene.lists)) {
            let entry = by_row.entry((row.part, &row.name)).or_insert_with(|| (row, BTreeSet::new()));
            entry.1.insert(format!("{table}, {id}"));
        }
    }
    let vulnerable = by_row.into_values().map(|(row, entries)| Vulnerable {
        name: row.name.clone(),
        part: row.part.words().to_owned(),
        entries: entries.into_iter().collect(),
        accepted: ends(row, scene.lists),
    });
    Readiness { places: places(scene), vulnerable: vulnerable.collect() }
}

/// Every declared place whose posture was seen.
fn places(scene: &Scene) -> Vec<PlaceReadiness> {
    let declared = scene.declaration.ixit.places();
    let declared: BTreeSet<&Place> = declared.into_iter().collect();
    let seen = declared.into_iter().filter_map(|place| {
        let (record, posture) = posture_at(scene, scene.address_of(place)?, place)?;
        let groups = holding(posture, scene.lists);
        Some(PlaceReadiness { place: place.to_string(), groups, evidence: vec![record] })
    });
    seen.collect()
}

/// The groups of a posture that withstand a quantum computer.
fn holding(posture: &TlsPosture, lists: &Lists) -> Vec<String> {
    let holds = |name: &&String| {
        lists.agreed.token(Part::Group, name).is_some_and(|row| row.quantum == Some(Quantum::Holds))
    };
    let groups: BTreeSet<&String> = posture.groups.iter().filter(holds).collect();
    groups.into_iter().cloned().collect()
}

/// What an entry names that a quantum computer breaks. Words for keys say it twice, once by what they sign with: the
/// key is enough.
fn vulnerable<'a>(crypto: &Crypto, lists: &'a Lists) -> Vec<&'a Primitive> {
    let rows = names(crypto).into_iter().flat_map(|name| {
        let rows = lists.meant(name);
        let is_closer = |p: Part| matches!(p, Part::Group | Part::RsaKey | Part::DhKey | Part::EcKey);
        let has_closer = rows.iter().any(|r| is_closer(r.part));
        rows.into_iter().filter(move |r| !has_closer || is_closer(r.part))
    });
    rows.filter(|r| r.quantum == Some(Quantum::Breaks)).collect()
}

/// Until when sources accept a row, drafts among them, the first end first.
fn ends(row: &Primitive, lists: &Lists) -> Vec<Accepted> {
    let dated = |s: &&Statement| s.until.is_some() && s.standing != Stated::Broken;
    let mut ends: Vec<Accepted> = row
        .says
        .iter()
        .filter(dated)
        .map(|s| Accepted {
            until: s.until.clone().unwrap_or_default(),
            source: source(s, lists),
            draft: lists.agreed.source(&s.source).is_some_and(|source| source.draft),
        })
        .collect();
    ends.sort_by(|a, b| (&a.until, &a.source).cmp(&(&b.until, &b.source)));
    ends
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::{declaration, looked, posture, scene};

    const DECLARED: &str = "11-ComMech = [{ id = 'A', reached_at = ['tcp/443'], \
        crypto = { protocols = ['TLS 1.3'], algorithms = ['ECDHE X25519', 'RSA-2048', 'AES-128-GCM'] } }]";

    #[test]
    fn places_and_declared_algorithms_are_told() {
        let declaration = declaration(DECLARED);
        let hybrid = |p: &mut TlsPosture| p.groups.push("X25519MLKEM768".into());
        let facts = looked(&[posture("TLS 1.3", &["TLS_AES_128_GCM_SHA256"], hybrid)]);
        let readiness = readiness(&scene(&declaration, &facts));
        assert_eq!(readiness.places.len(), 1);
        assert_eq!(readiness.places[0].groups, ["X25519MLKEM768"]);
        let names: Vec<&str> = readiness.vulnerable.iter().map(|v| v.name.as_str()).collect();
        assert_eq!(names, ["X25519", "RSA-2048"]);
        let draft = readiness.vulnerable[1].accepted.iter().find(|a| a.draft).unwrap();
        assert!(draft.until == "2035-12-31" && draft.source.contains("8547"), "{draft:?}");
    }

    #[test]
    fn what_nobody_looked_at_is_not_told() {
        let declaration = declaration(DECLARED);
        assert!(readiness(&scene(&declaration, &Default::default())).places.is_empty());
    }
}
