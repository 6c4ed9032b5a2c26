//! The supplier confirms that its secure development is in place.

use crate::Check;
use crate::confirm::confirmed;

pub(crate) const CHECK: Check = Check {
    name: "development.confirmed",
    establishes: "The supplier confirms that its secure development is in place.",
    probes: &[],
    partial: false,
    judge: |scene| confirmed(scene, "secure_development", "the secure development", |c| c.secure_development),
};

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(&CHECK, "4-Conf = { secure_development = 'no' }", &nothing(), "FAIL");
    }

    #[test]
    fn conformant() {
        check(&CHECK, "4-Conf = { secure_development = 'yes' }", &nothing(), "PASS");
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "4-Conf = {}", &nothing(), "INCONCLUSIVE");
    }
}
