//! No attack is published against the cryptography that authenticates users.

use assize_model::declaration::ixit::AuthMech;
use assize_model::scene::Scene;

use super::before_lookup;
use crate::Check;
use crate::say::{Row, Said};
use crate::{cryptography, table};

pub(crate) const CHECK: Check = Check {
    name: "auth.cryptography_unbroken",
    establishes: "No attack is published against the cryptography that authenticates users.",
    probes: &[],
    partial: false,
    judge: |scene| table::auth_mech(scene, |m, row| rule(m, row, scene)),
};

fn rule(m: &AuthMech, row: Row, scene: &Scene) -> Said {
    before_lookup(m, row).unwrap_or_else(|| cryptography::unbroken(row, m.crypto.as_ref(), scene.lists))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', subject = 'user', crypto = { algorithms = ['SHA-256', \
             'rc4'] } }]",
            &nothing(),
            "A FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', subject = 'user', crypto = { protocols = ['TLS 1.3', \
             'TLS 1.1'] } }]",
            &nothing(),
            "A PASS",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', subject = 'user', crypto = { algorithms = ['Speck'] } }, \
             { id = 'B', subject = 'user' }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }
}
