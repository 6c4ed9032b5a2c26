//! Reads cookies, and estimates how many random bits a proof holds from several of them.

use assize_model::fact::CookieFlags;

use crate::http::codec::Answer;

/// Most cookies of an answer that are kept, and the longest name.
const MOST_COOKIES: usize = 16;
const LONGEST_NAME: usize = 100;

/// The cookies that an answer sets, with their attributes (RFC 6265 clause 5.2). Those it deletes are left out.
pub fn cookies(answer: &Answer) -> Vec<CookieFlags> {
    let set = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
    set.filter_map(|(_, value)| cookie(value)).take(MOST_COOKIES).collect()
}

fn cookie(value: &str) -> Option<CookieFlags> {
    let mut parts = value.split(';').map(str::trim);
    let (name, content) = parts.next()?.split_once('=')?;
    if content.trim().is_empty() {
        return None;
    }
    let mut flags =
        CookieFlags { name: name.trim().chars().take(LONGEST_NAME).collect(), ..CookieFlags::default() };
    for part in parts {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        match key.trim().to_ascii_lowercase().as_str() {
            "secure" => flags.secure = true,
            "httponly" => flags.http_only = true,
            "samesite" => flags.same_site = value.trim().chars().take(LONGEST_NAME).collect(),
            _ => {}
        }
    }
    Some(flags)
}

/// The most random bits that these proofs can hold: the places at which they differ, each counted by the alphabet that
/// is seen in all of them. A few samples bound it from above; that it is random at all they cannot show.
pub fn random_bits(proofs: &[String]) -> u32 {
    let chars: Vec<Vec<char>> = proofs.iter().map(|p| p.chars().collect()).collect();
    let Some(shortest) = chars.iter().map(Vec::len).min() else { return 0 };
    let differs = |at: usize| {
        let mut all = chars.iter().filter_map(|c| c.get(at));
        let first = all.next();
        all.any(|c| Some(c) != first)
    };
    let places = (0..shortest).filter(|at| differs(*at)).count();
    let bits = f64::from(alphabet(proofs)).log2() * f64::from(u32::try_from(places).unwrap_or(u32::MAX));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "bounded by length times seven"
    )]
    let bits = bits.round() as u32;
    bits
}

/// The size of the smallest usual alphabet that holds all characters.
fn alphabet(proofs: &[String]) -> u32 {
    let all = |fits: fn(char) -> bool| proofs.iter().all(|p| p.chars().all(fits));
    if all(|c| c.is_ascii_digit()) {
        10
    } else if all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c))
        || all(|c| c.is_ascii_digit() || ('A'..='F').contains(&c))
    {
        16
    } else if all(|c| c.is_ascii_alphanumeric() && !c.is_ascii_uppercase())
        || all(|c| c.is_ascii_alphanumeric() && !c.is_ascii_lowercase())
    {
        36
    } else if all(|c| c.is_ascii_alphanumeric()) {
        62
    } else {
        64
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cookies_with_their_attributes() {
        let headers = [
            "session=abc; Path=/; Secure; httponly; SameSite=Strict",
            "lang=en",
            "gone=; Max-Age=0",
            "no cookie",
        ];
        let headers = headers.iter().map(|v| ("set-cookie".to_owned(), (*v).to_owned())).collect();
        let read = cookies(&Answer { headers, ..Answer::default() });
        assert_eq!(read.len(), 2);
        assert!(read[0].secure && read[0].http_only && read[0].same_site == "Strict");
        assert!(!read[1].secure && !read[1].http_only && read[1].same_site.is_empty());
    }

    #[test]
    fn only_places_that_differ_count() {
        let all = |proofs: &[&str]| random_bits(&proofs.iter().map(|p| (*p).to_owned()).collect::<Vec<_>>());
        assert_eq!(all(&["0000a1", "0000b2", "0000c3"]), 8);
        assert_eq!(all(&["same", "same"]), 0);
        assert_eq!(all(&["1", "2"]), 3);
        assert_eq!(all(&[]), 0);
        assert_eq!(all(&["one"]), 0);
    }

    proptest! {
        #[test]
        fn whatever_stands_there(a in ".{0,60}", b in ".{0,60}") {
            prop_assert!(random_bits(&[a.clone(), b.clone()]) <= 6 * 61 + 1);
            let _ = cookie(&a);
        }
    }
}
