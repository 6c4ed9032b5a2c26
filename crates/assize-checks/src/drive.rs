//! What checks look up in facts of driving the DUT: which entry a fact is about, whether the facts cover it, and why there
//! is none.

use assize_model::declaration::ixit::common::Place;
use assize_model::declaration::play::{Act, Play, Purpose};
use assize_model::fact::{Fact, Transport};
use assize_model::scene::Scene;

use crate::look::port_words;
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

    /// `tcp/8443`.
    fn words(&self) -> String {
        port_words(self.transport, self.port)
    }

    /// The same by the id of the play, as a fact without an entry names it.
    pub(crate) fn by_named(scene: &Scene<'f>, play: &str, port: u16) -> Option<Self> {
        named(scene, play).map(|play| Self::by_play(&play.entry, port))
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

/// Where an entry lives, and who else of its table lives there.
#[derive(Clone, Debug)]
pub(crate) struct Home<'a> {
    pub(crate) reached_at: &'a [Place],
    /// The other entries that what is driven may be of.
    pub(crate) others: Vec<(&'a str, &'a [Place])>,
}

impl Home<'_> {
    /// Another entry that the same facts may be of: it lives on the port too, and the play names none of them.
    pub(crate) fn other(&self, id: &str, driven: &Driven<'_>) -> Option<&str> {
        if driven.entry == Some(id) {
            return None;
        }
        let is_there = |places: &[Place]| places.iter().any(|p| p.is_dut(driven.transport, driven.port));
        self.others.iter().find(|(_, places)| is_there(places)).map(|(other, _)| *other)
    }

    /// What leaves a PASS open although nothing speaks against it: facts that may be another entry's, or a place of its
    /// own that none of them is about. `nobody` says what was not done there, and what to do.
    pub(crate) fn gap(&self, row: Row, driven: &[Driven<'_>], nobody: (&str, &str)) -> Option<Said> {
        self.shared(row, driven).or_else(|| self.unseen(row, driven, nobody))
    }

    /// Of several entries on one port, no one passes by what may be another's.
    pub(crate) fn shared(&self, row: Row, driven: &[Driven<'_>]) -> Option<Said> {
        let (port, other) = driven.iter().find_map(|d| Some((d.words(), self.other(row.id, d)?)))?;
        let words =
            format!("lives on {port} beside {other}, and which of them was tried there cannot be told");
        let remedy = "give each a play with `entry` in product.toml, or try it by hand";
        Some(row.is_open("reached_at", words, remedy))
    }

    /// A login or service holds at every door, not only at the one that was tried.
    pub(crate) fn unseen(
        &self,
        row: Row,
        driven: &[Driven<'_>],
        (nobody, remedy): (&str, &str),
    ) -> Option<Said> {
        let is_driven = |p: &Place| driven.iter().any(|d| p.is_dut(d.transport, d.port));
        let place = self.reached_at.iter().find(|p| p.host.is_none() && !is_driven(p))?;
        let words = format!("is reached at {place}, where {nobody}");
        // Neither plays nor doors reach the datagrams of anything but SNMP.
        let remedy = if place.transport == Transport::Udp { "try it there by hand" } else { remedy };
        Some(row.is_open("reached_at", words, remedy))
    }
}

/// Facts about the DUT that `pick` takes, in the order of their records.
pub(crate) fn facts_of<'a, T>(scene: &Scene<'a>, pick: impl Fn(&'a Fact) -> Option<T>) -> Vec<(u64, T)> {
    let of_dut = scene.facts().filter(|(_, fact)| scene.is_dut(fact.target()));
    let mut all: Vec<(u64, T)> = of_dut.filter_map(|(record, fact)| Some((record, pick(fact)?))).collect();
    all.sort_by_key(|(record, _)| *record);
    all
}

/// Whether a play says what its success holds. A status alone may be that of an answer whose body tells an error, and a
/// cookie is what many servers give to everybody who comes.
pub(crate) fn tells(play: &Play) -> bool {
    play.contains.is_some() || play.take.values().any(|from| !from.starts_with("cookie:"))
}

/// The same of the play that a fact names; one that the declaration does not hold tells nothing.
pub(crate) fn is_told(scene: &Scene, play: &str) -> bool {
    named(scene, play).is_some_and(tells)
}

/// The play of this id.
pub(crate) fn named<'a>(scene: &Scene<'a>, play: &str) -> Option<&'a Play> {
    scene.declaration.product.bench.play.iter().find(|p| p.id == play)
}

/// The play by which probes log an account in.
pub(crate) fn login_of<'a>(scene: &Scene<'a>, account: &str) -> Option<&'a Play> {
    let is_for = |p: &Play| p.accounts.is_empty() || p.accounts.iter().any(|a| a == account);
    let mut plays = scene.declaration.product.bench.play.iter();
    plays.find(|p| p.purpose == Some(Purpose::LogIn) && is_for(p))
}

/// A login holds by each play that logs in there: one of an entry that none of these plays stands for leaves a PASS open.
/// `nobody` says what was not done by it, and what to do.
pub(crate) fn undriven(
    scene: &Scene,
    row: Row,
    is_own: impl Fn(&Driven) -> bool,
    driven: &[&str],
    (nobody, remedy): (&str, &str),
) -> Option<Said> {
    let plays = &scene.declaration.product.bench.play;
    let is_driven = |play: &Play| plays.iter().any(|p| driven.contains(&p.id.as_str()) && p.asks_like(play));
    let is_here = |play: &&Play| {
        let at = play.at.as_ref().filter(|at| at.host.is_none());
        at.is_some_and(|at| is_own(&Driven::by_play(&play.entry, at.port)))
    };
    let mut logins = plays.iter().filter(|p| p.purpose == Some(Purpose::LogIn)).filter(is_here);
    let left = logins.find(|play| !is_driven(play))?;
    Some(row.is_open("reached_at", format!("has the login \"{}\", where {nobody}", left.id), remedy))
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
