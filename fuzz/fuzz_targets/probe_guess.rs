//! What a terminal, an FTP server and a login page say to a guess.
#![no_main]

use assize_model::declaration::play::Play;
use assize_probes::{
    guess::codec::{essence, ftp_code, tells, terminal},
    http::codec::answer,
    play::{came, retry_after},
    too_many::says_too_many,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = (terminal(bytes, false), says_too_many(bytes));
    assert!(ftp_code(bytes).is_none_or(|code| (100..600).contains(&code)));
    if let Some(answer) = answer(bytes) {
        let _ = came(&Play::default(), Some(&answer), Some(401));
        let _ = retry_after(&answer);
        let one = essence(&answer, "admin");
        assert!(!tells(&[one.clone(), one.clone()], &[one.clone(), one]));
    }
});
