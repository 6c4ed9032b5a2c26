//! Passwords that the user does not set differ from unit to unit.

use assize_model::declaration::ixit::AuthMech;
use assize_model::declaration::ixit::auth_mech::{Factor, PasswordOrigin};
use assize_model::declaration::ixit::common::MadeFrom;

use crate::Check;
use crate::say::{Row, Said};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "auth.passwords_unique",
    establishes: "Passwords that the user does not set differ from unit to unit.",
    probes: &[],
    partial: false,
    judge: |scene| table::auth_mech(scene, rule),
};

fn rule(m: &AuthMech, row: Row) -> Said {
    match (m.factor, m.password_origin) {
        (None, _) => return row.leaves_out("factor", "which authentication factor it uses"),
        (Some(Factor::Password), None) => return row.leaves_out("password_origin", "who sets the password"),
        (Some(Factor::Password), Some(PasswordOrigin::UserDefined)) => {
            return row.is_beside("password_origin", "leaves the password to the user");
        }
        (Some(Factor::Password), _) => {}
        _ => return row.is_beside("factor", "uses no password"),
    }
    if m.used_when_initialised == Some(false) {
        return row.is_beside("used_when_initialised", "uses the password in factory default only");
    }
    let generation = m.generation.as_ref();
    let is_fixed = generation.and_then(|g| g.made_from) == Some(MadeFrom::Fixed);
    match generation.and_then(|g| g.unique_per_unit) {
        _ if is_fixed => row.fails("generation", "has one password for all units", REMEDY),
        Some(false) => row.fails("generation", "does not give each unit its own password", REMEDY),
        Some(true) => row.passes("generation", "gives each unit its own password"),
        None => row.leaves_out("generation", "whether each unit gets its own password (`unique_per_unit`)"),
    }
}

const REMEDY: &str = "give each unit its own password, or let the user set it before first use";

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', factor = 'password', password_origin = 'pre-installed', \
             generation = { unique_per_unit = false } }, \
             { id = 'B', factor = 'password', password_origin = 'generated', \
             generation = { unique_per_unit = true, made_from = 'fixed' } }]",
            &nothing(),
            "A FAIL, B FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', factor = 'password', password_origin = 'pre-installed', \
             generation = { unique_per_unit = true } }, { id = 'B', factor = 'key' }, \
             { id = 'C', factor = 'password', password_origin = 'user-defined' }]",
            &nothing(),
            "A PASS, B N/A, C N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', factor = 'password', password_origin = 'pre-installed' }, \
             { id = 'B' }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }
}
