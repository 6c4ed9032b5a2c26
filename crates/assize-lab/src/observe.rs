//! Probes without a declaration: `assize observe TARGET`.

use std::net::IpAddr;

use assize_model::fact::Fact;
use assize_probes::neighbours::{self, Whom};
use assize_probes::{Budget, Observation, ProbeId, Sink, SinkError, Target};

use crate::refine::refine;
use crate::seen::Seen;
use crate::trouble::{may_send_raw, trouble_words};
use crate::{Error, Result, catalogue, steps::COAPS};

/// Facts in the order in which they were made, and what the bench could not do.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// The facts; the first one counts as record 1.
    pub facts: Vec<Fact>,
    /// What the bench could not do.
    pub troubles: Vec<String>,
}

/// Runs the chosen probes on one address and gives what they saw. Nothing is recorded. `ports` are TCP ports to visit
/// in place of those that a scan finds; empty for those. With `everyone` the neighbours that are heard are told of
/// too, not the address alone.
///
/// # Errors
/// When the address is none, the catalogue cannot be read, or SYN segments are asked for without the right to them.
pub fn observe(
    address: &str,
    probes: &[ProbeId],
    ports: &[u16],
    budget: &Budget,
    everyone: bool,
    progress: &mut (dyn FnMut(u64, u64, &str) + Send),
) -> Result<Observed> {
    let bad = |why: String| Error::Address { given: address.to_owned(), why };
    let ip: IpAddr = address.parse().map_err(|_| bad("write an IPv4 or IPv6 address".into()))?;
    let target = Target::new(ip).map_err(|e| bad(e.to_string()))?;
    if budget.syn && probes.contains(&ProbeId::TcpPorts) {
        may_send_raw()?;
    }
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Runtime)?;
    let mut sink = Collector { observed: Observed::default(), seen: Seen::default(), ports, progress };
    let host = ip.to_string();
    for probe in probes {
        let ports = sink.ports_for(*probe, &host);
        let ran = match probe {
            ProbeId::Web => {
                let held = catalogue().map_err(|faults| Error::Catalogue(faults.len()))?;
                let (webs, paths) = (sink.seen.webs_of(&host), &held.lists.web_paths);
                runtime.block_on(assize_probes::browse(&target, &webs, paths, budget, &mut sink))
            }
            ProbeId::Neighbours if everyone => {
                runtime.block_on(neighbours::listen(&target, Whom::Everyone, budget, &mut sink))
            }
            _ => runtime.block_on(assize_probes::run(*probe, &target, &ports, budget, &mut sink)),
        };
        if let Err(trouble) = ran {
            sink.observed.troubles.push(format!("{probe}: {}", trouble_words(&trouble)));
        }
    }
    Ok(sink.observed)
}

struct Collector<'a> {
    observed: Observed,
    seen: Seen,
    ports: &'a [u16],
    progress: &'a mut (dyn FnMut(u64, u64, &str) + Send),
}

impl Collector<'_> {
    /// The ports a probe looks at: those that were found, or those that were named where nothing was found.
    fn ports_for(&self, probe: ProbeId, host: &str) -> Vec<u16> {
        if !self.ports.is_empty() && !self.seen.knows_services() {
            return self.ports.to_vec();
        }
        let named = if probe == ProbeId::Dtls { &[COAPS] } else { self.ports };
        self.seen.ports_for(probe, host, named).unwrap_or_default()
    }
}

impl Sink for Collector<'_> {
    fn observe(&mut self, mut observation: Observation) -> std::result::Result<(), SinkError> {
        self.seen.mark(&mut observation.fact);
        for refined in refine(observation) {
            self.seen.note(&refined.fact);
            self.observed.facts.push(refined.fact);
        }
        Ok(())
    }

    fn progress(&mut self, done: u64, of: u64, what: &str) {
        (self.progress)(done, of, what);
    }
}
