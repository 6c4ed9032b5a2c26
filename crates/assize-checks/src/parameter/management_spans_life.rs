//! The management processes together span the whole life of critical parameters.

use assize_model::declaration::ixit::sec_mgmt::LifeStep;
use assize_model::judgement::Finding;
use assize_model::scene::Scene;

use crate::Check;
use crate::cover::{Step, together_cover};

pub(crate) const CHECK: Check = Check {
    name: "parameter.management_spans_life",
    establishes: "The management processes together span the whole life of critical parameters.",
    probes: &[],
    partial: false,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let processes = scene.declaration.ixit.sec_mgmt.iter();
    let entries: Vec<(&String, &[LifeStep])> = processes.map(|p| (&p.id, p.covers.as_slice())).collect();
    together_cover("14-SecMgmt", &entries, &STEPS)
}

const STEPS: [Step<LifeStep>; 6] = [
    (LifeStep::Generation, "generation"),
    (LifeStep::Provisioning, "provisioning"),
    (LifeStep::Storage, "storage"),
    (LifeStep::Update, "update"),
    (LifeStep::Retirement, "retirement"),
    (LifeStep::Compromise, "expiry and compromise"),
];

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "14-SecMgmt = [{ id = 'A', covers = ['generation', 'provisioning'] }, \
             { id = 'B', covers = ['storage', 'update', 'retirement'] }]",
            &nothing(),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "14-SecMgmt = [{ id = 'A', covers = ['generation', 'provisioning', 'storage'] }, \
             { id = 'B', covers = ['update', 'retirement', 'compromise'] }]",
            &nothing(),
            "PASS",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "14-SecMgmt = [{ id = 'A', covers = ['generation'] }, { id = 'B' }]",
            &nothing(),
            "INCONCLUSIVE",
        );
    }
}
