//! `ci`: everything that has to hold before a change goes in, with the time of each step. The tests come last, so
//! that what cargo says of them are the closing lines.

use std::path::Path;
use std::time::Instant;
use std::{env, fs};

use crate::command::cargo;
use crate::{Error, Result, reference, say, tidy};

type Step = (&'static str, fn(&Path) -> Result<()>);

const STEPS: [Step; 7] = [
    ("format", |root| cargo(root, "format", &["fmt", "--all", "--", "--check"], &[])),
    ("tidy", tidy::run),
    ("lint", lint),
    ("reference", reference::check),
    ("fuzz targets", fuzz_targets),
    ("demo", demo),
    ("tests", |root| cargo(root, "tests", &["test", "--workspace", "--locked"], &[])),
];

/// Runs all steps, and stops at the first that fails.
///
/// # Errors
/// The step that failed.
pub fn run(root: &Path) -> Result<()> {
    let began = Instant::now();
    let mut times = Vec::new();
    for (name, step) in STEPS {
        say!("== {name}");
        if name == "tests" {
            say!("   so far: {}; {:.0} s in all", times.join(", "), began.elapsed().as_secs_f64());
        }
        let step_began = Instant::now();
        step(root)?;
        times.push(format!("{name} {:.0} s", step_began.elapsed().as_secs_f64()));
    }
    Ok(())
}

fn lint(root: &Path) -> Result<()> {
    let args = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
    cargo(root, "lint", &args, &[])
}

/// The fuzz targets are a workspace of their own; here they are only compiled, into the folder of the others, so that
/// what both depend on is compiled once.
fn fuzz_targets(root: &Path) -> Result<()> {
    let shared = env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| root.join("target").display().to_string());
    let args = ["check", "--quiet", "--locked", "--manifest-path", "fuzz/Cargo.toml"];
    cargo(root, "fuzz targets", &args, &[("CARGO_TARGET_DIR", &shared)])
}

/// One device assessed live from the outside, and its evidence verified.
fn demo(root: &Path) -> Result<()> {
    let folder = root.join("target/ci-demo");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(Error::file("remove", &folder))?;
    }
    let path = folder.display().to_string();
    let run = ["run", "--quiet", "--locked", "--package", "assize", "--"];
    cargo(root, "demo", &[&run[..], &["demo", "--keep", &path]].concat(), &[])?;
    cargo(root, "demo: verify", &[&run[..], &["verify", &path, "--unsealed"]].concat(), &[])?;
    let report = folder.join("report/report.html");
    let page = fs::read_to_string(&report).map_err(Error::file("read", &report))?;
    if page.contains("</html>") { Ok(()) } else { Err(Error::Step("demo: report".into())) }
}
