//! Runs the probes that act on the DUT, with what they need beyond the plays.

use assize_probes::input::{self, Door};
use assize_probes::play::Player;
use assize_probes::{ProbeId, Sink, Trouble};

/// What a probe that acts gets from the lab.
pub(crate) struct Gear<'a> {
    /// The doors of the DUT that take input.
    pub(crate) doors: &'a [Door],
}

/// Runs one probe that acts.
pub(crate) async fn drive(
    probe: ProbeId,
    player: &Player<'_>,
    gear: Gear<'_>,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    match probe {
        ProbeId::Input => input::feed(player, gear.doors, sink).await,
        _ => assize_probes::act(probe, player, sink).await,
    }
}
