//! The mechanism that protects a service is declared with a factor that tells its users apart.

use assize_model::declaration::ixit::SoftServ;
use assize_model::declaration::ixit::auth_mech::Factor;
use assize_model::scene::Scene;

use crate::Check;
use crate::beside::{excepted_on_paper, off_network_on_paper};
use crate::say::{Row, Said, list};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "service.authentication_tells_apart",
    establishes: "The mechanism that protects a service is declared with a factor that tells its users apart.",
    probes: &[],
    partial: false,
    judge: |scene| table::soft_serv(scene, |s, row| rule(s, row, scene)),
};

fn rule(s: &SoftServ, row: Row, scene: &Scene) -> Said {
    if s.excepted_protocol == Some(true) {
        return excepted_on_paper(row, s, scene);
    }
    if s.network == Some(false) {
        return off_network_on_paper(row, &s.reached_at);
    }
    if s.authentication.is_empty() {
        return row.leaves_out("authentication", "which authentication mechanism protects it");
    }
    let mechanisms = &scene.declaration.ixit.auth_mech;
    for id in &s.authentication {
        match mechanisms.iter().find(|m| m.id == *id) {
            None => {
                let words = format!("names {id}, which 1-AuthMech does not hold");
                return row.is_open("authentication", words, "add the entry");
            }
            Some(m) if m.factor.is_none() => {
                return Row { table: "1-AuthMech", id }
                    .leaves_out("factor", "which authentication factor it uses");
            }
            Some(m) if m.factor == Some(Factor::Presence) => {
                let words = format!("is protected by {id}, which shows presence and not who is there");
                return row.is_open(
                    "authentication",
                    words,
                    "weigh whether presence suffices for this service",
                );
            }
            Some(_) => {}
        }
    }
    row.passes("authentication", format!("is protected by {}, each with its factor", list(&s.authentication)))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn doubtful() {
        check(
            &CHECK,
            "13-SoftServ = [{ id = 'A', authentication = ['M'] }, \
             { id = 'B', authentication = ['X'] }]\n\
             1-AuthMech = [{ id = 'M', factor = 'presence' }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "13-SoftServ = [{ id = 'A', authentication = ['M'] }, \
             { id = 'B', network = false }, { id = 'C', excepted_protocol = true, network = true }]\n\
             1-AuthMech = [{ id = 'M', factor = 'password' }]",
            &nothing(),
            "A PASS, B N/A, C N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "13-SoftServ = [{ id = 'A', authentication = ['M'] }, { id = 'B' }]\n\
             1-AuthMech = [{ id = 'M' }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }
}
