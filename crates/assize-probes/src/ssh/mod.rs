//! SSH: which software answers, and that it asks for user authentication.

pub mod codec;
mod live;

pub(crate) use live::greet;
