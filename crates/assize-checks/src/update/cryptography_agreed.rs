//! The cryptography of updates counts as good practice by a reference catalogue.

use super::bare;
use crate::Check;
use crate::{cryptography, table};

pub(crate) const CHECK: Check = Check {
    name: "update.cryptography_agreed",
    establishes: "The cryptography of updates counts as good practice by a reference catalogue, for as long as the product is supported.",
    probes: &[],
    partial: false,
    judge: |scene| {
        table::upd_mech(scene, |m, row| {
            bare(m, row).unwrap_or_else(|| cryptography::agreed(row, m.crypto.as_ref(), scene))
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
            "7-UpdMech = [{ id = 'A', crypto = { algorithms = ['Ed25519', 'SHA-256'] } }]\n\
             2-UserInfo = { support_period = { until = '2031-12-31' } }",
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
