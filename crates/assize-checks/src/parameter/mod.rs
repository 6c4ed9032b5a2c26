//! Checks on sensitive security parameters.

pub(crate) mod generation_unique;
pub(crate) mod guarantees_fit_kind;
pub(crate) mod hard_coded_declared;
pub(crate) mod hard_coded_unused;
pub(crate) mod identities_declared;
pub(crate) mod identity_tamper_resistant;
pub(crate) mod keys_differ;
pub(crate) mod management_confirmed;
pub(crate) mod management_spans_life;
pub(crate) mod protection_targets_declared;

use assize_model::declaration::ixit::SecParam;
use assize_model::declaration::ixit::sec_param::{ParamKind, Protects};

use crate::say::{Row, Said};

/// Why a parameter is not one that is critical and protects updates or the links to associated services, or why that
/// is unknown; nothing when it is one.
pub(crate) fn not_guarding(p: &SecParam, row: Row) -> Option<Said> {
    match p.kind {
        Some(ParamKind::Public) => return Some(row.is_beside("kind", "is a public parameter")),
        Some(ParamKind::Critical) => {}
        None => return Some(row.leaves_out("kind", "whether it is public or critical")),
    }
    if p.protects.is_empty() {
        return Some(row.leaves_out("protects", "what it protects"));
    }
    let is_guarding =
        p.protects.iter().any(|x| matches!(x, Protects::Updates | Protects::AssociatedServices));
    (!is_guarding).then(|| row.is_beside("protects", "protects neither updates nor associated services"))
}
