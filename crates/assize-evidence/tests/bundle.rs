//! Bundles: equal bytes for equal evidence, readable by tar, verified without unpacking, and no hostile form accepted.
#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use proptest::prelude::*;
use tar::{EntryType, Header};

use assize_evidence::{Error, Limits, Log, Mode, Signer, Store, bundle, verify};
use support::{build, cases, expect_error, fresh, key, not_run, object, write_files};

fn bundled() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| {
        let (dir, path) = fresh();
        build(&path);
        let out = dir.path().join("plug.tar");
        bundle(&path, &out, &[]).unwrap();
        fs::read(out).unwrap()
    })
}

fn read(bytes: Vec<u8>) -> Result<Log, Error> {
    Log::from_bundle(bytes, Limits::default())
}

fn refused(bytes: Vec<u8>) -> String {
    expect_error(read(bytes)).to_string()
}

#[test]
fn bundle_is_verified_like_the_folder() {
    let (dir, path) = fresh();
    build(&path);
    fs::write(path.join("torn-13"), "torn").unwrap();
    let out = dir.path().join("plug.tar");
    bundle(&path, &out, &[("report/report.html", b"<html>"), ("product.toml", b"")]).unwrap();
    let public = key().verifying_key();
    let verified = verify(&out, Some(&public), Mode::Sealed).unwrap();
    assert!(verified.is_sound(), "{}", support::words(&verified.problems));
    assert_eq!(verified.uncovered, ["product.toml", "report/report.html"]);
    assert_eq!(verified.signer, Signer::Established);
    let folder = verify(&path, Some(&public), Mode::Sealed).unwrap();
    assert_eq!(
        (verified.records, verified.sealed, verified.earlier),
        (folder.records, folder.sealed, folder.earlier)
    );

    let log = Log::read(&out).unwrap();
    assert_eq!(log.records().unwrap().map(Result::unwrap).count(), 12);
    assert_eq!(log.object(&object(3), 100).unwrap(), b"raw bytes 3");
    assert_eq!(log.extra("report/report.html", 100).unwrap().unwrap(), b"<html>");
    assert_eq!(log.extra("evidence/format", 100).unwrap(), None);
    assert!(matches!(log.extra("report/report.html", 3), Err(Error::TooLarge { .. })));
}

#[test]
fn equal_evidence_gives_equal_bytes() {
    let (dir, path) = fresh();
    write_files(&path, support::files());
    let out = dir.path().join("again.tar");
    bundle(&path, &out, &[]).unwrap();
    bundle(&path, &out, &[]).unwrap();
    assert!(fs::read(&out).unwrap() == bundled());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2, "no temporary file stays");
}

#[test]
fn tar_unpacks_a_bundle_and_the_folder_verifies() {
    let (dir, _) = fresh();
    fs::write(dir.path().join("plug.tar"), bundled()).unwrap();
    let tar = Command::new("tar").args(["-xf", "plug.tar"]).current_dir(dir.path()).status();
    let Ok(status) = tar else { return not_run("tar is not installed") };
    assert!(status.success());
    let verified = verify(dir.path().join("evidence"), Some(&key().verifying_key()), Mode::Sealed).unwrap();
    assert!(verified.is_sound());
}

#[test]
fn bundling_waits_for_the_writer_and_minds_the_names() {
    let (dir, path) = fresh();
    let out = dir.path().join("plug.tar");
    let store = Store::open(&path).unwrap();
    assert!(matches!(bundle(&path, &out, &[]), Err(Error::Locked { .. })));
    drop(store);
    for name in [
        "",
        "/etc/passwd",
        "../up",
        "a//b",
        "a/./b",
        "evidence/format",
        "Evidence/log.jsonl",
        "evidence",
        "ü",
    ] {
        assert!(matches!(bundle(&path, &out, &[(name, b"")]), Err(Error::BadField { .. })), "{name:?}");
    }
    assert!(matches!(bundle(dir.path(), &out, &[]), Err(Error::NotEvidence { .. })));
    assert!(!out.exists());
}

/// A tar file of the given entries, made with the tar crate and not with this one.
fn tar(entries: &[(&str, EntryType, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, kind, content) in entries {
        let mut header = Header::new_ustar();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_entry_type(*kind);
        header.set_size(content.len() as u64);
        header.set_cksum();
        bytes.extend(header.as_bytes());
        bytes.extend(*content);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}

const FORMAT: (&str, EntryType, &[u8]) = ("evidence/format", EntryType::Regular, b"assize-evidence 1\n");

#[test]
fn hostile_entries_are_refused() {
    assert!(read(tar(&[FORMAT])).is_ok());
    let regular = |name| (name, EntryType::Regular, &b"x"[..]);
    for (entry, reason) in [
        (regular("../../etc/passwd"), "a name is not a relative path"),
        (regular("/etc/passwd"), "a name is not a relative path"),
        (regular("evidence/format"), "is doubled or not in alphabetical order"),
        (regular("a"), "is doubled or not in alphabetical order"),
        (("x", EntryType::Symlink, b""), "a link is not allowed"),
        (("x", EntryType::Link, b""), "a link is not allowed"),
        (("x", EntryType::Directory, b""), "only regular files"),
        (("x", EntryType::Fifo, b""), "only regular files"),
        (("x", EntryType::GNULongName, b"y"), "only regular files"),
        (("x", EntryType::XHeader, b"y"), "only regular files"),
        (("x", EntryType::GNUSparse, b"y"), "only regular files"),
    ] {
        let said = refused(tar(&[FORMAT, entry]));
        assert!(said.contains(reason) && said.contains("at byte 1024"), "{entry:?}: {said}");
    }
}

#[test]
fn hostile_forms_are_refused() {
    let whole = tar(&[FORMAT]);
    assert!(refused(Vec::new()).contains("no further header"));
    assert!(refused(vec![0; 1024]).contains("\"format\" is missing"));
    assert!(refused(vec![b'x'; 4096]).contains("regular files"));
    assert!(refused(whole[..whole.len() - 512].to_vec()).contains("no proper end"));
    assert!(refused([whole.clone(), vec![0; 512]].concat()).contains("bytes follow the end"));
    let mut hidden = whole.clone();
    hidden[512 + 100] = b'x';
    assert!(refused(hidden).contains("bytes are hidden behind evidence/format"));

    let mut large = Header::new_ustar();
    large.set_path("a").unwrap();
    large.set_mode(0o644);
    large.set_uid(0);
    large.set_gid(0);
    large.set_mtime(0);
    large.set_entry_type(EntryType::Regular);
    large.set_size(3 << 30);
    large.set_cksum();
    assert!(refused([large.as_bytes().to_vec(), vec![0; 1024]].concat()).contains("claims 3221225472 bytes"));
    large.set_size(u64::MAX);
    large.set_cksum();
    assert!(refused([large.as_bytes().to_vec(), vec![0; 1024]].concat()).contains("not as a bundle has it"));

    let many: Vec<String> = (0..20).map(|n| format!("f{n:02}")).collect();
    let many: Vec<_> = many.iter().map(|name| (name.as_str(), EntryType::Regular, &b""[..])).collect();
    let limits = Limits { files: 10, ..Limits::default() };
    assert!(matches!(Log::from_bundle(tar(&many), limits), Err(Error::TooManyFiles { limit: 10, .. })));
}

#[test]
fn folders_pipes_and_absent_files_are_not_bundles() {
    assert!(matches!(Log::read(Path::new("/dev/null")), Err(Error::NotEvidence { .. })));
    assert!(matches!(Log::read("/nowhere/plug.tar"), Err(Error::Io { .. })));
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn every_flipped_byte_of_a_bundle_is_found(at in any::<usize>(), mask in 1u8..) {
        let mut bytes = bundled().to_vec();
        let at = at % bytes.len();
        bytes[at] ^= mask;
        let verified = read(bytes).and_then(|log| log.verify(Some(&key().verifying_key()), Mode::Sealed));
        prop_assert!(!verified.is_ok_and(|verified| verified.is_sound()), "byte {at}");
    }

    #[test]
    fn every_cut_of_a_bundle_is_found(at in any::<usize>()) {
        prop_assert!(read(bundled()[..at % bundled().len()].to_vec()).is_err());
    }
}
