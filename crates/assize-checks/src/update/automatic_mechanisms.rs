//! The mechanisms that update without the user are singled out.

use assize_model::declaration::ixit::UpdMech;

use super::is_automatic;
use crate::Check;
use crate::say::{Row, Said};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "update.automatic_mechanisms",
    establishes: "The mechanisms that update without the user are singled out.",
    probes: &[],
    partial: false,
    judge: |scene| table::upd_mech(scene, rule),
};

fn rule(m: &UpdMech, row: Row) -> Said {
    match is_automatic(m) {
        Some(true) => row.passes("automation", "updates without the user"),
        Some(false) => row.is_beside("automation", "does not update without the user"),
        None => row.leaves_out("automation", "whether it updates without the user"),
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn identified() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', initiation = 'automatic' }, \
             { id = 'B', initiation = 'manual', automation = { supported = true } }]",
            &nothing(),
            "A PASS, B PASS",
        );
    }

    #[test]
    fn not_automatic() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', initiation = 'web-interface' }, \
             { id = 'B', automation = { supported = false } }]",
            &nothing(),
            "A N/A, B N/A",
        );
    }

    #[test]
    fn a_setting_that_is_described_may_be_there() {
        for automation in [
            "on_by_default = false",
            "user_can = ['enable']",
            "supported = false, on_by_default = true",
            "supported = false, user_can = ['disable']",
        ] {
            let one = format!(
                "7-UpdMech = [{{ id = 'A', initiation = 'web-interface', automation = {{ {automation} }} }}]"
            );
            check(&CHECK, &one, &nothing(), "A INCONCLUSIVE");
        }
        let off = "7-UpdMech = [{ id = 'A', automation = { supported = false, on_by_default = false } }]";
        check(&CHECK, off, &nothing(), "A N/A");
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "7-UpdMech = [{ id = 'A' }]", &nothing(), "A INCONCLUSIVE");
    }
}
