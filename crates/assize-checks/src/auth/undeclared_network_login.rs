//! No login of any kind answers on the network that IXIT 1-AuthMech leaves out.

use assize_model::declaration::ixit::common::Place;
use assize_model::judgement::Finding;
use assize_model::scene::Scene;

use crate::Check;
use crate::look::{Found, Look, Search, judge_search, services};

pub(crate) const CHECK: Check = Check {
    name: "auth.undeclared_network_login",
    establishes: "No login of any kind answers on the network that IXIT 1-AuthMech leaves out.",
    probes: &["tcp-ports", "identify"],
    partial: true,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let logins = services(scene).into_iter().filter(|(_, s)| s.login.is_some());
    let declared: Vec<&Place> = scene.declaration.ixit.auth_mech.iter().flat_map(|m| &m.reached_at).collect();
    judge_search(scene, &SEARCH, logins.map(Found::from).collect(), &declared)
}

const SEARCH: Search = Search {
    what: "login",
    table: "1-AuthMech",
    remedy: "close the login, or declare it in 1-AuthMech with `reached_at`",
    looks: &[Look::TcpPorts, Look::Identify],
};

#[cfg(test)]
mod tests {
    use assize_model::fact::{Login, Protocol};

    use super::CHECK;
    use crate::stage::{check, login, looked, nothing};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A' }]",
            &looked(&[login(8080, Protocol::Http, Login::HttpToken)]),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', reached_at = ['tcp/8080', 'tcp/22'] }]",
            &looked(&[login(8080, Protocol::Http, Login::HttpToken), login(22, Protocol::Ssh, Login::Ssh)]),
            "PASS",
        );
    }

    #[test]
    fn never_looked() {
        check(&CHECK, "1-AuthMech = [{ id = 'A' }]", &nothing(), "INCONCLUSIVE");
    }
}
