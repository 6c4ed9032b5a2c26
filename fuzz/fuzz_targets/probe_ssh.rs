//! The identification and the key exchange packet of an SSH server.
#![no_main]

use assize_probes::ssh::codec::{identification, kex_init};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(seen) = identification(bytes) {
        kex_init(&bytes[seen.end..]);
    }
    kex_init(bytes);
});
