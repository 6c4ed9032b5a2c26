//! The first bytes of a peer.
#![no_main]

use assize_probes::identify::codec::recognise;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    recognise(bytes);
});
