//! Each component has a mechanism that asks for updates after initialisation and then periodically.

use assize_model::declaration::ixit::UpdMech;

use super::by_its_mechanisms;
use crate::Check;
use crate::say::{Row, Said, count};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "update.periodic_checking",
    establishes: "Each component has a mechanism that asks for updates after initialisation and then periodically.",
    probes: &[],
    partial: false,
    judge: |scene| table::soft_comp(scene, |c, row| by_its_mechanisms(c, row, scene, rule)),
};

fn rule(m: &UpdMech, row: Row) -> Said {
    let schedule = m.schedule.clone().unwrap_or_default();
    match (schedule.after_initialisation, schedule.every_hours) {
        (Some(false), _) => {
            let words = "does not ask for updates after initialisation";
            row.fails("schedule", words, "ask for updates once the DUT is initialised, and then periodically")
        }
        (_, Some(0)) => row.fails("schedule", "never asks for updates again", "ask for updates periodically"),
        (Some(true), Some(hours)) => row.passes(
            "schedule",
            format!("asks for updates after initialisation and every {}", count(hours, "hour")),
        ),
        _ => row.leaves_out("schedule", "whether it asks after initialisation and every how many hours"),
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
            "6-SoftComp = [{ id = 'S', update_mechanisms = ['A'] }]\n\
             7-UpdMech = [{ id = 'A', schedule = { after_initialisation = false, \
             every_hours = 24 } }]",
            &nothing(),
            "S FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "6-SoftComp = [{ id = 'S', update_mechanisms = ['A'] }, { id = 'T' }]\n\
             7-UpdMech = [{ id = 'A', schedule = { after_initialisation = true, \
             every_hours = 24 } }]",
            &nothing(),
            "S PASS, T N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "6-SoftComp = [{ id = 'S', update_mechanisms = ['A'] }]\n\
             7-UpdMech = [{ id = 'A', schedule = { every_hours = 24 } }]",
            &nothing(),
            "S INCONCLUSIVE",
        );
    }
}
