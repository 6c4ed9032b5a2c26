//! Takes power or network from the DUT by a switch of the bench, gives it back, and compares what the DUT is afterwards
//! with what it was before. Who or what turns the switch is the caller's: a [`Hand`].

mod hand;
mod live;
mod state;

pub use hand::{Hand, NotTurned, Turn, Turned, Turning};
pub use live::{Switchboard, switch};
