//! Changes a password, logs in with the new one and the old one, and sets it back.

mod live;

pub use live::change;
