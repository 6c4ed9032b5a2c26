//! The explorer: the atlas, the test specifications and an assessment as web pages with stable addresses. Every page is
//! complete without JavaScript; nothing is fetched from elsewhere.
//!
//! [`Explorer::answer`] is a plain function from an address to a page. [`serve`] puts it on a socket.

mod address;
mod answer;
mod assets;
mod cache;
mod error;
mod explorer;
mod filters;
mod folder;
mod gate;
mod guard;
mod markdown;
mod names;
mod pages;
mod shell;

pub use answer::{Answer, Kind};
pub use error::{Error, Result};
pub use explorer::Explorer;
pub use shell::{Listening, asked_to_end, bind};
