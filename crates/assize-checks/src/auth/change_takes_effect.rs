//! After a change the new password logs in and the old one does not.

use assize_model::declaration::ixit::AuthMech;
use assize_model::declaration::ixit::auth_mech::Factor;
use assize_model::declaration::play::Act;
use assize_model::fact::{Fact, PasswordChange};
use assize_model::judgement::Outcome;
use assize_model::scene::Scene;

use super::not_for_users;
use crate::Check;
use crate::drive::{Driven, facts_of, untried};
use crate::say::{Row, Said, shown};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "auth.change_takes_effect",
    establishes: "After a change the new password logs in and the old one does not.",
    probes: &["password"],
    partial: true,
    judge: |scene| table::auth_mech(scene, |m, row| rule(m, row, scene)),
};

fn rule(m: &AuthMech, row: Row, scene: &Scene) -> Said {
    if let Some(said) = not_for_users(m, row) {
        return said;
    }
    match m.factor {
        None => return row.leaves_out("factor", "which authentication factor it uses"),
        Some(Factor::Password) => {}
        Some(_) => {
            let words = "uses no password, and no play changes another factor";
            return row.is_open("factor", words, "carry out the change by hand");
        }
    }
    let ids = scene.declaration.ixit.ids("1-AuthMech");
    let changes = facts_of(scene, |fact| match fact {
        Fact::PasswordChange(f) => {
            let driven = Driven { entry: f.entry.as_deref(), port: f.port };
            driven.is_of(&m.id, &ids, &m.reached_at).then_some(f)
        }
        _ => None,
    });
    let said = changes.iter().map(|(record, f)| shown(of(row, f), *record));
    let order = |o: Outcome| match o {
        Outcome::Fail => 0,
        Outcome::Inconclusive => 1,
        _ => 2,
    };
    said.min_by_key(|(outcome, _)| order(*outcome)).unwrap_or_else(|| {
        let what = "nobody changed a password";
        untried(
            scene,
            row,
            ("factor", Act::ChangeSettings),
            what,
            "plays that log in and change the password",
        )
    })
}

fn of(row: Row, f: &PasswordChange) -> Said {
    match (f.confirmed, f.new_accepted, f.old_accepted) {
        (true, _, Some(true)) => {
            let words = "confirms a change of the password, and goes on accepting the old one";
            row.fails("factor", words, REMEDY)
        }
        (true, Some(false), _) => {
            let words = "confirms a change of the password, and refuses the new one";
            row.fails("factor", words, REMEDY)
        }
        (true, Some(true), Some(false)) => {
            row.passes("factor", "takes the new password after a change, and refuses the old one")
        }
        (false, ..) => {
            let words = "refused the change of the password";
            row.is_open(
                "factor",
                words,
                "look at the answer, and mend the play or change the password by hand",
            )
        }
        _ => {
            let words = "put the logins off that were to show the change";
            row.is_open("factor", words, "wait, and run `assize assess` again")
        }
    }
}

const REMEDY: &str = "make the change take effect at once, for every login that the password opens";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::{DUT, check, looked, nothing};

    const USER: &str = "1-AuthMech = [{ id = 'A', subject = 'user', factor = 'password', \
                        reached_at = ['tcp/8443'] }, { id = 'B', subject = 'machine' }, \
                        { id = 'C', subject = 'user', factor = 'token' }]";

    fn change(confirmed: bool, new: Option<bool>, old: Option<bool>) -> Vec<Fact> {
        vec![Fact::PasswordChange(PasswordChange {
            target: DUT.into(),
            port: 8443,
            confirmed,
            new_accepted: new,
            old_accepted: old,
            restored: true,
            ..PasswordChange::default()
        })]
    }

    #[test]
    fn flawed() {
        let expect = "A FAIL, B N/A, C INCONCLUSIVE";
        check(&CHECK, USER, &looked(&[change(true, Some(true), Some(true))]), expect);
        check(&CHECK, USER, &looked(&[change(true, Some(false), None)]), expect);
    }

    #[test]
    fn conformant() {
        let seen = looked(&[change(true, Some(true), Some(false))]);
        check(&CHECK, USER, &seen, "A PASS, B N/A, C INCONCLUSIVE");
    }

    #[test]
    fn never_looked() {
        check(&CHECK, USER, &nothing(), "A INCONCLUSIVE, B N/A, C INCONCLUSIVE");
    }

    #[test]
    fn unclear() {
        let expect = "A INCONCLUSIVE, B N/A, C INCONCLUSIVE";
        check(&CHECK, USER, &looked(&[change(false, None, None)]), expect);
        check(&CHECK, USER, &looked(&[change(true, Some(true), None)]), expect);
        check(&CHECK, USER, &looked(&[change(true, None, Some(false))]), expect);
    }
}
