//! `assize new`: a declaration skeleton.

use std::process::ExitCode;

use assize_lab::{Folder, Result, SKELETON_FILES, spec};
use serde_json::json as value;

use super::held;
use crate::args::NewArgs;
use crate::output::{bold, json, say};

pub(super) fn run(args: &NewArgs) -> Result<ExitCode> {
    Folder::create(&args.dir, spec(held()?, &args.spec)?)?;
    let dir = args.dir.display();
    if args.out.is_json() {
        json(&value!({ "format": 1, "folder": args.dir, "files": SKELETON_FILES }));
        return Ok(ExitCode::SUCCESS);
    }
    say!("Created {} with product.toml, ics.toml and ixit.toml.", bold(&dir));
    say!("Next: fill them in, from the top of product.toml, and run `assize check {dir}` as you go.");
    Ok(ExitCode::SUCCESS)
}
