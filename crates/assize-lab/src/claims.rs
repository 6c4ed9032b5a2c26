//! Claims carried over to another edition along its lineage, so that a stored assessment can be judged against it.
//! Only an unchanged provision carries its claim; everything else is assumed and keeps the overall verdict open.

use std::collections::{BTreeMap, BTreeSet};

use assize_model::catalogue::{Catalogue, Change, Edge, TestSpec};
use assize_model::declaration::ics::{Claim, Ics};

/// The claims for `to`, and which of them are only assumed.
pub(crate) fn carried(
    ics: &Ics,
    from: &TestSpec,
    to: &TestSpec,
    catalogue: &Catalogue,
) -> (Ics, BTreeSet<String>) {
    let mut claims = BTreeMap::new();
    let mut assumed = BTreeSet::new();
    let Some(lineage) = catalogue.lineage(&from.tests, &to.tests) else {
        return (Ics { format: ics.format, claim: claims }, assumed);
    };
    for entry in &to.ics {
        let sources = lineage.edges.iter().filter(|e| e.to == entry.provision && !e.from.is_empty());
        let sources: Vec<&Edge> = sources.collect();
        let [edge] = sources.as_slice() else { continue };
        let Some(claim) = ics.claim.get(&edge.from) else { continue };
        claims.insert(entry.provision.clone(), annotated(claim, edge));
        if !matches!(edge.change, Change::Carried | Change::Renumbered) {
            assumed.insert(entry.provision.clone());
        }
    }
    (Ics { format: ics.format, claim: claims }, assumed)
}

fn annotated(claim: &Claim, edge: &Edge) -> Claim {
    let mut claim = claim.clone();
    let words = claim.detail.take().unwrap_or_default();
    claim.detail = Some(format!("{words} [from {}: {}]", edge.from, edge.reason).trim().to_owned());
    claim
}
