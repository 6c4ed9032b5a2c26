//! Login challenges of HTTP and RTSP, and what an ONVIF device service answers.
#![no_main]

use assize_probes::{
    guess::challenge::{Request, asked, challenges},
    guess::codec::{is_rtsp_over, rtsp},
    http::codec::answer,
    onvif::{Operation, clock},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    assert!(
        challenges(bytes)
            .iter()
            .all(|c| !c.parameters.iter().any(|(_, v)| v.iter().any(u8::is_ascii_control)))
    );
    if let Some(asked) = asked(bytes) {
        let request = Request { method: "GET", uri: "/" };
        let proof = asked.proof(("admin", "admin"), request, "0123");
        assert!(proof.len() < 64 * 1024 && !proof.iter().any(u8::is_ascii_control));
    }
    let _ = (rtsp(bytes), is_rtsp_over(bytes));
    if let Some(answer) = answer(bytes) {
        let _ = (clock(&answer), Operation::Information.said(&answer), Operation::Users.said(&answer));
    }
});
