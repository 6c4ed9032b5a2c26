//! `assize demo`: the reference device, assessed live by the same road as every other device.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use assize_lab::{Budget, Error, Folder, Hands, Result, SKELETON_FILES, assess, judge};
use serde_json::json as value;

use super::assess::{Bar, told};
use super::{held, judge as verdicts, report};
use crate::args::{DemoArgs, ReportFormat};
use crate::bench::{Addresses, RunningDevice, flaws};
use crate::output::{bold, dim, json, say};

/// The example declaration, the same that stands in examples/products.
const EXAMPLE: [&str; 3] = [
    include_str!("../../../../examples/products/halden-plug/product.toml"),
    include_str!("../../../../examples/products/halden-plug/ics.toml"),
    include_str!("../../../../examples/products/halden-plug/ixit.toml"),
];

pub(super) fn run(args: &DemoArgs) -> Result<ExitCode> {
    if args.list_flaws {
        return list_flaws(args.out.is_json());
    }
    known(&args.flaw)?;
    let began = Instant::now();
    let catalogue = held()?;
    let dir = args.keep.clone().unwrap_or_else(temporary);
    let (addresses, is_ours) = prepare(&dir)?;
    let folder = Folder::open(&dir)?;
    let device = RunningDevice::start(&addresses, &args.flaw, &dir.join("password"))?;
    let unit = RunningDevice::start_unit(&addresses, &args.flaw)?;
    let mut bar = Bar::new(args.out.is_json());
    let hands = Hands { commands: is_ours, guide: None };
    let ran = assess(&folder, catalogue, &Budget::default(), Some(&hands), &mut bar)?;
    bar.bar.finish_and_clear();
    drop((device, unit));
    told(&ran);
    let judged = judge(&folder, catalogue, None)?;
    let page = dir.join("report/report.html");
    report::write(&judged, &dir, ReportFormat::Html, &page)?;
    if args.out.is_json() {
        let assessment = serde_json::to_value(&judged.assessment).expect("shapes have string keys only");
        json(
            &value!({ "format": 1, "folder": dir, "report": page, "flaws": args.flaw, "assessment": assessment }),
        );
        return Ok(ExitCode::SUCCESS);
    }
    verdicts::print(&judged);
    farewell(&dir, &page, began);
    Ok(ExitCode::SUCCESS)
}

fn farewell(dir: &Path, page: &Path, began: Instant) {
    say!("\nAssessed in {:.1} s. The report lies in {}", began.elapsed().as_secs_f64(), bold(page.display()));
    say!("The assessment folder is {}. Go on with:", dir.display());
    say!("  assize answer {0}              {1}", dir.display(), dim("what only a person can tell"));
    say!("  assize verify {0} --unsealed   {1}", dir.display(), dim("whether the evidence is whole"));
    say!("  assize demo --flaw telnet-login    {}", dim("the same device with something wrong"));
}

fn temporary() -> PathBuf {
    std::env::temp_dir().join(format!("assize-demo-{}", std::process::id()))
}

/// Writes the example declaration into a new folder, or takes the addresses of the one that is kept there. Says also
/// whether it is the example to the letter: its commands switch the reference device, those of others do not run.
fn prepare(dir: &Path) -> Result<(Addresses, bool)> {
    let file = |act, path: &Path, source| Error::File { act, path: path.to_owned(), source };
    let program = std::env::current_exe().map_err(|e| file("find", Path::new("this program"), e))?;
    let program = program.to_string_lossy();
    let product = dir.join(SKELETON_FILES[0]);
    if product.exists() {
        let text = std::fs::read_to_string(&product).map_err(|e| file("read", &product, e))?;
        let addresses = Addresses::of(&text).ok_or_else(|| {
            Error::Answer(format!("{} holds another product; choose another folder", dir.display()))
        })?;
        let example = addresses.apply(EXAMPLE[0]);
        let is_ours = program_of(&text).is_some_and(|named| switched_by(&example, &named) == text);
        let ours = switched_by(&example, &program);
        if is_ours && text != ours {
            // This program lies elsewhere than the one that wrote the folder.
            std::fs::write(&product, ours).map_err(|e| file("write", &product, e))?;
        }
        return Ok((addresses, is_ours));
    }
    let addresses = Addresses::picked(std::process::id());
    std::fs::create_dir_all(dir).map_err(|e| file("create", dir, e))?;
    for (name, text) in SKELETON_FILES.iter().zip(EXAMPLE) {
        let at = dir.join(name);
        std::fs::write(&at, switched_by(&addresses.apply(text), &program))
            .map_err(|e| file("write", &at, e))?;
    }
    Ok((addresses, true))
}

/// The example with a program in the commands of its switch, which may lie outside of PATH.
fn switched_by(text: &str, program: &str) -> String {
    // Written as a TOML string.
    let quoted = toml::Value::from(program).to_string();
    text.replace("[\"assize\", ", &format!("[{quoted}, "))
}

/// The program that a kept declaration names in the commands of its switch.
fn program_of(product: &str) -> Option<String> {
    let table: toml::Table = toml::from_str(product).ok()?;
    let switch = table.get("bench")?.get("switch")?.as_array()?.first()?;
    Some(switch.get("off")?.as_array()?.first()?.as_str()?.to_owned())
}

fn known(names: &[String]) -> Result<()> {
    let flaws = flaws()?;
    match names.iter().find(|n| flaws.iter().all(|f| f.name != **n)) {
        Some(name) => {
            Err(Error::Arguments(format!("there is no flaw `{name}`; see assize demo --list-flaws")))
        }
        None => Ok(()),
    }
}

fn list_flaws(as_json: bool) -> Result<ExitCode> {
    let flaws = flaws()?;
    if as_json {
        json(&flaws);
        return Ok(ExitCode::SUCCESS);
    }
    for flaw in flaws {
        let seen = if flaw.seen { String::new() } else { dim("  not seen here") };
        say!(
            "{}{seen}\n    {}\n    {}",
            bold(&flaw.name),
            flaw.title,
            dim(format!("breaks {}", flaw.breaks.join(", ")))
        );
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_folder_is_switched_by_the_program_that_runs() {
        let kept = tempfile::tempdir().unwrap();
        let product = kept.path().join("product.toml");
        let (addresses, is_ours) = prepare(kept.path()).unwrap();
        let own = std::fs::read_to_string(&product).unwrap();
        assert!(
            is_ours && program_of(&own).is_some_and(|p| Path::new(&p) == std::env::current_exe().unwrap())
        );
        std::fs::write(&product, switched_by(&addresses.apply(EXAMPLE[0]), "/elsewhere/assize")).unwrap();
        assert_eq!(prepare(kept.path()).unwrap(), (addresses.clone(), true));
        assert_eq!(std::fs::read_to_string(&product).unwrap(), own);
        let others = own.replace("\"power\", \"off\"", "\"power\", \"oh\"");
        std::fs::write(&product, &others).unwrap();
        assert_eq!(prepare(kept.path()).unwrap(), (addresses, false));
        assert_eq!(std::fs::read_to_string(&product).unwrap(), others);
    }
}
