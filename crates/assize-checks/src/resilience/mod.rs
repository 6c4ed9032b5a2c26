//! Checks on resilience to outages.

pub(crate) mod clean_recovery;
pub(crate) mod local_operation;
pub(crate) mod network_outage_survived;
pub(crate) mod outages_covered;
pub(crate) mod power_outage_survived;

use assize_model::declaration::ixit::ResMech;
use assize_model::declaration::ixit::res_mech::Outage;
use assize_model::declaration::switch::Supply;
use assize_model::fact::{Fact, SwitchTrial};
use assize_model::scene::Scene;

use crate::say::{Row, Said, quote, text};

/// What the bench's switches took from the DUT, in the order of the records.
pub(crate) fn switched<'a>(scene: &Scene<'a>, supply: Supply) -> Vec<(u64, &'a SwitchTrial)> {
    let own = scene.facts().filter_map(|(record, fact)| match fact {
        Fact::SwitchTrial(t) if t.supply == supply && scene.is_dut(&t.target) => Some((record, t)),
        _ => None,
    });
    let mut trials: Vec<_> = own.collect();
    trials.sort_by_key(|(record, _)| *record);
    trials
}

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
