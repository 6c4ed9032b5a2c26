//! From thirteen guidelines to a European standard, and what laws and labels build on it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use assize_model::atlas::Atlas;
use assize_model::catalogue::{Change, DocumentKind, Framework, Lineage, Origin, Part, Relation};

use super::{CHAIN, clean, connects, count, edition, listed, name, pictures, rows};

/// One edition became the next.
struct Step<'c> {
    older: &'c Framework,
    newer: &'c Framework,
    lineage: &'c Lineage,
}

impl<'c> Step<'c> {
    fn all(atlas: &Atlas<'c>) -> Vec<Self> {
        let step = |two: &[&str]| Step {
            older: edition(atlas, two[0]),
            newer: edition(atlas, two[1]),
            lineage: atlas.catalogue.lineage(two[0], two[1]).unwrap(),
        };
        CHAIN.windows(2).map(step).collect()
    }

    /// Provisions of the newer edition with this origin.
    fn from(&self, origin: Origin) -> Vec<String> {
        let descents = self.lineage.descents(self.older, self.newer);
        descents.into_iter().filter(|d| d.origin == origin).map(|d| d.id).collect()
    }

    /// Older ones with this change.
    fn changed(&self, changes: &[Change]) -> usize {
        let edges = self.lineage.edges.iter().filter(|e| changes.contains(&e.change));
        let ends: BTreeSet<(&str, &str)> = edges.map(|e| (e.from.as_str(), e.to.as_str())).collect();
        ends.len()
    }

    /// What these became.
    fn heirs(&self, ids: &[String]) -> Vec<String> {
        let edges = self.lineage.edges.iter().filter(|e| ids.contains(&e.from) && !e.to.is_empty());
        let heirs: BTreeSet<&str> = edges.map(|e| e.to.as_str()).collect();
        self.newer.live().filter(|r| heirs.contains(r.id.as_str())).map(|r| r.id.clone()).collect()
    }
}

pub(super) fn story(text: &mut String, atlas: &Atlas) {
    let steps = Step::all(atlas);
    let [first, second, third] = steps.as_slice() else { panic!("the chain has three steps") };
    let guidelines = first.older.live().count();
    let _ = write!(text, "## From {guidelines} guidelines to a European standard\n\n");
    pictures::show(text, "lineage", "What became of every statement of the UK Code of Practice");
    code(text, first);
    specification(text, first);
    risen(text, first, second, third);
    norm(text, second);
    today(text, third);
    editions(text, atlas, &steps);
}

fn code(text: &mut String, step: &Step) {
    let part = |part: Part| step.older.statements.iter().filter(|s| s.part == part).count();
    let _ = write!(
        text,
        "**{}: the Code.** The UK's Code of Practice for consumer IoT has {} guidelines. Cut into single statements they say {} \
         things: {} in the boxed guidelines, {} in the text that supports them, and {} in notes that explain.\n\n",
        step.older.year(),
        step.older.live().count(),
        step.older.statements.len(),
        part(Part::Guideline),
        part(Part::SupportingText),
        part(Part::Note)
    );
}

fn specification(text: &mut String, step: &Step) {
    let from = |origin| step.from(origin).len();
    let _ = write!(
        text,
        "**{}: the technical specification.** {} turned them into {} provisions. {} came from the boxed guidelines alone, {} from \
         a box and its supporting text together, {} from supporting text alone, and {} from nowhere in the Code ({}). {} of the \
         Code's statements stayed or became explanatory text, and {} were dropped.\n\n",
        step.newer.year(),
        step.newer.identifier,
        step.newer.live().count(),
        from(Origin::Guideline),
        from(Origin::Both),
        from(Origin::SupportingText),
        from(Origin::New),
        listed(&step.from(Origin::New)),
        step.changed(&[Change::Demoted, Change::NotPromoted]),
        step.changed(&[Change::Dropped])
    );
}

/// The provisions that came from supporting text alone, and where they are today.
fn risen(text: &mut String, first: &Step, second: &Step, third: &Step) {
    let risen = first.from(Origin::SupportingText);
    let _ = write!(
        text,
        "The {} from supporting text alone are worth a look, because a reader of the Code's headlines misses them:\n\n\
         | provision | from | what it asks | in {} | in {} |\n|---|---|---|---|---|\n",
        risen.len(),
        second.newer.identifier,
        third.newer.identifier
    );
    for id in &risen {
        let from: Vec<&str> =
            first.lineage.edges.iter().filter(|e| e.to == *id).map(|e| e.from.as_str()).collect();
        let words = first.newer.requirement(id).map_or("", |r| r.words.as_str());
        let then = second.heirs(std::slice::from_ref(id));
        let _ = writeln!(
            text,
            "| {id} | {} | {} | {} | {} |",
            from.join(", "),
            clean(words),
            then.join(", "),
            third.heirs(&then).join(", ")
        );
    }
    text.push('\n');
}

fn norm(text: &mut String, step: &Step) {
    let from = |origin| step.from(origin).len();
    let mandatory = step.newer.live().filter(|r| r.obligation.is_mandatory()).count();
    let _ = write!(
        text,
        "**{}: the European standard.** {} has {} provisions, {mandatory} of them mandatory. {} were carried over, {} were carried \
         over with other words, reach or strength, {} are parts of ones that were split, {} made of several, and {} are new. {} \
         provisions of the specification were split.\n\n",
        step.newer.year(),
        step.newer.identifier,
        step.newer.live().count(),
        from(Origin::Carried),
        from(Origin::Reworded),
        from(Origin::Split),
        count(from(Origin::Merged), "is", "are"),
        from(Origin::New),
        split(step)
    );
}

/// Older ones that were split.
fn split(step: &Step) -> usize {
    let edges = step.lineage.edges.iter().filter(|e| e.change == Change::Split);
    edges.map(|e| e.from.as_str()).collect::<BTreeSet<_>>().len()
}

fn today(text: &mut String, step: &Step) {
    let changed = step.changed(&[
        Change::Changed,
        Change::Narrowed,
        Change::Strengthened,
        Change::Weakened,
        Change::Widened,
    ]);
    let void: Vec<String> =
        step.newer.requirements.iter().filter(|r| r.obligation.is_void()).map(|r| r.id.clone()).collect();
    let _ = write!(
        text,
        "**{}: today's edition.** {} has {} provisions. {} provisions were split and their numbers left empty ({}); {changed} changed in \
         content, reach or strength; {} are new ({}).\n\n",
        step.newer.year(),
        step.newer.identifier,
        step.newer.live().count(),
        split(step),
        listed(&void),
        step.from(Origin::New).len(),
        listed(&step.from(Origin::New))
    );
}

fn editions(text: &mut String, atlas: &Atlas, steps: &[Step]) {
    *text += "| edition | published | requirements | mandatory | recommended | left empty | new against the one before |\n|---|---|---|---|---|---|---|\n";
    for (at, id) in CHAIN.iter().enumerate() {
        let f = edition(atlas, id);
        let live = || f.live();
        let new = at.checked_sub(1).map(|before| steps[before].from(Origin::New).len().to_string());
        let _ = writeln!(
            text,
            "| {} (`{id}`) | {} | {} | {} | {} | {} | {} |",
            name(atlas, id),
            f.date,
            live().count(),
            live().filter(|r| r.obligation.is_mandatory()).count(),
            live().filter(|r| r.obligation.is_recommended()).count(),
            f.requirements.len() - live().count(),
            new.unwrap_or_default()
        );
    }
    *text += "\nThe step before any provision, with its reason: `assize diff FROM TO`.\n\n";
}

/// Laws and labels that are mapped onto the line.
pub(super) fn built_on(text: &mut String, atlas: &Atlas) {
    let is_kind = |f: &&Framework| matches!(f.kind, DocumentKind::Law | DocumentKind::Scheme);
    let all: Vec<&Framework> = atlas.catalogue.frameworks.iter().filter(is_kind).collect();
    let mut lines: Vec<(&Framework, Tie)> =
        all.iter().map(|f| (*f, Tie::new(atlas, f))).filter(|(_, tie)| tie.rows > 0).collect();
    lines.sort_by_key(|(f, tie)| (f.kind, std::cmp::Reverse(tie.rows), &f.id));
    let laws =
        |list: &mut dyn Iterator<Item = &Framework>| list.filter(|f| f.kind == DocumentKind::Law).count();
    let laws_all = laws(&mut all.iter().copied());
    let laws_tied = laws(&mut lines.iter().map(|(f, _)| *f));
    let _ = write!(
        text,
        "## Laws and labels that build on it\n\n\
         The catalogue holds {laws_all} laws and {} labels or schemes. {laws_tied} laws and {} are mapped onto one of these {} \
         editions. *One side holds the other* counts the rows by which meeting one means meeting the other.\n\n\
         | document | country | year | kind | mapped onto | rows | one side holds the other | effect in law |\n|---|---|---|---|---|---|---|---|\n",
        all.len() - laws_all,
        count(lines.len() - laws_tied, "label or scheme", "labels or schemes"),
        CHAIN.len()
    );
    for (f, tie) in &lines {
        let onto: Vec<String> = tie.onto.iter().map(|id| name(atlas, id)).collect();
        let _ = writeln!(
            text,
            "| {} (`{}`) | {} | {} | {}, {} | {} | {} | {} | {} |",
            clean(&f.title),
            f.id,
            f.region,
            f.year(),
            f.kind.word(),
            f.standing.word(),
            onto.join(", "),
            tie.rows,
            tie.holding,
            tie.effects.iter().copied().collect::<Vec<_>>().join(", ")
        );
    }
    let left: Vec<String> = all
        .iter()
        .filter(|f| !lines.iter().any(|(g, _)| g.id == f.id))
        .map(|f| format!("{} (`{}`)", clean(&f.title), f.id))
        .collect();
    let _ = write!(text, "\nNot mapped onto them: {}.\n\n", listed(&left));
}

/// What ties a document to the line.
#[derive(Default)]
struct Tie<'c> {
    onto: BTreeSet<&'c str>,
    rows: usize,
    holding: usize,
    effects: BTreeSet<&'static str>,
}

impl<'c> Tie<'c> {
    fn new(atlas: &Atlas<'c>, framework: &Framework) -> Self {
        let mut tie = Self::default();
        for (from, to, row) in rows(atlas).filter(|(_, _, row)| connects(row)) {
            let other = match () {
                () if from == framework.id => to,
                () if to == framework.id => from,
                () => continue,
            };
            if CHAIN.contains(&other) {
                tie.onto.insert(other);
                tie.rows += 1;
                let holds = [Relation::Equal, Relation::SubsetOf, Relation::SupersetOf];
                tie.holding += usize::from(holds.contains(&row.relation));
                tie.effects.extend(row.legal_effect.map(|e| e.words()));
            }
        }
        tie
    }
}
