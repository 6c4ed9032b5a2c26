//! Two editions side by side: what relates, what contradicts itself, what has no counterpart.

use assize_model::atlas::{Atlas, Derived, Pair, Reach, Unmapped};
use assize_model::catalogue::{Change, Item, Lineage, Origin};

use crate::args::TableFormat;
use crate::commands::atlas::{csv, path, shape, word, wrapped};
use crate::output::{bold, dim, json, plural, say};
use crate::shapes::{ConflictShape, OriginShape, PairShape, UnmappedShape};

pub(super) fn run(atlas: &Atlas<'_>, from: &str, to: &str, reach: Reach, format: TableFormat) {
    let pair = atlas.pair(from, to, reach);
    match format {
        TableFormat::Text => print(atlas, &pair, from, to),
        TableFormat::Json => json(&shape_of(atlas, &pair, from, to)),
        TableFormat::Csv => table(atlas, &pair),
    }
}

fn shape_of(atlas: &Atlas<'_>, pair: &Pair<'_, '_>, from: &str, to: &str) -> PairShape {
    PairShape {
        format: 1,
        from: from.to_owned(),
        to: to.to_owned(),
        rows: pair.rows.iter().map(|r| shape(atlas, r)).collect(),
        conflicts: pair
            .conflicts
            .iter()
            .map(|c| ConflictShape { one: shape(atlas, &c.one), other: shape(atlas, &c.other) })
            .collect(),
        gaps_from: pair.gaps_from.iter().map(|g| unmapped(atlas, g)).collect(),
        gaps_to: pair.gaps_to.iter().map(|g| unmapped(atlas, g)).collect(),
        cut: pair.cut,
        origins: origins(atlas, from, to),
    }
}

fn unmapped(atlas: &Atlas<'_>, gap: &Unmapped) -> UnmappedShape {
    UnmappedShape {
        item: atlas.name(gap.node),
        words: atlas.item(gap.node).words().to_owned(),
        mapped_to_nothing: gap.to_nothing,
    }
}

/// Where each requirement of the newer edition came from, where a lineage joins the two.
fn origins(atlas: &Atlas<'_>, from: &str, to: &str) -> Vec<OriginShape> {
    let Some((lineage, older, newer)) = joined(atlas, from, to) else { return Vec::new() };
    let descents = lineage.descents(older, newer).into_iter();
    descents.map(|d| OriginShape { item: format!("{to}/{}", d.id), origin: d.origin, from: d.from }).collect()
}

fn joined<'c>(
    atlas: &Atlas<'c>,
    from: &str,
    to: &str,
) -> Option<(&'c Lineage, &'c assize_model::catalogue::Framework, &'c assize_model::catalogue::Framework)> {
    let catalogue = atlas.catalogue;
    Some((catalogue.lineage(from, to)?, catalogue.framework(from)?, catalogue.framework(to)?))
}

fn table(atlas: &Atlas<'_>, pair: &Pair<'_, '_>) {
    let head = [
        "from",
        "to",
        "relation",
        "confidence",
        "direct",
        "contested",
        "legal_effect",
        "reason",
        "source",
        "path",
    ];
    let rows = pair.rows.iter().map(|r| {
        let last = r.path.last();
        let direct = |of: &dyn Fn() -> String| if r.is_direct() { of() } else { String::new() };
        vec![
            atlas.name(r.from),
            atlas.name(r.to),
            word(r).to_owned(),
            r.confidence.word().to_owned(),
            r.is_direct().to_string(),
            r.contested.to_string(),
            r.legal_effect().map_or(String::new(), |e| e.words().to_owned()),
            direct(&|| last.map_or(String::new(), |h| h.edge.reason.to_owned())),
            direct(&|| last.map_or(String::new(), |h| h.edge.source.to_owned())),
            path(atlas, r),
        ]
    });
    let gap = |gaps: &[Unmapped], side: usize| -> Vec<Vec<String>> {
        let row = |g: &Unmapped| {
            let mut cells = vec![String::new(); head.len()];
            cells[side] = atlas.name(g.node);
            cells[2] = if g.to_nothing { "mapped to nothing" } else { "not mapped" }.to_owned();
            cells
        };
        gaps.iter().map(row).collect()
    };
    csv(&head, rows.chain(gap(&pair.gaps_from, 0)).chain(gap(&pair.gaps_to, 1)));
}

fn print(atlas: &Atlas<'_>, pair: &Pair<'_, '_>, from: &str, to: &str) {
    say!("{} to {}", bold(from), bold(to));
    let mut last = None;
    for row in &pair.rows {
        if last != Some(row.from) {
            last = Some(row.from);
            let item = atlas.item(row.from);
            say!("\n{}  {}", bold(item.id()), dim(item.kind()));
            say!("{}", wrapped(item.words(), 2));
        }
        line(atlas, row);
    }
    conflicts(atlas, pair);
    gaps(atlas, &pair.gaps_from, from, to);
    gaps(atlas, &pair.gaps_to, to, from);
    summary(atlas, pair, from, to);
}

fn line(atlas: &Atlas<'_>, row: &Derived<'_, '_>) {
    let legal = row.legal_effect().map_or(String::new(), |e| format!("; {}", e.words()));
    let contested = if row.contested { "; contested, carries nothing" } else { "" };
    let said = match row.path.as_slice() {
        [hop] => format!("{}: {}", hop.edge.basis.word(), hop.edge.reason),
        _ => format!("derived: {}", path(atlas, row)),
    };
    let id = atlas.item(row.to).id();
    say!(
        "  {:<12} {}{}",
        word(row),
        bold(format!("{id:<8}")),
        dim(format!(" {}{legal}{contested}", row.confidence.word()))
    );
    say!("{}", dim(wrapped(&said, 15)));
}

fn conflicts(atlas: &Atlas<'_>, pair: &Pair<'_, '_>) {
    if pair.conflicts.is_empty() {
        return;
    }
    say!("\n{}", bold("Paths that contradict each other; nothing is carried over them"));
    for c in &pair.conflicts {
        say!("{}", wrapped(&format!("{}: {}", word(&c.one), path(atlas, &c.one)), 2));
        say!("{}\n", wrapped(&format!("excludes that: {}", path(atlas, &c.other)), 2));
    }
}

fn gaps(atlas: &Atlas<'_>, gaps: &[Unmapped], edition: &str, other: &str) {
    if gaps.is_empty() {
        return;
    }
    say!("\n{}", bold(format!("{edition} without a counterpart in {other}")));
    for gap in gaps {
        let item = atlas.item(gap.node);
        let why = if gap.to_nothing { "mapped to nothing" } else { "not mapped" };
        say!("  {:<8} {}", item.id(), dim(why));
        say!("{}", wrapped(item.words(), 4));
    }
}

fn summary(atlas: &Atlas<'_>, pair: &Pair<'_, '_>, from: &str, to: &str) {
    say!("");
    if pair.cut > 0 {
        say!("{}", bold("The atlas is too dense to be searched to the end."));
        say!("{}", wrapped(CUT, 2));
    }
    came_from(atlas, from, to);
    let direct = pair.rows.iter().filter(|r| r.is_direct()).count();
    let count = |word: &str| pair.rows.iter().filter(|r| self::word(r) == word).count();
    let words = ["equal", "subset-of", "superset-of", "intersects", "overlaps", "related", "none"];
    let parts: Vec<String> =
        words.iter().filter(|w| count(w) > 0).map(|w| format!("{} {w}", count(w))).collect();
    say!(
        "{} ({direct} stated, {} derived): {}",
        plural(pair.rows.len(), "relation"),
        pair.rows.len() - direct,
        parts.join(", ")
    );
    say!(
        "not mapped: {} of {} in {from}, {} of {} in {to}",
        pair.gaps_from.len(),
        atlas.requirements(from).count(),
        pair.gaps_to.len(),
        atlas.requirements(to).count()
    );
}

/// What a cut search means.
const CUT: &str = "Relations and contradictions may be missing, gaps may be none, and nothing that follows over more than one edge \
    carries. Ask for fewer steps with --hops, or for surer ones with --least.";

/// Where the requirements of the newer edition came from, in one paragraph.
fn came_from(atlas: &Atlas<'_>, from: &str, to: &str) {
    let Some((lineage, older, newer)) = joined(atlas, from, to) else { return };
    let descents = lineage.descents(older, newer);
    let with = |origin: Origin| {
        let ids: Vec<&str> = descents.iter().filter(|d| d.origin == origin).map(|d| d.id.as_str()).collect();
        (ids.len(), ids.join(", "))
    };
    say!("{}", bold(format!("Where the {} of {to} came from", plural(descents.len(), "requirement"))));
    let kinds = [
        (Origin::Guideline, "from a guideline box alone"),
        (Origin::Both, "from box and supporting text"),
        (Origin::SupportingText, "from supporting text alone"),
        (Origin::Carried, "carried over"),
        (Origin::Reworded, "carried over with other words or another reach"),
        (Origin::Split, "split from one"),
        (Origin::Merged, "merged from several"),
        (Origin::New, "new"),
    ];
    for (origin, words) in kinds {
        let (count, ids) = with(origin);
        if count > 0 {
            say!("{}", wrapped(&format!("{count} {words}: {ids}"), 2));
        }
    }
    let dropped: Vec<&str> =
        lineage.edges.iter().filter(|e| e.change == Change::Dropped).map(|e| e.from.as_str()).collect();
    if !dropped.is_empty() {
        say!("{}", wrapped(&format!("{} not taken up: {}", dropped.len(), dropped.join(", ")), 2));
    }
    let statements = older.items().filter(|i| matches!(i, Item::Statement(_))).count();
    if statements > 0 {
        say!(
            "{}",
            dim(format!(
                "  {from} is prose; its {} guidelines are cut into {statements} statements.",
                older.live().count()
            ))
        );
    }
    say!("");
}
