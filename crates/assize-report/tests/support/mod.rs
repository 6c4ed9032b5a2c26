//! A hand-made assessment of a made-up smart plug, used by the tests and by the sample page.

use std::collections::BTreeMap;

use assize_model::assessment::{
    Accepted, Assessment, CaseResult, ClaimCheck, Contradiction, Counts, EntryResult, IcsReview,
    PlaceReadiness, ProvisionResult, Readiness, UnitResult, Vulnerable, Waits,
};
use assize_model::declaration::ics::{Claim, ExternalEvidence, Ics, Support};
use assize_model::declaration::product::{Bench, DutIdentification, Product, State, Supplier};
use assize_model::diagnostic::FilePlace;
use assize_model::judgement::{By, Indication, Outcome, Pointer};
use assize_model::verdict::Verdict;
use assize_report::{EvidenceSummary, RecordLine, Report};

/// What a report is made from, owned.
#[derive(Clone)]
pub struct Sample {
    pub assessment: Assessment,
    pub product: Product,
    pub ics: Ics,
    pub evidence: EvidenceSummary,
    pub records: Vec<RecordLine>,
    pub verification: Option<String>,
}

/// Every pointer stands in line 41.
pub fn line_41(pointer: &Pointer) -> Option<FilePlace> {
    Some(FilePlace { file: format!("plug/{}", pointer.file), line: 41, column: 1 })
}

impl Sample {
    /// The sample as a report.
    pub fn report(&self) -> Report<'_> {
        Report {
            assessment: &self.assessment,
            product: &self.product,
            ics: &self.ics,
            spec: None,
            place_of: &line_41,
            evidence: &self.evidence,
            records: &self.records,
            verification: self.verification.as_deref(),
        }
    }
}

/// A plug with an undeclared telnet login, open units of every kind and one provision that is not claimed.
pub fn plug() -> Sample {
    Sample {
        assessment: assessment(),
        product: product(),
        ics: ics(),
        evidence: evidence(),
        records: records(),
        verification: Some("Of 226 test units, the words of 12 were taken from a draft.".to_owned()),
    }
}

fn assessment() -> Assessment {
    Assessment {
        format: 1,
        spec: "ts-103-701@1.1.1".into(),
        framework: "en-303-645@2.1.1".into(),
        overall: Verdict::Fail,
        reasons: vec![
            "The ICS is not valid: a claim breaks a rule of clause 4, or is refuted.".into(),
            "These claimed provisions fail: 5.1-1.".into(),
            "These claimed provisions are still open: 5.1-3, 5.3-2.".into(),
        ],
        contradictions: contradictions(),
        ics: IcsReview {
            valid: false,
            unclaimed: vec![],
            unsettled: vec![],
            refusals_lapsed: vec![],
            broken: vec![broken()],
        },
        provisions: provisions(),
        cases: cases(),
        counts: Counts { planned: 7, pass: 1, fail: 1, to_confirm: 1, to_answer: 2, open: 2 },
        quantum: readiness(),
        troubles: Vec::new(),
    }
}

fn readiness() -> Readiness {
    let accepted = Accepted { until: "2035-12-31".into(), source: "A report, table 2".into(), draft: true };
    Readiness {
        places: vec![PlaceReadiness { place: "tcp/443".into(), groups: vec![], evidence: vec![7] }],
        vulnerable: vec![Vulnerable {
            name: "X25519".into(),
            part: "key agreement group".into(),
            entries: vec!["11-ComMech, ComMech-Web".into()],
            accepted: vec![accepted],
        }],
    }
}

fn contradictions() -> Vec<Contradiction> {
    let telnet = |provision: &str, claim: &str, place: Pointer| Contradiction {
        provision: provision.into(),
        claim: claim.into(),
        observed: "tcp/23 answers with a telnet login that no entry declares".into(),
        place,
        evidence: vec![7, 9],
        remedy: "close the login, or declare it".into(),
        invalidates_ics: false,
    };
    vec![
        telnet("5.1-1", "every password mechanism is declared", Pointer::ixit(["1-AuthMech"])),
        telnet("5.6-1", "every open interface is declared", Pointer::ixit(["15-Intf"])),
        Contradiction {
            provision: "5.3-14".into(),
            claim: "5.3-14 is claimed \"n/a\"".into(),
            observed: "the declaration says that SoftComp-Boot cannot be updated".into(),
            place: Pointer::ixit(["6-SoftComp", "SoftComp-Boot"]),
            evidence: vec![],
            remedy: "claim the provision, or correct the entry".into(),
            invalidates_ics: true,
        },
    ]
}

fn broken() -> ClaimCheck {
    ClaimCheck {
        check: 'c',
        provision: "5.3-14".into(),
        words: "5.3-14 is claimed \"n/a\", but SoftComp-Boot cannot be updated".into(),
        place: Pointer::claim("5.3-14"),
        remedy: "claim the provision, or correct the entry".into(),
    }
}

fn provision(id: &str, words: &str, status: &str, verdict: Verdict, cases: &[&str]) -> ProvisionResult {
    let claim = if verdict == Verdict::NotTested { "n/a" } else { "yes" };
    ProvisionResult {
        id: id.into(),
        clause: id.split('-').next().unwrap().into(),
        words: words.into(),
        status: status.into(),
        claim: Some(claim.into()),
        detail: "The detail that the supplier gives for this claim".into(),
        assumed: false,
        verdict,
        by_external_evidence: false,
        cases: cases.iter().map(|c| (*c).into()).collect(),
    }
}

fn provisions() -> Vec<ProvisionResult> {
    let mut external = provision(
        "5.3-2",
        "Updates must install in a way no stranger can misuse.",
        "M C (5)",
        Verdict::Pass,
        &["5.3-2-1"],
    );
    external.by_external_evidence = true;
    external.assumed = true;
    vec![
        provision("4-1", "Justifications have to be put on record.", "M", Verdict::Pass, &["4-1-1"]),
        provision(
            "5.1-1",
            "Outside the factory-default state, every password must be unique to the unit or chosen by the user.",
            "M C (1)",
            Verdict::Fail,
            &["5.1-1-1", "5.1-1-2"],
        ),
        provision(
            "5.1-3",
            "Authentication must rest on sound cryptography.",
            "M",
            Verdict::Inconclusive,
            &["5.1-3-1"],
        ),
        external,
        provision(
            "5.3-14",
            "The isolation of what cannot be updated.",
            "R C (3, 4)",
            Verdict::NotTested,
            &["5.3-14-1"],
        ),
    ]
}

fn case(id: &str, kind: &str, verdict: Verdict, units: Vec<UnitResult>) -> CaseResult {
    CaseResult {
        id: id.into(),
        provision: id.rsplit_once('-').unwrap().0.into(),
        kind: kind.into(),
        verdict,
        rule: String::new(),
        units,
    }
}

fn unit(letter: &str, verb: &str, words: &str, verdict: Verdict, by: By) -> UnitResult {
    UnitResult {
        letter: letter.into(),
        verb: verb.into(),
        words: words.into(),
        verdict,
        by,
        waits: None,
        indications: vec![],
        entries: vec![],
    }
}

fn entry(name: &str, outcome: Outcome, proposed: Option<Outcome>) -> EntryResult {
    EntryResult { entry: Some(name.into()), outcome, proposed }
}

fn cases() -> Vec<CaseResult> {
    let mut recorded = unit("a", "check", "Every justification must be there.", Verdict::Pass, By::Rule);
    recorded.indications =
        vec![Indication::favour("Every claim \"no\" carries its justification.").at(Pointer::claim("4-1"))];
    let waiting = UnitResult {
        waits: Some(Waits::OtherUnits),
        ..unit("c", "apply", "Run the units of 5.5-1-1.", Verdict::Inconclusive, By::Rule)
    };
    let untested = unit("a", "assess", "The isolation must hold.", Verdict::NotTested, By::Evaluator);
    let mut mechanisms = case("5.3-2-1", "both", Verdict::Inconclusive, vec![bench_unit()]);
    mechanisms.rule = "One update mechanism that withstands misuse is enough.".into();
    vec![
        case("4-1-1", "conceptual", Verdict::Pass, vec![recorded]),
        case("5.1-1-1", "conceptual", Verdict::Inconclusive, vec![confirmed_unit(), answer_unit()]),
        case("5.1-1-2", "functional", Verdict::Fail, vec![failing_unit()]),
        case("5.1-3-1", "conceptual", Verdict::Inconclusive, vec![answer_unit(), waiting]),
        mechanisms,
        case("5.3-14-1", "conceptual", Verdict::NotTested, vec![untested]),
    ]
}

fn failing_unit() -> UnitResult {
    let telnet = Indication::against("Login on tcp/23 is not declared", "close the login, or declare it");
    let mut unit =
        unit("a", "functionally assess", "Look for logins that nobody declared.", Verdict::Fail, By::Probe);
    unit.indications = vec![
        telnet.shown_by([7, 9, 400]).at(Pointer::ixit(["1-AuthMech"])),
        Indication::favour("The login on tcp/443 is AuthMech-Web.").shown_by([8]),
    ];
    unit.entries = vec![EntryResult { entry: None, outcome: Outcome::Fail, proposed: None }];
    unit
}

fn confirmed_unit() -> UnitResult {
    let mut unit = unit(
        "a",
        "assess",
        "Passwords must be made so that no pattern shows.",
        Verdict::Inconclusive,
        By::Rule,
    );
    unit.waits = Some(Waits::Confirmation);
    unit.indications = vec![
        Indication::favour("The user chooses the password.")
            .at(Pointer::ixit(["1-AuthMech", "AuthMech-Web"])),
    ];
    unit.entries = vec![
        entry("AuthMech-Web", Outcome::Inconclusive, Some(Outcome::Pass)),
        entry("AuthMech-Cloud", Outcome::NotApplicable, None),
    ];
    unit
}

fn answer_unit() -> UnitResult {
    let words = "The cryptography must fit what it protects.";
    UnitResult {
        waits: Some(Waits::Answer),
        ..unit("b", "assess", words, Verdict::Inconclusive, By::Evaluator)
    }
}

fn bench_unit() -> UnitResult {
    let mut unit = unit(
        "a",
        "functionally check",
        "A changed package must be refused.",
        Verdict::Inconclusive,
        By::Probe,
    );
    unit.waits = Some(Waits::Bench);
    unit.indications = vec![Indication::note(
        "The DUT was not examined for this.",
        "run `assize assess` with the DUT on the bench",
    )];
    unit
}

fn product() -> Product {
    Product {
        format: 1,
        spec: Some("ts-103-701@1.1.1".into()),
        dut: DutIdentification {
            date: Some("2026-11-23".into()),
            name: Some("Sample Plug S1".into()),
            brands: vec!["Sample Home".into()],
            model: Some("S1".into()),
            hardware_version: Some("C".into()),
            latest_firmware_version: Some("1.4.2".into()),
            associated_services: vec!["Sample Cloud".into(), "Sample Updates".into()],
            constrained: Some(false),
            ..DutIdentification::default()
        },
        supplier: Supplier { name: Some("Sample Home Ltd".into()), ..Supplier::default() },
        state: vec![State { id: "initialised".into(), words: Some("Set-up is finished.".into()) }],
        bench: Bench {
            laboratory: Some("Sample Laboratory".into()),
            address: Some("127.77.3.10".into()),
            password_file: Some("/home/tester/secret-file".into()),
            ..Bench::default()
        },
        ..Product::default()
    }
}

fn ics() -> Ics {
    let claim = |support| Claim { support, detail: None, external_evidence: None };
    let mut claims: BTreeMap<String, Claim> =
        ["4-1", "5.1-1", "5.1-3", "5.3-2"].map(|id| (id.to_owned(), claim(Support::Yes))).into();
    claims.insert("5.3-14".into(), claim(Support::NotApplicable));
    claims.insert("9.9-9".into(), claim(Support::No));
    claims.get_mut("5.3-2").unwrap().external_evidence = Some(ExternalEvidence {
        title: Some("Certificate 77".into()),
        file: Some("papers/certificate.pdf".into()),
        why: Some("Same mechanism, same depth.".into()),
    });
    Ics { format: 1, claim: claims }
}

fn evidence() -> EvidenceSummary {
    EvidenceSummary {
        records: 214,
        first: "2026-11-23T09:14:02.120Z".into(),
        last: "2026-11-23T09:15:40.903Z".into(),
        root: Some("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into()),
        sealed_by: Some("lab.example/plug".into()),
        seal_time: Some("2026-11-23T10:00:00Z".into()),
        sealed_root: Some("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into()),
        records_after_seal: 0,
        problems: Vec::new(),
        tool: "assize 0.1.0".into(),
        troubles: vec!["ssh on 127.77.3.10:22: no answer within 3 seconds".into()],
        folder: "smart-plug".into(),
    }
}

fn records() -> Vec<RecordLine> {
    let record = |number, words: &str| RecordLine {
        number,
        time: "2026-11-23T09:14:05.000Z".into(),
        kind: "fact".into(),
        words: words.into(),
        objects: vec!["60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752".into()],
    };
    vec![
        record(7, "tcp/23 of 127.77.3.10 is open"),
        record(8, "tcp/443 of 127.77.3.10 asks for a password"),
        record(9, "tcp/23 of 127.77.3.10 speaks telnet and asks for a login"),
    ]
}
