//! Runs the probes that act on the DUT, with what they need beyond the plays.

use std::path::Path;

use assize_model::declaration::Declaration;
use assize_model::declaration::play::Act;
use assize_probes::input::{self, Door};
use assize_probes::play::Player;
use assize_probes::{Budget, Known, ProbeId, Sink, Trouble, outage, update};

use crate::relays::Relays;

/// What a probe that acts gets from the lab.
pub(crate) struct Gear<'a> {
    /// The assessment folder.
    pub(crate) folder: &'a Path,
    /// The declaration.
    pub(crate) declaration: &'a Declaration,
    /// What a guesser starts from.
    pub(crate) known: Known<'a>,
    /// The doors of the DUT that take input.
    pub(crate) doors: &'a [Door],
    /// The bench's places between the DUT and its hosts.
    pub(crate) relays: &'a Relays,
}

/// Runs one probe that acts; also gives what is wrong with files it needs, a sentence each.
pub(crate) async fn drive(
    probe: ProbeId,
    player: &Player<'_>,
    gear: &Gear<'_>,
    sink: &mut dyn Sink,
) -> (Result<(), Trouble>, Vec<String>) {
    match probe {
        ProbeId::Input => (input::feed(player, gear.doors, sink).await, Vec::new()),
        ProbeId::Outage => (outage::interrupt(player, &gear.relays.lines(), sink).await, Vec::new()),
        ProbeId::Update => {
            let (stalls, troubles) = gear.relays.stalls(gear.folder, gear.declaration, player.budget);
            (update::offer(player, &stalls, sink).await, troubles)
        }
        _ => (assize_probes::act(probe, player, &gear.known, sink).await, Vec::new()),
    }
}

/// Whether a probe works at the bench's relays.
pub(crate) fn needs_relays(probe: ProbeId) -> bool {
    matches!(probe, ProbeId::Outage | ProbeId::Update)
}

/// Opens the relays when something that is allowed needs them.
pub(crate) async fn relays(declaration: &Declaration, budget: &Budget) -> (Relays, Vec<String>) {
    let allow = &declaration.product.bench.allow;
    if !allow.iter().any(|act| matches!(act, Act::OfferUpdates | Act::Interrupt)) {
        return (Relays::default(), Vec::new());
    }
    Relays::open(declaration, budget).await
}
