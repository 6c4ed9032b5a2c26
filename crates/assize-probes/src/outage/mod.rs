//! Takes a host of the DUT away at the bench's place between the two, gives it back, and measures what the DUT does.

mod live;

pub use live::{Line, interrupt};
