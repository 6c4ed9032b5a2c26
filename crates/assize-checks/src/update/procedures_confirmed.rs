//! The supplier confirms that its update procedures are in place.

use crate::Check;
use crate::confirm::confirmed;

pub(crate) const CHECK: Check = Check {
    name: "update.procedures_confirmed",
    establishes: "The supplier confirms that its update procedures are in place.",
    probes: &[],
    partial: false,
    judge: |scene| confirmed(scene, "update_procedures", "the update procedures", |c| c.update_procedures),
};

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(&CHECK, "4-Conf = { update_procedures = 'no' }", &nothing(), "FAIL");
    }

    #[test]
    fn conformant() {
        check(&CHECK, "4-Conf = { update_procedures = 'yes' }", &nothing(), "PASS");
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "4-Conf = {}", &nothing(), "INCONCLUSIVE");
    }
}
