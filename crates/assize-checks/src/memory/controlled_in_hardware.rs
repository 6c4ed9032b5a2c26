//! Each memory access control is implemented in hardware.

use assize_model::declaration::ixit::AccCtrl;

use crate::Check;
use crate::say::{Row, Said};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "memory.controlled_in_hardware",
    establishes: "Each memory access control is implemented in hardware.",
    probes: &[],
    partial: false,
    judge: |scene| table::acc_ctrl(scene, rule),
};

fn rule(a: &AccCtrl, row: Row) -> Said {
    match a.in_hardware {
        Some(true) => row.passes("in_hardware", "is implemented in hardware"),
        Some(false) => {
            row.fails("in_hardware", "is not implemented in hardware", "use the protection unit of the chip")
        }
        None => row.leaves_out("in_hardware", "whether it is implemented in hardware"),
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(&CHECK, "18-AccCtrl = [{ id = 'A', in_hardware = false }]", &nothing(), "A FAIL");
    }

    #[test]
    fn conformant() {
        check(&CHECK, "18-AccCtrl = [{ id = 'A', in_hardware = true }]", &nothing(), "A PASS");
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "18-AccCtrl = [{ id = 'A' }]", &nothing(), "A INCONCLUSIVE");
    }
}
