//! An mDNS answer.
#![no_main]

use assize_probes::mdns::codec::{Record, instance, records, service};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for record in records(bytes).unwrap_or_default() {
        if let Record::Ptr { name, to } = record {
            service(&to);
            instance(&to, &name);
        }
    }
});
