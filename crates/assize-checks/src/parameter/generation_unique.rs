//! Critical parameters that protect updates or associated services are random and unique per unit.

use assize_model::declaration::ixit::SecParam;
use assize_model::declaration::ixit::common::MadeFrom;
use assize_model::declaration::ixit::sec_param::Provisioning;
use assize_model::judgement::Finding;
use assize_model::scene::Scene;

use super::not_guarding;
use crate::Check;
use crate::keys::{Shared, compare};
use crate::say::{Row, Said};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "parameter.generation_unique",
    establishes: "Critical parameters that protect updates or associated services are random and unique per unit.",
    probes: &[],
    partial: false,
    judge,
};

const REMEDY: &str = "generate a value for each unit with a cryptographic random number generator";

fn judge(scene: &Scene) -> Vec<Finding> {
    let shared = compare(scene).shared;
    table::sec_param(scene, |p, row| rule(p, row, &shared))
}

fn rule(p: &SecParam, row: Row, shared: &[Shared]) -> Said {
    if let Some(said) = not_guarding(p, row) {
        return said;
    }
    if let Some(key) = shared.iter().find(|key| key.is_of(p)) {
        let (outcome, indication) = seen_twice(p, row, key);
        return (outcome, indication.shown_by(key.records));
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

/// What two units were seen to share is not unique, whatever is declared.
fn seen_twice(p: &SecParam, row: Row, key: &Shared) -> Said {
    if p.provisioned_from == Some(Provisioning::User) {
        let words = format!("is entered by a user, and {}", key.words());
        return row.is_open("generation", words, "give both units keys of their own and assess again");
    }
    row.fails("generation", format!("is not unique: {}", key.words()), REMEDY)
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{UNIT, check, looked, nothing, unit_keys, with_key};

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
    fn seen_on_another_unit() {
        let declared = |from: &str| {
            format!(
                "product = {{ bench = {{ unit = [{{ id = 'B', address = '{UNIT}' }}] }} }}\n\
                 10-SecParam = [{{ id = 'A', kind = 'critical', protects = ['associated-services'], \
                 shown_at = ['tcp/443'], provisioned_from = '{from}', \
                 generation = {{ unique_per_unit = true, made_from = 'random' }} }}, \
                 {{ id = 'B', kind = 'critical', protects = ['other'], shown_at = ['tcp/443'] }}]"
            )
        };
        let shared = looked(&[with_key(443, "aa"), unit_keys(UNIT, 443, &["aa"])]);
        check(&CHECK, &declared("production"), &shared, "A FAIL, B N/A");
        check(&CHECK, &declared("user"), &shared, "A INCONCLUSIVE, B N/A");
        let differ = looked(&[with_key(443, "aa"), unit_keys(UNIT, 443, &["bb"])]);
        check(&CHECK, &declared("production"), &differ, "A PASS, B N/A");
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
