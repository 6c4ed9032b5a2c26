//! Air interfaces that are never needed are declared off.

use assize_model::declaration::ixit::Intf;
use assize_model::declaration::ixit::intf::{IntfKind, Needed};

use super::{is_off, misfiled};
use crate::Check;
use crate::say::{Row, Said, together};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "interface.air_off_unless_needed",
    establishes: "Air interfaces that are never needed are declared off.",
    probes: &[],
    partial: true,
    judge: |scene| together("15-Intf", table::intf(scene, rule)),
};

fn rule(i: &Intf, row: Row) -> Said {
    if i.kinds.is_empty() {
        return row.leaves_out("kinds", "of which class it is");
    }
    if !i.kinds.contains(&IntfKind::Air) {
        return misfiled(i, row).unwrap_or_else(|| row.is_beside("kinds", "is no air interface"));
    }
    match i.needed {
        Some(Needed::Never) => is_off(i, row, "never needed"),
        Some(_) => row.is_beside("needed", "is needed in use"),
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
            "15-Intf = [{ id = 'A', kinds = ['air'], needed = 'never', status = 'enabled' }, \
             { id = 'B', kinds = ['air'], needed = 'never', status = 'disabled' }]",
            &nothing(),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', kinds = ['air'], needed = 'never', status = 'disabled' }, \
             { id = 'B', kinds = ['physical'] }]",
            &nothing(),
            "PASS",
        );
    }

    #[test]
    fn no_such_interface() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', kinds = ['air'], needed = 'always', status = 'enabled' }]",
            &nothing(),
            "N/A",
        );
    }

    #[test]
    fn a_need_is_said_of_physical_interfaces_only() {
        let radio = |more: &str| {
            format!("15-Intf = [{{ id = 'A', kinds = ['network'], needed = 'never', status = '{more}' }}]")
        };
        check(&CHECK, &radio("enabled"), &nothing(), "INCONCLUSIVE");
        check(&CHECK, &radio("disabled"), &nothing(), "N/A");
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', kinds = ['air'] }, { id = 'B', kinds = ['physical'] }]",
            &nothing(),
            "INCONCLUSIVE",
        );
    }
}
