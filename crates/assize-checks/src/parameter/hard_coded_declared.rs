//! Critical parameters that are provisioned from source code are declared as hard-coded.

use assize_model::declaration::ixit::SecParam;
use assize_model::declaration::ixit::common::MadeFrom;
use assize_model::declaration::ixit::sec_param::{ParamKind, Provisioning};

use crate::Check;
use crate::say::{Row, Said, together};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "parameter.hard_coded_declared",
    establishes: "Critical parameters that are provisioned from source code are declared as hard-coded.",
    probes: &[],
    partial: true,
    judge: |scene| together("10-SecParam", table::sec_param(scene, rule)),
};

fn rule(p: &SecParam, row: Row) -> Said {
    match (p.kind, p.provisioned_from, p.in_source_code) {
        (Some(ParamKind::Public), ..) => row.is_beside("kind", "is a public parameter"),
        (None, ..) => row.leaves_out("kind", "whether it is public or critical"),
        (_, Some(Provisioning::SourceCode), Some(true)) => {
            row.passes("in_source_code", "comes from source code and is declared so")
        }
        (_, Some(Provisioning::SourceCode), Some(false)) => {
            let words = "comes from source code, but is declared not to stand there";
            row.fails("in_source_code", words, "declare it as hard-coded, or provision it otherwise")
        }
        (_, Some(Provisioning::SourceCode), None) => {
            row.leaves_out("in_source_code", "whether it is hard-coded")
        }
        (_, Some(Provisioning::Production), _) if is_same_everywhere(p) => row.is_open(
            "provisioned_from",
            "comes from production with one value for all units, as a hard-coded one has",
            "declare it as hard-coded, or give each unit its own value",
        ),
        (_, Some(_), _) => row.is_beside("provisioned_from", "does not come from source code"),
        (_, None, _) => row.leaves_out("provisioned_from", "where its operating value comes from"),
    }
}

fn is_same_everywhere(p: &SecParam) -> bool {
    p.generation
        .as_ref()
        .is_some_and(|g| g.made_from == Some(MadeFrom::Fixed) || g.unique_per_unit == Some(false))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "10-SecParam = [{ id = 'A', kind = 'critical', provisioned_from = 'source-code', \
             in_source_code = false }, { id = 'B', kind = 'public' }]",
            &nothing(),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "10-SecParam = [{ id = 'A', kind = 'critical', provisioned_from = 'source-code', \
             in_source_code = true }, \
             { id = 'B', kind = 'critical', provisioned_from = 'production' }]",
            &nothing(),
            "PASS",
        );
    }

    #[test]
    fn one_value_for_all_units() {
        for how in ["made_from = 'fixed'", "unique_per_unit = false"] {
            let one = |from: &str| {
                format!(
                    "10-SecParam = [{{ id = 'A', kind = 'critical', provisioned_from = '{from}', \
                     generation = {{ {how} }} }}]"
                )
            };
            check(&CHECK, &one("production"), &nothing(), "INCONCLUSIVE");
            check(&CHECK, &one("user"), &nothing(), "N/A");
        }
    }

    #[test]
    fn none_from_source_code() {
        check(
            &CHECK,
            "10-SecParam = [{ id = 'B', kind = 'critical', provisioned_from = 'on-device' }]",
            &nothing(),
            "N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "10-SecParam = [{ id = 'A', kind = 'critical' }, { id = 'B', kind = 'public' }]",
            &nothing(),
            "INCONCLUSIVE",
        );
    }
}
