//! TCP: which ports of the target accept a connection.

mod beside;
mod engine;
mod live;
mod pace;
mod pulse;
mod sockets;

pub use beside::beside;
pub use live::scan;

/// What is under way, for troubles and progress.
const ACT: &str = "scan TCP ports";
