//! The design of an update mechanism refuses forged and older software.

use assize_model::declaration::ixit::UpdMech;
use assize_model::declaration::ixit::common::Guarantee;
use assize_model::declaration::ixit::upd_mech::VerifiedBy;
use assize_model::judgement::Outcome;

use super::{trust_words, verified};
use crate::Check;
use crate::say::{Row, Said};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "update.misuse_prevented",
    establishes: "The design of an update mechanism refuses forged and older software.",
    probes: &[],
    partial: false,
    judge: |scene| table::upd_mech(scene, rule),
};

fn rule(m: &UpdMech, row: Row) -> Said {
    let authenticity = verified(m, row, Guarantee::Authenticity);
    if authenticity.0 != Outcome::Pass {
        return authenticity;
    }
    let integrity = verified(m, row, Guarantee::Integrity);
    if integrity.0 != Outcome::Pass {
        return integrity;
    }
    match (m.verified_by, m.rollback_refused) {
        (_, Some(false)) => row.fails(
            "rollback_refused",
            "installs older versions",
            "refuse versions older than the installed one",
        ),
        (_, None) => row.leaves_out("rollback_refused", "whether it refuses older versions"),
        (Some(VerifiedBy::Dut), _) => {
            let words = format!(
                "is verified by the DUT, rests on {}, and refuses older versions",
                trust_words(&m.trust)
            );
            row.passes("trust", words)
        }
        _ => {
            let words = "is not verified by the DUT itself";
            row.is_open("verified_by", words, "weigh who could exchange an update after its verification")
        }
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
            "7-UpdMech = [{ id = 'A', verified_by = 'nobody' }, \
             { id = 'B', verified_by = 'dut', guarantees = ['integrity', 'authenticity'], \
             trust = ['digital-signature'], rollback_refused = false }, \
             { id = 'C', verified_by = 'dut', guarantees = ['authenticity'], \
             trust = ['digital-signature'] }]",
            &nothing(),
            "A FAIL, B FAIL, C FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', verified_by = 'dut', guarantees = ['integrity', \
             'authenticity'], trust = ['digital-signature'], rollback_refused = true }]",
            &nothing(),
            "A PASS",
        );
    }

    #[test]
    fn doubtful() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', verified_by = 'other', guarantees = ['integrity', \
             'authenticity'], trust = ['network-membership'], rollback_refused = true }]",
            &nothing(),
            "A INCONCLUSIVE",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A' }, \
             { id = 'B', verified_by = 'dut', guarantees = ['integrity', 'authenticity'], \
             trust = ['digital-signature'] }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }
}
