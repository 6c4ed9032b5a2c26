//! Every open port of the DUT is declared somewhere, so that none can be an undeclared way to update.
//! An open port alone does not show that updates pass through it, so this never ends in FAIL.

use assize_model::declaration::ixit::Ixit;
use assize_model::declaration::ixit::common::Place;
use assize_model::judgement::{Finding, Indication, Outcome, Pointer};
use assize_model::scene::Scene;

use crate::Check;
use crate::look::{Found, Look, gaps, looked_at, names, never_looked, not_heard, open_ports, scans, unheard};
use crate::say::{count, list};

pub(crate) const CHECK: Check = Check {
    name: "update.undeclared_channel",
    establishes: "Every open port of the DUT is declared somewhere, so that none can be an undeclared way to update.",
    probes: &["tcp-ports", "udp-services"],
    partial: true,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let places = declared(&scene.declaration.ixit);
    let open = open_ports(scene);
    let (known, unknown): (Vec<&Found>, Vec<&Found>) =
        open.iter().partition(|f| names(places.iter().copied(), f.transport, f.port));
    let gaps = gaps(scene, &LOOKS);
    if let Some(first) = unknown.first() {
        let ports: Vec<String> = unknown.iter().map(|f| f.words()).collect();
        let words = format!("No table of the IXIT names {}, through which updates might pass.", list(&ports));
        let remedy = format!("find out by hand whether {} takes updates, or close it", first.words());
        let note = Indication::note(words, remedy).shown_by(unknown.iter().map(|f| f.record));
        return vec![Finding::whole(Outcome::Inconclusive, vec![note.at(Pointer::ixit(["7-UpdMech"]))])];
    }
    if !gaps.is_empty() {
        return never_looked(&gaps);
    }
    let mut unheard = unheard(scene);
    unheard.retain(|f| !names(places.iter().copied(), f.transport, f.port));
    if !unheard.is_empty() {
        let doubt = "updates might pass through there";
        return vec![not_heard(&unheard, doubt, Pointer::ixit(["7-UpdMech"]))];
    }
    let open = count(known.len() as u64, "open port");
    let words = format!("{}; the IXIT names each of {open}.", looked_at(&LOOKS));
    let shown = scans(scene).into_iter().chain(known.iter().map(|f| f.record));
    let note = Indication::favour(words).shown_by(shown).at(Pointer::ixit(["7-UpdMech"]));
    vec![Finding::whole(Outcome::Pass, vec![note])]
}

const LOOKS: [Look; 2] = [Look::TcpPorts, Look::UdpServices];

/// Every place that any table names.
fn declared(ixit: &Ixit) -> Vec<&Place> {
    let mut places: Vec<&Place> = ixit.auth_mech.iter().flat_map(|e| &e.reached_at).collect();
    places.extend(ixit.upd_mech.iter().flat_map(|e| &e.reached_at));
    places.extend(ixit.com_mech.iter().flat_map(|e| &e.reached_at));
    places.extend(ixit.soft_serv.iter().flat_map(|e| &e.reached_at));
    places.extend(ixit.intf.iter().flat_map(|e| &e.reached_at));
    places.extend(ixit.user_intf.iter().flat_map(|e| &e.reached_at));
    places.extend(ixit.ext_api.iter().flat_map(|e| &e.reached_at));
    places
}

#[cfg(test)]
mod tests {
    use assize_model::fact::PortState;

    use super::CHECK;
    use crate::stage::{check, looked, nothing, tcp_open, udp};

    #[test]
    fn doubtful() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', reached_at = ['cloud:tcp/9009'] }]",
            &looked(&[tcp_open(9009)]),
            "INCONCLUSIVE",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', reached_at = ['tcp/9009'] }]\n\
             15-Intf = [{ id = 'I', reached_at = ['udp/5353'] }]",
            &looked(&[tcp_open(9009), udp(5353, PortState::Open)]),
            "PASS",
        );
    }

    #[test]
    fn what_may_listen_in_silence() {
        let silent = |port| looked(&[tcp_open(9009), udp(port, PortState::Silent)]);
        let declared = "7-UpdMech = [{ id = 'A', reached_at = ['tcp/9009', 'udp/69'] }]";
        check(&CHECK, declared, &silent(69), "PASS");
        check(&CHECK, declared, &silent(161), "INCONCLUSIVE");
    }

    #[test]
    fn never_looked() {
        check(&CHECK, "7-UpdMech = [{ id = 'A' }]", &nothing(), "INCONCLUSIVE");
    }
}
