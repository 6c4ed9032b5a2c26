//! Checks on communication mechanisms.

pub(crate) mod cryptography_agreed;
pub(crate) mod cryptography_as_declared;
pub(crate) mod cryptography_unbroken;
pub(crate) mod guarantees_suit_use;
pub(crate) mod mass_reconnection_avoided;
pub(crate) mod orderly_connection;
pub(crate) mod reconnection_paced;
pub(crate) mod undeclared_mechanism;

use assize_model::declaration::ixit::ComMech;

use crate::cryptography::is_none;
use crate::guarantee::name;
use crate::say::{Row, Said, list};

/// A mechanism that declares no cryptography, and guarantees what nothing else is said to give.
pub(crate) fn bare(m: &ComMech, row: Row) -> Option<Said> {
    let is_bare = m.crypto.as_ref().is_some_and(|c| is_none(c) && c.algorithms.is_empty());
    let promised: Vec<&str> = m.guarantees.iter().map(|g| name(*g)).collect();
    let words = || format!("uses no cryptography, and guarantees {}", list(&promised));
    let remedy = "protect it, or weigh by hand what gives these guarantees";
    (is_bare && !promised.is_empty()).then(|| row.is_open("crypto", words(), remedy))
}

#[cfg(test)]
mod tests {
    use super::{cryptography_agreed, cryptography_as_declared, cryptography_unbroken};
    use crate::stage::{check, nothing};

    #[test]
    fn guarantees_need_something_that_gives_them() {
        let declared = "11-ComMech = [{ id = 'A', guarantees = ['integrity'], crypto = { protocols = ['none'] } }, \
             { id = 'B', crypto = { protocols = ['none'] } }, \
             { id = 'C', guarantees = ['integrity'], crypto = { protocols = ['TLS 1.3'] } }, \
             { id = 'D', guarantees = ['integrity'], crypto = { protocols = ['none'], algorithms = ['Ed25519'] } }]\n\
             2-UserInfo = { support_period = { until = '2031-12-31' } }";
        for rule in [&cryptography_agreed::CHECK, &cryptography_unbroken::CHECK] {
            check(rule, declared, &nothing(), "A INCONCLUSIVE, B N/A, C PASS, D PASS");
        }
        let alone =
            "11-ComMech = [{ id = 'A', guarantees = ['integrity'], crypto = { protocols = ['none'] } }]";
        check(&cryptography_as_declared::CHECK, alone, &nothing(), "A INCONCLUSIVE");
    }
}
