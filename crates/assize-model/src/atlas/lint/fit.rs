//! How well the words of an item fit each requirement of an edition: by the concepts both show, the rarer the better.
//! What decides is the share of the best fit; numbers and clauses are not looked at.

use std::collections::{BTreeMap, BTreeSet};

use super::concepts::Lexicon;
use crate::catalogue::Requirement;

/// What a concept weighs by where it shows: the title, the words below it, the title of the clause.
const IN_TITLE: f64 = 1.0;
const IN_WORDS: f64 = 0.6;
const IN_CLAUSE: f64 = 0.35;
/// Each further concept that is shared counts half of the one before: a broad item does not punish a requirement that
/// answers one of its parts.
const FADE: f64 = 0.5;
/// The most that a shared topic alone brings.
const TOPIC: f64 = 0.5;
/// Doubtful is a fit below this share of the best.
const DOUBTFUL: f64 = 0.5;
/// Suggested are fits of at least this share of the best, unless the best is weak itself.
const NEAR: f64 = 0.8;
const STRONG: f64 = 2.0;
/// Suggestions at most.
const MOST: usize = 3;

/// The requirements of an edition by the concepts they show.
pub(super) struct Targets<'l> {
    lexicon: &'l Lexicon<'l>,
    /// Of each requirement: what each concept weighs, and the share of each topic, the main one 1.
    weights: Vec<BTreeMap<usize, f64>>,
    topics: Vec<BTreeMap<u8, f64>>,
    rarity: BTreeMap<usize, f64>,
}

/// How the words of an item fit the requirements.
pub(super) struct Fit {
    scores: Vec<f64>,
    best: f64,
}

impl<'l> Targets<'l> {
    pub(super) fn new<'r>(
        lexicon: &'l Lexicon<'l>,
        requirements: impl Iterator<Item = &'r Requirement>,
    ) -> Self {
        let weights: Vec<_> = requirements.map(|r| weights(lexicon, r)).collect();
        let mut spread: BTreeMap<usize, f64> = BTreeMap::new();
        for (concept, weight) in weights.iter().flatten() {
            *spread.entry(*concept).or_default() += weight;
        }
        let all = weights.len() as f64 + 1.0;
        let rarity: BTreeMap<usize, f64> =
            spread.into_iter().map(|(c, d)| (c, (all / (d + 0.5)).ln())).collect();
        let topics = weights.iter().map(|w| topics(lexicon, w, &rarity)).collect();
        Self { lexicon, weights, topics, rarity }
    }

    pub(super) fn len(&self) -> usize {
        self.weights.len()
    }

    /// How an item that shows these concepts fits each requirement.
    pub(super) fn fit(&self, shown: &BTreeSet<usize>) -> Fit {
        let scores: Vec<f64> = (0..self.len()).map(|at| self.score(shown, at)).collect();
        let best = scores.iter().copied().fold(0.0, f64::max);
        Fit { scores, best }
    }

    fn score(&self, shown: &BTreeSet<usize>, at: usize) -> f64 {
        let weights = &self.weights[at];
        if self.is_opposite(shown, at) {
            return 0.0;
        }
        let value = |c: &usize| Some(weights.get(c)? * self.rarity[c]);
        let mut shared: Vec<f64> = shown.iter().filter_map(value).collect();
        shared.sort_by(|a, b| b.total_cmp(a));
        let (mut total, mut factor) = (0.0, 1.0);
        for value in shared {
            total += factor * value;
            factor *= FADE;
        }
        let touched: BTreeSet<u8> = shown.iter().flat_map(|c| self.lexicon.topics(*c)).collect();
        let shares = self.topics[at].iter().filter(|(topic, _)| touched.contains(topic));
        total + TOPIC * shares.map(|(_, share)| *share).fold(0.0, f64::max)
    }

    /// Whether the title of a requirement says what speaks against a concept that is shown, and does not say it.
    pub(super) fn is_opposite(&self, shown: &BTreeSet<usize>, at: usize) -> bool {
        let in_title = |c: &usize| self.weights[at].get(c).is_some_and(|w| *w >= IN_TITLE);
        let is_against =
            |c: &usize| self.lexicon.against(*c).iter().any(|a| in_title(a) && !shown.contains(a));
        shown.iter().any(|c| !in_title(c) && is_against(c))
    }

    /// The names of the concepts that an item and a requirement share, and of those that only the item shows.
    pub(super) fn compare(&self, shown: &BTreeSet<usize>, at: usize) -> (Vec<&'l str>, Vec<&'l str>) {
        let name = |c: &usize| self.lexicon.concept(*c).name.as_str();
        let (shared, own): (Vec<_>, Vec<_>) = shown.iter().partition(|c| self.weights[at].contains_key(c));
        (shared.into_iter().map(name).collect(), own.into_iter().map(name).collect())
    }
}

/// What each concept weighs in a requirement. Where it has no short name, its words are one.
fn weights(lexicon: &Lexicon<'_>, requirement: &Requirement) -> BTreeMap<usize, f64> {
    let (title, words) = match requirement.title.is_empty() {
        true => (requirement.words.as_str(), ""),
        false => (requirement.title.as_str(), requirement.words.as_str()),
    };
    let mut weights: BTreeMap<usize, f64> = BTreeMap::new();
    for (text, weight) in
        [(requirement.clause_title.as_str(), IN_CLAUSE), (words, IN_WORDS), (title, IN_TITLE)]
    {
        for concept in lexicon.shown(text) {
            let known = weights.entry(concept).or_default();
            *known = known.max(weight);
        }
    }
    weights
}

/// The share of each topic in a requirement.
fn topics(
    lexicon: &Lexicon<'_>,
    weights: &BTreeMap<usize, f64>,
    rarity: &BTreeMap<usize, f64>,
) -> BTreeMap<u8, f64> {
    let mut topics: BTreeMap<u8, f64> = BTreeMap::new();
    for (concept, weight) in weights {
        for topic in lexicon.topics(*concept) {
            *topics.entry(topic).or_default() += weight * rarity[concept];
        }
    }
    let main = topics.values().copied().max_by(f64::total_cmp).unwrap_or(1.0);
    topics.values_mut().for_each(|share| *share /= main);
    topics
}

impl Fit {
    /// Whether another requirement fits so much better that this one is in doubt.
    pub(super) fn is_doubtful(&self, at: usize) -> bool {
        self.best > 0.0 && self.scores[at] < DOUBTFUL * self.best
    }

    /// How good a fit is, in hundredths of the best.
    pub(super) fn share(&self, at: usize) -> f64 {
        if self.best > 0.0 { 100.0 * self.scores[at] / self.best } else { 0.0 }
    }

    /// The requirements that fit best, in their order among equals.
    pub(super) fn better(&self) -> Vec<usize> {
        if self.best < STRONG {
            return Vec::new();
        }
        let near = |at: &usize| self.scores[*at] >= NEAR * self.best;
        let mut better: Vec<usize> = (0..self.scores.len()).filter(near).collect();
        better.sort_by(|a, b| self.scores[*b].total_cmp(&self.scores[*a]));
        better.truncate(MOST);
        better
    }
}
