//! The flaw matrix: each flaw of the reference device alone makes exactly the cases it names FAIL, and every other
//! case stays as on the conformant device. Flaws that do not fail on the example product are named as such, with the reason.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use assize_dut::Flaw;
use assize_model::assessment::Assessment;
use assize_model::verdict::Verdict;
use common::Trial;

/// How many devices are assessed at once; each one has addresses of its own. Most of an assessment is waiting, and an
/// optimised build computes a third as long.
const AT_ONCE: usize = if cfg!(debug_assertions) { 16 } else { 36 };

type Verdicts = BTreeMap<String, Verdict>;

fn verdicts(a: &Assessment) -> Verdicts {
    a.cases.iter().map(|c| (c.id.clone(), c.verdict)).collect()
}

/// The names of the checks behind failing units.
fn failing_checks(a: &Assessment) -> BTreeSet<String> {
    let spec = assize_lab::catalogue().unwrap().spec(&a.spec).unwrap();
    let mut names = BTreeSet::new();
    for case in &a.cases {
        for unit in case.units.iter().filter(|u| u.verdict == Verdict::Fail) {
            let unit = spec.case(&case.id).and_then(|c| c.unit(&unit.letter));
            names.extend(unit.and_then(|u| u.check.clone().or_else(|| u.refuted_by.clone())));
        }
    }
    names
}

/// What is wrong with one flaw's row, if anything.
fn row(flaw: &Flaw, base: &Verdicts, seen: &Verdicts) -> Option<String> {
    let broken: BTreeSet<&str> =
        seen.iter().filter(|(_, v)| **v == Verdict::Fail).map(|(id, _)| id.as_str()).collect();
    let named: BTreeSet<&str> = match flaw.seen {
        true => flaw.breaks.iter().map(String::as_str).collect(),
        false => BTreeSet::new(),
    };
    if broken != named {
        return Some(format!("{}: names {named:?}, breaks {broken:?} (seen = {})", flaw.name, flaw.seen));
    }
    let moved: Vec<String> = seen
        .iter()
        .filter(|(id, v)| !named.contains(id.as_str()) && base.get(*id) != Some(v))
        .map(|(id, v)| format!("{id} {:?} to {v}", base.get(id)))
        .collect();
    (!moved.is_empty()).then(|| format!("{}: moves {moved:?}", flaw.name))
}

/// What has to be said of flaws that break the same cases, so that each proves a rule of its own.
const SAID: [(&str, &str); 21] = [
    ("ccs-injection", "is open to ccs-injection"),
    ("expired-certificate", "has run out"),
    ("foreign-sites-served", "from another site by the cookie of a login alone"),
    ("heartbleed", "is open to heartbleed"),
    ("markup-reflected", "lets markup of a request into a page"),
    ("robot", "is open to robot"),
    ("sha1-certificate", "signed by SHA-1"),
    ("ssl2-accepted", "is open to drown"),
    ("ssl3-accepted", "does not declare SSL 3.0"),
    ("ticketbleed", "is open to ticketbleed"),
    ("tls-compression", "compression is agreed to"),
    ("tls-export-dh", "a Diffie-Hellman group of 512 bits"),
    ("tls-export-rsa", "is open to freak"),
    ("tls-small-dh", "a Diffie-Hellman group of 1024 bits"),
    ("tls-weak-curve", "agrees on secp160r1"),
    ("tls-weak-suite", "the cipher 3DES, for which an attack is published"),
    ("tls-without-forward-secrecy", "does not declare RSA and RSA key transport"),
    ("unsigned-update", "(unsigned, offer"),
    ("update-damaged", "(bit-flipped, offer"),
    ("update-other-model", "(wrong-target, offer"),
    ("weak-certificate-key", "the key RSA 1024"),
];

/// Whether the words that prove a flaw's rule are missing.
fn unsaid(flaw: &Flaw, a: &Assessment) -> Option<String> {
    let (_, words) = SAID.iter().find(|(name, _)| *name == flaw.name)?;
    let is_said = a.contradictions.iter().any(|c| c.observed.contains(words));
    (!is_said).then(|| format!("{}: nothing says {words:?}: {:?}", flaw.name, a.contradictions))
}

#[test]
fn each_flaw_breaks_exactly_the_cases_it_names() {
    let conformant = Trial::run(&[]);
    let base = verdicts(&conformant.assessment);
    let failing: Vec<_> = base.iter().filter(|(_, v)| **v == Verdict::Fail).collect();
    assert!(failing.is_empty(), "the conformant device fails {failing:?}");

    let queue = Mutex::new(assize_dut::flaws().unwrap());
    let wrong = Mutex::new(Vec::new());
    let triggered = Mutex::new(BTreeSet::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(flaw) = queue.lock().unwrap().pop() else { return };
                    let trial = Trial::run(&[&flaw.name]);
                    triggered.lock().unwrap().extend(failing_checks(&trial.assessment));
                    wrong.lock().unwrap().extend(row(&flaw, &base, &verdicts(&trial.assessment)));
                    wrong.lock().unwrap().extend(unsaid(&flaw, &trial.assessment));
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    // A check of facts that no flaw triggers proves nothing.
    let triggered = triggered.into_inner().unwrap();
    let idle: Vec<&str> = assize_lab::check_needs()
        .iter()
        .filter(|c| !c.probes.is_empty() && !triggered.contains(c.name))
        .filter(|c| !NEVER_FAILS.contains(&c.name) && !TRIGGERED_ELSEWHERE.contains(&c.name))
        .map(|c| c.name)
        .collect();
    assert!(idle.is_empty(), "no flaw triggers {idle:?}");
}

/// Checks of facts that never FAIL by themselves: they prepare what a person decides.
const NEVER_FAILS: [&str; 3] =
    ["designation.as_announced", "publication.replacement_plan_stated", "update.undeclared_channel"];

/// Checks of what the example declaration does not claim, or of passwords that it does not have; `papers.rs` and
/// `driving.rs` declare that and trigger them.
const TRIGGERED_ELSEWHERE: [&str; 3] = [
    "auth.published_default_accepted",
    "publication.non_updatable_reachable",
    "publication.non_updatable_support_stated",
];

#[test]
fn telnet_login_fails_its_four_cases_and_says_why() {
    let trial = Trial::run(&["telnet-login"]);
    let failed = trial.assessment.cases_with(Verdict::Fail);
    assert_eq!(failed, ["5.1-1-2", "5.1-5-2", "5.5-5-2", "5.6-1-2"]);
    assert_eq!(trial.assessment.overall, Verdict::Fail);
    let unit = &trial.assessment.case("5.1-1-2").unwrap().units[0];
    let indication = &unit.indications[0];
    assert!(indication.words.contains("tcp/2323") && indication.words.contains("login"), "{indication:?}");
    assert!(!indication.evidence.is_empty() && !indication.remedy.is_empty());
    let first = trial.assessment.contradictions.first().expect("contradictions come first");
    assert!(!first.evidence.is_empty(), "{first:?}");
}
