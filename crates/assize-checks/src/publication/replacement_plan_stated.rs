//! The replacement plan tells by when and how hardware is replaced. Words decide little here, so that what is not
//! found is left to a person, and nothing FAILs.

use assize_model::fact::Publication;

use super::REPLACEMENT;
use crate::Check;
use crate::reading::sentences;
use crate::say::{Said, leave_open, pass, quote};

pub(crate) const CHECK: Check = Check {
    name: "publication.replacement_plan_stated",
    establishes: "The published replacement plan names a period and a way in which hardware is replaced.",
    probes: &["publication"],
    partial: true,
    judge: |scene| REPLACEMENT.read(scene, rule),
};

const PERIODS: [&str; 4] = ["day", "week", "month", "year"];
const METHODS: [&str; 6] = ["exchange", "replace", "return", "send it", "spare", "swap"];

fn rule(page: &Publication) -> Said {
    let text = page.text.to_lowercase();
    let has = |s: &str, words: &[&str]| words.iter().any(|w| s.contains(w));
    let period = sentences(&text).find(|s| has(s, &PERIODS) && s.bytes().any(|b| b.is_ascii_digit()));
    let method = sentences(&text).find(|s| has(s, &METHODS));
    match (period, method) {
        (Some(period), Some(method)) => {
            let words =
                format!("{} names a period, {}, and a way, {}.", page.url, quote(period), quote(method));
            pass(REPLACEMENT.place(), words)
        }
        _ => {
            let words =
                format!("In {} no period and no way of replacement were recognised together.", page.url);
            leave_open(REPLACEMENT.place(), words, "read the plan by hand")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, copied, looked, nothing, page};

    const DECLARED: &str = "2-UserInfo = { replacement = { url = 'https://x', file = 'plan.txt' } }";

    #[test]
    fn flawed() {
        check(&CHECK, DECLARED, &looked(&[page("https://x", 200, "We care for you.")]), "INCONCLUSIVE");
    }

    #[test]
    fn conformant() {
        let text = "Within 5 years of sale you may send it to us. We exchange it for a new one.";
        check(&CHECK, DECLARED, &looked(&[page("https://x", 200, text)]), "PASS");
        check(&CHECK, DECLARED, &looked(&[copied("plan.txt", text)]), "PASS");
    }

    #[test]
    fn never_looked() {
        check(&CHECK, DECLARED, &nothing(), "INCONCLUSIVE");
    }
}
