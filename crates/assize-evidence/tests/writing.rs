//! Writing when it goes well and when it does not: two writers, no rights, no space, a torn line, a foreign folder.
#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

mod support;

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::json;

use assize_evidence::{Digest, Draft, Error, Log, Mode, Store, verify};
use support::{TIME, add, add_many, expect_error, fresh, not_run, object};

const DIR: &str = "ASSIZE_TEST_WRITE_DIR";

fn draft(body: serde_json::Value, objects: &[Digest]) -> Draft<'_> {
    Draft { time: TIME, kind: "fact", body, objects }
}

#[test]
fn what_is_written_is_read() {
    let (_dir, path) = fresh();
    let mut store = Store::open(&path).unwrap();
    assert!(store.recovered().is_empty());
    let (a, b) = (store.put(b"abc").unwrap(), store.put_from(&mut &b"streamed"[..]).unwrap());
    assert_eq!(store.put(b"abc").unwrap(), a);
    assert_eq!(store.append(draft(json!({"é": "\n\u{2028}"}), &[a, b])).unwrap(), 1);
    assert_eq!(store.append(draft(json!(null), &[])).unwrap(), 2);
    store.sync().unwrap();
    let log = Log::read(&path).unwrap();
    let records: Vec<_> = log.records().unwrap().map(Result::unwrap).collect();
    assert_eq!(
        (records[0].n, &records[0].body, &records[0].objects),
        (1, &json!({"é": "\n\u{2028}"}), &vec![a, b])
    );
    assert_eq!((records[0].prev, records[0].kind.as_str()), (Digest::ZERO, "fact"));
    assert_eq!(log.record(2).unwrap(), records[1]);
    assert!(matches!(log.record(3), Err(Error::NoRecord { n: 3, records: 2 })));
    assert_eq!(log.object(&b, 100).unwrap(), b"streamed");
    assert!(matches!(log.object(&b, 7), Err(Error::TooLarge { limit: 7, .. })));
    let mut copied = Vec::new();
    log.copy_object(&a, &mut copied).unwrap();
    assert_eq!(copied, b"abc");
    assert_eq!(store.root(), log.root(2).unwrap());
}

#[test]
fn reopened_store_goes_on() {
    let (_dir, path) = fresh();
    for count in 1..=4 {
        let mut store = Store::open(&path).unwrap();
        assert_eq!(add(&mut store, count), count);
    }
    assert_eq!(verify(&path, None, Mode::Unsealed).unwrap().records, 4);
}

#[test]
fn same_object_is_not_written_again() {
    let (_dir, path) = fresh();
    let mut store = Store::open(&path).unwrap();
    add(&mut store, 1);
    let file = path.join(format!("objects/{}", object(1)));
    let before = fs::metadata(&file).unwrap().modified().unwrap();
    drop(store);
    let mut store = Store::open(&path).unwrap();
    store.put(b"raw bytes 1").unwrap();
    store.put_from(&mut &b"raw bytes 1"[..]).unwrap();
    assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), before);
    assert_eq!(fs::read_dir(path.join("objects")).unwrap().count(), 1, "and no temporary file stays");
}

#[test]
fn bad_drafts_are_refused_and_change_nothing() {
    let (_dir, path) = fresh();
    let mut store = Store::open(&path).unwrap();
    assert!(matches!(store.append(draft(json!({}), &[object(1)])), Err(Error::NoObject { .. })));
    assert!(store.append(Draft { time: "now", ..draft(json!({}), &[]) }).is_err());
    assert!(store.append(Draft { kind: "", ..draft(json!({}), &[]) }).is_err());
    let huge = json!("x".repeat(17 << 20));
    assert!(matches!(store.append(draft(huge, &[])), Err(Error::TooLarge { .. })));
    assert_eq!(add(&mut store, 1), 1);
}

#[test]
fn second_writer_is_locked_out_and_a_reader_is_not() {
    let (_dir, path) = fresh();
    let mut store = Store::open(&path).unwrap();
    add(&mut store, 1);
    let error = expect_error(Store::open(&path));
    assert!(matches!(error, Error::Locked { .. }), "{error}");
    assert!(error.to_string().contains("another process is writing"));
    assert!(verify(&path, None, Mode::Unsealed).unwrap().is_sound());
    drop(store);
    assert_eq!(Store::open(&path).unwrap().records(), 1);
}

#[test]
fn torn_last_line_is_moved_aside() {
    let (_dir, path) = fresh();
    add_many(&mut Store::open(&path).unwrap(), 3);
    let whole = fs::read(path.join("log.jsonl")).unwrap();
    for again in ["torn-4", "torn-4-2"] {
        fs::write(path.join("log.jsonl"), [whole.as_slice(), br#"{"n":4,"prev"#].concat()).unwrap();
        let store = Store::open(&path).unwrap();
        assert_eq!(store.recovered().torn.as_deref(), Some(path.join(again).as_path()));
        assert_eq!(store.records(), 3);
        assert_eq!(fs::read(path.join(again)).unwrap(), br#"{"n":4,"prev"#);
        assert_eq!(fs::read(path.join("log.jsonl")).unwrap(), whole);
    }
    let mut store = Store::open(&path).unwrap();
    assert!(store.recovered().is_empty());
    assert_eq!(add(&mut store, 4), 4);
    let verified = verify(&path, None, Mode::Unsealed).unwrap();
    assert!(verified.is_sound());
    assert_eq!(verified.uncovered, ["torn-4", "torn-4-2"]);
}

#[test]
fn leftovers_of_a_killed_writer_are_tidied() {
    let (_dir, path) = fresh();
    add(&mut Store::open(&path).unwrap(), 1);
    Store::open(&path).unwrap().put(b"never named").unwrap();
    fs::write(path.join("objects/.tmp-1-1"), "half").unwrap();
    assert!(!verify(&path, None, Mode::Unsealed).unwrap().is_sound());
    let store = Store::open(&path).unwrap();
    let orphan = Digest::of(b"never named");
    assert_eq!(store.recovered().orphans, [orphan]);
    assert_eq!(fs::read(path.join(format!("orphans/{orphan}"))).unwrap(), b"never named");
    let verified = verify(&path, None, Mode::Unsealed).unwrap();
    assert!(verified.is_sound());
    assert_eq!(verified.uncovered, ["orphans"]);
}

#[test]
fn foreign_and_unknown_folders_are_refused_and_left_alone() {
    let (dir, path) = fresh();
    fs::write(dir.path().join("letter.txt"), "dear").unwrap();
    assert!(matches!(Store::open(dir.path()), Err(Error::NotEvidence { .. })));
    assert!(matches!(Log::read(dir.path()), Err(Error::NotEvidence { .. })));

    drop(Store::open(&path).unwrap());
    fs::write(path.join("format"), "assize-evidence 2\n").unwrap();
    for error in [expect_error(Store::open(&path)), expect_error(Log::read(&path))] {
        let text = error.to_string();
        assert!(text.contains("format \"assize-evidence 2\" is unknown") && text.contains("newer"), "{text}");
        assert!(text.contains("evidence/format"), "{text}");
    }
    fs::write(path.join("format"), [0xff; 5000]).unwrap();
    assert!(matches!(Store::open(&path), Err(Error::NotEvidence { .. })));
}

#[test]
fn garbage_in_the_log_is_named_by_line() {
    let (_dir, path) = fresh();
    add_many(&mut Store::open(&path).unwrap(), 2);
    let mut log = fs::read(path.join("log.jsonl")).unwrap();
    log.extend(b"\x00\xff garbage\n");
    fs::write(path.join("log.jsonl"), log).unwrap();
    let error = expect_error(Store::open(&path));
    assert!(matches!(error, Error::DamagedLog { line: 3, .. }), "{error}");
    let last = Log::read(&path).unwrap().records().unwrap().last().unwrap();
    assert!(matches!(last, Err(Error::DamagedLog { line: 3, .. })));
}

#[test]
fn folder_below_a_file_cannot_be_made() {
    let (dir, path) = fresh();
    fs::write(&path, "a file").unwrap();
    for place in [path.clone(), path.join("below")] {
        let error = expect_error(Store::open(&place)).to_string();
        assert!(error.contains(place.to_str().unwrap()), "{error}");
    }
    drop(dir);
}

/// Runs one test of this file again as a child, through `sh -c` with `shell` before it.
fn child(test: &str, shell: &str, dir: &Path) -> Output {
    let command = format!(r#"{shell} "$0" --exact {test} --nocapture"#);
    let exe = env::current_exe().unwrap();
    Command::new("sh").arg("-c").arg(command).arg(exe).env(DIR, dir).output().unwrap()
}

#[test]
fn read_only_folder() {
    if let Some(dir) = env::var_os(DIR) {
        println!("said: {}", expect_error(Store::open(Path::new(&dir))));
        return;
    }
    let (dir, path) = fresh();
    add(&mut Store::open(&path).unwrap(), 1);
    fs::set_permissions(dir.path(), Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(path.join("lock"), Permissions::from_mode(0o444)).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o555)).unwrap();
    let is_root = fs::write(path.join(".probe"), "").is_ok();
    let shell = if is_root { "setpriv --reuid=65534 --regid=65534 --clear-groups" } else { "" };
    let output = child("read_only_folder", shell, &path);
    fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    if is_root && !said.contains("running 1 test") {
        return not_run("root ignores permissions, and setpriv cannot run this test as another user");
    }
    assert!(output.status.success(), "{said}");
    assert!(said.contains("it is read-only for this user; give write access or work on a copy"), "{said}");
}

/// Appends until nothing more fits, then makes room, and goes on in the same process.
#[expect(clippy::print_stdout, reason = "the parent reads what its child says")]
fn fill(dir: &Path, free: impl FnOnce()) {
    let mut store = Store::open(dir).unwrap();
    let mut count = 0;
    let error = loop {
        match store.append(draft(json!({"port": count, "filler": "x".repeat(1000)}), &[])) {
            Ok(number) => count = number,
            Err(error) => break error,
        }
        assert!(count < 10_000, "the limit is never met");
    };
    assert!(matches!(error, Error::DiskFull { .. }), "{error}");
    assert!(error.to_string().contains("log.jsonl: no space is left; the earlier records are whole"));
    assert!(store.put(&[7; 100_000]).is_err());
    let verified = verify(dir, None, Mode::Unsealed).unwrap();
    assert!(verified.is_sound(), "no torn line and no torn object: {}", support::words(&verified.problems));
    assert_eq!(verified.records, count);
    free();
    assert_eq!(store.append(draft(json!({"port": "next"}), &[])).unwrap(), count + 1);
    drop(store);
    assert_eq!(Store::open(dir).unwrap().records(), count + 1);
    println!("filled after {count} records");
}

#[test]
fn file_size_limit() {
    if let Some(dir) = env::var_os(DIR) {
        // A record smaller than those before still fits.
        return fill(Path::new(&dir), || {});
    }
    let (_dir, path) = fresh();
    let output = child("file_size_limit", "trap '' XFSZ; ulimit -f 40; exec", &path);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("filled after"), "{said}");
}

#[test]
fn full_disk() {
    let (dir, _) = fresh();
    let disk = dir.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let mount =
        Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "assize-test"]).arg(&disk).output();
    if !mount.is_ok_and(|output| output.status.success()) {
        return not_run("a small file system cannot be mounted here");
    }
    let ballast = disk.join("ballast");
    fs::write(&ballast, [0; 8192]).unwrap();
    let result =
        std::panic::catch_unwind(|| fill(&disk.join("evidence"), || fs::remove_file(&ballast).unwrap()));
    let unmounted = Command::new("umount").arg(&disk).status().unwrap();
    assert!(unmounted.success());
    if let Err(panic) = result {
        std::panic::resume_unwind(panic);
    }
}
