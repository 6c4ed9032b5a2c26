//! Each mechanism that authenticates users guarantees integrity and authenticity.

use assize_model::declaration::ixit::AuthMech;
use assize_model::declaration::ixit::common::Guarantee;

use super::not_for_users;
use crate::Check;
use crate::say::{Row, Said};
use crate::{guarantee, table};

pub(crate) const CHECK: Check = Check {
    name: "auth.guarantees_include_floor",
    establishes: "Each mechanism that authenticates users guarantees integrity and authenticity.",
    probes: &[],
    partial: false,
    judge: |scene| table::auth_mech(scene, rule),
};

const FLOOR: [Guarantee; 2] = [Guarantee::Integrity, Guarantee::Authenticity];

fn rule(m: &AuthMech, row: Row) -> Said {
    not_for_users(m, row).unwrap_or_else(|| guarantee::includes(row, &m.guarantees, &FLOOR))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', subject = 'user', guarantees = ['integrity'] }]",
            &nothing(),
            "A FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', subject = 'user', guarantees = ['integrity', \
             'authenticity', 'confidentiality'] }, { id = 'B', subject = 'machine' }]",
            &nothing(),
            "A PASS, B N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', subject = 'user' }, { id = 'B' }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }
}
