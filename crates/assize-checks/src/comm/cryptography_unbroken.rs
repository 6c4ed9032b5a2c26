//! No attack is published against the cryptography of communication.

use super::bare;
use crate::Check;
use crate::{cryptography, table};

pub(crate) const CHECK: Check = Check {
    name: "comm.cryptography_unbroken",
    establishes: "No attack is published against the cryptography of communication.",
    probes: &[],
    partial: false,
    judge: |scene| {
        table::com_mech(scene, |m, row| {
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
            "11-ComMech = [{ id = 'A', crypto = { protocols = ['SSL 3.0'] } }]",
            &nothing(),
            "A FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', crypto = { protocols = ['TLS 1.2'] } }, \
             { id = 'B', crypto = { protocols = ['none'] } }]",
            &nothing(),
            "A PASS, B N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A' }, { id = 'B', crypto = { protocols = ['OurOwn 1'] } }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }
}
