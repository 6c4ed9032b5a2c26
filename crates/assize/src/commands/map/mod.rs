//! `assize map`: two editions side by side, or everything about one requirement.

mod item;
mod pair;

use std::process::ExitCode;

use assize_lab::Result;

use super::atlas::{atlas, edition, items, reach};
use crate::args::MapArgs;

pub(super) fn run(args: &MapArgs) -> Result<ExitCode> {
    let atlas = atlas()?;
    let reach = reach(&args.reach);
    match args.items.as_slice() {
        [from, to] => pair::run(&atlas, edition(&atlas, from)?, edition(&atlas, to)?, reach, args.out.format),
        [one] => item::run(&atlas, &items(&atlas, one)?, reach, args.out.format),
        _ => unreachable!("the parser takes one or two"),
    }
    Ok(ExitCode::SUCCESS)
}
