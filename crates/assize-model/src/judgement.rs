//! Judgements: what a check or an evaluator concluded for one unit and one IXIT entry, with the indications that
//! led there.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::verdict::Verdict;

/// A test unit by case and letter, printed `5.1-1-2 a`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct UnitId {
    /// Case number.
    pub case: String,
    /// Unit letter.
    pub letter: String,
}

impl UnitId {
    /// The unit `letter` of `case`.
    pub fn new(case: impl Into<String>, letter: impl Into<String>) -> Self {
        Self { case: case.into(), letter: letter.into() }
    }
}

impl fmt::Display for UnitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.case, self.letter)
    }
}

impl FromStr for UnitId {
    type Err = String;

    /// Reads `5.1-1-2 a` or `5.1-1-2a`.
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let cut = text.char_indices().next_back().filter(|(_, c)| c.is_ascii_lowercase());
        let Some((at, _)) = cut else { return Err(format!("`{text}` is no test unit; write `5.1-1-2 a`")) };
        let (case, letter) = (text[..at].trim_end(), &text[at..]);
        if case.is_empty() || !case.ends_with(|c: char| c.is_ascii_digit()) {
            return Err(format!("`{text}` is no test unit; write `5.1-1-2 a`"));
        }
        Ok(Self::new(case, letter))
    }
}

impl TryFrom<String> for UnitId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<UnitId> for String {
    fn from(unit: UnitId) -> Self {
        unit.to_string()
    }
}

/// Who came to a judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// A rule over the declaration.
    Rule,
    /// A rule over facts that probes recorded.
    Probe,
    /// A person.
    Evaluator,
}

/// What came out for one unit and entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// What the unit asks for holds.
    Pass,
    /// It does not hold.
    Fail,
    /// The entry has nothing that the unit asks about; counts as fulfilled.
    NotApplicable,
    /// It could not be told.
    Inconclusive,
}

impl Outcome {
    /// The verdict it counts as.
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Pass | Self::NotApplicable => Verdict::Pass,
            Self::Fail => Verdict::Fail,
            Self::Inconclusive => Verdict::Inconclusive,
        }
    }
}

/// Whether an indication speaks for or against what a unit asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sense {
    /// It speaks against.
    Against,
    /// It speaks for.
    For,
    /// It says what was missing, or informs.
    Note,
}

/// A place in the declaration by keys, resolved to file and line when it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pointer {
    /// `product.toml`, `ics.toml` or `ixit.toml`.
    pub file: String,
    /// Keys from the top, entry ids included: `["1-AuthMech", "AuthMech-Web", "factor"]`.
    pub path: Vec<String>,
}

impl Pointer {
    /// A place in `ixit.toml`.
    pub fn ixit<'a>(path: impl IntoIterator<Item = &'a str>) -> Self {
        Self { file: "ixit.toml".into(), path: path.into_iter().map(str::to_owned).collect() }
    }

    /// The claim of a provision in `ics.toml`.
    pub fn claim(provision: &str) -> Self {
        Self { file: "ics.toml".into(), path: vec!["claim".into(), provision.into()] }
    }

    /// A key of `product.toml`.
    pub fn product<'a>(path: impl IntoIterator<Item = &'a str>) -> Self {
        Self { file: "product.toml".into(), path: path.into_iter().map(str::to_owned).collect() }
    }

    /// The subject as people name it: `IXIT 1-AuthMech, AuthMech-Web`.
    pub fn subject(&self) -> String {
        let keys = self.path.iter().take(2).cloned().collect::<Vec<_>>();
        match self.file.as_str() {
            "ixit.toml" => format!("IXIT {}", keys.join(", ")),
            "ics.toml" => format!("ICS {}", keys.last().cloned().unwrap_or_default()),
            _ => keys.join("."),
        }
    }
}

/// A finding written down and used for a verdict (TS 103 701 clause 3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Indication {
    /// For, against, or a note.
    pub sense: Sense,
    /// What was found, in one sentence.
    pub words: String,
    /// Numbers of the records that show it.
    #[serde(default)]
    pub evidence: Vec<u64>,
    /// The place in the declaration it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Pointer>,
    /// What to do about it; empty when nothing is to be done.
    #[serde(default)]
    pub remedy: String,
}

impl Indication {
    /// One that speaks for.
    pub fn favour(words: impl Into<String>) -> Self {
        Self {
            sense: Sense::For,
            words: words.into(),
            evidence: Vec::new(),
            place: None,
            remedy: String::new(),
        }
    }

    /// One that speaks against, with its remedy.
    pub fn against(words: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { sense: Sense::Against, remedy: remedy.into(), ..Self::favour(words) }
    }

    /// One that says what is missing, with what would help.
    pub fn note(words: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { sense: Sense::Note, remedy: remedy.into(), ..Self::favour(words) }
    }

    /// With the records that show it.
    pub fn shown_by(mut self, records: impl IntoIterator<Item = u64>) -> Self {
        self.evidence.extend(records);
        self
    }

    /// With the place in the declaration it concerns.
    pub fn at(mut self, place: Pointer) -> Self {
        self.place = Some(place);
        self
    }
}

/// What a check concluded, before it is tied to a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The IXIT entry it is about; none when it is about the whole.
    pub entry: Option<String>,
    /// What came out.
    pub outcome: Outcome,
    /// What led there. A PASS without any indication is not accepted.
    pub indications: Vec<Indication>,
}

impl Finding {
    /// A finding about the whole.
    pub fn whole(outcome: Outcome, indications: Vec<Indication>) -> Self {
        Self { entry: None, outcome, indications }
    }

    /// A finding about one entry.
    pub fn entry(id: &str, outcome: Outcome, indication: Indication) -> Self {
        Self { entry: Some(id.to_owned()), outcome, indications: vec![indication] }
    }
}

/// A finding or answer tied to its unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The unit.
    pub unit: UnitId,
    /// The IXIT entry; none for all entries at once.
    pub entry: Option<String>,
    /// What came out.
    pub outcome: Outcome,
    /// Who says so.
    pub by: By,
    /// What led there.
    pub indications: Vec<Indication>,
    /// For an evaluator's answer: whether it stands against a machine's FAIL on purpose, with its reason.
    pub overrules: bool,
    /// For an evaluator's answer: whether it was a FAIL, on another ground than what is known now.
    pub lapsed_fail: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read_with_and_without_space() {
        assert_eq!("5.1-1-2 a".parse(), Ok(UnitId::new("5.1-1-2", "a")));
        assert_eq!("5.3-6A-1b".parse(), Ok(UnitId::new("5.3-6A-1", "b")));
        assert!("5.1-1-2".parse::<UnitId>().is_err());
        assert!("a".parse::<UnitId>().is_err());
        assert!("".parse::<UnitId>().is_err());
    }
}
