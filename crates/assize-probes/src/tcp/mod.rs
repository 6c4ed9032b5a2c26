//! TCP: which ports of the target accept a connection.

mod live;

pub use live::scan;
