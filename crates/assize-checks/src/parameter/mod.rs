//! Checks on sensitive security parameters.

pub(crate) mod generation_unique;
pub(crate) mod guarantees_fit_kind;
pub(crate) mod hard_coded_declared;
pub(crate) mod hard_coded_unused;
pub(crate) mod identities_declared;
pub(crate) mod identity_tamper_resistant;
pub(crate) mod management_confirmed;
pub(crate) mod management_spans_life;
pub(crate) mod protection_targets_declared;

use assize_model::declaration::ixit::SecParam;
use assize_model::declaration::ixit::sec_param::{ParamKind, Protects};

use crate::say::{Row, Said};

/// Whether a parameter is critical and protects updates or the links to associated services. Why not, or why that is
/// unknown, comes back as what to say.
pub(crate) fn guards(p: &SecParam, row: Row) -> Result<(), Said> {
    match p.kind {
        Some(ParamKind::Public) => return Err(row.is_beside("kind", "is a public parameter")),
        Some(ParamKind::Critical) => {}
        None => return Err(row.leaves_out("kind", "whether it is public or critical")),
    }
    if p.protects.is_empty() {
        return Err(row.leaves_out("protects", "what it protects"));
    }
    let guarding = p.protects.iter().any(|x| matches!(x, Protects::Updates | Protects::AssociatedServices));
    let beside = || row.is_beside("protects", "protects neither updates nor associated services");
    guarding.then_some(()).ok_or_else(beside)
}
