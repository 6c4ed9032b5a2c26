//! The supplier confirms that its management of critical parameters is in place.

use crate::Check;
use crate::confirm::confirmed;

pub(crate) const CHECK: Check = Check {
    name: "parameter.management_confirmed",
    establishes: "The supplier confirms that its management of critical parameters is in place.",
    probes: &[],
    partial: false,
    judge: |scene| {
        confirmed(scene, "secure_management", "the management of critical parameters", |c| {
            c.secure_management
        })
    },
};

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(&CHECK, "4-Conf = { secure_management = 'no' }", &nothing(), "FAIL");
    }

    #[test]
    fn conformant() {
        check(&CHECK, "4-Conf = { secure_management = 'yes' }", &nothing(), "PASS");
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "4-Conf = {}", &nothing(), "INCONCLUSIVE");
    }
}
