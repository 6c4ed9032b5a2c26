//! No attack is published against the cryptography that authenticates users.

use assize_model::declaration::ixit::AuthMech;
use assize_model::scene::Scene;

use super::not_for_users;
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
    let bare = || cryptography::bare(row, m.crypto.as_ref(), m.over_network());
    not_for_users(m, row)
        .or_else(bare)
        .unwrap_or_else(|| cryptography::unbroken(row, m.crypto.as_ref(), scene.lists))
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

    #[test]
    fn none_is_an_answer_only_where_no_network_is() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', subject = 'user', network = true, crypto = { protocols = ['none'] } }, \
             { id = 'B', subject = 'user', network = false, crypto = { protocols = ['none'] } }, \
             { id = 'C', subject = 'user', crypto = { protocols = ['none'] } }, \
             { id = 'D', subject = 'user', network = false, reached_at = ['tcp/80'], \
             crypto = { protocols = ['none'] } }]",
            &nothing(),
            "A INCONCLUSIVE, B N/A, C INCONCLUSIVE, D INCONCLUSIVE",
        );
    }
}
