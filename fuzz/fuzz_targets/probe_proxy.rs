//! Whatever a DUT asks of the bench's proxy, it names one host and port, and what goes ahead to the host is one head.
#![no_main]

use assize_probes::relay::errand::{LONGEST_ERRAND, errand, plain};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(read) = errand(data) else { return };
    assert!(data.len() <= LONGEST_ERRAND && read.port != 0 && !read.host.is_empty());
    assert_eq!(plain(&read.host), read.host);
    if let Some(ahead) = read.ahead {
        assert!(ahead.ends_with(b"\r\n\r\n"));
        assert_eq!(ahead.windows(4).filter(|w| *w == b"\r\n\r\n").count(), 1);
    }
});
