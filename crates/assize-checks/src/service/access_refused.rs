//! What a service keeps for some is refused to somebody without a login, with a made-up one, and to other accounts.

use assize_model::declaration::ixit::SoftServ;
use assize_model::declaration::play::{Act, Play, Purpose};
use assize_model::fact::{AccessAnswer, Fact, Visitor, is_judged};
use assize_model::judgement::Outcome;
use assize_model::scene::Scene;

use super::foreign;
use crate::Check;
use crate::beside::flagged;
use crate::drive::{Driven, Home, facts_of, is_told, login_of, tells, untried};
use crate::look::looked;
use crate::say::{Row, Said, list};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "service.access_refused",
    establishes: "What a service keeps for some is refused to somebody without a login, and to other accounts.",
    probes: &["access"],
    partial: true,
    judge: |scene| table::soft_serv(scene, |s, row| flagged(row, s, scene, tried(s, row, scene))),
};

const REMEDY: &str = "authenticate and authorise each request, not only the page that leads to it";

/// What was tried from the bench, and from another site through a browser.
fn tried(s: &SoftServ, row: Row, scene: &Scene) -> Said {
    let said = rule(s, row, scene);
    let is_worse = |foreign: Outcome| said.0 == Outcome::Pass || foreign == Outcome::Fail;
    let foreign = foreign::served(s, row, scene).filter(|(outcome, _)| is_worse(*outcome));
    if said.0 == Outcome::Fail { said } else { foreign.unwrap_or(said) }
}

fn rule(s: &SoftServ, row: Row, scene: &Scene) -> Said {
    let ids = scene.declaration.ixit.ids("13-SoftServ");
    let visits = facts_of(scene, |fact| match fact {
        Fact::AccessAnswer(f) => {
            let driven = Driven::by_play(&f.entry, f.port);
            driven.is_of(&s.id, &ids, &s.reached_at).then_some(f)
        }
        _ => None,
    });
    if s.authentication.is_empty() {
        let bare = || row.is_open("authentication", "names no authentication mechanism", "try it by hand");
        return accepting(row, scene, &visits).unwrap_or_else(bare);
    }
    if let Some(said) = accepting(row, scene, &visits).or_else(|| unjudged(row, &visits)) {
        return said;
    }
    let others = scene.declaration.ixit.soft_serv.iter().filter(|o| o.id != s.id && o.network != Some(false));
    let others = others.map(|o| (o.id.as_str(), o.reached_at.as_slice())).collect();
    let home = Home { reached_at: &s.reached_at, others };
    // What may have been of another service shows nothing of this one.
    let own: Vec<_> =
        visits.iter().filter(|(_, v)| home.other(row.id, &driven(v)).is_none()).copied().collect();
    let said = judged(row, scene, &own);
    let gap = || {
        let all: Vec<Driven> = visits.iter().map(|(_, v)| driven(v)).collect();
        let seen: Vec<Driven> = own.iter().map(|(_, v)| driven(v)).collect();
        let plays = || unvisited(row, scene, |d| d.is_of(&s.id, &ids, &s.reached_at), &own);
        home.shared(row, &all)
            .filter(|_| own.is_empty())
            .or_else(plays)
            .or_else(|| unsure_of(row, scene, &own))
            .or_else(|| home.unseen(row, &seen, ("nobody used a function of it", BY_HAND)))
            .map(|(outcome, open)| (outcome, open.shown_by(visits.iter().map(|(record, _)| *record))))
    };
    let is_open = said.0 == Outcome::Pass || own.is_empty() && !visits.is_empty();
    is_open.then(gap).flatten().unwrap_or(said)
}

const BY_HAND: &str = "give plays that use it there in product.toml, or try it there by hand";

fn driven(v: &AccessAnswer) -> Driven<'_> {
    Driven::by_play(&v.entry, v.port)
}

/// A function of the service that was not tried as somebody without a login, or as an account that may not use it, although
/// a play describes it: the bench does not allow it, an account was not let in, or the probe did not come to its end.
fn unvisited(row: Row, scene: &Scene, is_own: impl Fn(Driven) -> bool, visits: &Visits) -> Option<Said> {
    let is_tried = |play: &Play| visits.iter().any(|(_, v)| v.play == play.id && v.by == Visitor::Nobody);
    let is_tried_as = |play: &Play, id: &str| {
        visits.iter().any(|(_, v)| v.play == play.id && matches!(&v.by, Visitor::Account(by) if by == id))
    };
    let is_guarded = |play: &&Play| {
        let is_used = matches!(play.purpose, Some(Purpose::Read | Purpose::Change));
        let at = play.at.as_ref().filter(|at| at.host.is_none());
        is_used
            && !play.accounts.is_empty()
            && at.is_some_and(|at| is_own(Driven::by_play(&play.entry, at.port)))
    };
    let bench = &scene.declaration.product.bench;
    let left = bench.play.iter().filter(is_guarded).flat_map(|play| {
        let others = bench.account.iter().filter(|a| !play.accounts.contains(&a.id));
        let others = others.filter(|a| login_of(scene, &a.id).is_some());
        let others = others.filter(|a| !is_tried_as(play, &a.id));
        let others = others.map(|a| format!("\"{}\" as the account {}", play.id, a.id));
        let nobody = (!is_tried(play)).then(|| format!("\"{}\" without a login", play.id));
        nobody.into_iter().chain(others).collect::<Vec<_>>()
    });
    let left: Vec<String> = left.collect();
    let what = match left.is_empty() {
        true if looked(scene, "access") => return None,
        true => "whether all of its functions were tried is not known: the probe did not come to its end"
            .to_owned(),
        false => format!("nobody tried {}", list(&left)),
    };
    let words = format!("refuses what was tried, but {what}");
    let remedy = "add \"change-settings\" to `allow` in [bench] for plays that change, give their accounts, and run \
                  `assize assess` again";
    Some(row.is_open("authentication", words, remedy))
}

/// An account that was refused, and may not have been let in before: the play that logs it in does not say what success
/// holds, and nothing that it may use was given to it.
fn unsure_of(row: Row, scene: &Scene, visits: &Visits) -> Option<Said> {
    let is_given = |id: &str| {
        let given = |(_, v): &(u64, &AccessAnswer)| {
            v.entitled && v.accepted && matches!(&v.by, Visitor::Account(by) if by == id)
        };
        visits.iter().any(given)
    };
    let (id, play) = visits.iter().find_map(|(_, v)| {
        let Visitor::Account(id) = &v.by else { return None };
        let login = login_of(scene, id)?;
        (!v.entitled && !tells(login) && !is_given(id)).then_some((id, &login.id))
    })?;
    let words = format!(
        "refuses what was tried, but the play \"{play}\" does not say what success holds, so that the account {id} may not \
         have been let in"
    );
    Some(row.is_open("authentication", words, "add `contains` to that play, and run `assize assess` again"))
}

type Visits<'f> = [(u64, &'f AccessAnswer)];

/// A play that works for nobody shows nothing by being refused.
fn works(visits: &Visits, play: &str) -> bool {
    visits.iter().any(|(_, v)| v.play == play && v.entitled && v.accepted)
}

/// What is accepted from somebody who may not, worst first: surely; where the play cannot tell; and where its own
/// account was refused.
fn accepting(row: Row, scene: &Scene, visits: &Visits) -> Option<Said> {
    let field = "authentication";
    let let_in = |is: &dyn Fn(&AccessAnswer) -> bool| -> Option<(String, Vec<u64>)> {
        let found: Vec<_> = visits.iter().filter(|(_, v)| !v.entitled && v.accepted && is(v)).collect();
        let words: Vec<String> =
            found.iter().map(|(_, v)| format!("\"{}\" by {}", v.play, v.by.words())).collect();
        (!found.is_empty()).then(|| (list(&words), found.iter().map(|(record, _)| *record).collect()))
    };
    let is_sure = |v: &AccessAnswer| is_told(scene, &v.play) || (v.same && !v.changes);
    let (said, records) = if let Some((what, records)) = let_in(&|v| works(visits, &v.play) && is_sure(v)) {
        (row.fails(field, format!("accepts {what}"), REMEDY), records)
    } else if let Some((what, records)) = let_in(&|v| works(visits, &v.play)) {
        let words = format!("seems to accept {what}, but the play does not say what success holds");
        (row.is_open(field, words, "add `contains` to the play, and run `assize assess` again"), records)
    } else {
        let (what, records) = let_in(&|_| true)?;
        let words = format!("accepts {what}, where its own account was refused");
        (
            row.is_open(field, words, "mend the play, so that an account that may do it can, and try again"),
            records,
        )
    };
    Some((said.0, said.1.shown_by(records)))
}

/// What was tried without a clear answer: a play that works for nobody, and visits that were put off.
fn unjudged(row: Row, visits: &Visits) -> Option<Said> {
    let open = |(_, v): &&(u64, &AccessAnswer)| !works(visits, &v.play) || (!v.entitled && !is_refusal(v));
    let open: Vec<_> = visits.iter().filter(open).collect();
    let mut plays: Vec<String> = open.iter().map(|(_, v)| format!("\"{}\"", v.play)).collect();
    plays.dedup();
    if plays.is_empty() {
        return None;
    }
    let words = format!("gave no clear answer to {}", list(&plays));
    let remedy = "look at the answers, mend a play that no account can do, and run `assize assess` again";
    let (outcome, said) = row.is_open("authentication", words, remedy);
    Some((outcome, said.shown_by(open.iter().map(|(record, _)| *record))))
}

/// Whether somebody was judged and turned away.
fn is_refusal(v: &AccessAnswer) -> bool {
    !v.accepted && v.status.is_some_and(is_judged)
}

/// Where every play works for those who may, and everybody else was turned away.
fn judged(row: Row, scene: &Scene, visits: &Visits) -> Said {
    let strangers = || visits.iter().filter(|(_, v)| !v.entitled);
    let refused = |who: fn(&Visitor) -> bool| strangers().any(|(_, v)| who(&v.by));
    let records: Vec<u64> = visits.iter().map(|(record, _)| *record).collect();
    let lacks = match (refused(|v| *v == Visitor::Nobody), refused(|v| matches!(v, Visitor::Account(_)))) {
        (true, true) => {
            let plays = strangers().filter(|(_, v)| v.by == Visitor::Nobody).count();
            let words = format!(
                "refuses {plays} functions to somebody without a login, and what they may not to other accounts"
            );
            let (outcome, said) = row.passes("authentication", words);
            return (outcome, said.shown_by(records));
        }
        (true, false) => "refuses its functions without a login; no account with fewer rights tried them",
        (false, _) => {
            let plays = "plays that read and change, with the accounts that may do it";
            return untried(scene, row, ("authentication", Act::LogIn), "nobody used its functions", plays);
        }
    };
    let remedy = "give a second account in [[bench.account]] that is not in `accounts` of some play";
    let (outcome, said) = row.is_open("authentication", lacks, remedy);
    (outcome, said.shown_by(records))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::{DUT, check, looked, nothing};

    const WEB: &str = "13-SoftServ = [{ id = 'A', network = true, reached_at = ['tcp/8443'], \
                       authentication = ['P'] }, { id = 'B', network = false }]";

    fn answer(by: Visitor, entitled: bool, accepted: bool) -> AccessAnswer {
        let status = Some(if accepted { 200 } else { 401 });
        let (target, play) = (DUT.to_owned(), "read".to_owned());
        AccessAnswer {
            target,
            port: 8443,
            play,
            by,
            entitled,
            accepted,
            status,
            same: accepted,
            changes: false,
            entry: None,
        }
    }

    fn visit(by: Visitor, entitled: bool, accepted: bool) -> Vec<Fact> {
        vec![Fact::AccessAnswer(answer(by, entitled, accepted))]
    }

    /// The same visits, to another play.
    fn of_play(play: &str, visits: Vec<Fact>) -> Vec<Fact> {
        let mut visits = visits;
        for fact in &mut visits {
            if let Fact::AccessAnswer(v) = fact {
                v.play = play.to_owned();
            }
        }
        visits
    }

    fn admin(accepted: bool) -> Vec<Fact> {
        visit(Visitor::Account("admin".into()), true, accepted)
    }

    fn guest(accepted: bool) -> Vec<Fact> {
        visit(Visitor::Account("guest".into()), false, accepted)
    }

    #[test]
    fn flawed() {
        let open = visit(Visitor::Nobody, false, true);
        check(&CHECK, WEB, &looked(&[admin(true), open]), "A FAIL, B N/A");
        let shut = visit(Visitor::Nobody, false, false);
        check(&CHECK, WEB, &looked(&[admin(true), shut.clone(), guest(true)]), "A FAIL, B N/A");
        let forged = visit(Visitor::Forger, false, true);
        check(&CHECK, WEB, &looked(&[admin(true), shut, forged]), "A FAIL, B N/A");
    }

    #[test]
    fn conformant() {
        let shut = visit(Visitor::Nobody, false, false);
        check(&CHECK, WEB, &looked(&[admin(true), shut, guest(false)]), "A PASS, B N/A");
    }

    #[test]
    fn never_looked() {
        check(&CHECK, WEB, &nothing(), "A INCONCLUSIVE, B N/A");
    }

    #[test]
    fn what_its_own_account_is_refused_blocks_a_pass() {
        let shut = || [admin(true), visit(Visitor::Nobody, false, false), guest(false)].concat();
        let open = [admin(false), visit(Visitor::Nobody, false, true), guest(true)].concat();
        check(&CHECK, WEB, &looked(&[shut(), of_play("b", open)]), "A INCONCLUSIVE, B N/A");
        check(&CHECK, WEB, &looked(&[shut(), of_play("b", admin(false))]), "A INCONCLUSIVE, B N/A");
        let again = of_play("b", [admin(false), admin(true), visit(Visitor::Nobody, false, true)].concat());
        check(&CHECK, WEB, &looked(&[shut(), again]), "A FAIL, B N/A");
    }

    #[test]
    fn load_and_faults_are_no_refusal() {
        for status in [Some(429), Some(423), Some(503), None] {
            let put_off = AccessAnswer { status, ..answer(Visitor::Nobody, false, false) };
            let all = [admin(true), vec![Fact::AccessAnswer(put_off)], guest(false)];
            check(&CHECK, WEB, &looked(&all), "A INCONCLUSIVE, B N/A");
        }
    }

    #[test]
    fn an_error_with_the_status_of_success() {
        let error = AccessAnswer { same: false, ..answer(Visitor::Nobody, false, true) };
        let all = looked(&[admin(true), vec![Fact::AccessAnswer(error)], guest(false)]);
        check(&CHECK, WEB, &all, "A INCONCLUSIVE, B N/A");
        let told =
            format!("{WEB}\nproduct = {{ bench = {{ play = [{{ id = 'read', contains = 'on' }}] }} }}");
        check(&CHECK, &told, &all, "A FAIL, B N/A");
        let change = AccessAnswer { changes: true, ..answer(Visitor::Nobody, false, true) };
        let all = looked(&[admin(true), vec![Fact::AccessAnswer(change)], guest(false)]);
        check(&CHECK, WEB, &all, "A INCONCLUSIVE, B N/A");
    }

    /// A declaration with these plays, all for the account `admin`.
    fn with_plays(plays: &[(&str, &str)]) -> String {
        let play = |(id, more): &(&str, &str)| format!("{{ id = '{id}', accounts = ['admin'], {more} }}");
        let plays: Vec<String> = plays.iter().map(play).collect();
        format!("{WEB}\nproduct = {{ bench = {{ play = [{}] }} }}", plays.join(", "))
    }

    #[test]
    fn a_function_that_was_not_tried_blocks_a_pass() {
        let shut = || [admin(true), visit(Visitor::Nobody, false, false), guest(false)].concat();
        let read = ("read", "purpose = 'read', at = 'tcp/8443'");
        check(&CHECK, &with_plays(&[read]), &looked(&[shut()]), "A PASS, B N/A");
        let change = ("change", "purpose = 'change', at = 'tcp/8443'");
        check(&CHECK, &with_plays(&[read, change]), &looked(&[shut()]), "A INCONCLUSIVE, B N/A");
        let both = looked(&[shut(), of_play("change", shut())]);
        check(&CHECK, &with_plays(&[read, change]), &both, "A PASS, B N/A");
        // Of its own account alone nothing can be told.
        let own = looked(&[shut(), of_play("change", admin(true))]);
        check(&CHECK, &with_plays(&[read, change]), &own, "A INCONCLUSIVE, B N/A");
        // One of another service, and one that does something else, are not asked for.
        let elsewhere = ("far", "purpose = 'read', at = 'tcp/9'");
        let version = ("version", "purpose = 'version', at = 'tcp/8443'");
        check(&CHECK, &with_plays(&[read, elsewhere, version]), &looked(&[shut()]), "A PASS, B N/A");
        // Nor is one at a host, or one that everybody may use.
        let hosted = ("hosted", "purpose = 'read', at = 'cloud:tcp/8443'");
        check(&CHECK, &with_plays(&[read, hosted]), &looked(&[shut()]), "A PASS, B N/A");
        let free = with_plays(&[read, change]).replace("'change', accounts = ['admin']", "'change'");
        check(&CHECK, &free, &looked(&[shut()]), "A PASS, B N/A");
    }

    #[test]
    fn an_account_that_nobody_tried_as_or_that_may_not_be_in_passes_nothing() {
        let shut = || [admin(true), visit(Visitor::Nobody, false, false), guest(false)].concat();
        let read = ("read", "purpose = 'read', at = 'tcp/8443'");
        let with = |more: &str| {
            let plays =
                with_plays(&[read, ("log in", "purpose = 'log-in', at = 'tcp/8443', contains = 'in'")]);
            let plays = plays.replace("id = 'log in', accounts = ['admin']", "id = 'log in', accounts = []");
            plays.replacen("bench = {", &format!("bench = {{ {more}, "), 1)
        };
        let accounts = |ids: &[&str]| {
            let ids: Vec<String> = ids.iter().map(|id| format!("{{ id = '{id}' }}")).collect();
            with(&format!("account = [{}]", ids.join(", ")))
        };
        check(&CHECK, &accounts(&["admin", "guest"]), &looked(&[shut()]), "A PASS, B N/A");
        let three = accounts(&["admin", "guest", "child"]);
        check(&CHECK, &three, &looked(&[shut()]), "A INCONCLUSIVE, B N/A");
        // One of another login, which no play drives.
        let apart = three.replace("accounts = []", "accounts = ['admin', 'guest']");
        check(&CHECK, &apart, &looked(&[shut()]), "A PASS, B N/A");
        // An anonymous session of a login that failed is refused as well.
        let login = |more: &str| {
            let login = ("log in", format!("purpose = 'log-in', at = 'tcp/8443', {more}"));
            let declared = with_plays(&[read, (login.0, &login.1)]);
            declared.replace("id = 'log in', accounts = ['admin']", "id = 'log in', accounts = []")
        };
        check(&CHECK, &login("path = '/in'"), &looked(&[shut()]), "A INCONCLUSIVE, B N/A");
        check(&CHECK, &login("contains = 'welcome'"), &looked(&[shut()]), "A PASS, B N/A");
        let own = of_play("mine", visit(Visitor::Account("guest".into()), true, true));
        check(&CHECK, &login("path = '/in'"), &looked(&[shut(), own]), "A PASS, B N/A");
    }

    #[test]
    fn a_probe_that_did_not_come_to_its_end_passes_nothing() {
        let mut cut = looked(&[admin(true), visit(Visitor::Nobody, false, false), guest(false)]);
        cut.done.retain(|d| d.probe != "access");
        check(&CHECK, WEB, &cut, "A INCONCLUSIVE, B N/A");
    }

    #[test]
    fn a_port_that_nobody_tried_passes_nothing() {
        let two = WEB.replace("['tcp/8443']", "['tcp/8443', 'tcp/80']");
        let shut = looked(&[admin(true), visit(Visitor::Nobody, false, false), guest(false)]);
        check(&CHECK, &two, &shut, "A INCONCLUSIVE, B N/A");
    }

    #[test]
    fn of_two_on_one_port_no_one_passes_by_the_other() {
        let second = "{ id = 'B', network = true, reached_at = ['tcp/8443'], authentication = ['P'] }";
        let two = WEB.replace("{ id = 'B', network = false }", second);
        let shut = [admin(true), visit(Visitor::Nobody, false, false), guest(false)].concat();
        check(&CHECK, &two, &looked(std::slice::from_ref(&shut)), "A INCONCLUSIVE, B INCONCLUSIVE");
        let mut named = shut.clone();
        for fact in &mut named {
            if let Fact::AccessAnswer(v) = fact {
                v.entry = Some("A".into());
            }
        }
        check(&CHECK, &two, &looked(&[named.clone()]), "A PASS, B INCONCLUSIVE");
        check(&CHECK, &two, &looked(&[named, of_play("other", shut.clone())]), "A PASS, B INCONCLUSIVE");
        // One that no network reaches is not what answered there.
        let off = two.replace("{ id = 'B', network = true,", "{ id = 'B', network = false,");
        check(&CHECK, &off, &looked(&[shut]), "A PASS, B INCONCLUSIVE");
    }

    #[test]
    fn what_works_for_nobody_shows_nothing() {
        let shut = visit(Visitor::Nobody, false, false);
        check(&CHECK, WEB, &looked(&[admin(false), shut.clone(), guest(false)]), "A INCONCLUSIVE, B N/A");
        check(&CHECK, WEB, &looked(&[admin(true), shut]), "A INCONCLUSIVE, B N/A");
        check(&CHECK, WEB, &looked(&[admin(true)]), "A INCONCLUSIVE, B N/A");
    }

    #[test]
    fn what_is_seen_goes_before_the_flags() {
        let open = || looked(&[admin(true), visit(Visitor::Nobody, false, true)]);
        let shut = || looked(&[admin(true), visit(Visitor::Nobody, false, false), guest(false)]);
        let off = WEB.replacen("network = true", "network = false", 1);
        check(&CHECK, &off, &open(), "A FAIL, B N/A");
        check(&CHECK, &off, &shut(), "A INCONCLUSIVE, B N/A");
        check(&CHECK, &off, &nothing(), "A INCONCLUSIVE, B N/A");
        let excepted = WEB.replacen("network = true", "network = true, excepted_protocol = true", 1);
        check(&CHECK, &excepted, &open(), "A FAIL, B N/A");
        check(&CHECK, &excepted, &shut(), "A INCONCLUSIVE, B N/A");
        check(&CHECK, &excepted, &nothing(), "A N/A, B N/A");
        let web = || crate::stage::web(8443, true);
        let both = |visits: assize_model::scene::Facts| {
            let visits = visits.recorded.into_iter().map(|r| r.fact).collect();
            looked(&[web(), visits])
        };
        check(&CHECK, &excepted, &both(open()), "A FAIL, B N/A");
        check(&CHECK, &excepted, &both(shut()), "A INCONCLUSIVE, B N/A");
        let bare = WEB.replacen("['P']", "[]", 1);
        check(&CHECK, &bare, &open(), "A FAIL, B N/A");
        check(&CHECK, &bare, &shut(), "A INCONCLUSIVE, B N/A");
        let unsaid = bare.replacen("network = true, ", "", 1);
        check(&CHECK, &unsaid, &shut(), "A INCONCLUSIVE, B N/A");
    }
}
