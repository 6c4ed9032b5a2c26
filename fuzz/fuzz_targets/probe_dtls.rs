//! Datagrams of a DTLS server, in any pieces.
#![no_main]

use assize_probes::tls::codec::dtls::Flight;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut flight = Flight::default();
    for datagram in bytes.chunks(97) {
        flight.take(datagram);
    }
    flight.cookie();
    flight.ticket();
    assert!(flight.sealed().len() <= 8 && flight.messages().len() <= 16);
    let read = flight.answer();
    assert!(read.certificates.iter().map(Vec::len).sum::<usize>() <= 64 * 1024);
});
