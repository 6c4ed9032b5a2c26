//! `assize search`: all requirements by words or number, with typing errors forgiven.

use std::process::ExitCode;

use assize_lab::Result;
use assize_model::atlas::{Atlas, Found, Search};

use super::atlas::{atlas, csv, wrapped};
use crate::args::{SearchArgs, TableFormat};
use crate::output::{bold, dim, json, say};
use crate::shapes::{FoundShape, SearchShape};

pub(super) fn run(args: &SearchArgs) -> Result<ExitCode> {
    let atlas = atlas()?;
    let query = args.words.join(" ");
    let found = Search::new(&atlas).find(&query, usize::from(args.limit));
    let shapes = || found.iter().map(|f| shape(&atlas, f));
    match args.out.format {
        TableFormat::Text => print(&query, shapes()),
        TableFormat::Json => json(&SearchShape { format: 1, query, found: shapes().collect() }),
        TableFormat::Csv => {
            csv(
                &["requirement", "kind", "words", "score"],
                shapes().map(|f| vec![f.item, f.kind, f.words, f.score.to_string()]),
            );
        }
    }
    Ok(ExitCode::from(u8::from(found.is_empty())))
}

fn shape(atlas: &Atlas<'_>, found: &Found) -> FoundShape {
    let item = atlas.item(found.node);
    FoundShape {
        item: atlas.name(found.node),
        kind: item.kind().to_owned(),
        words: item.words().to_owned(),
        score: (found.score * 100.0).round() / 100.0,
    }
}

fn print(query: &str, found: impl Iterator<Item = FoundShape>) {
    let mut count = 0;
    for f in found {
        count += 1;
        say!("{}  {}", bold(&f.item), dim(&f.kind));
        say!("{}", wrapped(&f.words, 2));
    }
    if count == 0 {
        say!("Nothing is like `{query}`. Try fewer words, or `assize map EDITION/NUMBER`.");
    }
}
