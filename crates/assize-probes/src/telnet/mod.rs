//! Telnet and plain terminals: option negotiation, and the prompts they show.

pub mod codec;
mod live;

pub(crate) use live::{converse, knock};
