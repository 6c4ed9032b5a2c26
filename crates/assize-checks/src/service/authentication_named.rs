//! Each service reachable over a network in the initialised state names an authentication mechanism.

use assize_model::declaration::ixit::SoftServ;

use crate::Check;
use crate::say::{Row, Said, list};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "service.authentication_named",
    establishes: "Each service reachable over a network in the initialised state names an authentication mechanism.",
    probes: &[],
    partial: false,
    judge: |scene| table::soft_serv(scene, rule),
};

fn rule(s: &SoftServ, row: Row) -> Said {
    if s.excepted_protocol == Some(true) {
        return row.is_beside("excepted_protocol", "is a network service protocol that the rule excepts");
    }
    if !s.authentication.is_empty() {
        return row.passes(
            "authentication",
            format!("is used after authentication by {}", list(&s.authentication)),
        );
    }
    match (s.network, s.network_when_initialised) {
        (Some(false), _) => row.is_beside("network", "is not reachable over a network interface"),
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
        (_, Some(false)) => {
            row.is_beside("network_when_initialised", "is not reachable over a network once initialised")
        }
        (_, None) => {
            row.leaves_out("network_when_initialised", "whether a network reaches it once initialised")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

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
             { id = 'D', network_when_initialised = false, allows_configuration = false }]",
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
}
