//! Where a probe's observations go: each one is on disk before the probe goes on.

use assize_evidence::Store;
use assize_model::fact::Fact;
use assize_probes::{Observation, Sink, SinkError};

use crate::Error;
use crate::journal::{StepStart, write_fact};
use crate::progress::Progress;
use crate::refine::refine;
use crate::seen::Seen;

/// Writes each observation down before the probe goes on.
pub(crate) struct Recorder<'a> {
    pub(crate) store: &'a mut Store,
    pub(crate) progress: &'a mut dyn Progress,
    pub(crate) step: &'a StepStart,
    pub(crate) seen: &'a mut Seen,
    /// Whether the step looks at the control address.
    pub(crate) control: bool,
    /// How many facts it has written.
    pub(crate) facts: u64,
    /// Why it could not write one.
    pub(crate) error: Option<Error>,
}

type Outcome = Result<(), SinkError>;

impl Recorder<'_> {
    fn record(&mut self, observation: Observation) -> Outcome {
        let fact = observation.fact.clone();
        match write_fact(self.store, self.step, observation) {
            Ok(record) => {
                self.facts += 1;
                self.seen.note(&fact);
                self.progress.fact(record, &fact);
                Ok(())
            }
            Err(error) => {
                self.error = Some(error);
                Err("the evidence store refused".into())
            }
        }
    }
}

impl Sink for Recorder<'_> {
    fn observe(&mut self, mut observation: Observation) -> Outcome {
        if let Fact::PortScan(scan) = &mut observation.fact {
            scan.control = self.control;
        }
        self.seen.mark(&mut observation.fact);
        refine(observation).into_iter().try_for_each(|refined| self.record(refined))
    }

    fn progress(&mut self, done: u64, of: u64, what: &str) {
        self.progress.part(done, of, what);
    }
}
