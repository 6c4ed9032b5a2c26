//! The disclosure policy names a contact and time frames for acknowledgement and status updates.
//! The words looked for are English; a page in another language is left to a person.

use assize_model::fact::Publication;

use super::POLICY;
use crate::Check;
use crate::reading::{is_english, is_mail, is_telephone};
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
const TIMES: [&str; 5] = ["day", "hour", "week", "month", "regularly"];
const CONTACT: [&str; 5] = ["mailto:", "contact form", "report form", "web form", "call us"];

fn rule(page: &Publication) -> Said {
    let text = page.text.to_lowercase();
    if !is_english(&text) {
        let words = format!("{} is not in English, so it was not read.", page.url);
        return leave_open(POLICY.place(), words, "read the policy by hand");
    }
    let acknowledged = time_frame(&text, &ACKNOWLEDGING);
    let updated = time_frame(&text, &UPDATING);
    let parts = [
        ("a contact", if has_contact(&text) { Found::Yes } else { Found::No }),
        ("a time frame for acknowledgement", acknowledged),
        ("a time frame for status updates", updated),
    ];
    let with = |f: Found| parts.iter().filter(|(_, x)| *x == f).map(|(w, _)| *w).collect::<Vec<_>>();
    let (lacking, unclear) = (with(Found::No), with(Found::Perhaps));
    if !lacking.is_empty() {
        let lacking = list(&lacking);
        let words = format!("The disclosure policy at {} does not name {lacking}.", page.url);
        return fail(POLICY.place(), words, format!("add {lacking} to the policy"));
    }
    if !unclear.is_empty() {
        let words = format!("The disclosure policy at {} may name {}.", page.url, list(&unclear));
        return leave_open(POLICY.place(), words, "read the policy by hand");
    }
    let words = format!("The disclosure policy at {} names {}.", page.url, list(&parts.map(|(w, _)| w)));
    pass(POLICY.place(), words)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    Yes,
    Perhaps,
    No,
}

/// A subject and a time in one sentence are a time frame; apart they may be one.
fn time_frame(text: &str, subjects: &[&str]) -> Found {
    let has = |part: &str, words: &[&str]| words.iter().any(|w| part.contains(w));
    let mut sentences = text.split(['.', '!', '?', ';', '\n']);
    if sentences.any(|s| has(s, subjects) && has(s, &TIMES)) {
        Found::Yes
    } else if has(text, subjects) && has(text, &TIMES) {
        Found::Perhaps
    } else {
        Found::No
    }
}

/// An e-mail address, a telephone number, or words that lead to a form.
fn has_contact(text: &str) -> bool {
    let is_contact = |word: &str| is_mail(word) || is_telephone(word);
    CONTACT.iter().any(|w| text.contains(w)) || text.split_whitespace().any(is_contact)
}

#[cfg(test)]
mod tests {
    use assize_model::fact::{Fact, Unread};

    use super::CHECK;
    use crate::stage::{check, declaration, findings, looked, nothing, page};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { url = 'https://x' } }",
            &looked(&[page("https://x", 200, "Write to security@maker.example, and we look into it.")]),
            "FAIL",
        );
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
            "FAIL",
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
        let part = "Write to security@maker.example, and we look into it.";
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
