//! Each service reachable over a network in the initialised state names an authentication mechanism.

use assize_model::declaration::ixit::SoftServ;
use assize_model::scene::Scene;

use crate::Check;
use crate::beside::{excepted_on_paper, off_network_on_paper};
use crate::look::{names, open_ports};
use crate::say::{Row, Said, list, shown};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "service.authentication_named",
    establishes: "Each service reachable over a network in the initialised state names an authentication mechanism.",
    probes: &[],
    partial: true,
    judge: |scene| table::soft_serv(scene, |s, row| rule(s, row, scene)),
};

fn rule(s: &SoftServ, row: Row, scene: &Scene) -> Said {
    if s.excepted_protocol == Some(true) {
        return excepted_on_paper(row, s, scene);
    }
    let ids = scene.declaration.ixit.ids("1-AuthMech");
    if let Some(unknown) = s.authentication.iter().find(|id| !ids.contains(id)) {
        let words = format!("names {unknown}, which 1-AuthMech does not hold");
        return row.is_open("authentication", words, "add the entry, or name one that is there");
    }
    if !s.authentication.is_empty() {
        return row.passes(
            "authentication",
            format!("is used after authentication by {}", list(&s.authentication)),
        );
    }
    match (s.network, s.network_when_initialised) {
        (Some(false), _) => off_network_on_paper(row, &s.reached_at),
        (_, Some(true)) => {
            let words = "is reachable over a network, but names no authentication mechanism";
            row.fails("authentication", words, "authenticate its users, and name the mechanism")
        }
        // Another unit applies this one to settings in every state of the device.
        (_, Some(false)) if s.allows_configuration != Some(false) => {
            let words =
                "is reachable over a network outside the initialised state, where settings can be changed";
            row.is_open(
                "authentication",
                words,
                "name the mechanism that protects it there, or weigh the state",
            )
        }
        (_, Some(false)) => not_once_initialised(s, row, scene),
        (_, None) => {
            row.leaves_out("network_when_initialised", "whether a network reaches it once initialised")
        }
    }
}

/// One that says that no network reaches it then is none of the unit's business, unless a port of it is open.
fn not_once_initialised(s: &SoftServ, row: Row, scene: &Scene) -> Said {
    let (field, says) = ("network_when_initialised", "is not reachable over a network once initialised");
    match open_ports(scene).iter().find(|p| names(&s.reached_at, p.transport, p.port)) {
        None => row.is_beside(field, says),
        Some(open) => {
            let words = format!("says that it {says}, but {} is open", open.words());
            let remedy = "correct the field, or `reached_at`; where the DUT was not initialised, assess it again in that state";
            shown(row.is_open(field, words, remedy), open.record)
        }
    }
}

#[cfg(test)]
mod tests {
    use assize_model::fact::{Fact, Protocol};

    use super::CHECK;
    use crate::stage::{check, looked, nothing, service, web};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "13-SoftServ = [{ id = 'A', network = true, network_when_initialised = true }]",
            &nothing(),
            "A FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "13-SoftServ = [{ id = 'A', network_when_initialised = true, \
             authentication = ['M'] }, { id = 'B', network = false }, \
             { id = 'C', network_when_initialised = true, excepted_protocol = true }, \
             { id = 'D', network_when_initialised = false, allows_configuration = false }]\n\
             1-AuthMech = [{ id = 'M' }]",
            &nothing(),
            "A PASS, B N/A, C N/A, D N/A",
        );
    }

    #[test]
    fn doubtful() {
        check(
            &CHECK,
            "13-SoftServ = [{ id = 'A', network = true, network_when_initialised = false, \
             allows_configuration = true }]",
            &nothing(),
            "A INCONCLUSIVE",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "13-SoftServ = [{ id = 'A' }, { id = 'B', network = true }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }

    #[test]
    fn contradicted() {
        check(
            &CHECK,
            "13-SoftServ = [{ id = 'A', network_when_initialised = true, authentication = ['M', 'X'] }, \
             { id = 'B', network = false, reached_at = ['tcp/8080'] }]\n\
             1-AuthMech = [{ id = 'M' }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
        let set_up = "13-SoftServ = [{ id = 'A', network = true, network_when_initialised = false, \
                      allows_configuration = false, reached_at = ['tcp/8081'] }]";
        check(&CHECK, set_up, &looked(&[web(80, false)]), "A N/A");
        check(&CHECK, set_up, &looked(&[web(8081, false)]), "A INCONCLUSIVE");
        let excepted = "13-SoftServ = [{ id = 'A', network = true, network_when_initialised = true, \
                        reached_at = ['tcp/80', 'udp/5353'], excepted_protocol = true }]";
        check(&CHECK, excepted, &nothing(), "A N/A");
        check(&CHECK, excepted, &looked(&[web(80, false)]), "A INCONCLUSIVE");
        check(&CHECK, excepted, &looked(&[web(8080, false)]), "A N/A");
        // mDNS, and what nobody understood, contradict nothing.
        for protocol in [Protocol::Mdns, Protocol::Tls, Protocol::Unknown] {
            let seen = looked(&[vec![Fact::Service(service(80, protocol, false))]]);
            check(&CHECK, excepted, &seen, "A N/A");
        }
    }
}
