//! Switches that commands turn, on a DUT that has its power while a file is not there: nothing runs without leave of the
//! person who starts the run, and what is left out shows nothing.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

mod common;

use std::io::{ErrorKind, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use assize_lab::{Budget, Folder, Hands, Judged, Ran, Stored, assess, catalogue, judge};
use assize_model::fact::{Fact, KeptState, SwitchTrial};
use assize_model::verdict::Verdict;
use common::Quiet;
use tempfile::TempDir;

/// Where the DUT of this test lives; 8443 is the port of the example's plays.
const NET: &str = "127.78.217.";

/// The example with a DUT of its own, clear HTTP, one switch, and these words in `allow`.
fn folder(allow: &str) -> TempDir {
    let dir = TempDir::new().unwrap();
    common::example(&dir, |text| text.replace("127.77.3.", NET));
    let product = dir.path().join("product.toml");
    let text = std::fs::read_to_string(&product).unwrap();
    let (bench, rest) = text.split_once("[[bench.account]]").unwrap();
    let bench: String =
        bench
            .lines()
            .map(|line| {
                if line.starts_with("allow = ") {
                    format!("allow = [{allow}]\n")
                } else {
                    format!("{line}\n")
                }
            })
            .collect();
    let hosts = &rest[rest.find("[[host]]").unwrap()..];
    let play = |id: &str, purpose: &str| {
        format!("[[bench.play]]\nid = \"{id}\"\npurpose = \"{purpose}\"\nat = \"tcp/8443\"\ntls = false\n")
    };
    let switch = "[[bench.switch]]\nid = \"mains\"\nwhat = \"power\"\noff = [\"touch\", \"dark\", \"ran\"]\n\
                  on = [\"rm\", \"dark\"]\nstate = [\"ls\"]\n";
    let plays = play("health", "health") + &play("schedule", "read");
    std::fs::write(&product, format!("{bench}{plays}{switch}{hosts}")).unwrap();
    dir
}

/// Answers everything with one schedule while there is no file `dark`, and has no port while there is.
fn dut(dir: &Path) {
    let dark = dir.join("dark");
    let home = dir.to_owned();
    std::thread::spawn(move || {
        while home.exists() {
            if dark.exists() {
                sleep(Duration::from_millis(5));
                continue;
            }
            let listener = TcpListener::bind(format!("{NET}10:8443")).unwrap();
            listener.set_nonblocking(true).unwrap();
            while home.exists() && !dark.exists() {
                match listener.accept() {
                    Ok((mut stream, _)) => {
                        stream.set_nonblocking(false).unwrap();
                        stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
                        if stream.read(&mut [0; 2048]).is_ok_and(|size| size > 0) {
                            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n07:30");
                        }
                    }
                    Err(e) if e.kind() == ErrorKind::WouldBlock => sleep(Duration::from_millis(2)),
                    Err(_) => {}
                }
            }
        }
    });
}

struct Came {
    ran: Ran,
    judged: Judged,
    trials: Vec<SwitchTrial>,
}

fn run(dir: &TempDir, hands: Option<&Hands>) -> Came {
    let folder = Folder::open(dir.path()).unwrap();
    let (held, second) = (catalogue().unwrap(), Duration::from_secs(1));
    let budget = Budget {
        outage: second,
        recovery: second,
        restart: 5 * second,
        settle: Duration::ZERO,
        ..Budget::default()
    };
    let none = Hands::default();
    let ran = assess(&folder, held, &budget, Some(hands.unwrap_or(&none)), &mut Quiet);
    let stored = Stored::read(&folder.log().unwrap()).unwrap();
    let trials = stored.facts.recorded.into_iter().filter_map(|r| match r.fact {
        Fact::SwitchTrial(trial) => Some(trial),
        _ => None,
    });
    let trials = trials.collect();
    Came { ran: ran.unwrap(), judged: judge(&folder, held, None).unwrap(), trials }
}

impl Came {
    /// The indications of the unit on power, with its verdict.
    fn unit(&self) -> (Verdict, String) {
        let unit = &self.judged.assessment.case("5.9-1-2").unwrap().units[1];
        let words = unit.indications.iter().map(|i| i.words.clone());
        (unit.verdict, words.collect::<Vec<_>>().join(" "))
    }

    fn is_troubled(&self, words: &str) -> bool {
        self.ran.troubles.iter().any(|t| t.starts_with("power on ") && t.contains(words))
    }
}

#[test]
fn commands_run_with_leave_only_and_what_they_show_is_judged() {
    let dir = folder("\"switch-power\"");
    dut(dir.path());
    let ran = || dir.path().join("ran").exists();

    let came = run(&dir, None);
    assert!(came.is_troubled("--switches") && !ran() && came.trials.is_empty(), "{:?}", came.ran.troubles);
    assert_eq!(came.unit().0, Verdict::Inconclusive);
    assert!(came.unit().1.contains("was not tried"), "{:?}", came.unit());

    let hands = Hands { commands: true, guide: None };
    let came = run(&dir, Some(&hands));
    assert!(ran() && !came.is_troubled(""), "{:?}", came.ran.troubles);
    let [trial] = came.trials.as_slice() else { panic!("{:?}", came.trials) };
    assert!(trial.was_well && trial.fell_silent && trial.back_after_ms.is_some(), "{trial:?}");
    assert_eq!((trial.ports.as_slice(), trial.reads[0].state), (&[8443][..], KeptState::Same));
    assert!(came.unit().1.contains("brought the DUT back"), "{:?}", came.unit());
    assert_eq!(came.unit().0, Verdict::Inconclusive, "a person confirms it");
    let proposed = came.judged.assessment.case("5.9-1-2").unwrap().units[1].indications.len();
    assert!(proposed > 0);

    // A switch that fails leaves the step open, and the DUT with its power.
    let product = dir.path().join("product.toml");
    let text = std::fs::read_to_string(&product).unwrap();
    std::fs::write(
        &product,
        text.replace("\"touch\", \"dark\", \"ran\"", "\"false\"").replace("\"rm\",", "\"rm\", \"-f\","),
    )
    .unwrap();
    let came = run(&dir, Some(&hands));
    assert!(came.is_troubled("turned on again") && came.trials.is_empty(), "{:?}", came.ran.troubles);
    assert!(!dir.path().join("dark").exists());
}
