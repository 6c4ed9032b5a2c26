//! Bundles: any bytes are indexed and verified without a panic and within the limits.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| assize_evidence::fuzz::fuzz_bundle(bytes));
