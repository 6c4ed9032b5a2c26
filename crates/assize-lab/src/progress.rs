//! What a caller hears while a run goes on.

use assize_model::fact::Fact;

use crate::steps::Step;

/// Hears how a run goes.
pub trait Progress: Send {
    /// A step begins, the `number`-th of `of`.
    fn step(&mut self, _number: usize, _of: usize, _step: &Step) {}
    /// The step under way did `done` of `of` parts.
    fn part(&mut self, _done: u64, _of: u64, _what: &str) {}
    /// A fact was recorded.
    fn fact(&mut self, _record: u64, _fact: &Fact) {}
    /// The bench could not do something.
    fn trouble(&mut self, _words: &str) {}
}
