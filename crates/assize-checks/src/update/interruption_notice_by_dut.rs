//! The DUT itself warns when an update interrupts basic functions.

use assize_model::declaration::ixit::UpdMech;

use crate::Check;
use crate::say::{Row, Said};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "update.interruption_notice_by_dut",
    establishes: "The DUT itself warns when an update interrupts basic functions.",
    probes: &[],
    partial: true,
    judge: |scene| table::upd_mech(scene, rule),
};

fn rule(m: &UpdMech, row: Row) -> Said {
    let notice = m.user_notification.clone().unwrap_or_default();
    let field = "user_notification";
    match (notice.warns_of_interruption, notice.by_dut) {
        (Some(false), _) => {
            row.fails(field, "does not warn of an interruption", "warn the user before basic functions stop")
        }
        (_, Some(false)) => {
            row.fails(field, "does not give its notice on the DUT", "give the notice on the DUT itself")
        }
        (Some(true), Some(true)) => row.passes(field, "warns of an interruption on the DUT itself"),
        (None, _) => row.leaves_out(field, "whether it warns of an interruption (`warns_of_interruption`)"),
        (_, None) => row.leaves_out(field, "whether the DUT itself gives the notice (`by_dut`)"),
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
            "7-UpdMech = [{ id = 'A', user_notification = { warns_of_interruption = false, \
             by_dut = true } }, \
             { id = 'B', user_notification = { warns_of_interruption = true, by_dut = false } }]",
            &nothing(),
            "A FAIL, B FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', user_notification = { warns_of_interruption = true, \
             by_dut = true } }]",
            &nothing(),
            "A PASS",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', user_notification = { warns_of_interruption = true } }, \
             { id = 'B' }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }
}
