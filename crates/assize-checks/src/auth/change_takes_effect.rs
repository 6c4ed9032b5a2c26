//! After a change the new password logs in and the old one does not.

use assize_model::declaration::ixit::AuthMech;
use assize_model::declaration::ixit::auth_mech::Factor;
use assize_model::declaration::play::{Act, Purpose};
use assize_model::fact::{Fact, PasswordChange};
use assize_model::judgement::Outcome;
use assize_model::scene::Scene;

use super::{home, not_for_users};
use crate::Check;
use crate::drive::{Driven, facts_of, is_told, login_of, tells, undriven, untried};
use crate::say::{Row, Said, gravest, shown};
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
    let is_own = |driven: &Driven| driven.is_of(&m.id, &ids, &m.reached_at);
    let changes = facts_of(scene, |fact| match fact {
        Fact::PasswordChange(f) => is_own(&Driven::by_play(&f.entry, f.port)).then_some(f),
        _ => None,
    });
    let plays: Vec<&str> =
        changes.iter().filter_map(|(_, f)| Some(login_of(scene, &f.account)?.id.as_str())).collect();
    let home = home(m, scene);
    let logins: Vec<Driven> =
        changes.iter().filter_map(|(_, f)| Some(Driven::by_play(&f.entry, f.login_port?))).collect();
    let said = changes.iter().map(|(record, f)| {
        let said = of(row, f, is_sure(scene, f));
        let own = [Driven::by_play(&f.entry, f.login_port.unwrap_or(f.port))];
        let left = || undriven(scene, row, is_own, &plays, (NOBODY, BY_HAND));
        let gap =
            || home.shared(row, &own).or_else(|| home.unseen(row, &logins, (NOBODY, BY_HAND))).or_else(left);
        let gap = (said.0 == Outcome::Pass).then(gap).flatten();
        shown(gap.unwrap_or(said), *record)
    });
    gravest(said).unwrap_or_else(|| {
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

/// Whether the plays tell a success from an answer that only has its status. A new password that logs in where another
/// does not proves the change by itself.
fn is_sure(scene: &Scene, f: &PasswordChange) -> bool {
    let plays = scene.declaration.product.bench.play.iter();
    let mut logins = plays.filter(|p| p.purpose == Some(Purpose::LogIn)).peekable();
    let told = logins.peek().is_some() && logins.all(tells);
    told && (is_told(scene, &f.play) || f.new_accepted == Some(true))
}

fn of(row: Row, f: &PasswordChange, is_sure: bool) -> Said {
    match (f.confirmed, f.new_accepted, f.old_accepted) {
        (true, _, Some(true)) if !is_sure => {
            let words = "seems to confirm a change of the password without effect, but its plays do not say what \
                         success holds";
            row.is_open(
                "factor",
                words,
                "add `contains` or `take` to the plays that log in and change the password",
            )
        }
        (true, _, Some(true)) => {
            let words = "confirms a change of the password, and goes on accepting the old one";
            row.fails("factor", words, REMEDY)
        }
        (true, Some(false), _) => {
            let words = "confirms a change of the password, and then lets in neither the new one nor the old one; a \
                         login that is out of order or busy does so too";
            row.is_open("factor", words, "find out which password is in force, and run `assize assess` again")
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

const NOBODY: &str = "nobody tried the old and the new password after a change";
const BY_HAND: &str = "try there by hand whether the old password and the new one are let in";
const REMEDY: &str = "make the change take effect at once, for every login that the password opens";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::{DUT, check, looked, nothing};

    const USER: &str = "1-AuthMech = [{ id = 'A', subject = 'user', factor = 'password', \
                        reached_at = ['tcp/8443'] }, { id = 'B', subject = 'machine' }, \
                        { id = 'C', subject = 'user', factor = 'token' }]";

    /// With a log-in play that says what success holds, and this play that changes.
    fn told(change: &str) -> String {
        let login = "id = 'log in', purpose = 'log-in', take = { token = 'json:/token' }";
        format!("{USER}\nproduct = {{ bench = {{ play = [{{ {login} }}, {{ {change} }}] }} }}")
    }

    fn change(confirmed: bool, new: Option<bool>, old: Option<bool>) -> Vec<Fact> {
        vec![Fact::PasswordChange(PasswordChange {
            target: DUT.into(),
            port: 8443,
            play: "change".into(),
            login_port: Some(8443),
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
        let told = told("id = 'change', purpose = 'change-password', contains = 'done'");
        check(&CHECK, &told, &looked(&[change(true, Some(true), Some(true))]), expect);
        check(&CHECK, &told, &looked(&[change(true, Some(false), Some(true))]), expect);
    }

    #[test]
    fn a_login_that_refuses_both_may_be_out_of_order() {
        let expect = "A INCONCLUSIVE, B N/A, C INCONCLUSIVE";
        let told = told("id = 'change', purpose = 'change-password', contains = 'done'");
        check(&CHECK, &told, &looked(&[change(true, Some(false), Some(false))]), expect);
        check(&CHECK, &told, &looked(&[change(true, Some(false), None)]), expect);
    }

    #[test]
    fn a_door_that_nobody_tried_passes_nothing() {
        let expect = "A INCONCLUSIVE, B N/A, C INCONCLUSIVE";
        let seen = looked(&[change(true, Some(true), Some(false))]);
        check(&CHECK, &USER.replace("['tcp/8443']", "['tcp/8443', 'tcp/554']"), &seen, expect);
        let mut elsewhere = change(true, Some(true), Some(false));
        for login_port in [None, Some(80)] {
            if let Some(Fact::PasswordChange(f)) = elsewhere.first_mut() {
                f.login_port = login_port;
            }
            check(&CHECK, USER, &looked(&[elsewhere.clone()]), expect);
        }
    }

    #[test]
    fn of_two_on_one_port_no_one_passes_by_the_other() {
        let two = USER.replace(
            "{ id = 'B', subject = 'machine' }",
            "{ id = 'B', subject = 'user', factor = 'password', reached_at = ['tcp/8443'] }",
        );
        let mut all = change(true, Some(true), Some(false));
        check(&CHECK, &two, &looked(&[all.clone()]), "A INCONCLUSIVE, B INCONCLUSIVE, C INCONCLUSIVE");
        if let Some(Fact::PasswordChange(f)) = all.first_mut() {
            f.entry = Some("A".into());
        }
        check(&CHECK, &two, &looked(&[all]), "A PASS, B INCONCLUSIVE, C INCONCLUSIVE");
        // What is wrong at the port of both is wrong whichever it is.
        let wrong = change(true, Some(true), Some(true));
        let login = "id = 'log in', purpose = 'log-in', take = { token = 'json:/token' }";
        let told = format!("{two}\nproduct = {{ bench = {{ play = [{{ {login} }}] }} }}");
        check(&CHECK, &told, &looked(&[wrong]), "A FAIL, B FAIL, C INCONCLUSIVE");
    }

    #[test]
    fn an_error_with_the_status_of_success() {
        let expect = "A INCONCLUSIVE, B N/A, C INCONCLUSIVE";
        let seen = looked(&[change(true, Some(false), Some(true))]);
        check(&CHECK, USER, &seen, expect);
        let login_only = told("id = 'change', purpose = 'change-password'");
        check(&CHECK, &login_only, &seen, expect);
        let both = looked(&[change(true, Some(true), Some(true))]);
        check(&CHECK, USER, &both, expect);
        check(&CHECK, &login_only, &both, "A FAIL, B N/A, C INCONCLUSIVE");
    }

    #[test]
    fn conformant() {
        let seen = looked(&[change(true, Some(true), Some(false))]);
        check(&CHECK, USER, &seen, "A PASS, B N/A, C INCONCLUSIVE");
    }

    #[test]
    fn a_login_that_nobody_tried_after_the_change_passes_nothing() {
        let mut one = change(true, Some(true), Some(false));
        if let Some(Fact::PasswordChange(f)) = one.first_mut() {
            f.account = "admin".into();
        }
        let plays = |path: &str| {
            format!(
                "{USER}\nproduct = {{ bench = {{ play = [{{ id = 'log in', purpose = 'log-in', at = 'tcp/8443' }}, \
                 {{ id = 'app', purpose = 'log-in', at = 'tcp/8443', path = '{path}' }}] }} }}"
            )
        };
        let seen = looked(&[one]);
        check(&CHECK, &plays("/app"), &seen, "A INCONCLUSIVE, B N/A, C INCONCLUSIVE");
        check(&CHECK, &plays("/"), &seen, "A PASS, B N/A, C INCONCLUSIVE");
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
