//! Runs the probes that act on the DUT, with what they need beyond the plays.

use std::path::Path;

use assize_model::declaration::Declaration;
use assize_model::declaration::play::Act;
use assize_model::declaration::switch::Supply;
use assize_probes::input::{self, Door};
use assize_probes::play::Player;
use assize_probes::switch::{Hand, Switchboard, switch};
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
    /// Who turns the bench's switches.
    pub(crate) hand: &'a dyn Hand,
    /// TCP ports of the DUT that were found open.
    pub(crate) ports: &'a [u16],
}

impl Gear<'_> {
    /// The switches that take something away.
    fn switches(&self, supply: Supply) -> Switchboard<'_> {
        let all = self.declaration.product.bench.switch.iter();
        let switches = all.filter(|s| s.what == Some(supply)).collect();
        Switchboard { switches, hand: self.hand, ports: self.ports, lines: self.relays.lines() }
    }
}

/// Runs one probe that acts, and tells what the DUT asked the bench's proxies for meanwhile; also gives what is wrong with files it needs, a sentence each.
pub(crate) async fn drive(
    probe: ProbeId,
    player: &Player<'_>,
    gear: &Gear<'_>,
    sink: &mut dyn Sink,
) -> (Result<(), Trouble>, Vec<String>) {
    let (ended, words) = driven(probe, player, gear, sink).await;
    if !needs_relays(probe) {
        return (ended, words);
    }
    let told = gear.relays.asked().into_iter().try_for_each(|asked| sink.observe(asked));
    (ended.and(told.map_err(Trouble::Stopped)), words)
}

async fn driven(
    probe: ProbeId,
    player: &Player<'_>,
    gear: &Gear<'_>,
    sink: &mut dyn Sink,
) -> (Result<(), Trouble>, Vec<String>) {
    match probe {
        ProbeId::Input => (input::feed(player, gear.doors, sink).await, Vec::new()),
        ProbeId::Outage => network(player, gear, sink).await,
        ProbeId::Power => (power(player, gear, sink).await, Vec::new()),
        ProbeId::Update => {
            let (stalls, troubles) = gear.relays.stalls(gear.folder, gear.declaration, player.budget);
            (update::offer(player, &stalls, sink).await, troubles)
        }
        _ => (assize_probes::act(probe, player, &gear.known, sink).await, Vec::new()),
    }
}

/// Takes hosts away, then networks. A switch that was left out leaves what the relays showed as it is.
async fn network(
    player: &Player<'_>,
    gear: &Gear<'_>,
    sink: &mut dyn Sink,
) -> (Result<(), Trouble>, Vec<String>) {
    if let Err(trouble) = outage::interrupt(player, &gear.relays.lines(), sink).await {
        return (Err(trouble), Vec::new());
    }
    match switch(player, &gear.switches(Supply::Network), sink).await {
        Ok(left_out) => (Ok(()), left_out),
        Err(trouble) => (Err(trouble), Vec::new()),
    }
}

/// Takes power away. A switch that was left out leaves the step open.
async fn power(player: &Player<'_>, gear: &Gear<'_>, sink: &mut dyn Sink) -> Result<(), Trouble> {
    let board = gear.switches(Supply::Power);
    if board.switches.is_empty() {
        let why = "no [[bench.switch]] of product.toml takes the power away".to_owned();
        return Err(Trouble::NothingSwitched { why });
    }
    match switch(player, &board, sink).await? {
        none if none.is_empty() => Ok(()),
        left_out => Err(Trouble::NothingSwitched { why: left_out.join("; ") }),
    }
}

/// Whether a probe works at the bench's relays.
pub(crate) fn needs_relays(probe: ProbeId) -> bool {
    matches!(probe, ProbeId::Outage | ProbeId::Power | ProbeId::Update)
}

/// Opens the relays when something that is allowed needs them.
pub(crate) async fn relays(declaration: &Declaration, budget: &Budget) -> (Relays, Vec<String>) {
    let allow = &declaration.product.bench.allow;
    if !allow.iter().any(|act| matches!(act, Act::OfferUpdates | Act::Interrupt | Act::SwitchPower)) {
        return (Relays::default(), Vec::new());
    }
    Relays::open(declaration, budget).await
}
