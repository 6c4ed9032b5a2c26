//! The rules of the mapping linter: their names, what they mean, and how much each weighs.

use std::fmt;

use serde::{Serialize, Serializer};

/// A rule. The order is that of the list for people: places, pairs, paths, records, words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// An edition that is not held.
    UnknownEdition,
    /// A number that the edition does not hold.
    UnknownId,
    /// A cell that does not look like a number of the edition, or holds several.
    IdShape,
    /// A number of another edition.
    EditionMismatch,
    /// A number that the edition leaves empty.
    VoidNumber,
    /// The same row twice.
    Duplicate,
    /// Each asks for more than the one before, round in a circle.
    StrictCycle,
    /// Two publications exclude each other.
    PublishedContradiction,
    /// Two readings exclude each other.
    OwnContradiction,
    /// A publication and a reading exclude each other, and the row does not say so.
    ReadingContradiction,
    /// Equal one way, not equal the other.
    AsymmetricEqual,
    /// A path of other rows excludes the row.
    ComposedContradiction,
    /// A row without a reason.
    ReasonMissing,
    /// One reason for all rows.
    ReasonThin,
    /// A key that the sources do not hold.
    SourceMissing,
    /// A published source without terms.
    LicenceMissing,
    /// Terms that the embedded catalogue cannot carry.
    LicenceForbids,
    /// Own words that repeat a text.
    RepeatedWords,
    /// Words that do not fit.
    Doubtful,
    /// Words that show no concept.
    NotJudged,
}

/// How much a fault weighs, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The row cannot be used as it stands.
    Error,
    /// Somebody has to look.
    Warning,
    /// Good to know.
    Note,
}

impl Level {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 20] = [
        Self::UnknownEdition,
        Self::UnknownId,
        Self::IdShape,
        Self::EditionMismatch,
        Self::VoidNumber,
        Self::Duplicate,
        Self::StrictCycle,
        Self::PublishedContradiction,
        Self::OwnContradiction,
        Self::ReadingContradiction,
        Self::AsymmetricEqual,
        Self::ComposedContradiction,
        Self::ReasonMissing,
        Self::ReasonThin,
        Self::SourceMissing,
        Self::LicenceMissing,
        Self::LicenceForbids,
        Self::RepeatedWords,
        Self::Doubtful,
        Self::NotJudged,
    ];

    /// Its name, which does not change.
    pub fn name(self) -> &'static str {
        match self {
            Self::UnknownEdition => "unknown-edition",
            Self::UnknownId => "unknown-id",
            Self::IdShape => "id-shape",
            Self::EditionMismatch => "edition-mismatch",
            Self::VoidNumber => "void-number",
            Self::Duplicate => "duplicate",
            Self::StrictCycle => "strict-cycle",
            Self::PublishedContradiction => "published-contradiction",
            Self::OwnContradiction => "own-contradiction",
            Self::ReadingContradiction => "reading-contradiction",
            Self::AsymmetricEqual => "asymmetric-equal",
            Self::ComposedContradiction => "composed-contradiction",
            Self::ReasonMissing => "reason-missing",
            Self::ReasonThin => "reason-thin",
            Self::SourceMissing => "source-missing",
            Self::LicenceMissing => "licence-missing",
            Self::LicenceForbids => "licence-forbids",
            Self::RepeatedWords => "repeated-words",
            Self::Doubtful => "doubtful",
            Self::NotJudged => "not-judged",
        }
    }

    /// What it means, in one line.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::UnknownEdition => "The mapping names an edition that is not held.",
            Self::UnknownId => "The edition holds no item with this number.",
            Self::IdShape => {
                "The cell does not look like one number of its edition: a range, a list, stray signs."
            }
            Self::EditionMismatch => "The number belongs to another edition of the same document.",
            Self::VoidNumber => "The edition leaves this number empty.",
            Self::Duplicate => "The same pair stands twice with the same relation and the same source.",
            Self::StrictCycle => "Strict subsets lead back to where they began, which no sets can do.",
            Self::PublishedContradiction => "Two published rows for one pair exclude each other.",
            Self::OwnContradiction => "Two readings of one pair exclude each other.",
            Self::ReadingContradiction => "A reading excludes a published row that carries no doubt.",
            Self::AsymmetricEqual => "One direction says equal and the other direction something else.",
            Self::ComposedContradiction => "What follows along a path of other rows excludes the row.",
            Self::ReasonMissing => "The row does not say why.",
            Self::ReasonThin => "All rows of a file give the same reason, so that it tells nothing of any.",
            Self::SourceMissing => "The row names a source that the file does not list.",
            Self::LicenceMissing => {
                "Rows are published by somebody, and the terms of sharing them are not stated."
            }
            Self::LicenceForbids => "The terms of a source do not allow its rows in the embedded catalogue.",
            Self::RepeatedWords => "Own words repeat six or more words of a text that may not be copied.",
            Self::Doubtful => "The words of the two do not fit, and other items fit much better.",
            Self::NotJudged => "The words show no known concept, so that their fit is not judged.",
        }
    }

    /// How much it weighs.
    pub fn level(self) -> Level {
        match self {
            Self::UnknownEdition
            | Self::UnknownId
            | Self::IdShape
            | Self::EditionMismatch
            | Self::VoidNumber
            | Self::StrictCycle
            | Self::OwnContradiction
            | Self::SourceMissing
            | Self::LicenceForbids
            | Self::RepeatedWords => Level::Error,
            Self::Duplicate
            | Self::PublishedContradiction
            | Self::ReadingContradiction
            | Self::AsymmetricEqual
            | Self::ComposedContradiction
            | Self::ReasonMissing
            | Self::LicenceMissing
            | Self::Doubtful => Level::Warning,
            Self::ReasonThin | Self::NotJudged => Level::Note,
        }
    }

    /// The rule with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.name() == name)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kebab_case_and_lead_back() {
        for rule in Rule::ALL {
            assert!(rule.name().chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{rule}");
            assert_eq!(Rule::named(rule.name()), Some(rule));
            assert!(rule.meaning().ends_with('.'), "{rule}");
        }
        assert!(Rule::ALL.is_sorted(), "the list is in the order of the rules");
    }
}
