//! The user can enable, disable or postpone automatic updates.

use assize_model::declaration::ixit::UpdMech;

use super::{adjustable, is_automatic};
use crate::Check;
use crate::say::{Row, Said};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "update.automation_adjustable",
    establishes: "The user can enable, disable or postpone automatic updates.",
    probes: &[],
    partial: false,
    judge: |scene| table::upd_mech(scene, rule),
};

fn rule(m: &UpdMech, row: Row) -> Said {
    match is_automatic(m) {
        Some(true) => adjustable(row, "automation", m.automation.as_ref(), "automatic updates"),
        Some(false) => row.is_beside("automation", "does not update without the user"),
        None => row.leaves_out("automation", "whether it updates without the user"),
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
            "7-UpdMech = [{ id = 'A', automation = { supported = true, on_by_default = true } }]",
            &nothing(),
            "A FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', automation = { supported = true, user_can = ['enable', \
             'disable'] } }, { id = 'B', initiation = 'manual' }]",
            &nothing(),
            "A PASS, B N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', initiation = 'automatic' }, { id = 'B' }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }
}
