//! `assize seal`: sign the evidence.

use std::process::ExitCode;

use assize_lab::evidence::{SigningKey, seal};
use assize_lab::{Folder, Result, now};

use super::read_text;
use crate::args::SealArgs;
use crate::output::{json, say};

pub(super) fn run(args: &SealArgs) -> Result<ExitCode> {
    let folder = Folder::open(&args.dir)?;
    folder.log()?;
    let key = SigningKey::from_pem(&read_text(&args.key)?)?;
    let seal = seal(folder.evidence(), &key, &args.name, &now())?;
    if args.out.is_json() {
        json(&seal);
    } else {
        say!("Sealed {} records as {}.", seal.size, seal.name);
        say!("Root {}", seal.root);
        say!("Anyone can check it with: assize verify {} --key PUBLIC_KEY", args.dir.display());
    }
    Ok(ExitCode::SUCCESS)
}
