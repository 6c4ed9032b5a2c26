//! Critical parameters that protect updates or associated services are declared with their generation.

use assize_model::declaration::ixit::SecParam;

use super::not_guarding;
use crate::Check;
use crate::say::{Row, Said, worded};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "parameter.protection_targets_declared",
    establishes: "Critical parameters that protect updates or associated services are declared with their generation.",
    probes: &[],
    partial: true,
    judge: |scene| table::sec_param(scene, rule),
};

fn rule(p: &SecParam, row: Row) -> Said {
    if let Some(said) = not_guarding(p, row) {
        return said;
    }
    match &p.generation {
        Some(g) if g.made_from.is_some() || worded(g.method.as_ref()).is_some() => {
            row.passes("generation", "is declared with what it protects and how it is generated")
        }
        _ => row.leaves_out("generation", "how its values are generated"),
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "10-SecParam = [{ id = 'A', kind = 'critical', protects = ['updates'], \
             generation = { method = 'rng' } }, \
             { id = 'B', kind = 'critical', protects = ['other'] }, \
             { id = 'C', kind = 'public' }]",
            &nothing(),
            "A PASS, B N/A, C N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "10-SecParam = [{ id = 'A', kind = 'critical' }, \
             { id = 'B', kind = 'critical', protects = ['associated-services'] }, { id = 'C' }, \
             { id = 'D', kind = 'critical', protects = ['updates'], generation = { method = '-' } }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE, C INCONCLUSIVE, D INCONCLUSIVE",
        );
    }
}
