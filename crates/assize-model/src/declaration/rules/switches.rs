//! `product.toml`: the switches of the bench.

use super::super::file::DeclarationFile::Product as File;
use super::super::findings::{Findings, quote};
use super::super::play::{Act, Purpose};
use super::super::switch::{Supply, Switch};
use super::Context;
use crate::diagnostic::Diagnostic;

/// Longer commands are none that somebody wrote.
const MOST_WORDS: usize = 64;

pub(super) fn check(context: &Context<'_>, findings: &mut Findings) {
    let bench = &context.declaration.product.bench;
    for switch in &bench.switch {
        let path = ["bench", "switch", switch.id.as_str()];
        for (message, remedy) in faults(switch) {
            findings.error(|| context.at(File, &path, Diagnostic::error("D068 bad-switch", message, remedy)));
        }
    }
    let switches_power = bench.switch.iter().any(|s| s.what == Some(Supply::Power));
    let mut idle = |message: &str, remedy: &str| {
        let path = ["bench", "allow"];
        findings
            .warning(|| context.at(File, &path, Diagnostic::warning("D069 idle-switch", message, remedy)));
    };
    if bench.allow.contains(&Act::SwitchPower) && !switches_power {
        idle(
            "the bench may switch the power, but no switch does it",
            "add a [[bench.switch]] with what = \"power\", or take switch-power out of `allow`",
        );
    }
    let allows = |s: &&Switch| bench.allow.contains(&act_of(s));
    for switch in bench.switch.iter().filter(|s| s.what.is_some()).filter(|s| !allows(s)) {
        let (name, act) = (quote(&switch.id), act_of(switch).name());
        idle(
            &format!("the switch {name} is never turned, because the bench does not allow it"),
            &format!("add {act} to `allow`, or take the switch out"),
        );
    }
    if switches_power && !bench.play.iter().any(|p| p.purpose == Some(Purpose::Health)) {
        idle(
            "no play tells whether the DUT works again after its power was off",
            "add a [[bench.play]] with purpose = \"health\"",
        );
    }
}

/// What has to be allowed for a switch to be turned.
fn act_of(switch: &Switch) -> Act {
    match switch.what {
        Some(Supply::Power) => Act::SwitchPower,
        Some(Supply::Network) | None => Act::Interrupt,
    }
}

fn faults(switch: &Switch) -> Vec<(String, String)> {
    let (name, mut all) = (quote(&switch.id), Vec::new());
    let mut wrong = |message: String, remedy: &str| all.push((message, remedy.to_owned()));
    if switch.what.is_none() {
        wrong(
            format!("the switch {name} does not say what it takes away"),
            "write `what = \"power\"` or `what = \"network\"`",
        );
    }
    let is_silent = switch.off.is_empty() && switch.on.is_empty() && switch.state.is_empty();
    if switch.by_hand && !is_silent {
        wrong(
            format!("the switch {name} is turned by hand and by commands"),
            "take out `by_hand`, or `off`, `on` and `state`",
        );
    }
    if !switch.by_hand && (switch.off.is_empty() || switch.on.is_empty()) {
        wrong(
            format!("the switch {name} does not say how it is turned off and on again"),
            "write both commands, as `off = [\"plug-control\", \"off\"]`, or `by_hand = true`",
        );
    }
    for (field, command) in [("off", &switch.off), ("on", &switch.on), ("state", &switch.state)] {
        let is_blank = command.first().is_some_and(|program| program.trim().is_empty());
        if is_blank || command.len() > MOST_WORDS || command.iter().any(|word| word.contains('\0')) {
            wrong(
                format!("the command `{field}` of the switch {name} cannot be run"),
                "begin with the name of a program, and keep to 64 words without zero bytes",
            );
        }
    }
    if switch.reachable && switch.what == Some(Supply::Power) {
        wrong(
            format!("the switch {name} says that a DUT without power is still reached"),
            "take out `reachable`; it is for networks",
        );
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn switch(edit: impl Fn(&mut Switch)) -> usize {
        let word = |w: &str| vec!["plug-control".to_owned(), w.to_owned()];
        let mut switch = Switch {
            id: "mains".into(),
            what: Some(Supply::Power),
            off: word("off"),
            on: word("on"),
            ..Switch::default()
        };
        edit(&mut switch);
        faults(&switch).len()
    }

    #[test]
    fn a_switch_is_turned_both_ways_in_one_manner() {
        assert_eq!(switch(|_| {}), 0);
        assert_eq!(switch(|s| *s = Switch { by_hand: true, off: vec![], on: vec![], ..s.clone() }), 0);
        assert_eq!(switch(|s| s.by_hand = true), 1);
        assert_eq!(switch(|s| s.on.clear()), 1);
        assert_eq!(switch(|s| s.what = None), 1);
        assert_eq!(switch(|s| s.off = vec![" ".into()]), 1);
        assert_eq!(switch(|s| s.state = vec!["x\0".into()]), 1);
        assert_eq!(switch(|s| s.off = vec!["x".into(); 65]), 1);
        assert_eq!(switch(|s| s.reachable = true), 1);
    }
}
