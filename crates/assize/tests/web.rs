//! What a web server shows beside its functions: what fails, what is left to a person, and what is only pointed out.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

mod common;

use assize_model::assessment::{Assessment, UnitResult};
use assize_model::verdict::Verdict;
use common::Trial;

fn unit<'a>(assessment: &'a Assessment, case: &str, letter: &str) -> &'a UnitResult {
    assessment.case(case).unwrap().units.iter().find(|u| u.letter == letter).unwrap()
}

fn words(assessment: &Assessment, case: &str, letter: &str) -> String {
    let indications = &unit(assessment, case, letter).indications;
    indications.iter().map(|i| format!("{}\n", i.words)).collect()
}

#[test]
fn what_a_web_server_shows_is_judged_left_open_or_pointed_out() {
    let flaws = [
        "folder-listed",
        "foreign-sites-served",
        "markup-reflected",
        "page-draws-in-clear",
        "user-names-told",
    ];
    let (seen, sound) = std::thread::scope(|scope| {
        let seen = scope.spawn(|| Trial::run(&flaws).assessment);
        let sound = Trial::run(&[]).assessment;
        (seen.join().unwrap(), sound)
    });
    for (case, letter, verdict, said) in [
        ("5.1-5-2", "b", Verdict::Inconclusive, "which users there are: it answers another name otherwise"),
        ("5.13-1-2", "a", Verdict::Fail, "tcp/8443 answers /%3Cassize%22%3E with it unescaped"),
        (
            "5.13-1-2",
            "a",
            Verdict::Fail,
            "The front page at tcp/8443 is sent without Strict-Transport-Security.",
        ),
        ("5.5-1-2", "a", Verdict::Inconclusive, "draws in http://"),
        ("5.5-4-2", "a", Verdict::Fail, "from another site by the cookie of a login alone, and no SameSite"),
        ("5.5-5-2", "a", Verdict::Fail, "from another site by the cookie of a login alone, and no SameSite"),
        ("5.6-2-2", "a", Verdict::Inconclusive, "lists to anybody at tcp/8443 what lies in /logs/"),
    ] {
        let all = words(&seen, case, letter);
        assert!(all.contains(said), "{case} {letter}: {all}");
        assert_eq!(unit(&seen, case, letter).verdict, verdict, "{case} {letter}: {all}");
        let all = words(&sound, case, letter);
        assert!(!all.contains(said) || said.contains("Strict"), "{case} {letter}: {all}");
        assert_ne!(unit(&sound, case, letter).verdict, Verdict::Fail, "{case} {letter}: {all}");
    }
}
