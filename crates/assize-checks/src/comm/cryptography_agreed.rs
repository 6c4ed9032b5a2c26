//! The cryptography of communication counts as good practice by a reference catalogue.

use crate::Check;
use crate::{cryptography, table};

pub(crate) const CHECK: Check = Check {
    name: "comm.cryptography_agreed",
    establishes: "The cryptography of communication counts as good practice by a reference catalogue.",
    probes: &[],
    partial: false,
    judge: |scene| table::com_mech(scene, |m, row| cryptography::agreed(row, m.crypto.as_ref(), scene.lists)),
};

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(&CHECK, "11-ComMech = [{ id = 'A', crypto = { protocols = ['WEP'] } }]", &nothing(), "A FAIL");
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', crypto = { protocols = ['TLS 1.3'], \
             algorithms = ['X25519', 'Ed25519'] } }, \
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
