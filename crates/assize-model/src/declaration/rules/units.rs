//! `product.toml`: further units of the product that stand beside the DUT, and where its keys are shown.

use std::net::{IpAddr, SocketAddr};

use super::super::file::DeclarationFile::{Ixit, Product as File};
use super::super::findings::{Findings, quote};
use super::super::product::{Product, Unit};
use super::{Context, is_blank};
use crate::diagnostic::Diagnostic;

const CODE: &str = "D070 bad-unit";
/// More units would tell nothing more of the product, and cost time.
const MOST: usize = 4;

type Fault = (String, String);

pub(super) fn check(context: &Context<'_>, findings: &mut Findings) {
    let product = &context.declaration.product;
    let units = &product.bench.unit;
    for (at, unit) in units.iter().enumerate() {
        let path = ["bench", "unit", unit.id.as_str()];
        for (message, remedy) in faults(unit, product, &units[..at]) {
            findings.error(|| context.at(File, &path, Diagnostic::error(CODE, message, remedy)));
        }
        if !is_blank(unit.serial_number.as_ref()) && unit.serial_number == product.dut.serial_number {
            let message = format!("the unit {} has the serial number of the DUT", quote(&unit.id));
            let remedy = "declare another unit of the product, not the DUT at another of its addresses";
            findings.warning(|| {
                context.at(File, &path, Diagnostic::warning("D071 same-serial", message, remedy))
            });
        }
    }
    if units.len() > MOST {
        let message = format!("the bench has {} further units, which is more than {MOST}", units.len());
        let remedy = "name a few; two samples show a shared key as well as ten";
        findings.error(|| context.at(File, &["bench", "unit"], Diagnostic::error(CODE, message, remedy)));
    }
}

/// Keys are shown by the DUT; what its hosts show tells nothing of its parameters.
pub(super) fn shown_keys(context: &Context<'_>, findings: &mut Findings) {
    for parameter in &context.declaration.ixit.sec_param {
        for place in parameter.shown_at.iter().filter(|place| place.host.is_some()) {
            let message = format!("{} shows its key at {place}, which is no port of the DUT", parameter.id);
            let remedy = "write a port of the DUT, as `shown_at = [\"tcp/443\"]`";
            let path = ["10-SecParam", parameter.id.as_str(), "shown_at"];
            let diagnostic = Diagnostic::error("D072 shown-elsewhere", message, remedy);
            findings.error(|| context.at(Ixit, &path, diagnostic));
        }
    }
}

fn faults(unit: &Unit, product: &Product, earlier: &[Unit]) -> Vec<Fault> {
    let name = quote(&unit.id);
    let Some(text) = unit.address.as_deref().filter(|text| !text.trim().is_empty()) else {
        return vec![(
            format!("the unit {name} has no address"),
            "write the `address` at which it stands beside the DUT".into(),
        )];
    };
    let Some(address) = read(text) else {
        return vec![(
            format!("the unit {name} has the address {}, which is none", quote(text)),
            "write an IPv4 or IPv6 address, as `address = \"192.0.2.11\"`".into(),
        )];
    };
    let owner = owner(address, product, earlier);
    let fault = |whose| {
        let remedy = "write the address of another sample of the product, or take the unit out".to_owned();
        (format!("the unit {name} has the address {address}, which belongs to {whose}"), remedy)
    };
    owner.map(fault).into_iter().collect()
}

fn read(text: &str) -> Option<IpAddr> {
    text.parse().ok().map(|ip: IpAddr| ip.to_canonical())
}

/// Who else has an address.
fn owner(address: IpAddr, product: &Product, earlier: &[Unit]) -> Option<String> {
    let has = |text: &Option<String>| text.as_deref().and_then(read) == Some(address);
    if has(&product.bench.address) {
        return Some("the DUT".to_owned());
    }
    if has(&product.bench.control) {
        return Some("the bench as its control address".to_owned());
    }
    if let Some(host) = product.host.iter().find(|host| has(&host.address)) {
        return Some(format!("the host {}", quote(&host.name)));
    }
    let listens = |listen: &Option<String>| {
        let at = listen.as_deref().and_then(|text| text.parse::<SocketAddr>().ok());
        at.is_some_and(|at| at.ip().to_canonical() == address)
    };
    if product.bench.relay.iter().any(|relay| listens(&relay.listen)) {
        return Some("a relay of the bench".to_owned());
    }
    if product.bench.proxy.iter().any(|proxy| listens(&proxy.listen)) {
        return Some("a proxy of the bench".to_owned());
    }
    earlier.iter().find(|unit| has(&unit.address)).map(|unit| format!("the unit {}", quote(&unit.id)))
}
