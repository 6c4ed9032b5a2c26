//! OpenPGP as far as a signed `security.txt` needs it: the cleartext frame, signatures and certificates of versions 4
//! and 6 (RFC 4880, RFC 9580), read without I/O. The mathematics are `ring`'s: RSA, ECDSA over P-256 and P-384, and
//! Ed25519. What is of another kind is said to be so, and never counts as good.

mod armour;
mod certificate;
mod cleartext;
mod key;
mod packet;
mod signature;
mod verify;

pub use certificate::{Certificate, certificates, holds_signer};
pub use cleartext::{Cleartext, cleartext};
pub use verify::verify;

#[cfg(test)]
mod tests;
