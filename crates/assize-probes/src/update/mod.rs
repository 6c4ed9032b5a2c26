//! Offers updates that have something wrong, from the bench's place before the update server, and sees what the DUT
//! installs.

mod live;

pub use live::{Offered, Stall, offer};
