//! What verdicts on one edition say about another, and what remains to be met.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::derive::{Derived, Reach};
use super::graph::{Atlas, NodeId};
use crate::assessment::Assessment;
use crate::catalogue::Framework;
use crate::verdict::Verdict;

/// The verdicts of an assessment, on the items of the edition it judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdicts {
    /// The verdict on each provision that was claimed.
    pub given: BTreeMap<NodeId, Verdict>,
    /// Provisions claimed not to apply, where that claim is settled.
    pub not_applicable: BTreeSet<NodeId>,
    /// Whether the claims are valid as a whole; with claims that are not, no route is shown as met.
    pub is_ics_valid: bool,
}

/// What is known of a requirement from verdicts on others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Something that asks for all of it, or for the same, is met.
    Satisfied,
    /// Something that shares a part with it is met; the rest is not known.
    Partly,
    /// Something that it asks for is not met.
    Not,
    /// Nothing is known.
    Unknown,
}

impl Standing {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Satisfied => "satisfied",
            Self::Partly => "partly",
            Self::Not => "not satisfied",
            Self::Unknown => "unknown",
        }
    }
}

/// What verdicts say of one requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered<'a, 'c> {
    /// The requirement.
    pub node: NodeId,
    /// What is known of it.
    pub standing: Standing,
    /// The answers that say so, the deciding ones first, each with its path from the judged requirement.
    pub answers: Vec<Answer<'a, 'c>>,
}

/// A verdict that says something of a requirement, and by which path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<'a, 'c> {
    /// The verdict at the start of the path.
    pub verdict: Verdict,
    /// How it gets there, from the judged requirement.
    pub path: Derived<'a, 'c>,
}

/// What remains of a requirement when others are met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gap {
    /// Nothing: it is met by what is met already.
    Met,
    /// A part of it is met.
    Part,
    /// Somebody sees a connection; whether anything is met has to be found out.
    Proposed,
    /// Nothing leads to it.
    Open,
}

impl Gap {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Part => "part",
            Self::Proposed => "proposed",
            Self::Open => "open",
        }
    }
}

/// One needed requirement and what remains of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GapRow<'a, 'c> {
    /// The needed requirement.
    pub node: NodeId,
    /// What remains.
    pub gap: Gap,
    /// The best path from something that is met.
    pub path: Option<Derived<'a, 'c>>,
}

impl<'c> Atlas<'c> {
    /// The verdicts of an assessment. A PASS counts only when its claim was made for this edition and nothing speaks
    /// against it, a claim of "n/a" only when nobody has to look at it any more as well.
    pub fn verdicts(&self, assessment: &Assessment) -> Verdicts {
        let mut verdicts = Verdicts::default();
        for provision in &assessment.provisions {
            let Some(node) = self.node(&assessment.framework, &provision.id) else { continue };
            let stands = !provision.assumed
                && assessment.ics.broken.iter().all(|b| b.provision != provision.id)
                && assessment.contradictions.iter().all(|c| c.provision != provision.id);
            let is_settled = stands && !assessment.ics.unsettled.contains(&provision.id);
            if provision.claim.as_deref() == Some("n/a") && is_settled {
                verdicts.not_applicable.insert(node);
            }
            let is_doubtful = provision.verdict == Verdict::Pass && !stands;
            let verdict = if is_doubtful { Verdict::Inconclusive } else { provision.verdict };
            verdicts.given.insert(node, verdict);
        }
        verdicts.is_ics_valid = assessment.ics.valid;
        verdicts
    }

    /// What verdicts on requirements say about every requirement of an edition. Only an equal requirement, or one
    /// that asks for more, carries a PASS; only an equal one, or one that asks for less, carries a FAIL. A requirement
    /// of the edition that was judged itself keeps its verdict.
    pub fn answered(
        &self,
        verdicts: &BTreeMap<NodeId, Verdict>,
        edition: &str,
        reach: Reach,
    ) -> Vec<Answered<'_, 'c>> {
        let Some(place) = self.edition(edition) else { return Vec::new() };
        let mut found = self.found(verdicts, reach, |to| self.place(to) == place);
        self.requirements(edition).map(|node| answered(node, verdicts, &mut found)).collect()
    }

    /// The same for every edition at once, in the order of the catalogue.
    pub fn answered_everywhere(
        &self,
        verdicts: &BTreeMap<NodeId, Verdict>,
        reach: Reach,
    ) -> Vec<(&'c Framework, Vec<Answered<'_, 'c>>)> {
        let mut found = self.found(verdicts, reach, |_| true);
        let mut all = |framework: &'c Framework| {
            let nodes = self.requirements(&framework.id);
            (framework, nodes.map(|node| answered(node, verdicts, &mut found)).collect())
        };
        self.catalogue.frameworks.iter().map(&mut all).collect()
    }

    /// What verdicts lead to, by the item they say something of.
    fn found(
        &self,
        verdicts: &BTreeMap<NodeId, Verdict>,
        reach: Reach,
        wanted: impl Fn(NodeId) -> bool,
    ) -> BTreeMap<NodeId, Vec<Answer<'_, 'c>>> {
        let mut found: BTreeMap<NodeId, Vec<Answer<'_, 'c>>> = BTreeMap::new();
        for (node, verdict) in verdicts {
            for path in self.follow_to(*node, reach, &wanted).derived {
                found.entry(path.to).or_default().push(Answer { verdict: *verdict, path });
            }
        }
        found
    }

    /// What remains of an edition for somebody who meets all requirements of others: every one of them, whether
    /// mandatory, recommended or conditional. What is no requirement, a whole document, a topic or a note, is not held.
    pub fn gap(&self, have: &[&str], need: &str, reach: Reach) -> Vec<GapRow<'_, 'c>> {
        let held: Vec<u32> = have.iter().filter_map(|id| self.edition(id)).collect();
        let own = self.edition(need).is_some_and(|at| held.contains(&at));
        let row = |node: NodeId| {
            if own {
                return GapRow { node, gap: Gap::Met, path: None };
            }
            // Read from the needed requirement; what carries towards it carries failure away from it.
            let is_held = |to| held.contains(&self.place(to)) && self.is_asked_for(to);
            let reached = self.follow_to(node, reach, is_held).derived;
            let best = reached
                .into_iter()
                .max_by_key(|d| (gap_of(d), d.confidence, std::cmp::Reverse(d.path.len())));
            let gap = best.as_ref().map_or(Gap::Open, |d| GAPS[usize::from(gap_of(d))]);
            GapRow { node, gap, path: best }
        };
        self.requirements(need).map(row).collect()
    }
}

/// Gaps from widest to narrowest.
const GAPS: [Gap; 4] = [Gap::Open, Gap::Proposed, Gap::Part, Gap::Met];

/// The place in [`GAPS`] of what a path from a needed to a met requirement leaves.
fn gap_of(path: &Derived<'_, '_>) -> u8 {
    match path.relations {
        _ if path.carries_failure() => 3,
        r if r.touches() => 2,
        r if r.word() == "none" => 0,
        _ => 1,
    }
}

/// What is known of one requirement; one that was judged itself keeps its verdict.
fn answered<'a, 'c>(
    node: NodeId,
    verdicts: &BTreeMap<NodeId, Verdict>,
    found: &mut BTreeMap<NodeId, Vec<Answer<'a, 'c>>>,
) -> Answered<'a, 'c> {
    match verdicts.get(&node) {
        Some(own) => Answered { node, standing: standing_of(*own), answers: Vec::new() },
        None => weigh(node, found.remove(&node).unwrap_or_default()),
    }
}

fn standing_of(verdict: Verdict) -> Standing {
    match verdict {
        Verdict::Pass => Standing::Satisfied,
        Verdict::Fail => Standing::Not,
        _ => Standing::Unknown,
    }
}

/// Weighs the answers to one requirement: a FAIL that carries decides before a PASS that carries, that before a part.
fn weigh<'a, 'c>(node: NodeId, mut answers: Vec<Answer<'a, 'c>>) -> Answered<'a, 'c> {
    answers.retain(|a| a.says() != Standing::Unknown);
    answers.sort_by_key(|a| (weight(a.says()), std::cmp::Reverse(a.path.confidence), a.path.path.len()));
    let standing = answers.first().map_or(Standing::Unknown, Answer::says);
    Answered { node, standing, answers }
}

fn weight(standing: Standing) -> u8 {
    match standing {
        Standing::Not => 0,
        Standing::Satisfied => 1,
        Standing::Partly => 2,
        Standing::Unknown => 3,
    }
}

impl Answer<'_, '_> {
    /// What this verdict alone says of the requirement at the end of its path.
    pub fn says(&self) -> Standing {
        match self.verdict {
            Verdict::Fail if self.path.carries_failure() => Standing::Not,
            Verdict::Pass if self.path.carries() => Standing::Satisfied,
            Verdict::Pass if self.path.relations.touches() => Standing::Partly,
            _ => Standing::Unknown,
        }
    }
}
