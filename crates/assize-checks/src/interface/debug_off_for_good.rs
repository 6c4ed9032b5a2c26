//! Debug interfaces that are not needed at times are declared off.

use assize_model::declaration::ixit::Intf;
use assize_model::declaration::ixit::intf::Needed;

use super::{is_off, is_touchable_debug};
use crate::Check;
use crate::say::{Row, Said, together};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "interface.debug_off_for_good",
    establishes: "Debug interfaces that are not needed at times are declared off.",
    probes: &[],
    partial: true,
    judge: |scene| together("15-Intf", table::intf(scene, rule)),
};

fn rule(i: &Intf, row: Row) -> Said {
    match (is_touchable_debug(i), i.needed) {
        (Some(false), _) => row.is_beside("debug", "is no debug interface that can be touched"),
        (None, _) => row.leaves_out("debug", "whether it is a debug interface that can be touched"),
        (_, Some(Needed::Sometimes)) => row.is_beside("needed", "is a debug interface needed at times"),
        (_, Some(_)) => is_off(i, row, "a debug interface not needed at times"),
        (_, None) => row.leaves_out("needed", "whether use needs it"),
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
            "15-Intf = [{ id = 'A', kinds = ['physical'], debug = true, needed = 'never', \
             status = 'enabled' }]",
            &nothing(),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', kinds = ['physical'], debug = true, needed = 'never', \
             status = 'disabled' }, { id = 'B', kinds = ['network'] }]",
            &nothing(),
            "PASS",
        );
    }

    #[test]
    fn no_such_interface() {
        check(&CHECK, "15-Intf = [{ id = 'A', kinds = ['physical'], debug = false }]", &nothing(), "N/A");
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', kinds = ['physical'], debug = true, needed = 'never' }, \
             { id = 'B', kinds = ['network'] }]",
            &nothing(),
            "INCONCLUSIVE",
        );
    }
}
