//! No attack is published against the cryptography of updates.

use super::bare;
use crate::Check;
use crate::{cryptography, table};

pub(crate) const CHECK: Check = Check {
    name: "update.cryptography_unbroken",
    establishes: "No attack is published against the cryptography of updates.",
    probes: &[],
    partial: false,
    judge: |scene| {
        table::upd_mech(scene, |m, row| {
            bare(m, row).unwrap_or_else(|| cryptography::unbroken(row, m.crypto.as_ref(), scene.lists))
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
}
