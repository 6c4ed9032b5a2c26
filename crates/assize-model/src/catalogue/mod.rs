//! The catalogue: the standards as data. Files come in as text; what is wrong comes back with file, line and remedy.

mod between;
mod check;
mod crosswalk;
pub mod cryptography;
mod framework;
mod join;
mod lineage;
pub mod lists;
pub mod products;
mod read;
mod scheme;
mod spec;
mod suite;

use serde::Serialize;

pub use between::Known;
pub use crosswalk::{Basis, Confidence, Crosswalk, LegalEffect, OWN_LICENCE, Relation, Row};
pub use framework::{
    Condition, DocumentKind, DocumentStanding, Framework, Heading, Item, KnownFrom, Level, Part, Requirement,
    Statement, Status, Totals,
};
pub use lineage::{Change, Descent, Edge, Lineage, Origin};
pub use lists::{Concept, CryptoRow, DefaultCredential, Lists, Reading, Standing, WebPath};
pub use products::ProductPattern;
pub use read::steers;
pub use scheme::{Demand, Demanded, Effect, Route, Scheme};
pub use spec::{
    IcsEntry, IxitField, IxitTable, Kind, Required, Rule, Setup, SpecTotals, TestCase, TestScenario,
    TestSpec, TestUnit, Verb,
};
pub use suite::Suite;

/// Everything the catalogue holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// Framework editions by id.
    pub frameworks: Vec<Framework>,
    /// Lineage between editions.
    pub lineages: Vec<Lineage>,
    /// Mappings between framework editions, one per ordered pair.
    pub crosswalks: Vec<Crosswalk>,
    /// Schemes and laws with what they demand.
    pub schemes: Vec<Scheme>,
    /// Test specifications by id.
    pub specs: Vec<TestSpec>,
    /// Lists that checks look things up in.
    pub lists: Lists,
}

/// Something wrong in a catalogue file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Path below `catalogue/`.
    pub file: String,
    /// Line, counted from 1; 0 when the file as a whole is meant.
    pub line: u32,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

impl Catalogue {
    /// Reads the files of a catalogue, each a path below `catalogue/` with its text.
    ///
    /// # Errors
    /// Every file that cannot be read as what its folder says, with line and remedy. Cross-checks are
    /// [`Catalogue::check`].
    pub fn read(files: &[(&str, &str)]) -> Result<Self, Vec<Fault>> {
        read::read(files)
    }

    /// Cross-checks ids, references, conditions, counts, totals and guide pages; `checks` are the names of the
    /// checks that exist, so that a unit cannot name one that does not.
    pub fn check(&self, checks: &[&str]) -> Vec<Fault> {
        check::check(self, checks)
    }

    /// The framework edition with this id.
    pub fn framework(&self, id: &str) -> Option<&Framework> {
        self.frameworks.iter().find(|f| f.id == id)
    }

    /// The test specification with this id.
    pub fn spec(&self, id: &str) -> Option<&TestSpec> {
        self.specs.iter().find(|s| s.id == id)
    }

    /// The lineage between two editions.
    pub fn lineage(&self, from: &str, to: &str) -> Option<&Lineage> {
        self.lineages.iter().find(|l| l.from == from && l.to == to)
    }

    /// The mapping from one edition to another, read in this direction.
    pub fn crosswalk(&self, from: &str, to: &str) -> Option<&Crosswalk> {
        self.crosswalks.iter().find(|c| c.from == from && c.to == to)
    }

    /// The scheme with this id.
    pub fn scheme(&self, id: &str) -> Option<&Scheme> {
        self.schemes.iter().find(|s| s.id == id)
    }

    /// The ids of all editions held, frameworks first, each once.
    pub fn ids(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = self.frameworks.iter().map(|f| f.id.as_str()).collect();
        ids.extend(self.specs.iter().map(|s| s.id.as_str()).filter(|id| self.framework(id).is_none()));
        ids
    }
}

/// Sorts printed numbers as people read them: `5.3-4` before `5.3-4A` before `5.10-1`.
pub fn number_key(id: &str) -> Vec<(u32, String)> {
    let mut key = Vec::new();
    let (mut digits, mut letters) = (String::new(), String::new());
    for c in id.chars().chain(std::iter::once('.')) {
        if c.is_ascii_digit() && letters.is_empty() {
            digits.push(c);
        } else if c.is_alphabetic() {
            letters.push(c);
        } else if !(digits.is_empty() && letters.is_empty()) {
            key.push((digits.parse().unwrap_or(0), std::mem::take(&mut letters)));
            digits.clear();
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_sort_as_people_read_them() {
        let mut ids = vec!["5.10-1", "5.3-4A", "6-1", "4-1", "5.3-4", "5.3-16", "5.3-5"];
        ids.sort_by_key(|id| number_key(id));
        assert_eq!(ids, ["4-1", "5.3-4", "5.3-4A", "5.3-5", "5.3-16", "5.10-1", "6-1"]);
    }
}
