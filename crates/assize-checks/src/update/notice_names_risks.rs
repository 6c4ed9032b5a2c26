//! The notice of an update names the risks that it removes.

use assize_model::declaration::ixit::UpdMech;

use crate::Check;
use crate::say::{Row, Said};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "update.notice_names_risks",
    establishes: "The notice of an update names the risks that it removes.",
    probes: &[],
    partial: false,
    judge: |scene| table::upd_mech(scene, rule),
};

fn rule(m: &UpdMech, row: Row) -> Said {
    match m.user_notification.as_ref().and_then(|n| n.names_risks) {
        Some(true) => row.passes("user_notification", "tells the user which risks an update removes"),
        Some(false) => {
            let words = "does not tell the user which risks an update removes";
            row.fails("user_notification", words, "name the risks in the notice")
        }
        None => row.leaves_out("user_notification", "whether the notice names the risks (`names_risks`)"),
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
            "7-UpdMech = [{ id = 'A', user_notification = { names_risks = false } }]",
            &nothing(),
            "A FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', user_notification = { names_risks = true } }]",
            &nothing(),
            "A PASS",
        );
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "7-UpdMech = [{ id = 'A' }]", &nothing(), "A INCONCLUSIVE");
    }
}
