//! Marks and anchors: a verdict as shape and word, and names that links can rely on.

use std::fmt;

use askama::filters::HtmlSafe;
use assize_model::verdict::Verdict;

/// A verdict as shape, word and colour, so that no reader depends on one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark(pub(crate) Verdict);

impl Mark {
    /// The name of the shape and of the colour.
    pub(crate) fn class(self) -> &'static str {
        match self.0 {
            Verdict::Pass => "pass",
            Verdict::Fail => "fail",
            Verdict::Inconclusive => "open",
            Verdict::NotTested => "none",
        }
    }

    /// The word.
    pub(crate) fn word(self) -> String {
        self.0.to_string()
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (class, word) = (self.class(), self.0);
        write!(
            f,
            r##"<span class="mark {class}"><svg aria-hidden="true"><use href="#shape-{class}"/></svg>"##
        )?;
        write!(f, "{word}</span>")
    }
}

// Class and word come from closed lists; there is nothing to escape.
impl HtmlSafe for Mark {}

/// All verdicts in the order in which the report counts them.
pub(crate) const VERDICTS: [Verdict; 4] =
    [Verdict::Pass, Verdict::Fail, Verdict::Inconclusive, Verdict::NotTested];

/// The anchor of a thing: letters, digits, dots and dashes stay, everything else becomes its number, so that two
/// things never share an anchor.
pub(crate) fn anchor(kind: &str, name: &str) -> String {
    let mut anchor = format!("{kind}-");
    for c in name.chars() {
        match c {
            c if c.is_ascii_alphanumeric() || ".-".contains(c) => anchor.push(c),
            c => anchor.push_str(&format!("_{:x}_", u32::from(c))),
        }
    }
    anchor
}

/// The anchor of a unit.
pub(crate) fn unit_anchor(case: &str, letter: &str) -> String {
    format!("{}_{}", anchor("unit", case), anchor("", letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_say_the_word_beside_the_shape() {
        assert_eq!(
            Mark(Verdict::NotTested).to_string(),
            "<span class=\"mark none\"><svg aria-hidden=\"true\"><use href=\"#shape-none\"/></svg>NOT TESTED</span>"
        );
    }

    #[test]
    fn anchors_are_plain_and_never_shared() {
        assert_eq!(anchor("case", "5.1-1-2"), "case-5.1-1-2");
        assert_eq!(anchor("x", "\"> <b>"), "x-_22__3e__20__3c_b_3e_");
        assert_ne!(unit_anchor("5.1-1", "2-a"), unit_anchor("5.1-1-2", "a"));
    }
}
