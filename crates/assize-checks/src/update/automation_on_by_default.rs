//! A mechanism that updates automatically does so in the initialised state.

use assize_model::declaration::ixit::UpdMech;

use super::{is_automatic, on_by_default};
use crate::Check;
use crate::say::{Row, Said};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "update.automation_on_by_default",
    establishes: "A mechanism that updates automatically does so in the initialised state.",
    probes: &[],
    partial: false,
    judge: |scene| table::upd_mech(scene, rule),
};

fn rule(m: &UpdMech, row: Row) -> Said {
    match is_automatic(m) {
        Some(true) => on_by_default(row, "automation", m.automation.as_ref(), "automatic updates"),
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
            "7-UpdMech = [{ id = 'A', automation = { supported = true, on_by_default = false } }]",
            &nothing(),
            "A FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', automation = { supported = true, on_by_default = true } }, \
             { id = 'B', automation = { supported = false } }]",
            &nothing(),
            "A PASS, B N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', automation = { supported = true } }, { id = 'B' }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }
}
