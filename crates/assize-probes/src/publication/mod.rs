//! Places of publication: fetches declared pages and `security.txt`, reads copies, and reads their words.

pub mod codec;
mod copy;
mod live;
mod moment;
pub mod security_txt;

pub use copy::copy;
pub use live::{fetch, fetch_security_txt, security_txt_beside};
