//! `assize check`: diagnostics over the declaration.

use std::process::ExitCode;

use assize_lab::{Folder, Result};
use assize_model::declaration::Declaration;
use assize_model::diagnostic::{Diagnostic, Level};

use super::held;
use crate::args::FolderArgs;
use crate::output::{diagnostic, json, plural, say};
use crate::shapes::CheckShape;

pub(super) fn run(args: &FolderArgs) -> Result<ExitCode> {
    let folder = Folder::open(&args.dir)?;
    let (reading, _) = folder.declaration(held()?)?;
    let mut diagnostics = reading.diagnostics;
    if let Some(declaration) = &reading.declaration {
        diagnostics.extend(missing_files(&folder, declaration));
    }
    let count = |level| diagnostics.iter().filter(|d| d.level == level).count();
    let (errors, warnings) = (count(Level::Error), count(Level::Warning));
    if args.out.is_json() {
        json(&CheckShape { format: 1, errors, warnings, diagnostics });
    } else {
        for d in &diagnostics {
            say!("{}\n", diagnostic(d));
        }
        match (errors, warnings) {
            (0, 0) => say!("The declaration is complete."),
            _ => say!("{}, {}.", plural(errors, "error"), plural(warnings, "warning")),
        }
    }
    Ok(ExitCode::from(u8::from(errors > 0)))
}

/// Files that product.toml names and that are not there.
fn missing_files(folder: &Folder, declaration: &Declaration) -> Vec<Diagnostic> {
    let product = &declaration.product;
    let lists = [("document", &product.document), ("capture", &product.capture), ("image", &product.image)];
    let mut missing = Vec::new();
    for (key, items) in lists {
        for item in items {
            let Some(file) = item.file.as_ref().filter(|f| !folder.path().join(f).is_file()) else {
                continue;
            };
            missing.push(Diagnostic {
                level: Level::Warning,
                code: "D090 file-not-there".into(),
                message: format!("the {key} `{}` is not there: {file}", item.id),
                place: declaration.places.of("product.toml", &[key, &item.id, "file"]),
                subject: None,
                clause: None,
                evidence: Vec::new(),
                remedy: format!("put the file below {}, or correct the path", folder.path().display()),
                blocking: false,
            });
        }
    }
    missing
}
