//! The user can enable, disable or postpone update notices.

use assize_model::declaration::ixit::UpdMech;

use super::adjustable;
use crate::Check;
use crate::say::{Row, Said};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "update.notices_adjustable",
    establishes: "The user can enable, disable or postpone update notices.",
    probes: &[],
    partial: false,
    judge: |scene| table::upd_mech(scene, rule),
};

fn rule(m: &UpdMech, row: Row) -> Said {
    match m.notifies() {
        Some(true) => adjustable(row, "notification", m.notification.as_ref(), "update notices"),
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
             on_by_default = true } }]",
            &nothing(),
            "A FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', notification = { supported = true, \
             user_can = ['postpone'] } }, { id = 'B', notification = { supported = false } }]",
            &nothing(),
            "A PASS, B N/A",
        );
    }

    #[test]
    fn a_notice_with_content_contradicts_that_there_is_none() {
        let told = "7-UpdMech = [{ id = 'A', notification = { supported = false }, \
                    user_notification = { names_risks = true } }]";
        check(&CHECK, told, &nothing(), "A INCONCLUSIVE");
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "7-UpdMech = [{ id = 'A' }]", &nothing(), "A INCONCLUSIVE");
    }
}
