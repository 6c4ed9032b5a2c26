//! Where evidence is read from: a folder, or a bundle in a file or in memory. Reading never writes.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::bundle::{self, Span};
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::log::Limits;

/// The content of the file `format`.
pub(crate) const FORMAT: &str = "assize-evidence 1\n";

/// A folder or a bundle.
pub(crate) enum Source {
    Folder(PathBuf),
    Bundle(Medium, BTreeMap<String, Span>),
}

/// Where the bytes of a bundle are.
pub(crate) enum Medium {
    File(PathBuf),
    Bytes(Arc<[u8]>),
}

/// A name in the evidence, relative to its folder.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) size: u64,
    pub(crate) is_file: bool,
}

/// All names in the evidence.
pub(crate) type Files = BTreeMap<String, Found>;

type Reader<'a> = Box<dyn Read + Send + 'a>;

impl Source {
    /// Opens a folder or a bundle and checks its format.
    pub(crate) fn open(path: &Path, limits: &Limits) -> Result<Self> {
        let meta = fs::metadata(path).map_err(|error| Error::io("read", path, error))?;
        let source = if meta.is_dir() {
            Self::Folder(path.to_path_buf())
        } else if meta.is_file() {
            Self::bundle(Medium::File(path.to_path_buf()), limits)?
        } else {
            return Err(not_evidence(path, "it is neither a folder nor a file"));
        };
        source.check_format()?;
        Ok(source)
    }

    /// Takes a bundle that is in memory.
    pub(crate) fn from_bytes(bytes: Vec<u8>, limits: &Limits) -> Result<Self> {
        let source = Self::bundle(Medium::Bytes(bytes.into()), limits)?;
        source.check_format()?;
        Ok(source)
    }

    fn bundle(medium: Medium, limits: &Limits) -> Result<Self> {
        let index = match &medium {
            Medium::File(path) => {
                let file = File::open(path).map_err(|error| Error::io("read", path, error))?;
                bundle::index(file, path, limits)?
            }
            Medium::Bytes(bytes) => bundle::index(Cursor::new(bytes), medium.path(), limits)?,
        };
        Ok(Self::Bundle(medium, index))
    }

    fn check_format(&self) -> Result<()> {
        let path = self.place("format");
        let found = match self.small("format", 256) {
            Ok(Some(found)) => found,
            Ok(None) => return Err(not_evidence(self.path(), "the file \"format\" is missing")),
            Err(Error::TooLarge { .. }) => {
                return Err(not_evidence(self.path(), "the file \"format\" is too large"));
            }
            Err(error) => return Err(error),
        };
        if found == FORMAT.as_bytes() {
            return Ok(());
        }
        let found = String::from_utf8_lossy(&found).trim().chars().take(40).collect();
        Err(Error::UnknownFormat { path, found })
    }

    /// Every name in the evidence; of a folder, the folders `objects` and `checkpoints` are looked into.
    pub(crate) fn files(&self, limits: &Limits) -> Result<Files> {
        match self {
            Self::Folder(path) => {
                let mut files = Files::new();
                list(path, "", limits, &mut files)?;
                for folder in ["objects", "checkpoints"] {
                    if files.get(folder).is_some_and(|found| !found.is_file)
                        && is_real_folder(&path.join(folder))
                    {
                        files.remove(folder);
                        list(&path.join(folder), folder, limits, &mut files)?;
                    }
                }
                Ok(files)
            }
            Self::Bundle(_, index) => Ok(index
                .iter()
                .filter_map(|(name, span)| Some((name.strip_prefix(bundle::PREFIX)?.to_owned(), span)))
                .map(|(name, span)| (name, Found { size: span.size, is_file: true }))
                .collect()),
        }
    }

    /// Opens one file of the evidence; links and folders are refused.
    pub(crate) fn reader(&self, name: &str) -> Result<Option<(Reader<'_>, u64)>> {
        match self {
            Self::Folder(folder) => file_reader(&folder.join(name)),
            Self::Bundle(..) => self.span_reader(&format!("{}{name}", bundle::PREFIX)),
        }
    }

    /// Opens one file of a bundle by its full name.
    pub(crate) fn span_reader(&self, name: &str) -> Result<Option<(Reader<'_>, u64)>> {
        let Self::Bundle(medium, index) = self else { return Ok(None) };
        let Some(span) = index.get(name) else { return Ok(None) };
        let reader: Reader<'_> = match medium {
            Medium::File(path) => {
                let mut file = File::open(path).map_err(|error| Error::io("read", path, error))?;
                file.seek(SeekFrom::Start(span.offset)).map_err(|error| Error::io("read", path, error))?;
                Box::new(file.take(span.size))
            }
            Medium::Bytes(bytes) => {
                let start = usize::try_from(span.offset).expect("the span lies in memory");
                let end = start + usize::try_from(span.size).expect("the span lies in memory");
                Box::new(&bytes[start..end])
            }
        };
        Ok(Some((reader, span.size)))
    }

    /// The whole of a file that is not larger than `limit`.
    pub(crate) fn small(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>> {
        let Some((reader, size)) = self.reader(name)? else { return Ok(None) };
        read_all(reader, size, limit, &self.place(name)).map(Some)
    }

    /// The files of a bundle that are beside the evidence.
    pub(crate) fn extras(&self) -> impl Iterator<Item = &str> {
        let index = match self {
            Self::Folder(_) => None,
            Self::Bundle(_, index) => Some(index),
        };
        let names = index.into_iter().flat_map(|index| index.keys());
        names.map(String::as_str).filter(|name| !name.starts_with(bundle::PREFIX))
    }

    /// The path that names the source.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Folder(path) => path,
            Self::Bundle(medium, _) => medium.path(),
        }
    }

    /// The path that names one file of the evidence in messages.
    pub(crate) fn place(&self, name: &str) -> PathBuf {
        match self {
            Self::Folder(path) => path.join(name),
            Self::Bundle(medium, _) => medium.path().join(bundle::PREFIX).join(name),
        }
    }
}

impl Medium {
    fn path(&self) -> &Path {
        match self {
            Self::File(path) => path,
            Self::Bytes(_) => Path::new("bundle in memory"),
        }
    }
}

/// The name of an object, relative to the evidence folder.
pub(crate) fn object_name(object: &Digest) -> String {
    format!("objects/{object}")
}

/// Reads everything, but never more than `limit` bytes.
pub(crate) fn read_all(reader: impl Read, size: u64, limit: u64, path: &Path) -> Result<Vec<u8>> {
    let too_large = || Error::TooLarge { what: path.display().to_string(), limit };
    if size > limit {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    // A file may grow between listing and reading.
    reader
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| Error::io("read", path, error))?;
    if bytes.len() as u64 > limit { Err(too_large()) } else { Ok(bytes) }
}

fn file_reader(path: &Path) -> Result<Option<(Reader<'static>, u64)>> {
    let meta = match fs::symlink_metadata(path) {
        Ok(meta) => meta,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::io("read", path, error)),
    };
    // A link may point anywhere, and reading a pipe may never end.
    if !meta.is_file() {
        return Err(not_evidence(path, "it is not a regular file"));
    }
    let file = File::open(path).map_err(|error| Error::io("read", path, error))?;
    Ok(Some((Box::new(file), meta.len())))
}

fn list(folder: &Path, prefix: &str, limits: &Limits, files: &mut Files) -> Result<()> {
    let failed = |error| Error::io("read", folder, error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let meta =
            fs::symlink_metadata(entry.path()).map_err(|error| Error::io("read", &entry.path(), error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let name = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        files.insert(name, Found { size: meta.len(), is_file: meta.is_file() });
        if files.len() as u64 > limits.files {
            return Err(Error::TooManyFiles { path: folder.to_path_buf(), limit: limits.files });
        }
    }
    Ok(())
}

fn is_real_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| meta.is_dir())
}

fn not_evidence(path: &Path, reason: &'static str) -> Error {
    Error::NotEvidence { path: path.to_path_buf(), reason }
}
