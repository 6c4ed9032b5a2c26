//! Verdicts as TS 103 701 clause 4 has them: the ICS checks, the three tables, the cases with rules of their own, and
//! properties that hold for every assessment.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use assize_model::assessment::{Assessment, Basis, ClaimDecision, Waits, conclude};
use assize_model::catalogue::{Catalogue, Rule, TestSpec};
use assize_model::declaration::ics::{Claim, ExternalEvidence, Support};
use assize_model::declaration::ixit::UpdMech;
use assize_model::declaration::ixit::auth_mech::PasswordOrigin;
use assize_model::declaration::ixit::common::Setting;
use assize_model::declaration::{Declaration, Sources, read};
use assize_model::judgement::{By, Indication, Judgement, Outcome, UnitId};
use assize_model::plan::{CheckNeeds, PlannedUnit, TestPlan, plan};
use assize_model::verdict::Verdict;
use proptest::prelude::*;

#[path = "verdicts/claims.rs"]
mod claims;

const IXIT: &str = r#"
format = 1
[[1-AuthMech]]
id = "AuthMech-Web"
subject = "user"
network = true
factor = "password"
password_origin = "user-defined"
[[6-SoftComp]]
id = "SoftComp-Firmware"
update_mechanisms = ["UpdMech-A"]
uses_cryptography = true
[[7-UpdMech]]
id = "UpdMech-A"
network = true
automation = { supported = true, on_by_default = true }
[[7-UpdMech]]
id = "UpdMech-B"
network = true
[[10-SecParam]]
id = "SecParam-Key"
kind = "critical"
fixed_identity = false
communication = ["ComMech-Cloud"]
protects = ["associated-services"]
[[11-ComMech]]
id = "ComMech-Cloud"
remote = true
guarantees = ["confidentiality", "integrity"]
[[11-ComMech]]
id = "ComMech-Web"
remote = false
guarantees = ["integrity"]
[[13-SoftServ]]
id = "SoftServ-Web"
network = true
network_when_initialised = true
allows_configuration = true
authentication = ["AuthMech-Web"]
"#;

fn spec() -> &'static TestSpec {
    spec_of("ts-103-701@1.1.1")
}

/// A specification from the files of the catalogue.
fn spec_of(id: &str) -> &'static TestSpec {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    let catalogue = CATALOGUE.get_or_init(|| {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue");
        let mut files = Vec::new();
        collect(&root, &root, &mut files);
        let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
        Catalogue::read(&files).unwrap()
    });
    catalogue.spec(id).unwrap()
}

fn collect(root: &std::path::Path, folder: &std::path::Path, files: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|e| e == "toml" || e == "md") && path.parent() != Some(root) {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            files.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
}

/// A declaration that claims `yes` for the given provisions, `n/a` or a justified `no` for the others, so that the
/// ICS as such is valid where that is possible.
fn declaration(yes: &[&str]) -> Declaration {
    let mut d = Declaration { ixit: toml::from_str(IXIT).unwrap(), ..Declaration::default() };
    for entry in &spec().ics {
        let support = match yes.contains(&entry.provision.as_str()) {
            true => Support::Yes,
            false if entry.status.is_mandatory() && entry.status.is_conditional() => Support::NotApplicable,
            false if entry.status.is_mandatory() => Support::Yes,
            false => Support::No,
        };
        claim(&mut d, &entry.provision, support);
    }
    d
}

fn claim(d: &mut Declaration, provision: &str, support: Support) {
    let detail = Some("for a reason".to_owned());
    d.ics.claim.insert(provision.to_owned(), Claim { support, detail, external_evidence: None });
}

fn said(unit: &str, entry: Option<&str>, outcome: Outcome, by: By) -> Judgement {
    let indications = vec![match outcome {
        Outcome::Fail => Indication::against("it does not hold", "put it right"),
        _ => Indication::favour("it was looked at"),
    }];
    let entry = entry.map(str::to_owned);
    Judgement {
        unit: unit.parse().unwrap(),
        entry,
        outcome,
        by,
        indications,
        overrules: false,
        lapsed_fail: false,
    }
}

fn judged(d: &Declaration, judgements: &[Judgement], checks: &[CheckNeeds], accepted: &[&str]) -> Assessment {
    let plan: TestPlan = plan(spec(), d, checks);
    concluded(d, &plan, judgements, accepted)
}

fn concluded(d: &Declaration, plan: &TestPlan, judgements: &[Judgement], accepted: &[&str]) -> Assessment {
    let accepted_groups: BTreeSet<String> = accepted.iter().map(|g| (*g).to_owned()).collect();
    let assumed = BTreeSet::new();
    conclude(&Basis {
        spec: spec(),
        declaration: d,
        plan,
        judgements,
        contradictions: &[],
        accepted_groups: &accepted_groups,
        decided_claims: &BTreeMap::new(),
        assumed: &assumed,
    })
}

fn verdict(a: &Assessment, case: &str) -> Verdict {
    a.case(case).unwrap().verdict
}

/// Answers every planned unit that is answered by hand or judged, all with one outcome.
fn all_answered(plan: &TestPlan, outcome: Outcome) -> Vec<Judgement> {
    let direct = plan.units.iter().filter(|p| p.derived_from.is_none());
    direct.map(|p| said(&p.unit.to_string(), p.entry.as_deref(), outcome, By::Evaluator)).collect()
}

#[test]
fn a_mandatory_provision_claimed_no_makes_the_whole_fail() {
    let mut d = declaration(&[]);
    claim(&mut d, "5.6-1", Support::No);
    let a = judged(&d, &[], &[], &[]);
    assert!(a.ics.broken.iter().any(|b| b.check == 'a' && b.provision == "5.6-1"), "{:?}", a.ics.broken);
    assert_eq!(a.overall, Verdict::Fail);
}

#[test]
fn an_na_on_constrained_needs_its_justification() {
    let mut d = declaration(&[]);
    d.product.dut.constrained = Some(true);
    claim(&mut d, "5.1-5", Support::NotApplicable);
    let broken = |d: &Declaration| {
        judged(d, &[], &[], &[]).ics.broken.iter().any(|b| b.check == 'b' && b.provision == "5.1-5")
    };
    assert!(broken(&d));
    d.product.dut.constrained_justification = Some("no operating system; 16 KiB of RAM".into());
    assert!(!broken(&d));
    // Whether it justifies the claim is for a person.
    assert!(judged(&d, &[], &[], &[]).ics.unsettled.contains(&"5.1-5".to_owned()));
}

#[test]
fn notices_alone_do_not_break_an_na_on_automation() {
    let setting = |supported| Some(Setting { supported: Some(supported), ..Setting::default() });
    let mut d = Declaration::default();
    for mechanism in ["UpdMech-A", "UpdMech-B"] {
        let (automation, notification) = (setting(false), setting(true));
        d.ixit.upd_mech.push(UpdMech {
            id: mechanism.into(),
            automation,
            notification,
            ..UpdMech::default()
        });
    }
    for provision in ["5.3-4B", "5.3-6A", "5.3-6B"] {
        claim(&mut d, provision, Support::NotApplicable);
    }
    let a = conclude(&Basis {
        spec: spec_of("ts-103-701@2.1.1"),
        declaration: &d,
        plan: &TestPlan::default(),
        judgements: &[],
        contradictions: &[],
        accepted_groups: &BTreeSet::new(),
        decided_claims: &BTreeMap::new(),
        assumed: &BTreeSet::new(),
    });
    let broken: Vec<&str> = a.ics.broken.iter().map(|c| c.provision.as_str()).collect();
    assert_eq!((broken, a.ics.unsettled), (vec!["5.3-6B"], vec![]));
}

#[test]
fn an_na_whose_condition_holds_is_a_contradiction() {
    let d = declaration(&[]);
    let a = judged(&d, &[], &[], &[]);
    // The IXIT declares a password, and 5.1-1 rests on there being none.
    assert!(a.ics.broken.iter().any(|b| b.check == 'c' && b.provision == "5.1-1"));
    let refuted = a.contradictions.iter().find(|c| c.provision == "5.1-1").unwrap();
    assert!(refuted.observed.contains("AuthMech-Web") && refuted.invalidates_ics);
}

#[test]
fn a_yes_whose_condition_fails_breaks_check_d_except_for_constrained_devices() {
    let mut d = declaration(&["5.1-2", "5.1-5"]);
    d.product.dut.constrained = Some(true);
    let a = judged(&d, &[], &[], &[]);
    assert!(a.ics.broken.iter().any(|b| b.check == 'd' && b.provision == "5.1-2"));
    assert!(a.ics.broken.iter().all(|b| b.provision != "5.1-5"));
}

#[test]
fn an_unconditional_provision_cannot_be_na() {
    let mut d = declaration(&[]);
    claim(&mut d, "5.2-1", Support::NotApplicable);
    assert!(judged(&d, &[], &[], &[]).ics.broken.iter().any(|b| b.check == 'e' && b.provision == "5.2-1"));
}

#[test]
fn a_claim_that_is_missing_keeps_the_whole_open() {
    let mut d = declaration(&[]);
    let plan = plan(spec(), &d, &[]);
    let answers = all_answered(&plan, Outcome::Pass);
    d.ics.claim.remove("5.7-1");
    let a = concluded(&d, &plan, &answers, &[]);
    assert_eq!(a.ics.unclaimed, ["5.7-1"]);
    assert_ne!(a.overall, Verdict::Pass);
}

/// An IXIT and ICS in which every claim fits: no condition stands against its claim.
fn sound() -> Declaration {
    let yes: Vec<&str> = spec().ics.iter().map(|e| e.provision.as_str()).collect();
    let mut d = declaration(&yes);
    let probe = judged(&d, &[], &[], &[]);
    for broken in &probe.ics.broken {
        claim(&mut d, &broken.provision, Support::NotApplicable);
    }
    d
}

#[test]
fn a_complete_assessment_passes_and_recommendations_not_claimed_do_not_spoil_it() {
    let mut d = sound();
    claim(&mut d, "5.7-1", Support::No);
    let plan = plan(spec(), &d, &[]);
    let a = concluded(&d, &plan, &all_answered(&plan, Outcome::Pass), &[]);
    let open: Vec<_> = a.cases.iter().filter(|c| c.verdict == Verdict::Inconclusive).collect();
    // Only units whose table is empty in this small declaration stay open.
    let lacking = |c: &&assize_model::assessment::CaseResult| c.units.iter().any(|u| u.waits.is_some());
    assert!(open.iter().all(lacking), "{open:#?}");
    assert!(a.ics.broken.is_empty(), "{:?}", a.ics.broken);
    assert_eq!(verdict(&a, "5.7-1-1"), Verdict::NotTested);
    assert_eq!(verdict(&a, "5.1-1-2"), Verdict::Pass);
    assert_eq!(a.provisions.iter().find(|p| p.id == "5.1-1").unwrap().verdict, Verdict::Pass);
}

#[test]
fn one_update_mechanism_that_withstands_misuse_is_enough_for_5_3_2_but_not_for_5_3_1() {
    let mut d = declaration(&["5.3-1", "5.3-2"]);
    d.ixit.soft_comp[0].update_mechanisms = vec!["UpdMech-A".into(), "UpdMech-B".into()];
    assert_eq!(spec().case("5.3-2-1").unwrap().rule, Rule::AnyEntry);
    let mixed = [
        said("5.3-2-1 a", Some("UpdMech-A"), Outcome::Pass, By::Evaluator),
        said("5.3-2-1 a", Some("UpdMech-B"), Outcome::Fail, By::Evaluator),
        said("5.3-1-1 a", None, Outcome::NotApplicable, By::Evaluator),
    ];
    let a = judged(&d, &mixed, &[], &[]);
    assert_eq!(verdict(&a, "5.3-2-1"), Verdict::Pass);
    assert_eq!(verdict(&a, "5.3-1-1"), Verdict::Fail);
    let a = judged(&d, &mixed[1..], &[], &[]);
    assert_eq!(verdict(&a, "5.3-2-1"), Verdict::Inconclusive);
}

#[test]
fn a_mechanism_that_is_not_applicable_withstands_nothing() {
    let mut d = declaration(&["5.3-2"]);
    d.ixit.soft_comp[0].update_mechanisms = vec!["UpdMech-A".into(), "UpdMech-B".into()];
    let answers = |a, b| {
        [("UpdMech-A", a), ("UpdMech-B", b)]
            .map(|(id, outcome)| said("5.3-2-1 a", Some(id), outcome, By::Evaluator))
    };
    let after = |a, b| verdict(&judged(&d, &answers(a, b), &[], &[]), "5.3-2-1");
    assert_eq!(after(Outcome::Fail, Outcome::NotApplicable), Verdict::Fail);
    let one = judged(&d, &answers(Outcome::Pass, Outcome::NotApplicable), &[], &[]);
    assert_eq!(verdict(&one, "5.3-2-1"), Verdict::Pass);
    assert_eq!(one.case("5.3-2-1").unwrap().units[0].verdict, Verdict::Pass);
    let none = judged(&d, &answers(Outcome::NotApplicable, Outcome::NotApplicable), &[], &[]);
    assert_eq!(verdict(&none, "5.3-2-1"), Verdict::Inconclusive);
    let unit = &none.case("5.3-2-1").unwrap().units[0];
    assert!(unit.waits.is_some() && unit.indications.iter().any(|i| i.words.contains("none is left")));
}

#[test]
fn a_pass_for_the_whole_does_not_make_an_entry_withstand_what_it_is_not_asked() {
    let d = declaration(&["5.3-2"]);
    let units = ["5.3-2-2 a", "5.3-2-2 b"];
    let answered = |entry, outcome| units.map(|u| said(u, entry, outcome, By::Evaluator));
    let judgements = [answered(None, Outcome::Pass), answered(Some("UpdMech-A"), Outcome::Fail)].concat();
    let by_machine = |outcome| units.map(|u| said(u, Some("UpdMech-B"), outcome, By::Rule));
    let after = |outcome| {
        let all: Vec<Judgement> = judgements.iter().cloned().chain(by_machine(outcome)).collect();
        verdict(&judged(&d, &all, &[], &[]), "5.3-2-2")
    };
    assert_eq!(after(Outcome::Pass), Verdict::Pass);
    assert_ne!(after(Outcome::NotApplicable), Verdict::Pass);
}

#[test]
fn a_branch_that_is_not_supported_passes() {
    let d = declaration(&["5.3-6"]);
    let mut answers: Vec<Judgement> =
        ["a", "b", "c"].map(|l| said(&format!("5.3-6-1 {l}"), None, Outcome::Pass, By::Evaluator)).into();
    answers.extend(
        ["d", "e"].map(|l| said(&format!("5.3-6-1 {l}"), None, Outcome::NotApplicable, By::Evaluator)),
    );
    assert_eq!(verdict(&judged(&d, &answers, &[], &[]), "5.3-6-1"), Verdict::Pass);
    answers.pop();
    assert_eq!(verdict(&judged(&d, &answers, &[], &[]), "5.3-6-1"), Verdict::Inconclusive);
}

#[test]
fn timeliness_needs_a_positive_indication() {
    let d = declaration(&["5.3-8"]);
    let confirmed = said("5.3-8-1 b", None, Outcome::Pass, By::Rule);
    let mut silent = said("5.3-8-1 a", None, Outcome::Pass, By::Evaluator);
    silent.indications = vec![Indication::note("nothing speaks against it", "")];
    let checks = [CheckNeeds { name: "conf.update_procedures", probes: &[], partial: false }];
    let a = judged(&d, &[silent, confirmed.clone()], &checks, &[]);
    assert_eq!(verdict(&a, "5.3-8-1"), Verdict::Inconclusive);
    let a = judged(&d, &[said("5.3-8-1 a", None, Outcome::Pass, By::Evaluator), confirmed], &checks, &[]);
    assert_eq!(verdict(&a, "5.3-8-1"), Verdict::Pass);
}

#[test]
fn applied_units_follow_the_other_case_and_add_their_floor() {
    let mut d = declaration(&["5.5-1", "5.5-6"]);
    let answers: Vec<Judgement> = ["a", "b", "c", "d"]
        .map(|l| said(&format!("5.5-1-1 {l}"), None, Outcome::Pass, By::Evaluator))
        .into();
    assert_eq!(verdict(&judged(&d, &answers, &[], &[]), "5.5-6-1"), Verdict::Pass);
    assert_eq!(verdict(&judged(&d, &answers[..3], &[], &[]), "5.5-6-1"), Verdict::Inconclusive);
    // The critical parameter now goes over a mechanism that does not declare confidentiality.
    d.ixit.sec_param[0].communication = vec!["ComMech-Web".into()];
    let a = judged(&d, &answers, &[], &[]);
    assert_eq!((verdict(&a, "5.5-1-1"), verdict(&a, "5.5-6-1")), (Verdict::Pass, Verdict::Fail));
    // And now over one that tells nothing of its guarantees.
    d.ixit.com_mech[1].guarantees.clear();
    let a = judged(&d, &answers, &[], &[]);
    let unit = &a.case("5.5-6-1").unwrap().units[0];
    assert_eq!((unit.verdict, unit.waits), (Verdict::Inconclusive, Some(Waits::Declaration)));
    assert!(unit.indications.iter().any(|i| i.words.contains("does not tell which security guarantees")));
}

#[test]
fn a_scope_is_open_while_an_entry_does_not_name_its_channels() {
    let d = |second: &str| {
        let ixit =
            format!("{IXIT}[[10-SecParam]]\nid = \"SecParam-Second\"\nkind = \"critical\"\n{second}\n");
        let file = |text: &str| format!("format = 1\nspec = \"{}\"\n{text}", spec().id).into_bytes();
        let (product, ics) = (file(""), b"format = 1\n".to_vec());
        let sources =
            Sources { product: Some(&product), ics: Some(&ics), ixit: Some(ixit.as_bytes()), folder: "" };
        let read = read(&sources, spec()).declaration.unwrap();
        Declaration { ics: declaration(&["5.5-1", "5.5-6"]).ics, ..read }
    };
    let answers: Vec<Judgement> = ["a", "b", "c", "d"]
        .map(|l| said(&format!("5.5-1-1 {l}"), None, Outcome::Pass, By::Evaluator))
        .into();
    let after = |second: &str, more: &[Judgement]| {
        verdict(&judged(&d(second), &[&answers, more].concat(), &[], &[]), "5.5-6-1")
    };
    assert_eq!(after("communication = []", &[]), Verdict::Pass);
    assert_eq!(after("", &[]), Verdict::Inconclusive);
    let [pass, fail] =
        [Outcome::Pass, Outcome::Fail].map(|outcome| said("5.5-6-1 a", None, outcome, By::Evaluator));
    assert_eq!(after("", &[fail.clone(), pass]), Verdict::Inconclusive);
    assert_eq!(after("", &[fail]), Verdict::Fail);
    let fetched = "provisioned_from = \"associated-service\"\ncommunication = []";
    assert_eq!(after(fetched, &[]), Verdict::Inconclusive);
}

#[test]
fn units_are_done_on_behalf_of_a_claim_that_applies_them() {
    let d = declaration(&["5.5-5"]);
    assert_eq!(d.ics.claim["5.5-4"].support, Support::No);
    let p = plan(spec(), &d, &[]);
    let behalf = p.units.iter().filter(|u| u.unit.case == "5.5-4-1");
    assert!(behalf.clone().count() > 0 && behalf.clone().all(|u| u.on_behalf));
    let answers: Vec<Judgement> = ["a", "b", "c", "d"]
        .map(|l| said(&format!("5.5-4-1 {l}"), None, Outcome::Pass, By::Evaluator))
        .into();
    let a = concluded(&d, &p, &answers, &[]);
    assert_eq!((verdict(&a, "5.5-4-1"), verdict(&a, "5.5-5-1")), (Verdict::NotTested, Verdict::Pass));
}

#[test]
fn a_machine_pass_on_an_assess_unit_waits_for_a_person_and_its_fail_stands_until_overruled() {
    let d = declaration(&["5.1-5"]);
    let check = spec().case("5.1-5-1").unwrap().unit("a").unwrap().check.clone();
    let name: &'static str = check.unwrap().leak();
    let checks = [CheckNeeds { name, probes: &[], partial: false }];
    let unit = |outcome, by| said("5.1-5-1 a", Some("AuthMech-Web"), outcome, by);
    let of = |js: &[Judgement]| verdict(&judged(&d, js, &checks, &[]), "5.1-5-1");
    assert_eq!(of(&[unit(Outcome::Pass, By::Rule)]), Verdict::Inconclusive);
    assert_eq!(of(&[unit(Outcome::Pass, By::Rule), unit(Outcome::Pass, By::Evaluator)]), Verdict::Pass);
    assert_eq!(of(&[unit(Outcome::Fail, By::Rule), unit(Outcome::Pass, By::Evaluator)]), Verdict::Fail);
    let overruled = Judgement { overrules: true, ..unit(Outcome::Pass, By::Evaluator) };
    assert_eq!(of(&[unit(Outcome::Fail, By::Rule), overruled]), Verdict::Pass);
}

#[test]
fn a_pass_without_any_indication_does_not_count() {
    let d = declaration(&["5.2-1"]);
    let bare = Judgement { indications: Vec::new(), ..said("5.2-1-1 a", None, Outcome::Pass, By::Evaluator) };
    assert_eq!(verdict(&judged(&d, &[bare], &[], &[]), "5.2-1-1"), Verdict::Inconclusive);
}

fn outcomes() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(0u8..5, 60)
}

fn yes_claims() -> impl Strategy<Value = Vec<usize>> {
    proptest::collection::vec(0usize..68, 1..20)
}

/// A declaration with random claims, its plan, and random judgements; 4 leaves a unit unexamined. A unit that
/// applies another case's units to an entry is never judged itself (`answer` refuses it), so it is left out.
fn generated(claims: &[usize], outcomes: &[u8]) -> (Declaration, TestPlan, Vec<Judgement>) {
    let ids: Vec<&str> = claims.iter().map(|at| spec().ics[*at].provision.as_str()).collect();
    let d = declaration(&ids);
    let p = plan(spec(), &d, &[]);
    let mut judgements = Vec::new();
    let judged = |u: &&PlannedUnit| u.derived_from.is_none() || u.entry.is_none();
    for (at, planned) in p.units.iter().filter(judged).enumerate() {
        let outcome = match outcomes[at % outcomes.len()] {
            0 => Outcome::Pass,
            1 => Outcome::Fail,
            2 => Outcome::NotApplicable,
            3 => Outcome::Inconclusive,
            _ => continue,
        };
        judgements.push(said(&planned.unit.to_string(), planned.entry.as_deref(), outcome, By::Evaluator));
    }
    (d, p, judgements)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_judgements_never_changes_an_assessment(claims in yes_claims(), out in outcomes(), turn in 0usize..500) {
        let (d, p, judgements) = generated(&claims, &out);
        let mut turned = judgements.clone();
        let at = turn % turned.len().max(1);
        turned.rotate_left(at);
        turned.reverse();
        prop_assert_eq!(concluded(&d, &p, &judgements, &[]), concluded(&d, &p, &turned, &[]));
    }

    #[test]
    fn an_unexamined_unit_never_turns_anything_into_pass(claims in yes_claims(), out in outcomes(), drop in 0usize..500) {
        let (d, p, judgements) = generated(&claims, &out);
        prop_assume!(!judgements.is_empty());
        let dropped = judgements[drop % judgements.len()].clone();
        let fewer: Vec<Judgement> = judgements.iter().filter(|j| **j != dropped).cloned().collect();
        let (before, after) = (concluded(&d, &p, &judgements, &[]), concluded(&d, &p, &fewer, &[]));
        for (b, a) in before.cases.iter().zip(&after.cases) {
            if b.verdict == Verdict::Inconclusive {
                prop_assert_ne!(a.verdict, Verdict::Pass, "{}", b.id);
            }
        }
        if before.overall == Verdict::Inconclusive {
            prop_assert_ne!(after.overall, Verdict::Pass);
        }
        let unit = UnitId::new(&dropped.unit.case, &dropped.unit.letter);
        let case = spec().case(&unit.case).unwrap();
        if case.rule == Rule::All {
            prop_assert_ne!(after.case(&case.id).unwrap().verdict, Verdict::Pass);
        }
    }

    #[test]
    fn fail_dominates(claims in yes_claims(), out in outcomes(), at in 0usize..500) {
        let (d, p, judgements) = generated(&claims, &out);
        let claimed: Vec<_> = p.units.iter().filter(|u| !u.on_behalf && u.derived_from.is_none()).collect();
        prop_assume!(!claimed.is_empty());
        let failing = claimed[at % claimed.len()];
        prop_assume!(spec().case(&failing.unit.case).unwrap().rule == Rule::All);
        let mut judgements = judgements;
        judgements.push(said(&failing.unit.to_string(), failing.entry.as_deref(), Outcome::Fail, By::Probe));
        judgements.push(said(&failing.unit.to_string(), failing.entry.as_deref(), Outcome::Pass, By::Evaluator));
        let a = concluded(&d, &p, &judgements, &[]);
        prop_assert_eq!(a.case(&failing.unit.case).unwrap().verdict, Verdict::Fail);
        prop_assert_eq!(a.overall, Verdict::Fail);
    }

    #[test]
    fn an_assessment_round_trips_through_its_json(claims in yes_claims(), out in outcomes()) {
        let (d, p, judgements) = generated(&claims, &out);
        let a = concluded(&d, &p, &judgements, &[]);
        let text = serde_json::to_string(&a).unwrap();
        prop_assert_eq!(serde_json::from_str::<Assessment>(&text).unwrap(), a);
    }
}

#[test]
fn a_later_pass_for_the_whole_does_not_erase_an_entrys_fail() {
    let d = declaration(&["5.1-5"]);
    let failed = said("5.1-5-2 b", Some("AuthMech-Web"), Outcome::Fail, By::Evaluator);
    let whole = said("5.1-5-2 b", None, Outcome::Pass, By::Evaluator);
    assert_eq!(verdict(&judged(&d, &[failed, whole], &[], &[]), "5.1-5-2"), Verdict::Fail);
}

#[test]
fn a_later_fail_for_the_whole_is_not_hidden_by_an_entrys_pass() {
    let d = declaration(&["5.1-5"]);
    let (entry, unit) = (Some("AuthMech-Web"), "5.1-5-2 b");
    let passed = || said(unit, entry, Outcome::Pass, By::Evaluator);
    let whole = || said(unit, None, Outcome::Fail, By::Evaluator);
    assert_eq!(verdict(&judged(&d, &[passed(), whole()], &[], &[]), "5.1-5-2"), Verdict::Fail);
    assert_ne!(verdict(&judged(&d, &[whole(), passed()], &[], &[]), "5.1-5-2"), Verdict::Fail);
}

#[test]
fn an_empty_scope_is_a_proposal() {
    let mut d = declaration(&["5.5-5"]);
    d.ixit.soft_serv[0].excepted_protocol = Some(true);
    assert_eq!(verdict(&judged(&d, &[], &[], &[]), "5.5-5-1"), Verdict::Inconclusive);
    let confirmed = said("5.5-5-1 a", None, Outcome::Pass, By::Evaluator);
    assert_eq!(verdict(&judged(&d, &[confirmed], &[], &[]), "5.5-5-1"), Verdict::Pass);
}
