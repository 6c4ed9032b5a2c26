//! Other people's files: opened within a limit, their format told, read into a draft.

use std::fs::File;
use std::path::Path;

use assize_exchange::{Asked, Draft, Format, MOST_BYTES, bounded};
use assize_lab::{Error, Result};
use assize_model::catalogue::Catalogue;

use crate::args::GivenArgs;
use crate::commands::read_text;

/// What went wrong with a file of others.
pub(super) fn exchange(error: assize_exchange::Error) -> Error {
    Error::Exchange(error.to_string())
}

/// Reads a file into a draft. A mapping file of the catalogue's own form is taken as it is.
pub(super) fn read(path: &Path, given: &GivenArgs, held: &Catalogue) -> Result<Draft> {
    let name = path.display().to_string();
    if given.format_as.is_none() && path.extension().is_some_and(|e| e == "toml") {
        return own(path, &name);
    }
    let source = |source| Error::File { act: "read", path: path.to_owned(), source };
    let file = File::open(path).map_err(source)?;
    if file.metadata().map_err(source)?.len() > MOST_BYTES {
        return Err(Error::TooLarge { path: path.to_owned(), limit: MOST_BYTES });
    }
    let bytes = bounded(file, &name, MOST_BYTES).map_err(exchange)?;
    let format = match &given.format_as {
        Some(word) => Format::from_word(word).ok_or_else(|| {
            Error::Exchange(format!(
                "read {name}: no format is called `{word}`; name one of {}",
                Format::words()
            ))
        })?,
        None => Format::detect(&name, &bytes).ok_or_else(|| {
            Error::Exchange(format!("tell the format of {name}; name it with --as: {}", Format::words()))
        })?,
    };
    let asked = Asked {
        name: &name,
        from: given.from.as_deref(),
        to: given.to.as_deref(),
        licence: given.licence.as_deref(),
    };
    format.read(&bytes, asked, held).map_err(exchange)
}

/// A file under `mappings/` or `frameworks/` of a folder laid out as the catalogue is.
fn own(path: &Path, name: &str) -> Result<Draft> {
    let text = read_text(path)?;
    let place = place(&text).ok_or_else(|| {
        Error::Exchange(format!(
            "read {name}: it has neither `from` and `to` nor `id`; is it a file of a catalogue?"
        ))
    })?;
    let mut read = Catalogue::read(&[(&place, &text)]).map_err(|mut faults| {
        faults.iter_mut().for_each(|f| name.clone_into(&mut f.file));
        Error::OwnCatalogue { path: path.to_owned(), faults }
    })?;
    read.crosswalks.iter_mut().for_each(|c| name.clone_into(&mut c.file));
    Ok(Draft { frameworks: read.frameworks, crosswalks: read.crosswalks, ..Draft::default() })
}

/// Where a file of a catalogue belongs by what it says of itself.
fn place(text: &str) -> Option<String> {
    let line = |key: &str| {
        let mut lines = text.lines().take_while(|l| !l.starts_with('['));
        let value = lines.find_map(|l| l.strip_prefix(key)?.trim().strip_prefix('=').map(str::trim))?;
        Some(value.trim_matches('"').to_owned())
    };
    match (line("from"), line("to"), line("id")) {
        (Some(from), Some(to), _) => Some(format!("mappings/{from}--{to}.toml")),
        (_, _, Some(id)) => Some(format!("frameworks/{}.toml", id.replacen('@', "/", 1))),
        _ => None,
    }
}
