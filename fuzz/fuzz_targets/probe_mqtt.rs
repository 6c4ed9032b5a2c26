//! A broker's answer to a CONNECT.
#![no_main]

use assize_probes::mqtt::codec::{may_become, return_code};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    assert!(return_code(bytes).is_none() || !may_become(bytes));
});
