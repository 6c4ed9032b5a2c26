//! Papers on the web and copies of them in the folder: what they prove, and what they do not.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

mod common;

use std::path::Path;

use assize_lab::{Budget, Folder, Progress, assess, catalogue, judge};
use assize_model::assessment::{Assessment, UnitResult};
use assize_model::verdict::Verdict;
use common::Trial;

struct Quiet;

impl Progress for Quiet {}

fn unit<'a>(assessment: &'a Assessment, case: &str, letter: &str) -> &'a UnitResult {
    assessment.case(case).unwrap().units.iter().find(|u| u.letter == letter).unwrap()
}

fn edit(dir: &Path, file: &str, from: &str, to: &str) {
    let text = std::fs::read_to_string(dir.join(file)).unwrap();
    assert!(text.contains(from), "{file} holds {from}");
    std::fs::write(dir.join(file), text.replacen(from, to, 1)).unwrap();
}

/// Claims that a part cannot be updated, and where reason and replacement plan stand.
fn not_updatable(dir: &Path, services: &str) {
    edit(dir, "ics.toml", "[claim.\"5.3-14\"]\nsupport = \"n/a\"", "[claim.\"5.3-14\"]\nsupport = \"yes\"");
    let page = |name: &str, path: &str| {
        format!("[2-UserInfo.{name}]\nurl = \"https://{services}:8444{path}\"\nprecondition = \"none\"\n\n")
    };
    let pages = page("non_updatable", "/replacement") + &page("replacement", "/replacement");
    edit(
        dir,
        "ixit.toml",
        "[2-UserInfo.change_mechanisms]",
        &format!("{pages}[2-UserInfo.change_mechanisms]"),
    );
}

#[test]
fn reason_and_plan_for_parts_without_updates() {
    let case = "5.3-14-2";
    let verdicts = |flaws: &[&str]| {
        let trial = Trial::run_with(flaws, not_updatable);
        ["b", "d", "e"].map(|letter| unit(&trial.assessment, case, letter).verdict)
    };
    std::thread::scope(|scope| {
        let missing = scope.spawn(|| verdicts(&["replacement-plan-missing"])[0]);
        let contradicted = scope.spawn(|| verdicts(&["support-period-contradicts"])[2]);
        // What a machine finds on a page is a proposal, which waits for a person.
        assert_eq!(verdicts(&[]), [Verdict::Inconclusive; 3]);
        assert_eq!(missing.join().unwrap(), Verdict::Fail);
        assert_eq!(contradicted.join().unwrap(), Verdict::Fail);
    });
}

#[test]
fn hints_stand_beside_the_verdict() {
    let trial = Trial::run(&[]);
    let words = |case: &str, letter: &str| -> String {
        let unit = unit(&trial.assessment, case, letter);
        unit.indications.iter().map(|i| format!("{}\n", i.words)).collect()
    };
    let policy = words("5.2-1-2", "a");
    for said in [
        "where the disclosure policy is published, opens.",
        "in force",
        "security@halden-home.example",
        "within 5 working days",
        "formula of Flesch",
        "the signature holds",
    ] {
        assert!(policy.contains(said), "{said}: {policy}");
    }
    assert!(words("6-1-2", "a").contains("formula of Flesch"), "{}", words("6-1-2", "a"));
    assert!(words("5.3-13-2", "b").contains("2031"), "{}", words("5.3-13-2", "b"));
}

#[test]
fn a_security_txt_that_was_changed_after_it_was_signed() {
    let trial = Trial::run(&["security-txt-altered"]);
    let policy = unit(&trial.assessment, "5.2-1-2", "a");
    assert_eq!(policy.verdict, Verdict::Fail);
    let words: Vec<&str> = policy.indications.iter().map(|i| i.words.as_str()).collect();
    assert!(words.iter().any(|w| w.contains("it was made over another text")), "{words:?}");
}

/// Assesses offline with copies instead of addresses.
fn offline(change: impl FnOnce(&Path)) -> (Assessment, Vec<String>) {
    let dir = common::folder(&common::addresses());
    change(dir.path());
    let folder = Folder::open(dir.path()).unwrap();
    let held = catalogue().unwrap();
    let ran = assess(&folder, held, &Budget::default(), None, &mut Quiet).unwrap();
    (judge(&folder, held, None).unwrap().assessment, ran.troubles)
}

fn copied(dir: &Path, file: &str) {
    edit(
        dir,
        "ixit.toml",
        "[2-UserInfo.disclosure_policy]\n",
        &format!("[2-UserInfo.disclosure_policy]\nfile = \"{file}\"\n"),
    );
}

/// A policy that names a contact and no time.
const WITHOUT_TIMES: [&str; 4] = [
    "Have you found a weakness? Write to security@halden.example and tell us what you saw.",
    "We acknowledge it and look into it.",
    "We take no legal steps against you.",
    "You may stay anonymous.",
];

#[test]
fn a_copy_shows_what_a_policy_says_and_not_that_it_is_public() {
    let (assessment, troubles) = offline(|dir| {
        copied(dir, "documents/policy.html");
        std::fs::create_dir(dir.join("documents")).unwrap();
        let sentences = WITHOUT_TIMES.join(" ");
        std::fs::write(dir.join("documents/policy.html"), format!("<p>{sentences}</p>")).unwrap();
    });
    assert_eq!(troubles, Vec::<String>::new());
    let reached = unit(&assessment, "5.2-1-2", "a");
    assert_eq!(reached.verdict, Verdict::Inconclusive);
    assert!(reached.indications[0].words.contains("does not show that anybody"), "{:?}", reached.indications);
    let complete = unit(&assessment, "5.2-1-2", "b");
    assert_eq!(complete.verdict, Verdict::Fail, "no time frames: {:?}", complete.indications);
    assert!(!complete.indications[0].evidence.is_empty());
}

/// A PDF file of one page.
fn pdf(content: &str, trailer: &str) -> String {
    format!(
        "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\
         2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n\
         3 0 obj\n<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>\nendobj\n\
         4 0 obj\n<< /Length {} >>\nstream\n{content}\nendstream\nendobj\n\
         5 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>\nendobj\n\
         trailer\n<< /Root 1 0 R {trailer} >>\n%%EOF\n",
        content.len()
    )
}

#[test]
fn a_copy_as_pdf_is_read_like_any_other() {
    let complete = |content: &str, trailer: &str| {
        let (assessment, troubles) = offline(|dir| {
            copied(dir, "policy.pdf");
            std::fs::write(dir.join("policy.pdf"), pdf(content, trailer)).unwrap();
        });
        assert_eq!(troubles, Vec::<String>::new());
        let unit = unit(&assessment, "5.2-1-2", "b");
        (unit.verdict, unit.indications[0].words.clone())
    };
    let shown = |lines: &[&str]| {
        let lines: String = lines.iter().map(|line| format!("0 -14 Td ({line} ) Tj ")).collect();
        format!("BT /F1 12 Tf {lines}ET")
    };
    let policy = shown(&WITHOUT_TIMES);
    assert_eq!(complete(&policy, "").0, Verdict::Fail, "no time frames");
    let (verdict, words) = complete(&shown(&WITHOUT_TIMES[..1]), "");
    assert!(verdict == Verdict::Inconclusive && words.contains("not recognised"), "{verdict:?} {words}");
    let (verdict, words) = complete(&policy, "/Encrypt 9 0 R");
    assert!(verdict == Verdict::Inconclusive && words.contains("it is encrypted"), "{verdict:?} {words}");
    let (verdict, words) = complete("0 0 10 10 re f", "");
    assert!(
        verdict == Verdict::Inconclusive && words.contains("no text, only pictures"),
        "{verdict:?} {words}"
    );
}

#[test]
fn a_copy_that_is_missing_or_elsewhere_is_never_read() {
    let (_, troubles) = offline(|dir| copied(dir, "documents/policy.html"));
    assert!(troubles[0].contains("documents/policy.html"), "{troubles:?}");
    let (assessment, troubles) = offline(|dir| {
        copied(dir, "policy.html");
        std::os::unix::fs::symlink("/etc/hostname", dir.join("policy.html")).unwrap();
    });
    assert!(troubles[0].contains("leads out of the assessment folder"), "{troubles:?}");
    assert_eq!(unit(&assessment, "5.2-1-2", "b").verdict, Verdict::Inconclusive);
}
