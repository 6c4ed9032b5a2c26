//! Completeness of processes: whether the entries of a table together cover every step a unit names.

use assize_model::judgement::{Finding, Pointer};

use crate::say::{fail, leave_open, list, pass, whole};

/// A step with its name in words.
pub(crate) type Step<T> = (T, &'static str);

/// Whether entries, each an id with the steps it covers, together cover every wanted step. Without entries there is
/// nothing to judge; an entry that names no steps leaves a gap open.
pub(crate) fn together_cover<T: PartialEq>(
    table: &str,
    entries: &[(&String, &[T])],
    wanted: &[Step<T>],
) -> Vec<Finding> {
    if entries.is_empty() {
        return Vec::new();
    }
    let covers = |step: &T| entries.iter().any(|(_, steps)| steps.contains(step));
    let lacking: Vec<&str> = wanted.iter().filter(|(s, _)| !covers(s)).map(|(_, words)| *words).collect();
    if lacking.is_empty() {
        let helps = |steps: &[T]| wanted.iter().any(|(step, _)| steps.contains(step));
        let ids: Vec<&String> = entries.iter().filter(|(_, steps)| helps(steps)).map(|(id, _)| *id).collect();
        let words: Vec<&str> = wanted.iter().map(|(_, words)| *words).collect();
        let verb = if ids.len() == 1 { "covers" } else { "together cover" };
        return whole(pass(Pointer::ixit([table]), format!("{} {verb} {}.", list(&ids), list(&words))));
    }
    let lacking = list(&lacking);
    if let Some((id, _)) = entries.iter().find(|(_, steps)| steps.is_empty()) {
        let words = format!("{id} does not say which steps it covers, and no other entry covers {lacking}.");
        return whole(leave_open(Pointer::ixit([table, id.as_str(), "covers"]), words, "fill in `covers`"));
    }
    let remedy = format!("establish a process for {lacking}, and declare it");
    whole(fail(Pointer::ixit([table]), format!("No entry of {table} covers {lacking}."), remedy))
}
