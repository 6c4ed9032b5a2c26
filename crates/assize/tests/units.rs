//! Further units of the product, live: two devices, of which one is the DUT, and what their keys say.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

mod common;

use assize_lab::{Folder, Stored, catalogue, queue};
use assize_model::assessment::Assessment;
use assize_model::fact::{Fact, KeyProtocol};
use assize_model::verdict::Verdict;
use common::Trial;

const UNIT: (&str, &str) = ("5.4-3-2", "a");

fn words(a: &Assessment) -> String {
    let unit = a.case(UNIT.0).unwrap().units.iter().find(|u| u.letter == UNIT.1).unwrap();
    unit.indications.iter().map(|i| format!("{}\n", i.words)).collect()
}

#[test]
fn units_with_keys_of_their_own_leave_the_verdict_to_a_person() {
    let trial = Trial::run(&[]);
    let said = words(&trial.assessment);
    assert!(said.contains("The DUT shows 1 key, of which the unit second shows none"), "{said}");
    assert_eq!(trial.assessment.case(UNIT.0).unwrap().verdict, Verdict::Inconclusive);
    // It is asked of a person, as it was without the second unit.
    let waiting = queue(&trial.judged, catalogue().unwrap());
    assert!(waiting.iter().any(|q| q.unit.to_string() == "5.4-3-2 a" && !q.proposed));

    // Only the port at which the DUT shows a key was asked, and nothing else is known of the unit.
    let folder = Folder::open(trial.dir.path()).unwrap();
    let product = std::fs::read_to_string(trial.dir.path().join("product.toml")).unwrap();
    let stored = Stored::read(&folder.log().unwrap()).unwrap();
    let units: Vec<&str> =
        trial.judged.declaration.product.bench.unit.iter().filter_map(|u| u.address.as_deref()).collect();
    let facts: Vec<&Fact> =
        stored.facts.recorded.iter().map(|r| &r.fact).filter(|f| units.contains(&f.target())).collect();
    let [Fact::UnitKeys(seen)] = facts.as_slice() else { panic!("{facts:?}") };
    assert_eq!((seen.port, seen.asked, seen.keys.len()), (8443, KeyProtocol::Tls, 1));

    // Another sample at the same address: what was read of the first one lapses, the DUT's facts do not.
    let other = product.replace("hp1-5d20e9a4", "hp1-00000000");
    std::fs::write(trial.dir.path().join("product.toml"), other).unwrap();
    let judged = common::judged_offline(trial.dir.path());
    assert!(words(&judged.assessment).contains("No key of the unit second was read."));
    let left = judged.stored.facts.recorded.len();
    assert_eq!(left + 1, stored.facts.recorded.len());
    // Without it in the declaration nothing is said.
    let alone = product
        .replace("[[bench.unit]]\nid = \"second\"\n", "")
        .replace("serial_number = \"hp1-5d20e9a4\"\n", "");
    let alone = alone.replace(&format!("address = \"{}\"\n", units[0]), "");
    std::fs::write(trial.dir.path().join("product.toml"), alone).unwrap();
    let judged = common::judged_offline(trial.dir.path());
    assert_eq!(words(&judged.assessment), "");
}

#[test]
fn a_key_that_units_share_fails_the_parameter_that_is_declared_to_be_it() {
    let trial = Trial::run(&["shared-device-key"]);
    assert_eq!(trial.assessment.cases_with(Verdict::Fail), [UNIT.0]);
    let said = words(&trial.assessment);
    assert!(
        said.contains("SecParam-WebKey is declared to be generated on the unit, but the EC P-256 key at"),
        "{said}"
    );
    let told = trial.assessment.contradictions.iter().find(|c| c.provision == "5.4-3").unwrap();
    assert!(told.evidence.len() == 2 && told.observed.contains("unit second at tcp/8443"), "{told:?}");
}
