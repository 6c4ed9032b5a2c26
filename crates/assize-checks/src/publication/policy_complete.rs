//! The disclosure policy names a contact and time frames for acknowledgement and status updates.
//! The words looked for are English; a page in another language is left to a person, and so is what was not recognised:
//! only an English text that is prose, speaks of weaknesses, and holds no word for a span of time at all, lacks them.

use assize_model::fact::Publication;

use super::POLICY;
use crate::Check;
use crate::reading::{is_english, is_mail, is_substantial, is_telephone};
use crate::say::{Said, fail, leave_open, list, pass};

pub(crate) const CHECK: Check = Check {
    name: "publication.policy_complete",
    establishes: "The disclosure policy names a contact and time frames for acknowledgement and status updates.",
    probes: &["publication"],
    partial: true,
    judge: |scene| POLICY.read(scene, rule),
};

const ACKNOWLEDGING: [&str; 7] =
    ["acknowledg", "receipt", "respond", "response", "reply", "replies", "get back to you"];
const UPDATING: [&str; 6] = ["status", "progress", "update you", "informed", "inform you", "regular updates"];
const TIMES: [&str; 4] = ["day", "hour", "week", "month"];
/// What else may say when something happens.
const PERHAPS_TIMES: [&str; 10] = [
    "minute",
    "quarter",
    "year",
    "fortnight",
    "regular",
    "immediately",
    "instantly",
    "at once",
    "right away",
    "24/7",
];
const CONTACT: [&str; 6] = ["mailto:", "tel:", "contact form", "report form", "web form", "call us"];
/// What a policy is about.
pub(super) const SUBJECT: [&str; 5] = ["vulnerab", "weakness", "flaw", "security issue", "security problem"];

fn rule(page: &Publication) -> Said {
    let text = page.text.to_lowercase();
    if !is_english(&text) {
        let words = format!("{} is not in English, so it was not read.", page.url);
        return leave_open(POLICY.place(), words, "read the policy by hand");
    }
    if !may_name_times(&text) && is_substantial(&text, &SUBJECT) {
        let words = format!(
            "The disclosure policy at {} names no time at all, so neither one for acknowledgement nor one for status \
             updates.",
            page.url
        );
        return fail(POLICY.place(), words, "add both time frames to the policy");
    }
    let parts = [
        ("a contact", has_contact(&text)),
        ("a time frame for acknowledgement", has_time_frame(&text, &ACKNOWLEDGING)),
        ("a time frame for status updates", has_time_frame(&text, &UPDATING)),
    ];
    let unclear: Vec<&str> = parts.iter().filter(|(_, found)| !found).map(|(what, _)| *what).collect();
    if !unclear.is_empty() {
        let words =
            format!("Of the disclosure policy at {} this was not recognised: {}.", page.url, list(&unclear));
        return leave_open(POLICY.place(), words, "read the policy by hand");
    }
    let words = format!("The disclosure policy at {} names {}.", page.url, list(&parts.map(|(w, _)| w)));
    pass(POLICY.place(), words)
}

fn has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// A subject and a time in one sentence are a time frame.
fn has_time_frame(text: &str, subjects: &[&str]) -> bool {
    text.split(['.', '!', '?', ';', '\n']).any(|s| has(s, subjects) && has(s, &TIMES))
}

/// Whether anything in a text can be a time, be it `48h`.
fn may_name_times(text: &str) -> bool {
    let is_short_form = |word: &str| {
        let word = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let unit = word.trim_start_matches(|c: char| c.is_ascii_digit());
        unit.len() < word.len() && ["h", "hr", "hrs", "d", "w", "min"].contains(&unit)
    };
    has(text, &TIMES) || has(text, &PERHAPS_TIMES) || text.split_whitespace().any(is_short_form)
}

/// An e-mail address, a telephone number, or words that lead to a form.
fn has_contact(text: &str) -> bool {
    let is_contact = |word: &str| is_mail(word) || is_telephone(word);
    CONTACT.iter().any(|w| text.contains(w)) || text.split_whitespace().any(is_contact)
}

#[cfg(test)]
mod tests {
    use assize_model::fact::{Fact, FetchOutcome, Unread};

    use super::CHECK;
    use crate::stage::{check, declaration, findings, looked, nothing, page, published};

    const NO_TIMES: &str = "Have you found a weakness in a product? Write to security@maker.example, in English or \
        German. We acknowledge it, look into it and keep you informed. You may stay anonymous. We take no legal steps \
        against you.";

    fn judged(text: &str, expect: &str) {
        let declared = "2-UserInfo = { disclosure_policy = { url = 'https://x' } }";
        check(&CHECK, declared, &looked(&[page("https://x", 200, text)]), expect);
    }

    #[test]
    fn flawed() {
        judged(NO_TIMES, "FAIL");
        // Neither a number nor a letter is a time.
        judged(&format!("{NO_TIMES} We make 12 products. Plan d is yours."), "FAIL");
    }

    #[test]
    fn what_is_not_recognised_is_left_to_a_reader() {
        judged("Write to security@maker.example, and we look into it.", "INCONCLUSIVE");
        judged("Maker: security and more", "INCONCLUSIVE");
        let posted = "We confirm every report within two working days and keep you posted every two weeks. ";
        for time in [posted, "We answer within 48h. ", "We answer immediately. ", "We answer regularly. "] {
            judged(&format!("{NO_TIMES} {time}"), "INCONCLUSIVE");
        }
        let cookies =
            "We use cookies to improve your visit. Choose what we may keep. You can change that. ".repeat(2);
        judged(&cookies, "INCONCLUSIVE");
    }

    #[test]
    fn another_language_with_words_of_english() {
        judged(
            "Wir nehmen jede Meldung einer Schwachstelle ernst. Unser Product Security Team liest sie, und wir antworten \
             sofort. Vulnerability reports to security@maker.example. Die Meldung kann ohne Namen sein, und der Melder \
             wird genannt, wenn er das will. Das gilt für alle Produkte.",
            "INCONCLUSIVE",
        );
    }

    #[test]
    fn another_page_than_the_declared_one() {
        let declared = "2-UserInfo = { disclosure_policy = { url = 'https://x/policy' } }";
        let seen = |to: &str| {
            let mut facts = page("https://x/policy", 200, NO_TIMES);
            if let Fact::Publication(page) = &mut facts[0] {
                page.served_from = Some(to.into());
            }
            looked(&[facts])
        };
        check(&CHECK, declared, &seen("https://x/"), "INCONCLUSIVE");
        check(&CHECK, declared, &seen("https://www.x/policy/"), "FAIL");
        // One that says everything does so wherever it is served.
        let mut facts = page("https://x/policy", 200, WHOLE);
        if let Fact::Publication(page) = &mut facts[0] {
            page.served_from = Some("https://x/".into());
        }
        check(&CHECK, declared, &looked(&[facts]), "PASS");
    }

    #[test]
    fn a_login_drawer_does_not_hide_the_text() {
        let declared = "2-UserInfo = { disclosure_policy = { url = 'https://x' } }";
        let text = format!(
            "{NO_TIMES} We acknowledge it within 5 days, and send a status every week to you. {NO_TIMES}"
        );
        check(
            &CHECK,
            declared,
            &looked(&[published("https://x", FetchOutcome::Status(200), &text, true)]),
            "PASS",
        );
    }

    const WHOLE: &str =
        "Write to us mailto:psirt@x. We acknowledge it within 5 days, and send a status every week to you.";

    #[test]
    fn a_page_that_did_not_open_says_nothing() {
        let declared = "2-UserInfo = { disclosure_policy = { url = 'https://x' } }";
        check(&CHECK, declared, &looked(&[page("https://x", 404, WHOLE)]), "INCONCLUSIVE");
        let login = published("https://x", FetchOutcome::Status(200), WHOLE, true);
        check(&CHECK, declared, &looked(&[login]), "INCONCLUSIVE");
    }

    #[test]
    fn a_link_as_contact() {
        judged(WHOLE, "PASS");
    }

    #[test]
    fn without_contact() {
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { url = 'https://x' } }",
            &looked(&[page(
                "https://x",
                200,
                "We acknowledge reports within 5 days, and send a status every week to you.",
            )]),
            "INCONCLUSIVE",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { url = 'https://x' } }",
            &looked(&[page(
                "https://x",
                200,
                "Write to security@maker.example. We acknowledge the report within 5 working days. \
             You get a status update every 14 days.",
            )]),
            "PASS",
        );
    }

    #[test]
    fn a_paper_that_is_not_read_whole() {
        let declared = "2-UserInfo = { disclosure_policy = { url = 'https://x' } }";
        let seen = |text: &str, unread: Unread| {
            let mut facts = page("https://x", 200, text);
            for fact in &mut facts {
                if let Fact::Publication(page) = fact {
                    page.unread = Some(unread);
                }
            }
            looked(&[facts])
        };
        let part = NO_TIMES;
        check(&CHECK, declared, &seen(part, Unread::CutOff), "INCONCLUSIVE");
        check(&CHECK, declared, &seen("", Unread::NoText), "INCONCLUSIVE");
        for (why, remedy) in [
            (Unread::TooLong, "`--page-kib`"),
            (Unread::Unfinished, "`--page-seconds`"),
            (Unread::TooMuch, "one of its own"),
        ] {
            for text in [part, "", "Lange Rede."] {
                check(&CHECK, declared, &seen(text, why), "INCONCLUSIVE");
                let told = findings(&CHECK, &declaration(declared), &seen(text, why));
                assert!(told[0].indications[0].remedy.contains(remedy), "{told:?}");
            }
        }
        let all = "Write to security@maker.example. We acknowledge the report within 5 working days. \
            You get a status update every 14 days.";
        for why in [Unread::NoCharacters, Unread::TooLong, Unread::TooMuch, Unread::Unfinished] {
            check(&CHECK, declared, &seen(all, why), "PASS");
        }
    }

    #[test]
    fn never_looked() {
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { url = 'https://x' } }",
            &nothing(),
            "INCONCLUSIVE",
        );
    }

    #[test]
    fn unclear() {
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { url = 'https://x' } }",
            &looked(&[page(
                "https://x",
                200,
                "Write to a@b.example. We reply to the sender. It takes days. \
             The status is told each week.",
            )]),
            "INCONCLUSIVE",
        );
    }

    #[test]
    fn another_language() {
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { url = 'https://x' } }",
            &looked(&[page("https://x", 200, "Schreiben Sie an sicherheit@firma.example.")]),
            "INCONCLUSIVE",
        );
    }

    #[test]
    fn not_there() {
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { url = 'https://x' } }",
            &looked(&[page("https://x", 404, "not found")]),
            "INCONCLUSIVE",
        );
    }
}
