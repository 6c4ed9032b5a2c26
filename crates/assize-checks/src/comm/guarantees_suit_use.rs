//! What a mechanism guarantees suits what it carries.

use assize_model::declaration::ixit::ComMech;
use assize_model::declaration::ixit::common::Guarantee;
use assize_model::declaration::ixit::sec_param::ParamKind;
use assize_model::judgement::Outcome;
use assize_model::scene::Scene;

use crate::Check;
use crate::say::{Row, Said};
use crate::{guarantee, table};

pub(crate) const CHECK: Check = Check {
    name: "comm.guarantees_suit_use",
    establishes: "What a mechanism guarantees suits what it carries.",
    probes: &[],
    partial: false,
    judge: |scene| table::com_mech(scene, |m, row| rule(m, row, scene)),
};

fn rule(m: &ComMech, row: Row, scene: &Scene) -> Said {
    let secret = carries(m, scene);
    if let Some(secret) = secret.filter(|_| !m.guarantees.is_empty()) {
        let confidential = guarantee::includes(row, &m.guarantees, &[Guarantee::Confidentiality]);
        if confidential.0 == Outcome::Fail {
            let words = format!("carries {secret}, but does not guarantee confidentiality");
            return row.fails("guarantees", words, "encrypt what it carries, or send it another way");
        }
    }
    match guarantee::includes(row, &m.guarantees, &[Guarantee::Integrity, Guarantee::Authenticity]) {
        (Outcome::Fail, _) => {
            let words = "guarantees less than integrity and authenticity";
            row.is_open("guarantees", words, "weigh whether its use allows that")
        }
        said => said,
    }
}

/// The first secret or sensitive thing that the declaration says the mechanism carries.
fn carries<'a>(m: &ComMech, scene: &Scene<'a>) -> Option<&'a str> {
    let ixit = &scene.declaration.ixit;
    let critical = ixit.sec_param.iter().filter(|p| p.kind == Some(ParamKind::Critical));
    let critical = critical.filter(|p| p.communication.contains(&m.id)).map(|p| p.id.as_str());
    let sensitive = ixit.pers_data.iter().filter(|d| d.sensitive == Some(true));
    let mut sensitive = sensitive.filter(|d| d.communication.contains(&m.id)).map(|d| d.id.as_str());
    critical.chain(&mut sensitive).next()
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', guarantees = ['integrity', 'authenticity'] }]\n\
             10-SecParam = [{ id = 'P', kind = 'critical', communication = ['A'] }]",
            &nothing(),
            "A FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', guarantees = ['confidentiality', 'integrity', \
             'authenticity'] }, { id = 'B', guarantees = ['integrity', 'authenticity'] }]\n\
             21-PersData = [{ id = 'D', sensitive = true, communication = ['A'] }, \
             { id = 'E', sensitive = false, communication = ['B'] }]",
            &nothing(),
            "A PASS, B PASS",
        );
    }

    #[test]
    fn doubtful() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', guarantees = ['availability'] }]",
            &nothing(),
            "A INCONCLUSIVE",
        );
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "11-ComMech = [{ id = 'A' }]", &nothing(), "A INCONCLUSIVE");
    }
}
