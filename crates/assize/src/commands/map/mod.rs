//! `assize map`: two editions side by side, everything about one requirement, and mappings of others in and out.

mod check;
mod export;
mod import;
mod item;
mod pair;
mod theirs;

use std::process::ExitCode;

use assize_lab::Result;

use super::atlas::{atlas, edition, items, reach};
use crate::args::{MapAction, MapArgs};

pub(super) fn run(args: &MapArgs) -> Result<ExitCode> {
    match &args.action {
        Some(MapAction::Check(args)) => return check::run(args),
        Some(MapAction::Import(args)) => return import::run(args),
        Some(MapAction::Export(args)) => return export::run(args),
        None => {}
    }
    let atlas = atlas()?;
    let reach = reach(&args.reach);
    if let [from, to] = args.items.as_slice() {
        pair::run(&atlas, edition(&atlas, from)?, edition(&atlas, to)?, reach, args.out.format);
    } else {
        let name = args.items.first().map_or("", String::as_str);
        item::run(&atlas, &items(&atlas, name)?, reach, args.out.format);
    }
    Ok(ExitCode::SUCCESS)
}
