//! HMAC with MD5 (RFC 2104), which `ring` does not have: the key derivation of old TLS and the proofs of NTLM ask for it.

use md5::{Digest, Md5};

/// HMAC with MD5.
pub(crate) fn md5_mac(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    let short = Md5::digest(key);
    let key = if key.len() > 64 { &short[..] } else { key };
    let padded =
        |fill: u8| -> Vec<u8> { (0..64).map(|at| key.get(at).copied().unwrap_or(0) ^ fill).collect() };
    let inner = Md5::digest([&padded(0x36), bytes].concat());
    Md5::digest([&padded(0x5c)[..], &inner].concat()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn md5_mac_as_its_standard_has_it() {
        // RFC 2202 clause 2, test cases 1, 2 and 6.
        assert_eq!(hex::encode(md5_mac(&[0x0b; 16], b"Hi There")), "9294727a3638bb1c13f48ef8158bfc9d");
        let mac = md5_mac(b"Jefe", b"what do ya want for nothing?");
        assert_eq!(hex::encode(mac), "750c783e6ab0b503eaa86e310a5db738");
        let mac = md5_mac(&[0xaa; 80], b"Test Using Larger Than Block-Size Key - Hash Key First");
        assert_eq!(hex::encode(mac), "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd");
    }
}
