//! `assize map export`: editions and mappings in the formats of others.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use assize_exchange::{Export, Selection};
use assize_lab::{Error, Result};
use assize_model::atlas::Atlas;
use assize_model::catalogue::Catalogue;

use super::theirs::exchange;
use crate::args::MapExportArgs;
use crate::commands::atlas::{atlas, edition};
use crate::output::{plural, printed, say};

pub(super) fn run(args: &MapExportArgs) -> Result<ExitCode> {
    let atlas = atlas()?;
    let words = || Export::ALL.iter().map(|e| e.word().to_owned()).collect();
    let format = Export::from_word(&args.format_as).ok_or_else(|| Error::Unknown {
        what: "export format",
        given: args.format_as.clone(),
        near: words(),
    })?;
    let date = args.date.clone().unwrap_or_else(|| latest(atlas.catalogue));
    let mut selection =
        selected(&atlas, &args.items, Selection::all(atlas.catalogue, &date).map_err(exchange)?)?;
    if args.open {
        selection = selection.openly_licensed();
    }
    let files = format.write(&selection);
    if files.is_empty() {
        let message = "export anything: the selection holds nothing that the format carries; `assize catalogue` lists what is held";
        return Err(Error::Exchange(message.into()));
    }
    if args.output.as_os_str() == "-" {
        let [file] = files.as_slice() else {
            let message = format!("print {}; name a folder with -o", plural(files.len(), "file"));
            return Err(Error::Exchange(message));
        };
        printed(std::io::stdout().write_all(file.text.as_bytes()));
        return Ok(ExitCode::SUCCESS);
    }
    keep(&args.output, &files)?;
    say!("{} in {}", plural(files.len(), "file"), args.output.display());
    Ok(ExitCode::SUCCESS)
}

/// The date of the latest reading in the data.
fn latest(catalogue: &Catalogue) -> String {
    let rows = catalogue.crosswalks.iter().flat_map(|c| &c.rows);
    rows.map(|r| r.read.as_str()).max().filter(|d| !d.is_empty()).unwrap_or("1970-01-01").to_owned()
}

/// The editions and pairs asked for; all when none is named.
fn selected<'c>(atlas: &Atlas<'c>, items: &[String], all: Selection<'c>) -> Result<Selection<'c>> {
    let (pairs, single): (Vec<&String>, Vec<&String>) = items.iter().partition(|i| i.contains("--"));
    let editions: Vec<&str> = single.into_iter().map(|e| edition(atlas, e)).collect::<Result<_>>()?;
    let pairs: Vec<(&str, &str)> = pairs
        .into_iter()
        .filter_map(|p| p.split_once("--"))
        .map(|(from, to)| Ok((edition(atlas, from)?, edition(atlas, to)?)))
        .collect::<Result<_>>()?;
    match (editions.is_empty(), pairs.is_empty()) {
        (true, true) => Ok(all),
        (false, true) => Ok(all.editions(&editions)),
        (true, false) => Ok(all.pairs(&pairs)),
        (false, false) => Err(Error::Exchange("export editions and pairs at once; name one kind".into())),
    }
}

fn keep(folder: &Path, files: &[assize_exchange::File]) -> Result<()> {
    fs::create_dir_all(folder).map_err(|source| Error::File {
        act: "create",
        path: folder.to_owned(),
        source,
    })?;
    for file in files {
        let path = folder.join(&file.name);
        let error = |source| Error::File { act: "write", path: path.clone(), source };
        // Written beside and moved there, so that nothing is written through a link.
        let beside = folder.join(format!("{}.{}.new", file.name, std::process::id()));
        let mut new = fs::OpenOptions::new().write(true).create_new(true).open(&beside).map_err(error)?;
        new.write_all(file.text.as_bytes()).and_then(|()| fs::rename(&beside, &path)).map_err(error)?;
    }
    Ok(())
}
