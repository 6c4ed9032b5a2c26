//! Logs in with the tester's accounts.

mod live;

pub use live::log_in;
