//! Places of publication: fetches declared pages and `security.txt`, reads copies, and reads their words.

pub mod codec;
mod copy;
mod keys;
mod live;
mod moment;
pub mod openpgp;
pub mod pdf;
pub mod security_txt;

pub use copy::copy;
pub use keys::KeyFile;
pub use live::{fetch, fetch_security_txt, security_txt_beside};
