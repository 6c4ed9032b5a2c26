//! Checks on resilience to outages.

pub(crate) mod clean_recovery;
pub(crate) mod local_operation;
pub(crate) mod network_outage_survived;
pub(crate) mod outages_covered;

use assize_model::declaration::ixit::ResMech;
use assize_model::declaration::ixit::res_mech::Outage;

use crate::say::{Row, Said, quote, text};

/// Judges a mechanism against one kind of outage; those against the other kind are beside the question.
pub(crate) fn against(m: &ResMech, row: Row, outage: Outage, what: &str) -> Said {
    let name = if outage == Outage::Network { "loss of the network" } else { "loss of power" };
    match (m.against, text(m.description.as_ref())) {
        (None, _) => row.leaves_out("against", "which outage it addresses"),
        (Some(a), _) if a != outage && a != Outage::Both => {
            row.is_beside("against", format!("does not address {name}"))
        }
        (_, Some(words)) => row.passes("description", format!("addresses {name}: {}", quote(words))),
        (_, None) => row.leaves_out("description", what),
    }
}
