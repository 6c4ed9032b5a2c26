//! A password that the user defines is demanded before the login works, and no default opens it.

use assize_model::declaration::ixit::AuthMech;
use assize_model::declaration::ixit::auth_mech::{Factor, PasswordOrigin};
use assize_model::declaration::play::Act;
use assize_model::fact::{DefaultLogin, DefaultLogins, Fact, SetUpAnswer, SetUpPassword, is_judged};
use assize_model::judgement::Outcome;
use assize_model::scene::Scene;

use super::home;
use crate::Check;
use crate::drive::{Driven, facts_of, is_told, named, undriven, untried};
use crate::say::{Row, Said, gravest, list};
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
    let is_own = |driven: Driven<'_>| driven.is_of(&m.id, &ids, &m.reached_at);
    let defaults = facts_of(scene, |fact| match fact {
        Fact::DefaultLogins(f) if is_own(driven(f)) => Some(f),
        _ => None,
    });
    let opened = |(_, f): &&(u64, &DefaultLogins)| !f.accepted.is_empty();
    let is_told_open =
        |d: &&(u64, &DefaultLogins)| opened(d) && is_sure(scene, d.1) && !may_demand(scene, d.1);
    if let Some((record, found)) = defaults.iter().find(is_told_open) {
        return shown(default_opens(row, found), [*record]);
    }
    if let Some((record, found)) = defaults.iter().find(opened) {
        let said = match may_demand(scene, found) {
            true => may_open_the_change(row, found),
            false => unsure(row, "password_origin", found),
        };
        return shown(said, [*record]);
    }
    let set_ups = facts_of(scene, |fact| match fact {
        Fact::SetUpAnswer(f) if is_own(Driven::by_play(&f.entry, f.port)) => Some(f),
        _ => None,
    });
    // One before the empty one was refused says nothing of whether that is why.
    let own = |after: u64| {
        let is_own = |f: &SetUpAnswer| f.password == SetUpPassword::Own && f.opens == Some(true);
        set_ups.iter().find(|(record, f)| *record > after && is_own(f)).map(|(record, _)| *record)
    };
    let unpacked: Vec<_> =
        defaults.iter().filter(|(_, f)| f.factory && f.tried > 0 && !f.takes_any).copied().collect();
    let empty = set_ups.iter().filter(|(_, f)| f.password == SetUpPassword::Empty);
    let set_up: Vec<Driven> = set_ups.iter().map(|(_, f)| Driven::by_play(&f.entry, f.port)).collect();
    let gap = || {
        let seen: Vec<Driven> = unpacked.iter().map(|(_, f)| driven(f)).collect();
        let home = home(m, scene);
        let plays: Vec<&str> = unpacked.iter().map(|(_, f)| f.login.as_str()).collect();
        let left = || undriven(scene, row, |d| is_own(*d), &plays, (NOBODY, BY_HAND));
        home.shared(row, &set_up).or_else(|| home.gap(row, &seen, (NOBODY, BY_HAND))).or_else(left)
    };
    let said = empty.map(|(record, f)| {
        let (outcome, indication) = of(row, (*record, f), own(*record), unpacked.first());
        match (outcome == Outcome::Pass).then(gap).flatten() {
            Some(open) => shown(open, indication.evidence),
            None => (outcome, indication),
        }
    });
    gravest(said).unwrap_or_else(|| {
        let what = "nobody set it up without a password";
        let plays = "plays that reset, set up and log in";
        untried(scene, row, ("password_origin", Act::Reset), what, plays)
    })
}

fn default_opens(row: Row, found: &DefaultLogins) -> Said {
    let pairs: Vec<String> = found.accepted.iter().map(DefaultLogin::words).collect();
    let state = if found.factory { ", before any password was chosen" } else { "" };
    let words = format!("lets in the published default {}{state} (login: {})", list(&pairs), found.login);
    let remedy = match found.factory {
        true => {
            format!("{REMEDY}; if it opens the change alone, let the play say what only a full login answers")
        }
        false => REMEDY.to_owned(),
    };
    row.fails("password_origin", words, remedy)
}

/// Whether a default that was let in before set-up may open no more than the choice of a password: terminals let in first
/// and demand it then, and no play says what a full login answers.
fn may_demand(scene: &Scene, f: &DefaultLogins) -> bool {
    let is_play = named(scene, &f.login).is_some();
    f.factory && !is_play
}

fn may_open_the_change(row: Row, f: &DefaultLogins) -> Said {
    let pairs: Vec<String> = f.accepted.iter().map(DefaultLogin::words).collect();
    let words = format!(
        "lets in the published default {}, before any password was chosen (login: {}); whether it opens more than the \
         choice of a password was not seen",
        list(&pairs),
        f.login
    );
    row.is_open(
        "password_origin",
        words,
        "log in with it by hand, and see what works before a password is chosen",
    )
}

/// What a set-up with an empty password shows, beside the record of one with a chosen password and the defaults that
/// were tried before any set-up.
fn of(
    row: Row,
    (record, f): (u64, &SetUpAnswer),
    own: Option<u64>,
    unpacked: Option<&(u64, &DefaultLogins)>,
) -> Said {
    let field = "password_origin";
    if f.accepted && f.opens == Some(true) {
        let words = "ends set-up with an empty password, which then logs in";
        return shown(row.fails(field, words, REMEDY), [record]);
    }
    // An answer that there is no such page judges no password either.
    let is_refused = !f.accepted && f.status.is_some_and(|s| s != 404 && is_judged(s));
    let Some(own) = own.filter(|_| is_refused) else {
        let words = "gave no clear answer to a set-up with an empty password";
        return shown(row.is_open(field, words, "try the set-up by hand"), [record]);
    };
    let Some((tried, defaults)) = unpacked else {
        let words =
            "refuses set-up with an empty password, but no default was judged before a password was chosen";
        let remedy = "add \"guess\" to `allow` in [bench], or try the published defaults by hand";
        return shown(row.is_open(field, words, remedy), [record, own]);
    };
    let words = format!(
        "refuses set-up with an empty password, takes the one that was chosen, and let none of {} of {} published \
         defaults in before",
        defaults.tried, defaults.listed
    );
    shown(row.passes(field, words), [record, own, *tried])
}

/// A fact of default credentials, as one about an entry.
pub(super) fn driven(f: &DefaultLogins) -> Driven<'_> {
    Driven { entry: f.entry.as_deref(), transport: f.transport, port: f.port }
}

/// Whether a login that let a default in tells: a protocol does, and a play that says what its success holds.
pub(super) fn is_sure(scene: &Scene, f: &DefaultLogins) -> bool {
    let is_play = named(scene, &f.login).is_some();
    !is_play || is_told(scene, &f.login)
}

/// A default that was let in by a play that does not tell.
pub(super) fn unsure(row: Row, field: &str, f: &DefaultLogins) -> Said {
    let pairs: Vec<String> = f.accepted.iter().map(DefaultLogin::words).collect();
    let words = format!(
        "seems to let in the published default {}, but the play \"{}\" does not say what success holds",
        list(&pairs),
        f.login
    );
    row.is_open(field, words, "add `contains` or `take` to that play, and run `assize assess` again")
}

const NOBODY: &str = "no default was judged before a password was chosen";
const BY_HAND: &str = "try the published defaults there by hand, before a password is chosen";
const REMEDY: &str = "accept no login before the user has chosen a password, and keep no account of your own";

fn shown((outcome, indication): Said, records: impl IntoIterator<Item = u64>) -> Said {
    (outcome, indication.shown_by(records))
}

#[cfg(test)]
mod tests {
    use assize_model::fact::Transport;

    use super::*;
    use crate::stage::{DUT, check, defaults, looked, nothing};

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

    /// Defaults of which some were tried before any set-up.
    fn unpacked(tried: u32) -> Vec<Fact> {
        let mut facts = default(false);
        for fact in &mut facts {
            if let Fact::DefaultLogins(f) = fact {
                (f.factory, f.tried, f.stopped) = (true, tried, "enough".to_owned());
            }
        }
        facts
    }

    fn default(accepted: bool) -> Vec<Fact> {
        vec![Fact::DefaultLogins(DefaultLogins { login: "log in".into(), ..defaults(8443, accepted) })]
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
        let all = [set_up(SetUpPassword::Empty, false), set_up(SetUpPassword::Own, true), unpacked(4)];
        check(&CHECK, USER, &looked(&all), "A PASS, B N/A");
        let found = crate::stage::findings(&CHECK, &crate::stage::declaration(USER), &looked(&all));
        assert!(found[0].indications[0].words.contains("none of 4 of 9"), "{found:?}");
    }

    /// A terminal may demand a password as soon as somebody is in.
    #[test]
    fn a_default_that_may_open_the_choice_of_a_password_alone() {
        let at = |factory| {
            let mut facts = default(true);
            if let Some(Fact::DefaultLogins(f)) = facts.first_mut() {
                (f.factory, f.login) = (factory, "ssh".to_owned());
            }
            facts
        };
        let shut = || [set_up(SetUpPassword::Empty, false), set_up(SetUpPassword::Own, true)].concat();
        check(&CHECK, USER, &looked(&[at(true), shut()]), "A INCONCLUSIVE, B N/A");
        check(&CHECK, USER, &looked(&[at(false), shut()]), "A FAIL, B N/A");
        check(&CHECK, USER, &looked(&[at(true), shut(), at(false)]), "A FAIL, B N/A");
        // A play that says what a full login answers tells it.
        let play = format!(
            "{USER}\nproduct = {{ bench = {{ play = [{{ id = 'ssh', take = {{ token = 'json:/token' }} }}] }} }}"
        );
        check(&CHECK, &play, &looked(&[at(true), shut()]), "A FAIL, B N/A");
    }

    /// A default at a port of another transport is no default of this login.
    #[test]
    fn elsewhere() {
        let at = |transport| {
            let mut facts = default(true);
            if let Some(Fact::DefaultLogins(f)) = facts.first_mut() {
                (f.transport, f.login) = (transport, "rtsp".to_owned());
            }
            looked(&[facts])
        };
        check(&CHECK, USER, &at(Transport::Udp), "A INCONCLUSIVE, B N/A");
        check(&CHECK, USER, &at(Transport::Tcp), "A FAIL, B N/A");
        check(&CHECK, &USER.replace("tcp/", "udp/"), &at(Transport::Udp), "A FAIL, B N/A");
    }

    /// A door that lets anybody in, or tells nothing, was not judged by any default.
    #[test]
    fn a_door_that_does_not_tell() {
        let mut facts = default(false);
        if let Some(Fact::DefaultLogins(f)) = facts.first_mut() {
            (f.tried, f.stopped, f.login) = (0, "it lets anybody in".to_owned(), "onvif".to_owned());
        }
        let all = [set_up(SetUpPassword::Empty, false), set_up(SetUpPassword::Own, true), facts];
        check(&CHECK, USER, &looked(&all), "A INCONCLUSIVE, B N/A");
    }

    /// After a few that were refused one was let in, and so was a made-up password then.
    #[test]
    fn a_login_that_opens_to_anybody_in_between_passes_nothing() {
        let mut facts = unpacked(3);
        if let Some(Fact::DefaultLogins(f)) = facts.first_mut() {
            f.takes_any = true;
        }
        let all = [set_up(SetUpPassword::Empty, false), set_up(SetUpPassword::Own, true), facts];
        check(&CHECK, USER, &looked(&all), "A INCONCLUSIVE, B N/A");
    }

    /// Whoever has no account is a guest of a file share, which is no default of a password; an account's own is one.
    #[test]
    fn a_share_with_guests() {
        let of = |tried, accepted| {
            let mut facts = default(accepted);
            if let Some(Fact::DefaultLogins(f)) = facts.first_mut() {
                (f.tried, f.stopped, f.login) =
                    (tried, "it lets strangers in as guests".to_owned(), "smb".to_owned());
            }
            looked(&[set_up(SetUpPassword::Empty, false), set_up(SetUpPassword::Own, true), facts])
        };
        check(&CHECK, USER, &of(0, false), "A INCONCLUSIVE, B N/A");
        check(&CHECK, USER, &of(1, true), "A FAIL, B N/A");
    }

    #[test]
    fn a_door_where_no_default_was_judged_passes_nothing() {
        let two = USER.replace("['tcp/8443']", "['tcp/8443', 'tcp/554']");
        let at = |tried| {
            let mut facts = unpacked(tried);
            if let Some(Fact::DefaultLogins(f)) = facts.first_mut() {
                (f.port, f.login) = (554, "rtsp".to_owned());
            }
            let shut = [set_up(SetUpPassword::Empty, false), set_up(SetUpPassword::Own, true), unpacked(4)];
            looked(&[shut.concat(), facts])
        };
        check(&CHECK, &two, &at(0), "A INCONCLUSIVE, B N/A");
        check(&CHECK, &two, &at(4), "A PASS, B N/A");
    }

    #[test]
    fn of_two_on_one_port_no_one_passes_by_the_other() {
        let two = USER.replace(
            "{ id = 'B', factor = 'key' }",
            "{ id = 'B', factor = 'password', password_origin = 'user-defined', reached_at = ['tcp/8443'] }",
        );
        let all = [set_up(SetUpPassword::Empty, false), set_up(SetUpPassword::Own, true), unpacked(4)];
        check(&CHECK, &two, &looked(&all), "A INCONCLUSIVE, B INCONCLUSIVE");
    }

    #[test]
    fn load_faults_and_a_page_that_is_not_there_refuse_no_password() {
        for status in [404, 423, 429, 500, 503] {
            let mut empty = set_up(SetUpPassword::Empty, false);
            if let Some(Fact::SetUpAnswer(f)) = empty.first_mut() {
                f.status = Some(status);
            }
            let all = [empty, set_up(SetUpPassword::Own, true), unpacked(4)];
            check(&CHECK, USER, &looked(&all), "A INCONCLUSIVE, B N/A");
        }
    }

    #[test]
    fn an_empty_password_that_is_taken_and_logs_nobody_in_passes_nothing() {
        let mut empty = set_up(SetUpPassword::Empty, true);
        if let Some(Fact::SetUpAnswer(f)) = empty.first_mut() {
            f.opens = Some(false);
        }
        let all = [empty, set_up(SetUpPassword::Own, true), unpacked(4)];
        check(&CHECK, USER, &looked(&all), "A INCONCLUSIVE, B N/A");
    }

    #[test]
    fn a_play_that_does_not_tell_success_fails_nothing() {
        let play = |tells: &str| {
            format!("{USER}\nproduct = {{ bench = {{ play = [{{ id = 'log in'{tells} }}] }} }}")
        };
        check(&CHECK, &play(""), &looked(&[default(true)]), "A INCONCLUSIVE, B N/A");
        check(&CHECK, &play(", contains = 'in'"), &looked(&[default(true)]), "A FAIL, B N/A");
        // Nor does it pass by a set-up that asks for a password.
        let mut facts = default(true);
        if let Some(Fact::DefaultLogins(f)) = facts.first_mut() {
            f.factory = true;
        }
        let all = [set_up(SetUpPassword::Empty, false), set_up(SetUpPassword::Own, true), facts];
        check(&CHECK, &play(""), &looked(&all), "A INCONCLUSIVE, B N/A");
        // A protocol tells success by itself, whatever plays there are.
        let other = play("").replace("'log in'", "'read'");
        check(&CHECK, &other, &looked(&[default(true)]), "A FAIL, B N/A");
    }

    /// A device that takes nothing any more refuses the empty password with everything else.
    #[test]
    fn a_chosen_password_has_to_be_taken_after_the_empty_one_is_refused() {
        let (refused, own) = (set_up(SetUpPassword::Empty, false), set_up(SetUpPassword::Own, true));
        let all = [unpacked(4), own.clone(), refused.clone(), set_up(SetUpPassword::Own, false)];
        check(&CHECK, USER, &looked(&all), "A INCONCLUSIVE, B N/A");
        let all = [unpacked(4), own.clone(), refused, own];
        check(&CHECK, USER, &looked(&all), "A PASS, B N/A");
    }

    #[test]
    fn an_empty_password_that_nobody_logged_in_with_fails_nothing() {
        let mut empty = set_up(SetUpPassword::Empty, true);
        if let Some(Fact::SetUpAnswer(f)) = empty.first_mut() {
            f.opens = None;
        }
        check(&CHECK, USER, &looked(&[empty, set_up(SetUpPassword::Own, true)]), "A INCONCLUSIVE, B N/A");
    }

    #[test]
    fn a_login_where_no_default_was_judged_passes_nothing() {
        let all =
            looked(&[set_up(SetUpPassword::Empty, false), set_up(SetUpPassword::Own, true), unpacked(4)]);
        let plays = |path: &str| {
            format!(
                "{USER}\nproduct = {{ bench = {{ play = [{{ id = 'log in', purpose = 'log-in', at = 'tcp/8443' }}, \
                 {{ id = 'app', purpose = 'log-in', at = 'tcp/8443', path = '{path}' }}] }} }}"
            )
        };
        check(&CHECK, &plays("/app"), &all, "A INCONCLUSIVE, B N/A");
        check(&CHECK, &plays("/"), &all, "A PASS, B N/A");
    }

    #[test]
    fn every_set_up_counts() {
        let refused = set_up(SetUpPassword::Empty, false);
        let own = set_up(SetUpPassword::Own, true);
        let all = [set_up(SetUpPassword::Empty, true), refused, own, unpacked(9)];
        check(&CHECK, USER, &looked(&all), "A FAIL, B N/A");
    }

    #[test]
    fn without_defaults_before_set_up_nothing_passes() {
        let shut = || vec![set_up(SetUpPassword::Empty, false), set_up(SetUpPassword::Own, true)];
        check(&CHECK, USER, &looked(&shut()), "A INCONCLUSIVE, B N/A");
        for defaults in [default(false), unpacked(0)] {
            check(&CHECK, USER, &looked(&[shut(), vec![defaults]].concat()), "A INCONCLUSIVE, B N/A");
        }
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
