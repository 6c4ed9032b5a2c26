//! The functions together erase personal data, configuration and keys of the user on the device.

use assize_model::declaration::ixit::DelFunc;
use assize_model::declaration::ixit::del_func::{DeletionTarget, UserDataKind};
use assize_model::judgement::Finding;
use assize_model::scene::Scene;

use crate::Check;
use crate::cover::{Step, together_cover};

pub(crate) const CHECK: Check = Check {
    name: "deletion.user_data_covered",
    establishes: "The functions together erase personal data, configuration and keys of the user on the device.",
    probes: &[],
    partial: false,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let on_dut = |f: &&DelFunc| f.target != Some(DeletionTarget::Services);
    let functions = scene.declaration.ixit.del_func.iter().filter(on_dut);
    let entries: Vec<(&String, &[UserDataKind])> = functions.map(|f| (&f.id, f.covers.as_slice())).collect();
    together_cover("25-DelFunc", &entries, &KINDS)
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
    }
}
