//! The maker's services: the broker the plug reports to, the web site, the update server.

pub(crate) mod broker;
pub(crate) mod releases;
mod signing;
pub(crate) mod site;

pub use broker::Message;
pub use releases::Offer;
