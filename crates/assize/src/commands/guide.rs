//! Guides a person at the terminal through switches that are turned by hand.

use std::io::{BufRead, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};

use assize_lab::{Guide, Guided, Hands, Turn};
use assize_model::declaration::switch::Supply;
use indicatif::ProgressBar;

use super::answer::ask;
use crate::args::AssessArgs;

/// The hands that the arguments and the terminal give a run.
pub(super) fn hands(args: &AssessArgs, bar: &ProgressBar) -> Hands {
    let is_attended = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    let guide: Option<Arc<dyn Guide>> = match is_attended && !args.no_guide && !args.out.is_json() {
        true => Some(Arc::new(Terminal { bar: bar.clone(), name: Mutex::new(args.name.trim().to_owned()) })),
        false => None,
    };
    Hands { commands: args.switches, guide }
}

/// The person at the terminal.
struct Terminal {
    /// What must not draw over the question.
    bar: ProgressBar,
    name: Mutex<String>,
}

impl Guide for Terminal {
    fn ask(&self, switch: &str, supply: Supply, turn: Turn) -> Guided {
        self.bar.suspend(|| {
            let mut name = self.name.lock().unwrap_or_else(PoisonError::into_inner);
            guided(&mut std::io::stdin().lock(), &mut name, (switch, supply, turn))
        })
    }
}

/// Asks until the person has done it or will not.
fn guided(
    input: &mut impl BufRead,
    name: &mut String,
    (switch, supply, turn): (&str, Supply, Turn),
) -> Guided {
    if name.is_empty() {
        match ask(input, "\nYour name, as it shall stand in the evidence") {
            Ok(given) => *name = given,
            Err(_) => return Guided::Skipped("the input ended".into()),
        }
    }
    let what = supply.name();
    let words = match turn {
        Turn::Off => format!(
            "\nTake the {what} from the device now, at the switch {switch}.\nEnter when it is off, s to skip it"
        ),
        Turn::On => {
            format!("\nGive the {what} back to the device now, at the switch {switch}.\nEnter when it is on")
        }
    };
    loop {
        let Ok(answer) = ask(input, &words) else { return Guided::Skipped("the input ended".into()) };
        match answer.to_lowercase().as_str() {
            "" => return Guided::Done(shown(name)),
            "s" | "skip" if turn == Turn::Off => {
                return Guided::Skipped(format!("{} skipped it", shown(name)));
            }
            _ => {
                let _ = writeln!(std::io::stderr(), "Press Enter alone, please.");
            }
        }
    }
}

/// Who did it, where nobody gave a name.
fn shown(name: &str) -> String {
    if name.is_empty() { "a person without a name".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(typed: &str, name: &str, turn: Turn) -> Guided {
        guided(&mut typed.as_bytes(), &mut name.to_owned(), ("mains", Supply::Power, turn))
    }

    #[test]
    fn a_person_does_it_skips_it_or_goes_away() {
        assert_eq!(said("\n", "A. Tester", Turn::Off), Guided::Done("A. Tester".into()));
        assert_eq!(said("B. Tester\nwhat\n\n", "", Turn::On), Guided::Done("B. Tester".into()));
        assert_eq!(said("s\n", "A", Turn::Off), Guided::Skipped("A skipped it".into()));
        assert_eq!(said("s\n\n", "A", Turn::On), Guided::Done("A".into()));
        for turn in [Turn::Off, Turn::On] {
            assert_eq!(said("", "A", turn), Guided::Skipped("the input ended".into()));
            assert_eq!(said("", "", turn), Guided::Skipped("the input ended".into()));
        }
    }
}
