//! The parts of a TLS server's answer that have a shape of their own: SSL 2.0's hello, key exchanges, and RSA keys.
#![no_main]

use assize_probes::tls::codec::{key_exchange, rsa, server_hello, ssl2};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u16, &[u8], &[u8])| {
    let (suite, first, second) = input;
    ssl2::answer(first);
    server_hello(first);
    for version in [0x0301, 0x0303] {
        key_exchange(first, suite, version);
    }
    if let Some(block) = rsa::encrypt(&first[..first.len().min(64)], &second[..second.len().min(64)], &[1, 0, 1]) {
        assert!(block.len() <= 64);
    }
});
