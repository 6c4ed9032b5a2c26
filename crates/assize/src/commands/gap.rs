//! `assize gap`: what remains of a framework for somebody who meets others.

use std::process::ExitCode;

use assize_lab::Result;
use assize_model::atlas::{Atlas, Gap, GapRow, Reach};

use super::atlas::{atlas, csv, edition, least, path, shape, wrapped};
use crate::args::{GapArgs, TableFormat};
use crate::output::{bold, dim, json, say};
use crate::shapes::{GapRowShape, GapShape};

pub(super) fn run(args: &GapArgs) -> Result<ExitCode> {
    let atlas = atlas()?;
    let have: Vec<&str> = args.have.iter().map(|e| edition(&atlas, e)).collect::<Result<_>>()?;
    let need = edition(&atlas, &args.need)?;
    let rows = atlas.gap(&have, need, Reach { least: least(args.least), ..Reach::FOR_VERDICTS });
    match args.out.format {
        TableFormat::Text => print(&atlas, &have, need, &rows),
        TableFormat::Json => json(&GapShape {
            format: 1,
            have: have.iter().map(|h| (*h).to_owned()).collect(),
            need: need.to_owned(),
            requirements: rows.iter().map(|r| row_shape(&atlas, r)).collect(),
        }),
        TableFormat::Csv => csv(
            &["requirement", "gap", "confidence", "path", "words"],
            rows.iter().map(|r| {
                let path_of = |p| path(&atlas, p);
                vec![
                    atlas.name(r.node),
                    r.gap.word().to_owned(),
                    r.path.as_ref().map_or(String::new(), |p| p.confidence.word().to_owned()),
                    r.path.as_ref().map_or(String::new(), path_of),
                    atlas.item(r.node).words().to_owned(),
                ]
            }),
        ),
    }
    Ok(ExitCode::SUCCESS)
}

fn row_shape(atlas: &Atlas<'_>, row: &GapRow<'_, '_>) -> GapRowShape {
    GapRowShape {
        item: atlas.name(row.node),
        words: atlas.item(row.node).words().to_owned(),
        gap: row.gap,
        link: row.path.as_ref().map(|p| shape(atlas, p)),
    }
}

fn print(atlas: &Atlas<'_>, have: &[&str], need: &str, rows: &[GapRow<'_, '_>]) {
    say!("{} for somebody who meets {}", bold(need), bold(have.join(", ")));
    say!("{}\n", dim("All of it: every requirement, the recommended and the conditional ones included."));
    let kinds = [
        (Gap::Open, "Nothing leads there"),
        (Gap::Proposed, "Somebody sees a connection; find out whether anything is met"),
        (Gap::Part, "A part is met; the rest has to be shown"),
        (Gap::Met, "Met already"),
    ];
    for (gap, words) in kinds {
        let mut of = rows.iter().filter(|r| r.gap == gap).peekable();
        if of.peek().is_some() {
            say!("{}", bold(words));
        }
        for row in of {
            let item = atlas.item(row.node);
            say!("  {}", bold(item.id()));
            say!("{}", wrapped(item.words(), 4));
            if let Some(p) = &row.path {
                say!(
                    "{}",
                    dim(wrapped(&format!("{}, {} confidence", path(atlas, p), p.confidence.word()), 4))
                );
            }
        }
    }
    let count = |gap: Gap| rows.iter().filter(|r| r.gap == gap).count();
    let parts: Vec<String> = kinds.iter().rev().map(|(g, _)| format!("{} {}", count(*g), g.word())).collect();
    say!("\n{} requirements: {}", rows.len(), parts.join(", "));
}
