//! Each component has a mechanism that looks for updates and installs them without the user.

use assize_model::declaration::ixit::UpdMech;

use super::{by_its_mechanisms, is_automatic};
use crate::Check;
use crate::say::{Row, Said};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "update.automatic_for_component",
    establishes: "Each component has a mechanism that looks for updates and installs them without the user.",
    probes: &[],
    partial: false,
    judge: |scene| table::soft_comp(scene, |c, row| by_its_mechanisms(c, row, scene, rule)),
};

fn rule(m: &UpdMech, row: Row) -> Said {
    let asks =
        m.schedule.as_ref().is_some_and(|s| s.every_hours.is_some() || s.after_initialisation == Some(true));
    match is_automatic(m) {
        Some(false) => {
            let remedy = "give the component a mechanism that updates without the user";
            row.fails("initiation", "does not update without the user", remedy)
        }
        Some(true) if asks => {
            row.passes("schedule", "looks for updates on its own, and installs them without the user")
        }
        Some(true) => row.leaves_out("schedule", "when it looks for updates"),
        None => row.leaves_out("initiation", "whether it updates without the user"),
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
             7-UpdMech = [{ id = 'A', initiation = 'web-interface' }]",
            &nothing(),
            "S FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "6-SoftComp = [{ id = 'S', update_mechanisms = ['A', 'B'] }, { id = 'T' }]\n\
             7-UpdMech = [{ id = 'A', initiation = 'automatic', \
             schedule = { every_hours = 24 } }, { id = 'B', initiation = 'manual' }]",
            &nothing(),
            "S PASS, T N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "6-SoftComp = [{ id = 'S', update_mechanisms = ['A'] }]\n\
             7-UpdMech = [{ id = 'A', initiation = 'automatic' }]",
            &nothing(),
            "S INCONCLUSIVE",
        );
    }
}
