//! What comes back of a bare SYN: segments and ICMP messages, over IPv4 and IPv6.
#![no_main]

use std::net::IpAddr;

use assize_probes::tcp::codec::{heard, message, quoted, segment};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for (target, bench) in [([192, 0, 2, 1].into(), [192, 0, 2, 9].into()), (IpAddr::from([1; 16]), [9; 16].into())] {
        let inner = segment(bytes, target, bench);
        assert!(inner.is_none_or(|inner| inner.len() + 20 <= bytes.len()));
        for candidate in [Some(bytes), inner].into_iter().flatten() {
            assert!(heard(candidate, target, bench).is_none_or(|_| candidate.len() >= 20));
        }
        for candidate in [Some(bytes), message(bytes, bench)].into_iter().flatten() {
            assert!(quoted(candidate, target, bench).is_none_or(|_| candidate.len() >= 36));
        }
    }
});
