//! The cryptography that authenticates users counts as good practice by a reference catalogue.

use assize_model::declaration::ixit::AuthMech;
use assize_model::scene::Scene;

use super::before_lookup;
use crate::Check;
use crate::say::{Row, Said};
use crate::{cryptography, table};

pub(crate) const CHECK: Check = Check {
    name: "auth.cryptography_agreed",
    establishes: "The cryptography that authenticates users counts as good practice by a reference catalogue, for as long as the product is supported.",
    probes: &[],
    partial: false,
    judge: |scene| table::auth_mech(scene, |m, row| rule(m, row, scene)),
};

fn rule(m: &AuthMech, row: Row, scene: &Scene) -> Said {
    before_lookup(m, row).unwrap_or_else(|| cryptography::agreed(row, m.crypto.as_ref(), scene))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', subject = 'user', crypto = { protocols = ['TLS 1.0'] } }, \
             { id = 'B', subject = 'user', crypto = { algorithms = ['MD5'], \
             reference = 'ours' } }]",
            &nothing(),
            "A FAIL, B FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', subject = 'user', crypto = { protocols = ['tls 1.2', \
             'TLS 1.3'], algorithms = ['AES-128-GCM'] } }, \
             { id = 'B', subject = 'user', crypto = { algorithms = ['Ascon-128'], \
             reference = 'NIST SP 800-232' } }, \
             { id = 'C', subject = 'user', network = false, crypto = { protocols = ['none'] } }]",
            &nothing(),
            "A PASS, B INCONCLUSIVE, C N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', subject = 'user' }, \
             { id = 'B', subject = 'user', crypto = { algorithms = ['Ascon-128'] } }, \
             { id = 'C', subject = 'user', crypto = { details = 'sound' } }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE, C INCONCLUSIVE",
        );
    }
}
