//! The published page states the declared end of support. What is not found in a notation that is known may be said in
//! another, so that a page FAILs only where it states another day as the end of support, or where an English text about
//! updates holds no year and no span of time at all.

use assize_model::fact::Publication;
use assize_model::judgement::Pointer;
use assize_model::scene::Scene;

use super::SUPPORT_PERIOD;
use crate::Check;
use crate::reading::{is_substantial, sentences};
use crate::say::{Said, fail, leave_open, pass, text};

pub(crate) const CHECK: Check = Check {
    name: "publication.support_period_stated",
    establishes: "The published page states the declared end of support.",
    probes: &["publication"],
    partial: true,
    judge: |scene| SUPPORT_PERIOD.read(scene, |page| rule(page, scene)),
};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Judges whether a page states the declared end of support.
pub(super) fn rule(page: &Publication, scene: &Scene) -> Said {
    let period = scene.declaration.ixit.user_info.as_ref().and_then(|i| i.support_period.as_ref());
    let place = Pointer::ixit(["2-UserInfo", "support_period"]);
    let until = period.and_then(|p| text(p.until.as_ref()));
    let Some(date) = until.and_then(Date::read) else {
        let words = "2-UserInfo does not say until which day the DUT is supported.";
        return leave_open(place, words, "fill in `support_period.until`, as `2031-12-31`");
    };
    let said = squeezed(&page.text);
    let iso = date.iso();
    if date.notations().iter().any(|n| holds(&said, n)) {
        let notations = date.notations();
        if let Some(other) = all_ends(&page.text).into_iter().find(|day| !notations.contains(day)) {
            let words = format!("{} states {iso} and {other}, each as an end of support.", page.url);
            return leave_open(place, words, "see by hand which of them is the DUT's");
        }
        return pass(place, format!("{} states {iso} as the end of support.", page.url));
    }
    if said.contains(&date.year.to_string()) {
        let words =
            format!("{} names the year {}, but not {iso} in a notation that is known.", page.url, date.year);
        return leave_open(place, words, "read the page by hand");
    }
    let remedy = "state the same day on the page and in `support_period.until`";
    if let Some(other) = other_end(&page.text) {
        let words = format!("{} states {other} as the end of support, and not {iso} as declared.", page.url);
        return fail(place, words, remedy);
    }
    if !may_name_times(&said) && is_substantial(&said, &UPDATES) {
        let words = format!(
            "{} does not state {iso}, the declared end of support, nor any other day, year or span of time.",
            page.url
        );
        return fail(place, words, remedy);
    }
    let words = format!("In {} the declared end of support, {iso}, was not recognised.", page.url);
    leave_open(place, words, "read the page by hand")
}

/// Words of support that is given, of its end, and of other days than that end.
const SUPPORT: [&str; 4] = ["support", "update", "patch", "maint"];
const END: [&str; 7] = ["until", "till", "ends", "ending", "end", "through", "expires"];
const OTHER: [&str; 11] = [
    "updated",
    "published",
    "revised",
    "effective",
    "version",
    "since",
    "from",
    "sold",
    "released",
    "launched",
    "least",
];
/// What a page on the support period is about; `support` alone stands in every menu.
const UPDATES: [&str; 4] = ["update", "supported", "patch", "maintain"];
const SPANS: [&str; 7] = ["year", "month", "week", "decade", "days", "lifetime", "life time"];
/// Those of them that an answer or an exchange takes, too, and words for these.
const SHORT_SPANS: [&str; 2] = ["week", "days"];
const DAYS_TAKEN: [&str; 6] = ["answer", "deliver", "exchange", "repl", "respon", "return"];
/// Most words between the word for an end and its day.
const NEAR: usize = 4;

/// The one day that a text states as the end of support: a day close behind a word for an end, in a sentence about
/// support. Several such days belong to several products, and beside a span that may be the support nothing is sure.
fn other_end(text: &str) -> Option<String> {
    match all_ends(text).as_slice() {
        [day] if !has_span(text) => Some(day.clone()),
        _ => None,
    }
}

/// Whether a text names a span that may be that of the support: a short one is none where its sentence is about something
/// that takes days.
fn has_span(text: &str) -> bool {
    let lower = text.to_lowercase();
    let is_long = |span: &str| !SHORT_SPANS.contains(&span) && lower.contains(span);
    let is_short = |sentence: &str| {
        let takes_days = DAYS_TAKEN.iter().any(|word| sentence.contains(word));
        !takes_days && SHORT_SPANS.iter().any(|span| sentence.contains(span))
    };
    SPANS.iter().any(|span| is_long(span)) || sentences(&lower).any(is_short)
}

/// The different days that a text names as an end of support.
fn all_ends(text: &str) -> Vec<String> {
    let mut days: Vec<String> = sentences(text).flat_map(|sentence| ends(&squeezed(sentence))).collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// The days that a sentence names as an end of support.
fn ends(sentence: &str) -> Vec<String> {
    if !SUPPORT.iter().any(|word| sentence.contains(word)) {
        return Vec::new();
    }
    let is_mark = |c: char| !c.is_ascii_alphanumeric();
    let words: Vec<&str> = sentence.split(' ').map(|word| word.trim_matches(is_mark)).collect();
    let is_end = |at: usize| {
        let before = words[..at].iter().rev().take(NEAR + 1);
        let mut marks = before.filter(|word| END.contains(word) || OTHER.contains(word));
        marks.next().is_some_and(|word| END.contains(word))
    };
    let days = (0..words.len()).filter_map(|at| Some((at, day_at(&words[at..])?)));
    days.filter(|(at, _)| is_end(*at)).map(|(_, day)| day).collect()
}

/// A whole day at the beginning of some words, as it is written there.
fn day_at(words: &[&str]) -> Option<String> {
    let first = *words.first()?;
    let parts: Vec<&str> = first.split(['-', '/', '.']).collect();
    let is_number = |part: &str, least: usize, most: usize| {
        (least..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    if let [a, b, c] = parts.as_slice() {
        let is_day = is_number(b, 1, 2)
            && (is_number(a, 4, 4) && is_number(c, 1, 2) || is_number(a, 1, 2) && is_number(c, 4, 4));
        return is_day.then(|| first.to_owned());
    }
    let [a, b, year, ..] = words else { return None };
    let is_month = |word: &str| MONTHS.iter().any(|month| *month == word || month[..3] == *word);
    let is_day = is_number(a, 1, 2) && is_month(b) || is_month(a) && is_number(b, 1, 2);
    (is_day && is_number(year, 4, 4)).then(|| format!("{a} {b} {year}"))
}

/// Whether anything in a text, in lower case, can be a year, a day or a span of time.
fn may_name_times(text: &str) -> bool {
    let is_number =
        |part: &str| part.len() > 1 && part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit());
    SPANS.iter().any(|word| text.contains(word))
        || text.split(|c: char| !c.is_ascii_alphanumeric()).any(is_number)
        || MONTHS.iter().any(|month| *month != "may" && *month != "march" && text.contains(month))
}

struct Date {
    year: u32,
    month: usize,
    day: u32,
}

impl Date {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let date = Self { year: year.parse().ok()?, month: month.parse().ok()?, day: day.parse().ok()? };
        let is_date =
            (1..=12).contains(&date.month) && (1..=31).contains(&date.day) && parts.next().is_none();
        is_date.then_some(date)
    }

    fn iso(&self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// The usual notations, in lower case.
    fn notations(&self) -> Vec<String> {
        let Self { year, month, day } = self;
        let long = MONTHS[month - 1];
        let mut notations = vec![self.iso(), format!("{year}/{month:02}/{day:02}")];
        for name in [long, &long[..3]] {
            notations.extend([format!("{day} {name} {year}"), format!("{name} {day}, {year}")]);
            notations.extend([format!("{name} {day} {year}"), format!("{day}. {name} {year}")]);
        }
        for separator in ['/', '.', '-'] {
            notations.push(format!("{day:02}{separator}{month:02}{separator}{year}"));
            notations.push(format!("{day}{separator}{month}{separator}{year}"));
        }
        notations.push(format!("{month:02}/{day:02}/{year}"));
        notations
    }
}

/// Lower case, single blanks, and ordinals as plain numbers: `31st of December` as `31 december`.
fn squeezed(text: &str) -> String {
    let words = text.split_whitespace().map(|word| {
        let word = word.to_lowercase();
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let is_ordinal = !digits.is_empty()
            && digits.bytes().all(|b| b.is_ascii_digit())
            && ["st", "nd", "rd", "th"].contains(&&word[digits.len()..]);
        if is_ordinal { digits.to_owned() } else { word }
    });
    words.filter(|w| w != "of").collect::<Vec<_>>().join(" ")
}

/// Whether a date stands in a text without further digits around it.
fn holds(text: &str, date: &str) -> bool {
    text.match_indices(date).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + date.len()..].chars().next();
        !before.is_some_and(|c| c.is_ascii_digit()) && !after.is_some_and(|c| c.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, looked, nothing, page};

    const NO_PERIOD: &str = "Support period of the plug. We supply security updates for as long as we can. Anyone can \
        read this page; no account is needed. The page of the plug leads to it.";

    fn judged(text: &str, expect: &str) {
        let declared = "2-UserInfo = { support_period = { until = '2031-12-31' }, \
            support_period_published = { url = 'https://x' } }";
        check(&CHECK, declared, &looked(&[page("https://x", 200, text)]), expect);
    }

    #[test]
    fn another_day_as_the_end() {
        for end in ["2027-06-30", "June 30, 2027", "the 30th of June 2027", "30/06/2027", "30 Jun 2027"] {
            judged(&format!("Every part gets updates until {end}. We care."), "FAIL");
        }
        judged("We exchange the plug within 30 days. Supported until 30 June 2027.", "FAIL");
        for text in [
            "Support until further notice Last updated 12 May 2025",
            "Supported until at least 30 June 2027.",
            "Supported until 30 June 2027, or five years from sale.",
            "Updates for 60 months from sale. Scheduled maintenance of the portal ends 30 November 2026.",
            "Updates for 260 weeks from sale. Maintenance of the portal ends 30 November 2026.",
            "How long do you get updates? 260 weeks from sale. Maintenance of the portal ends 30 November 2026.",
            "Updates for a decade. Maintenance of this page ends 30 November 2026.",
            "The X1 is supported until 1 March 2027. The X2 is supported until 1 March 2028.",
            "Offer ends on 30 June 2027.",
            "Sold until 30 June 2027 in shops. We support it.",
        ] {
            judged(text, "INCONCLUSIVE");
        }
    }

    #[test]
    fn a_page_of_several_products() {
        judged(
            "The X1 is supported until 1 March 2027. The X2 is supported until December 31, 2031.",
            "INCONCLUSIVE",
        );
        judged("Updates end on 31.12.2031. Updates end on 2031-12-31.", "PASS");
        judged("Support ends on 31 December 2031. Sold until 1 March 2027 in shops.", "PASS");
    }

    #[test]
    fn what_is_no_whole_day_ends_nothing() {
        let until = |what: &str| format!("Every part gets updates until {what}. We care.");
        judged(&until("2027-6-3"), "FAIL");
        for what in [
            "1.2.3",
            "30-06-27",
            "12345-06-30",
            "abcd-06-30",
            "2027-123-30",
            "2027-06-2028",
            "123/06/2027",
            "12 devices 2027",
            "further devices 2027",
            "late June 2027",
            "model 12 2027",
            "June or 2027",
            "30 June 27",
            "30 June next",
        ] {
            judged(&until(what), "INCONCLUSIVE");
        }
        judged(&until("further notice by friday 2027-06-30"), "FAIL");
        judged(&until("further notice by friday morning 2027-06-30"), "INCONCLUSIVE");
    }

    #[test]
    fn no_period_at_all() {
        judged(NO_PERIOD, "FAIL");
        // A model, a telephone number and words that are months by chance are no time.
        for more in ["It is Model 7.", "Call 12345.", "You may march on."] {
            judged(&format!("{NO_PERIOD} {more}"), "FAIL");
        }
        for text in [
            "As long as we can.".to_owned(),
            "Plug: support period".to_owned(),
            format!("{NO_PERIOD} At least five years."),
            format!("{NO_PERIOD} Until the end of December."),
            format!("{NO_PERIOD} Until 12/31."),
            format!("{NO_PERIOD} In 2033."),
            NO_PERIOD.replace("updates", "help"),
            "Wir liefern Updates, solange wir können. Support und Updates. Immer. ".repeat(5),
        ] {
            judged(&text, "INCONCLUSIVE");
        }
    }

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "2-UserInfo = { support_period = { until = '2031-12-31' }, \
             support_period_published = { url = 'https://x' } }",
            &looked(&[page("https://x", 200, "Support ends on 31 December 2028.")]),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "2-UserInfo = { support_period = { until = '2031-12-31' }, \
             support_period_published = { url = 'https://x' } }",
            &looked(&[page("https://x", 200, "Support ends on the 31st of December 2031.")]),
            "PASS",
        );
    }

    #[test]
    fn never_looked() {
        check(
            &CHECK,
            "2-UserInfo = { support_period = { until = '2031-12-31' }, \
             support_period_published = { url = 'https://x' } }",
            &nothing(),
            "INCONCLUSIVE",
        );
    }

    #[test]
    fn iso() {
        check(
            &CHECK,
            "2-UserInfo = { support_period = { until = '2031-02-05' }, \
             support_period_published = { url = 'https://x' } }",
            &looked(&[page("https://x", 200, "Until 2031-02-05.")]),
            "PASS",
        );
    }

    #[test]
    fn american() {
        check(
            &CHECK,
            "2-UserInfo = { support_period = { until = '2031-02-05' }, \
             support_period_published = { url = 'https://x' } }",
            &looked(&[page("https://x", 200, "Until February 5, 2031")]),
            "PASS",
        );
    }

    #[test]
    fn slashes() {
        check(
            &CHECK,
            "2-UserInfo = { support_period = { until = '2031-02-05' }, \
             support_period_published = { url = 'https://x' } }",
            &looked(&[page("https://x", 200, "Until 05/02/2031")]),
            "PASS",
        );
    }

    #[test]
    fn longer_number() {
        check(
            &CHECK,
            "2-UserInfo = { support_period = { until = '2031-02-05' }, \
             support_period_published = { url = 'https://x' } }",
            &looked(&[page("https://x", 200, "Part 15 Feb 20311")]),
            "INCONCLUSIVE",
        );
    }

    #[test]
    fn year_only() {
        check(
            &CHECK,
            "2-UserInfo = { support_period = { until = '2031-12-31' }, \
             support_period_published = { url = 'https://x' } }",
            &looked(&[page("https://x", 200, "Until the end of 2031.")]),
            "INCONCLUSIVE",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "2-UserInfo = { support_period_published = { url = 'https://x' } }",
            &looked(&[page("https://x", 200, "2031-12-31")]),
            "INCONCLUSIVE",
        );
    }

    #[test]
    fn not_a_date() {
        check(
            &CHECK,
            "2-UserInfo = { support_period = { until = '2031-13-31' }, \
             support_period_published = { url = 'https://x' } }",
            &looked(&[page("https://x", 200, "x")]),
            "INCONCLUSIVE",
        );
    }
}
