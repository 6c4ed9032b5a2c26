//! Rows whose words do not fit. Neither the reason nor the confidence nor a doubt that a row carries is looked at, and
//! a fit is no proof of a right relation.

use std::collections::{BTreeSet, HashMap};

use super::concepts::Lexicon;
use super::fit::{Fit, Targets};
use super::{Desk, Found, MapFault, RowAt, Rule};
use crate::atlas::{Atlas, NodeId};
use crate::catalogue::{Basis, Item, Relation};

pub(super) fn look<'c>(desk: &Desk<'_, 'c>, found: &mut Found) {
    let lexicon = Lexicon::new(&desk.atlas.catalogue.lists.concepts);
    let mut judge =
        Judge { atlas: desk.atlas, lexicon: &lexicon, editions: HashMap::new(), shown: HashMap::new() };
    let mut fits: HashMap<(NodeId, &str), Option<Fit>> = HashMap::new();
    let mut left = desk.options.most_scores;
    let mut seen: BTreeSet<(NodeId, NodeId)> = BTreeSet::new();
    for row in desk.rows().filter(|r| is_judged(*r)) {
        let ends = (node(desk, row.from()), node(desk, row.to()));
        let (Some(from), Some(to)) = ends else { continue };
        let fit = fits.entry((from, row.crosswalk.to.as_str())).or_insert_with(|| {
            let edition = judge.edition(&row.crosswalk.to);
            let cost = edition.targets.len();
            let fit =
                (cost <= left && !judge.shown(from).is_empty()).then(|| judge.fit(from, &row.crosswalk.to));
            left = left.saturating_sub(cost);
            fit
        });
        let place = judge.edition(&row.crosswalk.to).places.get(&to).copied();
        let (Some(fit), Some(at)) = (fit, place) else {
            not_judged(desk, row, found);
            continue;
        };
        found.linted.judged += 1;
        if fit.is_doubtful(at) && seen.insert((from, to)) {
            found.add(Rule::Doubtful, || judge.fault(row, (from, at), fit));
        }
    }
}

/// Whether a row says that words fit: `none` says that they do not, lineage and structure rest on other grounds.
fn is_judged(row: RowAt<'_>) -> bool {
    let basis = matches!(row.row.basis, Basis::Editorial | Basis::Published);
    basis && row.row.relation != Relation::None
}

fn node(desk: &Desk<'_, '_>, (edition, item): super::End<'_>) -> Option<NodeId> {
    desk.atlas.node(edition, item)
}

fn not_judged(desk: &Desk<'_, '_>, row: RowAt<'_>, found: &mut Found) {
    found.linted.not_judged += 1;
    if desk.options.notes_not_judged {
        found.add(Rule::NotJudged, || {
            let message =
                "the words of the two are not compared: they show no known concept, or name no requirement";
            row.fault(Rule::NotJudged, message.to_owned(), "read the pair")
        });
    }
}

/// What is known of items and editions so far.
struct Judge<'j, 'c> {
    atlas: &'j Atlas<'c>,
    lexicon: &'j Lexicon<'j>,
    editions: HashMap<String, Edition<'j>>,
    shown: HashMap<NodeId, BTreeSet<usize>>,
}

struct Edition<'j> {
    ids: Vec<NodeId>,
    places: HashMap<NodeId, usize>,
    targets: Targets<'j>,
}

impl<'j> Judge<'j, '_> {
    fn edition(&mut self, id: &str) -> &Edition<'j> {
        if !self.editions.contains_key(id) {
            let ids: Vec<NodeId> = self.atlas.requirements(id).collect();
            let places = ids.iter().enumerate().map(|(at, node)| (*node, at)).collect();
            let requirements = ids.iter().filter_map(|node| match self.atlas.item(*node) {
                Item::Requirement(r) => Some(r),
                _ => None,
            });
            let targets = Targets::new(self.lexicon, requirements);
            self.editions.insert(id.to_owned(), Edition { ids, places, targets });
        }
        &self.editions[id]
    }

    fn shown(&mut self, node: NodeId) -> &BTreeSet<usize> {
        let title = self.atlas.item(node).title();
        self.shown.entry(node).or_insert_with(|| self.lexicon.shown(title))
    }

    fn fit(&mut self, from: NodeId, edition: &str) -> Fit {
        let shown = self.shown(from).clone();
        self.edition(edition).targets.fit(&shown)
    }

    fn fault(&mut self, row: RowAt<'_>, (from, at): (NodeId, usize), fit: &Fit) -> MapFault {
        let shown = self.shown(from).clone();
        let atlas = self.atlas;
        let edition = self.edition(&row.crosswalk.to);
        let better = fit.better();
        let (shared, missing) = edition.targets.compare(&shown, at);
        let list = |names: Vec<&str>| if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
        let message = format!(
            "`{}` and `{}` fit with {:.0} % of the best: both show {}, only the first {}{}",
            super::shown(atlas.item(from).title()),
            super::shown(atlas.item(edition.ids[at]).title()),
            fit.share(at).floor(),
            list(shared),
            list(missing),
            if edition.targets.is_opposite(&shown, at) { ", and the second says its opposite" } else { "" },
        );
        let show = |place: &usize| {
            let item = atlas.item(edition.ids[*place]);
            format!("{} ({})", item.id(), super::shown(item.title()))
        };
        let suggestions: Vec<String> =
            better.iter().map(|p| atlas.item(edition.ids[*p]).id().to_owned()).collect();
        let remedy = match better.iter().map(show).collect::<Vec<_>>() {
            names if names.is_empty() => "look at the pair; no other item fits well either".to_owned(),
            names => format!("look at the pair, and at {}", names.join("; ")),
        };
        row.fault(Rule::Doubtful, message, remedy).suggest(suggestions)
    }
}
