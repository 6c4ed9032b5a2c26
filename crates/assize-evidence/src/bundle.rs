//! One file with everything: a tar whose every byte follows from its content, so equal evidence gives equal bundles.
//! Reading accepts exactly that form, which leaves links, doubled names, escaping paths and hidden bytes no place.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tar::{EntryType, Header};

use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::lock::Lock;
use crate::log::Limits;
use crate::source::Source;
use crate::write::{Temp, folder_of, sync_folder};

/// Where the evidence lies in a bundle; what the caller adds lies beside it.
pub(crate) const PREFIX: &str = "evidence/";

const BLOCK: u64 = 512;

/// Where a file lies in a bundle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) offset: u64,
    pub(crate) size: u64,
}

/// Writes the evidence in `dir`, with further named files beside it, as one tar file. The further files are not under the
/// seal. Nothing is verified; files that are no part of the evidence are left out. Equal content gives equal bytes.
pub fn bundle(dir: &Path, out: &Path, extras: &[(&str, &[u8])]) -> Result<()> {
    let _lock = Lock::of_reader(dir)?;
    let source = Source::open(dir, &Limits::default())?;
    let mut parts: BTreeMap<String, Part<'_>> = BTreeMap::new();
    for (name, found) in source.files(&Limits::default())? {
        if found.is_file && is_evidence(&name) {
            parts.insert(format!("{PREFIX}{name}"), Part::File(dir.join(name), found.size));
        }
    }
    for (name, bytes) in extras {
        check_extra(name)?;
        parts.insert((*name).to_owned(), Part::Bytes(bytes));
    }
    let folder = folder_of(out);
    let temp = Temp::new(folder)?;
    let mut tar = BufWriter::new(temp);
    for (name, part) in &parts {
        write_part(&mut tar, name, part, out)?;
    }
    let failed = |error| Error::io("write", out, error);
    tar.write_all(&[0; 2 * BLOCK as usize]).map_err(failed)?;
    let temp = tar.into_inner().map_err(|error| failed(error.into_error()))?;
    temp.sync()?;
    temp.keep_as(out)?;
    sync_folder(folder)
}

enum Part<'a> {
    File(PathBuf, u64),
    Bytes(&'a [u8]),
}

fn write_part(tar: &mut impl Write, name: &str, part: &Part<'_>, out: &Path) -> Result<()> {
    let failed = |error| Error::io("write", out, error);
    let size = match part {
        Part::File(_, size) => *size,
        Part::Bytes(bytes) => bytes.len() as u64,
    };
    tar.write_all(header(name, size).as_bytes()).map_err(failed)?;
    match part {
        Part::Bytes(bytes) => tar.write_all(bytes).map_err(failed)?,
        Part::File(path, _) => {
            let file = File::open(path).map_err(|error| Error::io("read", path, error))?;
            let copied = io::copy(&mut file.take(size), tar).map_err(failed)?;
            if copied != size {
                let source = io::Error::from(io::ErrorKind::UnexpectedEof);
                return Err(Error::io("read", path, source));
            }
        }
    }
    tar.write_all(&vec![0; padding(size)]).map_err(failed)
}

/// The one header that a name and a size have.
fn header(name: &str, size: u64) -> Header {
    let mut header = Header::new_ustar();
    header.set_path(name).expect("the name was checked: relative, at most 100 bytes");
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_entry_type(EntryType::Regular);
    header.set_size(size);
    header.set_cksum();
    header
}

const fn padding(size: u64) -> usize {
    (size.next_multiple_of(BLOCK) - size) as usize
}

/// Lists a bundle without reading the content of its files.
pub(crate) fn index(
    mut reader: impl Read + Seek,
    path: &Path,
    limits: &Limits,
) -> Result<BTreeMap<String, Span>> {
    let length = reader.seek(SeekFrom::End(0)).map_err(|error| Error::io("read", path, error))?;
    let mut index: BTreeMap<String, Span> = BTreeMap::new();
    let mut at = 0;
    loop {
        let bad = |reason: String| Error::BadBundle { path: path.to_path_buf(), offset: at, reason };
        let block =
            read_block(&mut reader, at).map_err(|error| bad(format!("no further header: {error}")))?;
        if block == [0; BLOCK as usize] {
            let last = read_block(&mut reader, at + BLOCK)
                .map_err(|error| bad(format!("no proper end: {error}")))?;
            let ends = last == block && length == at + 2 * BLOCK;
            return if ends { Ok(index) } else { Err(bad("bytes follow the end".into())) };
        }
        let (name, size) = read_header(&block).map_err(|reason| bad(reason.into()))?;
        if index.last_key_value().is_some_and(|(last, _)| *last >= name) {
            return Err(bad(format!("{name} is doubled or not in alphabetical order")));
        }
        let (offset, end) = (at + BLOCK, (at + BLOCK).saturating_add(size));
        if size > limits.log.max(limits.object) || end > length {
            return Err(bad(format!("{name} claims {size} bytes: more than the limit or the bundle has")));
        }
        let mut rest = [0; BLOCK as usize];
        let rest = &mut rest[..padding(size)];
        let read = reader.seek(SeekFrom::Start(end)).and_then(|_| reader.read_exact(rest));
        read.map_err(|error| bad(format!("{name} is cut off: {error}")))?;
        if rest.iter().any(|byte| *byte != 0) {
            return Err(bad(format!("bytes are hidden behind {name}")));
        }
        index.insert(name, Span { offset, size });
        if index.len() as u64 > limits.files {
            return Err(Error::TooManyFiles { path: path.to_path_buf(), limit: limits.files });
        }
        at = end.next_multiple_of(BLOCK);
    }
}

fn read_block(reader: &mut (impl Read + Seek), at: u64) -> io::Result<[u8; BLOCK as usize]> {
    let mut block = [0; BLOCK as usize];
    reader.seek(SeekFrom::Start(at))?;
    reader.read_exact(&mut block)?;
    Ok(block)
}

fn read_header(block: &[u8; BLOCK as usize]) -> std::result::Result<(String, u64), &'static str> {
    let found = Header::from_byte_slice(block);
    match found.entry_type() {
        EntryType::Regular => {}
        EntryType::Link | EntryType::Symlink => return Err("a link is not allowed"),
        _ => return Err("only regular files are allowed"),
    }
    let name = block[..100].split(|byte| *byte == 0).next().unwrap_or_default();
    let name = std::str::from_utf8(name).map_err(|_| "a name is not UTF-8")?;
    check_name(name)?;
    let size = found.entry_size().map_err(|_| "a size is not a number")?;
    // Larger sizes have another spelling in tar; files of that size are refused anyway.
    if size >= 1 << 33 || header(name, size).as_bytes() != block {
        return Err("a header is not as a bundle has it; unpack other tar files and verify the folder");
    }
    Ok((name.to_owned(), size))
}

fn check_name(name: &str) -> std::result::Result<(), &'static str> {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    let is_part = |part: &str| !part.is_empty() && part != "." && part != ".." && part.bytes().all(is_plain);
    if name.len() > 100 || !name.split('/').all(is_part) {
        return Err("a name is not a relative path of letters, digits and . _ - / up to 100 bytes");
    }
    Ok(())
}

fn check_extra(name: &str) -> Result<()> {
    let bad =
        |reason| Error::BadField { field: "file name", value: name.chars().take(120).collect(), reason };
    check_name(name).map_err(bad)?;
    let first = name.split('/').next().unwrap_or_default();
    // File systems that ignore case would unpack it among the evidence.
    if format!("{}/", first.to_ascii_lowercase()) == PREFIX {
        return Err(bad("the folder \"evidence\" is for the evidence itself"));
    }
    Ok(())
}

fn is_evidence(name: &str) -> bool {
    match name.split_once('/') {
        None => ["format", "log.jsonl", "checkpoint"].contains(&name),
        Some(("objects", name)) => name.parse::<Digest>().is_ok(),
        Some(("checkpoints", name)) => name.parse::<u64>().is_ok_and(|size| size.to_string() == name),
        Some(_) => false,
    }
}
