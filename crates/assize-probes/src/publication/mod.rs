//! Places of publication: fetches declared pages and reads their words.

pub mod codec;
mod live;

pub use live::fetch;
