//! Builds client hellos of every version, and reads what a server answers (SSL 2.0 to TLS 1.3, DTLS 1.0 and 1.2).

mod answer;
pub mod cipher;
pub mod dtls;
mod hello;
pub mod registry;
pub mod rsa;
pub mod ssl2;
pub(crate) mod wire;

use assize_model::fact::TlsVersion;

pub(crate) use self::answer::{is_over, next_message, split_record};
pub use self::{
    answer::{Answer, KeyExchange, ServerHello, answer, is_record, key_exchange, server_hello},
    hello::{HANDSHAKE, Hello, client_hello},
    registry::{cipher_name, number},
};

/// The versions of records of TLS and SSL 3.0 that a probe asks for, oldest first.
pub const VERSIONS: [TlsVersion; 5] =
    [TlsVersion::Ssl30, TlsVersion::Tls10, TlsVersion::Tls11, TlsVersion::Tls12, TlsVersion::Tls13];

/// A version's name, as the fact spells it.
pub fn version_name(version: TlsVersion) -> &'static str {
    version.words()
}

#[cfg(test)]
#[path = "codec/tests.rs"]
pub(crate) mod tests;
