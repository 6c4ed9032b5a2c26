//! The development processes together cover every activity of secure development.

use assize_model::declaration::ixit::sec_dev::DevStep;
use assize_model::judgement::{Finding, Outcome, Pointer};
use assize_model::scene::Scene;

use crate::Check;
use crate::cover::{Step, together_cover};
use crate::say::{leave_open, whole};

pub(crate) const CHECK: Check = Check {
    name: "development.steps_covered",
    establishes: "The development processes together cover every activity of secure development.",
    probes: &[],
    partial: false,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let processes = scene.declaration.ixit.sec_dev.iter();
    let entries: Vec<(&String, &[DevStep])> = processes.map(|p| (&p.id, p.covers.as_slice())).collect();
    let findings = together_cover("19-SecDev", &entries, &STEPS);
    let has_suppliers = entries.iter().any(|(_, steps)| steps.contains(&DevStep::Suppliers));
    if has_suppliers || findings.iter().any(|f| f.outcome != Outcome::Pass) {
        return findings;
    }
    let words = "No entry of 19-SecDev covers suppliers of third-party software.";
    let remedy = "cover them, or confirm that no third-party software is used";
    whole(leave_open(Pointer::ixit(["19-SecDev"]), words, remedy))
}

/// What has to be covered in any case; suppliers only where third-party software is used.
const STEPS: [Step<DevStep>; 8] = [
    (DevStep::Training, "training"),
    (DevStep::Design, "requirements and design"),
    (DevStep::Coding, "secure coding"),
    (DevStep::Tooling, "tooling"),
    (DevStep::Testing, "testing"),
    (DevStep::Review, "review"),
    (DevStep::Archiving, "archiving"),
    (DevStep::Deployment, "deployment"),
];

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "19-SecDev = [{ id = 'A', covers = ['training', 'design', 'coding', 'tooling', \
             'testing', 'archiving', 'deployment', 'suppliers'] }]",
            &nothing(),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "19-SecDev = [{ id = 'A', covers = ['training', 'design', 'coding', 'tooling'] }, \
             { id = 'B', covers = ['testing', 'review', 'archiving', 'deployment', \
             'suppliers'] }]",
            &nothing(),
            "PASS",
        );
    }

    #[test]
    fn doubtful() {
        check(
            &CHECK,
            "19-SecDev = [{ id = 'A', covers = ['training', 'design', 'coding', 'tooling', \
             'testing', 'review', 'archiving', 'deployment'] }]",
            &nothing(),
            "INCONCLUSIVE",
        );
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "19-SecDev = [{ id = 'A' }]", &nothing(), "INCONCLUSIVE");
    }
}
