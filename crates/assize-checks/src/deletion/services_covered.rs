//! Personal data that associated services store can be removed there.

use assize_model::declaration::ixit::del_func::{DeletionTarget, UserDataKind};
use assize_model::judgement::{Finding, Pointer};
use assize_model::scene::Scene;

use crate::Check;
use crate::say::{Row, fail, leave_open, list, pass, waive, whole};

pub(crate) const CHECK: Check = Check {
    name: "deletion.services_covered",
    establishes: "Personal data that associated services store can be removed there.",
    probes: &[],
    partial: false,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let ixit = &scene.declaration.ixit;
    if ixit.pers_data.is_empty() {
        return Vec::new();
    }
    let stored: Vec<&str> =
        ixit.pers_data.iter().filter(|d| d.stored_by_service == Some(true)).map(|d| d.id.as_str()).collect();
    let place = Pointer::ixit(["25-DelFunc"]);
    if let Some(d) = ixit.pers_data.iter().find(|d| d.stored_by_service.is_none()) {
        let row = Row { table: "21-PersData", id: &d.id };
        return whole(row.leaves_out("stored_by_service", "whether an associated service stores it"));
    }
    if stored.is_empty() {
        return whole(waive(place, "No associated service stores personal data."));
    }
    let at_services = ixit.del_func.iter().filter(|f| f.target != Some(DeletionTarget::Dut));
    let removing =
        at_services.clone().find(|f| f.target.is_some() && f.covers.contains(&UserDataKind::PersonalData));
    let stored = list(&stored);
    if let Some(f) = removing {
        return whole(pass(place, format!("{} removes {stored} from associated services.", f.id)));
    }
    if ixit.del_func.is_empty() || at_services.clone().any(|f| f.target.is_none() || f.covers.is_empty()) {
        let words =
            format!("25-DelFunc does not say which function removes {stored} from associated services.");
        return whole(leave_open(place, words, "fill in `target` and `covers`"));
    }
    let words = format!("Associated services store {stored}, and no function removes it there.");
    whole(fail(place, words, "give the user such a function, and declare it"))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "21-PersData = [{ id = 'P', stored_by_service = true }]\n\
             25-DelFunc = [{ id = 'A', target = 'dut', covers = ['personal-data'] }]",
            &nothing(),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "21-PersData = [{ id = 'P', stored_by_service = true }]\n\
             25-DelFunc = [{ id = 'A', target = 'services', covers = ['personal-data'] }]",
            &nothing(),
            "PASS",
        );
    }

    #[test]
    fn none_stored() {
        check(&CHECK, "21-PersData = [{ id = 'P', stored_by_service = false }]", &nothing(), "N/A");
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "21-PersData = [{ id = 'P' }]", &nothing(), "INCONCLUSIVE");
    }

    #[test]
    fn no_function() {
        check(&CHECK, "21-PersData = [{ id = 'P', stored_by_service = true }]", &nothing(), "INCONCLUSIVE");
    }
}
