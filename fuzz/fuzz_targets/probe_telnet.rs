//! A telnet stream with option negotiation.
#![no_main]

use assize_probes::telnet::codec::{is_login_prompt, is_telnet, part, reply};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let parted = part(bytes);
    assert!(parted.text.len() <= bytes.len());
    assert!(reply(&parted.commands).len() <= 192);
    is_login_prompt(&parted.text);
    is_telnet(bytes);
});
