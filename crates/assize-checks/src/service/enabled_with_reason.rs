//! Each service that is on when initialised says why it must be.

use assize_model::declaration::ixit::SoftServ;
use assize_model::declaration::ixit::common::Status;

use crate::Check;
use crate::say::{Row, Said, quote, text};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "service.enabled_with_reason",
    establishes: "Each service that is on when initialised says why it must be.",
    probes: &[],
    partial: false,
    judge: |scene| table::soft_serv(scene, rule),
};

fn rule(s: &SoftServ, row: Row) -> Said {
    match (s.status, text(s.justification.as_ref())) {
        (Some(Status::Disabled), _) => row.is_beside("status", "is off when initialised"),
        (None, _) => row.leaves_out("status", "whether it is on when initialised"),
        (_, Some(reason)) => row.passes("justification", format!("is on, with the reason {}", quote(reason))),
        (_, None) => row.leaves_out("justification", "why it must be on"),
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
            "13-SoftServ = [{ id = 'A', status = 'enabled', \
             justification = 'it is the product' }, { id = 'B', status = 'disabled' }]",
            &nothing(),
            "A PASS, B N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "13-SoftServ = [{ id = 'A', status = 'enabled' }, { id = 'B' }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }
}
