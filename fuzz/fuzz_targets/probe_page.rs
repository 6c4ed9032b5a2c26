//! A web page: title, password field, readable words.
#![no_main]

use assize_probes::http::page::{asks_password, has_password_field, readable, shows_password_field, title};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    title(bytes);
    let shown = shows_password_field(bytes);
    assert!(has_password_field(bytes) || !shown);
    asks_password(bytes);
    assert!(readable(bytes, 1000).len() <= 1000);
});
