//! Where processing rests on consent, the declaration says how it is obtained.

use assize_model::declaration::ixit::PersData;

use super::described;
use crate::Check;
use crate::say::{Row, Said};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "consent.obtaining_described",
    establishes: "Where processing rests on consent, the declaration says how it is obtained.",
    probes: &[],
    partial: false,
    judge: |scene| table::pers_data(scene, rule),
};

fn rule(d: &PersData, row: Row) -> Said {
    described(d, row, "obtaining_consent", d.obtaining_consent.as_ref(), "how consent is obtained")
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "21-PersData = [{ id = 'A', by_consent = true, \
             obtaining_consent = 'a switch that starts off' }, { id = 'B', by_consent = false }]",
            &nothing(),
            "A PASS, B N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "21-PersData = [{ id = 'A', by_consent = true }, { id = 'B' }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }
}
