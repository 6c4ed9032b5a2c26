//! Every open port of the DUT belongs to an interface of IXIT 15-Intf.

use assize_model::declaration::ixit::common::Place;
use assize_model::judgement::Finding;
use assize_model::scene::Scene;

use crate::Check;
use crate::look::{Look, Search, judge_search, open_ports};

pub(crate) const CHECK: Check = Check {
    name: "interface.undeclared",
    establishes: "Every open port of the DUT belongs to an interface of IXIT 15-Intf.",
    probes: &["tcp-ports", "udp-services"],
    partial: true,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let declared: Vec<&Place> = scene.declaration.ixit.intf.iter().flat_map(|i| &i.reached_at).collect();
    judge_search(scene, &SEARCH, open_ports(scene), &declared)
}

const SEARCH: Search = Search {
    what: "logical interface",
    table: "15-Intf",
    remedy: "close the port, or declare the interface in 15-Intf with `reached_at`",
    looks: &[Look::TcpPorts, Look::UdpServices],
};

#[cfg(test)]
mod tests {
    use assize_model::fact::{
        ControlLook, Fact, PortState, Protocol, ScanConduct, Service, Transport, UdpPort,
    };

    use super::CHECK;
    use crate::stage::{
        CLOUD, DUT, accepts_all, check, declaration, looked, nothing, scene, service, tcp_closed, tcp_open,
        udp, web,
    };

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', reached_at = ['tcp/443'] }]",
            &looked(&[web(443, true), tcp_open(2323)]),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', reached_at = ['tcp/443'] }, \
             { id = 'B', reached_at = ['udp/5353'] }]",
            &looked(&[web(443, true), udp(5353, PortState::Open)]),
            "PASS",
        );
    }

    #[test]
    fn what_accepts_all_elsewhere_says_nothing_of_the_dut() {
        let declared = "15-Intf = [{ id = 'A', reached_at = ['tcp/443'] }]";
        let conduct = |edit: fn(&mut ScanConduct)| {
            let facts = accepts_all(&[]).recorded.into_iter().map(|r| r.fact);
            let mut conducts: Vec<Fact> = facts.filter(|f| matches!(f, Fact::ScanConduct(_))).collect();
            if let Some(Fact::ScanConduct(conduct)) = conducts.first_mut() {
                edit(conduct);
            }
            conducts
        };
        let seen = |edit| looked(&[web(443, true), tcp_open(2323), conduct(edit)]);
        for edit in [
            (|c| c.accepts_all = false) as fn(&mut ScanConduct),
            |c| c.transport = Transport::Udp,
            |c| c.target = CLOUD.into(),
        ] {
            check(&CHECK, declared, &seen(edit), "FAIL");
        }
        let all = seen(|_| {});
        check(&CHECK, declared, &all, "INCONCLUSIVE");
        let declaration = declaration(declared);
        let scene = scene(&declaration, &all);
        assert!(scene.scan(Transport::Tcp).is_none() && scene.scan(Transport::Udp).is_some());
        // What was not understood there, or travels in datagrams, is not recognised.
        let unknown = vec![Fact::Service(service(2323, Protocol::Unknown, false))];
        check(&CHECK, declared, &accepts_all(&[web(443, true), unknown]), "INCONCLUSIVE");
    }

    #[test]
    fn a_transport_at_which_nobody_looked_passes_nothing() {
        let declared = "15-Intf = [{ id = 'A', reached_at = ['tcp/443'] }]";
        let seen = looked(&[web(443, true)]);
        check(&CHECK, declared, &seen, "PASS");
        for transport in [Transport::Tcp, Transport::Udp] {
            let mut half = seen.clone();
            half.recorded.retain(|r| !matches!(&r.fact, Fact::PortScan(s) if s.transport == transport));
            check(&CHECK, declared, &half, "INCONCLUSIVE");
        }
    }

    #[test]
    fn where_every_port_accepts() {
        let declared = "15-Intf = [{ id = 'A', reached_at = ['tcp/443'] }]";
        let seen = accepts_all(&[web(443, true), tcp_open(2323), tcp_open(2324)]);
        check(&CHECK, declared, &seen, "INCONCLUSIVE");
        check(&CHECK, declared, &accepts_all(&[web(443, true), web(81, false)]), "FAIL");
        check(&CHECK, declared, &accepts_all(&[udp(5353, PortState::Open)]), "FAIL");
    }

    #[test]
    fn open_once_and_closed_at_the_next_look() {
        let declared = "15-Intf = [{ id = 'A', reached_at = ['tcp/443'] }]";
        let once = [web(443, true), tcp_open(2323), tcp_closed(2323)];
        check(&CHECK, declared, &looked(&once), "INCONCLUSIVE");
        check(&CHECK, declared, &looked(&[web(443, true), tcp_closed(2323)]), "INCONCLUSIVE");
        check(&CHECK, declared, &looked(&[web(443, true), tcp_open(443), tcp_closed(443)]), "PASS");
        let speaks = [web(443, true), web(2323, false), tcp_closed(2323)];
        check(&CHECK, declared, &looked(&speaks), "FAIL");
        let another = [web(443, true), tcp_open(2323), tcp_closed(2323), tcp_open(2324)];
        check(&CHECK, declared, &looked(&another), "FAIL");
    }

    /// The control address was asked again: for 443 and 2323, and found with these.
    fn control_look(beside: &str, open: &[u16], alike: &[u16]) -> Vec<Fact> {
        let (target, beside) = ("192.0.2.30".into(), beside.into());
        let asked = vec![443, 2323];
        vec![Fact::ControlLook(ControlLook { target, beside, asked, open: open.into(), alike: alike.into() })]
    }

    #[test]
    fn opened_by_the_bench_while_the_dut_was_scanned() {
        let declared = "product = { bench = { control = '192.0.2.30' } }\n\
                        15-Intf = [{ id = 'A', reached_at = ['tcp/443'] }]";
        let with = |look| looked(&[web(443, true), tcp_open(2323), look]);
        check(&CHECK, declared, &with(control_look(DUT, &[2323], &[2323])), "PASS");
        check(&CHECK, declared, &with(control_look(DUT, &[2323], &[])), "FAIL");
        check(&CHECK, declared, &with(control_look(DUT, &[], &[])), "FAIL");
        check(&CHECK, declared, &with(control_look("192.0.2.99", &[2323], &[2323])), "FAIL");
        // A control address that takes on what the DUT has is the DUT.
        check(&CHECK, declared, &with(control_look(DUT, &[443, 2323], &[2323])), "FAIL");
        let other = "product = { bench = { control = '192.0.2.31' } }\n\
                     15-Intf = [{ id = 'A', reached_at = ['tcp/443'] }]";
        check(&CHECK, other, &with(control_look(DUT, &[2323], &[2323])), "FAIL");
    }

    /// The DUT, or the control address, was asked at UDP ports.
    fn udp_at(target: &str, ports: &[(u16, PortState)]) -> Vec<Fact> {
        let port = |(port, state): &(u16, PortState)| {
            let (target, asked) = (target.into(), "tftp".into());
            Fact::UdpPort(UdpPort { target, port: *port, asked, state: *state, answered_from: None })
        };
        ports.iter().map(port).collect()
    }

    #[test]
    fn a_silent_udp_port_is_not_closed() {
        let declared = "product = { bench = { control = '192.0.2.30' } }\n\
                        15-Intf = [{ id = 'A', reached_at = ['tcp/443', 'udp/5353'] }]";
        let dut = udp_at(DUT, &[(53, PortState::Closed), (69, PortState::Silent)]);
        check(&CHECK, declared, &looked(&[web(443, true), dut.clone()]), "INCONCLUSIVE");
        let beside = |ports: [_; 2]| looked(&[web(443, true), dut.clone(), udp_at("192.0.2.30", &ports)]);
        let (closed, silent) = ((53, PortState::Closed), (69, PortState::Silent));
        check(&CHECK, declared, &beside([closed, silent]), "PASS");
        // Nobody lives there, so that it is silent everywhere.
        check(&CHECK, declared, &beside([(53, PortState::Silent), silent]), "INCONCLUSIVE");
        check(&CHECK, declared, &beside([closed, (69, PortState::Closed)]), "INCONCLUSIVE");
        let known = udp_at(DUT, &[(53, PortState::Closed), (5353, PortState::Silent)]);
        check(&CHECK, declared, &looked(&[web(443, true), known]), "PASS");
        let twice = udp_at(DUT, &[(53, PortState::Silent), (53, PortState::Closed)]);
        check(&CHECK, declared, &looked(&[web(443, true), twice]), "PASS");
    }

    #[test]
    fn a_dut_that_heard_no_datagram() {
        let declared = "15-Intf = [{ id = 'A', reached_at = ['tcp/443'] }]";
        let mut facts = looked(&[web(443, true)]);
        for recorded in &mut facts.recorded {
            if let Fact::PortScan(scan) = &mut recorded.fact
                && scan.transport == Transport::Udp
            {
                (scan.silent, scan.closed) = (scan.tried, 0);
            }
        }
        check(&CHECK, declared, &facts, "INCONCLUSIVE");
    }

    #[test]
    fn a_service_over_udp_lives_at_an_open_port() {
        let declared = "15-Intf = [{ id = 'A', reached_at = ['tcp/443'] }]";
        let mdns = Fact::Service(Service::new(DUT, Transport::Udp, 5353, Protocol::Mdns));
        check(&CHECK, declared, &looked(&[web(443, true), vec![mdns]]), "FAIL");
    }

    #[test]
    fn never_looked() {
        check(&CHECK, "15-Intf = [{ id = 'A', reached_at = ['tcp/443'] }]", &nothing(), "INCONCLUSIVE");
    }
}
