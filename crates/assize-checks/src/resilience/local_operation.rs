//! Mechanisms against loss of the network are described.

use assize_model::declaration::ixit::res_mech::Outage;

use super::against;
use crate::Check;
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "resilience.local_operation",
    establishes: "Mechanisms against loss of the network are described.",
    probes: &[],
    partial: false,
    judge: |scene| {
        table::res_mech(scene, |m, row| {
            against(m, row, Outage::Network, "how the DUT goes on without the network")
        })
    },
};

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "23-ResMech = [{ id = 'A', against = 'both', description = 'the button works' }, \
             { id = 'B', against = 'power' }]",
            &nothing(),
            "A PASS, B N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "23-ResMech = [{ id = 'A', against = 'network' }, { id = 'B' }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }
}
