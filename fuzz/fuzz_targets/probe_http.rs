//! An HTTP answer, whole or cut off.
#![no_main]

use assize_probes::http::codec::{answer, is_complete};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let is_complete = is_complete(bytes);
    let read = answer(bytes);
    assert!(!is_complete || read.as_ref().is_some_and(|answer| answer.is_complete));
    if let Some(answer) = read {
        assert!(answer.body.len() <= bytes.len());
        answer.challenge();
        answer.redirect();
    }
});
