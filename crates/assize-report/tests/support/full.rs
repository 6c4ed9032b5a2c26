//! A report as large as a real one: the reference device's declaration against the whole specification, with
//! judgements made up so that every verdict and every reason to wait occurs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use assize_model::assessment::{Assessment, Basis, Contradiction, conclude};
use assize_model::catalogue::{Catalogue, TestSpec};
use assize_model::declaration::{Declaration, Sources, read};
use assize_model::judgement::{By, Indication, Judgement, Outcome, Pointer};
use assize_model::plan::{PlannedUnit, plan};

/// The specification, the declaration, and what was concluded from both.
pub struct Full {
    pub spec: TestSpec,
    pub declaration: Declaration,
    pub assessment: Assessment,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Concludes from the files of the checkout.
pub fn full() -> Full {
    let spec = spec();
    let declaration = declaration(&spec);
    let plan = plan(&spec, &declaration, &[]);
    let judgements: Vec<Judgement> =
        plan.units.iter().enumerate().filter_map(|(at, unit)| judgement(at, unit)).collect();
    let assessment = conclude(&Basis {
        spec: &spec,
        declaration: &declaration,
        plan: &plan,
        judgements: &judgements,
        contradictions: &[contradiction("5.1-1", "1-AuthMech"), contradiction("5.6-1", "15-Intf")],
        accepted_groups: &BTreeSet::new(),
        decided_claims: &BTreeMap::new(),
        assumed: &BTreeSet::new(),
    });
    Full { spec, declaration, assessment }
}

fn spec() -> TestSpec {
    let folder = root().join("catalogue");
    let mut files = Vec::new();
    collect(&folder, &folder, &mut files);
    let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    let catalogue = Catalogue::read(&files).expect("the catalogue of the checkout reads");
    catalogue.spec("ts-103-701@1.1.1").expect("the catalogue holds the edition").clone()
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("the checkout is readable").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|e| e == "toml" || e == "md") && path.parent() != Some(root) {
            let name = path.strip_prefix(root).expect("it lies below").to_string_lossy().into_owned();
            files.push((name, fs::read_to_string(&path).expect("the checkout is readable")));
        }
    }
}

fn declaration(spec: &TestSpec) -> Declaration {
    let file = |name: &str| {
        fs::read(root().join("examples/products/halden-plug").join(name)).expect("the example is there")
    };
    let (product, ics, ixit) = (file("product.toml"), file("ics.toml"), file("ixit.toml"));
    let sources =
        Sources { product: Some(&product), ics: Some(&ics), ixit: Some(&ixit), folder: "halden-plug" };
    read(&sources, spec).declaration.expect("the example is usable")
}

/// One unit in seven fails by a probe in clause 5.1, others pass, are proposed, noted as missing, or left alone.
fn judgement(at: usize, planned: &PlannedUnit) -> Option<Judgement> {
    let place = planned.entry.as_deref().map(|e| Pointer::ixit(["1-AuthMech", e]));
    let (outcome, by, mut indication) = match at % 7 {
        0 if planned.unit.case.starts_with("5.1") => (
            Outcome::Fail,
            By::Probe,
            Indication::against("Login on tcp/23 is not declared.", "close the login, or declare it")
                .shown_by([7, 9]),
        ),
        0..=2 => (
            Outcome::Pass,
            By::Evaluator,
            Indication::favour("The unit was looked at and holds.").shown_by([8]),
        ),
        3 | 4 => (Outcome::Pass, By::Rule, Indication::favour("The declaration names what is asked for.")),
        5 => (
            Outcome::Inconclusive,
            By::Probe,
            Indication::note("The port did not answer within three seconds.", "check the bench network"),
        ),
        _ => return None,
    };
    indication.place = place;
    Some(Judgement {
        unit: planned.unit.clone(),
        entry: planned.entry.clone(),
        outcome,
        by,
        indications: vec![indication],
        overrules: false,
        lapsed_fail: false,
    })
}

fn contradiction(provision: &str, table: &str) -> Contradiction {
    Contradiction {
        provision: provision.into(),
        claim: format!("{provision} rests on a complete table {table}"),
        observed: "tcp/23 answers with a telnet login that no entry declares".into(),
        place: Pointer::ixit([table]),
        evidence: vec![7, 9],
        remedy: "close the login, or declare it".into(),
        invalidates_ics: false,
    }
}
