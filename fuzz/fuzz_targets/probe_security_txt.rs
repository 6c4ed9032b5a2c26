//! A `security.txt`, whatever its bytes.
#![no_main]

use assize_probes::publication::security_txt::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let said = read(bytes);
    assert!(said.contacts.len() <= 32 && said.policies.iter().all(|p| p.chars().count() <= 1024));
});
