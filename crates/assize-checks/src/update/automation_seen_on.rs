//! The DUT itself says that automatic updates are on.

use assize_model::declaration::ixit::UpdMech;
use assize_model::declaration::play::{Act, Play};
use assize_model::fact::{AccessAnswer, Fact, Visitor};
use assize_model::scene::Scene;

use super::is_automatic;
use crate::Check;
use crate::drive::{facts_of, untried};
use crate::say::{Row, Said, quote, shown};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "update.automation_seen_on",
    establishes: "The DUT itself says that automatic updates are on.",
    probes: &["access"],
    partial: true,
    judge: |scene| table::upd_mech(scene, |m, row| rule(m, row, scene)),
};

fn rule(m: &UpdMech, row: Row, scene: &Scene) -> Said {
    match is_automatic(m) {
        Some(true) => {}
        Some(false) => return row.is_beside("automation", "does not update without the user"),
        None => return row.leaves_out("automation", "whether it updates without the user"),
    }
    let seen = facts_of(scene, |fact| match fact {
        Fact::AccessAnswer(f) if f.entitled && !f.changes && f.entry.as_deref() == Some(&m.id) => Some(f),
        _ => None,
    });
    // Only a play that says what "on" looks like tells it from "off". The last reading counts: one before may have come
    // after its session had ended.
    let plays = &scene.declaration.product.bench.play;
    let told = seen.iter().rev().find_map(|(record, f)| Some((*record, *f, expected(plays, f)?)));
    match told {
        Some((record, f, on)) => shown(of(row, f, on, refuses_strangers(scene, f)), record),
        None => {
            let plays =
                "a play that reads the setting, names this entry, and says in `contains` what on looks like";
            untried(scene, row, ("automation", Act::LogIn), "nobody read the setting", plays)
        }
    }
}

fn expected<'p>(plays: &'p [Play], f: &AccessAnswer) -> Option<&'p str> {
    plays.iter().find(|p| p.id == f.play)?.contains.as_deref()
}

/// Whether the same question without a login is refused by its status: then one that is answered with success comes from
/// the setting, and not from an error or a page that everybody gets with the status of success.
fn refuses_strangers(scene: &Scene, f: &AccessAnswer) -> bool {
    let is_stranger = |a: &AccessAnswer| {
        let is_same = (a.port, &a.play, &a.entry) == (f.port, &f.play, &f.entry);
        is_same && matches!(a.by, Visitor::Nobody | Visitor::Forger)
    };
    let strangers = facts_of(scene, |fact| match fact {
        Fact::AccessAnswer(a) if is_stranger(a) => Some(a),
        _ => None,
    });
    strangers.iter().any(|(_, a)| matches!(a.status, Some(401 | 403)))
}

fn of(row: Row, f: &AccessAnswer, on: &str, is_telling: bool) -> Said {
    match (f.accepted, f.status) {
        (true, _) => row.passes("automation", format!("is on: the DUT answers {}", quote(on))),
        (false, Some(200..=299)) if !is_telling => {
            let words = format!(
                "was read with an answer that does not say {}; whether it is the setting or an error was not seen, since \
                 nobody is refused there with status 401 or 403",
                quote(on)
            );
            row.is_open("automation", words, "read the setting by hand")
        }
        (false, Some(200..=299)) => {
            let words = format!("is not on: the setting can be read, and does not say {}", quote(on));
            row.fails("automation", words, "switch automatic updates on by default")
        }
        _ => row.is_open(
            "automation",
            "could not be read as a setting",
            "look at the answer, and mend the play",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::{DUT, check, looked, nothing};

    const AUTO: &str = "7-UpdMech = [{ id = 'A', automation = { supported = true } }, \
                        { id = 'B', automation = { supported = false } }]\n\
                        product = { bench = { play = [{ id = 'read', contains = 'on' }] } }";

    fn read(accepted: bool, status: u16) -> assize_model::scene::Facts {
        looked(&[answer(accepted, status)])
    }

    fn answer(accepted: bool, status: u16) -> Vec<Fact> {
        vec![Fact::AccessAnswer(AccessAnswer {
            target: DUT.into(),
            port: 8443,
            play: "read".into(),
            entry: Some("A".into()),
            by: Visitor::Account("admin".into()),
            entitled: true,
            accepted,
            status: Some(status),
            ..AccessAnswer::default()
        })]
    }

    /// The same question by somebody without a login, or of another play.
    fn stranger(by: Visitor, play: &str, status: u16) -> Vec<Fact> {
        let mut facts = answer(false, status);
        if let Some(Fact::AccessAnswer(a)) = facts.first_mut() {
            (a.by, a.entitled, a.play) = (by, false, play.to_owned());
        }
        facts
    }

    #[test]
    fn flawed() {
        for by in [Visitor::Nobody, Visitor::Forger] {
            let seen = looked(&[answer(false, 200), stranger(by, "read", 401)]);
            check(&CHECK, AUTO, &seen, "A FAIL, B N/A");
        }
    }

    /// A session that ended may be told so with the status of success.
    #[test]
    fn an_answer_that_may_be_an_error() {
        check(&CHECK, AUTO, &read(false, 200), "A INCONCLUSIVE, B N/A");
        let strangers = [
            stranger(Visitor::Nobody, "read", 200),
            stranger(Visitor::Nobody, "other", 401),
            stranger(Visitor::Account("guest".into()), "read", 403),
            stranger(Visitor::Nobody, "read", 503),
        ];
        for stranger in strangers {
            check(&CHECK, AUTO, &looked(&[answer(false, 200), stranger]), "A INCONCLUSIVE, B N/A");
        }
    }

    #[test]
    fn conformant() {
        check(&CHECK, AUTO, &read(true, 200), "A PASS, B N/A");
    }

    #[test]
    fn never_looked() {
        check(&CHECK, AUTO, &nothing(), "A INCONCLUSIVE, B N/A");
        check(&CHECK, AUTO, &read(false, 401), "A INCONCLUSIVE, B N/A");
        let unsaid = "7-UpdMech = [{ id = 'A', automation = { supported = true } }]\n\
                      product = { bench = { play = [{ id = 'read' }] } }";
        check(&CHECK, unsaid, &read(true, 200), "A INCONCLUSIVE");
    }
}
