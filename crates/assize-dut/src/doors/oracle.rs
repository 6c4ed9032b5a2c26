//! Flaw `robot`: a key exchange by RSA whose server says whether its padding was in order (Böck, Somorovsky, Young: "Return Of
//! Bleichenbacher's Oracle Threat", 2018). The key is a throw-away one of the reference device, so that time and secrecy do not
//! matter here.

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::PATIENCE;
use super::handmade::{next, record};

/// The private exponent to `rsa-public.der`, which holds the modulus.
const EXPONENT: &str = include_str!("rsa-exponent.hex");
const PUBLIC: &[u8] = include_bytes!("rsa-public.der");
/// Where the modulus stands in the public key, and how long it is.
const MODULUS_AT: usize = 9;
const SIZE: usize = 256;
/// The secret inside a key exchange.
const SECRET: usize = 48;
const HANDSHAKE: u8 = 22;
const CLIENT_KEY_EXCHANGE: u8 = 16;
/// Alerts: a record that cannot be opened, as it has to be answered in any case; and a key exchange that cannot be.
const BAD_RECORD: u8 = 20;
const CANNOT_DECRYPT: u8 = 51;

/// The flight, and then an alert that tells whether the key exchange was well formed.
pub(super) async fn told(stream: &mut TcpStream, wire: &[u8], version: u16) -> std::io::Result<()> {
    stream.write_all(wire).await?;
    let mut description = CANNOT_DECRYPT;
    for _ in 0..4 {
        let (kind, body) = timeout(PATIENCE, next(stream)).await.unwrap_or_else(|late| Err(late.into()))?;
        match (kind, body.as_slice()) {
            (HANDSHAKE, [CLIENT_KEY_EXCHANGE, _, _, _, _, _, sealed @ ..]) => {
                if is_well_formed(sealed) {
                    description = BAD_RECORD;
                }
            }
            // The ClientHello, the change of ciphers.
            (HANDSHAKE, [1, ..]) | (20, _) => {}
            // The Finished: nobody has the keys to it.
            _ => break,
        }
    }
    stream.write_all(&record(version, 21, &[2, description])).await?;
    stream.shutdown().await
}

/// Whether what was encrypted has the padding of PKCS #1 version 1.5 and a secret of the right length behind it.
fn is_well_formed(sealed: &[u8]) -> bool {
    let exponent = hex::decode(EXPONENT.trim()).expect("the constant is hexadecimal");
    let modulus = &PUBLIC[MODULUS_AT..MODULUS_AT + SIZE];
    let Some(block) = power(sealed, &exponent, modulus) else { return false };
    let zero = block.iter().skip(2).position(|byte| *byte == 0);
    block.starts_with(&[0, 2]) && zero == Some(SIZE - SECRET - 3)
}

/// A number to the power of another, modulo a third that is odd; each as long as the key. `None` for another length.
fn power(base: &[u8], exponent: &[u8], modulus: &[u8]) -> Option<Vec<u8>> {
    let n = limbs(modulus);
    // In Montgomery's form a number is multiplied by a power of two that is larger than the modulus.
    let base = (base.len() == SIZE).then(|| in_form(limbs(base), &n))?;
    let mut result = in_form(limbs(&[1]), &n);
    for bit in exponent.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)) {
        result = product(&result, &result, &n);
        if bit == 1 {
            result = product(&result, &base, &n);
        }
    }
    let plain = product(&result, &limbs(&[1]), &n);
    Some(plain.iter().rev().flat_map(|limb| limb.to_be_bytes()).collect())
}

const LIMBS: usize = SIZE / 8;
type Number = [u64; LIMBS];

/// Limbs of 64 bits, the lowest first.
fn limbs(bytes: &[u8]) -> Number {
    let mut all = [0; LIMBS];
    for (i, byte) in bytes.iter().rev().enumerate() {
        all[i / 8] |= u64::from(*byte) << (8 * (i % 8));
    }
    all
}

/// A number doubled as often as it has bits, modulo `n`.
fn in_form(mut a: Number, n: &Number) -> Number {
    reduce(&mut a, 0, n);
    for _ in 0..SIZE * 8 {
        let mut carry = 0;
        for limb in &mut a {
            (*limb, carry) = (*limb << 1 | carry, *limb >> 63);
        }
        reduce(&mut a, carry, n);
    }
    a
}

/// Montgomery's product.
fn product(a: &Number, b: &Number, n: &Number) -> Number {
    let mut inverse = n[0];
    for _ in 0..6 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(n[0].wrapping_mul(inverse)));
    }
    let mut sum = [0; LIMBS + 2];
    for limb in a {
        add(&mut sum, b, *limb);
        let factor = sum[0].wrapping_mul(inverse.wrapping_neg());
        add(&mut sum, n, factor);
        // The lowest limb is zero now.
        sum.rotate_left(1);
    }
    let mut out: Number = std::array::from_fn(|i| sum[i]);
    reduce(&mut out, sum[LIMBS], n);
    out
}

/// Adds `b` times `factor`.
fn add(sum: &mut [u64; LIMBS + 2], b: &Number, factor: u64) {
    let mut carry = 0;
    for (i, limb) in sum.iter_mut().enumerate() {
        let b = b.get(i).copied().unwrap_or(0);
        let next = u128::from(*limb) + u128::from(b) * u128::from(factor) + carry;
        (*limb, carry) = (next as u64, next >> 64);
    }
}

/// Takes the modulus off where `a`, with `carry` above it, reaches it.
fn reduce(a: &mut Number, carry: u64, n: &Number) {
    if carry == 0 && a.iter().rev().lt(n.iter().rev()) {
        return;
    }
    let mut borrow = false;
    for (limb, n) in a.iter_mut().zip(n) {
        let (once, first) = limb.overflowing_sub(*n);
        let (twice, second) = once.overflowing_sub(u64::from(borrow));
        (*limb, borrow) = (twice, first || second);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_in_order_is_told_from_padding_that_is_not() {
        let modulus = &PUBLIC[MODULUS_AT..MODULUS_AT + SIZE];
        let sealed = |block: &[u8]| power(block, &[1, 0, 1], modulus).unwrap();
        let mut block = [&[0, 2][..], &[0x5a; SIZE - SECRET - 3], &[0], &[3; SECRET]].concat();
        assert!(is_well_formed(&sealed(&block)));
        block[1] = 1;
        assert!(!is_well_formed(&sealed(&block)));
        (block[1], block[20]) = (2, 0);
        assert!(!is_well_formed(&sealed(&block)));
        assert!(!is_well_formed(&block[1..]));
    }
}
