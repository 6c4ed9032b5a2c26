//! What a play takes from an answer, and that a secret leaves no trace in evidence.
#![no_main]

use assize_model::declaration::play::Play;
use assize_probes::Raw;
use assize_probes::http::codec::answer;
use assize_probes::play::codec::{Values, redacted, succeeded, taken};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&[u8], &str, &str)| {
    let (bytes, name, text) = input;
    let take = [("a", "json:/a"), ("b", "cookie:session"), ("c", name)];
    let play = Play {
        take: take.map(|(n, from)| (n.to_owned(), from.to_owned())).into(),
        contains: Some(text.to_owned()),
        ..Play::default()
    };
    if let Some(answer) = answer(bytes) {
        succeeded(&play, &answer);
        let values = taken(&play, &answer);
        assert!(values.values().all(|v| v.len() <= 4096));
    }
    // A secret that is the mark itself, or ends with it, stands there by the mark.
    if text.len() >= 4 && !"{secret}".contains(text) && !text.ends_with("{secret}") {
        let secrets: Values = [("secret".to_owned(), text.to_owned())].into();
        for raw in redacted(vec![Raw::new("sent", [bytes, text.as_bytes()].concat())], &secrets) {
            assert!(!raw.bytes.ends_with(text.as_bytes()));
        }
    }
});
