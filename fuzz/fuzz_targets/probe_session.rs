//! Cookies and tokens of a login.
#![no_main]

use assize_probes::{access::codec::cookie_header, http::codec::answer, session::codec::{cookies, random_bits}};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(answer) = answer(bytes) {
        assert!(cookies(&answer).len() <= 16);
        cookie_header(&answer);
    }
    let text = String::from_utf8_lossy(bytes);
    let proofs: Vec<String> = text.lines().take(4).map(str::to_owned).collect();
    let longest = proofs.iter().map(|p| p.chars().count()).max().unwrap_or(0);
    assert!(u64::from(random_bits(&proofs)) <= 6 * longest as u64 + 1);
});
