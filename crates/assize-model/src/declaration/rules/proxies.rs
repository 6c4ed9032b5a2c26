//! `product.toml`: where the bench listens as a proxy.

use std::net::{IpAddr, SocketAddr};

use super::super::file::DeclarationFile::Product as File;
use super::super::findings::{Findings, quote};
use super::super::product::Product;
use super::super::relay::Proxy;
use super::Context;
use super::relays::taken;
use crate::diagnostic::Diagnostic;

const CODE: &str = "D073 bad-proxy";

type Fault = (String, String);

pub(super) fn check(context: &Context<'_>, findings: &mut Findings) {
    let product = &context.declaration.product;
    for (at, proxy) in product.bench.proxy.iter().enumerate() {
        for (message, remedy) in faults(proxy, product, &product.bench.proxy[..at]) {
            findings
                .error(|| context.at(File, &["bench", "proxy"], Diagnostic::error(CODE, message, remedy)));
        }
    }
}

fn faults(proxy: &Proxy, product: &Product, earlier: &[Proxy]) -> Vec<Fault> {
    let mut all = Vec::new();
    let listen = proxy.listen.as_deref().and_then(|text| text.parse::<SocketAddr>().ok());
    match listen.filter(|at| at.port() != 0 && !at.ip().is_unspecified() && !at.ip().is_multicast()) {
        None => all.push((
            "a proxy does not say at which address and port of the bench it listens".into(),
            "write `listen`, as `listen = \"192.0.2.50:3128\"`; an address that means all of them will not do"
                .into(),
        )),
        Some(at) => {
            let own = earlier.iter().any(|p| p.listen == proxy.listen).then(|| "another proxy".to_owned());
            if let Some(whose) = taken(at, product, &product.bench.relay).or(own) {
                let remedy = "write an address and port of the bench that nobody else has";
                all.push((format!("a proxy listens at {at}, which belongs to {whose}"), remedy.into()));
            }
        }
    }
    if let Some(bad) = proxy.from.iter().find(|text| text.parse::<IpAddr>().is_err()) {
        all.push((
            format!("a proxy takes connections from {}, which is no address", quote(bad)),
            "write IPv4 or IPv6 addresses, as `from = [\"192.0.2.1\"]`".into(),
        ));
    }
    all
}
