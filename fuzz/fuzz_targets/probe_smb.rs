//! The answers of an SMB server to a login, and the challenge of NTLM in them.
#![no_main]

use assize_probes::smb::{
    codec::{answer, session_setup},
    ntlm::{Client, authenticate, challenge, is_offered, wrap_next},
};
use libfuzzer_sys::fuzz_target;

const CLIENT: Client = Client { nonce: [0; 8], time: 0 };

fuzz_target!(|bytes: &[u8]| {
    for id in 0..3 {
        let Some(found) = answer(bytes, id) else { continue };
        found.judged();
        assert!(found.token().len() <= bytes.len());
        assert!(found.offer().is_none_or(|offer| offer.len() <= bytes.len()));
    }
    is_offered(bytes);
    if let Some(asked) = challenge(bytes) {
        let token = authenticate(&asked, ("admin", "admin"), CLIENT).expect("a short name");
        assert!(session_setup(2, 0, &wrap_next(&token)).is_some(), "a challenge is bounded");
    }
});
