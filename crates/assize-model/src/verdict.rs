//! Verdicts and how they combine (TS 103 701 clause 4, tables 1 to 3): FAIL before INCONCLUSIVE before PASS.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A verdict on a unit, case, group, provision or the whole assessment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Verdict {
    /// The criteria hold.
    #[serde(rename = "PASS")]
    Pass,
    /// They do not.
    #[serde(rename = "FAIL")]
    Fail,
    /// Something needed to tell is missing.
    #[serde(rename = "INCONCLUSIVE")]
    Inconclusive,
    /// The provision is not claimed, so nothing was examined for it.
    #[serde(rename = "NOT TESTED")]
    NotTested,
}

impl Verdict {
    /// Combines verdicts of parts that all have to pass. Without any part there is nothing that could have passed,
    /// so the result is INCONCLUSIVE; parts that were not tested do not count.
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut seen = None;
        for part in parts {
            match part {
                Self::NotTested => {}
                Self::Fail => return Self::Fail,
                Self::Inconclusive => seen = Some(Self::Inconclusive),
                Self::Pass => seen = seen.or(Some(Self::Pass)),
            }
        }
        seen.unwrap_or(Self::Inconclusive)
    }

    /// Combines verdicts of alternatives, one of which has to pass.
    pub fn any(alternatives: impl IntoIterator<Item = Self>) -> Self {
        let mut seen = None;
        for alternative in alternatives {
            match alternative {
                Self::NotTested => {}
                Self::Pass => return Self::Pass,
                Self::Inconclusive => seen = Some(Self::Inconclusive),
                Self::Fail => seen = seen.or(Some(Self::Fail)),
            }
        }
        seen.unwrap_or(Self::Inconclusive)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pass => "PASS",
            Self::Fail => "FAIL",
            Self::Inconclusive => "INCONCLUSIVE",
            Self::NotTested => "NOT TESTED",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict::{Fail, Inconclusive, NotTested, Pass};
    use super::*;

    #[test]
    fn all_puts_fail_before_inconclusive_before_pass() {
        assert_eq!(Verdict::all([Pass, Inconclusive, Fail]), Fail);
        assert_eq!(Verdict::all([Inconclusive, Pass]), Inconclusive);
        assert_eq!(Verdict::all([Pass, NotTested, Pass]), Pass);
        assert_eq!(Verdict::all([]), Inconclusive);
        assert_eq!(Verdict::all([NotTested]), Inconclusive);
    }

    #[test]
    fn any_needs_one_pass_and_fails_only_when_all_fail() {
        assert_eq!(Verdict::any([Fail, Pass]), Pass);
        assert_eq!(Verdict::any([Fail, Inconclusive]), Inconclusive);
        assert_eq!(Verdict::any([Fail, Fail]), Fail);
        assert_eq!(Verdict::any([]), Inconclusive);
    }
}
