//! Every open port of the DUT belongs to a communication mechanism of IXIT 11-ComMech. A host that the DUT asked a proxy
//! for and that nobody declared leaves that open: it may belong to a declared mechanism, or to one that is left out.

use assize_model::declaration::ixit::common::Place;
use assize_model::fact::{Destination, Fact};
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
    let strange = strange(scene);
    if strange.is_empty() || findings.iter().any(|f| f.outcome == Outcome::Fail) {
        return findings;
    }
    let earlier = findings.into_iter().filter(|f| f.outcome == Outcome::Inconclusive);
    let mut indications: Vec<Indication> = earlier.flat_map(|f| f.indications).collect();
    indications.push(asked_for(&strange));
    vec![Finding::whole(Outcome::Inconclusive, indications)]
}

/// Hosts that the DUT asked a proxy for and product.toml does not name.
fn strange<'a>(scene: &Scene<'a>) -> Vec<(u64, &'a Destination)> {
    let own = scene.facts().filter_map(|(record, fact)| match fact {
        Fact::ProxyUse(p) if scene.is_dut(&p.target) => Some((record, p)),
        _ => None,
    });
    let mut all: Vec<_> = own.flat_map(|(record, p)| p.unknown.iter().map(move |d| (record, d))).collect();
    all.sort_by_key(|(record, d)| (&d.host, d.port, *record));
    all
}

fn asked_for(strange: &[(u64, &Destination)]) -> Indication {
    let mut names: Vec<String> = strange.iter().map(|(_, d)| d.words()).collect();
    names.dedup();
    let words = format!(
        "The DUT asked the bench's proxy for {}, which product.toml names as no host; nobody could tell to which \
         communication mechanism that belongs.",
        list(&names)
    );
    let remedy = "find out what the DUT wants there; then declare the [[host]], and the mechanism in 11-ComMech if it \
                  has none";
    Indication::note(words, remedy)
        .shown_by(strange.iter().map(|(record, _)| *record))
        .at(Pointer::ixit(["11-ComMech"]))
}

const SEARCH: Search = Search {
    what: "communication mechanism",
    table: "11-ComMech",
    remedy: "close the port, or declare the mechanism in 11-ComMech with `reached_at`",
    looks: &[Look::TcpPorts, Look::UdpServices],
};

#[cfg(test)]
mod tests {
    use assize_model::fact::{PortState, ProxyUse};

    use super::*;
    use crate::stage::{DUT, check, looked, nothing, tcp_open, udp, web};

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
    fn never_looked() {
        check(&CHECK, "11-ComMech = [{ id = 'A', reached_at = ['tcp/443'] }]", &nothing(), "INCONCLUSIVE");
    }
}
