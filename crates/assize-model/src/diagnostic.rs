//! Diagnostics: what is wrong or worth knowing, where, on what evidence, and what to do. Terminal, page and report
//! all render this one type.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How serious a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Has to be put right.
    Error,
    /// Should be looked at.
    Warning,
    /// Good to know.
    Note,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

/// A place in a file that a user wrote. Line and column count from 1, columns in characters; line 0 means the file
/// as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct FilePlace {
    /// The file, as the user would name it.
    pub file: String,
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

impl fmt::Display for FilePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        Ok(())
    }
}

/// One thing that is wrong or worth knowing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Diagnostic {
    /// How serious it is.
    pub level: Level,
    /// Stable number and name of the kind, as `D011 unknown-key`.
    pub code: Cow<'static, str>,
    /// What was seen, without a full stop.
    pub message: String,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<FilePlace>,
    /// What it concerns, as `IXIT 1-AuthMech, AuthMech-Web`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The clause it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
    /// Numbers of the records that show it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<u64>,
    /// What to do.
    pub remedy: String,
    /// Whether the file cannot be used until this is put right. Everything else leaves the declaration readable.
    #[serde(default, skip_serializing_if = "is_false")]
    pub blocking: bool,
}

fn is_false(value: &bool) -> bool {
    !value
}

impl Diagnostic {
    /// A diagnostic without place; the other parts are added with the methods below.
    pub fn new(
        level: Level,
        code: &'static str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            level,
            code: Cow::Borrowed(code),
            message: message.into(),
            place: None,
            subject: None,
            clause: None,
            evidence: Vec::new(),
            remedy: remedy.into(),
            blocking: false,
        }
    }

    /// An error.
    pub fn error(code: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(Level::Error, code, message, remedy)
    }

    /// A warning.
    pub fn warning(code: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(Level::Warning, code, message, remedy)
    }

    /// The same, at a place.
    pub fn at(mut self, place: Option<FilePlace>) -> Self {
        self.place = place;
        self
    }

    /// The same, about a subject.
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// The same, resting on a clause.
    pub fn by(mut self, clause: impl Into<String>) -> Self {
        self.clause = Some(clause.into());
        self
    }

    /// The same, with the file unusable.
    pub fn blocking(mut self) -> Self {
        self.blocking = true;
        self
    }

    /// Whether it is an error.
    pub fn is_error(&self) -> bool {
        self.level == Level::Error
    }

    /// The number without the name, as `D011`.
    pub fn number(&self) -> &str {
        self.code.split(' ').next().unwrap_or(&self.code)
    }

    /// The diagnostic as plain text, without a line end. Colour is the binary's business.
    pub fn render(&self) -> String {
        let mut text = format!("{}[{}] {}", self.level, self.code, self.message);
        let place = self.place.as_ref().map(FilePlace::to_string);
        let parts: Vec<&str> = [place.as_deref(), self.subject.as_deref()].into_iter().flatten().collect();
        if !parts.is_empty() {
            let _ = write!(text, "\n  --> {}", parts.join("  "));
        }
        if let Some(clause) = &self.clause {
            let _ = write!(text, "\n  = clause: {clause}");
        }
        if !self.evidence.is_empty() {
            let numbers: Vec<String> = self.evidence.iter().map(u64::to_string).collect();
            let word = if numbers.len() == 1 { "record" } else { "records" };
            let _ = write!(text, "\n  = evidence: {word} {}", numbers.join(", "));
        }
        if !self.remedy.is_empty() {
            let _ = write!(text, "\n  = remedy: {}", self.remedy);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renders_all_parts_in_order() {
        let place = FilePlace { file: "plug/ixit.toml".into(), line: 41, column: 7 };
        let mut diagnostic =
            Diagnostic::error("D033 missing-entry", "`UpdMech-Ota` is not an entry", "add it")
                .at(Some(place))
                .about("IXIT 6-SoftComp, SoftComp-App")
                .by("TS 103 701 Annex A.4");
        diagnostic.evidence = vec![7, 9];
        assert_eq!(
            diagnostic.render(),
            "error[D033 missing-entry] `UpdMech-Ota` is not an entry\n\
             \x20 --> plug/ixit.toml:41:7  IXIT 6-SoftComp, SoftComp-App\n\
             \x20 = clause: TS 103 701 Annex A.4\n\
             \x20 = evidence: records 7, 9\n\
             \x20 = remedy: add it"
        );
        assert_eq!(diagnostic.number(), "D033");
    }

    #[test]
    fn leaves_out_what_is_not_there() {
        let whole = FilePlace { file: "plug/ics.toml".into(), line: 0, column: 0 };
        let diagnostic = Diagnostic::warning("D007 empty-file", "it is empty", "").at(Some(whole));
        assert_eq!(diagnostic.render(), "warning[D007 empty-file] it is empty\n  --> plug/ics.toml");
    }

    #[test]
    fn survives_json() {
        let diagnostic = Diagnostic::error("D001 missing-file", "gone", "add it").blocking();
        let text = serde_json::to_string(&diagnostic).unwrap();
        assert!(!text.contains("subject"), "{text}");
        assert_eq!(serde_json::from_str::<Diagnostic>(&text).unwrap(), diagnostic);
    }
}
