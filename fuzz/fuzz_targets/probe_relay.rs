//! Whatever a DUT asks of the bench in a host's stead, what goes on is one request, and whatever the host answers, one
//! change of it is one answer.
#![no_main]

use assize_model::declaration::relay::Variant;
use assize_probes::relay::codec::{Arrived, LONGEST_BODY, LONGEST_HEAD, asked, changed, onward};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Arrived::Head(read) = asked(data) {
        assert!(read.head <= data.len() && read.head <= LONGEST_HEAD + 4 && read.body <= LONGEST_BODY);
        let sent = onward(&read, &read.path, "host", b"");
        let heads = sent.windows(4).filter(|w| *w == b"\r\n\r\n").count();
        assert_eq!(heads, 1);
    }
    for variant in [Variant::BitFlipped, Variant::Truncated, Variant::Unsigned, Variant::WrongSignature] {
        if let Some(other) = changed(variant, Some("/signature"), data) {
            assert_ne!(other, data);
        }
    }
});
