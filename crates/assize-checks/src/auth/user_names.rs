//! Logins that tell which users there are: a hint beside what guesses run into, for a name is half of what a guesser needs.

use assize_model::declaration::ixit::AuthMech;
use assize_model::fact::{Fact, UserNames};
use assize_model::judgement::{Finding, Indication};
use assize_model::scene::Scene;

use crate::drive::{Driven, facts_of};
use crate::say::Row;

/// Findings about the entries of 1-AuthMech, each with what its logins tell of user names.
pub(super) fn noted(scene: &Scene, findings: Vec<Finding>) -> Vec<Finding> {
    let noted = |mut finding: Finding| {
        let mechanisms = &scene.declaration.ixit.auth_mech;
        let own = mechanisms.iter().find(|m| finding.entry.as_ref() == Some(&m.id));
        finding.indications.extend(own.into_iter().flat_map(|m| told_by(m, scene)));
        finding
    };
    findings.into_iter().map(noted).collect()
}

fn told_by(m: &AuthMech, scene: &Scene) -> Vec<Indication> {
    let ids = scene.declaration.ixit.ids("1-AuthMech");
    let is_own = |f: &UserNames| {
        Driven::by_named(scene, &f.play, f.port).is_some_and(|d| d.is_of(&m.id, &ids, &m.reached_at))
    };
    let told = facts_of(scene, |fact| match fact {
        Fact::UserNames(f) if is_own(f) => Some((f, how(f)?)),
        _ => None,
    });
    let row = Row { table: "1-AuthMech", id: &m.id };
    let note = |(record, (f, how)): (u64, (&UserNames, String))| {
        let words = format!("{} tells at tcp/{} which users there are: {how}.", m.id, f.port);
        let remedy = "answer a wrong name as a wrong password, and take as long";
        Indication::note(words, remedy).shown_by([record]).at(row.at("brute_force"))
    };
    told.into_iter().map(note).collect()
}

/// By what a name is told, if it is.
fn how(f: &UserNames) -> Option<String> {
    match (f.told_by_answer, f.told_by_time()) {
        (true, _) => Some("it answers another name otherwise".to_owned()),
        (false, true) => Some(format!(
            "the median answer takes {} ms for a name that it knows, and {} ms for one that it does not",
            f.known_ms, f.unknown_ms
        )),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::guessing_limited::CHECK;
    use super::*;
    use crate::stage::{DUT, declaration, findings, looked};

    #[test]
    fn names_that_are_told() {
        let declared = "1-AuthMech = [{ id = 'P', network = true, factor = 'password', reached_at = ['tcp/443'] }, \
                        { id = 'Q', network = true, factor = 'password', reached_at = ['tcp/80'] }]\n\
                        product = { bench = { play = [{ id = 'in' }] } }";
        let said = |told_by_answer, unknown_ms| {
            let (target, play) = (DUT.to_owned(), "in".to_owned());
            let names = UserNames {
                target,
                port: 443,
                play,
                rounds: 3,
                told_by_answer,
                known_ms: 40,
                unknown_ms,
                threshold_ms: 20,
            };
            let seen = looked(&[vec![Fact::UserNames(names)]]);
            let found = findings(&CHECK, &declaration(declared), &seen);
            let words =
                |f: &Finding| f.indications.iter().map(|i| i.words.clone()).collect::<Vec<_>>().join(" ");
            let [own, other] = [words(&found[0]), words(&found[1])];
            assert!(!other.contains("which users"), "{other}");
            own
        };
        assert!(said(true, 40).contains("answers another name otherwise"));
        assert!(said(false, 10).contains("takes 40 ms for a name that it knows, and 10 ms"));
        assert!(!said(false, 41).contains("which users"));
    }
}
