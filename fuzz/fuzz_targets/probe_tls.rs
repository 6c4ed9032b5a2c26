//! A TLS server's answer to a ClientHello.
#![no_main]

use assize_probes::tls::codec::{VERSIONS, answer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let read = answer(bytes);
    assert!(VERSIONS.into_iter().filter(|version| read.accepts(*version)).count() <= 1);
    assert!(read.certificates.iter().map(Vec::len).sum::<usize>() <= bytes.len());
});
