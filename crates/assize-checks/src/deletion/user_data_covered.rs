//! The functions together erase personal data, configuration and keys of the user on the device.

use assize_model::declaration::ixit::DelFunc;
use assize_model::declaration::ixit::del_func::{DeletionTarget, UserDataKind};
use assize_model::judgement::{Finding, Outcome};
use assize_model::scene::Scene;

use crate::Check;
use crate::cover::{Step, together_cover};
use crate::say::{Row, whole};

pub(crate) const CHECK: Check = Check {
    name: "deletion.user_data_covered",
    establishes: "The functions together erase personal data, configuration and keys of the user on the device.",
    probes: &[],
    partial: false,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let all = scene.declaration.ixit.del_func.iter();
    let (told, untold): (Vec<&DelFunc>, Vec<&DelFunc>) =
        all.filter(|f| f.target != Some(DeletionTarget::Services)).partition(|f| f.target.is_some());
    let findings = covered(told.iter().chain(&untold));
    // One of which nobody says where the data is that it erases covers nothing on the DUT.
    match untold.first() {
        Some(f) if passes(&findings) && !passes(&covered(told.iter())) => {
            let row = Row { table: "25-DelFunc", id: &f.id };
            whole(row.leaves_out("target", "where the data is that it erases"))
        }
        _ => findings,
    }
}

fn covered<'d>(functions: impl Iterator<Item = &'d &'d DelFunc>) -> Vec<Finding> {
    let entries: Vec<(&String, &[UserDataKind])> = functions.map(|f| (&f.id, f.covers.as_slice())).collect();
    together_cover("25-DelFunc", &entries, &KINDS)
}

fn passes(findings: &[Finding]) -> bool {
    findings.iter().any(|f| f.outcome == Outcome::Pass)
}

const KINDS: [Step<UserDataKind>; 3] = [
    (UserDataKind::PersonalData, "personal data"),
    (UserDataKind::Configuration, "configuration"),
    (UserDataKind::Keys, "keys of the user"),
];

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "25-DelFunc = [{ id = 'A', target = 'dut', covers = ['configuration'] }, \
             { id = 'B', target = 'services', covers = ['personal-data', 'keys'] }]",
            &nothing(),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "25-DelFunc = [{ id = 'A', target = 'dut', covers = ['configuration', 'keys'] }, \
             { id = 'B', target = 'both', covers = ['personal-data'] }]",
            &nothing(),
            "PASS",
        );
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "25-DelFunc = [{ id = 'A', target = 'dut' }]", &nothing(), "INCONCLUSIVE");
        let all = "covers = ['personal-data', 'configuration', 'keys']";
        check(&CHECK, &format!("25-DelFunc = [{{ id = 'A', {all} }}]"), &nothing(), "INCONCLUSIVE");
    }
}
