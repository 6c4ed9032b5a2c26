//! What turns a switch: a command of the bench, or a person.

use std::{future::Future, pin::Pin};

use assize_model::declaration::switch::Switch;
use tokio::time::Instant;

use crate::Raw;

/// Which way a switch is turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// What it switches is taken away.
    Off,
    /// It is given back.
    On,
}

impl Turn {
    /// The way in a word.
    pub fn name(self) -> &'static str {
        if self == Self::Off { "off" } else { "on" }
    }
}

/// A switch was turned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turned {
    /// When it was off, or began to be on: what lies between two of these is never longer than the outage.
    pub at: Instant,
    /// The person who did it; none for a command.
    pub by: Option<String>,
    /// What shows it: the time by the machine's clock, and what a command said.
    pub raw: Vec<Raw>,
}

/// Why a switch was not turned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotTurned {
    /// Nobody was asked to, or the person would not: a sentence.
    LeftOut(String),
    /// It was tried and failed: a clause. Nobody knows how the switch stands.
    Failed(String),
}

/// A turn under way.
pub type Turning<'a> = Pin<Box<dyn Future<Output = Result<Turned, NotTurned>> + Send + 'a>>;

/// Turns the switches of a bench. Every turn ends within a bounded time, a person's excepted.
pub trait Hand: Send + Sync {
    /// Turns a switch and says so when it is done.
    fn turn<'a>(&'a self, switch: &'a Switch, turn: Turn) -> Turning<'a>;
}
