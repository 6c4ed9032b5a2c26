//! What a reader of a published text is pointed to: contacts, times and dates with their quotes, and how easily it
//! reads. The hints decide nothing; whether a text is English prose decides what may be missed in it (adr 0006).

use assize_model::judgement::Indication;

use crate::say::{list, quote};

/// What is looked for in a text beside how it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hint {
    /// Ways to reach somebody.
    Contacts,
    /// Sentences with a day or a year.
    Dates,
    /// Sentences with a span of time.
    Times,
}

/// Most quotes of one kind.
const QUOTES: usize = 3;
/// Shorter texts say nothing about how they read.
const FEW_WORDS: usize = 30;
const SPANS: [&str; 6] = ["hour", "day", "week", "month", "year", "regularly"];

/// The hints about a text that was found at a place.
pub(crate) fn hints(place: &str, text: &str, wanted: &[Hint]) -> Vec<Indication> {
    let found = wanted.iter().filter_map(|hint| {
        let (what, quotes) = match hint {
            Hint::Contacts => ("a contact", contacts(text)),
            Hint::Dates => ("a date", around(text, date_in)),
            Hint::Times => ("a span of time", around(text, span_in)),
        };
        (!quotes.is_empty()).then(|| format!("{place} names {what}: {}.", list(&quotes)))
    });
    found.chain(readability(place, text)).map(|words| Indication::note(words, REMEDY)).collect()
}

const REMEDY: &str = "weigh it when you read the text; it decides nothing";

/// Sentences, also those that end with a line.
pub(crate) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let is_end = |c: char| matches!(c, '!' | '?' | ';' | '\n');
    let parts = text.split(is_end).flat_map(|part| part.split(". "));
    parts.map(|s| s.trim().trim_end_matches('.')).filter(|s| !s.is_empty())
}

/// Fewer words, or fewer sentences with a full stop, are a heading, a menu or a notice, and miss nothing.
const FEWEST_WORDS: usize = 25;
const FEWEST_SENTENCES: usize = 3;

/// Whether a text is prose enough that what it does not say is missing: English, some sentences with full stops, and one
/// of them with a word of its subject. A title, a menu or a notice about cookies is none; a page that a script fills in
/// has no more.
pub(crate) fn is_substantial(lower: &str, subject: &[&str]) -> bool {
    let words: Vec<&str> = lower.split_whitespace().collect();
    let text = words.join(" ");
    let sentences: Vec<&str> = text.split_inclusive(". ").filter(|s| s.trim_end().ends_with('.')).collect();
    is_english(&text)
        && words.len() >= FEWEST_WORDS
        && sentences.len() >= FEWEST_SENTENCES
        && sentences.iter().any(|s| subject.iter().any(|word| s.contains(word)))
}

/// Common words of English, and of other languages that are written in Latin letters. None of the second kind is a
/// word of English by itself, as far as published pages go.
const ENGLISH: [&str; 18] = [
    "the", "and", "to", "we", "you", "your", "our", "of", "for", "with", "this", "that", "from", "not", "it",
    "are", "when", "by",
];
const OTHER_LANGUAGES: [&str; 44] = [
    "und", "der", "die", "das", "wir", "nicht", "mit", "für", "sie", "ist", "het", "een", "en", "van", "de",
    "niet", "wij", "les", "des", "et", "la", "le", "une", "nous", "pour", "el", "los", "una", "con", "para",
    "il", "di", "che", "per", "och", "att", "og", "som", "ikke", "nie", "się", "que", "ja", "não",
];
/// Fewer different words of English are a name, a button or a line of thanks in another language.
const FEWEST_DIFFERENT: usize = 2;
/// Of so many words of an English text at least one is common.
const COMMON_IN: usize = 12;

/// Whether a text is in English as far as common words tell: several of English, more of them than of other languages,
/// and Latin letters.
pub(crate) fn is_english(lower: &str) -> bool {
    let trimmed = |word: &'_ str| word.trim_matches(|c: char| !c.is_alphabetic()).to_owned();
    let words: Vec<String> = lower.split_whitespace().map(trimmed).filter(|w| !w.is_empty()).collect();
    let of = |list: &[&str]| words.iter().filter(|w| list.contains(&w.as_str())).count();
    let different = ENGLISH.iter().filter(|common| words.iter().any(|w| w == *common)).count();
    let letters = || lower.chars().filter(|c| c.is_alphabetic());
    let (all, foreign) = (letters().count(), letters().filter(|c| !c.is_ascii()).count());
    let common = of(&ENGLISH);
    different >= FEWEST_DIFFERENT
        && common > of(&OTHER_LANGUAGES)
        && common * COMMON_IN >= words.len()
        && foreign * 10 <= all
}

fn contacts(text: &str) -> Vec<String> {
    let is_contact = |word: &&str| is_mail(word) || is_telephone(word);
    text.split_whitespace().filter(is_contact).take(QUOTES).map(quote).collect()
}

/// Quotes of the first sentences that hold what is looked for, long ones cut to what stands around it.
fn around(text: &str, find: impl Fn(&str) -> Option<usize>) -> Vec<String> {
    let found = sentences(text).filter_map(|s| Some((s, find(s)?)));
    found.take(QUOTES).map(|(sentence, at)| quote(excerpt(sentence, at))).collect()
}

/// At most 75 characters of a sentence, of which 50 stand before the place that matters.
fn excerpt(sentence: &str, at: usize) -> &str {
    if sentence.chars().count() <= 75 {
        return sentence;
    }
    let before = sentence[..at].char_indices().rev().take(50).last().map_or(at, |(from, _)| from);
    let word =
        sentence[before..at].find(' ').filter(|_| before > 0).map_or(before, |space| before + space + 1);
    let rest = &sentence[word..];
    &rest[..rest.char_indices().nth(75).map_or(rest.len(), |(to, _)| to)]
}

/// Whether a word is an e-mail address.
pub(crate) fn is_mail(word: &str) -> bool {
    let parts = word.split_once('@');
    parts.is_some_and(|(user, host)| !user.is_empty() && host.trim_end_matches('.').contains('.'))
}

/// Whether a word begins a telephone number in international form, or a link calls it.
pub(crate) fn is_telephone(word: &str) -> bool {
    let word = word.strip_prefix("tel:").unwrap_or(word);
    word.starts_with('+') && word.bytes().filter(u8::is_ascii_digit).count() > 1
}

/// Where a sentence holds a span of time with a number or "regularly".
fn span_in(sentence: &str) -> Option<usize> {
    let lower = sentence.to_ascii_lowercase();
    let is_counted = ["regularly", "every"].iter().any(|w| lower.contains(w))
        || lower.contains(|c: char| c.is_ascii_digit());
    SPANS.iter().filter_map(|s| lower.find(s)).min().filter(|_| is_counted)
}

/// Where a sentence holds a number that can be a year of our time.
fn date_in(sentence: &str) -> Option<usize> {
    let is_year = |n: &str| n.len() == 4 && n.parse().is_ok_and(|n: u32| (1990..2100).contains(&n));
    let mut numbers = sentence.split(|c: char| !c.is_ascii_digit()).filter(|n| is_year(n));
    // A part of a text that was split lies within it.
    numbers.next().map(|n| n.as_ptr().addr() - sentence.as_ptr().addr())
}

/// How long sentences are, and for English the reading ease by the formula of R. Flesch (1948): 206.835 - 1.015 words
/// per sentence - 84.6 syllables per word. Syllables are estimated by groups of vowels.
fn readability(place: &str, text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().filter(|w| w.contains(char::is_alphabetic)).collect();
    if words.len() < FEW_WORDS {
        return None;
    }
    let sentences = sentences(text).count().max(1);
    let (count, per_sentence) = (words.len(), words.len() as f64 / sentences as f64);
    let begin = format!("{place} has {count} words in {sentences} sentences, {per_sentence:.0} words each");
    if !is_english(&text.to_lowercase()) {
        return Some(format!(
            "{begin}; it does not seem to be English, so its reading ease was not estimated."
        ));
    }
    let syllables: usize = words.iter().map(|w| syllables(w)).sum();
    let ease = 206.835 - 1.015 * per_sentence - 84.6 * syllables as f64 / count as f64;
    let ease = ease.clamp(0.0, 100.0);
    Some(format!(
        "{begin}; its reading ease by the formula of Flesch for English, with estimated syllables, is {ease:.0} of 100 ({}).",
        level(ease)
    ))
}

fn level(ease: f64) -> &'static str {
    match ease {
        e if e >= 60.0 => "plain",
        e if e >= 30.0 => "difficult",
        _ => "very difficult",
    }
}

/// Groups of vowels, a silent `e` at the end left out.
fn syllables(word: &str) -> usize {
    let lower = word.to_lowercase();
    let letters = lower.trim_matches(|c: char| !c.is_alphabetic());
    let core = letters.strip_suffix('e').filter(|_| !letters.ends_with("le")).unwrap_or(letters);
    let is_vowel = |c: char| "aeiouyäöüáéíóúàèìòù".contains(c);
    let (groups, _) = core.chars().fold((0usize, false), |(groups, was), c| {
        let is = is_vowel(c);
        (groups + usize::from(is && !was), is)
    });
    groups.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = "Write to security@maker.example or call +49 30 1234. We answer within 5 days. \
        We tell you every 14 days how it goes, until the weakness is gone. Support ends on 31 December 2031.";

    fn words(text: &str, wanted: &[Hint]) -> Vec<String> {
        hints("The page", text, wanted).into_iter().map(|i| i.words).collect()
    }

    #[test]
    fn what_is_found_is_quoted() {
        let all = words(POLICY, &[Hint::Contacts, Hint::Times, Hint::Dates]);
        assert_eq!(all[0], "The page names a contact: \"security@maker.example\" and \"+49\".");
        assert!(all[1].contains("\"We answer within 5 days\"") && all[1].contains("14 days"), "{all:?}");
        assert_eq!(all[2], "The page names a date: \"Support ends on 31 December 2031\".");
        let long =
            format!("{} and so on until 31 December 2031, {}", "Ä word ".repeat(30), "as is ".repeat(30));
        let told = words(&long, &[Hint::Dates]).concat();
        assert!(told.contains("until 31 December 2031") && told.contains("names a date: \"word"), "{told}");
        assert!(words("Nothing here.", &[Hint::Contacts, Hint::Times, Hint::Dates]).is_empty());
    }

    #[test]
    fn plain_words_read_more_easily_than_long_ones() {
        let easy =
            "We keep your data safe and we do not sell it. You can ask us to show it to you. ".repeat(3);
        let hard = "Notwithstanding organisational confidentiality stipulations, authorised subsidiaries \
            systematically operationalise telemetry categorisation to the aforementioned beneficiaries "
            .repeat(3);
        let shown = |text: &str| words(text, &[]).concat();
        assert!(shown(&easy).contains("(plain)"), "{}", shown(&easy));
        assert!(shown(&hard).contains("(very difficult)"), "{}", shown(&hard));
        let german = "Wir geben Ihre Daten nicht weiter. ".repeat(8);
        assert!(shown(&german).contains("not seem to be English"), "{}", shown(&german));
        assert_eq!(words("Short.", &[]), Vec::<String>::new());
    }

    #[test]
    fn what_is_prose_enough_to_miss_something() {
        let text = "how we handle a weakness. write to us and tell us what you see. we look into it, and we name you \
            when you wish that. we take no legal steps against you.";
        assert!(is_substantial(text, &["weakness"]));
        assert!(!is_substantial(text, &["update"]), "about something else");
        for short in [
            "acme. security. a weakness.".to_owned(),
            format!("{} weakness and more.", "products support company ".repeat(20)),
            "wir geben ihre schwachstelle nicht weiter. weakness. ".repeat(8),
        ] {
            assert!(!is_substantial(&short, &["weakness"]), "{short}");
        }
        let told = |last: &str| format!("{}{last}", "you see the weakness and we mend it. ".repeat(2));
        assert!(is_substantial(&told("you see the weakness and we mend it now."), &["weakness"]), "25 words");
        assert!(!is_substantial(&told("you see the weakness and we mend it."), &["weakness"]), "24 words");
        let open = told("you see the weakness and we mend it for you");
        assert!(!is_substantial(&open, &["weakness"]), "two sentences and a heading");
    }

    #[test]
    fn a_few_english_words_make_no_english_page() {
        for text in [
            "wir nehmen meldungen ernst. unser security team: report to the desk. die meldung und der weg dahin.",
            "nous prenons la sécurité au sérieux, et les rapports. the bug bounty and the team.",
            "we nemen het melden van een lek serieus, en wij reageren. we doen het met de melder.",
            "ilmoita haavoittuvuudesta meille. the best and brightest vastaavat pian ilmoittajalle, ja korjaamme \
             tuotteen ohjelmiston turvallisuuden mahdollisimman pian kaikille asiakkaille tiedotamme verkkosivuilla \
             tuotteiden päivityksistä ilmoittajan nimeä julkaisematta ennen korjauksen valmistumista ohjelmistoon",
            "мы принимаем сообщения об уязвимостях. to the team and you.",
            "the",
        ] {
            assert!(!is_english(text), "{text}");
        }
        for text in
            ["write to us, and we answer you.", "send your report to (our) team, the sooner the better"]
        {
            assert!(is_english(text), "{text}");
        }
    }

    #[test]
    fn syllable_estimates() {
        for (word, count) in
            [("we", 1), ("make", 1), ("table", 2), ("security", 4), ("rhythm", 1), ("\u{201e}x", 1)]
        {
            assert_eq!(syllables(word), count, "{word}");
        }
    }
}
