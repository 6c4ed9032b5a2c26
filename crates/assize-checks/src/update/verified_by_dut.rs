//! The DUT itself verifies authenticity and integrity of updates.

use assize_model::declaration::ixit::UpdMech;
use assize_model::declaration::ixit::upd_mech::VerifiedBy;

use crate::Check;
use crate::say::{Row, Said};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "update.verified_by_dut",
    establishes: "The DUT itself verifies authenticity and integrity of updates.",
    probes: &[],
    partial: false,
    judge: |scene| table::upd_mech(scene, rule),
};

fn rule(m: &UpdMech, row: Row) -> Said {
    match m.verified_by {
        Some(VerifiedBy::Dut) => row.passes("verified_by", "has the DUT verify updates itself"),
        Some(VerifiedBy::Other) => row.fails(
            "verified_by",
            "has another party verify updates, not the DUT",
            "let the DUT verify them too",
        ),
        Some(VerifiedBy::Nobody) => row.fails(
            "verified_by",
            "has nobody verify updates",
            "let the DUT verify them before installation",
        ),
        None => row.leaves_out("verified_by", "who verifies updates"),
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
            "7-UpdMech = [{ id = 'A', verified_by = 'other' }, \
             { id = 'B', verified_by = 'nobody' }]",
            &nothing(),
            "A FAIL, B FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(&CHECK, "7-UpdMech = [{ id = 'A', verified_by = 'dut' }]", &nothing(), "A PASS");
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "7-UpdMech = [{ id = 'A' }]", &nothing(), "A INCONCLUSIVE");
    }
}
