//! A writer is killed fifty times at random moments; every record it reported stays, and writing goes on.
#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

mod support;

use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;

use assize_evidence::{Draft, Log, Mode, Store, verify};
use support::{TIME, add, fresh};

const DIR: &str = "ASSIZE_TEST_KILL_DIR";

#[test]
fn killed_writer_loses_nothing() {
    if let Some(dir) = env::var_os(DIR) {
        write_until_killed(Path::new(&dir));
    }
    let (_dir, path) = fresh();
    let seed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64;
    println!("seed {seed}");
    let (mut random, mut reported, mut torn, mut orphans) = (seed | 1, 0, 0, 0);
    for round in 0..50 {
        let last = killed_after(&path, next(&mut random) % 30, next(&mut random) % 3000);
        reported = reported.max(last);
        let mut store = Store::open(&path).unwrap();
        torn += usize::from(store.recovered().torn.is_some());
        orphans += store.recovered().orphans.len();
        assert!(store.records() >= reported, "round {round}: {} of {reported} records", store.records());
        let next = store.records() + 1;
        reported = add(&mut store, next);
        let verified = verify(&path, None, Mode::Unsealed).unwrap();
        assert!(verified.is_sound(), "round {round}: {}", support::words(&verified.problems));
    }
    println!("{reported} records, {torn} torn lines, {orphans} orphans");
    assert!(reported > 200, "the writers got to write between the kills: {reported}");
    for (index, record) in Log::read(&path).unwrap().records().unwrap().enumerate() {
        let (record, number) = (record.unwrap(), index as u64 + 1);
        assert_eq!((record.n, record.body["port"].as_u64()), (number, Some(number)));
    }
}

/// Kills a writer some microseconds after it reported so many records; returns the last it reported.
fn killed_after(path: &Path, records: u64, delay: u64) -> u64 {
    let mut writer = spawn(path);
    let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines();
    let mut last = 0;
    let mut heard = 0;
    while heard < records {
        let line = lines.next().expect("the writer writes until it is killed").unwrap();
        if let Some(number) = line.strip_prefix("done ") {
            last = number.parse().unwrap();
            heard += 1;
        }
    }
    sleep(Duration::from_micros(delay));
    writer.kill().unwrap();
    writer.wait().unwrap();
    for line in lines {
        last = line.unwrap().strip_prefix("done ").map_or(last, |number| number.parse().unwrap());
    }
    last
}

fn spawn(path: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "killed_writer_loses_nothing", "--nocapture"])
        .env(DIR, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Appends records of up to some sixty kilobytes, each with its object, and reports each.
#[expect(clippy::print_stdout, reason = "the parent reads what its child says")]
fn write_until_killed(path: &Path) -> ! {
    let mut store = Store::open(path).unwrap();
    // The line starts anew: the test harness has printed the test's name before.
    println!();
    loop {
        let number = store.records() + 1;
        let object = store.put(format!("raw bytes {number}").as_bytes()).unwrap();
        let filler = "x".repeat(if number.is_multiple_of(16) { 60_000 } else { 100 });
        let body = json!({"port": number, "filler": filler});
        store.append(Draft { time: TIME, kind: "fact", body, objects: &[object] }).unwrap();
        let mut out = std::io::stdout();
        out.write_all(format!("done {number}\n").as_bytes()).unwrap();
        out.flush().unwrap();
    }
}

fn next(random: &mut u64) -> u64 {
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    *random
}
