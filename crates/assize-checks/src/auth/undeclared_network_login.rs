//! No login of any kind answers on the network that IXIT 1-AuthMech leaves out.

use assize_model::declaration::ixit::common::Place;
use assize_model::judgement::Finding;
use assize_model::scene::Scene;

use crate::Check;
use crate::look::{Look, Search, judge_logins, services};

pub(crate) const CHECK: Check = Check {
    name: "auth.undeclared_network_login",
    establishes: "No login of any kind answers on the network that IXIT 1-AuthMech leaves out.",
    probes: &["tcp-ports", "udp-services", "identify"],
    partial: true,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let declared: Vec<&Place> = scene.declaration.ixit.auth_mech.iter().flat_map(|m| &m.reached_at).collect();
    let logins = services(scene).into_iter().filter(|(_, s)| s.login.is_some());
    judge_logins(scene, &SEARCH, logins.collect(), &declared)
}

const SEARCH: Search = Search {
    what: "login",
    table: "1-AuthMech",
    remedy: "close the login, or declare it in 1-AuthMech with `reached_at`",
    looks: &[Look::TcpPorts, Look::UdpServices, Look::Identify],
};

#[cfg(test)]
mod tests {
    use assize_model::fact::{Fact, Login, LoginAnswer, Protocol};

    use super::CHECK;
    use crate::stage::{DUT, answered, at_cloud, check, login, looked, nothing, web, without_udp};

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
        // A server without a login is none.
        check(&CHECK, "1-AuthMech = [{ id = 'A' }]", &looked(&[web(80, false)]), "PASS");
    }

    /// An answer that leads on.
    fn leads_on(to: &str) -> Vec<Fact> {
        let mut facts = answered(80, 302);
        for fact in &mut facts {
            if let Fact::HttpAnswer(a) = fact {
                a.redirect = Some(to.to_owned());
            }
        }
        facts
    }

    #[test]
    fn a_web_server_that_showed_no_page() {
        let declared = "1-AuthMech = [{ id = 'A' }]";
        let with = |answers: Vec<Fact>| looked(&[web(80, false), answers]);
        for status in [429, 500, 503] {
            check(&CHECK, declared, &with(answered(80, status)), "INCONCLUSIVE");
        }
        for status in [200, 404] {
            check(&CHECK, declared, &with(answered(80, status)), "PASS");
        }
        check(&CHECK, declared, &with(leads_on("/login")), "INCONCLUSIVE");
        check(&CHECK, declared, &with([leads_on("/start"), answered(80, 200)].concat()), "PASS");
        check(&CHECK, declared, &with(leads_on("//elsewhere.example/")), "PASS");
        check(&CHECK, declared, &with(leads_on("https://192.0.2.1/")), "PASS");
        let here = "1-AuthMech = [{ id = 'A', reached_at = ['tcp/80'] }]";
        check(&CHECK, here, &with(answered(80, 503)), "PASS");
    }

    #[test]
    fn what_may_be_a_login() {
        let (none, here) =
            ("1-AuthMech = [{ id = 'A' }]", "1-AuthMech = [{ id = 'A', reached_at = ['tcp/80'] }]");
        let forbidden = login(80, Protocol::Http, Login::HttpForbidden);
        check(&CHECK, none, &looked(std::slice::from_ref(&forbidden)), "INCONCLUSIVE");
        check(&CHECK, here, &looked(std::slice::from_ref(&forbidden)), "PASS");
        check(&CHECK, none, &looked(&[forbidden, login(22, Protocol::Ssh, Login::Ssh)]), "FAIL");
        // As an earlier version recorded it.
        let token = login(80, Protocol::Http, Login::HttpToken);
        check(&CHECK, none, &looked(&[token.clone(), answered(80, 403)]), "INCONCLUSIVE");
        for challenge in [401, 407] {
            check(
                &CHECK,
                none,
                &looked(&[token.clone(), answered(80, 403), answered(80, challenge)]),
                "FAIL",
            );
        }
        // That of another port or host says nothing of it, and one that was asked for in another way is none of these.
        check(&CHECK, none, &looked(&[token.clone(), answered(81, 403)]), "FAIL");
        check(&CHECK, none, &looked(&[token, at_cloud(answered(80, 403))]), "FAIL");
        let form = login(80, Protocol::Http, Login::HttpForm);
        check(&CHECK, none, &looked(&[form, answered(80, 403)]), "FAIL");
    }

    #[test]
    fn a_login_that_a_script_shows_is_known_by_its_play() {
        let play = |more: &str| {
            format!(
                "1-AuthMech = [{{ id = 'A', reached_at = ['tcp/8080'] }}]\n\
                 product = {{ bench = {{ play = [{{ id = 'in', purpose = 'log-in', at = 'tcp/9000'{more} }}] }} }}"
            )
        };
        let answer = LoginAnswer {
            target: DUT.into(),
            port: 9000,
            play: "in".into(),
            accepted: true,
            ..LoginAnswer::default()
        };
        let pages = [web(9000, true), login(8080, Protocol::Http, Login::HttpToken)];
        let seen = looked(&[pages.concat(), vec![Fact::LoginAnswer(answer)]]);
        check(&CHECK, &play(", contains = 'in'"), &seen, "FAIL");
        check(&CHECK, &play(""), &seen, "INCONCLUSIVE");
        check(&CHECK, &play(""), &looked(&pages), "INCONCLUSIVE");
        check(&CHECK, &play("").replace("tcp/9000", "tcp/8080"), &looked(&pages), "PASS");
    }

    #[test]
    fn logins_over_udp_were_not_looked_for() {
        let declared = "1-AuthMech = [{ id = 'A', reached_at = ['tcp/8080'] }]";
        let seen = without_udp(&[login(8080, Protocol::Http, Login::HttpToken)]);
        check(&CHECK, declared, &seen, "INCONCLUSIVE");
    }

    #[test]
    fn never_looked() {
        check(&CHECK, "1-AuthMech = [{ id = 'A' }]", &nothing(), "INCONCLUSIVE");
    }
}
