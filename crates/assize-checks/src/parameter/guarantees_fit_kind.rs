//! Public parameters are kept with integrity, critical ones with confidentiality as well.

use assize_model::declaration::ixit::SecParam;
use assize_model::declaration::ixit::common::Guarantee;
use assize_model::declaration::ixit::sec_param::ParamKind;

use crate::Check;
use crate::say::{Row, Said};
use crate::{guarantee, table};

pub(crate) const CHECK: Check = Check {
    name: "parameter.guarantees_fit_kind",
    establishes: "Public parameters are kept with integrity, critical ones with confidentiality as well.",
    probes: &[],
    partial: false,
    judge: |scene| table::sec_param(scene, rule),
};

fn rule(p: &SecParam, row: Row) -> Said {
    match p.kind {
        Some(ParamKind::Public) => guarantee::includes(row, &p.guarantees, &[Guarantee::Integrity]),
        Some(ParamKind::Critical) => {
            guarantee::includes(row, &p.guarantees, &[Guarantee::Integrity, Guarantee::Confidentiality])
        }
        None => row.leaves_out("kind", "whether it is public or critical"),
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
            "10-SecParam = [{ id = 'A', kind = 'critical', guarantees = ['integrity'] }, \
             { id = 'B', kind = 'public', guarantees = ['availability'] }]",
            &nothing(),
            "A FAIL, B FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "10-SecParam = [{ id = 'A', kind = 'critical', guarantees = ['integrity', \
             'confidentiality'] }, { id = 'B', kind = 'public', guarantees = ['integrity'] }]",
            &nothing(),
            "A PASS, B PASS",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "10-SecParam = [{ id = 'A', kind = 'critical' }, \
             { id = 'B', guarantees = ['integrity'] }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }
}
