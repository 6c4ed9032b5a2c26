//! The front: which product, which verdict, for which reasons, and how far a reader can lean on the edition.

use askama::Template;
use assize_model::verdict::Verdict;

use super::mark::Mark;
use crate::Report;
use crate::words::{list, moment, plural};

#[derive(Template)]
#[template(path = "front.html")]
pub(super) struct Front<'a> {
    pub(super) name: &'a str,
    product: String,
    overall: Mark,
    lead: &'static str,
    reasons: &'a [String],
    facts: Vec<(&'static str, String)>,
    verification: Option<&'a str>,
}

impl<'a> Front<'a> {
    pub(super) fn new(report: &'a Report<'a>) -> Self {
        let a = report.assessment;
        Self {
            name: report.product.dut.name.as_deref().unwrap_or("Product without a name"),
            product: product(report),
            overall: Mark(a.overall),
            lead: lead(a.overall),
            reasons: &a.reasons,
            facts: facts(report),
            verification: report.verification,
        }
    }
}

fn lead(overall: Verdict) -> &'static str {
    match overall {
        Verdict::Pass => "The product fulfils what its supplier claims for it.",
        Verdict::Fail => "The product does not fulfil what its supplier claims for it.",
        Verdict::Inconclusive => {
            "It cannot be told yet whether the product fulfils what its supplier claims for it."
        }
        Verdict::NotTested => "Nothing was examined.",
    }
}

/// `Model P1, firmware 1.4.2, hardware C, from Halden Home`.
fn product(report: &Report) -> String {
    let dut = &report.product.dut;
    let firmware = dut.latest_firmware_version.as_ref().or(dut.firmware_version.as_ref());
    let parts = [
        ("model ", dut.model.as_ref()),
        ("firmware ", firmware),
        ("hardware ", dut.hardware_version.as_ref()),
        ("from ", report.product.supplier.name.as_ref()),
    ];
    let named = parts.into_iter().filter_map(|(word, value)| Some(format!("{word}{}", value?)));
    let text = named.collect::<Vec<_>>().join(", ");
    text.strip_prefix("model ").map_or(text.clone(), |rest| format!("Model {rest}"))
}

fn facts(report: &Report) -> Vec<(&'static str, String)> {
    let (a, e) = (report.assessment, report.evidence);
    let title = report.spec.map_or_else(String::new, |s| format!(" ({})", s.title));
    let mut facts = vec![
        ("Test specification", format!("{}{title}", a.spec)),
        ("Requirements", a.framework.clone()),
        ("Laboratory", report.product.bench.laboratory.clone().unwrap_or_else(|| "not named".to_owned())),
    ];
    if !e.first.is_empty() {
        facts.push(("Evidence", format!("recorded from {} to {}", moment(&e.first), moment(&e.last))));
    }
    facts.push(("Progress", progress(report)));
    facts.push(("Seal", seal(report)));
    facts
}

fn progress(report: &Report) -> String {
    let c = &report.assessment.counts;
    let parts = [
        (c.pass, "passed"),
        (c.fail, "failed"),
        (c.to_confirm, "to confirm"),
        (c.to_answer, "to answer"),
        (c.open, "open for another reason"),
    ];
    let some: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    match c.planned {
        0 => "no test unit was planned".to_owned(),
        n => format!("{} planned: {}", plural(n, "test unit"), list(&some)),
    }
}

fn seal(report: &Report) -> String {
    let e = report.evidence;
    let sealed = match (&e.sealed_by, &e.seal_time) {
        (Some(name), Some(time)) => format!("sealed under the name {name}, {}", moment(time)),
        (Some(name), None) => format!("sealed under the name {name}"),
        (None, _) => "not sealed".to_owned(),
    };
    let later = match (e.sealed_by.is_some(), e.records_after_seal) {
        (true, later @ 1..) => format!("; {}, which the seal does not cover", after(later)),
        _ => String::new(),
    };
    let broken = if e.problems.is_empty() { "" } else { "; the evidence is not whole, see section 9" };
    format!("{sealed}{later}{broken}")
}

fn after(records: u64) -> String {
    let records = plural(usize::try_from(records).unwrap_or(usize::MAX), "record");
    format!("the verdicts rest on {records} after it too")
}
