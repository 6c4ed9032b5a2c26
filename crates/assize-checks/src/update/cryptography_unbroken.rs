//! No attack is published against the cryptography of updates.

use crate::Check;
use crate::{cryptography, table};

pub(crate) const CHECK: Check = Check {
    name: "update.cryptography_unbroken",
    establishes: "No attack is published against the cryptography of updates.",
    probes: &[],
    partial: false,
    judge: |scene| {
        table::upd_mech(scene, |m, row| {
            let crypto = m.crypto.as_ref();
            let unbroken = || cryptography::unbroken(row, crypto, scene.lists);
            cryptography::bare(row, crypto, m.over_network()).unwrap_or_else(unbroken)
        })
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
            "7-UpdMech = [{ id = 'A', crypto = { algorithms = ['RSA-2048', 'SHA-1'] } }]",
            &nothing(),
            "A FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', crypto = { algorithms = ['RSA-1024', 'SHA-256'] } }]",
            &nothing(),
            "A PASS",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A' }, { id = 'B', crypto = { algorithms = ['LMS'] } }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }

    #[test]
    fn none_is_an_answer_only_where_no_network_is() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', network = true, crypto = { protocols = ['none'] } }, \
             { id = 'B', network = false, crypto = { protocols = ['none'] } }]",
            &nothing(),
            "A INCONCLUSIVE, B N/A",
        );
    }
}
