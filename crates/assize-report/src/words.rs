//! Words of the report: plurals, lists, sentences, and how text from outside is kept from playing tricks on a reader.

use assize_model::assessment::Waits;
use assize_model::judgement::{By, Outcome};

/// "1 case", "2 cases", "no cases".
pub(crate) fn plural(count: usize, one: &str) -> String {
    let many = match one.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{one}s"),
    };
    match count {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    }
}

/// "a", "a and b", "a, b and c".
pub(crate) fn list<T: AsRef<str>>(items: &[T]) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [front @ .., last] => {
            let front: Vec<&str> = front.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", front.join(", "), last.as_ref())
        }
    }
}

/// The text as a sentence: a capital where it begins with a plain word, a full stop where it ends without one.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.trim();
    let first_word = text.split_whitespace().next().unwrap_or_default();
    let plain = first_word.trim_end_matches([',', ':']).chars().all(|c| c.is_ascii_lowercase());
    let mut chars = text.chars();
    let mut sentence = match chars.next() {
        Some(first) if plain => first.to_ascii_uppercase().to_string() + chars.as_str(),
        _ => text.to_owned(),
    };
    if !sentence.is_empty() && !sentence.ends_with(['.', '!', '?', ':']) {
        sentence.push('.');
    }
    sentence
}

/// A moment as people read it: `2026-11-23 22:42:10 UTC` for `2026-11-23T22:42:10.5Z`; anything else as it is.
pub(crate) fn moment(time: &str) -> String {
    let Some((day, rest)) = time.split_once('T') else { return time.to_owned() };
    match (rest.get(..8), rest.ends_with('Z')) {
        (Some(clock), true) => format!("{day} {clock} UTC"),
        _ => time.to_owned(),
    }
}

/// A name as the shell takes it for one word.
pub(crate) fn shell_word(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@".contains(c);
    if !name.is_empty() && !name.starts_with('-') && name.chars().all(plain) {
        return name.to_owned();
    }
    let guard = if name.starts_with('-') { "./" } else { "" };
    format!("'{guard}{}'", name.replace('\'', r"'\''"))
}

/// The text with every character written out that would hide, or change the direction of what stands around it.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => shown.push(c),
            c if c.is_control() || is_direction(c) => shown.push_str(&format!("[U+{:04X}]", u32::from(c))),
            c => shown.push(c),
        }
    }
    shown
}

fn is_direction(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
        || ('\u{202a}'..='\u{202e}').contains(&c)
        || ('\u{2060}'..='\u{2069}').contains(&c)
}

/// Who judged, after "judged".
pub(crate) fn judged_by(by: By) -> &'static str {
    match by {
        By::Rule => "by a rule over the declaration",
        By::Probe => "by a rule over recorded facts",
        By::Evaluator => "by an evaluator",
    }
}

/// What an open unit waits for, as a sentence.
pub(crate) fn waits_for(waits: Waits) -> &'static str {
    match waits {
        Waits::Answer => "It waits for an evaluator to answer.",
        Waits::Confirmation => "It waits for an evaluator to confirm what a check proposes.",
        Waits::Bench => "It waits for an examination on the bench.",
        Waits::Declaration => "It waits for information that the declaration does not give.",
        Waits::OtherUnits => "It waits for the units of another case that it applies.",
    }
}

/// The word of an outcome.
pub(crate) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "PASS",
        Outcome::Fail => "FAIL",
        Outcome::NotApplicable => "not applicable",
        Outcome::Inconclusive => "INCONCLUSIVE",
    }
}

/// The claim of a provision in words.
pub(crate) fn claim(claim: Option<&str>) -> &str {
    match claim {
        Some("yes") => "claimed as fulfilled",
        Some("no") => "claimed as not fulfilled",
        Some("n/a") => "claimed as not applicable",
        Some(other) => other,
        None => "without a claim",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_follow_the_count() {
        assert_eq!(plural(0, "case"), "no cases");
        assert_eq!(plural(1, "entry"), "1 entry");
        assert_eq!(plural(2, "entry"), "2 entries");
    }

    #[test]
    fn lists_end_with_and() {
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(list::<&str>(&[]), "");
    }

    #[test]
    fn sentences_get_capital_and_stop() {
        assert_eq!(sentence("login on tcp/23 is open"), "Login on tcp/23 is open.");
        assert_eq!(sentence("ixit.toml is empty."), "ixit.toml is empty.");
        assert_eq!(sentence("5.1-1 is claimed"), "5.1-1 is claimed.");
        assert_eq!(sentence(" "), "");
    }

    #[test]
    fn moments_lose_what_nobody_reads() {
        assert_eq!(moment("2026-11-23T22:42:10.123Z"), "2026-11-23 22:42:10 UTC");
        assert_eq!(moment("2026-11-23T22:42:10+01:00"), "2026-11-23T22:42:10+01:00");
        assert_eq!(moment("Today"), "Today");
    }

    #[test]
    fn folders_stay_one_word_for_the_shell() {
        assert_eq!(shell_word("smart-plug/"), "smart-plug/");
        assert_eq!(shell_word("my plug; rm -r ~"), "'my plug; rm -r ~'");
        assert_eq!(shell_word("it's"), r"'it'\''s'");
        assert_eq!(shell_word("-rf"), "'./-rf'");
        assert_eq!(shell_word(""), "''");
    }

    #[test]
    fn hidden_characters_are_written_out() {
        assert_eq!(visible("SS\u{202e}H\u{0}\r\n\u{1b}[31m"), "SS[U+202E]H[U+0000][U+000D]\n[U+001B][31m");
        assert_eq!(visible("Größe, 電源"), "Größe, 電源");
    }
}
