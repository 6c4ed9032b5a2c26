//! Each network or logical interface that is on says why.

use assize_model::declaration::ixit::Intf;
use assize_model::declaration::ixit::common::Status;

use super::is_network;
use crate::Check;
use crate::say::{Row, Said, quote, text};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "interface.enabled_with_reason",
    establishes: "Each network or logical interface that is on says why.",
    probes: &[],
    partial: false,
    judge: |scene| table::intf(scene, rule),
};

fn rule(i: &Intf, row: Row) -> Said {
    if i.kinds.is_empty() {
        return row.leaves_out("kinds", "of which class it is");
    }
    if !is_network(i) {
        return row.is_beside("kinds", "is no network or logical interface");
    }
    match (i.status, text(i.enabled_because.as_ref())) {
        (Some(Status::Disabled), _) => row.is_beside("status", "is off when initialised"),
        (None, _) => row.leaves_out("status", "whether it is on when initialised"),
        (_, Some(reason)) => {
            row.passes("enabled_because", format!("is on, with the reason {}", quote(reason)))
        }
        (_, None) => row.leaves_out("enabled_because", "why it is on"),
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
            "15-Intf = [{ id = 'A', kinds = ['network'], status = 'enabled', \
             enabled_because = 'it carries the API' }, \
             { id = 'B', kinds = ['logical'], status = 'disabled' }, \
             { id = 'C', kinds = ['physical'] }]",
            &nothing(),
            "A PASS, B N/A, C N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', kinds = ['network'], status = 'enabled' }, \
             { id = 'B', kinds = ['logical'] }, { id = 'C' }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE, C INCONCLUSIVE",
        );
    }
}
