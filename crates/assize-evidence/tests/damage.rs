//! Whatever is changed, removed, moved or added is found and named: the conformant folder first, then every kind of damage.
#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

mod support;

use std::fs;
use std::os::unix::fs::symlink;

use proptest::prelude::*;

use assize_evidence::{Limits, Log, Mode, Problem, Signer, SigningKey, Store, VerifyingKey, verify};
use support::{
    NAME, TIME, add_many, build, cases, expect_error, files, fresh, key, lines, object, spoilt, words,
};

#[test]
fn untouched() {
    let verified = spoilt(|_| {});
    assert_eq!(words(&verified.problems), "");
    assert_eq!((verified.records, verified.records_after_seal), (12, 0));
    assert_eq!(verified.signer, Signer::Established);
    let seal = verified.sealed.unwrap();
    assert_eq!((seal.size, seal.name.as_str(), seal.time.as_str()), (12, NAME, "2026-08-23T10:00:00Z"));
    assert_eq!(verified.earlier.iter().map(|seal| seal.size).collect::<Vec<_>>(), [5, 9]);
    assert!(verified.uncovered.is_empty());
}

#[test]
fn without_a_key_the_signer_is_not_established() {
    let (_dir, path) = fresh();
    build(&path);
    let verified = verify(&path, None, Mode::Sealed).unwrap();
    assert!(verified.is_sound() && verified.sealed.is_some());
    assert_eq!(verified.signer, Signer::NotEstablished);
}

#[test]
fn forged_seal_passes_without_a_key_and_fails_with_it() {
    let (_dir, path) = fresh();
    let forger = SigningKey::from_seed(&[66; 32]);
    let mut store = Store::open(&path).unwrap();
    add_many(&mut store, 3);
    store.seal(&forger, NAME, TIME).unwrap();
    assert!(verify(&path, None, Mode::Sealed).unwrap().is_sound());
    let verified = verify(&path, Some(&key().verifying_key()), Mode::Sealed).unwrap();
    assert_eq!(verified.problems, [Problem::OtherKey { found: forger.verifying_key().to_string() }]);
    assert_eq!((verified.sealed, verified.signer), (None, Signer::NotEstablished));
}

#[test]
fn key_with_another_name() {
    let (_dir, path) = fresh();
    build(&path);
    let public = key().verifying_key();
    let named = |name| VerifyingKey::parse(&public.to_vkey(name).unwrap()).unwrap();
    assert!(verify(&path, Some(&named(NAME)), Mode::Sealed).unwrap().is_sound());
    let verified = verify(&path, Some(&named("lab.example/lamp")), Mode::Sealed).unwrap();
    assert!(matches!(verified.problems[..], [Problem::OtherName { .. }]));
    assert_eq!(verified.sealed, None);
}

#[test]
fn unsealed_is_a_problem_only_where_a_seal_is_demanded() {
    let (_dir, path) = fresh();
    add_many(&mut Store::open(&path).unwrap(), 3);
    assert_eq!(verify(&path, None, Mode::Sealed).unwrap().problems, [Problem::NotSealed]);
    let verified = verify(&path, None, Mode::Unsealed).unwrap();
    assert!(verified.is_sound());
    assert_eq!((verified.sealed, verified.records_after_seal), (None, 3));
}

#[test]
fn records_after_the_seal_are_said_and_allowed() {
    let (_dir, path) = fresh();
    build(&path);
    add_many(&mut Store::open(&path).unwrap(), 2);
    let verified = verify(&path, Some(&key().verifying_key()), Mode::Sealed).unwrap();
    assert!(verified.is_sound());
    assert_eq!((verified.records, verified.records_after_seal), (14, 2));
}

/// Rewrites the lines of the log.
fn with_lines(change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Vec<Problem> {
    let verified = spoilt(|files| {
        let log = files.get_mut("log.jsonl").unwrap();
        let mut lines = lines(log);
        change(&mut lines);
        *log = lines.concat();
    });
    assert_eq!(verified.sealed, None, "what is damaged does not count as sealed");
    verified.problems
}

#[test]
fn changed_line() {
    let problems = with_lines(|lines| {
        lines[6] =
            String::from_utf8(lines[6].clone()).unwrap().replace("\"open\":true", "\"open\":null").into();
    });
    assert_eq!(
        problems,
        [
            Problem::BrokenChain { line: 8 },
            Problem::Rewritten { size: 9 },
            Problem::OtherRoot { from: 6, size: 12 }
        ]
    );
}

#[test]
fn changed_last_line() {
    let problems = with_lines(|lines| {
        lines[11] = String::from_utf8(lines[11].clone()).unwrap().replace("true", "null").into();
    });
    assert_eq!(problems, [Problem::OtherRoot { from: 10, size: 12 }]);
    assert!(words(&problems).contains("records 10 to 12"));
}

#[test]
fn removed_line() {
    let problems = with_lines(|lines| drop(lines.remove(6)));
    assert!(problems.contains(&Problem::WrongNumber { line: 7, found: 8 }));
    assert!(problems.contains(&Problem::BrokenChain { line: 7 }));
    assert!(problems.contains(&Problem::Truncated { records: 11, sealed: 12 }));
    assert!(problems.contains(&Problem::UnnamedObject { object: object(7) }));
    let shifted = problems.iter().filter(|problem| matches!(problem, Problem::WrongNumber { .. }));
    assert_eq!(shifted.count(), 1, "one removed line is said once");
}

#[test]
fn removed_tail() {
    let problems = with_lines(|lines| lines.truncate(9));
    assert_eq!(problems[0], Problem::Truncated { records: 9, sealed: 12 });
    assert_eq!(problems.len(), 4, "and three objects that nothing names: {}", words(&problems));
}

#[test]
fn inserted_line() {
    let problems = with_lines(|lines| lines.insert(4, lines[2].clone()));
    assert!(problems.contains(&Problem::WrongNumber { line: 5, found: 3 }));
    assert!(problems.contains(&Problem::BrokenChain { line: 5 }));
}

#[test]
fn swapped_lines() {
    let problems = with_lines(|lines| lines.swap(2, 3));
    assert!(problems.contains(&Problem::WrongNumber { line: 3, found: 4 }));
    assert!(problems.contains(&Problem::BrokenChain { line: 4 }));
}

#[test]
fn converted_line_ends() {
    let problems = with_lines(|lines| {
        for line in lines {
            line.insert(line.len() - 1, b'\r');
        }
    });
    assert!(words(&problems).contains("log.jsonl line 1: it ends in a carriage return"));
}

#[test]
fn torn_tail_behind_the_seal() {
    let verified = spoilt(|files| files.get_mut("log.jsonl").unwrap().extend(b"{\"n\":13"));
    assert_eq!(verified.problems, [Problem::TornLine { line: 13, bytes: 7 }]);
}

#[test]
fn missing_log() {
    let verified = spoilt(|files| drop(files.remove("log.jsonl")));
    assert!(verified.problems.contains(&Problem::MissingLog));
    assert_eq!((verified.records, verified.sealed), (0, None));
}

#[test]
fn missing_changed_and_extra_objects() {
    let name = |number| format!("objects/{}", object(number));
    let verified = spoilt(|files| drop(files.remove(&name(7))));
    assert_eq!(verified.problems, [Problem::MissingObject { object: object(7), record: 7 }]);

    let verified = spoilt(|files| files.get_mut(&name(3)).unwrap().push(b'!'));
    assert_eq!(verified.problems, [Problem::ChangedObject { object: object(3), record: 3 }]);

    let verified = spoilt(|files| drop(files.insert(name(99), b"raw bytes 99".to_vec())));
    assert_eq!(verified.problems, [Problem::UnnamedObject { object: object(99) }]);
    assert!(words(&verified.problems).contains("is not referenced"));

    for name in ["objects/notes.txt", "checkpoints/07", "report.html", "torn/1"] {
        let (dir, path) = fresh();
        build(&path);
        fs::create_dir_all(path.join(name).parent().unwrap()).unwrap();
        fs::write(path.join(name), "?").unwrap();
        let problems = verify(&path, Some(&key().verifying_key()), Mode::Sealed).unwrap().problems;
        let name = if name == "torn/1" { "torn" } else { name };
        assert_eq!(problems, [Problem::ExtraFile { name: name.into() }]);
        drop(dir);
    }
}

#[test]
fn links_are_not_followed() {
    let (dir, path) = fresh();
    build(&path);
    let object_path = path.join(format!("objects/{}", object(2)));
    let elsewhere = dir.path().join("elsewhere");
    fs::rename(&object_path, &elsewhere).unwrap();
    symlink(&elsewhere, &object_path).unwrap();
    let verified = verify(&path, None, Mode::Sealed).unwrap();
    assert!(verified.problems.contains(&Problem::MissingObject { object: object(2), record: 2 }));
    assert_eq!(verified.problems.len(), 2, "missing, and a link that is no part of the evidence");

    fs::rename(path.join("log.jsonl"), dir.path().join("log")).unwrap();
    symlink(dir.path().join("log"), path.join("log.jsonl")).unwrap();
    assert!(Log::read(&path).unwrap().records().is_err());
}

#[test]
fn missing_changed_and_stray_seals() {
    let verified = spoilt(|files| drop(files.remove("checkpoint")));
    assert!(verified.problems.contains(&Problem::NotSealed));
    assert_eq!(verified.sealed, None);

    let verified = spoilt(|files| drop(files.remove("checkpoints/5")));
    assert_eq!(verified.problems, [Problem::MissingSeal { size: 5 }]);

    let verified = spoilt(|files| drop(files.insert("checkpoint".into(), files["checkpoints/9"].clone())));
    assert_eq!(
        words(&verified.problems),
        "",
        "the writer stopped while sealing: the copy of the seal is there twice"
    );
    assert_eq!(verified.records_after_seal, 3);

    let verified = spoilt(|files| drop(files.insert("checkpoints/7".into(), files["checkpoints/5"].clone())));
    assert!(
        words(&verified.problems).contains("checkpoints/7 is not readable as a seal: it seals 5 records")
    );
}

#[test]
fn rewritten_log_does_not_extend_the_earlier_seal() {
    let (_dir, path) = fresh();
    let (_other, rewritten) = fresh();
    build(&path);
    let mut store = Store::open(&rewritten).unwrap();
    support::add(&mut store, 1000);
    add_many(&mut store, 11);
    store.seal(&key(), NAME, TIME).unwrap();
    fs::copy(path.join("checkpoints/5"), rewritten.join("checkpoints/5")).unwrap();
    let verified = verify(&rewritten, Some(&key().verifying_key()), Mode::Sealed).unwrap();
    assert_eq!(verified.problems, [Problem::StraySeal { size: 5 }, Problem::Rewritten { size: 5 }]);
}

#[test]
fn writer_refuses_a_log_that_does_not_fit_its_seal() {
    let (_dir, path) = fresh();
    build(&path);
    let log = fs::read(path.join("log.jsonl")).unwrap();
    fs::write(path.join("log.jsonl"), &log[..log.len() - 5]).unwrap();
    let error = expect_error(Store::open(&path)).to_string();
    assert!(error.contains("checkpoint: the log does not begin with the records under this seal"), "{error}");
    assert_eq!(fs::read(path.join("log.jsonl")).unwrap().len(), log.len() - 5, "nothing was touched");

    fs::write(path.join("log.jsonl"), String::from_utf8(log).unwrap().replacen("true", "null", 1)).unwrap();
    let error = expect_error(Store::open(&path)).to_string();
    assert!(error.contains("log.jsonl line 2: it names another predecessor"), "{error}");
}

#[test]
fn too_many_problems_are_counted() {
    let verified = spoilt(|files| {
        files.get_mut("log.jsonl").unwrap().extend(b"?\n".repeat(5000));
    });
    assert_eq!(verified.problems.len(), 1001);
    assert_eq!(verified.problems.last(), Some(&Problem::Further { count: 4000 }));
}

#[test]
fn limits_are_kept() {
    let (_dir, path) = fresh();
    build(&path);
    let read = |limits| Log::read_with(&path, limits).unwrap().verify(None, Mode::Sealed);
    let long = read(Limits { line: 100, ..Limits::default() }).unwrap();
    assert!(long.problems.contains(&Problem::LineTooLong { line: 1, limit: 100 }));
    let large = read(Limits { object: 3, ..Limits::default() }).unwrap();
    assert!(large.problems.contains(&Problem::ObjectTooLarge { object: object(1), record: 1, limit: 3 }));
    assert!(read(Limits { log: 100, ..Limits::default() }).is_err());
    assert!(read(Limits { files: 10, ..Limits::default() }).is_err());
}

/// The byte that a random number means, over all files but `format`: the file and the place in it.
fn place(at: usize) -> (&'static str, usize) {
    let parts: Vec<_> = files().iter().filter(|(name, _)| *name != "format").collect();
    let mut at = at % parts.iter().map(|(_, bytes)| bytes.len()).sum::<usize>();
    for (name, bytes) in parts {
        if at < bytes.len() {
            return (name, at);
        }
        at -= bytes.len();
    }
    unreachable!("the place lies in one of the files")
}

/// Whether the words name the place: the object, the seal, or the line or the one that follows it or its range.
fn names_place(words: &str, name: &str, at: usize) -> bool {
    if name != "log.jsonl" {
        return words.contains(name.trim_start_matches("objects/"));
    }
    let line = 1 + files()[name][..at].iter().filter(|byte| **byte == b'\n').count();
    let range = |from: usize, to: usize| line >= from && words.contains(&format!("records {from} to {to} "));
    words.contains(&format!("line {line}:"))
        || words.contains(&format!("line {}:", line + 1))
        || range(1, 12)
        || range(6, 12)
        || range(10, 12)
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn every_flipped_byte_is_found_and_named(at in any::<usize>(), mask in 1u8..) {
        let (name, at) = place(at);
        let verified = spoilt(|files| files.get_mut(name).unwrap()[at] ^= mask);
        prop_assert!(!verified.is_sound(), "{name} byte {at}");
        let words = words(&verified.problems);
        prop_assert!(names_place(&words, name, at), "{name} byte {at}:\n{words}");
    }
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn every_added_or_removed_byte_is_found(at in any::<usize>(), byte in any::<u8>(), adds in any::<bool>()) {
        let (name, at) = place(at);
        let verified = spoilt(|files| {
            let bytes = files.get_mut(name).unwrap();
            let end = if adds { at } else { at + 1 };
            bytes.splice(at..end, adds.then_some(byte));
        });
        prop_assert!(!verified.is_sound(), "{name} byte {at}");
    }

    #[test]
    fn every_moved_or_doubled_line_is_found(from in 0usize..12, to in 0usize..12, keeps in any::<bool>()) {
        let verified = spoilt(|files| {
            let log = files.get_mut("log.jsonl").unwrap();
            let mut lines = lines(log);
            let line = if keeps { lines[from].clone() } else { lines.remove(from) };
            lines.insert(to, line);
            *log = lines.concat();
        });
        prop_assert_eq!(verified.is_sound(), from == to && !keeps);
    }
}
