//! Looks at web servers as anybody can: headers, what a page draws in, paths that have no business there, listings, and
//! whether a request's markup comes back. GET only.

pub mod codec;
mod live;

pub use live::browse;
