//! Interfaces that the network shows are on or off as IXIT 15-Intf declares.

use assize_model::declaration::ixit::Intf;
use assize_model::declaration::ixit::common::{Place, Status};
use assize_model::fact::{Fact, PortState, Transport};
use assize_model::judgement::{Finding, Outcome};
use assize_model::scene::Scene;

use crate::Check;
use crate::look::{Look, REMEDY, gaps, open_ports, wavering};
use crate::say::{Row, Said, count, shown, worst};

pub(crate) const CHECK: Check = Check {
    name: "interface.status_as_declared",
    establishes: "Interfaces that the network shows are on or off as IXIT 15-Intf declares.",
    probes: &["tcp-ports", "udp-services"],
    partial: true,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let finding = |i: &Intf| {
        let row = Row { table: "15-Intf", id: &i.id };
        let places = i.reached_at.iter().filter(|p| p.host.is_none());
        let said: Vec<Said> = places.map(|p| at_place(i, row, p, scene)).collect();
        let unseen = || (Outcome::Inconclusive, vec![not_visible(row).1]);
        let (outcome, indications) = worst(said).unwrap_or_else(unseen);
        Finding { entry: Some(i.id.clone()), outcome, indications }
    };
    scene.declaration.ixit.intf.iter().map(finding).collect()
}

fn not_visible(row: Row) -> Said {
    row.is_open("reached_at", "names no port, so that the network does not show it", "look at it by hand")
}

fn at_place(i: &Intf, row: Row, place: &Place, scene: &Scene) -> Said {
    let Some(status) = i.status else { return row.leaves_out("status", "whether it is on when initialised") };
    if let Some(seen) = wavering(scene).into_iter().find(|f| place.is_dut(f.transport, f.port)) {
        let words = format!("was open at {place} at one look, and closed at the next");
        return shown(row.is_open("status", words, "find out what opens it, and assess again"), seen.record);
    }
    let open = open_ports(scene).into_iter().find(|f| place.is_dut(f.transport, f.port));
    match (status, open) {
        (Status::Disabled, Some(open)) if is_on_for_another(i, place, scene) => {
            let words = format!(
                "is declared off, and {place}, where another interface that is declared on lives too, is open, so that \
                 the network does not tell"
            );
            shown(row.is_open("status", words, "look at it by hand"), open.record)
        }
        (Status::Disabled, Some(open)) => {
            let words = format!("is declared off, but {place} is open");
            shown(row.fails("status", words, "switch it off, or declare it as it is"), open.record)
        }
        (Status::Enabled, Some(open)) => {
            shown(row.passes("status", format!("is declared on, and {place} is open")), open.record)
        }
        (Status::Enabled, None) => {
            let words = format!("is declared on, but was not seen at {place}");
            row.is_open("status", words, "look at it by hand with the DUT in the initialised state")
        }
        (Status::Disabled, None) => match closed(place, scene) {
            Some(record) => {
                shown(row.passes("status", format!("is declared off, and {place} is closed")), record)
            }
            None => {
                let (why, remedy) = untold(place, scene);
                row.is_open("status", format!("is declared off, and {why}"), remedy)
            }
        },
    }
}

/// Whether another interface at the same port is declared on, so that it has to be open.
fn is_on_for_another(i: &Intf, place: &Place, scene: &Scene) -> bool {
    let mut others = scene.declaration.ixit.intf.iter().filter(|other| other.id != i.id);
    others.any(|other| other.status == Some(Status::Enabled) && other.reached_at.contains(place))
}

/// Why nobody could tell a port closed, and what to do.
fn untold(place: &Place, scene: &Scene) -> (String, &'static str) {
    match scene.scan(Transport::Tcp).filter(|_| place.transport == Transport::Tcp) {
        Some((_, scan)) if scan.silent > 0 => {
            let silent = count(scan.silent, "TCP port");
            let why = format!(
                "nobody could tell {place} closed: {silent} stayed silent, as ports behind a filter do"
            );
            (why, "look at the filter's rules, or at what listens on the DUT, and answer by hand")
        }
        _ => (format!("nobody could tell {place} closed"), REMEDY),
    }
}

/// The record that shows a port not open: for TCP the whole scan when every port answered it, since one that stays
/// silent may be filtered; for UDP the refusal of that very port.
fn closed(place: &Place, scene: &Scene) -> Option<u64> {
    if place.transport == Transport::Tcp {
        let whole = scene.scan(Transport::Tcp).filter(|(_, scan)| scan.silent == 0);
        return whole.filter(|_| gaps(scene, &[Look::TcpPorts]).is_empty()).map(|(record, _)| record);
    }
    let refused = scene.facts().filter_map(|(record, fact)| match fact {
        Fact::UdpPort(p)
            if scene.is_dut(&p.target) && p.port == place.port && p.state == PortState::Closed =>
        {
            Some(record)
        }
        _ => None,
    });
    refused.min()
}

#[cfg(test)]
mod tests {
    use assize_model::fact::{Fact, PortState};

    use super::CHECK;
    use crate::stage::{accepts_all, check, looked, nothing, tcp_closed, tcp_open, udp, web};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', status = 'disabled', reached_at = ['tcp/2323'] }, \
             { id = 'B', status = 'disabled', reached_at = ['udp/5353'] }]",
            &looked(&[tcp_open(2323), udp(5353, PortState::Open)]),
            "A FAIL, B FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', status = 'enabled', reached_at = ['tcp/443'] }, \
             { id = 'B', status = 'disabled', reached_at = ['tcp/23', 'udp/161'] }]",
            &looked(&[web(443, true), udp(161, PortState::Closed)]),
            "A PASS, B PASS",
        );
    }

    #[test]
    fn never_looked() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', status = 'enabled', reached_at = ['tcp/443'] }, \
             { id = 'B', status = 'disabled', reached_at = ['tcp/23'] }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }

    #[test]
    fn not_visible() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', kinds = ['physical'], status = 'disabled' }, \
             { id = 'B', reached_at = ['tcp/443'] }, \
             { id = 'C', status = 'disabled', reached_at = ['udp/161'] }]",
            &looked(&[udp(161, PortState::Silent)]),
            "A INCONCLUSIVE, B INCONCLUSIVE, C INCONCLUSIVE",
        );
    }

    #[test]
    fn a_silent_port_may_be_filtered() {
        let declared = "15-Intf = [{ id = 'B', status = 'disabled', reached_at = ['tcp/23'] }]";
        let mut facts = looked(&[web(443, true)]);
        for recorded in &mut facts.recorded {
            if let Fact::PortScan(scan) = &mut recorded.fact {
                (scan.silent, scan.closed) = (1, scan.closed - 1);
            }
        }
        check(&CHECK, declared, &facts, "B INCONCLUSIVE");
    }

    #[test]
    fn a_scan_that_did_not_try_every_port_shows_none_closed() {
        let declared = "15-Intf = [{ id = 'B', status = 'disabled', reached_at = ['tcp/23'] }]";
        let mut facts = looked(&[web(443, true)]);
        check(&CHECK, declared, &facts, "B PASS");
        for recorded in &mut facts.recorded {
            if let Fact::PortScan(scan) = &mut recorded.fact {
                scan.tried -= 1;
            }
        }
        check(&CHECK, declared, &facts, "B INCONCLUSIVE");
    }

    #[test]
    fn where_every_port_accepts_none_is_seen_on_or_off() {
        let declared = "15-Intf = [{ id = 'A', status = 'enabled', reached_at = ['tcp/70'] }, \
             { id = 'B', status = 'disabled', reached_at = ['tcp/71'] }, \
             { id = 'C', status = 'disabled', reached_at = ['tcp/72'] }]";
        check(
            &CHECK,
            declared,
            &accepts_all(&[tcp_open(70), tcp_open(71)]),
            "A INCONCLUSIVE, B INCONCLUSIVE, C INCONCLUSIVE",
        );
    }

    #[test]
    fn an_interface_that_is_off_at_a_port_of_another() {
        let declared = "15-Intf = [{ id = 'A', status = 'enabled', reached_at = ['tcp/443'] }, \
             { id = 'B', status = 'disabled', reached_at = ['tcp/443'] }]";
        check(&CHECK, declared, &looked(&[web(443, true)]), "A PASS, B INCONCLUSIVE");
        check(&CHECK, declared, &looked(&[]), "A INCONCLUSIVE, B PASS");
    }

    #[test]
    fn open_at_one_look_only() {
        let declared = "15-Intf = [{ id = 'A', status = 'disabled', reached_at = ['tcp/40777'] }]";
        check(&CHECK, declared, &looked(&[tcp_closed(40777)]), "A INCONCLUSIVE");
    }
}
