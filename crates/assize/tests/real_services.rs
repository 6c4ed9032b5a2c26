//! Real services as devices: each folder of `trials/real` is started, assessed by its declaration, compared with what
//! its documentation says, and still alive afterwards. `trials/real/README.md` describes the files.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]
#![expect(clippy::print_stderr, reason = "what was not looked at is said in the test's output")]

#[path = "real/bench.rs"]
mod bench;
#[path = "real/expected.rs"]
mod expected;

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use assize_lab::{Folder, catalogue, judge};
use bench::{Running, missing};
use expected::Expected;
use tempfile::TempDir;

/// How many services are looked at at once.
const AT_ONCE: usize = 4;

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../trials/real");
    let entries = std::fs::read_dir(root).unwrap().map(|e| e.unwrap().path());
    let mut folders: Vec<PathBuf> = entries.filter(|p| p.join("service.toml").exists()).collect();
    folders.sort();
    folders
}

/// Says that a service was not looked at; `ASSIZE_CI` turns it into a failure.
fn not_run(name: &str, why: &str) {
    eprintln!("NOT RUN: {name}: {why}");
    assert!(std::env::var_os("ASSIZE_CI").is_none(), "not run in CI: {name}: {why}");
}

/// What is wrong with one service, each in a line.
fn look(folder: &Path) -> Vec<String> {
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    let expected = Expected::read(folder);
    if let Some(why) = missing(folder) {
        not_run(&name, &why);
        return Vec::new();
    }
    let dir = TempDir::new().unwrap();
    let mut running = match Running::start(folder, dir.path()) {
        Ok(running) => running,
        Err(why) => return vec![format!("{name}: {why}")],
    };
    let assessed = running.assess(dir.path());
    let alive = running.is_alive();
    let said = running.stop();
    let mut wrong = Vec::new();
    if let Err(why) = assessed {
        wrong.push(why);
    } else {
        let judged = judge(&Folder::open(dir.path()).unwrap(), catalogue().unwrap(), None).unwrap();
        wrong.extend(judged.stored.troubles.iter().map(|t| format!("the bench: {t}")));
        wrong.extend(expected.wrong(&judged));
        for note in expected.later(&judged) {
            eprintln!("{name}: {note}");
        }
    }
    if !alive {
        wrong.push(format!("it is no longer alive: {said}"));
    }
    wrong.into_iter().map(|words| format!("{name}: {words}")).collect()
}

#[test]
fn each_service_shows_what_its_documentation_says() {
    let queue = Mutex::new(folders());
    assert!(queue.lock().unwrap().len() >= 10);
    let only = std::env::var("ASSIZE_REAL").ok();
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(folder) = queue.lock().unwrap().pop() else { return };
                    if only.as_ref().is_none_or(|o| folder.ends_with(o)) {
                        let found = look(&folder);
                        wrong.lock().unwrap().extend(found);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
