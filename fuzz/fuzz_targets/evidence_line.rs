//! Lines of the log: any bytes are read without a panic, and what is read can be written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| assize_evidence::fuzz::fuzz_line(bytes));
