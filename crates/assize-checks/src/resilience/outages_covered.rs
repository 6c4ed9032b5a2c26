//! The resilience mechanisms together address loss of network and of power.

use assize_model::declaration::ixit::ResMech;
use assize_model::declaration::ixit::common::Guarantee;
use assize_model::declaration::ixit::res_mech::Outage;
use assize_model::judgement::{Finding, Outcome, Pointer};
use assize_model::scene::Scene;

use crate::Check;
use crate::cover::{Step, together_cover};
use crate::say::{leave_open, whole};

pub(crate) const CHECK: Check = Check {
    name: "resilience.outages_covered",
    establishes: "The resilience mechanisms together address loss of network and of power.",
    probes: &[],
    partial: false,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let mechanisms = &scene.declaration.ixit.res_mech;
    let entries: Vec<(&String, &[Outage])> = mechanisms.iter().map(|m| (&m.id, addressed(m))).collect();
    let findings = together_cover("23-ResMech", &entries, &OUTAGES);
    let is_available = mechanisms.iter().any(|m| m.guarantees.contains(&Guarantee::Availability));
    if is_available || findings.iter().any(|f| f.outcome != Outcome::Pass) {
        return findings;
    }
    let words = "No entry of 23-ResMech guarantees availability.";
    whole(leave_open(
        Pointer::ixit(["23-ResMech"]),
        words,
        "name it in `guarantees`, or weigh what is guaranteed",
    ))
}

const OUTAGES: [Step<Outage>; 2] =
    [(Outage::Network, "loss of the network"), (Outage::Power, "loss of power")];

fn addressed(m: &ResMech) -> &'static [Outage] {
    match m.against {
        Some(Outage::Network) => &[Outage::Network],
        Some(Outage::Power) => &[Outage::Power],
        Some(Outage::Both) => &[Outage::Network, Outage::Power],
        None => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "23-ResMech = [{ id = 'A', against = 'network', guarantees = ['availability'] }]",
            &nothing(),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "23-ResMech = [{ id = 'A', against = 'network' }, \
             { id = 'B', against = 'power', guarantees = ['availability'] }]",
            &nothing(),
            "PASS",
        );
    }

    #[test]
    fn doubtful() {
        check(
            &CHECK,
            "23-ResMech = [{ id = 'A', against = 'both', guarantees = ['integrity'] }]",
            &nothing(),
            "INCONCLUSIVE",
        );
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "23-ResMech = [{ id = 'A' }]", &nothing(), "INCONCLUSIVE");
    }
}
