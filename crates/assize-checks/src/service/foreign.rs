//! What another site makes the browser of somebody do who is logged in: nobody who may do it asked for it.

use assize_model::declaration::ixit::SoftServ;
use assize_model::fact::{Fact, ForeignRequest, is_judged};
use assize_model::scene::Scene;

use crate::drive::{Driven, facts_of, is_told};
use crate::say::{Row, Said, gravest, shown};

const REMEDY: &str = "set the cookie with SameSite, and refuse changes whose origin is another site";

/// The gravest of what a service may have done for another site; nothing where it refused all, or nobody tried.
pub(super) fn served(s: &SoftServ, row: Row, scene: &Scene) -> Option<Said> {
    // What a service does for anybody, it does for another site too.
    if s.authentication.is_empty() {
        return None;
    }
    let ids = scene.declaration.ixit.ids("13-SoftServ");
    let is_own = |f: &ForeignRequest| {
        Driven::by_named(scene, &f.play, f.port).is_some_and(|d| d.is_of(&s.id, &ids, &s.reached_at))
    };
    let served = facts_of(scene, |fact| match fact {
        Fact::ForeignRequest(f) if !is_refused(f) && f.same_site != Some(true) && is_own(f) => Some(f),
        _ => None,
    });
    gravest(served.into_iter().map(|(record, f)| shown(of(row, f, scene), record)))
}

/// Whether it was judged and turned away. An answer that shows no success may be another page after one, or a way there.
fn is_refused(f: &ForeignRequest) -> bool {
    !f.accepted && f.status.is_some_and(|status| status >= 400 && is_judged(status))
}

fn of(row: Row, f: &ForeignRequest, scene: &Scene) -> Said {
    let what = format!("\"{}\" from another site by the cookie of a login alone", f.play);
    match f.same_site {
        _ if !f.accepted => {
            let words = format!("gave no clear answer to {what}");
            row.is_open("authentication", words, "look at the answer, and run `assize assess` again")
        }
        Some(false) if is_told(scene, &f.play) => {
            let words = format!("accepts {what}, and no SameSite keeps a browser from sending it");
            row.fails("authentication", words, REMEDY)
        }
        Some(false) => {
            let words = format!("seems to accept {what}, but the play does not say what success holds");
            row.is_open("authentication", words, "add `contains` to the play, and run `assize assess` again")
        }
        _ => {
            let words = format!("accepts {what}, and whether a browser sends it is not known");
            row.is_open("authentication", words, "see by hand which of its cookies proves a login")
        }
    }
}

#[cfg(test)]
mod tests {
    use assize_model::fact::{AccessAnswer, Visitor};

    use super::super::access_refused::CHECK;
    use super::*;
    use crate::stage::{DUT, check, declaration, findings, looked};

    const WEB: &str = "13-SoftServ = [{ id = 'A', network = true, reached_at = ['tcp/8443'], \
                       authentication = ['P'] }, { id = 'B', network = true, reached_at = ['tcp/80'] }]\n\
                       product = { bench = { play = [{ id = 'set', contains = 'done' }, { id = 'may' }] } }";

    fn visits() -> Vec<Fact> {
        let visit = |by, entitled| AccessAnswer {
            target: DUT.into(),
            port: 8443,
            play: "set".into(),
            by,
            entitled,
            accepted: entitled,
            status: Some(if entitled { 200 } else { 401 }),
            same: entitled,
            changes: true,
            entry: None,
        };
        let account = |id: &str| Visitor::Account(id.into());
        let visits =
            [visit(account("owner"), true), visit(account("guest"), false), visit(Visitor::Nobody, false)];
        visits.map(Fact::AccessAnswer).into()
    }

    fn foreign(port: u16, play: &str, accepted: bool, same_site: Option<bool>) -> Vec<Fact> {
        let (target, play) = (DUT.to_owned(), play.to_owned());
        let status = Some(if accepted { 200 } else { 415 });
        vec![Fact::ForeignRequest(ForeignRequest { target, port, play, accepted, same_site, status })]
    }

    #[test]
    fn flawed() {
        let seen = looked(&[visits(), foreign(8443, "set", true, Some(false))]);
        check(&CHECK, WEB, &seen, "A FAIL, B INCONCLUSIVE");
    }

    #[test]
    fn conformant() {
        for refused in [
            foreign(8443, "set", false, Some(false)),
            foreign(8443, "set", true, Some(true)),
            foreign(80, "set", true, Some(false)),
        ] {
            check(&CHECK, WEB, &looked(&[visits(), refused]), "A PASS, B INCONCLUSIVE");
        }
    }

    #[test]
    fn what_nobody_can_tell_passes_nothing() {
        for unsure in [foreign(8443, "may", true, Some(false)), foreign(8443, "set", true, None)] {
            check(&CHECK, WEB, &looked(&[visits(), unsure]), "A INCONCLUSIVE, B INCONCLUSIVE");
        }
    }

    #[test]
    fn no_answer_is_no_refusal() {
        for status in [None, Some(200), Some(302), Some(429), Some(502)] {
            let mut foreign = foreign(8443, "set", false, Some(false));
            let Fact::ForeignRequest(f) = &mut foreign[0] else { panic!("{foreign:?}") };
            f.status = status;
            check(&CHECK, WEB, &looked(&[visits(), foreign]), "A INCONCLUSIVE, B INCONCLUSIVE");
        }
    }

    #[test]
    fn what_anybody_may_do_is_said_first() {
        let mut seen = visits();
        let Some(Fact::AccessAnswer(nobody)) = seen.last_mut() else { panic!("{seen:?}") };
        (nobody.accepted, nobody.status) = (true, Some(200));
        let seen = looked(&[seen, foreign(8443, "set", true, Some(false))]);
        let found = findings(&CHECK, &declaration(WEB), &seen);
        assert!(found[0].indications[0].words.contains("by somebody without a login"), "{found:?}");
    }
}
