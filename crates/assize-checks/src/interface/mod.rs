//! Checks on interfaces.

pub(crate) mod air_off_unless_needed;
pub(crate) mod debug_disabled_by_software;
pub(crate) mod debug_off_by_default;
pub(crate) mod debug_off_for_good;
pub(crate) mod discloses_more;
pub(crate) mod disclosure_classified;
pub(crate) mod disclosure_necessary;
pub(crate) mod enabled_with_reason;
mod heard;
pub(crate) mod intermittent_off;
pub(crate) mod status_as_declared;
pub(crate) mod undeclared;
pub(crate) mod unneeded_protected;

use assize_model::declaration::ixit::Intf;
use assize_model::declaration::ixit::common::Status;
use assize_model::declaration::ixit::intf::{IntfKind, Needed};

use crate::say::{Row, Said};

/// Whether an interface can be touched or received: physical ones, air included.
pub(crate) fn is_physical(i: &Intf) -> bool {
    i.kinds.iter().any(|k| matches!(k, IntfKind::Physical | IntfKind::Air))
}

/// Whether an interface is one of network or logic.
pub(crate) fn is_network(i: &Intf) -> bool {
    i.kinds.iter().any(|k| matches!(k, IntfKind::Network | IntfKind::Logical))
}

/// Whether an interface is a debug interface that can be touched; nothing when the declaration does not tell.
pub(crate) fn is_touchable_debug(i: &Intf) -> Option<bool> {
    if i.kinds.is_empty() {
        return None;
    }
    if i.kinds.contains(&IntfKind::Physical) { i.debug } else { Some(false) }
}

/// An interface that says how seldom use needs it, which is asked of physical interfaces and radios, names neither class,
/// and is not off.
pub(crate) fn misfiled(i: &Intf, row: Row) -> Option<Said> {
    let is_seldom = matches!(i.needed, Some(Needed::Never | Needed::Sometimes));
    let words =
        "says how seldom use needs it, as physical interfaces and radios do, but is declared as neither";
    (is_seldom && !is_physical(i) && i.status != Some(Status::Disabled))
        .then(|| row.is_open("kinds", words, "add `air` or `physical` to `kinds`, or leave `needed` out"))
}

/// Judges that an interface is declared off.
pub(crate) fn is_off(i: &Intf, row: Row, when: &str) -> Said {
    match i.status {
        Some(Status::Disabled) => row.passes("status", format!("is {when} and declared off")),
        Some(Status::Enabled) => row.fails(
            "status",
            format!("is {when}, but declared on"),
            "switch it off in the initialised state",
        ),
        None => row.leaves_out("status", "whether it is on when initialised"),
    }
}
