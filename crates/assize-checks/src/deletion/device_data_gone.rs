//! After a function for deletion ran, what the user had stored is gone from the DUT.

use assize_model::declaration::ixit::DelFunc;
use assize_model::declaration::ixit::del_func::DeletionTarget;
use assize_model::declaration::play::Act;
use assize_model::fact::{Erasure, Fact};
use assize_model::judgement::Finding;
use assize_model::scene::Scene;

use crate::Check;
use crate::drive::{facts_of, untried};
use crate::say::{Row, Said, gravest, list, shown};

pub(crate) const CHECK: Check = Check {
    name: "deletion.device_data_gone",
    establishes: "After a function for deletion ran, what the user had stored is gone from the DUT.",
    probes: &["factory"],
    partial: true,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let functions = scene.declaration.ixit.del_func.iter();
    let finding = |f: &DelFunc| {
        let (outcome, said) = rule(f, Row { table: "25-DelFunc", id: &f.id }, scene);
        Finding::entry(&f.id, outcome, said)
    };
    functions.map(finding).collect()
}

fn rule(function: &DelFunc, row: Row, scene: &Scene) -> Said {
    match function.target {
        None => return row.leaves_out("target", "where the data is that it erases"),
        Some(DeletionTarget::Services) => {
            return row.is_beside("target", "erases data on associated services");
        }
        Some(_) => {}
    }
    let seen = facts_of(scene, |fact| match fact {
        Fact::Erasure(f) if f.entry.as_deref() == Some(&function.id) => Some(f),
        _ => None,
    });
    gravest(seen.iter().map(|(record, f)| shown(of(row, f), *record))).unwrap_or_else(|| {
        let plays = "a play that resets and names this entry";
        untried(scene, row, ("target", Act::Reset), "no play ran it", plays)
    })
}

fn of(row: Row, f: &Erasure) -> Said {
    let by_hand = "store data, run the function, and look for the data by hand";
    if !f.kept.is_empty() {
        let words = format!("leaves data behind that {} still shows", list(&f.kept));
        return row.fails(
            "target",
            words,
            "erase all that the user stored, and not only the state of set-up",
        );
    }
    match (f.confirmed, f.before.is_empty(), f.asked_again.len() == f.before.len()) {
        (false, ..) => {
            row.is_open("target", "was refused by the DUT", "look at the answer, and mend the play")
        }
        (_, true, _) => {
            let words = "ran, but no play had stored a `{mark}` that another play showed";
            row.is_open("target", words, by_hand)
        }
        (.., false) => {
            row.is_open("target", "ran, but what showed the data could not be asked again", by_hand)
        }
        _ => row.passes("target", format!("leaves none of the data that {} had shown", list(&f.before))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::{DUT, check, looked, nothing};

    const BOTH: &str = "25-DelFunc = [{ id = 'A', target = 'both' }, { id = 'B', target = 'services' }]";

    fn ran(before: &[&str], again: &[&str], kept: &[&str]) -> Vec<Fact> {
        let of = |all: &[&str]| all.iter().map(|s| (*s).to_owned()).collect();
        vec![Fact::Erasure(Erasure {
            target: DUT.into(),
            entry: Some("A".into()),
            confirmed: true,
            before: of(before),
            asked_again: of(again),
            kept: of(kept),
            ..Erasure::default()
        })]
    }

    fn erasure(before: &[&str], again: &[&str], kept: &[&str]) -> assize_model::scene::Facts {
        looked(&[ran(before, again, kept)])
    }

    #[test]
    fn flawed() {
        check(&CHECK, BOTH, &erasure(&["s"], &["s"], &["s"]), "A FAIL, B N/A");
    }

    #[test]
    fn every_reset_counts() {
        let both = [ran(&["s"], &["s"], &[]), ran(&["s"], &["s"], &["s"])];
        check(&CHECK, BOTH, &looked(&both), "A FAIL, B N/A");
    }

    #[test]
    fn conformant() {
        check(&CHECK, BOTH, &erasure(&["s"], &["s"], &[]), "A PASS, B N/A");
    }

    #[test]
    fn never_looked() {
        check(&CHECK, BOTH, &nothing(), "A INCONCLUSIVE, B N/A");
        check(&CHECK, BOTH, &erasure(&[], &[], &[]), "A INCONCLUSIVE, B N/A");
        check(&CHECK, BOTH, &erasure(&["s", "t"], &["s"], &[]), "A INCONCLUSIVE, B N/A");
    }
}
