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
    /// What sort of document it is.
    #[serde(default)]
    pub kind: DocumentKind,
    /// Country or region it comes from or holds in.
    #[serde(default)]
    pub region: String,
    /// Whether it is still the one to read.
    #[serde(default)]
    pub standing: DocumentStanding,
    /// How it stands, in words.
    #[serde(default)]
    pub status: String,
    /// Its number or citation as the publisher gives it.
    #[serde(default)]
    pub identifier: String,
    /// Where its own text is to be had, or how it is known.
    #[serde(default)]
    pub reference: String,
    /// Terms of the document itself, as far as known.
    #[serde(default)]
    pub document_licence: String,
    /// How well it is known to this catalogue.
    #[serde(default)]
    pub known_from: KnownFrom,
    /// What the counts must come to.
    #[serde(default)]
    pub totals: Totals,
    /// Sources by short key.
    #[serde(default)]
    pub sources: BTreeMap<String, String>,
    /// Requirements in the order of the document; void numbers included.
    #[serde(default, rename = "requirement")]
    pub requirements: Vec<Requirement>,
    /// Places that mappings cite as a whole: the document, a clause, a topic.
    #[serde(default, rename = "heading")]
    pub headings: Vec<Heading>,
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

/// What sort of document a framework edition is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKind {
    /// Advice, a code of practice, a set of principles.
    #[default]
    Guidance,
    /// Law or regulation.
    Law,
    /// A label, certification or assurance scheme.
    Scheme,
    /// A technical standard or specification.
    Standard,
}

impl DocumentKind {
    /// The word for it, as in the data.
    pub fn word(self) -> &'static str {
        match self {
            Self::Guidance => "guidance",
            Self::Law => "law",
            Self::Scheme => "scheme",
            Self::Standard => "standard",
        }
    }
}

/// Whether an edition is still the one to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentStanding {
    /// In force or current.
    #[default]
    Current,
    /// Not finished, or never enacted.
    Draft,
    /// Of its time; nobody keeps it up.
    Historic,
    /// A later edition took its place.
    Superseded,
}

impl DocumentStanding {
    /// The word for it, as in the data.
    pub fn word(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Draft => "draft",
            Self::Historic => "historic",
            Self::Superseded => "superseded",
        }
    }
}

/// How well a document is known to this catalogue, best first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KnownFrom {
    /// Its text or data was read.
    #[default]
    Read,
    /// Passages of it were read.
    Excerpts,
    /// A source that was read cites it.
    Cited,
    /// General knowledge; to be checked before it is relied on.
    Recalled,
}

impl KnownFrom {
    /// What a reader is told.
    pub fn words(self) -> &'static str {
        match self {
            Self::Read => "its text or data was read",
            Self::Excerpts => "passages of it were read",
            Self::Cited => "known because a source that was read cites it",
            Self::Recalled => "general knowledge, to be checked before it is relied on",
        }
    }
}

/// A place in a document that mappings cite as a whole, and that is no requirement on its own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heading {
    /// Its number or name; `document` for the whole.
    pub id: String,
    /// `document`, `clause`, `domain`, `topic`, `group` or `mechanism`.
    pub kind: String,
    /// What it is about, in our own words.
    pub words: String,
    /// The heading it stands below.
    #[serde(default)]
    pub parent: String,
    /// The topics it falls under, most fitting first; see [`crate::atlas::TOPICS`].
    #[serde(default)]
    pub topics: Vec<u8>,
}

/// One requirement (a provision, a guideline).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Number as printed, as `5.1-1`.
    pub id: String,
    /// A short name in our own words; empty where `words` are short already.
    #[serde(default)]
    pub title: String,
    /// Clause it stands in; empty where the document has none.
    #[serde(default)]
    pub clause: String,
    /// Title of that clause.
    #[serde(default)]
    pub clause_title: String,
    /// The document's own word for it, where it is not simply a requirement: `good practice`, `principle`, `test`.
    #[serde(default)]
    pub kind: String,
    /// The requirement or heading it stands below, where that is not its clause.
    #[serde(default)]
    pub parent: String,
    /// Obligation as published; unstated where the document does not tell.
    #[serde(default)]
    pub obligation: Status,
    /// Labels of its conditions and features.
    #[serde(default)]
    pub conditions: Vec<String>,
    /// What it asks, in our own words.
    pub words: String,
    /// What it addresses: device, associated service, manufacturer process, user documentation.
    #[serde(default)]
    pub applies_to: Vec<String>,
    /// The topics it falls under, most fitting first; see [`crate::atlas::TOPICS`].
    #[serde(default)]
    pub topics: Vec<u8>,
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Status {
    printed: String,
    level: Level,
    conditional: bool,
}

/// How strong an obligation is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// The document does not say.
    #[default]
    Unstated,
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

/// What a mapping can point at in a framework edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item<'f> {
    /// A heading.
    Heading(&'f Heading),
    /// A requirement.
    Requirement(&'f Requirement),
    /// A statement of a prose document.
    Statement(&'f Statement),
}

impl<'f> Item<'f> {
    /// Its number, name or label.
    pub fn id(self) -> &'f str {
        match self {
            Self::Heading(h) => &h.id,
            Self::Requirement(r) => &r.id,
            Self::Statement(s) => &s.label,
        }
    }

    /// What it asks or is about, in our own words.
    pub fn words(self) -> &'f str {
        match self {
            Self::Heading(h) => &h.words,
            Self::Requirement(r) => &r.words,
            Self::Statement(s) => &s.words,
        }
    }

    /// Its short name in our own words: the title, or the words where it has none.
    pub fn title(self) -> &'f str {
        match self {
            Self::Requirement(r) if !r.title.is_empty() => &r.title,
            _ => self.words(),
        }
    }

    /// The word for its kind.
    pub fn kind(self) -> &'f str {
        match self {
            Self::Heading(h) => &h.kind,
            Self::Requirement(r) if r.kind.is_empty() => "requirement",
            Self::Requirement(r) => &r.kind,
            Self::Statement(_) => "statement",
        }
    }

    /// The item it stands below; empty when none is known.
    pub fn parent(self) -> &'f str {
        match self {
            Self::Heading(h) => &h.parent,
            Self::Requirement(r) if r.parent.is_empty() => &r.clause,
            Self::Requirement(r) => &r.parent,
            Self::Statement(s) => &s.guideline,
        }
    }

    /// The topics it falls under; see [`crate::atlas::TOPICS`].
    pub fn topics(self) -> &'f [u8] {
        match self {
            Self::Heading(h) => &h.topics,
            Self::Requirement(r) => &r.topics,
            Self::Statement(_) => &[],
        }
    }
}

impl Framework {
    /// Everything a mapping can point at: headings, requirements but for void numbers, statements.
    pub fn items(&self) -> impl Iterator<Item = Item<'_>> {
        let headings = self.headings.iter().map(Item::Heading);
        let statements = self.statements.iter().map(Item::Statement);
        headings.chain(self.live().map(Item::Requirement)).chain(statements)
    }

    /// The item with this number, name or label.
    pub fn item(&self, id: &str) -> Option<Item<'_>> {
        self.items().find(|i| i.id() == id)
    }

    /// Where it stands among others: by date, those without one last, then by id.
    pub fn order(&self) -> (bool, &str, &str) {
        (self.date.is_empty(), &self.date, &self.id)
    }

    /// The family, `en-303-645` of `en-303-645@3.1.3`.
    pub fn family(&self) -> &str {
        self.id.split('@').next().unwrap_or(&self.id)
    }

    /// The edition, `3.1.3` of `en-303-645@3.1.3`.
    pub fn edition(&self) -> &str {
        self.id.split_once('@').map_or("", |(_, edition)| edition)
    }

    /// The year of publication; empty when it is not known.
    pub fn year(&self) -> &str {
        self.date.get(..4).unwrap_or_default()
    }

    /// The requirement with this number.
    pub fn requirement(&self, id: &str) -> Option<&Requirement> {
        self.requirements.iter().find(|r| r.id == id)
    }

    /// Requirements whose number is not left empty.
    pub fn live(&self) -> impl Iterator<Item = &Requirement> {
        self.requirements.iter().filter(|r| !r.obligation.is_void())
    }
}
