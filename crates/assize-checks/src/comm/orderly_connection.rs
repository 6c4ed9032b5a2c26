//! A mechanism that reconnects waits longer from try to try.

use assize_model::declaration::ixit::ComMech;

use crate::Check;
use crate::say::{Row, Said, quote, text};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "comm.orderly_connection",
    establishes: "A mechanism that reconnects waits longer from try to try.",
    probes: &[],
    partial: false,
    judge: |scene| table::com_mech(scene, rule),
};

fn rule(m: &ComMech, row: Row) -> Said {
    match (m.reconnect.as_ref().and_then(|r| r.backoff), text(m.resilience.as_ref())) {
        (Some(false), _) => {
            let words = "tries to reconnect without waiting longer from try to try";
            row.fails("reconnect", words, "let the waits grow")
        }
        (Some(true), Some(measures)) => row
            .passes("resilience", format!("lets waits grow from try to try, and states {}", quote(measures))),
        (Some(true), None) => row.leaves_out("resilience", "what makes its connections orderly"),
        (None, _) => row.leaves_out("reconnect", "whether waits grow from try to try (`backoff`)"),
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(&CHECK, "11-ComMech = [{ id = 'A', reconnect = { backoff = false } }]", &nothing(), "A FAIL");
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', resilience = 'one session at a time', \
             reconnect = { backoff = true } }]",
            &nothing(),
            "A PASS",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', resilience = 'yes' }, \
             { id = 'B', reconnect = { backoff = true } }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }
}
