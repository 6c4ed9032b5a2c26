//! TCP: which ports of the target accept a connection.

mod engine;
mod live;
mod pace;
mod pulse;
mod sockets;

pub use live::scan;

/// What is under way, for troubles and progress.
const ACT: &str = "scan TCP ports";
