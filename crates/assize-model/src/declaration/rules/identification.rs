//! `product.toml`: the DUT identification (TS 103 701 Annex A.2) and the bench.

use super::super::file::DeclarationFile::Product as File;
use super::super::findings::{Findings, quote, some_of};
use super::super::formats::is_address;
use super::super::near::nearest;
use super::super::product::{DutIdentification, Supplier};
use super::{Context, is_blank};
use crate::diagnostic::Diagnostic;

pub(super) fn check(context: &Context<'_>, findings: &mut Findings) {
    edition(context, findings);
    left_out(context, findings);
    bench(context, findings);
    hosts(context, findings);
    let dut = &context.declaration.product.dut;
    if dut.constrained == Some(true) && is_blank(dut.constrained_justification.as_ref()) {
        let message = "the DUT is declared constrained without a justification";
        let remedy = "say in `constrained_justification` which limit it has and what that limit rules out";
        let diagnostic = Diagnostic::error("D045 constrained-unexplained", message, remedy);
        let diagnostic = diagnostic.by("TS 103 701 Annex A.2; clause 4, ICS check b");
        findings.error(|| context.at(File, &["dut", "constrained"], diagnostic));
    }
}

fn edition(context: &Context<'_>, findings: &mut Findings) {
    let (declared, expected) = (context.declaration.product.spec.as_deref(), context.spec.id.as_str());
    if is_blank(context.declaration.product.spec.as_ref()) {
        let remedy = format!("write `spec = \"{expected}\"`");
        let message = "the file does not say which test specification ICS and IXIT are written for";
        findings.warning(|| {
            context.at(File, &["spec"], Diagnostic::warning("D046 other-edition", message, remedy))
        });
    } else if declared != Some(expected) {
        let message = format!(
            "the declaration is written for {}, and read for {expected}",
            quote(declared.unwrap_or(""))
        );
        let remedy =
            format!("assess it against that edition, or revise it and write `spec = \"{expected}\"`");
        findings
            .error(|| context.at(File, &["spec"], Diagnostic::error("D046 other-edition", message, remedy)));
    }
}

fn left_out(context: &Context<'_>, findings: &mut Findings) {
    let product = &context.declaration.product;
    for (section, missing) in
        [("dut", missing_identification(&product.dut)), ("supplier", missing_supplier(&product.supplier))]
    {
        let missing: Vec<&str> = missing.into_iter().filter(|key| !is_kept(context, section, key)).collect();
        if missing.is_empty() {
            continue;
        }
        let message = format!("[{section}] leaves out {}", some_of(&missing));
        let remedy = "fill them in; write \"none\" where the DUT has no such thing";
        findings.warning(|| {
            let diagnostic = Diagnostic::warning("D060 left-out", message, remedy).by("TS 103 701 Annex A.2");
            context.at(File, &[section], diagnostic)
        });
    }
}

/// Written with a value that was refused: said already.
fn is_kept(context: &Context<'_>, section: &str, key: &str) -> bool {
    context.product.is_some_and(|walked| walked.was_refused(&[section, key]))
}

fn missing_identification(dut: &DutIdentification) -> Vec<&'static str> {
    let texts = [
        ("date", &dut.date),
        ("name", &dut.name),
        ("model", &dut.model),
        ("hardware_version", &dut.hardware_version),
        ("serial_number", &dut.serial_number),
        ("runtime", &dut.runtime),
        ("firmware_version", &dut.firmware_version),
        ("latest_firmware_version", &dut.latest_firmware_version),
    ];
    let blank = texts.into_iter().filter(|(_, text)| is_blank(text.as_ref())).map(|(key, _)| key);
    blank.chain(dut.constrained.is_none().then_some("constrained")).collect()
}

fn missing_supplier(supplier: &Supplier) -> Vec<&'static str> {
    let texts = [
        ("name", &supplier.name),
        ("address", &supplier.address),
        ("contact", &supplier.contact),
        ("email", &supplier.email),
    ];
    texts.into_iter().filter(|(_, text)| is_blank(text.as_ref())).map(|(key, _)| key).collect()
}

fn bench(context: &Context<'_>, findings: &mut Findings) {
    let (bench, states) = (&context.declaration.product.bench, &context.declaration.product.state);
    if is_blank(bench.address.as_ref()) {
        let message = "the bench has no address of the DUT, so nothing on the network can be looked at";
        let remedy = "write the DUT's address on the bench network as `address` in [bench]";
        findings.warning(|| {
            context.at(File, &["bench"], Diagnostic::warning("D061 no-address", message, remedy))
        });
    }
    for (key, value) in [("address", &bench.address), ("control", &bench.control)] {
        address(context, findings, &["bench", key], value.as_deref());
    }
    if !is_blank(bench.address.as_ref()) && bench.address == bench.control {
        let message = "the control address is the DUT's own";
        let remedy = "name an address where nothing of the DUT lives, or leave `control` out";
        findings.error(|| {
            context.at(File, &["bench", "control"], Diagnostic::error("D063 control-is-dut", message, remedy))
        });
    }
    let known: Vec<&str> = states.iter().map(|s| s.id.as_str()).collect();
    let Some(state) = bench.state.as_deref().filter(|s| !s.trim().is_empty() && !known.contains(s)) else {
        return;
    };
    let message = format!("the state {} is not described", quote(state));
    let remedy = match nearest(state, known.iter().copied()) {
        Some(near) => format!("write \"{near}\", or describe it in a [[state]]"),
        None => "describe it in a [[state]]".into(),
    };
    findings.error(|| {
        context.at(File, &["bench", "state"], Diagnostic::error("D062 unknown-state", message, remedy))
    });
}

fn hosts(context: &Context<'_>, findings: &mut Findings) {
    for host in &context.declaration.product.host {
        address(context, findings, &["host", &host.name, "address"], host.address.as_deref());
        address(context, findings, &["host", &host.name, "dns"], host.dns.as_deref());
        if is_blank(host.address.as_ref()) && is_blank(host.dns.as_ref()) {
            let message = format!("the host {} has neither address nor DNS name", quote(&host.name));
            let remedy = "write `address`, so that the bench can reach it";
            findings.warning(|| {
                context.at(
                    File,
                    &["host", &host.name],
                    Diagnostic::warning("D061 no-address", message, remedy),
                )
            });
        }
    }
}

fn address(context: &Context<'_>, findings: &mut Findings, path: &[&str], value: Option<&str>) {
    let Some(text) = value.filter(|t| !t.trim().is_empty() && !is_address(t)) else { return };
    let message = format!("{} is neither an IP address nor a DNS name", quote(text));
    let remedy = "write the bare address, without port and without `https://`";
    findings.error(|| context.at(File, path, Diagnostic::error("D064 bad-address", message, remedy)));
}
