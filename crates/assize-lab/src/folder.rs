//! The assessment folder: the three files of the declaration, and the evidence beside them.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use assize_evidence::Log;
use assize_model::catalogue::{Catalogue, TestSpec};
use assize_model::declaration::{self, Declaration, Reading, Skeleton, Sources};
use assize_model::fact::Fact;

use crate::{DEFAULT_SPEC, Error, Result, inside};

/// The files of a declaration.
pub const SKELETON_FILES: [&str; 3] = ["product.toml", "ics.toml", "ixit.toml"];

/// Larger files are not declarations.
const FILE_LIMIT: u64 = 16 * 1024 * 1024;

/// An assessment folder on disk.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    files: [Option<Vec<u8>>; 3],
}

impl Folder {
    /// Reads the three files; one that is missing is left for the diagnostics to say.
    ///
    /// # Errors
    /// When the folder does not exist or a file cannot be read.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        fs::read_dir(&path).map_err(|source| Error::File { act: "open", path: path.clone(), source })?;
        let [product, ics, ixit] = SKELETON_FILES.map(|name| read_file(&path.join(name)));
        Ok(Self { files: [product?, ics?, ixit?], path })
    }

    /// Creates a folder with a declaration skeleton.
    ///
    /// # Errors
    /// When it already holds a declaration, or cannot be written.
    pub fn create(path: &Path, spec: &TestSpec) -> Result<()> {
        if SKELETON_FILES.iter().any(|name| path.join(name).exists()) {
            return Err(Error::Exists(path.to_owned()));
        }
        write_new(path, declaration::skeleton(spec))
    }

    /// Writes a declaration begun from what probes saw on an address.
    ///
    /// # Errors
    /// When the folder is not a new or an empty one, or cannot be written.
    pub fn create_draft(path: &Path, spec: &TestSpec, address: &str, facts: &[Fact]) -> Result<()> {
        Self::is_free(path)?;
        write_new(path, declaration::draft(spec, address, facts))
    }

    /// Says whether a folder can take a draft: it does not exist yet, or is empty.
    ///
    /// # Errors
    /// When something is there already, or the place cannot be looked at.
    pub fn is_free(path: &Path) -> Result<()> {
        match fs::read_dir(path) {
            Ok(mut entries) => match entries.next() {
                None => Ok(()),
                Some(_) => Err(Error::NotEmpty(path.to_owned())),
            },
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(()),
            Err(source) => Err(Error::File { act: "open", path: path.to_owned(), source }),
        }
    }

    /// The bytes of a paper that the declaration names by its path below the folder; otherwise why it cannot be read.
    pub(crate) fn paper(&self, file: &str) -> std::result::Result<Vec<u8>, String> {
        inside::read(&self.path, file, FILE_LIMIT)
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The bytes of product.toml, ics.toml and ixit.toml.
    pub fn files(&self) -> &[Option<Vec<u8>>; 3] {
        &self.files
    }

    /// Where the evidence lies.
    pub fn evidence(&self) -> PathBuf {
        self.path.join("evidence")
    }

    /// The evidence log, read-only.
    ///
    /// # Errors
    /// When nothing was recorded yet, or the log cannot be read.
    pub fn log(&self) -> Result<Log> {
        let evidence = self.evidence();
        if !evidence.join("log.jsonl").exists() {
            return Err(Error::NothingRecorded(self.path.clone()));
        }
        Ok(Log::read(evidence)?)
    }

    /// Reads the declaration for the edition it names.
    ///
    /// # Errors
    /// When the edition is not held.
    pub fn declaration<'c>(&self, catalogue: &'c Catalogue) -> Result<(Reading, &'c TestSpec)> {
        let [product, ics, ixit] = &self.files;
        let shown = self.path.display().to_string();
        read_declaration([product.as_deref(), ics.as_deref(), ixit.as_deref()], &shown, catalogue)
    }
}

/// Writes the three files; one that is there is left alone, whoever made it meanwhile.
fn write_new(path: &Path, skeleton: Skeleton) -> Result<()> {
    let file = |act, path: &Path, source| Error::File { act, path: path.to_owned(), source };
    fs::create_dir_all(path).map_err(|e| file("create", path, e))?;
    for (name, text) in SKELETON_FILES.iter().zip([skeleton.product, skeleton.ics, skeleton.ixit]) {
        let at = path.join(name);
        let mut new = fs::File::create_new(&at).map_err(|e| file("create", &at, e))?;
        new.write_all(text.as_bytes()).map_err(|e| file("write", &at, e))?;
    }
    Ok(())
}

/// Reads a declaration from bytes, in the edition that its product.toml names; one that is not held is read as the
/// default, and the reader says so.
pub(crate) fn read_declaration<'c>(
    [product, ics, ixit]: [Option<&[u8]>; 3],
    folder: &str,
    catalogue: &'c Catalogue,
) -> Result<(Reading, &'c TestSpec)> {
    let wanted = product.and_then(named_spec).filter(|id| catalogue.spec(id).is_some());
    let spec = spec(catalogue, wanted.as_deref().unwrap_or(DEFAULT_SPEC))?;
    let mut reading = declaration::read(&Sources { product, ics, ixit, folder }, spec);
    reading.declaration.iter_mut().for_each(canonical);
    Ok((reading, spec))
}

/// Spells every address as probes record it, so that facts are found again however the user wrote it.
fn canonical(declaration: &mut Declaration) {
    let product = &mut declaration.product;
    let hosts = product.host.iter_mut().map(|h| &mut h.address);
    for address in hosts.chain([&mut product.bench.address, &mut product.bench.control]).flatten() {
        if let Ok(ip) = address.parse::<IpAddr>() {
            *address = ip.to_canonical().to_string();
        }
    }
}

/// The specification with this id.
///
/// # Errors
/// When the catalogue does not hold it; the error names those it holds.
pub fn spec<'c>(catalogue: &'c Catalogue, id: &str) -> Result<&'c TestSpec> {
    let held = || catalogue.specs.iter().map(|s| s.id.clone()).collect();
    catalogue.spec(id).ok_or_else(|| Error::NoEdition { id: id.to_owned(), held: held() })
}

fn named_spec(product: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(product).ok()?;
    let line = text.lines().find_map(|l| l.trim().strip_prefix("spec")?.trim_start().strip_prefix('='))?;
    Some(line.split('#').next()?.trim().trim_matches(['"', '\'']).to_owned())
}

fn read_file(path: &Path) -> Result<Option<Vec<u8>>> {
    let error = |source| Error::File { act: "read", path: path.to_owned(), source };
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(error(e)),
    };
    let mut bytes = Vec::new();
    file.take(FILE_LIMIT + 1).read_to_end(&mut bytes).map_err(error)?;
    if bytes.len() as u64 > FILE_LIMIT {
        return Err(Error::TooLarge { path: path.to_owned(), limit: FILE_LIMIT });
    }
    Ok(Some(bytes))
}
