//! Checks on authentication.

pub(crate) mod change_takes_effect;
pub(crate) mod cryptography_agreed;
pub(crate) mod cryptography_as_declared;
pub(crate) mod cryptography_unbroken;
pub(crate) mod guarantees_include_floor;
pub(crate) mod guessing_impractical;
pub(crate) mod guessing_limited;
pub(crate) mod password_demanded;
pub(crate) mod passwords_complex;
pub(crate) mod passwords_irregular;
pub(crate) mod passwords_no_dictionary;
pub(crate) mod passwords_not_from_public_facts;
pub(crate) mod passwords_unique;
pub(crate) mod published_default_accepted;
pub(crate) mod undeclared_network_login;
pub(crate) mod undeclared_password_login;
mod user_names;

use assize_model::declaration::ixit::AuthMech;
use assize_model::declaration::ixit::auth_mech::{Factor, PasswordOrigin, Subject};
use assize_model::declaration::ixit::common::MadeFrom;
use assize_model::scene::Scene;

use crate::cryptography::bare;
use crate::drive::Home;
use crate::say::{Row, Said};

/// Judges what pre-installed passwords are made from; other factors and origins are beside the question.
pub(crate) fn not_made_from(m: &AuthMech, row: Row, unwanted: &[MadeFrom]) -> Said {
    if let Some(said) = not_preinstalled(m, row) {
        return said;
    }
    match m.generation.as_ref().and_then(|g| g.made_from) {
        None => row.leaves_out("generation", "what its passwords are made from (`made_from`)"),
        Some(from) if unwanted.contains(&from) => {
            let words = format!("makes its passwords from {}", origin_words(from));
            row.fails("generation", words, "draw them from a cryptographic random number generator")
        }
        Some(from) => row.passes("generation", format!("makes its passwords from {}", origin_words(from))),
    }
}

/// Why a mechanism has no pre-installed password, or why that is unknown; nothing when it has one.
pub(crate) fn not_preinstalled(m: &AuthMech, row: Row) -> Option<Said> {
    match (m.factor, m.password_origin) {
        (None, _) => Some(row.leaves_out("factor", "which authentication factor it uses")),
        (Some(Factor::Password), None) => Some(row.leaves_out("password_origin", "who sets the password")),
        (Some(Factor::Password), Some(PasswordOrigin::PreInstalled)) => None,
        (Some(Factor::Password), _) => {
            Some(row.is_beside("password_origin", "has no pre-installed password"))
        }
        _ => Some(row.is_beside("factor", "uses no password")),
    }
}

/// What settles the cryptography of users' authentication before it is looked up: nobody's, or none although a network
/// may reach it.
pub(crate) fn before_lookup(m: &AuthMech, row: Row) -> Option<Said> {
    not_for_users(m, row).or_else(|| bare(row, m.crypto.as_ref(), m.over_network()))
}

/// Why a mechanism does not authenticate users; nothing when it does, or may.
pub(crate) fn not_for_users(m: &AuthMech, row: Row) -> Option<Said> {
    match m.subject {
        Some(Subject::Machine) => Some(row.is_beside("subject", "authenticates machines, not users")),
        Some(Subject::User) => None,
        None => Some(row.leaves_out("subject", "whether users or machines authenticate")),
    }
}

fn origin_words(from: MadeFrom) -> &'static str {
    match from {
        MadeFrom::Counter => "a counter",
        MadeFrom::Dictionary => "words of a dictionary",
        MadeFrom::Fixed => "one value for all units",
        MadeFrom::PublicFacts => "public facts",
        MadeFrom::Random => "random numbers",
    }
}

/// Where a mechanism lives, beside the others that ask for a password over the network.
pub(crate) fn home<'a>(m: &'a AuthMech, scene: &Scene<'a>) -> Home<'a> {
    let takes_password =
        |o: &&AuthMech| o.network != Some(false) && o.factor.is_none_or(|f| f == Factor::Password);
    let others = scene.declaration.ixit.auth_mech.iter().filter(|o| o.id != m.id).filter(takes_password);
    Home { reached_at: &m.reached_at, others: others.map(|o| (o.id.as_str(), &*o.reached_at)).collect() }
}

const HOURS_PER_YEAR: f64 = 8766.0;

/// The strength in bits of passwords of a length over an alphabet, drawn at random.
pub(crate) fn bits(alphabet: u32, length: u32) -> f64 {
    f64::from(length) * f64::from(alphabet.max(1)).log2()
}

/// How many years a guesser takes for half of all passwords of that strength, at so many guesses an hour.
pub(crate) fn years(bits: f64, per_hour: f64) -> f64 {
    (bits - 1.0).exp2() / per_hour.max(1.0) / HOURS_PER_YEAR
}

#[cfg(test)]
mod tests {
    use super::{cryptography_agreed, cryptography_as_declared, cryptography_unbroken};
    use crate::stage::{check, nothing};

    #[test]
    fn no_cryptography_is_an_answer_only_where_no_network_is() {
        let declared = "1-AuthMech = [{ id = 'A', subject = 'user', network = true, crypto = { protocols = ['none'] } }, \
             { id = 'B', subject = 'user', network = false, crypto = { protocols = ['none'] } }, \
             { id = 'C', subject = 'user', crypto = { protocols = ['none'] } }, \
             { id = 'D', subject = 'user', network = false, reached_at = ['tcp/80'], \
             crypto = { protocols = ['none'] } }]\n\
             2-UserInfo = { support_period = { until = '2031-12-31' } }";
        for rule in [&cryptography_agreed::CHECK, &cryptography_unbroken::CHECK] {
            check(rule, declared, &nothing(), "A INCONCLUSIVE, B N/A, C INCONCLUSIVE, D INCONCLUSIVE");
        }
        let named = declared.replace("['none']", "['none'], algorithms = ['Ed25519']");
        check(&cryptography_agreed::CHECK, &named, &nothing(), "A PASS, B PASS, C PASS, D PASS");
        let rule = &cryptography_as_declared::CHECK;
        check(rule, declared, &nothing(), "A INCONCLUSIVE, B N/A, C INCONCLUSIVE, D INCONCLUSIVE");
    }
}
