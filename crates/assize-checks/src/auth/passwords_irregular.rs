//! Pre-installed passwords follow no counter or other regular series.

use assize_model::declaration::ixit::common::MadeFrom;

use super::not_made_from;
use crate::Check;
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "auth.passwords_irregular",
    establishes: "Pre-installed passwords follow no counter or other regular series.",
    probes: &[],
    partial: false,
    judge: |scene| {
        table::auth_mech(scene, |m, row| not_made_from(m, row, &[MadeFrom::Counter, MadeFrom::Fixed]))
    },
};

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', factor = 'password', password_origin = 'pre-installed', \
             generation = { made_from = 'counter' } }]",
            &nothing(),
            "A FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', factor = 'password', password_origin = 'pre-installed', \
             generation = { made_from = 'random' } }, \
             { id = 'B', factor = 'password', password_origin = 'user-defined' }]",
            &nothing(),
            "A PASS, B N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', factor = 'password', password_origin = 'pre-installed' }]",
            &nothing(),
            "A INCONCLUSIVE",
        );
    }
}
