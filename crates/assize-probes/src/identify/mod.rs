//! Finds out what an open TCP port speaks: it listens first, then asks what usually lives at the port's number, and
//! then in one protocol after the other.

mod ask;
pub mod codec;
mod live;
pub mod protocols;
mod seen;
mod web;

pub(crate) use live::Visit;
pub use live::identify;
pub(crate) use seen::{add as add_saying, disclosures};
