//! The example of the reference device is complete and clean.

use super::*;
use crate::declaration::condition::{Standing, standing};
use crate::declaration::ics::Support;

const PRODUCT: &str = include_str!("../../../../../examples/products/halden-plug/product.toml");
const ICS: &str = include_str!("../../../../../examples/products/halden-plug/ics.toml");
const IXIT: &str = include_str!("../../../../../examples/products/halden-plug/ixit.toml");

#[test]
fn gives_no_diagnostic() {
    let reading = read_texts(PRODUCT, ICS, IXIT);
    let shown: Vec<String> = reading.diagnostics.iter().map(Diagnostic::render).collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}

#[test]
fn fills_every_table_and_makes_every_claim() {
    let declaration = read_texts(PRODUCT, ICS, IXIT).declaration.unwrap();
    let (ics, ixit) = (&declaration.ics, &declaration.ixit);
    assert!(ixit.entries().iter().all(|t| !t.ids.is_empty()));
    assert!(ixit.user_info.is_some() && ixit.conf.is_some() && ixit.repl_sup.is_some());
    assert!(spec().ics.iter().all(|e| ics.claim.contains_key(&e.provision)));
    assert_eq!(ics.claim.len(), 68);
}

#[test]
fn its_claims_agree_with_its_conditions() {
    let declaration = read_texts(PRODUCT, ICS, IXIT).declaration.unwrap();
    for entry in spec().ics.iter().filter(|e| !e.conditions.is_empty()) {
        let all = entry.conditions.iter().map(|label| spec().condition(label).unwrap());
        let names = all.map(|c| c.holds_when.as_deref().unwrap());
        let standings: Vec<Standing> = names.map(|n| standing(n, &declaration).unwrap()).collect();
        let support = declaration.ics.claim[&entry.provision].support;
        let holds = standings.iter().all(|s| matches!(s, Standing::Holds(_)));
        assert_eq!(support == Support::NotApplicable, !holds, "{} {standings:?}", entry.provision);
    }
}

#[test]
fn every_value_is_where_the_schema_has_it() {
    let tree: toml::Table = IXIT.parse().unwrap();
    let schema = crate::declaration::schema(crate::declaration::DeclarationFile::Ixit);
    let known = schema["properties"].as_object().unwrap();
    assert_eq!(tree.keys().filter(|k| !known.contains_key(*k)).count(), 0);
    let (_, used) = known.iter().partition::<Vec<_>, _>(|(k, _)| !tree.contains_key(*k));
    assert_eq!(used.len(), 30, "29 tables and the format");
}
