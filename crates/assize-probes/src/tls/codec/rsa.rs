//! RSA encryption of raw blocks with a server's public key, for key exchanges that are wrong on purpose. Nothing secret is
//! handled, so that time does not matter.

/// Largest key worked with, in bytes.
const LARGEST: usize = 1024;
/// Longest public exponent worked with, in bytes: time grows with it.
const LONGEST_EXPONENT: usize = 8;

/// `block` to the power of `exponent`, modulo `modulus`, as long as the modulus. `None` for keys of absurd size or form.
pub fn encrypt(block: &[u8], modulus: &[u8], exponent: &[u8]) -> Option<Vec<u8>> {
    let short = exponent.iter().skip_while(|byte| **byte == 0).count() <= LONGEST_EXPONENT;
    short.then(|| power(block, modulus, exponent))?
}

/// As [`encrypt`], with an exponent of any length.
pub(crate) fn power(block: &[u8], modulus: &[u8], exponent: &[u8]) -> Option<Vec<u8>> {
    let first = modulus.iter().position(|byte| *byte != 0)?;
    let modulus = &modulus[first..];
    let exponent: Vec<u8> = exponent.iter().copied().skip_while(|byte| *byte == 0).collect();
    if modulus.len() > LARGEST || block.len() > modulus.len() || modulus.last()? & 1 == 0 {
        return None;
    }
    let n = limbs(modulus, modulus.len());
    let inverse = inverse(n[0]);
    let bits = n.len() * 32;
    // In Montgomery's form a number is multiplied by a power of two that is larger than the modulus.
    let one = doubled(&limbs(&[1], modulus.len()), bits, &n);
    let base = doubled(&reduced(limbs(block, modulus.len()), &n), bits, &n);
    let mut result = one;
    for byte in exponent {
        for bit in (0..8).rev() {
            result = multiply(&result, &result, &n, inverse);
            if byte >> bit & 1 == 1 {
                result = multiply(&result, &base, &n, inverse);
            }
        }
    }
    let plain = multiply(&result, &limbs(&[1], modulus.len()), &n, inverse);
    Some(bytes(&plain, modulus.len()))
}

/// Limbs of 32 bits, the lowest first, enough for `width` bytes.
fn limbs(bytes: &[u8], width: usize) -> Vec<u32> {
    let mut all = vec![0u32; width.div_ceil(4)];
    for (i, byte) in bytes.iter().rev().enumerate() {
        all[i / 4] |= u32::from(*byte) << (8 * (i % 4));
    }
    all
}

fn bytes(limbs: &[u32], width: usize) -> Vec<u8> {
    (0..width).rev().map(|i| limbs[i / 4].to_le_bytes()[i % 4]).collect()
}

fn is_less(a: &[u32], b: &[u32]) -> bool {
    a.iter().rev().lt(b.iter().rev())
}

/// Takes `n` off `a`, which may be one limb longer.
fn subtract(a: &mut [u32], n: &[u32]) {
    let mut borrow = 0i64;
    for (i, a) in a.iter_mut().enumerate() {
        let difference = i64::from(*a) - i64::from(n.get(i).copied().unwrap_or(0)) + borrow;
        borrow = difference >> 32;
        *a = (difference & 0xffff_ffff) as u32;
    }
}

/// `a` modulo `n`, found from the top bit downwards.
fn reduced(a: Vec<u32>, n: &[u32]) -> Vec<u32> {
    let mut rest = vec![0u32; n.len()];
    for word in a.iter().rev() {
        for bit in (0..32).rev() {
            double(&mut rest, word >> bit & 1, n);
        }
    }
    rest
}

/// `a` times two to the power of `times`, modulo `n`.
fn doubled(a: &[u32], times: usize, n: &[u32]) -> Vec<u32> {
    let mut a = reduced(a.to_vec(), n);
    for _ in 0..times {
        double(&mut a, 0, n);
    }
    a
}

/// Twice `a` plus one bit, modulo `n`; `a` is less than `n`.
fn double(a: &mut [u32], bit: u32, n: &[u32]) {
    let mut carry = bit;
    for limb in a.iter_mut() {
        let next = *limb >> 31;
        *limb = *limb << 1 | carry;
        carry = next;
    }
    if carry == 1 || !is_less(a, n) {
        subtract(a, n);
    }
}

/// The number that makes the lowest limb of an odd modulus vanish: minus its inverse modulo two to the power of 32.
fn inverse(lowest: u32) -> u32 {
    let mut x = lowest;
    for _ in 0..5 {
        x = x.wrapping_mul(2u32.wrapping_sub(lowest.wrapping_mul(x)));
    }
    x.wrapping_neg()
}

/// Montgomery's product of `a` and `b`.
fn multiply(a: &[u32], b: &[u32], n: &[u32], inverse: u32) -> Vec<u32> {
    let mut sum = vec![0u32; n.len() + 2];
    for x in a {
        add(&mut sum, b, *x);
        let factor = sum[0].wrapping_mul(inverse);
        add(&mut sum, n, factor);
        // The lowest limb is zero now.
        sum.remove(0);
        sum.push(0);
    }
    sum.truncate(n.len() + 1);
    if sum[n.len()] != 0 || !is_less(&sum[..n.len()], n) {
        subtract(&mut sum, n);
    }
    sum.truncate(n.len());
    sum
}

/// Adds `b` times `factor` to `sum`.
fn add(sum: &mut [u32], b: &[u32], factor: u32) {
    let mut carry = 0u64;
    for (i, limb) in sum.iter_mut().enumerate() {
        let next = u64::from(*limb) + u64::from(b.get(i).copied().unwrap_or(0)) * u64::from(factor) + carry;
        *limb = (next & 0xffff_ffff) as u32;
        carry = next >> 32;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn small_numbers() {
        assert_eq!(encrypt(&[4], &[0x0d], &[3]), Some(vec![12]));
        assert_eq!(encrypt(&[2], &[0x7f, 0xff, 0xff, 0xff], &[1, 0, 1]), Some(vec![0, 0, 0, 8]));
        assert_eq!(encrypt(&[2], &[], &[3]), None);
        assert_eq!(encrypt(&[2], &[4], &[3]), None);
        assert_eq!(encrypt(&[2], &[1; 2000], &[3]), None);
    }

    proptest! {
        #[test]
        fn as_arithmetic_says(block in any::<u64>(), modulus in 3u64.., exponent in 1u32..200) {
            let modulus = modulus | 1;
            let block = block % modulus;
            let expect = (0..exponent).fold(1u128, |sum, _| sum * u128::from(block) % u128::from(modulus));
            let width = modulus.to_be_bytes().iter().skip_while(|byte| **byte == 0).count();
            let got = encrypt(&block.to_be_bytes()[8 - width..], &modulus.to_be_bytes(), &exponent.to_be_bytes()).unwrap();
            let got = got.iter().fold(0u128, |sum, byte| sum << 8 | u128::from(*byte));
            prop_assert_eq!(got, expect);
        }

        #[test]
        fn any_key(block in prop::collection::vec(any::<u8>(), 0..20), modulus in prop::collection::vec(any::<u8>(), 0..20), exponent in prop::collection::vec(any::<u8>(), 0..4)) {
            encrypt(&block, &modulus, &exponent);
        }
    }
}
