//! Sections 6 and 7, what the supplier declares: DUT identification (TS 103 701 Annex A.2) and ICS (Annex A.3).

use askama::Template;
use assize_model::declaration::ics::Support;
use assize_model::declaration::product::{Product, State};

use super::mark::anchor;
use crate::Report;
use crate::words::sentence;

#[derive(Template)]
#[template(path = "claims.html")]
pub(super) struct Claims<'a> {
    fields: Vec<(&'static str, String)>,
    states: &'a [State],
    claims: Vec<ClaimRow<'a>>,
    conditions: Vec<(&'a str, &'a str)>,
}

struct ClaimRow<'a> {
    id: &'a str,
    anchor: String,
    link: Option<String>,
    status: &'a str,
    support: &'a str,
    detail: String,
    external: Option<&'a str>,
    assumed: bool,
}

impl<'a> Claims<'a> {
    pub(super) fn new(report: &'a Report<'a>) -> Self {
        let conditions = report.spec.into_iter().flat_map(|s| &s.conditions);
        Self {
            fields: fields(report.product),
            states: &report.product.state,
            claims: claims(report),
            conditions: conditions.map(|c| (c.label.as_str(), c.words.as_str())).collect(),
        }
    }
}

fn fields(product: &Product) -> Vec<(&'static str, String)> {
    let (dut, so, bench) = (&product.dut, &product.supplier, &product.bench);
    let text = |value: &Option<String>| given(value.as_deref().unwrap_or_default());
    let mut fields = vec![
        ("Name of the product", text(&dut.name)),
        ("Brands", given(&dut.brands.join(", "))),
        ("Model designation", text(&dut.model)),
        ("Hardware version", text(&dut.hardware_version)),
        ("Serial number", text(&dut.serial_number)),
        ("Run-time environment or operating system", text(&dut.runtime)),
        ("Firmware version from the factory", text(&dut.firmware_version)),
        ("Latest firmware version", text(&dut.latest_firmware_version)),
        ("Associated services", given(&dut.associated_services.join("; "))),
        ("Constrained device", constrained(product)),
        ("Date of the identification", text(&dut.date)),
        ("Supplier organisation", text(&so.name)),
        ("Address", text(&so.address)),
        ("Contact", text(&so.contact)),
        ("Contact reached at", text(&so.email)),
        ("Laboratory", text(&bench.laboratory)),
        ("Address on the bench", text(&bench.address)),
        ("State while the probes ran", text(&bench.state)),
    ];
    let items = [
        ("Documents at hand", &product.document),
        ("Captures at hand", &product.capture),
        ("Images at hand", &product.image),
    ];
    for (label, list) in items.into_iter().filter(|(_, list)| !list.is_empty()) {
        let ids: Vec<&str> = list.iter().map(|i| i.id.as_str()).collect();
        fields.push((label, ids.join(", ")));
    }
    fields
}

fn constrained(product: &Product) -> String {
    let why = product.dut.constrained_justification.as_deref().map(str::trim).filter(|w| !w.is_empty());
    match (product.dut.constrained, why) {
        (Some(true), Some(why)) => format!("yes: {why}"),
        (Some(true), None) => "yes, without a justification".to_owned(),
        (Some(false), _) => "no".to_owned(),
        (None, _) => given(""),
    }
}

fn given(value: &str) -> String {
    if value.trim().is_empty() { "not given".to_owned() } else { value.trim().to_owned() }
}

/// The pro forma in its order, then claims for numbers that this edition does not have.
fn claims<'a>(report: &'a Report<'a>) -> Vec<ClaimRow<'a>> {
    let provisions = &report.assessment.provisions;
    let rows = provisions.iter().map(|p| ClaimRow {
        id: &p.id,
        anchor: anchor("claim", &p.id),
        link: Some(anchor("provision", &p.id)),
        status: &p.status,
        support: p.claim.as_deref().unwrap_or("none"),
        detail: sentence(&p.detail),
        external: external(report, &p.id),
        assumed: p.assumed,
    });
    let strange = report.ics.claim.iter().filter(|(id, _)| provisions.iter().all(|p| p.id != **id));
    let strange = strange.map(|(id, claim)| ClaimRow {
        id,
        anchor: anchor("claim", id),
        link: None,
        status: "not in this edition",
        support: support(claim.support),
        detail: sentence(claim.detail.as_deref().unwrap_or_default()),
        external: external(report, id),
        assumed: false,
    });
    rows.chain(strange).collect()
}

fn support(support: Support) -> &'static str {
    match support {
        Support::Yes => "yes",
        Support::No => "no",
        Support::NotApplicable => "n/a",
    }
}

fn external<'a>(report: &'a Report<'a>, provision: &str) -> Option<&'a str> {
    let offered = report.ics.claim.get(provision)?.external_evidence.as_ref()?;
    Some(offered.title.as_deref().unwrap_or("without a title"))
}
