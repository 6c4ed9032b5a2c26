//! No published default opens a login whose password the user does not choose. It only refutes: a list of defaults is never
//! complete, and that none of it opens a login does not show how the password was made.

use assize_model::declaration::ixit::AuthMech;
use assize_model::declaration::ixit::auth_mech::{Factor, PasswordOrigin};
use assize_model::declaration::ixit::common::MadeFrom;
use assize_model::declaration::play::Act;
use assize_model::fact::{DefaultLogin, DefaultLogins, Fact};
use assize_model::scene::Scene;

use super::home;
use super::password_demanded::{driven, is_sure, unsure};
use crate::Check;
use crate::drive::{facts_of, untried};
use crate::say::{Row, Said, gravest, list, shown};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "auth.published_default_accepted",
    establishes: "No published default opens a login whose password the user does not choose.",
    probes: &["guess", "factory"],
    partial: true,
    judge: |scene| table::auth_mech(scene, |m, row| rule(m, row, scene)),
};

const REMEDY: &str = "close that account, or give each unit a value of its own";

fn rule(m: &AuthMech, row: Row, scene: &Scene) -> Said {
    let is = match (m.factor, m.password_origin) {
        (Some(Factor::Password), Some(PasswordOrigin::UserDefined)) => {
            return row.is_beside("password_origin", "leaves the password to the user");
        }
        (None, _) => return row.leaves_out("factor", "which authentication factor it uses"),
        (Some(Factor::Password), None) => return row.leaves_out("password_origin", "who sets the password"),
        (Some(Factor::Password), Some(PasswordOrigin::PreInstalled)) => "declares a pre-installed password",
        (Some(Factor::Password), Some(PasswordOrigin::Generated)) => "declares a password that is generated",
        (Some(_), _) => "declares another factor than a password",
    };
    let ids = scene.declaration.ixit.ids("1-AuthMech");
    let tried = facts_of(scene, |fact| match fact {
        Fact::DefaultLogins(f) => driven(f).is_of(&m.id, &ids, &m.reached_at).then_some(f),
        _ => None,
    });
    let home = home(m, scene);
    let said = tried.iter().map(|(record, f)| {
        let shared = || home.shared(row, &[driven(f)]);
        let said = match f.accepted.is_empty() {
            true => none(row, f),
            false if !is_sure(scene, f) => unsure(row, "generation", f),
            false if is_expected(m, f) => expected(row, f),
            false => shared().unwrap_or_else(|| opened(row, is, f)),
        };
        shown(said, *record)
    });
    if m.factor != Some(Factor::Password) && tried.iter().all(|(_, f)| f.accepted.is_empty()) {
        return row.is_beside("factor", "uses no password");
    }
    gravest(said).unwrap_or_else(|| {
        let what = "nobody tried published defaults at its login";
        untried(scene, row, ("generation", Act::Guess), what, "a play that logs in and an account")
    })
}

/// Whether the declaration leads to expect one password for all units, there and then.
fn is_expected(m: &AuthMech, f: &DefaultLogins) -> bool {
    let generation = m.generation.as_ref();
    let unique = generation.and_then(|g| g.unique_per_unit);
    let is_common = unique == Some(false) || generation.and_then(|g| g.made_from) == Some(MadeFrom::Fixed);
    match m.used_when_initialised {
        Some(false) => f.factory && (is_common || unique.is_none()),
        _ => is_common,
    }
}

fn expected(row: Row, f: &DefaultLogins) -> Said {
    let pairs: Vec<String> = f.accepted.iter().map(DefaultLogin::words).collect();
    let words = format!("lets in {}, as its declaration leads to expect", list(&pairs));
    row.is_open("generation", words, "weigh it with the other steps of the unit, and answer")
}

fn opened(row: Row, is: &str, f: &DefaultLogins) -> Said {
    let pairs: Vec<String> = f.accepted.iter().map(DefaultLogin::words).collect();
    let state = if f.factory { " in factory state" } else { "" };
    let words =
        format!("{is}, and lets in the published default {}{state} (login: {})", list(&pairs), f.login);
    row.fails("generation", words, REMEDY)
}

/// What was tried, for the evaluator.
fn none(row: Row, f: &DefaultLogins) -> Said {
    if f.takes_any {
        let words = format!(
            "lets in a password that nobody has too, so that no default could be told apart (login: {})",
            f.login
        );
        return row.is_open("generation", words, "try the published defaults by hand");
    }
    let words =
        format!("lets in none of {} of {} published defaults (login: {})", f.tried, f.listed, f.login);
    row.is_open("generation", words, "weigh it with the other steps of the unit, and answer")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::{check, declaration, defaults, findings, looked, nothing};

    fn mechanism(fields: &str) -> String {
        format!("1-AuthMech = [{{ id = 'A', reached_at = ['tcp/80'], {fields} }}]")
    }

    fn seen(f: DefaultLogins) -> assize_model::scene::Facts {
        looked(&[vec![Fact::DefaultLogins(f)]])
    }

    /// Checks the outcome, and that the words hold this.
    fn says(fields: &str, f: DefaultLogins, expect: &str, words: &str) {
        let (declared, facts) = (mechanism(fields), seen(f));
        check(&CHECK, &declared, &facts, expect);
        let found = findings(&CHECK, &declaration(&declared), &facts);
        assert!(found[0].indications.iter().any(|i| i.words.contains(words)), "{found:?}");
    }

    const SET: &str = "factor = 'password', password_origin = 'pre-installed'";

    #[test]
    fn flawed() {
        for fields in [
            "factor = 'password', password_origin = 'pre-installed', generation = { unique_per_unit = true }",
            "factor = 'password', password_origin = 'generated'",
            "factor = 'key'",
            "factor = 'token'",
        ] {
            says(fields, defaults(80, true), "A FAIL", "admin / admin (login: http)");
            let unpacked = DefaultLogins { factory: true, ..defaults(80, true) };
            says(fields, unpacked, "A FAIL", "admin / admin in factory state (login: http)");
        }
    }

    #[test]
    fn conformant() {
        says(SET, defaults(80, false), "A INCONCLUSIVE", "lets in none of 9 of 9 published defaults");
        check(&CHECK, &mechanism("factor = 'key'"), &seen(defaults(80, false)), "A N/A");
        // Another check judges what the user chooses.
        let chosen = mechanism("factor = 'password', password_origin = 'user-defined'");
        check(&CHECK, &chosen, &seen(defaults(80, true)), "A N/A");
    }

    #[test]
    fn a_login_that_takes_any_password_tells_no_default_apart() {
        let any = DefaultLogins { takes_any: true, ..defaults(80, false) };
        says(SET, any, "A INCONCLUSIVE", "lets in a password that nobody has too");
    }

    #[test]
    fn never_looked() {
        let set = mechanism(SET);
        check(&CHECK, &set, &nothing(), "A INCONCLUSIVE");
        check(&CHECK, &set, &seen(DefaultLogins { port: 81, ..defaults(80, true) }), "A INCONCLUSIVE");
        check(&CHECK, &mechanism("factor = 'password'"), &seen(defaults(80, true)), "A INCONCLUSIVE");
    }

    #[test]
    fn one_password_for_all_units_that_is_declared_contradicts_nothing() {
        let of = |more: &str| mechanism(&format!("{SET}, {more}"));
        let unpacked = DefaultLogins { factory: true, ..defaults(80, true) };
        let fixed = "generation = { made_from = 'fixed' }";
        check(&CHECK, &of(fixed), &seen(defaults(80, true)), "A INCONCLUSIVE");
        let before = format!("used_when_initialised = false, {fixed}");
        check(&CHECK, &of(&before), &seen(unpacked.clone()), "A INCONCLUSIVE");
        check(&CHECK, &of(&before), &seen(defaults(80, true)), "A FAIL");
        check(&CHECK, &of("generation = { unique_per_unit = true }"), &seen(unpacked.clone()), "A FAIL");
        let common = "generation = { unique_per_unit = false }";
        check(&CHECK, &of(common), &seen(defaults(80, true)), "A INCONCLUSIVE");
        // Before the first set-up, one that is said to differ from unit to unit is the only surprise.
        for (generation, expect) in [
            (common, "A INCONCLUSIVE"),
            ("generation = {}", "A INCONCLUSIVE"),
            ("generation = { unique_per_unit = true }", "A FAIL"),
        ] {
            let before = of(&format!("used_when_initialised = false, {generation}"));
            check(&CHECK, &before, &seen(unpacked.clone()), expect);
        }
    }

    #[test]
    fn a_default_of_another_login_on_the_port_is_not_its_own() {
        let two = "1-AuthMech = [{ id = 'A', reached_at = ['tcp/80'], factor = 'token' }, { id = 'B', \
                   reached_at = ['tcp/80'], factor = 'password', password_origin = 'user-defined' }]";
        check(&CHECK, two, &seen(defaults(80, true)), "A INCONCLUSIVE, B N/A");
        let of = |entry: &str| DefaultLogins { entry: Some(entry.into()), ..defaults(80, true) };
        check(&CHECK, two, &seen(of("B")), "A N/A, B N/A");
        check(&CHECK, two, &seen(of("A")), "A FAIL, B N/A");
    }

    #[test]
    fn a_play_that_does_not_tell_success_refutes_nothing() {
        let play = |tells: &str| {
            let set = mechanism(SET);
            format!("{set}\nproduct = {{ bench = {{ play = [{{ id = 'http'{tells} }}] }} }}")
        };
        check(&CHECK, &play(""), &seen(defaults(80, true)), "A INCONCLUSIVE");
        check(&CHECK, &play(", contains = 'in'"), &seen(defaults(80, true)), "A FAIL");
    }
}
