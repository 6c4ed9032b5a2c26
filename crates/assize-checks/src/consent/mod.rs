//! Checks on consent to the processing of personal data.

pub(crate) mod obtaining_described;
pub(crate) mod withdrawal_described;

use assize_model::declaration::ixit::PersData;

use crate::say::{Row, Said, quote, text};

/// Judges what a category that rests on consent says about it.
pub(crate) fn described(d: &PersData, row: Row, field: &str, said: Option<&String>, what: &str) -> Said {
    match (d.by_consent, text(said)) {
        (Some(false), _) => row.is_beside("by_consent", "does not rest on consent"),
        (None, _) => row.leaves_out("by_consent", "whether its processing rests on consent"),
        (_, Some(how)) => row.passes(field, format!("says {what}: {}", quote(how))),
        (_, None) => row.leaves_out(field, what),
    }
}
