//! What checks look up in facts of driving the DUT: which entry a fact is about, and why there is none.

use assize_model::declaration::ixit::common::Place;
use assize_model::declaration::play::{Act, Play};
use assize_model::fact::{Fact, Transport};
use assize_model::scene::Scene;

use crate::say::{Row, Said};

/// A fact of a play or a guess: the entry that the play names, and the port it went to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Driven<'f> {
    pub(crate) entry: Option<&'f str>,
    pub(crate) transport: Transport,
    pub(crate) port: u16,
}

impl<'f> Driven<'f> {
    /// Plays go over TCP.
    pub(crate) fn by_play(entry: &'f Option<String>, port: u16) -> Self {
        Self { entry: entry.as_deref(), transport: Transport::Tcp, port }
    }

    /// Whether it is about an entry: the one its play names, or else the one that lives on the port. A play that
    /// names an entry of another table says nothing of this one.
    pub(crate) fn is_of(&self, id: &str, ids: &[String], reached_at: &[Place]) -> bool {
        match self.entry {
            Some(entry) if entry == id => true,
            Some(entry) if ids.iter().any(|i| i == entry) => false,
            _ => reached_at.iter().any(|p| p.is_dut(self.transport, self.port)),
        }
    }
}

/// Facts about the DUT that `pick` takes, in the order of their records.
pub(crate) fn facts_of<'a, T>(scene: &Scene<'a>, pick: impl Fn(&'a Fact) -> Option<T>) -> Vec<(u64, T)> {
    let of_dut = scene.facts().filter(|(_, fact)| scene.is_dut(fact.target()));
    let mut all: Vec<(u64, T)> = of_dut.filter_map(|(record, fact)| Some((record, pick(fact)?))).collect();
    all.sort_by_key(|(record, _)| *record);
    all
}

/// Whether a play says what its success holds. A status alone may be that of an answer whose body tells an error.
pub(crate) fn tells(play: &Play) -> bool {
    play.contains.is_some() || !play.take.is_empty()
}

/// The same of the play that a fact names; one that the declaration does not hold tells nothing.
pub(crate) fn is_told(scene: &Scene, play: &str) -> bool {
    scene.declaration.product.bench.play.iter().any(|p| p.id == play && tells(p))
}

/// Nobody tried: the bench does not allow it, or no play describes it.
pub(crate) fn untried(scene: &Scene, row: Row, (field, act): (&str, Act), what: &str, plays: &str) -> Said {
    let is_allowed = scene.declaration.product.bench.allow.contains(&act);
    match is_allowed {
        false => {
            let words = format!("was not tried: product.toml does not allow `{}`, and {what}", act.name());
            row.is_open(
                field,
                words,
                format!("add \"{}\" to `allow` in [bench], and give {plays}", act.name()),
            )
        }
        true => {
            let words = format!("was not tried: {what}");
            row.is_open(field, words, format!("give {plays} in product.toml, and run `assize assess`"))
        }
    }
}
