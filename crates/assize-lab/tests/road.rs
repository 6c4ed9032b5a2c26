//! The road without a device: what is recorded, resumed, refused and judged from a folder alone.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

mod common;

use assize_evidence::{Mode, Store, verify};
use assize_lab::{
    Budget, Error, Folder, Hands, NewAnswer, Question, Stored, answer, assess, catalogue, decide, judge,
    queue, steps,
};
use assize_model::assessment::Waits;
use assize_model::catalogue::cryptography::Part;
use assize_model::judgement::Outcome;
use assize_model::verdict::Verdict;
use common::Quiet;
use tempfile::TempDir;

/// A copy of the example declaration.
fn example() -> TempDir {
    let dir = TempDir::new().unwrap();
    common::example(&dir, |text| text);
    dir
}

fn offline(dir: &TempDir) -> Result<assize_lab::Ran, Error> {
    let folder = Folder::open(dir.path())?;
    assess(&folder, catalogue().unwrap(), &Budget::default(), None, &mut Quiet)
}

#[test]
fn the_catalogue_is_sound_and_every_unit_says_who_judges_it() {
    let faults = catalogue().unwrap().check(&assize_lab::check_names());
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn every_conceptual_check_unit_and_thirty_assess_units_have_a_check() {
    let spec = catalogue().unwrap().spec("ts-103-701@1.1.1").unwrap();
    let units = || spec.cases.iter().flat_map(|c| c.units.iter().map(move |u| (c, u)));
    let bare: Vec<String> = units()
        .filter(|(_, u)| u.verb.words() == "check" && u.check.is_none())
        .map(|(c, u)| format!("{} {}", c.id, u.letter))
        .collect();
    assert!(bare.is_empty(), "{bare:?}");
    let proposals = units().filter(|(_, u)| u.verb.words() == "assess" && u.check.is_some()).count();
    assert!(proposals >= 30, "{proposals}");
    let silent =
        units().filter(|(_, u)| u.check.is_none() && u.reuses.is_none() && u.by_hand.is_none()).count();
    assert_eq!(silent, 0);
}

#[test]
fn an_offline_assessment_judges_the_papers_and_leaves_the_device_open() {
    let dir = example();
    offline(&dir).unwrap();
    let judged = judge(&Folder::open(dir.path()).unwrap(), catalogue().unwrap(), None).unwrap();
    let verdict = |case: &str| judged.assessment.case(case).unwrap().verdict;
    // Only a reader tells a reason from a placeholder.
    let justified = &judged.assessment.case("4-1-1").unwrap().units[0];
    assert_eq!((justified.verdict, justified.waits), (Verdict::Inconclusive, Some(Waits::Confirmation)));
    let settled =
        judged.assessment.cases.iter().flat_map(|c| &c.units).filter(|u| u.verdict == Verdict::Pass);
    assert!(settled.count() > 0);
    // Nobody looked at the device: absence is never PASS.
    assert_eq!(verdict("5.6-1-2"), Verdict::Inconclusive);
    assert_eq!(judged.assessment.overall, Verdict::Inconclusive);
    assert_eq!(judged.assessment.cases_with(Verdict::Fail), Vec::<&str>::new());
}

#[test]
fn the_declaration_is_recorded_once_and_again_when_it_changes() {
    let dir = example();
    let declarations = || {
        let log = Folder::open(dir.path()).unwrap().log().unwrap();
        log.records().unwrap().filter(|r| r.as_ref().unwrap().kind == "declaration").count()
    };
    offline(&dir).unwrap();
    offline(&dir).unwrap();
    assert_eq!(declarations(), 1);
    let ics = dir.path().join("ics.toml");
    let text = std::fs::read_to_string(&ics).unwrap();
    std::fs::write(&ics, format!("{text}\n# a remark\n")).unwrap();
    offline(&dir).unwrap();
    assert_eq!(declarations(), 2);
    // Judging uses the declaration as recorded, so a later edit without a run changes nothing.
    std::fs::write(&ics, "format = 1\n").unwrap();
    let judged = judge(&Folder::open(dir.path()).unwrap(), catalogue().unwrap(), None).unwrap();
    assert!(judged.assessment.ics.unclaimed.is_empty());
}

#[test]
fn two_writers_are_a_clear_error() {
    let dir = example();
    offline(&dir).unwrap();
    let _held = Store::open(dir.path().join("evidence")).unwrap();
    let refused = offline(&dir).unwrap_err();
    assert!(matches!(refused, Error::Evidence(assize_evidence::Error::Locked { .. })), "{refused}");
}

#[test]
fn a_broken_declaration_is_refused_and_records_nothing() {
    let dir = example();
    std::fs::write(dir.path().join("ixit.toml"), b"format = 1\n[[1-AuthMech]\n").unwrap();
    let Err(Error::Declaration(diagnostics)) = offline(&dir) else { panic!("it was taken") };
    assert!(diagnostics[0].place.as_ref().is_some_and(|p| p.line == 2), "{diagnostics:?}");
    assert!(!dir.path().join("evidence").exists());
}

#[test]
fn a_log_that_was_tampered_with_is_not_appended_to_unnoticed() {
    let dir = example();
    offline(&dir).unwrap();
    let log = dir.path().join("evidence/log.jsonl");
    let text = std::fs::read_to_string(&log).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.remove(1);
    std::fs::write(&log, lines.join("\n") + "\n").unwrap();
    let found = verify(dir.path().join("evidence"), None, Mode::Unsealed).unwrap();
    assert!(!found.is_sound());
    assert!(offline(&dir).is_err());
}

#[test]
fn targets_are_only_what_the_declaration_names() {
    let dir = example();
    let (reading, _) = Folder::open(dir.path()).unwrap().declaration(catalogue().unwrap()).unwrap();
    let declaration = reading.declaration.unwrap();
    let mut named: Vec<String> = declaration.product.host.iter().filter_map(|h| h.address.clone()).collect();
    named.extend(declaration.product.bench.address.clone());
    named.extend(declaration.product.bench.control.clone());
    named.extend(declaration.product.bench.unit.iter().filter_map(|u| u.address.clone()));
    for step in steps(&declaration).unwrap() {
        if let Some(target) = &step.target {
            assert!(named.contains(&target.address().to_string()), "{step:?}");
        }
    }
}

#[test]
fn hosts_are_asked_by_their_names_each_in_a_step_of_its_own() {
    let dir = example();
    let (reading, _) = Folder::open(dir.path()).unwrap().declaration(catalogue().unwrap()).unwrap();
    let mut declaration = reading.declaration.unwrap();
    let hosts = &mut declaration.product.host;
    let address = hosts[0].address.clone().unwrap();
    let told = |declaration: &_| {
        let told = steps(declaration).unwrap().into_iter().filter(|s| s.probe.name() == "tls");
        let told = told.filter_map(|s| Some((s.name, s.target?.name().map(str::to_owned), s.ports)));
        told.filter(|(name, ..)| name.starts_with(&address)).collect::<Vec<_>>()
    };
    let name = |host: &str| (format!("{address} as {host}"), Some(host.to_owned()));
    let one = name("services.halden-home.example");
    assert_eq!(told(&declaration), [(one.0.clone(), one.1.clone(), vec![8445, 8883])]);
    // Two names at one address, and one host that has none.
    let updates = declaration.product.host.iter_mut().find(|h| h.name == "updates").unwrap();
    updates.dns = Some("Updates.example.".to_owned());
    let two = name("updates.example");
    assert_eq!(told(&declaration), [(one.0, one.1, vec![8883]), (two.0, two.1, vec![8445])]);
    for host in &mut declaration.product.host {
        host.dns = Some(address.clone());
    }
    assert_eq!(told(&declaration), [(address.clone(), None, vec![8445, 8883])]);
}

#[test]
fn another_unit_is_asked_for_its_keys_alone_and_after_the_dut() {
    let dir = example();
    let (reading, _) = Folder::open(dir.path()).unwrap().declaration(catalogue().unwrap()).unwrap();
    let mut declaration = reading.declaration.unwrap();
    let unit = declaration.product.bench.unit[0].address.clone().unwrap();
    let all = steps(&declaration).unwrap();
    let probes: Vec<String> = all.iter().filter(|s| s.name == unit).map(|s| s.probe.to_string()).collect();
    assert_eq!(probes, ["keys"]);
    let at = |probe: &str, name: &str| all.iter().position(|s| s.probe.name() == probe && s.name == name);
    let dut = declaration.product.bench.address.clone().unwrap();
    for probe in ["identify", "ssh", "tls", "dtls"] {
        assert!(at(probe, &dut) < at("keys", &unit), "{probe}");
    }
    // What may be done to the DUT is not asked; leave is not needed.
    declaration.product.bench.allow.clear();
    assert!(steps(&declaration).unwrap().iter().any(|s| s.name == unit));
}

#[test]
fn the_queue_keeps_together_what_shares_a_set_up() {
    let dir = example();
    offline(&dir).unwrap();
    let judged = judge(&Folder::open(dir.path()).unwrap(), catalogue().unwrap(), None).unwrap();
    let waiting = queue(&judged, catalogue().unwrap());
    let mut setups: Vec<&str> = waiting.iter().map(|q| q.setup_name()).collect();
    setups.dedup();
    let mut distinct = setups.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(setups.len(), distinct.len(), "{setups:?}");
}

fn said(unit: &str, outcome: Outcome, note: &str) -> NewAnswer {
    NewAnswer {
        unit: unit.parse().unwrap(),
        entry: None,
        outcome,
        note: note.to_owned(),
        evaluator: "A. Tester".to_owned(),
        attachments: Vec::new(),
        overrules: false,
    }
}

#[test]
fn answers_that_do_not_fit_are_refused_with_the_reason() {
    let dir = example();
    offline(&dir).unwrap();
    let folder = Folder::open(dir.path()).unwrap();
    let judged = judge(&folder, catalogue().unwrap(), None).unwrap();
    let refused = |new: NewAnswer| match answer(&folder, &judged, catalogue().unwrap(), new) {
        Err(Error::Answer(words)) => words,
        other => panic!("{other:?}"),
    };
    assert!(refused(said("5.9-9-9 a", Outcome::Pass, "")).contains("not in the plan"));
    assert!(refused(said("5.1-4-2 a", Outcome::Fail, "")).contains("note"));
    assert!(
        refused(NewAnswer { entry: Some("Nobody".into()), ..said("5.1-4-2 a", Outcome::Pass, "") })
            .contains("entries are")
    );
    assert!(refused(said("5.8-1-1 a", Outcome::Pass, "")).contains("follows from"));
    let records = Stored::read(&folder.log().unwrap()).unwrap().records;
    assert!(
        answer(
            &folder,
            &judged,
            catalogue().unwrap(),
            said("5.1-4-2 a", Outcome::Fail, "the old one still works")
        )
        .unwrap()
            == records + 1
    );
    let again = judge(&folder, catalogue().unwrap(), None).unwrap();
    assert_eq!(again.assessment.case("5.1-4-2").unwrap().verdict, Verdict::Fail);
    assert_eq!(again.assessment.overall, Verdict::Fail);
}

#[test]
fn an_answer_no_longer_counts_when_what_it_rests_on_is_declared_anew() {
    let dir = example();
    offline(&dir).unwrap();
    let folder = || Folder::open(dir.path()).unwrap();
    let judged = || judge(&folder(), catalogue().unwrap(), None).unwrap();
    let verdict = |case: &str| judged().assessment.case(case).unwrap().verdict;
    for letter in ["a", "b"] {
        let new = said(&format!("5.1-4-2 {letter}"), Outcome::Pass, "changed, the old one refused");
        answer(&folder(), &judged(), catalogue().unwrap(), new).unwrap();
    }
    assert_eq!(verdict("5.1-4-2"), Verdict::Pass);
    let ixit = dir.path().join("ixit.toml");
    let text = std::fs::read_to_string(&ixit).unwrap();
    // A remark changes nothing; another mechanism does.
    std::fs::write(&ixit, format!("# a remark\n{text}")).unwrap();
    offline(&dir).unwrap();
    assert_eq!(verdict("5.1-4-2"), Verdict::Pass);
    let more = "\n[[1-AuthMech]]\nid = \"AuthMech-Added\"\ndescription = \"A second login.\"\n";
    std::fs::write(&ixit, format!("{text}{more}")).unwrap();
    offline(&dir).unwrap();
    assert_eq!(verdict("5.1-4-2"), Verdict::Inconclusive);
    let product = dir.path().join("product.toml");
    std::fs::write(&ixit, &text).unwrap();
    let other = std::fs::read_to_string(&product).unwrap().replacen(
        "latest_firmware_version = \"",
        "latest_firmware_version = \"9.",
        1,
    );
    std::fs::write(&product, other).unwrap();
    offline(&dir).unwrap();
    assert_eq!(verdict("5.1-4-2"), Verdict::Inconclusive, "it was answered on another firmware");
}

#[test]
fn a_control_address_that_is_the_device_itself_is_refused() {
    let dir = example();
    let product = dir.path().join("product.toml");
    let text = std::fs::read_to_string(&product).unwrap().replace("127.77.3.30", "127.77.3.10");
    std::fs::write(&product, text).unwrap();
    let (reading, _) = Folder::open(dir.path()).unwrap().declaration(catalogue().unwrap()).unwrap();
    let refused = steps(&reading.declaration.unwrap()).unwrap_err();
    assert!(refused.to_string().contains("DUT's own"), "{refused}");
}

#[test]
fn a_bare_pass_needs_a_proposal_to_confirm() {
    let dir = example();
    offline(&dir).unwrap();
    let folder = Folder::open(dir.path()).unwrap();
    let judged = judge(&folder, catalogue().unwrap(), None).unwrap();
    let bare = answer(&folder, &judged, catalogue().unwrap(), said("5.9-1-2 a", Outcome::Pass, ""));
    assert!(matches!(bare, Err(Error::Answer(_))), "{bare:?}");
    assert!(answer(&folder, &judged, catalogue().unwrap(), said("5.1-1-1 a", Outcome::Pass, "")).is_ok());
}

#[test]
fn a_bare_pass_confirms_only_what_is_proposed() {
    let dir = example();
    offline(&dir).unwrap();
    let folder = || Folder::open(dir.path()).unwrap();
    let judged = || judge(&folder(), catalogue().unwrap(), None).unwrap();
    let waits = |unit: &str| {
        let queue = queue(&judged(), catalogue().unwrap());
        queue.into_iter().find(|q| q.unit.to_string() == unit).unwrap()
    };
    let bare = |unit: &str, entry: Option<&str>| {
        let new = NewAnswer { entry: entry.map(str::to_owned), ..said(unit, Outcome::Pass, "") };
        answer(&folder(), &judged(), catalogue().unwrap(), new).map_err(|e| e.to_string())
    };
    // Nothing is proposed for one entry of the first; the second proposes PASS for one entry and n/a for the others.
    let (partly, wholly) = ("5.5-1-1 a", "5.5-4-1 b");
    assert!(!waits(partly).proposed && waits(wholly).proposed);
    assert_eq!(waits(partly).proposals.len() + 1, waits(partly).entries.len());
    let refused = bare(partly, None).unwrap_err();
    assert!(refused.contains("nothing is proposed for ComMech-Mdns;"), "{refused}");
    assert!(bare(partly, Some("ComMech-Mdns")).is_err());
    assert!(bare(partly, Some("ComMech-Cloud")).is_ok());
    assert!(bare(partly, Some("ComMech-Cloud")).is_err(), "nothing is open there any more");
    assert!(bare(wholly, None).is_ok());
    let case = judged().assessment.case("5.5-4-1").unwrap().clone();
    let entries = &case.units.iter().find(|u| u.letter == "b").unwrap().entries;
    let outcome = |id: &str| entries.iter().find(|e| e.entry.as_deref() == Some(id)).unwrap().outcome;
    assert_eq!(
        (outcome("SoftServ-Web"), outcome("SoftServ-Mdns")),
        (Outcome::Pass, Outcome::NotApplicable),
        "each as it was proposed"
    );
}

#[test]
fn accepted_external_evidence_lapses_with_what_was_accepted() {
    let dir = example();
    let ics = dir.path().join("ics.toml");
    let text = std::fs::read_to_string(&ics).unwrap();
    let offered = |title: &str| {
        let more = format!("[claim.\"5.9-1\".external_evidence]\ntitle = \"{title}\"\n");
        std::fs::write(&ics, format!("{text}\n{more}")).unwrap();
        offline(&dir).unwrap();
    };
    let judged = || judge(&Folder::open(dir.path()).unwrap(), catalogue().unwrap(), None).unwrap();
    let verdict = || judged().assessment.provisions.iter().find(|p| p.id == "5.9-1").unwrap().verdict;
    offered("Certificate 123");
    let asked = (Question::ExternalEvidence, "5.9-1");
    decide(
        &Folder::open(dir.path()).unwrap(),
        &judged(),
        asked,
        true,
        ("scope, activities, depth", "A. Tester"),
    )
    .unwrap();
    assert_eq!(verdict(), Verdict::Pass);
    offered("A letter");
    assert_eq!(verdict(), Verdict::Inconclusive);
}

#[test]
fn an_answer_is_not_laundered_by_judging_against_another_edition() {
    let dir = example();
    offline(&dir).unwrap();
    let folder = || Folder::open(dir.path()).unwrap();
    let later = || judge(&folder(), catalogue().unwrap(), Some("ts-103-701@2.1.1")).unwrap();
    let unit = |letter: usize| later().assessment.case("5.9-1-2").unwrap().units[letter].verdict;
    let judged = judge(&folder(), catalogue().unwrap(), None).unwrap();
    answer(&folder(), &judged, catalogue().unwrap(), said("5.9-1-2 a", Outcome::Pass, "it came back"))
        .unwrap();
    let carried = unit(0);
    let ixit = dir.path().join("ixit.toml");
    let text = std::fs::read_to_string(&ixit).unwrap();
    std::fs::write(
        &ixit,
        text.replacen("[[23-ResMech]]\n", "[[23-ResMech]]\nid = \"ResMech-None\"\n[[23-ResMech]]\n", 1),
    )
    .unwrap();
    offline(&dir).unwrap();
    assert_ne!((carried, unit(0)), (Verdict::Pass, Verdict::Pass));
    assert_ne!(unit(0), Verdict::Pass);
}

/// The words that the TLS probe may put into a fact: each can be judged, but for numbers without a name.
#[test]
fn everything_the_tls_probe_names_can_be_looked_up() {
    let agreed = &catalogue().unwrap().lists.agreed;
    let words = |table: &'static str| {
        let rows = table.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_whitespace().nth(1));
        rows.filter(|name| !name.ends_with("SCSV"))
    };
    let suites = words(include_str!("../../assize-probes/src/tls/suites.txt"));
    let suites = suites.filter(|name| agreed.suite(name).is_none());
    let groups = words(include_str!("../../assize-probes/src/tls/groups.txt"));
    let groups = groups.filter(|name| agreed.token(Part::Group, name).is_none());
    let schemes = words(include_str!("../../assize-probes/src/tls/schemes.txt"));
    let schemes = schemes.filter(|name| agreed.token(Part::Signature, name).is_none());
    let missing: Vec<&str> = suites.chain(groups).chain(schemes).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn whatever_the_bench_could_not_do_is_recorded() {
    let dir = example();
    let product = dir.path().join("product.toml");
    let text = std::fs::read_to_string(&product).unwrap();
    let text = text.replace("127.77.3.", "127.78.209.").replace("127.78.209.40:8883", "192.0.2.50:8883");
    let text = text.replace("HALDEN_PLUG_PASSWORD", "ASSIZE_TEST_UNSET");
    std::fs::write(&product, text).unwrap();
    let ixit = dir.path().join("ixit.toml");
    let text = std::fs::read_to_string(&ixit).unwrap().replace("127.77.3.", "127.78.209.");
    std::fs::write(&ixit, text).unwrap();
    let second = std::time::Duration::from_secs(1);
    let budget = Budget { outage: second, recovery: second, install: second, ..Budget::default() };
    let folder = Folder::open(dir.path()).unwrap();
    let ran = assess(&folder, catalogue().unwrap(), &budget, Some(&Hands::default()), &mut Quiet).unwrap();
    let log = folder.log().unwrap();
    let mut stored = Stored::read(&log).unwrap().troubles;
    for said in
        ["the relay at 192.0.2.50:8883 cannot be opened", "the account `admin` cannot be used", "bench.pem"]
    {
        assert!(
            stored.iter().any(|t| t.contains(said) && t.contains(" on 127.78.209.10: ")),
            "{said}: {stored:?}"
        );
    }
    let mut told = ran.troubles.clone();
    told.sort();
    stored.sort();
    assert_eq!(told, stored);
    let end = log.records().unwrap().map(Result::unwrap).find(|r| r.kind == "run-end").unwrap();
    assert_eq!(end.body["troubles"], told.len());
    let judged = judge(&folder, catalogue().unwrap(), None).unwrap();
    assert_eq!(judged.assessment.troubles, judged.stored.troubles, "who reads JSON is told too");
}

#[test]
fn what_the_bench_cannot_reach_is_neither_pass_nor_set_aside() {
    let dir = example();
    let product = dir.path().join("product.toml");
    let text = std::fs::read_to_string(&product).unwrap();
    std::fs::write(&product, text.replacen("\naddress = \"127.77.3.10\"", "", 1)).unwrap();
    let ixit = dir.path().join("ixit.toml");
    let mut tables: toml::Table = toml::from_str(&std::fs::read_to_string(&ixit).unwrap()).unwrap();
    tables.remove("23-ResMech").unwrap();
    std::fs::write(&ixit, toml::to_string(&tables).unwrap()).unwrap();
    offline(&dir).unwrap();
    let folder = Folder::open(dir.path()).unwrap();
    let judged = judge(&folder, catalogue().unwrap(), None).unwrap();
    let says =
        |unit: &str, outcome| answer(&folder, &judged, catalogue().unwrap(), said(unit, outcome, "seen"));
    for outcome in [Outcome::Pass, Outcome::NotApplicable] {
        let refused = says("5.6-1-2 a", outcome).unwrap_err().to_string();
        assert!(refused.contains("no address of the DUT"), "{refused}");
    }
    // With nothing declared there is nothing to pass, and that there is nothing is a person's to say.
    assert!(
        says("5.9-1-1 b", Outcome::Pass).unwrap_err().to_string().contains("IXIT 23-ResMech has no entry")
    );
    assert!(says("5.9-1-1 b", Outcome::NotApplicable).is_ok());
}
