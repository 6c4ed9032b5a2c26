//! Checks on the deletion of user data.

pub(crate) mod device_data_gone;
pub(crate) mod device_function_usable;
pub(crate) mod service_function_usable;
pub(crate) mod services_covered;
pub(crate) mod user_data_covered;

use assize_model::declaration::ixit::del_func::DeletionTarget;
use assize_model::judgement::{Finding, Pointer};
use assize_model::scene::Scene;

use crate::say::{Row, fail, quote, text, whole};

/// Whether some function for one target tells what the user does.
pub(crate) fn usable(scene: &Scene, targets: &[DeletionTarget], what: &str) -> Vec<Finding> {
    let functions = &scene.declaration.ixit.del_func;
    if functions.is_empty() {
        return Vec::new();
    }
    let fitting = || functions.iter().filter(|f| f.target.is_some_and(|t| targets.contains(&t)));
    if let Some((f, steps)) = fitting().find_map(|f| Some((f, text(f.interaction.as_ref())?))) {
        let row = Row { table: "25-DelFunc", id: &f.id };
        return whole(row.passes("interaction", format!("erases {what}: {}", quote(steps))));
    }
    if let Some(f) = fitting().next().or(functions.iter().find(|f| f.target.is_none())) {
        let row = Row { table: "25-DelFunc", id: &f.id };
        let field = if f.target.is_none() { "target" } else { "interaction" };
        let missing =
            if f.target.is_none() { "where the data is that it erases" } else { "what the user does" };
        return whole(row.leaves_out(field, missing));
    }
    let words = format!("No function of 25-DelFunc erases {what}.");
    whole(fail(Pointer::ixit(["25-DelFunc"]), words, "give the user such a function, and declare it"))
}
