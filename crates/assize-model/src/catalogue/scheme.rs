//! Schemes: what a law or a label demands of a product, by routes or levels, and what one accepts of another.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::crosswalk::{Confidence, LegalEffect};
use super::framework::DocumentKind;

/// A law or scheme that a product can be put before, one file under `schemes/`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    /// Its id, as `uk-psti`.
    pub id: String,
    /// Its name.
    pub title: String,
    /// Who runs or enforces it.
    pub authority: String,
    /// Country or region.
    pub region: String,
    /// Law or scheme.
    pub kind: DocumentKind,
    /// Whether a product can be put before it today; false for schemes that issue no more labels or not yet.
    pub open: bool,
    /// How it stands, in words.
    pub status: String,
    /// Since when duties hold or labels are issued; empty when not known.
    #[serde(default)]
    pub since: String,
    /// The framework edition that holds the scheme's own requirements; empty when none is held.
    #[serde(default)]
    pub framework: String,
    /// Sources by short key.
    pub sources: BTreeMap<String, String>,
    /// Routes or levels, the easiest first.
    #[serde(default, rename = "route")]
    pub routes: Vec<Route>,
    /// What it accepts of other schemes, and what accepts it.
    #[serde(default, rename = "effect")]
    pub effects: Vec<Effect>,
    /// What is not known of it.
    #[serde(default)]
    pub gaps: Vec<String>,
}

/// One way to satisfy a scheme: a level, or a route in law.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Its id, as `deemed-compliance` or `level-2`.
    pub id: String,
    /// Its name.
    pub title: String,
    /// The framework edition whose requirements it demands.
    pub edition: String,
    /// What else it asks that no requirement says: a review, a laboratory, a statement.
    #[serde(default)]
    pub besides: Vec<String>,
    /// The route whose demands it adds to; empty when it stands alone.
    #[serde(default)]
    pub adds_to: String,
    /// Demands every requirement of this obligation, where the list is not spelled out.
    #[serde(default)]
    pub all: Option<Demanded>,
    /// Whether the demands are known to be complete. A route that is not complete is never shown as met.
    pub complete: bool,
    /// What a reader has to know.
    #[serde(default)]
    pub note: String,
    /// The requirements demanded one by one.
    #[serde(default, rename = "demand")]
    pub demands: Vec<Demand>,
    /// Key into the sources.
    pub source: String,
    /// How sure the list is.
    pub confidence: Confidence,
}

/// Demands that are given by obligation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Demanded {
    /// All mandatory requirements that apply.
    Mandatory,
}

/// One requirement that a route demands.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// The requirement, in the route's edition.
    pub requirement: String,
    /// The scheme's own requirement that it serves; empty when there is none of its own.
    #[serde(default, rename = "for")]
    pub serves: String,
    /// What else decides, where a verdict on the requirement is not the whole answer.
    #[serde(default)]
    pub condition: String,
    /// What a reader has to know.
    #[serde(default)]
    pub note: String,
}

/// A legal effect between two schemes, or a level of one and another.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// What it does.
    pub kind: LegalEffect,
    /// The scheme whose label or approval is accepted.
    pub accepted: String,
    /// The level of it that is needed, in words; empty when any will do.
    #[serde(default)]
    pub level: String,
    /// What it counts as, in words.
    pub counts_as: String,
    /// Since when, or until when.
    #[serde(default)]
    pub since: String,
    /// Key into the sources.
    pub source: String,
    /// How sure the fact is.
    pub confidence: Confidence,
}

impl Scheme {
    /// The route with this id.
    pub fn route(&self, id: &str) -> Option<&Route> {
        self.routes.iter().find(|r| r.id == id)
    }

    /// A route and those it adds to, the lowest first. Ends at a cycle.
    pub fn stack<'s>(&'s self, route: &'s Route) -> Vec<&'s Route> {
        let mut stack = vec![route];
        while let Some(below) = stack.last().and_then(|r| self.route(&r.adds_to)) {
            if stack.iter().any(|r| r.id == below.id) {
                break;
            }
            stack.push(below);
        }
        stack.reverse();
        stack
    }
}
