//! Mechanisms against loss of power are described.

use assize_model::declaration::ixit::res_mech::Outage;

use super::against;
use crate::Check;
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "resilience.clean_recovery",
    establishes: "Mechanisms against loss of power are described.",
    probes: &[],
    partial: false,
    judge: |scene| {
        table::res_mech(scene, |m, row| {
            against(m, row, Outage::Power, "how the DUT comes back after a loss of power")
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
            "23-ResMech = [{ id = 'A', against = 'power', \
             description = 'the journal is replayed' }, { id = 'B', against = 'network' }]",
            &nothing(),
            "A PASS, B N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "23-ResMech = [{ id = 'A', against = 'power' }, { id = 'B' }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }
}
