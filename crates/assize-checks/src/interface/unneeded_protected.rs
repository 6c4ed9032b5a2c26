//! Physical interfaces that are never needed are protected from exposure.

use assize_model::declaration::ixit::Intf;
use assize_model::declaration::ixit::intf::{IntfKind, Needed};

use crate::Check;
use crate::say::{Row, Said, quote, text};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "interface.unneeded_protected",
    establishes: "Physical interfaces that are never needed are protected from exposure.",
    probes: &[],
    partial: false,
    judge: |scene| table::intf(scene, rule),
};

fn rule(i: &Intf, row: Row) -> Said {
    if i.kinds.is_empty() {
        return row.leaves_out("kinds", "of which class it is");
    }
    if !i.kinds.contains(&IntfKind::Physical) {
        return row.is_beside("kinds", "cannot be touched");
    }
    match (i.needed, text(i.protection.as_ref())) {
        (Some(Needed::Always | Needed::Sometimes), _) => row.is_beside("needed", "is needed in use"),
        (None, _) => row.leaves_out("needed", "whether use needs it"),
        (_, Some(how)) => row.passes("protection", format!("is not needed, and protected: {}", quote(how))),
        (_, None) => row.leaves_out("protection", "how its exposure is limited"),
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', kinds = ['physical'], needed = 'never', \
             protection = 'inside the casing' }, \
             { id = 'B', kinds = ['physical'], needed = 'always' }, \
             { id = 'C', kinds = ['logical'] }]",
            &nothing(),
            "A PASS, B N/A, C N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', kinds = ['physical'], needed = 'never' }, \
             { id = 'B', kinds = ['physical'] }, { id = 'C' }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE, C INCONCLUSIVE",
        );
    }
}
