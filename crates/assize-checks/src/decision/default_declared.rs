//! The default of each decision is one of its options, or there is none.

use assize_model::declaration::ixit::UserDec;

use crate::Check;
use crate::say::{Row, Said, quote, text};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "decision.default_declared",
    establishes: "The default of each decision is one of its options, or there is none.",
    probes: &[],
    partial: false,
    judge: |scene| table::user_dec(scene, rule),
};

fn rule(d: &UserDec, row: Row) -> Said {
    let Some(default) = text(d.default.as_ref()) else {
        return row.leaves_out("default", "which option stands when the user does nothing");
    };
    if d.options.is_empty() {
        return row.leaves_out("options", "between which options the user decides");
    }
    if d.options.iter().any(|o| o.trim().eq_ignore_ascii_case(default)) {
        return row
            .passes("default", format!("has the default {} of {} options", quote(default), d.options.len()));
    }
    if default.to_lowercase().starts_with("none") {
        return row.passes("default", "has no default, so that the user has to choose");
    }
    let words = format!("has the default {}, which is none of its options", quote(default));
    row.is_open("default", words, "name one of the options as the default, or add it to them")
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn doubtful() {
        check(
            &CHECK,
            "26-UserDec = [{ id = 'A', options = ['on', 'off'], default = 'automatic' }]",
            &nothing(),
            "A INCONCLUSIVE",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "26-UserDec = [{ id = 'A', options = ['on', 'off'], default = 'On' }, \
             { id = 'B', options = ['any'], default = 'None, it is asked' }]",
            &nothing(),
            "A PASS, B PASS",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "26-UserDec = [{ id = 'A', options = ['on'] }, { id = 'B', default = 'on' }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }
}
