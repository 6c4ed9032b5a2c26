//! The cryptography of updates counts as good practice by a reference catalogue.

use crate::Check;
use crate::{cryptography, table};

pub(crate) const CHECK: Check = Check {
    name: "update.cryptography_agreed",
    establishes: "The cryptography of updates counts as good practice by a reference catalogue, for as long as the product is supported.",
    probes: &[],
    partial: false,
    judge: |scene| {
        table::upd_mech(scene, |m, row| {
            let crypto = m.crypto.as_ref();
            let agreed = || cryptography::agreed(row, crypto, scene);
            cryptography::bare(row, crypto, m.over_network()).unwrap_or_else(agreed)
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
            "7-UpdMech = [{ id = 'A', crypto = { algorithms = ['RSA-1024', 'SHA-256'] } }]",
            &nothing(),
            "A FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', crypto = { algorithms = ['Ed25519', 'SHA-256'] } }]",
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
