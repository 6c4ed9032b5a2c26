//! The parts of a TLS server's answer that have a shape of their own: SSL 2.0's hello, key exchanges, RSA keys, and
//! records that nobody sealed.
#![no_main]

use assize_probes::tls::codec::{
    cipher::{Agreed, Keys, suite as known},
    key_exchange, rsa, server_hello, ssl2,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u16, &[u8], &[u8])| {
    let (suite, first, second) = input;
    ssl2::answer(first);
    server_hello(first);
    for version in [0x0301, 0x0303] {
        key_exchange(first, suite, version);
    }
    // AES in CBC mode, AES-GCM, ChaCha20-Poly1305.
    for (version, number) in [
        (0x0301, 0x002f),
        (0x0302, 0x0035),
        (0xfeff, 0x002f),
        (0x0303, 0xc028),
        (0xfefd, 0xc02f),
        (0x0303, 0xcca8),
    ] {
        let agreed =
            Agreed::new(version, known(number).expect("the suite is known"), &[3; 48], [1; 32], [2; 32]);
        let mut keys = Keys::new(&agreed).expect("the suite has keys");
        assert!(keys.open(first).is_none_or(|(_, plain)| plain.len() < first.len()));
    }
    if let Some(block) =
        rsa::encrypt(&first[..first.len().min(64)], &second[..second.len().min(64)], &[1, 0, 1])
    {
        assert!(block.len() <= 64);
    }
});
