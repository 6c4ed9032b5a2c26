//! The DUT itself says that automatic updates are on.

use assize_model::declaration::ixit::UpdMech;
use assize_model::declaration::play::{Act, Play};
use assize_model::fact::{AccessAnswer, Fact};
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
        Some((record, f, on)) => shown(of(row, f, on), record),
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

fn of(row: Row, f: &AccessAnswer, on: &str) -> Said {
    match (f.accepted, f.status) {
        (true, _) => row.passes("automation", format!("is on: the DUT answers {}", quote(on))),
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
    use assize_model::fact::Visitor;

    use super::*;
    use crate::stage::{DUT, check, looked, nothing};

    const AUTO: &str = "7-UpdMech = [{ id = 'A', automation = { supported = true } }, \
                        { id = 'B', automation = { supported = false } }]\n\
                        product = { bench = { play = [{ id = 'read', contains = 'on' }] } }";

    fn read(accepted: bool, status: u16) -> assize_model::scene::Facts {
        looked(&[vec![Fact::AccessAnswer(AccessAnswer {
            target: DUT.into(),
            port: 8443,
            play: "read".into(),
            entry: Some("A".into()),
            by: Visitor::Account("admin".into()),
            entitled: true,
            accepted,
            status: Some(status),
            ..AccessAnswer::default()
        })]])
    }

    #[test]
    fn flawed() {
        check(&CHECK, AUTO, &read(false, 200), "A FAIL, B N/A");
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
