//! Seals: any bytes are read without a panic, and what is read has exactly one spelling.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| assize_evidence::fuzz::fuzz_checkpoint(bytes));
