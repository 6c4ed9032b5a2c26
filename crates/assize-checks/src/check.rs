//! What a check is: its name, what it establishes, what it needs, and its rule.

use assize_model::judgement::Finding;
use assize_model::plan::CheckNeeds;
use assize_model::scene::Scene;

/// A check.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// `topic.what_it_establishes`.
    pub name: &'static str,
    /// What it establishes, one sentence for people.
    pub establishes: &'static str,
    /// The probes whose facts it needs; empty when the declaration is enough.
    pub probes: &'static [&'static str],
    /// Whether it sees only a part of what the unit asks about (the network side, say), so that its PASS always
    /// waits for a person. Its FAIL stands.
    pub partial: bool,
    /// The rule. No finding at all means that there was nothing to judge, which ends INCONCLUSIVE.
    pub judge: fn(&Scene) -> Vec<Finding>,
}

impl Check {
    /// What a test plan has to know of it.
    pub fn needs(&self) -> CheckNeeds {
        CheckNeeds { name: self.name, probes: self.probes, partial: self.partial }
    }
}
