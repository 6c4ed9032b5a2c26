//! Random values from the system's generator: tokens, passwords, salts, jitter.

use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};

/// Letters and digits that cannot be taken for one another.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Random bytes for keys and salts.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut out = [0; N];
    SystemRandom::new().fill(&mut out).expect("the system's random generator works");
    out
}

/// A token of 256 bits, in hexadecimal.
pub(crate) fn token() -> String {
    hex::encode(bytes::<32>())
}

/// A password of sixteen characters, 80 bits.
pub(crate) fn password() -> String {
    // 32 divides 256, so that each character is equally likely.
    bytes::<16>().iter().map(|b| char::from(ALPHABET[usize::from(b % 32)])).collect()
}

/// A duration between half of `whole` and `whole`, so that many devices do not come back at the same moment.
pub(crate) fn jittered(whole: Duration) -> Duration {
    let share = f64::from(u32::from_le_bytes(bytes())) / f64::from(u32::MAX);
    whole.mul_f64(0.5 + share / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_differ() {
        let (one, two) = (password(), password());
        assert_eq!(one.len(), 16);
        assert_ne!(one, two);
    }

    #[test]
    fn jitter_stays_in_its_half() {
        let whole = Duration::from_secs(10);
        let all: Vec<_> = (0..50).map(|_| jittered(whole)).collect();
        assert!(all.iter().all(|d| *d >= whole / 2 && *d <= whole));
        assert!(all.windows(2).any(|w| w[0] != w[1]));
    }
}
