//! Reads the three files: bytes, text, tree, schema, types, rules. Callers do the I/O and pass bytes.

use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use super::file::DeclarationFile;
use super::findings::{Findings, quote};
use super::lines::Lines;
use super::places::Places;
use super::walk::{Walked, walk};
use super::{Declaration, rules, tree};
use crate::catalogue::TestSpec;
use crate::diagnostic::{Diagnostic, FilePlace};

/// The version of the file format that is read and written.
const FORMAT: u32 = 1;

/// The bytes of a declaration. A file that does not exist is `None`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sources<'a> {
    /// `product.toml`.
    pub product: Option<&'a [u8]>,
    /// `ics.toml`.
    pub ics: Option<&'a [u8]>,
    /// `ixit.toml`.
    pub ixit: Option<&'a [u8]>,
    /// The assessment folder as the user would name it; shown in diagnostics.
    pub folder: &'a str,
}

/// What reading came to.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The declaration, without values that were refused; `None` when a file is unusable.
    pub declaration: Option<Declaration>,
    /// Everything found, by file and line. At most 200 per file; a last one counts the rest.
    pub diagnostics: Vec<Diagnostic>,
}

impl Reading {
    /// Whether something has to be put right.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Reads a declaration against a test specification. Never panics; time and memory are bounded by a limit on the
/// size of each file.
pub fn read(sources: &Sources<'_>, spec: &TestSpec) -> Reading {
    let mut places = Places::default();
    let mut files = DeclarationFile::ALL.map(|file| open(file, sources, &mut places));
    let [product, ics, ixit] = &mut files;
    let mut declaration =
        Declaration { product: product.typed(), ics: ics.typed(), ixit: ixit.typed(), places };
    declaration.product.write_addresses_alike();
    let [product, ics, ixit] = &mut files;
    let context = rules::Context {
        spec,
        declaration: &declaration,
        product: product.walked.as_ref(),
        ics: ics.walked.as_ref(),
        ixit: ixit.walked.as_ref(),
    };
    rules::run(&context, [&mut product.findings, &mut ics.findings, &mut ixit.findings]);
    let blocked = files.iter().any(|f| f.findings.is_blocked());
    let diagnostics = files.into_iter().flat_map(|f| f.findings.finish()).collect();
    Reading { declaration: (!blocked).then_some(declaration), diagnostics }
}

struct Opened {
    findings: Findings,
    /// None when the file is unusable.
    walked: Option<Walked>,
}

impl Opened {
    fn typed<T: DeserializeOwned + Default>(&mut self) -> T {
        let Some(walked) = &self.walked else { return T::default() };
        match serde_json::from_value(walked.valid.clone()) {
            Ok(value) => value,
            Err(error) => {
                // The walk lets only valid values through, so this is a disagreement between schema and types.
                let message = format!("the file passed its schema but not its types: {error}");
                block(&mut self.findings, "D029 unreadable", message, "report this as an error of Assize");
                self.walked = None;
                T::default()
            }
        }
    }
}

fn open(file: DeclarationFile, sources: &Sources<'_>, places: &mut Places) -> Opened {
    let bytes = match file {
        DeclarationFile::Product => sources.product,
        DeclarationFile::Ics => sources.ics,
        DeclarationFile::Ixit => sources.ixit,
    };
    let folder = sources.folder.trim_end_matches('/');
    let shown = if folder.is_empty() { file.name().to_owned() } else { format!("{folder}/{}", file.name()) };
    let mut findings = Findings::new(&shown);
    let walked = match bytes {
        Some(bytes) => walk_bytes(file, bytes, &mut findings, places),
        None => {
            let remedy = "write it, or let `assize new` make the three files of a declaration";
            block(&mut findings, "D001 missing-file", "the file does not exist", remedy);
            None
        }
    };
    Opened { findings, walked }
}

fn walk_bytes(
    file: DeclarationFile,
    bytes: &[u8],
    findings: &mut Findings,
    places: &mut Places,
) -> Option<Walked> {
    let text = tree::text_of(bytes, findings)?;
    let lines = Lines::new(text);
    let tree = tree::tree_of(text, &lines, findings)?;
    let shown = findings.shown().to_owned();
    places.add(file, &shown, &tree, &lines);
    let walked = walk(file, &tree, &lines, findings);
    format_version(file, &walked.valid, findings, places);
    (!findings.is_blocked()).then_some(walked)
}

fn format_version(file: DeclarationFile, valid: &Json, findings: &mut Findings, places: &Places) {
    let place = places.of(file.name(), &["format"]);
    match valid.get("format") {
        Some(version) if *version == json!(FORMAT) => {}
        Some(version) => {
            let message = format!("format {} is not known", quote(&version.to_string()));
            let remedy =
                format!("write `format = {FORMAT}`, or read the file with the version of Assize it is for");
            findings.error(|| Diagnostic::error("D020 format-version", message, remedy).at(place).blocking());
            findings.block();
        }
        None => {
            let message = "the file does not say which version of the format it has";
            let remedy = format!("begin it with `format = {FORMAT}`");
            findings.error(|| Diagnostic::error("D020 format-version", message, remedy).at(place));
        }
    }
}

fn block(findings: &mut Findings, code: &'static str, message: impl Into<String>, remedy: &str) {
    let whole = FilePlace { file: findings.shown().to_owned(), line: 0, column: 0 };
    findings.error(|| Diagnostic::error(code, message, remedy).at(Some(whole)).blocking());
    findings.block();
}
