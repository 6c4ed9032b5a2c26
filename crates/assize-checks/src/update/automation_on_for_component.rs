//! A component whose automatic updates can be configured has a mechanism that starts with them on.

use assize_model::declaration::ixit::UpdMech;

use super::{by_its_mechanisms, is_automatic, on_by_default};
use crate::Check;
use crate::say::{Row, Said};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "update.automation_on_for_component",
    establishes: "A component whose automatic updates can be configured has a mechanism that starts with them on.",
    probes: &[],
    partial: false,
    judge: |scene| table::soft_comp(scene, |c, row| by_its_mechanisms(c, row, scene, rule)),
};

fn rule(m: &UpdMech, row: Row) -> Said {
    let setting = m.automation.as_ref();
    match is_automatic(m) {
        Some(true) => on_by_default(row, "automation", setting, "automatic updates"),
        Some(false) => row.is_beside("automation", "does not update without the user"),
        None => row.leaves_out("automation", "whether it updates without the user"),
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
            "6-SoftComp = [{ id = 'S', update_mechanisms = ['A', 'B'] }]\n\
             7-UpdMech = [{ id = 'A', automation = { supported = true, on_by_default = false, \
             user_can = ['enable'] } }, { id = 'B', initiation = 'manual' }]",
            &nothing(),
            "S FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "6-SoftComp = [{ id = 'S', update_mechanisms = ['A', 'B'] }, \
             { id = 'T', update_mechanisms = ['B'] }, { id = 'U' }]\n\
             7-UpdMech = [{ id = 'A', automation = { supported = true, on_by_default = true, \
             user_can = ['disable'] } }, { id = 'B', initiation = 'manual' }]",
            &nothing(),
            "S PASS, T N/A, U N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "6-SoftComp = [{ id = 'S', update_mechanisms = ['A'] }, \
             { id = 'T', update_mechanisms = ['C'] }]\n7-UpdMech = [{ id = 'A' }]",
            &nothing(),
            "S INCONCLUSIVE, T INCONCLUSIVE",
        );
    }

    #[test]
    fn what_nobody_says_may_be_off() {
        let silent = "6-SoftComp = [{ id = 'S', update_mechanisms = ['A'] }]\n\
             7-UpdMech = [{ id = 'A', automation = { supported = true } }]";
        check(&CHECK, silent, &nothing(), "S INCONCLUSIVE");
    }

    #[test]
    fn one_of_two_is_on() {
        check(
            &CHECK,
            "6-SoftComp = [{ id = 'S', update_mechanisms = ['A', 'B'] }]\n\
             7-UpdMech = [{ id = 'A', automation = { supported = true, \
             on_by_default = false } }, \
             { id = 'B', automation = { supported = true, on_by_default = true } }]",
            &nothing(),
            "S PASS",
        );
    }
}
