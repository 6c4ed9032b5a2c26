//! The nearest known word to a mistyped one.

/// Words longer than this are not compared, nor are more candidates than [`MOST`].
const LONGEST: usize = 48;
const MOST: usize = 400;

/// The candidate that a writer most likely meant, if one is near enough: the same but for case or punctuation, or
/// about a third of the letters off.
pub(super) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    let plain = plain(word);
    let scored = candidates.into_iter().take(MOST).filter(|c| c.len() <= LONGEST).filter_map(|c| {
        let limit = (plain.len() / 3).max(1);
        let distance = distance(&plain, &self::plain(c), limit)?;
        Some((distance, c))
    });
    scored.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

fn plain(word: &str) -> Vec<char> {
    word.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}

/// Edit distance with neighbouring letters swapped counting once; `None` above the limit.
fn distance(a: &[char], b: &[char], limit: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut best = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|d| *d <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let known = ["description", "brute_force", "reached_at", "crypto"];
        for (typed, meant) in [
            ("desciption", Some("description")),
            ("brute-force", Some("brute_force")),
            ("Reached_At", Some("reached_at")),
            ("crpyto", Some("crypto")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, known), meant, "{typed}");
        }
    }

    #[test]
    fn long_words_are_left_alone() {
        let long = "x".repeat(LONGEST + 1);
        assert_eq!(nearest(&long, [long.as_str()]), None);
    }
}
