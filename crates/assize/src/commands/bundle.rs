//! `assize bundle`: the evidence in one file.

use std::process::ExitCode;

use assize_lab::evidence::bundle;
use assize_lab::{Error, Folder, Result};
use serde_json::json as value;

use crate::args::BundleArgs;
use crate::output::{json, say};

pub(super) fn run(args: &BundleArgs) -> Result<ExitCode> {
    let folder = Folder::open(&args.dir)?;
    folder.log()?;
    bundle(&folder.evidence(), &args.output, &[])?;
    let path = &args.output;
    let bytes = std::fs::metadata(path)
        .map_err(|source| Error::File { act: "read", path: path.clone(), source })?
        .len();
    if args.out.is_json() {
        json(&value!({ "format": 1, "file": path, "bytes": bytes }));
    } else {
        say!("Wrote {} ({bytes} bytes). It can be judged and verified without this folder.", path.display());
    }
    Ok(ExitCode::SUCCESS)
}
