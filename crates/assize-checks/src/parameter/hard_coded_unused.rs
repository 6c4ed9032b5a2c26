//! Critical values in source code are not what the DUT operates with.

use assize_model::declaration::ixit::SecParam;
use assize_model::declaration::ixit::sec_param::{ParamKind, Provisioning};

use crate::Check;
use crate::say::{Row, Said};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "parameter.hard_coded_unused",
    establishes: "Critical values in source code are not what the DUT operates with.",
    probes: &[],
    partial: false,
    judge: |scene| table::sec_param(scene, rule),
};

fn rule(p: &SecParam, row: Row) -> Said {
    match (p.kind, p.in_source_code, p.provisioned_from) {
        (Some(ParamKind::Public), ..) => row.is_beside("kind", "is a public parameter"),
        (None, ..) => row.leaves_out("kind", "whether it is public or critical"),
        (_, _, Some(Provisioning::SourceCode)) => {
            let words = "is critical, and the DUT operates with the value from source code";
            row.fails(
                "provisioned_from",
                words,
                "give each unit a value of its own in production or on the device",
            )
        }
        (_, Some(false), _) => row.is_beside("in_source_code", "has no value in source code"),
        (_, None, _) => row.leaves_out("in_source_code", "whether its value stands in source code"),
        (_, _, None) => row.leaves_out("provisioned_from", "where its operating value comes from"),
        (_, Some(true), Some(_)) => {
            row.passes("provisioned_from", "has a value in source code that is replaced before operation")
        }
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
            "10-SecParam = [{ id = 'A', kind = 'critical', in_source_code = true, \
             provisioned_from = 'source-code' }]",
            &nothing(),
            "A FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "10-SecParam = [{ id = 'A', kind = 'critical', in_source_code = true, \
             provisioned_from = 'production' }, { id = 'B', kind = 'public' }, \
             { id = 'C', kind = 'critical', in_source_code = false }]",
            &nothing(),
            "A PASS, B N/A, C N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "10-SecParam = [{ id = 'A', kind = 'critical' }, { id = 'B' }, \
             { id = 'C', kind = 'critical', in_source_code = true }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE, C INCONCLUSIVE",
        );
    }
}
