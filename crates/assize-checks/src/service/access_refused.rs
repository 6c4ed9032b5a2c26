//! What a service keeps for some is refused to somebody without a login, with a made-up one, and to other accounts.

use assize_model::declaration::ixit::SoftServ;
use assize_model::declaration::play::Act;
use assize_model::fact::{AccessAnswer, Fact, Visitor};
use assize_model::scene::Scene;

use crate::Check;
use crate::drive::{Driven, facts_of, untried};
use crate::say::{Row, Said, list};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "service.access_refused",
    establishes: "What a service keeps for some is refused to somebody without a login, and to other accounts.",
    probes: &["access"],
    partial: true,
    judge: |scene| table::soft_serv(scene, |s, row| rule(s, row, scene)),
};

const REMEDY: &str = "authenticate and authorise each request, not only the page that leads to it";

fn rule(s: &SoftServ, row: Row, scene: &Scene) -> Said {
    if s.network == Some(false) {
        return row.is_beside("network", "is not reachable over a network interface");
    }
    if s.excepted_protocol == Some(true) {
        return row.is_beside("excepted_protocol", "is a network service protocol that the rule excepts");
    }
    if s.authentication.is_empty() && s.network.is_some() {
        return row.is_open("authentication", "names no authentication mechanism", "try it by hand");
    }
    let ids = scene.declaration.ixit.ids("13-SoftServ");
    let visits = facts_of(scene, |fact| match fact {
        Fact::AccessAnswer(f) => {
            let driven = Driven { entry: f.entry.as_deref(), port: f.port };
            driven.is_of(&s.id, &ids, &s.reached_at).then_some(f)
        }
        _ => None,
    });
    let works = |play: &str| visits.iter().any(|(_, v)| v.play == play && v.entitled && v.accepted);
    // A play that works for nobody shows nothing by being refused.
    let proven: Vec<&(u64, &AccessAnswer)> = visits.iter().filter(|(_, v)| works(&v.play)).collect();
    let strangers = || proven.iter().filter(|(_, v)| !v.entitled);
    let let_in: Vec<_> = strangers().filter(|(_, v)| v.accepted).collect();
    if !let_in.is_empty() {
        let words: Vec<String> =
            let_in.iter().map(|(_, v)| format!("\"{}\" by {}", v.play, v.by.words())).collect();
        let (outcome, said) = row.fails("authentication", format!("accepts {}", list(&words)), REMEDY);
        return (outcome, said.shown_by(let_in.iter().map(|(record, _)| *record)));
    }
    let refused = |who: fn(&Visitor) -> bool| strangers().any(|(_, v)| who(&v.by) && v.status.is_some());
    let records: Vec<u64> = proven.iter().map(|(record, _)| *record).collect();
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

    fn visit(by: Visitor, entitled: bool, accepted: bool) -> Vec<Fact> {
        let status = Some(if accepted { 200 } else { 401 });
        let (target, play) = (DUT.to_owned(), "read".to_owned());
        vec![Fact::AccessAnswer(AccessAnswer {
            target,
            port: 8443,
            play,
            by,
            entitled,
            accepted,
            status,
            ..AccessAnswer::default()
        })]
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
    fn what_works_for_nobody_shows_nothing() {
        let shut = visit(Visitor::Nobody, false, false);
        check(&CHECK, WEB, &looked(&[admin(false), shut.clone(), guest(false)]), "A INCONCLUSIVE, B N/A");
        check(&CHECK, WEB, &looked(&[admin(true), shut]), "A INCONCLUSIVE, B N/A");
        check(&CHECK, WEB, &looked(&[admin(true)]), "A INCONCLUSIVE, B N/A");
    }
}
