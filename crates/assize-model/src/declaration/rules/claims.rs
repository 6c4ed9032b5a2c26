//! `ics.toml`: the ICS checks a, b and e of TS 103 701 clause 4, justifications, and completeness. Checks c and d
//! need the whole assessment and belong to the verdict.

use super::super::file::DeclarationFile::Ics as File;
use super::super::findings::{Findings, quote, some_of};
use super::super::ics::{Claim, Support};
use super::super::near::nearest;
use super::{Context, is_blank};
use crate::catalogue::{IcsEntry, TestSpec};
use crate::diagnostic::Diagnostic;

pub(super) fn check(context: &Context<'_>, findings: &mut Findings) {
    for (provision, claim) in &context.declaration.ics.claim {
        match context.spec.ics_entry(provision) {
            Some(entry) => one(context, findings, entry, claim),
            None => unknown(context, findings, provision),
        }
    }
    unclaimed(context, findings);
}

fn unknown(context: &Context<'_>, findings: &mut Findings, provision: &str) {
    let spec = context.spec;
    findings.error(|| {
        let message = format!("{} is no provision of {}", quote(provision), spec.id);
        let remedy = match nearest(provision, spec.ics.iter().map(|e| e.provision.as_str())) {
            Some(near) => format!("write \"{near}\", or remove the claim"),
            None => "write the number as printed, as `[claim.\"5.1-1\"]`, or remove the claim".into(),
        };
        let diagnostic = Diagnostic::error("D040 unknown-provision", message, remedy);
        context.at(File, &["claim", provision], diagnostic)
    });
}

fn unclaimed(context: &Context<'_>, findings: &mut Findings) {
    let missing = context.spec.ics.iter().map(|e| e.provision.as_str());
    let missing: Vec<&str> = missing.filter(|p| !context.is_written(File, &["claim", p])).collect();
    if missing.is_empty() {
        return;
    }
    let word = if missing.len() == 1 { "provision has" } else { "provisions have" };
    let message = format!("{} {word} no claim: {}", missing.len(), some_of(&missing));
    let remedy = "claim \"yes\", \"no\" or \"n/a\" for each; what is not claimed is not tested";
    findings.warning(|| {
        let diagnostic = Diagnostic::warning("D041 no-claim", message, remedy).by("TS 103 701 Annex A.3");
        context.at(File, &["claim"], diagnostic)
    });
}

fn one(context: &Context<'_>, findings: &mut Findings, entry: &IcsEntry, claim: &Claim) {
    let (provision, status) = (entry.provision.as_str(), &entry.status);
    let path = ["claim", provision, "support"];
    if claim.support == Support::No && status.is_mandatory() {
        let message = format!("the mandatory provision {provision} is claimed \"no\"");
        let remedy = "fulfil it; with this claim the ICS is invalid and the overall verdict FAIL";
        let diagnostic = Diagnostic::error("D043 mandatory-no", message, remedy);
        findings.error(|| context.at(File, &path, diagnostic.by("TS 103 701 clause 4, ICS check a")));
    }
    if claim.support == Support::NotApplicable && !status.is_conditional() {
        let message = format!("{provision} has no condition, so it cannot be \"n/a\"");
        let remedy = "claim \"yes\", or \"no\" with a justification if it is a recommendation";
        let diagnostic = Diagnostic::error("D044 unconditional-na", message, remedy);
        findings.error(|| context.at(File, &path, diagnostic.by("TS 103 701 clause 4, ICS check e")));
    }
    if claim.support != Support::Yes && is_blank(claim.detail.as_ref()) {
        unexplained(context, findings, provision, claim.support);
    }
    if claim.support == Support::NotApplicable {
        constrained(context, findings, entry);
    }
    thin_evidence(context, findings, provision, claim);
}

fn unexplained(context: &Context<'_>, findings: &mut Findings, provision: &str, support: Support) {
    let word = if support == Support::No { "no" } else { "n/a" };
    let message = format!("{provision} is claimed \"{word}\" without a justification");
    let remedy = if support == Support::No {
        "say in `detail` why it is not fulfilled"
    } else {
        "say in `detail` why its condition does not hold"
    };
    findings.error(|| {
        let diagnostic = Diagnostic::error("D042 no-justification", message, remedy);
        let diagnostic = diagnostic.by("TS 103 701 Annex A.3; provision 4-1");
        context.at(File, &["claim", provision], diagnostic)
    });
}

/// ICS check b: N/A that rests on being constrained, or on not being so, needs the DUT identification to say so.
fn constrained(context: &Context<'_>, findings: &mut Findings, entry: &IcsEntry) {
    let wanted = entry.conditions.iter().find_map(|label| rests_on(context.spec, label));
    let dut = &context.declaration.product.dut;
    let alone = entry.conditions.len() == 1;
    let trouble = match (wanted, dut.constrained) {
        _ if context.product.is_none() => return,
        (Some(_), None) => "does not say whether the DUT is constrained",
        // "Not constrained" as condition: N/A says that the DUT is constrained.
        (Some(false), Some(false)) if alone => "says that the DUT is not constrained",
        (Some(false), Some(true)) if is_blank(dut.constrained_justification.as_ref()) => {
            "does not justify that the DUT is constrained"
        }
        _ => return,
    };
    let provision = entry.provision.as_str();
    let message = format!("{provision} is claimed \"n/a\", but the DUT identification {trouble}");
    let remedy = "settle `constrained` and `constrained_justification` in product.toml, or revise the claim";
    findings.error(|| {
        let diagnostic = Diagnostic::error("D045 constrained-unexplained", message, remedy);
        let diagnostic = diagnostic.by("TS 103 701 clause 4, ICS check b");
        context.at(File, &["claim", provision, "support"], diagnostic)
    });
}

/// Whether a condition asks for a constrained device (`true`) or for one that is not (`false`).
fn rests_on(spec: &TestSpec, label: &str) -> Option<bool> {
    let condition = spec.condition(label)?;
    match condition.holds_when.as_deref() {
        Some("constrained") => Some(true),
        Some("not-constrained") => Some(false),
        _ => None,
    }
}

fn thin_evidence(context: &Context<'_>, findings: &mut Findings, provision: &str, claim: &Claim) {
    let Some(evidence) = &claim.external_evidence else { return };
    let parts = [("title", &evidence.title), ("file", &evidence.file), ("why", &evidence.why)];
    let missing: Vec<&str> =
        parts.into_iter().filter(|(_, t)| is_blank(t.as_ref())).map(|(k, _)| k).collect();
    if missing.is_empty() {
        return;
    }
    let message = format!("the external evidence for {provision} leaves out {}", some_of(&missing));
    let remedy = "a laboratory accepts it only with the document and the reason why its scope and depth fit";
    findings.warning(|| {
        let diagnostic = Diagnostic::warning("D048 thin-evidence", message, remedy);
        context.at(File, &["claim", provision, "external_evidence"], diagnostic.by("TS 103 701 clause 4.7"))
    });
}
