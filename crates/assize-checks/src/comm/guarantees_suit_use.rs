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
        said if said.0 == Outcome::Pass && !m.guarantees.contains(&Guarantee::Confidentiality) => {
            unsorted(m, row, scene).unwrap_or(said)
        }
        said => said,
    }
}

/// Something that the mechanism carries, of which nobody says whether it is secret.
fn unsorted(m: &ComMech, row: Row, scene: &Scene) -> Option<Said> {
    let ixit = &scene.declaration.ixit;
    let unsaid = |of: &[String], is_unsaid: bool| is_unsaid && of.contains(&m.id);
    let parameters = ixit.sec_param.iter().filter(|p| unsaid(&p.communication, p.kind.is_none()));
    let data = ixit.pers_data.iter().filter(|d| unsaid(&d.communication, d.sensitive.is_none()));
    let parameters = parameters.map(|p| ("10-SecParam", &p.id, "kind"));
    let (table, id, field) = parameters.chain(data.map(|d| ("21-PersData", &d.id, "sensitive"))).next()?;
    let words = format!(
        "does not guarantee confidentiality, and whether {id}, which it carries, needs it is not said"
    );
    Some(row.is_open("guarantees", words, format!("fill in `{field}` of {id} in {table}")))
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
    fn what_may_be_secret_leaves_it_open() {
        let declared = |rest: &str| {
            format!("11-ComMech = [{{ id = 'A', guarantees = ['integrity', 'authenticity'] }}]\n{rest}")
        };
        for rest in [
            "10-SecParam = [{ id = 'P', communication = ['A'] }]",
            "21-PersData = [{ id = 'D', communication = ['A'] }]",
        ] {
            check(&CHECK, &declared(rest), &nothing(), "A INCONCLUSIVE");
        }
        check(&CHECK, &declared("21-PersData = [{ id = 'D' }]"), &nothing(), "A PASS");
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
