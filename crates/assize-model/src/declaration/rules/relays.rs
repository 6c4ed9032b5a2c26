//! `product.toml`: the places the bench takes, and what it offers there.

use std::net::{IpAddr, SocketAddr};

use super::super::file::DeclarationFile::Product as File;
use super::super::findings::{Findings, quote};
use super::super::formats::is_below_folder;
use super::super::product::Product;
use super::super::relay::{Offer, Relay};
use super::Context;
use crate::diagnostic::Diagnostic;
use crate::fact::Transport;

const CODE: &str = "D067 bad-relay";

type Fault = (String, String);

pub(super) fn check(context: &Context<'_>, findings: &mut Findings) {
    let product = &context.declaration.product;
    let with_address = |name: &str| product.host.iter().any(|h| h.name == name && h.address.is_some());
    for (at, relay) in product.bench.relay.iter().enumerate() {
        let mut faults = relay_faults(relay, with_address);
        faults.extend(elsewhere(relay, product, &product.bench.relay[..at]));
        for (message, remedy) in faults {
            findings
                .error(|| context.at(File, &["bench", "relay"], Diagnostic::error(CODE, message, remedy)));
        }
    }
    for offer in &product.bench.offer {
        let path = ["bench", "offer", offer.id.as_str()];
        for (message, remedy) in offer_faults(offer, &product.bench.relay) {
            findings.error(|| context.at(File, &path, Diagnostic::error(CODE, message, remedy)));
        }
    }
}

fn relay_faults(relay: &Relay, has_address: impl Fn(&str) -> bool) -> Vec<Fault> {
    let mut all = Vec::new();
    match relay.place.as_ref().map(|p| (p.host.as_deref(), p.transport)) {
        Some((Some(host), Transport::Tcp)) if has_address(host) => {}
        Some((Some(host), Transport::Tcp)) => all.push((
            format!("a relay takes the place of the host {}, which has no address", quote(host)),
            "add a [[host]] with this name and its address".into(),
        )),
        _ => all.push((
            "a relay does not say which TCP port of which host it takes".into(),
            "write `place`, as `place = \"updates:tcp/443\"`".into(),
        )),
    }
    let listen = relay.listen.as_deref().and_then(|text| text.parse::<SocketAddr>().ok());
    if !listen.is_some_and(|at| at.port() != 0 && !at.ip().is_unspecified() && !at.ip().is_multicast()) {
        all.push((
            "a relay does not say at which address and port of the bench it listens".into(),
            "write `listen`, as `listen = \"192.0.2.50:443\"`; an address that means all of them will not do"
                .into(),
        ));
    }
    if let Some(bad) = relay.from.iter().find(|text| text.parse::<IpAddr>().is_err()) {
        all.push((
            format!("a relay takes connections from {}, which is no address", quote(bad)),
            "write IPv4 or IPv6 addresses, as `from = [\"192.0.2.1\"]`".into(),
        ));
    }
    if relay.certificate_file.is_some() != relay.key_file.is_some() {
        all.push((
            "a relay has a certificate or a key, but not both".into(),
            "write both `certificate_file` and `key_file`, or none".into(),
        ));
    }
    all
}

/// Whose an address is at which the bench must not listen: the DUT's own, a host's, or one that a relay has.
pub(super) fn taken(listen: SocketAddr, product: &Product, relays: &[Relay]) -> Option<String> {
    let is_there = |address: &Option<String>| {
        let ip = address.as_deref().and_then(|a| a.parse::<IpAddr>().ok());
        ip.is_some_and(|ip| ip.to_canonical() == listen.ip().to_canonical())
    };
    let is_listening = |r: &Relay| r.listen.as_deref().and_then(|text| text.parse().ok()) == Some(listen);
    if is_there(&product.bench.address) {
        return Some("the DUT".to_owned());
    }
    if let Some(host) = product.host.iter().find(|h| is_there(&h.address)) {
        return Some(format!("the host {}", quote(&host.name)));
    }
    relays.iter().any(is_listening).then(|| "a relay".to_owned())
}

/// An address at which a relay must not listen.
fn elsewhere(relay: &Relay, product: &Product, earlier: &[Relay]) -> Option<Fault> {
    let listen: SocketAddr = relay.listen.as_deref()?.parse().ok()?;
    let whose = taken(listen, product, earlier)?;
    let remedy = "write an address and port of the bench that nobody else has";
    Some((format!("a relay listens at {listen}, which belongs to {whose}"), remedy.into()))
}

fn offer_faults(offer: &Offer, relays: &[Relay]) -> Vec<Fault> {
    let (name, mut all) = (quote(&offer.id), Vec::new());
    if offer.place.is_none() || !relays.iter().any(|r| r.place == offer.place) {
        all.push((
            format!("the offer {name} belongs to no relay"),
            "write the `place` of a [[bench.relay]]".into(),
        ));
    }
    let variant = offer.variant.unwrap_or_default();
    if offer.variant.is_none() {
        all.push((
            format!("the offer {name} does not say what is wrong with it"),
            "write its `variant`".into(),
        ));
    }
    if variant.needs_path() && !offer.at.as_deref().is_some_and(|at| at.starts_with('/')) {
        all.push((
            format!("the offer {name} does not say which answer it changes"),
            "write the path of the package or manifest, as `at = \"/firmware.bin\"`".into(),
        ));
    }
    if variant.needs_answers() && offer.answers.is_empty() {
        all.push((
            format!("the offer {name} does not say what is offered in place of the latest"),
            "write `answers`, as `answers = { \"/manifest.json\" = \"/old/manifest.json\" }`".into(),
        ));
    }
    if variant.needs_field() && !offer.field.as_deref().is_some_and(|field| field.starts_with('/')) {
        all.push((
            format!("the offer {name} does not say where the signature stands"),
            "write a JSON pointer, as `field = \"/signature\"`".into(),
        ));
    }
    let is_sound = |(path, from): (&String, &String)| {
        path.starts_with('/')
            && (from.starts_with('/') || from.strip_prefix("file:").is_some_and(is_below_folder))
    };
    if !offer.answers.iter().all(is_sound) {
        all.push((
            format!("the offer {name} answers with something that is no path"),
            "write `answers = { \"/manifest.json\" = \"/old/manifest.json\" }`, or a file of the folder as \
             \"file:offers/manifest.json\""
                .into(),
        ));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::super::relay::Variant;
    use super::*;

    fn relay(listen: &str) -> Relay {
        Relay { place: "updates:tcp/443".parse().ok(), listen: Some(listen.into()), ..Relay::default() }
    }

    #[test]
    fn a_relay_listens_at_one_address_and_takes_the_place_of_a_known_host() {
        assert!(relay_faults(&relay("192.0.2.50:443"), |_| true).is_empty());
        for bad in ["0.0.0.0:443", "192.0.2.50", "224.0.0.1:443", "192.0.2.50:0", "bench:443"] {
            assert_eq!(relay_faults(&relay(bad), |_| true).len(), 1, "{bad}");
        }
        assert_eq!(relay_faults(&relay("192.0.2.50:443"), |_| false).len(), 1);
        for (from, faults) in [("192.0.2.1", 0), ("router", 1)] {
            let behind = Relay { from: vec![from.into()], ..relay("192.0.2.50:443") };
            assert_eq!(relay_faults(&behind, |_| true).len(), faults, "{from}");
        }
        let on_dut = Relay { place: "tcp/443".parse().ok(), ..relay("192.0.2.50:443") };
        assert_eq!(relay_faults(&on_dut, |_| true).len(), 1);
    }

    #[test]
    fn an_offer_says_what_it_changes_and_leaves_the_folder_never() {
        let relays = [relay("192.0.2.50:443")];
        let offer = |variant, from: &str| Offer {
            id: "o".into(),
            place: "updates:tcp/443".parse().ok(),
            variant: Some(variant),
            answers: [("/m".to_owned(), from.to_owned())].into(),
            ..Offer::default()
        };
        assert!(offer_faults(&offer(Variant::Older, "/old/m"), &relays).is_empty());
        assert!(offer_faults(&offer(Variant::Older, "file:old/m"), &relays).is_empty());
        for bad in ["file:../m", "file:/etc/passwd", "file:a/../../m", "http://x/", "file:"] {
            assert_eq!(offer_faults(&offer(Variant::Older, bad), &relays).len(), 1, "{bad}");
        }
        assert_eq!(offer_faults(&offer(Variant::Unsigned, "/m"), &relays).len(), 2);
        assert_eq!(offer_faults(&offer(Variant::Older, "/m"), &[]).len(), 1);
    }
}
