//! A password that the user defines is demanded before the login works, and no default opens it.

use assize_model::declaration::ixit::AuthMech;
use assize_model::declaration::ixit::auth_mech::{Factor, PasswordOrigin};
use assize_model::declaration::play::Act;
use assize_model::fact::{DefaultLogin, Fact, SetUpPassword};
use assize_model::scene::Scene;

use crate::Check;
use crate::drive::{Driven, facts_of, untried};
use crate::say::{Row, Said, list};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "auth.password_demanded",
    establishes: "A password that the user defines is demanded before the login works, and no default opens it.",
    probes: &["guess", "factory"],
    partial: true,
    judge: |scene| table::auth_mech(scene, |m, row| rule(m, row, scene)),
};

fn rule(m: &AuthMech, row: Row, scene: &Scene) -> Said {
    match (m.factor, m.password_origin) {
        (None, _) => return row.leaves_out("factor", "which authentication factor it uses"),
        (Some(Factor::Password), None) => return row.leaves_out("password_origin", "who sets the password"),
        (Some(Factor::Password), Some(PasswordOrigin::UserDefined)) => {}
        (Some(Factor::Password), _) => {
            return row.is_beside("password_origin", "does not leave the password to the user");
        }
        _ => return row.is_beside("factor", "uses no password"),
    }
    let ids = scene.declaration.ixit.ids("1-AuthMech");
    let is_own = |entry: &Option<String>, port| {
        Driven { entry: entry.as_deref(), port }.is_of(&m.id, &ids, &m.reached_at)
    };
    let defaults = facts_of(scene, |fact| match fact {
        Fact::DefaultLogins(f) if is_own(&f.entry, f.port) && !f.accepted.is_empty() => Some(f),
        _ => None,
    });
    if let Some((record, found)) = defaults.first() {
        let pairs: Vec<String> = found.accepted.iter().map(DefaultLogin::words).collect();
        let state = if found.factory { ", before any password was chosen" } else { "" };
        let words = format!("lets in the published default {}{state}", list(&pairs));
        return shown(row.fails("password_origin", words, REMEDY), [*record]);
    }
    let set_ups = facts_of(scene, |fact| match fact {
        Fact::SetUpAnswer(f) if is_own(&f.entry, f.port) => Some(f),
        _ => None,
    });
    let of = |kind| set_ups.iter().rev().find(|(_, f)| f.password == kind);
    match (of(SetUpPassword::Empty), of(SetUpPassword::Own)) {
        (Some((record, f)), _) if f.accepted && f.opens != Some(false) => {
            let words = "ends set-up with an empty password, which then logs in";
            shown(row.fails("password_origin", words, REMEDY), [*record])
        }
        (Some((empty, f)), Some((own, o))) if !f.accepted && f.status.is_some() && o.opens == Some(true) => {
            let words = "refuses set-up with an empty password, and takes the one that was chosen";
            shown(row.passes("password_origin", words), [*empty, *own])
        }
        (Some((record, _)), _) => {
            let words = "gave no clear answer to a set-up with an empty password";
            shown(row.is_open("password_origin", words, "try the set-up by hand"), [*record])
        }
        (None, _) => {
            let what = "nobody set it up without a password";
            let plays = "plays that reset, set up and log in";
            untried(scene, row, ("password_origin", Act::Reset), what, plays)
        }
    }
}

const REMEDY: &str = "accept no login before the user has chosen a password, and keep no account of your own";

fn shown((outcome, indication): Said, records: impl IntoIterator<Item = u64>) -> Said {
    (outcome, indication.shown_by(records))
}

#[cfg(test)]
mod tests {
    use assize_model::fact::{DefaultLogins, SetUpAnswer, Transport};

    use super::*;
    use crate::stage::{DUT, check, looked, nothing};

    const USER: &str = "1-AuthMech = [{ id = 'A', factor = 'password', password_origin = 'user-defined', \
                        reached_at = ['tcp/8443'] }, { id = 'B', factor = 'key' }]";

    fn set_up(password: SetUpPassword, accepted: bool) -> Vec<Fact> {
        let opens = accepted.then_some(true);
        let (target, port, status) = (DUT.to_owned(), 8443, Some(if accepted { 200 } else { 422 }));
        vec![Fact::SetUpAnswer(SetUpAnswer {
            target,
            port,
            password,
            accepted,
            opens,
            status,
            ..SetUpAnswer::default()
        })]
    }

    fn default(accepted: bool) -> Vec<Fact> {
        let one = DefaultLogin { user: "admin".into(), password: String::new(), source: "a test".into() };
        vec![Fact::DefaultLogins(DefaultLogins {
            target: DUT.into(),
            port: 8443,
            transport: Transport::Tcp,
            login: "log in".into(),
            entry: None,
            factory: false,
            listed: 9,
            tried: 9,
            stopped: String::new(),
            accepted: if accepted { vec![one] } else { Vec::new() },
        })]
    }

    #[test]
    fn flawed() {
        let own = set_up(SetUpPassword::Own, true);
        check(&CHECK, USER, &looked(&[set_up(SetUpPassword::Empty, true), own.clone()]), "A FAIL, B N/A");
        let all = looked(&[set_up(SetUpPassword::Empty, false), own, default(true)]);
        check(&CHECK, USER, &all, "A FAIL, B N/A");
    }

    #[test]
    fn conformant() {
        let all = [set_up(SetUpPassword::Empty, false), set_up(SetUpPassword::Own, true), default(false)];
        check(&CHECK, USER, &looked(&all), "A PASS, B N/A");
    }

    #[test]
    fn never_looked() {
        check(&CHECK, USER, &nothing(), "A INCONCLUSIVE, B N/A");
    }

    #[test]
    fn half_looked() {
        check(&CHECK, USER, &looked(&[default(false)]), "A INCONCLUSIVE, B N/A");
        check(&CHECK, USER, &looked(&[set_up(SetUpPassword::Empty, false)]), "A INCONCLUSIVE, B N/A");
        let silent = SetUpAnswer { target: DUT.into(), port: 8443, ..SetUpAnswer::default() };
        let all = [vec![Fact::SetUpAnswer(silent)], set_up(SetUpPassword::Own, true)];
        check(&CHECK, USER, &looked(&all), "A INCONCLUSIVE, B N/A");
    }
}
