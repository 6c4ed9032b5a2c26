//! A web page: title, password field, readable words.
#![no_main]

use assize_probes::http::page::{asks_password, has_password_field, readable, title};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    title(bytes);
    has_password_field(bytes);
    asks_password(bytes);
    assert!(readable(bytes, 1000).len() <= 1000);
});
