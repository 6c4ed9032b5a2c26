//! What an evaluator said counts as long as it rests on what it was said of: on later findings, in another edition, and
//! against what was seen of a claim. The records are written as a run would write them.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

mod common;

use assize_evidence::{Draft, Store};
use assize_lab::{
    Budget, Folder, Judged, NewAnswer, Question, answer, assess, catalogue, decide, judge, now,
};
use assize_model::fact::{Fact, LoginThrottle};
use assize_model::judgement::Outcome;
use assize_model::verdict::Verdict;
use common::Quiet;
use serde_json::{Value, json};
use tempfile::TempDir;

const DUT: &str = "127.77.3.10";
const LATER: &str = "ts-103-701@2.1.1";

/// The example declaration, recorded without touching any network.
fn recorded() -> TempDir {
    let dir = TempDir::new().unwrap();
    common::example(&dir, |text| text);
    record(&dir);
    dir
}

fn record(dir: &TempDir) {
    let folder = Folder::open(dir.path()).unwrap();
    assess(&folder, catalogue().unwrap(), &Budget::default(), None, &mut Quiet).unwrap();
}

/// Changes a file of the declaration, which is not recorded by that.
fn rewrite(dir: &TempDir, name: &str, change: impl Fn(&str) -> String) {
    let path = dir.path().join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    let changed = change(&text);
    assert_ne!(text, changed);
    std::fs::write(&path, changed).unwrap();
}

fn append(dir: &TempDir, records: &[(&str, Value)]) {
    let mut store = Store::open(dir.path().join("evidence")).unwrap();
    for (kind, body) in records {
        store.append(Draft { time: &now(), kind, body: body.clone(), objects: &[] }).unwrap();
    }
    store.sync().unwrap();
}

/// A whole step with what it found.
fn step(dir: &TempDir, probe: &str, facts: &[Fact]) {
    let name = json!({ "probe": probe, "target": DUT });
    let mut records = vec![("step-start", name)];
    records.extend(facts.iter().map(|f| ("fact", json!({ "probe": probe, "target": DUT, "fact": f }))));
    records.push(("step-end", json!({ "probe": probe, "target": DUT, "facts": facts.len() })));
    append(dir, &records);
}

fn judged(dir: &TempDir, spec: Option<&str>) -> Judged {
    judge(&Folder::open(dir.path()).unwrap(), catalogue().unwrap(), spec).unwrap()
}

fn unit(dir: &TempDir, spec: Option<&str>, case: &str, letter: &str) -> Verdict {
    let judged = judged(dir, spec);
    judged.assessment.case(case).unwrap().units.iter().find(|u| u.letter == letter).unwrap().verdict
}

fn says(dir: &TempDir, unit: &str, outcome: Outcome, overrules: bool) {
    let new = NewAnswer {
        unit: unit.parse().unwrap(),
        entry: None,
        outcome,
        note: "looked at by hand".to_owned(),
        evaluator: "A. Tester".to_owned(),
        attachments: Vec::new(),
        overrules,
    };
    answer(&Folder::open(dir.path()).unwrap(), &judged(dir, None), catalogue().unwrap(), new).unwrap();
}

/// Guesses that the login judged within three seconds.
fn guesses(refused: u32) -> Fact {
    Fact::LoginThrottle(LoginThrottle {
        target: DUT.to_owned(),
        port: 8443,
        play: "log in".to_owned(),
        entry: Some("AuthMech-Password".to_owned()),
        refused,
        answer_ms: vec![20; refused as usize],
        took_ms: 3000,
        right_accepted: Some(true),
        ..LoginThrottle::default()
    })
}

#[test]
fn an_overrule_covers_the_fail_it_was_given_against_in_every_edition() {
    for outcome in [Outcome::Pass, Outcome::Inconclusive] {
        let dir = recorded();
        step(&dir, "guess", &[guesses(20)]);
        let after = |spec| unit(&dir, spec, "5.1-5-2", "b");
        assert_eq!((after(None), after(Some(LATER))), (Verdict::Fail, Verdict::Fail));
        says(&dir, "5.1-5-2 b", Outcome::Pass, false);
        assert_eq!((after(None), after(Some(LATER))), (Verdict::Fail, Verdict::Fail), "not overruled");
        says(&dir, "5.1-5-2 b", outcome, true);
        let said = outcome.verdict();
        assert_eq!((after(None), after(Some(LATER))), (said, said), "carried while nothing changed");
        step(&dir, "guess", &[guesses(30)]);
        assert_eq!((after(None), after(Some(LATER))), (Verdict::Fail, Verdict::Fail), "another finding");
    }
}

fn fact(body: Value) -> Fact {
    serde_json::from_value(body).unwrap()
}

/// Every TCP port was tried.
fn scan(dir: &TempDir, open: &[u16]) {
    let port = |port| fact(json!({ "kind": "tcp-port", "target": DUT, "port": port, "state": "open" }));
    let scan = json!({
        "kind": "port-scan", "target": DUT, "transport": "tcp", "tried": 65535, "open": open, "closed": 0, "silent": 0,
    });
    let facts: Vec<Fact> = open.iter().map(port).chain([fact(scan)]).collect();
    step(dir, "tcp-ports", &facts);
}

/// Every TCP port was tried, and those that are open ask for a password; over UDP there is nothing.
fn logins(dir: &TempDir, open: &[u16]) {
    scan(dir, open);
    let login = |port| {
        fact(json!({
            "kind": "service", "target": DUT, "port": port, "transport": "tcp", "protocol": "http", "tls": true,
            "login": "http-form",
        }))
    };
    step(dir, "identify", &open.iter().map(login).collect::<Vec<_>>());
    let udp = json!({
        "kind": "port-scan", "target": DUT, "transport": "udp", "tried": 15, "open": [], "closed": 15, "silent": 0,
    });
    step(dir, "udp-services", &[fact(udp)]);
}

#[test]
fn a_confirmed_proposal_lapses_with_it_in_every_edition() {
    let dir = recorded();
    logins(&dir, &[8443]);
    let after = |spec| unit(&dir, spec, "5.1-5-2", "a");
    says(&dir, "5.1-5-2 a", Outcome::Pass, false);
    assert_eq!((after(None), after(Some(LATER))), (Verdict::Pass, Verdict::Pass));
    // Nobody asked what the second port speaks.
    scan(&dir, &[2323, 8443]);
    assert_eq!((after(None), after(Some(LATER))), (Verdict::Inconclusive, Verdict::Inconclusive));
}

#[test]
fn a_claim_that_is_refuted_can_be_accepted_for_what_was_seen_and_no_more() {
    let dir = recorded();
    // A claim that nothing else in the declaration refutes: no entry tells of users.
    rewrite(&dir, "ixit.toml", |text| text.replace("subject = \"user\"\n", ""));
    rewrite(&dir, "ics.toml", |text| {
        let at = text.find("[claim.\"5.1-3\"]").unwrap();
        let end = at + text[at + 1..].find("\n[claim").unwrap() + 1;
        let waived = "[claim.\"5.1-3\"]\nsupport = \"n/a\"\ndetail = \"Nobody logs in.\"\n";
        format!("{}{waived}{}", &text[..at], &text[end..])
    });
    record(&dir);
    let valid = || judged(&dir, None).assessment.ics;
    let accept = || {
        let asked = (Question::NotApplicable, "5.1-3");
        let note = ("the form asks for the name of the home network", "A. Tester");
        decide(&Folder::open(dir.path()).unwrap(), &judged(&dir, None), asked, true, note).unwrap();
    };
    assert!(valid().valid, "{:?}", valid().broken);
    accept();
    logins(&dir, &[8443]);
    assert!(!valid().valid, "what was accepted before anything was seen accepts nothing");
    let shown = |judged: &Judged| {
        judged.assessment.contradictions.iter().find(|c| c.provision == "5.1-3").cloned().unwrap()
    };
    assert!(shown(&judged(&dir, None)).remedy.contains("--not-applicable 5.1-3"));
    accept();
    assert!(valid().valid);
    let kept = shown(&judged(&dir, None));
    assert!(kept.claim.contains("an evaluator accepts") && !kept.invalidates_ics);
    logins(&dir, &[8443]);
    assert!(valid().valid, "the same again");
    logins(&dir, &[2323, 8443]);
    assert!(!valid().valid, "a second login");
}

#[test]
fn a_run_that_was_cut_off_is_told_and_does_again_what_was_done_for_another_declaration() {
    let dir = recorded();
    let troubles = || judged(&dir, None).assessment.troubles;
    let told = || troubles().iter().any(|t| t.contains("did not come to its end"));
    assert!(!told());
    let stored = || assize_lab::Stored::read(&Folder::open(dir.path()).unwrap().log().unwrap()).unwrap();
    let done = || stored().done_in_run.iter().any(|d| d.probe == "guess");
    append(&dir, &[("run-start", json!({ "format": 1, "tool": "assize", "spec": "ts-103-701@1.1.1" }))]);
    step(&dir, "guess", &[guesses(20)]);
    assert!(told() && done());
    let words = troubles().into_iter().find(|t| t.contains("did not come to its end")).unwrap();
    assert!(words.contains("tcp-ports on") && words.contains("`assize assess`"), "{words}");
    append(&dir, &[("step-start", json!({ "probe": "guess", "target": DUT }))]);
    assert!(!done(), "begun again, and not finished");
    step(&dir, "guess", &[guesses(20)]);
    assert!(done());
    let files = json!({ "files": stored().files });
    append(&dir, &[("declaration", files)]);
    assert!(!done(), "another declaration");
    append(&dir, &[("run-end", json!({ "steps": 1, "troubles": 0, "network": true }))]);
    assert!(!told());
}

fn decides(dir: &TempDir, asked: (Question, &str), accepted: bool) {
    let note = ("looked at by hand", "A. Tester");
    decide(&Folder::open(dir.path()).unwrap(), &judged(dir, None), asked, accepted, note).unwrap();
}

#[test]
fn a_refusal_that_lapsed_leaves_the_claim_open_although_the_declaration_shows_it() {
    let dir = recorded();
    let asked = (Question::NotApplicable, "5.1-2");
    let ics = || judged(&dir, None).assessment.ics;
    let is_open = || ics().unsettled.iter().any(|p| p == asked.1);
    assert!(ics().valid && !is_open(), "the declaration shows it");
    decides(&dir, asked, false);
    assert!(!ics().valid);
    rewrite(&dir, "ixit.toml", |text| {
        text.replace("Vulnerabilities in the processor", "Flaws in the processor")
    });
    record(&dir);
    assert!(ics().valid && is_open(), "nobody has looked at the claim since");
    let reasons = judged(&dir, None).assessment.reasons.join(" ");
    assert!(reasons.contains("refused the \"n/a\" of 5.1-2"), "{reasons}");
    decides(&dir, asked, true);
    assert!(ics().valid && !is_open());
}

#[test]
fn a_lapsed_refusal_revives_no_earlier_acceptance() {
    let dir = recorded();
    let asked = (Question::NotApplicable, "5.1-2");
    let is_open = || judged(&dir, None).assessment.ics.unsettled.iter().any(|p| p == asked.1);
    let before = std::fs::read_to_string(dir.path().join("ixit.toml")).unwrap();
    decides(&dir, asked, true);
    assert!(!is_open());
    rewrite(&dir, "ixit.toml", |text| {
        text.replace("Vulnerabilities in the processor", "Flaws in the processor")
    });
    record(&dir);
    decides(&dir, asked, false);
    rewrite(&dir, "ixit.toml", |_| before.clone());
    record(&dir);
    assert!(is_open());
}

#[test]
fn external_evidence_stands_in_for_no_fail_that_lapsed_and_after_no_refusal() {
    let dir = recorded();
    let ics = std::fs::read_to_string(dir.path().join("ics.toml")).unwrap();
    let offers = |title: &str| {
        let offer = format!("{ics}\n[claim.\"5.9-1\".external_evidence]\ntitle = \"{title}\"\n");
        std::fs::write(dir.path().join("ics.toml"), offer).unwrap();
        record(&dir);
    };
    let group = || {
        let a = judged(&dir, None).assessment;
        (a.provisions.iter().find(|p| p.id == "5.9-1").unwrap().verdict, a.reasons.join(" "))
    };
    offers("Certificate 123");
    let asked = (Question::ExternalEvidence, "5.9-1");
    decides(&dir, asked, true);
    assert_eq!(group().0, Verdict::Pass);
    says(&dir, "5.9-1-2 a", Outcome::Fail, false);
    assert_eq!(group().0, Verdict::Fail);
    rewrite(&dir, "ixit.toml", |text| {
        text.replacen("[[23-ResMech]]\n", "[[23-ResMech]]\nid = \"ResMech-None\"\n[[23-ResMech]]\n", 1)
    });
    record(&dir);
    let (verdict, reasons) = group();
    assert_eq!(verdict, Verdict::Inconclusive, "the FAIL lapsed, and nobody has looked since");
    assert!(reasons.contains("5.9-1") && reasons.contains("external evidence"), "{reasons}");
    says(&dir, "5.9-1-2 a", Outcome::Inconclusive, false);
    assert_eq!(group().0, Verdict::Pass, "somebody has looked again");
    offers("A letter");
    decides(&dir, asked, false);
    offers("Certificate 123");
    assert_eq!(group().0, Verdict::Inconclusive, "the last decision refused");
}

#[test]
fn a_run_without_the_network_does_not_close_one_on_it() {
    let dir = recorded();
    let told =
        || judged(&dir, None).assessment.troubles.iter().any(|t| t.contains("did not come to its end"));
    append(&dir, &[("run-start", json!({ "format": 1, "tool": "assize", "spec": "ts-103-701@1.1.1" }))]);
    assert!(told());
    record(&dir);
    assert!(!told(), "it had not begun on the network");
    append(&dir, &[("run-start", json!({ "format": 1, "tool": "assize", "spec": "ts-103-701@1.1.1" }))]);
    step(&dir, "guess", &[guesses(20)]);
    record(&dir);
    assert!(told(), "the steps on the network are still not done");
    append(&dir, &[("run-end", json!({ "steps": 1, "troubles": 0, "network": true }))]);
    assert!(!told());
    let start = json!({ "format": 1, "tool": "assize", "spec": "ts-103-701@1.1.1", "network": true });
    append(&dir, &[("run-start", start)]);
    record(&dir);
    assert!(told(), "cut off before its first step");
}
