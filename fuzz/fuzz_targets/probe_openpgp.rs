//! A signed text with a certificate, whatever the bytes of either. Nothing that is not a signature holds.
#![no_main]

use assize_probes::publication::openpgp::{certificates, cleartext, holds_signer, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|pair: (&[u8], &[u8])| {
    let (text, key) = pair;
    let known: Vec<_> = certificates(key, 1_768_435_200).into_iter().map(|c| ("here".to_owned(), c)).collect();
    if let Some(signed) = cleartext(text) {
        assert!(signed.text.len() <= 2 * text.len());
        let _holds = holds_signer(key, &signed);
        let _verdict = verify(&signed, &known, 1_768_435_200);
    }
});
