//! Devices do not all return at the same moment after an outage.

use assize_model::declaration::ixit::ComMech;

use crate::Check;
use crate::say::{Row, Said};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "comm.mass_reconnection_avoided",
    establishes: "Devices do not all return at the same moment after an outage.",
    probes: &[],
    partial: false,
    judge: |scene| table::com_mech(scene, rule),
};

fn rule(m: &ComMech, row: Row) -> Said {
    match m.reconnect.as_ref().and_then(|r| r.jitter) {
        Some(true) => row.passes("reconnect", "waits a random time before it reconnects"),
        Some(false) => {
            let words = "does not wait a random time, so that all devices return at once";
            row.fails("reconnect", words, "add a random part to the waits")
        }
        None => row.leaves_out("reconnect", "whether waits are random (`jitter`)"),
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(&CHECK, "11-ComMech = [{ id = 'A', reconnect = { jitter = false } }]", &nothing(), "A FAIL");
    }

    #[test]
    fn conformant() {
        check(&CHECK, "11-ComMech = [{ id = 'A', reconnect = { jitter = true } }]", &nothing(), "A PASS");
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', reconnect = { backoff = true } }]",
            &nothing(),
            "A INCONCLUSIVE",
        );
    }
}
