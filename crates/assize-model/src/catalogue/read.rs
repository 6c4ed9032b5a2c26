//! Reads catalogue files strictly and joins test specifications with their cases.

use std::collections::{BTreeMap, HashMap};

use serde::de::DeserializeOwned;

use super::crosswalk::MappingFile;
use super::cryptography::{PrimitivesFile, SourcesFile, SuitesFile};
use super::lists::{ConceptsFile, CredentialsFile, CryptographyFile, WebPathsFile};
use super::products::ProductsFile;
use super::spec::{IxitFile, SpecFile};
use super::{Catalogue, Fault, Framework, Scheme, TestCase, TestSpec, number_key};

pub(super) fn read(files: &[(&str, &str)]) -> Result<Catalogue, Vec<Fault>> {
    let (first, second) = files.split_at(half(files));
    let reader = std::thread::scope(|scope| {
        let other = (!second.is_empty()).then(|| scope.spawn(|| Reader::of(second)));
        let mut reader = Reader::of(first);
        if let Some(other) = other {
            reader.append(other.join().expect("a reader reports faults and does not panic"));
        }
        reader
    });
    reader.finish()
}

/// Bytes below which a second thread is not worth its start.
const WORTH_HALVING: usize = 256 * 1024;

/// Where a text holds a character that steers a terminal or the direction of writing, plainly or as an escape.
fn steering(text: &str) -> Option<usize> {
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        let next = || text[at + c.len_utf8()..].chars().next();
        if c == '\\' {
            if next().is_some_and(|n| "uUxebf".contains(n)) {
                return Some(at);
            }
            // The character after a backslash belongs to it, another backslash above all.
            characters.next();
        } else if steers(c) && !matches!(c, '\n' | '\r' | '\t') {
            return Some(at);
        }
    }
    None
}

/// Whether a character steers a terminal or the direction of writing instead of standing for itself.
pub fn steers(c: char) -> bool {
    let is_mark =
        matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    c.is_control() || is_mark
}

/// Where the files fall into two halves of about as many bytes; at the end when there are few.
fn half(files: &[(&str, &str)]) -> usize {
    let total: usize = files.iter().map(|(_, text)| text.len()).sum();
    if total < WORTH_HALVING {
        return files.len();
    }
    let mut so_far = 0;
    let before = files.iter().take_while(|(_, text)| {
        so_far += text.len();
        so_far <= total / 2
    });
    before.count()
}

#[derive(Default)]
struct Reader {
    catalogue: Catalogue,
    specs: BTreeMap<String, Parts>,
    faults: Vec<Fault>,
}

#[derive(Default)]
struct Parts {
    spec: Option<SpecFile>,
    ixit: Option<IxitFile>,
    cases: Vec<TestCase>,
}

impl Reader {
    fn of(files: &[(&str, &str)]) -> Self {
        let mut reader = Self::default();
        for (path, text) in files {
            reader.file(path, text);
        }
        reader
    }

    /// Adds what another reader found in the files that follow.
    fn append(&mut self, other: Self) {
        let Catalogue { frameworks, lineages, crosswalks, schemes, specs, lists } = other.catalogue;
        self.catalogue.frameworks.extend(frameworks);
        self.catalogue.lineages.extend(lineages);
        self.catalogue.crosswalks.extend(crosswalks);
        self.catalogue.schemes.extend(schemes);
        self.catalogue.specs.extend(specs);
        self.catalogue.lists.cryptography.extend(lists.cryptography);
        let (own, agreed) = (&mut self.catalogue.lists.agreed, lists.agreed);
        own.sources.extend(agreed.sources);
        own.primitives.extend(agreed.primitives);
        own.suites.extend(agreed.suites);
        own.unnamed.extend(agreed.unnamed);
        self.catalogue.lists.concepts.extend(lists.concepts);
        self.catalogue.lists.products.extend(lists.products);
        self.catalogue.lists.credentials.extend(lists.credentials);
        self.catalogue.lists.web_paths.extend(lists.web_paths);
        for (edition, parts) in other.specs {
            let own = self.specs.entry(edition).or_default();
            own.spec = own.spec.take().or(parts.spec);
            own.ixit = own.ixit.take().or(parts.ixit);
            own.cases.extend(parts.cases);
        }
        self.faults.extend(other.faults);
    }

    fn file(&mut self, path: &str, text: &str) {
        let folders: Vec<&str> = path.split('/').collect();
        match folders.as_slice() {
            ["frameworks", ..] => {
                let read: Option<Framework> = self.toml(path, text, 0);
                self.placed(
                    path,
                    read.as_ref().map(|f| format!("frameworks/{}.toml", f.id.replacen('@', "/", 1))),
                );
                self.catalogue.frameworks.extend(read);
            }
            ["mappings", ..] => {
                let read: Option<MappingFile> = self.toml(path, text, 0);
                self.placed(path, read.as_ref().map(MappingFile::path));
                if let Some(file) = read {
                    let (lineage, crosswalk) = file.split(path, text);
                    self.catalogue.lineages.extend(lineage);
                    self.catalogue.crosswalks.extend(crosswalk);
                }
            }
            ["schemes", ..] => {
                let read: Option<Scheme> = self.toml(path, text, 0);
                self.placed(path, read.as_ref().map(|s| format!("schemes/{}.toml", s.id)));
                self.catalogue.schemes.extend(read);
            }
            ["lists", "concepts.toml"] => {
                let read: Option<ConceptsFile> = self.toml(path, text, 0);
                self.catalogue.lists.concepts.extend(read.into_iter().flat_map(|f| f.concepts));
            }
            ["lists", "credentials.toml"] => {
                let read: Option<CredentialsFile> = self.toml(path, text, 0);
                self.catalogue.lists.credentials.extend(read.into_iter().flat_map(|f| f.rows));
            }
            ["lists", "web-paths.toml"] => {
                let read: Option<WebPathsFile> = self.toml(path, text, 0);
                self.catalogue.lists.web_paths.extend(read.into_iter().flat_map(|f| f.rows));
            }
            ["lists", "cryptography.toml" | "cryptography-ssh.toml"] => {
                let read: Option<CryptographyFile> = self.toml(path, text, 0);
                self.catalogue.lists.cryptography.extend(read.into_iter().flat_map(|f| f.rows));
            }
            ["lists", "cryptography", name] => self.agreed(path, name, text),
            ["lists", "products", _] => {
                let read: Option<ProductsFile> = self.toml(path, text, 0);
                self.catalogue.lists.products.extend(read.into_iter().flat_map(|f| f.patterns));
            }
            ["test-specs", edition, name] => self.spec_part(path, edition, name, text),
            _ => {}
        }
    }

    /// A file of the catalogue of agreed cryptography.
    fn agreed(&mut self, path: &str, name: &str, text: &str) {
        match name {
            "sources.toml" => {
                let read: Option<SourcesFile> = self.toml(path, text, 0);
                self.catalogue.lists.agreed.sources.extend(read.into_iter().flat_map(|f| f.sources));
            }
            "suites.toml" => {
                let read: Option<SuitesFile> = self.toml(path, text, 0);
                if let Some(file) = read {
                    self.catalogue.lists.agreed.suites.extend(file.names);
                    self.catalogue.lists.agreed.unnamed.extend(file.unnamed);
                }
            }
            _ => {
                let read: Option<PrimitivesFile> = self.toml(path, text, 0);
                self.catalogue.lists.agreed.primitives.extend(read.into_iter().flat_map(|f| f.rows));
            }
        }
    }

    /// Whether a file stands where its id says, so that one id has one file.
    fn placed(&mut self, path: &str, belongs: Option<String>) {
        if let Some(belongs) = belongs.filter(|b| b != path) {
            self.fault(
                path,
                0,
                format!("belongs at {belongs} by its id"),
                "move the file, or correct the id",
            );
        }
    }

    fn spec_part(&mut self, path: &str, edition: &str, name: &str, text: &str) {
        match name {
            "spec.toml" => {
                let read = self.toml(path, text, 0);
                self.specs.entry(edition.to_owned()).or_default().spec = read;
            }
            "ixit.toml" => {
                let read = self.toml(path, text, 0);
                self.specs.entry(edition.to_owned()).or_default().ixit = read;
            }
            _ => {
                let case = self.case(path, text);
                self.specs.entry(edition.to_owned()).or_default().cases.extend(case);
            }
        }
    }

    fn case(&mut self, path: &str, text: &str) -> Option<TestCase> {
        let parts = text.strip_prefix("```toml\n").and_then(|rest| rest.split_once("\n```\n"));
        let Some((facts, guide)) = parts else {
            self.fault(
                path,
                1,
                "has no fenced TOML facts",
                "begin the file with ```toml, the facts, and ```",
            );
            return None;
        };
        let mut case: TestCase = self.toml(path, facts, 1)?;
        case.guide = guide.trim().to_owned();
        Some(case)
    }

    fn toml<T: DeserializeOwned>(&mut self, path: &str, text: &str, lines_before: u32) -> Option<T> {
        if let Some(at) = steering(text) {
            let remedy = "write the character itself, and leave out what steers a terminal or the direction of writing";
            self.fault(
                path,
                line_of(text, at) + lines_before,
                "holds a character that steers a terminal",
                remedy,
            );
            return None;
        }
        match toml::from_str(text) {
            Ok(value) => Some(value),
            Err(error) => {
                let at = error.span().map_or(0, |s| line_of(text, s.start) + lines_before);
                let remedy = "write the keys that the file's neighbours have, in their form";
                self.fault(path, at, error.message().to_owned(), remedy);
                None
            }
        }
    }

    fn fault(&mut self, file: &str, line: u32, message: impl Into<String>, remedy: &str) {
        self.faults.push(Fault { file: file.into(), line, message: message.into(), remedy: remedy.into() });
    }

    fn finish(mut self) -> Result<Catalogue, Vec<Fault>> {
        for (edition, parts) in std::mem::take(&mut self.specs) {
            match join(parts, &self.catalogue) {
                Some(spec) => self.catalogue.specs.push(spec),
                None => self.fault(
                    &format!("test-specs/{edition}"),
                    0,
                    "has no readable spec.toml and ixit.toml",
                    "add both files",
                ),
            }
        }
        inherit(&mut self.catalogue.specs);
        self.catalogue.frameworks.sort_by(|a, b| a.order().cmp(&b.order()));
        if self.faults.is_empty() { Ok(self.catalogue) } else { Err(self.faults) }
    }
}

fn join(parts: Parts, catalogue: &Catalogue) -> Option<TestSpec> {
    let (file, ixit) = (parts.spec?, parts.ixit?);
    let mut cases = parts.cases;
    cases.sort_by_cached_key(|c| number_key(&c.id));
    let tested = catalogue.framework(&file.tests);
    let words = tested.into_iter().flat_map(|f| &f.requirements).map(|r| (r.id.clone(), r.words.clone()));
    Some(TestSpec {
        words: words.collect(),
        id: file.id,
        title: file.title,
        tests: file.tests,
        confidence: file.confidence,
        verification: file.verification,
        base: file.base,
        totals: file.totals,
        scenarios: file.scenarios,
        ics: file.ics,
        conditions: file.conditions,
        cases,
        ixit: ixit.tables,
        required: ixit.required,
    })
}

/// Hands checks, set-ups, reasons and IXIT tables of the base edition down to the edition that grew from it.
fn inherit(specs: &mut [TestSpec]) {
    let bases: HashMap<String, TestSpec> = specs.iter().map(|s| (s.id.clone(), s.clone())).collect();
    for spec in specs.iter_mut() {
        let Some(base) = spec.base.as_ref().and_then(|id| bases.get(id)) else { continue };
        if spec.ixit.is_empty() {
            spec.ixit = base.ixit.clone();
        }
        for case in &mut spec.cases {
            for unit in &mut case.units {
                let Some((was_case, letter)) = unit.was.as_deref().and_then(|w| w.split_once(' ')) else {
                    continue;
                };
                let Some(was) = base.case(was_case).and_then(|c| c.unit(letter)) else { continue };
                unit.check = unit.check.take().or_else(|| was.check.clone());
                unit.refuted_by = unit.refuted_by.take().or_else(|| was.refuted_by.clone());
                unit.by_hand = unit.by_hand.take().or_else(|| was.by_hand.clone());
                unit.setup = unit.setup.or(was.setup);
                unit.scope = unit.scope.take().or_else(|| was.scope.clone());
                if unit.floor.is_empty() {
                    unit.floor.clone_from(&was.floor);
                }
                if unit.reused_units.is_empty() {
                    unit.reused_units.clone_from(&was.reused_units);
                }
            }
        }
    }
}

fn line_of(text: &str, byte: usize) -> u32 {
    let before = text.get(..byte).unwrap_or(text);
    u32::try_from(before.matches('\n').count() + 1).unwrap_or(u32::MAX)
}
