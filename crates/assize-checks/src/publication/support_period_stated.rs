//! The published page states the declared end of support.

use assize_model::fact::Publication;
use assize_model::judgement::Pointer;
use assize_model::scene::Scene;

use super::SUPPORT_PERIOD;
use crate::Check;
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
        return pass(place, format!("{} states {iso} as the end of support.", page.url));
    }
    if said.contains(&date.year.to_string()) {
        let words =
            format!("{} names the year {}, but not {iso} in a notation that is known.", page.url, date.year);
        return leave_open(place, words, "read the page by hand");
    }
    let words = format!("{} does not state {iso}, the declared end of support.", page.url);
    fail(place, words, "state the same day on the page and in `support_period.until`")
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
    fn no_date() {
        check(
            &CHECK,
            "2-UserInfo = { support_period = { until = '2031-02-05' }, \
             support_period_published = { url = 'https://x' } }",
            &looked(&[page("https://x", 200, "As long as we can.")]),
            "FAIL",
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
