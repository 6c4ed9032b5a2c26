//! Update notices are on in the initialised state.

use assize_model::declaration::ixit::UpdMech;

use super::on_by_default;
use crate::Check;
use crate::say::{Row, Said};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "update.notices_on_by_default",
    establishes: "Update notices are on in the initialised state.",
    probes: &[],
    partial: false,
    judge: |scene| table::upd_mech(scene, rule),
};

fn rule(m: &UpdMech, row: Row) -> Said {
    match m.notifies() {
        Some(true) => on_by_default(row, "notification", m.notification.as_ref(), "update notices"),
        Some(false) => row.is_beside("notification", "has no update notices"),
        None => row.leaves_out("notification", "whether it notifies the user of updates"),
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
            "7-UpdMech = [{ id = 'A', notification = { supported = true, \
             on_by_default = false } }]",
            &nothing(),
            "A FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', notification = { supported = true, \
             on_by_default = true } }, { id = 'B', notification = { supported = false } }]",
            &nothing(),
            "A PASS, B N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', notification = { supported = true } }]",
            &nothing(),
            "A INCONCLUSIVE",
        );
    }
}
