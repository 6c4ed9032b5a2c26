//! What stops guessing over the network makes it impractical.
//! The rates are our reading, adr 0006: a hundred guesses an hour leave even a weak password standing for long, one
//! a second does not.

use assize_model::declaration::ixit::AuthMech;
use assize_model::declaration::ixit::auth_mech::Factor;

use super::bits;
use super::passwords_complex::LEAST_BITS;
use crate::Check;
use crate::beside::off_network_on_paper;
use crate::say::{Row, Said, quote, text};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "auth.guessing_impractical",
    establishes: "What stops guessing over the network makes it impractical.",
    probes: &[],
    partial: false,
    judge: |scene| table::auth_mech(scene, rule),
};

const FEW_PER_HOUR: u32 = 100;
const MANY_PER_HOUR: u32 = 3600;

fn rule(m: &AuthMech, row: Row) -> Said {
    match m.network {
        Some(false) => return off_network_on_paper(row, &m.reached_at),
        Some(true) => {}
        None => return row.leaves_out("network", "whether it can be addressed over a network interface"),
    }
    let Some(measure) = &m.brute_force else { return row.leaves_out("brute_force", "what stops guessing") };
    match (m.factor, measure.attempts_per_hour, text(measure.measure.as_ref())) {
        (Some(Factor::Password), Some(rate), _) if rate > MANY_PER_HOUR => {
            let words = format!("lets {rate} tries at a password through in an hour");
            row.fails("brute_force", words, "slow guesses down, or lock after a few")
        }
        (_, Some(rate), _) if rate <= FEW_PER_HOUR => {
            row.passes("brute_force", format!("lets no more than {rate} tries through in an hour"))
        }
        (Some(Factor::Key | Factor::Token), _, _) if is_small(m) => {
            let words = "uses no password, but a value that is as short as one";
            row.is_open("generation", words, "weigh the size of the value and what stops guessing at it")
        }
        (Some(Factor::Key | Factor::Token), _, Some(measure)) => {
            row.passes("brute_force", format!("uses no password, and stops guessing by {}", quote(measure)))
        }
        (_, Some(rate), _) => {
            let words = format!("lets {rate} tries through in an hour");
            row.is_open("brute_force", words, "weigh that against the complexity of the value")
        }
        (_, None, _) => {
            row.leaves_out("brute_force", "how many guesses an hour get through (`attempts_per_hour`)")
        }
    }
}

/// Whether the value is declared to be one that guessing gets at. Where nothing says its size, it is taken for a long one.
fn is_small(m: &AuthMech) -> bool {
    let size = m.generation.as_ref().and_then(|g| Some((g.alphabet?, g.length?)));
    size.is_some_and(|(alphabet, length)| bits(alphabet, length) < LEAST_BITS)
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', network = true, factor = 'password', \
             brute_force = { attempts_per_hour = 40000 } }]",
            &nothing(),
            "A FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', network = true, factor = 'password', \
             brute_force = { attempts_per_hour = 20 } }, { id = 'B', network = false }, \
             { id = 'C', network = true, factor = 'key', \
             brute_force = { measure = 'a key of 256 bits' } }]",
            &nothing(),
            "A PASS, B N/A, C PASS",
        );
    }

    #[test]
    fn doubtful() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', network = true, factor = 'password', \
             brute_force = { attempts_per_hour = 1000 } }, \
             { id = 'B', network = true, factor = 'token', generation = { alphabet = 10, length = 4 }, \
             brute_force = { measure = 'a token', attempts_per_hour = 100000 } }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', network = true, factor = 'password', \
             brute_force = { measure = 'delay' } }, { id = 'B', network = true }, { id = 'C' }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE, C INCONCLUSIVE",
        );
    }
}
