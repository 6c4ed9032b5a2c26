//! Pre-installed passwords cannot be derived from public facts such as an address or a name.

use assize_model::declaration::ixit::common::MadeFrom;

use super::not_made_from;
use crate::Check;
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "auth.passwords_not_from_public_facts",
    establishes: "Pre-installed passwords cannot be derived from public facts such as an address or a name.",
    probes: &[],
    partial: false,
    judge: |scene| table::auth_mech(scene, |m, row| not_made_from(m, row, &[MadeFrom::PublicFacts])),
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
             generation = { made_from = 'public-facts' } }]",
            &nothing(),
            "A FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', factor = 'password', password_origin = 'pre-installed', \
             generation = { made_from = 'random' } }]",
            &nothing(),
            "A PASS",
        );
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "1-AuthMech = [{ id = 'A', factor = 'password' }]", &nothing(), "A INCONCLUSIVE");
    }
}
