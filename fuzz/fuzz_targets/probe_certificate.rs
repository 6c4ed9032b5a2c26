//! A certificate chain of one, from hostile DER.
#![no_main]

use assize_probes::certificate::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(fact) = read("127.0.0.1", 443, &[bytes.to_vec()], 0) {
        assert_eq!(fact.chain, 1);
        assert!(fact.subject.chars().count() <= 1024);
    }
});
