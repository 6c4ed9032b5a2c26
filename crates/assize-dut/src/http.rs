//! HTTP/1.1, as little as the device and its services need: a bounded request parser, a server loop and a GET client.

mod client;
mod request;
mod response;
mod serve;

pub(crate) use client::get;
pub(crate) use request::{Request, percent_decoded};
pub(crate) use response::{Response, escape};
pub(crate) use serve::serve;
