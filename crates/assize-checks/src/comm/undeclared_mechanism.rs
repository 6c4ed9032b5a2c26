//! Every open port of the DUT belongs to a communication mechanism of IXIT 11-ComMech. A host that the DUT asked a proxy
//! for and that nobody declared leaves that open: it may belong to a declared mechanism, or to one that is left out. So
//! does a port of a declared host at which no mechanism is reached.

use std::net::IpAddr;

use assize_model::declaration::ixit::common::Place;
use assize_model::declaration::product::Host;
use assize_model::fact::{Destination, Fact, ProxyUse, Transport};
use assize_model::judgement::{Finding, Indication, Outcome, Pointer};
use assize_model::scene::Scene;

use crate::Check;
use crate::look::{Look, Search, judge_search, open_ports};
use crate::say::list;

pub(crate) const CHECK: Check = Check {
    name: "comm.undeclared_mechanism",
    establishes: "Every open port of the DUT belongs to a communication mechanism of IXIT 11-ComMech.",
    probes: &["tcp-ports", "udp-services"],
    partial: true,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let declared: Vec<&Place> = scene.declaration.ixit.com_mech.iter().flat_map(|m| &m.reached_at).collect();
    let findings = judge_search(scene, &SEARCH, open_ports(scene), &declared);
    let notes: Vec<Indication> =
        [asked_for(&strange(scene)), beside(&unnamed(scene)), untold(scene)].into_iter().flatten().collect();
    if notes.is_empty() || findings.iter().any(|f| f.outcome == Outcome::Fail) {
        return findings;
    }
    let earlier = findings.into_iter().filter(|f| f.outcome == Outcome::Inconclusive);
    let earlier = earlier.flat_map(|f| f.indications);
    vec![Finding::whole(Outcome::Inconclusive, earlier.chain(notes).collect())]
}

/// What the DUT asked proxies for.
fn uses<'a>(scene: &Scene<'a>) -> Vec<(u64, &'a ProxyUse)> {
    let own = scene.facts().filter_map(|(record, fact)| match fact {
        Fact::ProxyUse(p) if scene.is_dut(&p.target) => Some((record, p)),
        _ => None,
    });
    own.collect()
}

type Asked<'a> = (u64, &'a Destination);

fn sorted(mut all: Vec<Asked>) -> Vec<Asked> {
    all.sort_by_key(|(record, d)| (&d.host, d.port, *record));
    all
}

/// Hosts that the DUT asked a proxy for and product.toml does not name.
fn strange<'a>(scene: &Scene<'a>) -> Vec<Asked<'a>> {
    let all = uses(scene).into_iter().flat_map(|(record, p)| p.unknown.iter().map(move |d| (record, d)));
    sorted(all.collect())
}

/// Ports of declared hosts that the DUT asked a proxy for, at which no mechanism is reached.
fn unnamed<'a>(scene: &Scene<'a>) -> Vec<Asked<'a>> {
    let all = uses(scene).into_iter().flat_map(|(record, p)| p.known.iter().map(move |d| (record, d)));
    sorted(all.filter(|(_, d)| !is_reached(scene, d)).collect())
}

fn is_reached(scene: &Scene, asked: &Destination) -> bool {
    let is_called = |host: &Host| {
        let names = [Some(&host.name), host.dns.as_ref(), host.address.as_ref()];
        names.into_iter().flatten().any(|name| is_same_host(name, &asked.host))
    };
    let hosts: Vec<&str> =
        scene.declaration.product.host.iter().filter(|h| is_called(h)).map(|h| h.name.as_str()).collect();
    let mut places = scene.declaration.ixit.com_mech.iter().flat_map(|m| &m.reached_at);
    places.any(|place| {
        let is_there = place.host.as_deref().is_some_and(|host| hosts.contains(&host));
        is_there && place.transport == Transport::Tcp && place.port == asked.port
    })
}

/// Whether two names are one, be it an address written in two ways.
fn is_same_host(one: &str, other: &str) -> bool {
    match (one.parse::<IpAddr>(), other.parse::<IpAddr>()) {
        (Ok(one), Ok(other)) => one.to_canonical() == other.to_canonical(),
        _ => one.trim_end_matches('.').eq_ignore_ascii_case(other.trim_end_matches('.')),
    }
}

fn names(asked: &[Asked]) -> String {
    let mut names: Vec<String> = asked.iter().map(|(_, d)| d.words()).collect();
    names.dedup();
    list(&names)
}

fn beside(unnamed: &[Asked]) -> Option<Indication> {
    let words = format!(
        "The DUT asked the bench's proxy for {}, where no entry of 11-ComMech is reached.",
        names(unnamed)
    );
    let remedy = "find out what the DUT wants there, and declare it in `reached_at` of the mechanism that it belongs to";
    (!unnamed.is_empty()).then(|| note(words, remedy, unnamed.iter().map(|(record, _)| *record)))
}

/// More destinations than a record holds.
fn untold(scene: &Scene) -> Option<Indication> {
    let records: Vec<u64> =
        uses(scene).into_iter().filter(|(_, p)| p.untold > 0).map(|(record, _)| record).collect();
    let words = "The DUT asked the bench's proxy for more destinations than were recorded.".to_owned();
    let remedy = "look at the proxy's traffic by hand for hosts that are not declared";
    (!records.is_empty()).then(|| note(words, remedy, records))
}

fn note(words: String, remedy: &str, records: impl IntoIterator<Item = u64>) -> Indication {
    Indication::note(words, remedy).shown_by(records).at(Pointer::ixit(["11-ComMech"]))
}

fn asked_for(strange: &[Asked]) -> Option<Indication> {
    let words = format!(
        "The DUT asked the bench's proxy for {}, which product.toml names as no host; nobody could tell to which \
         communication mechanism that belongs.",
        names(strange)
    );
    let remedy = "find out what the DUT wants there; then declare the [[host]], and the mechanism in 11-ComMech if it \
                  has none";
    (!strange.is_empty()).then(|| note(words, remedy, strange.iter().map(|(record, _)| *record)))
}

const SEARCH: Search = Search {
    what: "communication mechanism",
    table: "11-ComMech",
    remedy: "close the port, or declare the mechanism in 11-ComMech with `reached_at`",
    looks: &[Look::TcpPorts, Look::UdpServices],
};

#[cfg(test)]
mod tests {
    use assize_model::fact::PortState;

    use super::*;
    use crate::stage::{CLOUD, DUT, check, looked, nothing, tcp_open, udp, web};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', reached_at = ['tcp/443'] }]",
            &looked(&[web(443, true), tcp_open(9009)]),
            "FAIL",
        );
    }

    #[test]
    fn flawed_on_udp() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', reached_at = ['tcp/5353'] }]",
            &looked(&[udp(5353, PortState::Open)]),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', reached_at = ['tcp/443', 'udp/5353'] }]",
            &looked(&[web(443, true), udp(5353, PortState::Open), udp(161, PortState::Closed)]),
            "PASS",
        );
    }

    #[test]
    fn what_may_listen_in_silence() {
        let declared = "11-ComMech = [{ id = 'A', reached_at = ['tcp/443', 'udp/5353'] }]";
        let silent = |port| looked(&[web(443, true), udp(port, PortState::Silent)]);
        check(&CHECK, declared, &silent(161), "INCONCLUSIVE");
        check(&CHECK, declared, &silent(5353), "PASS");
    }

    const WEB: &str = "11-ComMech = [{ id = 'A', reached_at = ['tcp/443'] }]";

    /// The DUT asked a proxy for these hosts, none of them declared.
    fn proxied(unknown: &[&str]) -> Vec<Fact> {
        let asked = |host: &&str| Destination { host: (*host).to_owned(), port: 443, times: 2 };
        let unknown = unknown.iter().map(asked).collect();
        vec![Fact::ProxyUse(ProxyUse { target: DUT.into(), unknown, ..ProxyUse::default() })]
    }

    #[test]
    fn a_host_that_nobody_declared_leaves_it_open() {
        check(&CHECK, WEB, &looked(&[web(443, true), proxied(&["metrics.example"])]), "INCONCLUSIVE");
        check(&CHECK, WEB, &looked(&[web(443, true), proxied(&[])]), "PASS");
        let open = [web(443, true), tcp_open(9009), proxied(&["metrics.example"])];
        check(&CHECK, WEB, &looked(&open), "FAIL");
    }

    #[test]
    fn a_port_of_a_declared_host_belongs_to_a_mechanism_too() {
        let declared = "11-ComMech = [{ id = 'A', reached_at = ['tcp/443', 'cloud:tcp/8883'] }]";
        let asked = |host: &str, port, untold| {
            let known = vec![Destination { host: host.into(), port, times: 1 }];
            let used = ProxyUse { target: DUT.into(), known, untold, ..ProxyUse::default() };
            looked(&[web(443, true), vec![Fact::ProxyUse(used)]])
        };
        check(&CHECK, declared, &asked("Cloud", 8883, 0), "PASS");
        check(&CHECK, declared, &asked(CLOUD, 8883, 0), "PASS");
        check(&CHECK, declared, &asked(CLOUD, 9999, 0), "INCONCLUSIVE");
        check(&CHECK, declared, &asked(CLOUD, 8883, 1), "INCONCLUSIVE");
    }

    #[test]
    fn never_looked() {
        check(&CHECK, "11-ComMech = [{ id = 'A', reached_at = ['tcp/443'] }]", &nothing(), "INCONCLUSIVE");
    }
}
