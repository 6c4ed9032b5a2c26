//! A datagram to everybody, and the kernel's neighbour table.
#![no_main]

use assize_model::fact::Channel;
use assize_probes::neighbours::codec::{says, table_part};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    table_part(bytes);
    for channel in [Channel::Dhcp, Channel::Llmnr, Channel::Mdns, Channel::Ssdp] {
        assert!(says(channel, bytes).is_none_or(|lines| lines.len() <= 32));
    }
});
