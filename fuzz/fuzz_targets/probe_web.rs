//! A page of a web server: what it draws in, whether it lists a directory, shows a secret, or gives a mark back.
#![no_main]

use assize_model::catalogue::WebPath;
use assize_probes::{
    http::codec::answer,
    web::codec::{drawn_in, folders, is_listing, is_sure, is_there, lacks, mixed, reflects},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    assert!(drawn_in(bytes).len() <= 32 && mixed(bytes).len() <= 32 && folders(bytes, 8).len() <= 8);
    if let Some(answer) = answer(bytes) {
        let row = WebPath { holds: "ref: ".to_owned(), ..WebPath::default() };
        let made_up = [answer.clone()];
        assert!(!is_there(&WebPath::default(), &answer, &made_up), "what is as a made-up path is not there");
        is_there(&row, &answer, &[]);
        is_sure(&row, &answer, &made_up);
        is_listing(&answer);
        reflects(&answer);
        lacks(&answer, true);
    }
});
