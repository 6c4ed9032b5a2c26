//! Pre-installed passwords take too long to guess.
//! The thresholds of 40 bits and ten years are our reading, adr 0006: the standard asks for adequate complexity and
//! names no figure.

use assize_model::declaration::ixit::AuthMech;
use assize_model::declaration::ixit::common::MadeFrom;

use super::{bits, not_preinstalled, years};
use crate::Check;
use crate::say::{Row, Said};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "auth.passwords_complex",
    establishes: "Pre-installed passwords take too long to guess.",
    probes: &[],
    partial: false,
    judge: |scene| table::auth_mech(scene, rule),
};

/// A password of fewer bits is guessed offline within a day on one machine.
pub(super) const LEAST_BITS: f64 = 40.0;
/// Time to guess half of all passwords; beyond the life of the product.
const LEAST_YEARS: f64 = 10.0;
const REMEDY: &str = "draw more characters at random, or let fewer guesses through";

fn rule(m: &AuthMech, row: Row) -> Said {
    if let Some(said) = not_preinstalled(m, row) {
        return said;
    }
    let generation = m.generation.clone().unwrap_or_default();
    if let Some(MadeFrom::Counter | MadeFrom::Fixed | MadeFrom::PublicFacts) = generation.made_from {
        let words = "does not draw its passwords at random, so that their length protects nothing";
        return row.fails("generation", words, "draw them from a cryptographic random number generator");
    }
    let (Some(alphabet), Some(length)) = (generation.alphabet, generation.length) else {
        return row.leaves_out("generation", "how long its passwords are, and from which alphabet");
    };
    let bits = bits(alphabet, length);
    if bits < LEAST_BITS {
        let words = format!("has passwords of {bits:.0} bits, fewer than {LEAST_BITS}");
        return row.fails("generation", words, REMEDY);
    }
    if m.over_network() == Some(false) {
        let words = format!("has passwords of {bits:.0} bits, and none is asked over a network");
        return not_random(generation.made_from, row).unwrap_or_else(|| row.passes("generation", words));
    }
    let Some(attempts) = m.brute_force.as_ref().and_then(|b| b.attempts_per_hour) else {
        return row.leaves_out("brute_force", "how many guesses an hour get through (`attempts_per_hour`)");
    };
    let years = years(bits, f64::from(attempts));
    if years < LEAST_YEARS {
        let words = format!("has passwords of {bits:.0} bits, half of which are tried in {years:.1} years");
        return row.fails("brute_force", words, REMEDY);
    }
    if let Some(said) = not_random(generation.made_from, row) {
        return said;
    }
    let words = format!(
        "has passwords of {bits:.0} bits, and trying half of them takes more than {LEAST_YEARS} years"
    );
    row.passes("generation", words)
}

/// Length protects what is drawn at random; of words it depends on how they are chosen.
fn not_random(made_from: Option<MadeFrom>, row: Row) -> Option<Said> {
    match made_from {
        Some(MadeFrom::Random) => None,
        None => Some(row.leaves_out("generation", "what its passwords are made from (`made_from`)")),
        Some(_) => {
            let words =
                "does not draw its passwords character by character, so that their length does not tell";
            Some(row.is_open("generation", words, "weigh how many different passwords there are"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', factor = 'password', password_origin = 'pre-installed', \
             generation = { alphabet = 10, length = 6 } }, \
             { id = 'B', factor = 'password', password_origin = 'pre-installed', \
             generation = { alphabet = 10, length = 13 }, \
             brute_force = { attempts_per_hour = 400000000 } }, \
             { id = 'C', factor = 'password', password_origin = 'pre-installed', \
             generation = { made_from = 'counter', alphabet = 64, length = 20 } }]",
            &nothing(),
            "A FAIL, B FAIL, C FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', factor = 'password', password_origin = 'pre-installed', \
             generation = { made_from = 'random', alphabet = 32, length = 10 }, \
             brute_force = { attempts_per_hour = 20 } }, \
             { id = 'B', network = false, factor = 'password', \
             password_origin = 'pre-installed', generation = { made_from = 'random', alphabet = 32, length = 10 } }]",
            &nothing(),
            "A PASS, B PASS",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', factor = 'password', password_origin = 'pre-installed', \
             generation = { length = 10 } }, \
             { id = 'B', factor = 'password', password_origin = 'pre-installed', \
             generation = { alphabet = 32, length = 10 } }, \
             { id = 'C', factor = 'password', password_origin = 'pre-installed', \
             generation = { alphabet = 32, length = 10 }, brute_force = { attempts_per_hour = 20 } }, \
             { id = 'D', network = false, factor = 'password', password_origin = 'pre-installed', \
             generation = { made_from = 'dictionary', alphabet = 32, length = 10 } }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE, C INCONCLUSIVE, D INCONCLUSIVE",
        );
    }

    #[test]
    fn zero() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', factor = 'password', password_origin = 'pre-installed', \
             generation = { alphabet = 0, length = 0 }, \
             brute_force = { attempts_per_hour = 0 } }]",
            &nothing(),
            "A FAIL",
        );
    }

    #[test]
    fn vast() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', factor = 'password', password_origin = 'pre-installed', \
             generation = { made_from = 'random', alphabet = 4294967295, length = 4294967295 }, \
             brute_force = { attempts_per_hour = 0 } }]",
            &nothing(),
            "A PASS",
        );
    }
}
