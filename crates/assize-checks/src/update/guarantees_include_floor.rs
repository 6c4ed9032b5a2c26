//! Each update mechanism guarantees integrity and authenticity.

use assize_model::declaration::ixit::UpdMech;
use assize_model::declaration::ixit::common::Guarantee;

use crate::Check;
use crate::say::{Row, Said};
use crate::{guarantee, table};

pub(crate) const CHECK: Check = Check {
    name: "update.guarantees_include_floor",
    establishes: "Each update mechanism guarantees integrity and authenticity.",
    probes: &[],
    partial: false,
    judge: |scene| table::upd_mech(scene, rule),
};

fn rule(m: &UpdMech, row: Row) -> Said {
    guarantee::includes(row, &m.guarantees, &[Guarantee::Integrity, Guarantee::Authenticity])
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(&CHECK, "7-UpdMech = [{ id = 'A', guarantees = ['confidentiality'] }]", &nothing(), "A FAIL");
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', guarantees = ['authenticity', 'integrity'] }]",
            &nothing(),
            "A PASS",
        );
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "7-UpdMech = [{ id = 'A' }]", &nothing(), "A INCONCLUSIVE");
    }
}
