//! Updates over a network are verified by means of a trust relationship.

use assize_model::declaration::ixit::UpdMech;
use assize_model::declaration::ixit::upd_mech::VerifiedBy;

use super::trust_words;
use crate::Check;
use crate::beside::off_network_on_paper;
use crate::say::{Row, Said};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "update.trust_relationship",
    establishes: "Updates over a network are verified by means of a trust relationship.",
    probes: &[],
    partial: false,
    judge: |scene| table::upd_mech(scene, rule),
};

fn rule(m: &UpdMech, row: Row) -> Said {
    match (m.network, m.verified_by, m.trust.as_slice()) {
        (Some(false), ..) => off_network_on_paper(row, &m.reached_at),
        (None, ..) => row.leaves_out("network", "whether updates are delivered over a network"),
        (_, Some(VerifiedBy::Nobody), _) => {
            let words = "delivers updates over a network, and nobody verifies them";
            row.fails("verified_by", words, "verify a signature before installation")
        }
        (_, _, []) => row.leaves_out("trust", "which trust relationship verification rests on"),
        (_, _, trust) => row.passes("trust", format!("rests on {}", trust_words(trust))),
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
            "7-UpdMech = [{ id = 'A', network = true, verified_by = 'nobody' }]",
            &nothing(),
            "A FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', network = true, trust = ['digital-signature', \
             'user-confirmation'] }, { id = 'B', network = false }]",
            &nothing(),
            "A PASS, B N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', network = true }, { id = 'B' }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }
}
