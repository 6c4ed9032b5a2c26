//! What a probe hands over: a fact, and the raw bytes that show it.

use std::error::Error;

use assize_model::fact::Fact;

/// One fact with the bytes that show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// What was established.
    pub fact: Fact,
    /// The bytes that show it, in the order in which they were exchanged.
    pub raw: Vec<Raw>,
}

/// Bytes as they went over the wire, or as they were read out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw {
    /// What the bytes are: `sent`, `received`, `certificate.der`. A cut is stated here, with the full length.
    pub label: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What stopped the caller from taking an observation.
pub type SinkError = Box<dyn Error + Send + Sync>;

/// Takes observations as they are made. A probe hands over each one before it goes on.
pub trait Sink: Send {
    /// Takes one observation; an error stops the probe.
    fn observe(&mut self, observation: Observation) -> Result<(), SinkError>;

    /// Hears how far the probe is. Does nothing unless overridden.
    fn progress(&mut self, _done: u64, _of: u64, _what: &str) {}
}

impl Raw {
    /// Bytes under a label.
    pub fn new(label: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { label: label.into(), bytes: bytes.into() }
    }
}

/// Collects observations in memory.
impl Sink for Vec<Observation> {
    fn observe(&mut self, observation: Observation) -> Result<(), SinkError> {
        self.push(observation);
        Ok(())
    }
}
