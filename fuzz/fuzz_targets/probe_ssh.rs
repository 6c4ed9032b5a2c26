//! Everything an SSH server says up to a login: identification, key exchange, host key, authentication methods, and
//! what came of a password.
#![no_main]

use assize_probes::ssh::{
    codec::{identification, kex_init, kex_init_payload, packet},
    exchange::{gex_group, host_key, reply},
    userauth,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(seen) = identification(bytes) {
        kex_init(&bytes[seen.end..]);
    }
    kex_init(bytes);
    kex_init_payload(bytes);
    packet(bytes);
    gex_group(bytes);
    userauth::read(bytes);
    userauth::judged(bytes);
    userauth::words(bytes);
    host_key(bytes);
    for gex in [false, true] {
        if let Some(reply) = reply(bytes, gex) {
            host_key(reply.host_key);
        }
    }
});
