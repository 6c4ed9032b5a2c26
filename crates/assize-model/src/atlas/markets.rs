//! Which laws and schemes a product can be put before today, and what is missing for each.

use std::collections::BTreeMap;

use serde::Serialize;

use super::answers::{Answered, Standing, Verdicts};
use super::derive::Reach;
use super::graph::Atlas;
use crate::catalogue::{Demand, Demanded, Route, Scheme};

/// One scheme and how near a product is to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Market<'a, 'c> {
    /// The scheme.
    pub scheme: &'c Scheme,
    /// Its routes in the order of the data.
    pub routes: Vec<MarketRoute<'a, 'c>>,
}

/// One route and how near a product is to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarketRoute<'a, 'c> {
    /// The route.
    pub route: &'c Route,
    /// How near.
    pub readiness: Readiness,
    /// Every requirement it demands, with what is known of it.
    pub asked: Vec<Asked<'a, 'c>>,
    /// What it asks besides, of this route and those it adds to.
    pub besides: Vec<&'c str>,
}

/// A demanded requirement with what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked<'a, 'c> {
    /// The edition it stands in: the route's, or that of a route it adds to.
    pub edition: &'c str,
    /// Its number.
    pub requirement: &'c str,
    /// The demands that spell it out, of the route and those it adds to; none where it follows from an obligation.
    pub demands: Vec<&'c Demand>,
    /// What is known; nothing when the edition does not hold the number.
    pub known: Option<Answered<'a, 'c>>,
    /// Whether it was claimed not to apply and nothing speaks against that claim.
    pub not_applicable: bool,
}

/// How near a product is to a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Readiness {
    /// Every requirement is met, and the route asks nothing besides.
    Ready,
    /// Every requirement is met; what the route asks besides is for its applicant to show.
    MetBut,
    /// Some requirement is not met.
    Missing,
    /// Nothing is known to fail, and something has not been shown yet.
    Open,
    /// The catalogue does not hold all that the route demands, so it is never shown as met.
    NotKnown,
}

impl Readiness {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::MetBut => "requirements met; more is asked besides",
            Self::Missing => "missing",
            Self::Open => "not shown yet",
            Self::NotKnown => "demands not fully known",
        }
    }
}

impl<'c> Asked<'_, 'c> {
    /// The conditions under which it is demanded, each once.
    pub fn conditions(&self) -> impl Iterator<Item = &'c str> {
        let all = self.demands.iter().map(|d| d.condition.as_str()).filter(|c| !c.is_empty());
        let mut known = Vec::new();
        all.filter(move |c| {
            !known.contains(c) && {
                known.push(*c);
                true
            }
        })
    }

    /// What is known of it.
    pub fn standing(&self) -> Standing {
        if self.not_applicable {
            return Standing::Satisfied;
        }
        self.known.as_ref().map_or(Standing::Unknown, |k| k.standing)
    }
}

impl<'c> Atlas<'c> {
    /// How near the verdicts on a product bring it to every scheme.
    pub fn markets(&self, verdicts: &Verdicts, reach: Reach) -> Vec<Market<'_, 'c>> {
        let mut known: BTreeMap<&str, Vec<Answered<'_, 'c>>> = BTreeMap::new();
        for route in self.catalogue.schemes.iter().flat_map(|s| &s.routes) {
            known
                .entry(&route.edition)
                .or_insert_with(|| self.answered(&verdicts.given, &route.edition, reach));
        }
        let route =
            |scheme: &'c Scheme, route: &'c Route| self.market_route(scheme, route, &known, verdicts, reach);
        let market = |scheme: &'c Scheme| Market {
            scheme,
            routes: scheme.routes.iter().map(|r| route(scheme, r)).collect(),
        };
        self.catalogue.schemes.iter().map(market).collect()
    }

    fn market_route<'a>(
        &'a self,
        scheme: &'c Scheme,
        route: &'c Route,
        known: &BTreeMap<&str, Vec<Answered<'a, 'c>>>,
        verdicts: &Verdicts,
        reach: Reach,
    ) -> MarketRoute<'a, 'c> {
        let stack = scheme.stack(route);
        let asked = |(edition, requirement, demands): Spelled<'c>| {
            let node = self.node(edition, requirement);
            let answered = known.get(edition).map_or(&[][..], Vec::as_slice);
            let known = answered.iter().find(|a| Some(a.node) == node).cloned();
            let not_applicable = node.is_some_and(|n| verdicts.not_applicable.contains(&n));
            Asked { edition, requirement, demands, known, not_applicable }
        };
        let asked: Vec<Asked<'a, 'c>> = self.demands(&stack).into_iter().map(asked).collect();
        let mut besides: Vec<&str> = Vec::new();
        for words in stack.iter().flat_map(|r| &r.besides) {
            if !besides.contains(&words.as_str()) {
                besides.push(words);
            }
        }
        let is_known = stack.iter().all(|r| r.complete && r.confidence >= reach.least);
        let readiness = match readiness(&asked, &besides, is_known) {
            Readiness::Ready | Readiness::MetBut if !verdicts.is_ics_valid => Readiness::Open,
            found => found,
        };
        MarketRoute { route, readiness, asked, besides }
    }

    /// The demands of a route and those it adds to, each once.
    fn demands(&self, stack: &[&'c Route]) -> Vec<Spelled<'c>> {
        let mut demands: Vec<Spelled<'c>> = Vec::new();
        for route in stack {
            let framework =
                self.catalogue.framework(&route.edition).filter(|_| route.all == Some(Demanded::Mandatory));
            let mandatory =
                framework.into_iter().flat_map(|f| f.live()).filter(|r| r.obligation.is_mandatory());
            let spelled = route.demands.iter().map(|d| (d.requirement.as_str(), Some(d)));
            let edition = route.edition.as_str();
            for (requirement, demand) in mandatory.map(|r| (r.id.as_str(), None)).chain(spelled) {
                match demands.iter_mut().find(|(e, known, _)| (*e, *known) == (edition, requirement)) {
                    Some(known) => known.2.extend(demand),
                    None => demands.push((edition, requirement, demand.into_iter().collect())),
                }
            }
        }
        demands
    }
}

/// A demanded requirement: edition, number, and the demands that spell it out.
type Spelled<'c> = (&'c str, &'c str, Vec<&'c Demand>);

fn readiness(asked: &[Asked<'_, '_>], besides: &[&str], is_known: bool) -> Readiness {
    let standings = || asked.iter().map(Asked::standing);
    if standings().any(|s| s == Standing::Not) {
        return Readiness::Missing;
    }
    if asked.is_empty() || !is_known {
        return Readiness::NotKnown;
    }
    let has_condition = asked.iter().any(|a| a.not_applicable || a.conditions().next().is_some());
    match standings().all(|s| s == Standing::Satisfied) {
        false => Readiness::Open,
        true if besides.is_empty() && !has_condition => Readiness::Ready,
        true => Readiness::MetBut,
    }
}
