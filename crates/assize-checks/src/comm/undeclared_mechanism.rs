//! Every open port of the DUT belongs to a communication mechanism of IXIT 11-ComMech.

use assize_model::declaration::ixit::common::Place;
use assize_model::judgement::Finding;
use assize_model::scene::Scene;

use crate::Check;
use crate::look::{Look, Search, judge_search, open_ports};

pub(crate) const CHECK: Check = Check {
    name: "comm.undeclared_mechanism",
    establishes: "Every open port of the DUT belongs to a communication mechanism of IXIT 11-ComMech.",
    probes: &["tcp-ports", "udp-services"],
    partial: true,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let declared: Vec<&Place> = scene.declaration.ixit.com_mech.iter().flat_map(|m| &m.reached_at).collect();
    judge_search(scene, &SEARCH, open_ports(scene), &declared)
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

    use super::CHECK;
    use crate::stage::{check, looked, nothing, tcp_open, udp, web};

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
            &looked(&[web(443, true), udp(5353, PortState::Open), udp(161, PortState::Silent)]),
            "PASS",
        );
    }

    #[test]
    fn never_looked() {
        check(&CHECK, "11-ComMech = [{ id = 'A', reached_at = ['tcp/443'] }]", &nothing(), "INCONCLUSIVE");
    }
}
