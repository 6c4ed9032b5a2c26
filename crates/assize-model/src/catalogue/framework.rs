//! One framework edition: its requirements with obligation, condition and our own words.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A framework edition, one file under `frameworks/`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// Family and edition, as `en-303-645@2.1.1`.
    pub id: String,
    /// Title as published.
    pub title: String,
    /// Who published it.
    pub publisher: String,
    /// Date of publication, as precise as known.
    pub date: String,
    /// Under which terms these facts are shared.
    pub licence: String,
    /// What the counts must come to.
    pub totals: Totals,
    /// Sources by short key.
    pub sources: BTreeMap<String, String>,
    /// Requirements in the order of the document; void numbers included.
    #[serde(rename = "requirement")]
    pub requirements: Vec<Requirement>,
    /// Conditions and features that the obligations refer to.
    #[serde(default, rename = "condition")]
    pub conditions: Vec<Condition>,
    /// Statements finer than the requirements, where the document is prose.
    #[serde(default, rename = "statement")]
    pub statements: Vec<Statement>,
}

/// Published or independently counted totals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Totals {
    /// Live requirements.
    pub requirements: usize,
    /// Mandatory ones, where the document tells them apart.
    pub mandatory: Option<usize>,
    /// Recommended ones, where the document tells them apart.
    pub recommended: Option<usize>,
    /// Statements, where requirements are cut finer.
    pub statements: usize,
    /// Numbers left empty.
    pub void: usize,
}

/// One requirement (a provision, a guideline).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Number as printed, as `5.1-1`.
    pub id: String,
    /// Clause it stands in.
    pub clause: String,
    /// Title of that clause.
    pub clause_title: String,
    /// Obligation as published.
    pub obligation: Status,
    /// Labels of its conditions and features.
    #[serde(default)]
    pub conditions: Vec<String>,
    /// What it asks, in our own words.
    pub words: String,
    /// What it addresses: device, associated service, manufacturer process, user documentation.
    #[serde(default)]
    pub applies_to: Vec<String>,
    /// Whom it addresses, where the document says so.
    #[serde(default)]
    pub audience: Vec<String>,
    /// Anything a reader has to know.
    #[serde(default)]
    pub note: String,
    /// Key into the sources.
    pub source: String,
    /// How sure the fact is.
    pub confidence: String,
}

/// A numbered condition or lettered feature.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Its label in the document.
    pub label: String,
    /// `condition` or `feature`.
    pub kind: String,
    /// When it holds, in our own words.
    pub words: String,
    /// The name of the rule that tells from a declaration whether it holds.
    #[serde(default)]
    pub holds_when: Option<String>,
    /// The requirements it governs.
    pub governs: Vec<String>,
    /// Key into the sources.
    pub source: String,
    /// How sure the fact is.
    #[serde(default)]
    pub confidence: String,
}

/// A statement of a prose document, cut by us.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Our label: `b` guideline box, `s` supporting text, `n` explanatory note.
    pub label: String,
    /// The requirement it belongs to.
    pub guideline: String,
    /// Which part of the document it stands in.
    pub part: Part,
    /// Its verb.
    pub verb: String,
    /// What it says, in our own words.
    pub words: String,
    /// Key into the sources.
    pub source: String,
    /// How sure the fact is.
    pub confidence: String,
}

/// The parts of a prose document, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The boxed guideline.
    Guideline,
    /// Supporting text.
    SupportingText,
    /// Explanatory note.
    Note,
}

/// An obligation as published: `M`, `R`, with `C` for a condition and `F` for a feature.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Status {
    printed: String,
    level: Level,
    conditional: bool,
}

/// How strong an obligation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Shall.
    Mandatory,
    /// Should.
    Recommended,
    /// A guideline that holds statements of both kinds.
    Mixed,
    /// A number left empty.
    Void,
}

impl Status {
    /// Whether it is a "shall".
    pub fn is_mandatory(&self) -> bool {
        self.level == Level::Mandatory
    }

    /// Whether it is a "should".
    pub fn is_recommended(&self) -> bool {
        self.level == Level::Recommended
    }

    /// Whether a condition or feature decides if it applies.
    pub fn is_conditional(&self) -> bool {
        self.conditional
    }

    /// Whether the number is left empty.
    pub fn is_void(&self) -> bool {
        self.level == Level::Void
    }
}

impl TryFrom<String> for Status {
    type Error = String;

    fn try_from(printed: String) -> Result<Self, String> {
        let mut words = printed.split_whitespace();
        let level = match words.next() {
            Some("M" | "shall") => Level::Mandatory,
            Some("R" | "should") => Level::Recommended,
            Some("VOID") => Level::Void,
            _ => return Err(format!("`{printed}` is no obligation; write M or R, with C or F, or VOID")),
        };
        let rest: Vec<&str> = words.collect();
        let (level, conditional) = match rest.as_slice() {
            [] => (level, false),
            ["+", "should"] => (Level::Mixed, false),
            rest if rest.iter().all(|w| matches!(*w, "C" | "F")) => (level, true),
            _ => return Err(format!("`{printed}` is no obligation; write M or R, with C or F, or VOID")),
        };
        Ok(Self { printed, level, conditional })
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.printed)
    }
}

impl Framework {
    /// The requirement with this number.
    pub fn requirement(&self, id: &str) -> Option<&Requirement> {
        self.requirements.iter().find(|r| r.id == id)
    }

    /// Requirements whose number is not left empty.
    pub fn live(&self) -> impl Iterator<Item = &Requirement> {
        self.requirements.iter().filter(|r| !r.obligation.is_void())
    }
}
