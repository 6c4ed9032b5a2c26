//! Looks at the proof that a login gives: cookies and their attributes, how random it is, and whether it ends.

pub mod codec;
mod live;

pub use live::session;
