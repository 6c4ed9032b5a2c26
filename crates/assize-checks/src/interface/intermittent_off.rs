//! Physical interfaces that are needed only at times are declared off otherwise.

use assize_model::declaration::ixit::Intf;
use assize_model::declaration::ixit::intf::Needed;

use super::{is_off, is_physical, misfiled};
use crate::Check;
use crate::say::{Row, Said, together};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "interface.intermittent_off",
    establishes: "Physical interfaces that are needed only at times are declared off otherwise.",
    probes: &[],
    partial: true,
    judge: |scene| together("15-Intf", table::intf(scene, rule)),
};

fn rule(i: &Intf, row: Row) -> Said {
    if i.kinds.is_empty() {
        return row.leaves_out("kinds", "of which class it is");
    }
    if !is_physical(i) {
        return misfiled(i, row).unwrap_or_else(|| row.is_beside("kinds", "is no physical interface"));
    }
    match i.needed {
        Some(Needed::Sometimes) => is_off(i, row, "needed only at times"),
        Some(_) => row.is_beside("needed", "is not needed only at times"),
        None => row.leaves_out("needed", "whether use needs it"),
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
            "15-Intf = [{ id = 'A', kinds = ['physical'], needed = 'sometimes', \
             status = 'enabled' }]",
            &nothing(),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', kinds = ['air'], needed = 'sometimes', \
             status = 'disabled' }, { id = 'B', kinds = ['logical'] }]",
            &nothing(),
            "PASS",
        );
    }

    #[test]
    fn no_such_interface() {
        check(&CHECK, "15-Intf = [{ id = 'A', kinds = ['physical'], needed = 'always' }]", &nothing(), "N/A");
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', kinds = ['physical'], needed = 'sometimes' }]",
            &nothing(),
            "INCONCLUSIVE",
        );
    }
}
