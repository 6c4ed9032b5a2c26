//! Critical parameters that protect updates or associated services are random and unique per unit.

use assize_model::declaration::ixit::SecParam;
use assize_model::declaration::ixit::common::MadeFrom;

use super::not_guarding;
use crate::Check;
use crate::say::{Row, Said};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "parameter.generation_unique",
    establishes: "Critical parameters that protect updates or associated services are random and unique per unit.",
    probes: &[],
    partial: false,
    judge: |scene| table::sec_param(scene, rule),
};

const REMEDY: &str = "generate a value for each unit with a cryptographic random number generator";

fn rule(p: &SecParam, row: Row) -> Said {
    if let Some(said) = not_guarding(p, row) {
        return said;
    }
    let generation = p.generation.clone().unwrap_or_default();
    match (generation.unique_per_unit, generation.made_from) {
        (Some(false), _) => row.fails("generation", "has the same value on several units", REMEDY),
        (_, Some(from)) if from != MadeFrom::Random => {
            row.fails("generation", "has a value that is not random, so that others follow from one", REMEDY)
        }
        (Some(true), Some(_)) => row.passes("generation", "has a random value of its own on each unit"),
        (None, _) => row.leaves_out("generation", "whether each unit has its own value (`unique_per_unit`)"),
        (_, None) => row.leaves_out("generation", "what its values are made from (`made_from`)"),
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "10-SecParam = [{ id = 'A', kind = 'critical', protects = ['updates'], \
             generation = { unique_per_unit = false } }, \
             { id = 'B', kind = 'critical', protects = ['updates'], \
             generation = { unique_per_unit = true, made_from = 'counter' } }]",
            &nothing(),
            "A FAIL, B FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "10-SecParam = [{ id = 'A', kind = 'critical', protects = ['associated-services'], \
             generation = { unique_per_unit = true, made_from = 'random' } }, \
             { id = 'B', kind = 'public' }]",
            &nothing(),
            "A PASS, B N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "10-SecParam = [{ id = 'A', kind = 'critical', protects = ['updates'] }, \
             { id = 'B', kind = 'critical', protects = ['updates'], \
             generation = { unique_per_unit = true } }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }
}
