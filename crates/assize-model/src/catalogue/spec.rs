//! A conformance specification: test scenarios, groups, cases and units, ICS statuses and IXIT tables.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::framework::{Condition, Status};
use crate::declaration::ixit::common::Guarantee;

/// A test specification with its cases, one folder under `test-specs/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestSpec {
    /// Family and edition, as `ts-103-701@1.1.1`.
    pub id: String,
    /// Title as published.
    pub title: String,
    /// The framework edition it tests.
    pub tests: String,
    /// How sure its facts are.
    pub confidence: String,
    /// What was and was not seen, where it is not fully verified.
    pub verification: Option<String>,
    /// The edition whose checks and guides serve its unchanged units.
    pub base: Option<String>,
    /// What the counts must come to.
    pub totals: SpecTotals,
    /// Test scenarios (TSO), one per clause.
    pub scenarios: Vec<TestScenario>,
    /// ICS statuses in the order of the pro forma.
    pub ics: Vec<IcsEntry>,
    /// Conditions that the statuses refer to.
    pub conditions: Vec<Condition>,
    /// Test cases in the order of the document.
    pub cases: Vec<TestCase>,
    /// IXIT tables, those of the base edition where the own pro forma was not seen.
    pub ixit: Vec<IxitTable>,
    /// Fields asked for per provision (Annex B), those of the base edition where the own was not seen.
    pub required: Vec<Required>,
    /// What each provision asks, in our own words, by number.
    pub words: BTreeMap<String, String>,
}

/// `spec.toml`, before the cases join it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecFile {
    pub(super) id: String,
    pub(super) title: String,
    #[serde(rename = "publisher")]
    pub(super) _publisher: String,
    #[serde(rename = "date")]
    pub(super) _date: String,
    pub(super) tests: String,
    #[serde(rename = "licence")]
    pub(super) _licence: String,
    pub(super) confidence: String,
    #[serde(default)]
    pub(super) verification: Option<String>,
    #[serde(default)]
    pub(super) base: Option<String>,
    pub(super) totals: SpecTotals,
    pub(super) sources: BTreeMap<String, String>,
    #[serde(rename = "scenario")]
    pub(super) scenarios: Vec<TestScenario>,
    pub(super) ics: Vec<IcsEntry>,
    #[serde(rename = "condition")]
    pub(super) conditions: Vec<Condition>,
}

/// Published or independently counted totals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SpecTotals {
    /// Test scenarios.
    pub scenarios: usize,
    /// Test groups.
    pub groups: usize,
    /// Test cases.
    pub cases: usize,
    /// Test units.
    pub units: usize,
    /// IXIT tables; 0 when the pro forma was not seen.
    pub ixit_tables: usize,
    /// Fields over all IXIT tables.
    pub ixit_fields: usize,
}

/// A test scenario (TSO): all groups of one clause.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestScenario {
    /// As printed, `TSO 5.1`.
    pub id: String,
    /// The clause.
    pub clause: String,
    /// Its title.
    pub title: String,
}

/// The status of one provision in the ICS pro forma.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IcsEntry {
    /// Provision number.
    pub provision: String,
    /// Its obligation.
    pub status: Status,
    /// Labels of its conditions.
    #[serde(default)]
    pub conditions: Vec<String>,
    /// Anything a reader has to know.
    #[serde(default)]
    pub note: String,
    /// Key into the sources.
    pub source: String,
}

/// A test case with its units and its guide page, one Markdown file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestCase {
    /// As printed, `5.1-1-2`.
    pub id: String,
    /// The test group.
    pub group: String,
    /// The test scenario.
    pub scenario: String,
    /// The provision it tests.
    pub provision: String,
    /// Conceptual or functional.
    pub kind: Kind,
    /// How unit verdicts make the case verdict.
    pub rule: Rule,
    /// The rule told in words, where it is not simply "all units".
    #[serde(default)]
    pub rule_words: String,
    /// Letters of units whose PASS needs a positive indication.
    #[serde(default)]
    pub needs_positive: Vec<String>,
    /// Where the facts come from.
    pub source: String,
    /// How sure they are.
    pub confidence: String,
    /// The units, by letter.
    #[serde(rename = "unit")]
    pub units: Vec<TestUnit>,
    /// The evaluator's guide page, Markdown; empty when the edition has none of its own.
    #[serde(skip)]
    pub guide: String,
}

/// A test unit: the smallest step of a case.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestUnit {
    /// Its letter.
    pub letter: String,
    /// Conceptual or functional.
    pub kind: Kind,
    /// What the tester does.
    pub verb: Verb,
    /// What it asks, in our own words.
    pub words: String,
    /// IXIT tables it looks at.
    #[serde(default)]
    pub tables: Vec<String>,
    /// IXIT fields it looks at, as `1-AuthMech.Description`.
    #[serde(default)]
    pub fields: Vec<String>,
    /// The table over whose entries it runs one by one; none when it looks at the whole.
    #[serde(default)]
    pub per: Option<String>,
    /// How the tables are known, where the unit does not name them.
    #[serde(default)]
    pub basis: Option<String>,
    /// The case whose units this unit applies.
    #[serde(default)]
    pub reuses: Option<String>,
    /// The letters it applies; empty means all.
    #[serde(default)]
    pub reused_units: Vec<String>,
    /// The name of the rule that picks the entries it applies them to.
    #[serde(default)]
    pub scope: Option<String>,
    /// Guarantees that an entry must declare beyond what the reused case asks.
    #[serde(default)]
    pub floor: Vec<Guarantee>,
    /// The check that judges it or proposes a judgement.
    #[serde(default)]
    pub check: Option<String>,
    /// A check that may show that the DUT fails it. It never passes it: what it does not refute stays with a person.
    #[serde(default)]
    pub refuted_by: Option<String>,
    /// Why a person does or confirms it.
    #[serde(default)]
    pub by_hand: Option<String>,
    /// What has to stand ready.
    #[serde(default)]
    pub setup: Option<Setup>,
    /// The unit of the base edition it came from, as `5.1-1-1 a`.
    #[serde(default)]
    pub was: Option<String>,
    /// How it differs from that unit; `same` when it does not.
    #[serde(default)]
    pub change: Option<String>,
}

/// Conceptual: design against provision. Functional: implementation against design.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Looks at the papers.
    Conceptual,
    /// Looks at the device.
    Functional,
    /// A case that holds both.
    Both,
}

/// How unit verdicts make a case verdict (TS 103 701, the assignment of verdict of each case).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// Every unit has to pass for every entry; what the DUT does not support counts as fulfilled where its unit says so.
    All,
    /// One entry for which every unit passes is enough.
    AnyEntry,
}

/// What a tester does in a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// Runs the units of another case.
    Apply,
    /// Analyses with expertise.
    Assess,
    /// Tries an attack.
    Attempt,
    /// Compares, no expertise needed.
    Check,
    /// Creates data.
    Create,
    /// Works out an attack.
    Devise,
    /// Analyses on the DUT.
    #[serde(rename = "functionally assess")]
    FunctionallyAssess,
    /// Compares on the DUT.
    #[serde(rename = "functionally check")]
    FunctionallyCheck,
    /// Singles out.
    Identify,
    /// Takes network or power away.
    Interrupt,
    /// Carries out.
    Perform,
    /// Sets up.
    #[serde(rename = "set up")]
    SetUp,
    /// Triggers.
    Trigger,
}

impl Verb {
    /// Whether a judgement needs a person's expertise (TS 103 701 clause 3: "check" is a simple comparison). A
    /// machine's PASS is then a proposal until an evaluator confirms it.
    pub fn needs_expertise(self) -> bool {
        !matches!(self, Self::Apply | Self::Check | Self::FunctionallyCheck | Self::Identify)
    }

    /// The verb as printed.
    pub fn words(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::Assess => "assess",
            Self::Attempt => "attempt",
            Self::Check => "check",
            Self::Create => "create",
            Self::Devise => "devise",
            Self::FunctionallyAssess => "functionally assess",
            Self::FunctionallyCheck => "functionally check",
            Self::Identify => "identify",
            Self::Interrupt => "interrupt",
            Self::Perform => "perform",
            Self::SetUp => "set up",
            Self::Trigger => "trigger",
        }
    }
}

/// What has to stand ready for a unit, in the order in which an evaluator works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Setup {
    /// Declaration and documents.
    Papers,
    /// The maker's public pages.
    Website,
    /// The DUT in factory-default state.
    Unboxing,
    /// The initialised DUT in ordinary use.
    Running,
    /// The DUT on the bench network, capture or scan running.
    Network,
    /// Active attempts against the DUT.
    Attack,
    /// Network or power taken away.
    Outage,
    /// Erasure and what remains after it.
    Reset,
    /// The casing looked at or opened.
    Hardware,
}

/// One IXIT table of the pro forma.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IxitTable {
    /// Its number.
    pub number: u32,
    /// Its short name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// `table` of entries with ids, or `list` of independent fields.
    pub form: String,
    /// What one entry describes.
    pub entry: String,
    /// Its fields.
    pub fields: Vec<IxitField>,
}

/// One field of an IXIT table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IxitField {
    /// Name as printed.
    pub name: String,
    /// What it holds, in our own words.
    pub meaning: String,
    /// What kind of value.
    pub value: String,
    /// When it is required.
    pub when: String,
}

/// The fields of one table that a claim of one provision requires (Annex B).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Required {
    /// Provision number.
    pub provision: String,
    /// Table as printed, `1-AuthMech`.
    pub table: String,
    /// Field names.
    pub fields: Vec<String>,
}

/// `ixit.toml` of a test specification.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IxitFile {
    #[serde(rename = "spec")]
    pub(super) _spec: String,
    #[serde(rename = "source")]
    pub(super) _source: String,
    #[serde(rename = "confidence")]
    pub(super) _confidence: String,
    #[serde(default, rename = "table")]
    pub(super) tables: Vec<IxitTable>,
    #[serde(default)]
    pub(super) required: Vec<Required>,
    #[serde(default, rename = "change")]
    pub(super) _changes: Vec<IxitChange>,
}

/// What is known to have changed in the pro forma against the base edition.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IxitChange {
    #[serde(rename = "table")]
    _table: String,
    #[serde(rename = "field")]
    _field: String,
    #[serde(rename = "meaning")]
    _meaning: String,
    #[serde(rename = "change")]
    _change: String,
}

impl IxitTable {
    /// Name as printed, `1-AuthMech`.
    pub fn label(&self) -> String {
        format!("{}-{}", self.number, self.name)
    }

    /// Whether it holds entries with ids.
    pub fn has_entries(&self) -> bool {
        self.form == "table"
    }
}

impl TestSpec {
    /// The case with this number.
    pub fn case(&self, id: &str) -> Option<&TestCase> {
        self.cases.iter().find(|c| c.id == id)
    }

    /// The ICS entry of a provision.
    pub fn ics_entry(&self, provision: &str) -> Option<&IcsEntry> {
        self.ics.iter().find(|e| e.provision == provision)
    }

    /// The condition with this label.
    pub fn condition(&self, label: &str) -> Option<&Condition> {
        self.conditions.iter().find(|c| c.label == label)
    }

    /// The IXIT table with this label, `1-AuthMech`.
    pub fn table(&self, label: &str) -> Option<&IxitTable> {
        self.ixit.iter().find(|t| t.label() == label)
    }

    /// What a provision asks, in our own words.
    pub fn requirement_words(&self, provision: &str) -> Option<&str> {
        self.words.get(provision).map(String::as_str)
    }

    /// Test groups in the order of the document, each with its provision.
    pub fn groups(&self) -> Vec<(&str, &str)> {
        let mut groups: Vec<(&str, &str)> = Vec::new();
        for case in &self.cases {
            if groups.last().is_none_or(|(id, _)| *id != case.group) {
                groups.push((&case.group, &case.provision));
            }
        }
        groups
    }

    /// Number of units over all cases.
    pub fn unit_count(&self) -> usize {
        self.cases.iter().map(|c| c.units.len()).sum()
    }
}

impl TestCase {
    /// The unit with this letter.
    pub fn unit(&self, letter: &str) -> Option<&TestUnit> {
        self.units.iter().find(|u| u.letter == letter)
    }

    /// The guide's section for one unit, without its heading.
    pub fn guide_of(&self, letter: &str) -> Option<&str> {
        let heading = format!("\n## {letter}\n");
        let start = self.guide.find(&heading)? + heading.len();
        let rest = &self.guide[start..];
        Some(rest[..rest.find("\n## ").unwrap_or(rest.len())].trim())
    }
}
