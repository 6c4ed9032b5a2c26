//! Secure boot guarantees integrity and authenticity of the software.

use assize_model::declaration::ixit::SecBoot;
use assize_model::declaration::ixit::common::Guarantee;

use crate::Check;
use crate::say::{Row, Said};
use crate::{guarantee, table};

pub(crate) const CHECK: Check = Check {
    name: "boot.guarantees_include_floor",
    establishes: "Secure boot guarantees integrity and authenticity of the software.",
    probes: &[],
    partial: false,
    judge: |scene| table::sec_boot(scene, rule),
};

fn rule(b: &SecBoot, row: Row) -> Said {
    guarantee::includes(row, &b.guarantees, &[Guarantee::Integrity, Guarantee::Authenticity])
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(&CHECK, "20-SecBoot = [{ id = 'A', guarantees = ['integrity'] }]", &nothing(), "A FAIL");
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "20-SecBoot = [{ id = 'A', guarantees = ['integrity', 'authenticity'] }]",
            &nothing(),
            "A PASS",
        );
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "20-SecBoot = [{ id = 'A' }]", &nothing(), "A INCONCLUSIVE");
    }
}
