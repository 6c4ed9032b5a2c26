//! Debug interfaces that can be touched are disabled by software.

use assize_model::declaration::ixit::Intf;

use super::is_touchable_debug;
use crate::Check;
use crate::say::{Row, Said};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "interface.debug_disabled_by_software",
    establishes: "Debug interfaces that can be touched are disabled by software.",
    probes: &[],
    partial: false,
    judge: |scene| table::intf(scene, rule),
};

fn rule(i: &Intf, row: Row) -> Said {
    match (is_touchable_debug(i), i.disabled_by_software) {
        (Some(false), _) => row.is_beside("debug", "is no debug interface that can be touched"),
        (None, _) => row.leaves_out("debug", "whether it is a debug interface that can be touched"),
        (_, Some(true)) => row.passes("disabled_by_software", "is a debug interface that software disables"),
        (_, Some(false)) => {
            let words = "is a debug interface that software does not disable";
            row.fails("disabled_by_software", words, "disable it in software before sale")
        }
        (_, None) => row.leaves_out("disabled_by_software", "whether software disables it"),
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
            "15-Intf = [{ id = 'A', kinds = ['physical'], debug = true, \
             disabled_by_software = false }]",
            &nothing(),
            "A FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', kinds = ['physical'], debug = true, \
             disabled_by_software = true }, { id = 'B', kinds = ['logical'] }, \
             { id = 'C', kinds = ['physical'], debug = false }]",
            &nothing(),
            "A PASS, B N/A, C N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', kinds = ['physical'], debug = true }, \
             { id = 'B', kinds = ['physical'] }, { id = 'C' }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE, C INCONCLUSIVE",
        );
    }
}
