//! Probes that act on the reference device: what they find on a flawed one, and that the conformant one stands it.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

mod common;

use std::collections::BTreeMap;

use assize_lab::{Folder, Stored};
use assize_model::fact::{Fact, InputTrial};
use assize_model::verdict::Verdict;
use common::Trial;

fn facts(trial: &Trial) -> Vec<Fact> {
    let log = Folder::open(trial.dir.path()).unwrap().log().unwrap();
    Stored::read(&log).unwrap().facts.recorded.into_iter().map(|r| r.fact).collect()
}

fn inputs(trial: &Trial) -> BTreeMap<String, InputTrial> {
    let inputs = facts(trial).into_iter().filter_map(|fact| match fact {
        Fact::InputTrial(t) => Some((format!("{} {}", t.protocol, t.port), t)),
        _ => None,
    });
    inputs.collect()
}

#[test]
fn the_conformant_device_stands_malformed_input() {
    let trial = Trial::run(&[]);
    let inputs = inputs(&trial);
    assert_eq!(inputs.keys().collect::<Vec<_>>(), ["http 8443", "json 8443", "mdns 5353", "tls 8443"]);
    for (name, input) in &inputs {
        assert!(input.crashed.is_empty() && input.accepted_invalid.is_empty(), "{name}: {input:?}");
        assert!(!input.ended_early && input.cases > 0, "{name}: {input:?}");
    }
    assert!(trial.assessment.cases_with(Verdict::Fail).is_empty());
}

#[test]
fn a_web_server_that_falls_over_is_found_with_its_reproducer() {
    let trial = Trial::run(&["input-stops-web-server"]);
    let input = &inputs(&trial)["json 8443"];
    let crash = &input.crashed[0];
    assert!(crash.reproduced == 2 && crash.what.contains("nesting"), "{crash:?}");
    assert_eq!(trial.assessment.cases_with(Verdict::Fail), ["5.13-1-2"]);
}

#[test]
fn values_that_the_declaration_refuses_are_found_when_let_in() {
    let trial = Trial::run(&["unchecked-input"]);
    let input = &inputs(&trial)["json 8443"];
    assert_eq!(input.accepted_invalid.iter().filter(|a| a.declared).count(), 3, "{input:?}");
    assert_eq!(trial.assessment.cases_with(Verdict::Fail), ["5.13-1-2"]);
}
