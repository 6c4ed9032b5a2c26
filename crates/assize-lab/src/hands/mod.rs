//! Who turns the bench's switches: commands, when the person who starts the run wants them to run, or that person.
//! A declaration may come from a supplier, so that its commands never run by themselves.

mod command;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use assize_model::declaration::switch::{Supply, Switch};
use assize_probes::Raw;
use assize_probes::switch::{Hand, NotTurned, Turn, Turned, Turning};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::now;

/// What a run may use to turn switches. By default nothing turns any.
#[derive(Clone, Default)]
pub struct Hands {
    /// Whether commands that the declaration names are run.
    pub commands: bool,
    /// Who asks the person at the bench; none when there is nobody.
    pub guide: Option<Arc<dyn Guide>>,
}

impl fmt::Debug for Hands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_guided = self.guide.is_some();
        f.debug_struct("Hands").field("commands", &self.commands).field("guide", &is_guided).finish()
    }
}

/// Asks a person at the bench to turn a switch, and waits for the answer.
pub trait Guide: Send + Sync {
    /// Called on a thread of its own; it may wait for as long as the person takes.
    fn ask(&self, switch: &str, supply: Supply, turn: Turn) -> Guided;
}

/// What a person answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guided {
    /// It is done, by the person of this name.
    Done(String),
    /// It shall be left out; why, as a clause.
    Skipped(String),
}

/// Turns the switches of one assessment folder.
pub(crate) struct BenchHand<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) hands: &'a Hands,
}

impl Hand for BenchHand<'_> {
    fn turn<'a>(&'a self, switch: &'a Switch, turn: Turn) -> Turning<'a> {
        match switch.by_hand {
            true => Box::pin(self.by_person(switch, turn)),
            false => Box::pin(self.by_command(switch, turn)),
        }
    }
}

impl BenchHand<'_> {
    async fn by_command(&self, switch: &Switch, turn: Turn) -> Result<Turned, NotTurned> {
        if !self.hands.commands {
            let why = "its commands run only when the assessment is started with `--switches`";
            return Err(NotTurned::LeftOut(why.to_owned()));
        }
        let command = if turn == Turn::Off { &switch.off } else { &switch.on };
        let (mut at, mut raw) = (Instant::now(), Vec::new());
        for (what, command) in [("turn", command), ("state", &switch.state)] {
            if command.is_empty() {
                continue;
            }
            let said = command::run(self.folder, command).await.map_err(NotTurned::Failed)?;
            if what == "turn" && turn == Turn::Off {
                at = Instant::now();
            }
            raw.push(Raw::new(format!("{what} {}.txt", turn.name()), format!("{} {said}", now())));
        }
        Ok(Turned { at, by: None, raw })
    }

    async fn by_person(&self, switch: &Switch, turn: Turn) -> Result<Turned, NotTurned> {
        let Some(guide) = self.hands.guide.clone() else {
            let why = "it is turned by hand, and nobody is asked without a terminal or with `--no-guide`";
            return Err(NotTurned::LeftOut(why.to_owned()));
        };
        let (id, supply) = (switch.id.clone(), switch.what.unwrap_or_default());
        let (tell, told) = oneshot::channel();
        // A thread that waits for a person must not hold up the relays, nor the end of the program.
        std::thread::spawn(move || drop(tell.send(guide.ask(&id, supply, turn))));
        match told.await {
            Ok(Guided::Done(by)) => {
                let line = format!("{} {} turned {} by {by}\n", now(), switch.id, turn.name());
                Ok(Turned {
                    at: Instant::now(),
                    by: Some(by),
                    raw: vec![Raw::new(format!("turn {}.txt", turn.name()), line)],
                })
            }
            Ok(Guided::Skipped(why)) if turn == Turn::Off => Err(NotTurned::LeftOut(why)),
            Ok(Guided::Skipped(why)) => Err(NotTurned::Failed(why)),
            Err(_) => Err(NotTurned::Failed("the question to the person at the bench broke off".into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Person(Guided);

    impl Guide for Person {
        fn ask(&self, switch: &str, supply: Supply, _: Turn) -> Guided {
            assert_eq!((switch, supply), ("mains", Supply::Power));
            self.0.clone()
        }
    }

    fn turned(switch: &Switch, hands: &Hands, turn: Turn) -> Result<Turned, NotTurned> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let dir = tempfile::tempdir().unwrap();
        runtime.block_on(async { BenchHand { folder: dir.path(), hands }.turn(switch, turn).await })
    }

    fn by_hand() -> Switch {
        Switch { id: "mains".into(), what: Some(Supply::Power), by_hand: true, ..Switch::default() }
    }

    #[test]
    fn commands_run_only_when_they_are_wanted() {
        let say = |w: &str| vec!["/bin/echo".to_owned(), w.to_owned()];
        let switch = Switch { off: say("dark"), on: say("light"), state: say("it is"), ..Switch::default() };
        let left = turned(&switch, &Hands::default(), Turn::Off).unwrap_err();
        assert!(matches!(left, NotTurned::LeftOut(why) if why.contains("--switches")));
        let hands = Hands { commands: true, guide: None };
        let raw = turned(&switch, &hands, Turn::Off).unwrap().raw;
        let text = |at: usize| String::from_utf8_lossy(&raw[at].bytes).into_owned();
        assert!(raw[0].label == "turn off.txt" && text(0).contains("dark"), "{raw:?}");
        assert!(raw[1].label == "state off.txt" && text(1).contains("it is"), "{raw:?}");
        let broken = Switch { state: vec!["/bin/false".into()], ..switch };
        assert!(matches!(turned(&broken, &hands, Turn::On), Err(NotTurned::Failed(_))));
    }

    #[test]
    fn a_person_does_it_or_leaves_it_but_not_half() {
        let asked = |guided| {
            let hands = Hands { commands: true, guide: Some(Arc::new(Person(guided))) };
            [Turn::Off, Turn::On].map(|turn| turned(&by_hand(), &hands, turn))
        };
        let [off, on] = asked(Guided::Done("A. Tester".into()));
        assert_eq!(on.unwrap().by.as_deref(), Some("A. Tester"));
        let line = String::from_utf8(off.unwrap().raw[0].bytes.clone()).unwrap();
        assert!(line.starts_with("20") && line.ends_with("mains turned off by A. Tester\n"), "{line}");
        let [off, on] = asked(Guided::Skipped("A. Tester skipped it".into()));
        assert!(matches!((off, on), (Err(NotTurned::LeftOut(_)), Err(NotTurned::Failed(_)))));
        let alone = turned(&by_hand(), &Hands { commands: true, guide: None }, Turn::Off);
        assert!(matches!(alone, Err(NotTurned::LeftOut(_))));
    }
}
