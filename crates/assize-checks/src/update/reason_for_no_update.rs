//! A component without an update mechanism states the reason.

use assize_model::declaration::ixit::SoftComp;

use crate::Check;
use crate::say::{Row, Said, quote, text};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "update.reason_for_no_update",
    establishes: "A component without an update mechanism states the reason.",
    probes: &[],
    partial: false,
    judge: |scene| table::soft_comp(scene, rule),
};

fn rule(c: &SoftComp, row: Row) -> Said {
    if !c.update_mechanisms.is_empty() {
        return row.is_beside("update_mechanisms", "has an update mechanism");
    }
    match text(c.not_updated_because.as_ref()) {
        Some(reason) => {
            row.passes("not_updated_because", format!("is not updated, with the reason {}", quote(reason)))
        }
        None => row.leaves_out("not_updated_because", "why it is not updated"),
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
            "6-SoftComp = [{ id = 'S', not_updated_because = 'it is a ROM' }, \
             { id = 'T', update_mechanisms = ['A'] }]",
            &nothing(),
            "S PASS, T N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "6-SoftComp = [{ id = 'S', not_updated_because = ' ' }]", &nothing(), "S INCONCLUSIVE");
    }
}
