//! HTTP/1.x: what a web server answers, discloses, and asks for.

pub mod codec;
mod live;
pub mod page;

pub(crate) use live::{Page, get, is_over, observations};
