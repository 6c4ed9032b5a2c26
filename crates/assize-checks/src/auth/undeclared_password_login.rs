//! No password login answers on the network that IXIT 1-AuthMech leaves out.

use assize_model::declaration::ixit::common::Place;
use assize_model::judgement::Finding;
use assize_model::scene::Scene;

use crate::Check;
use crate::look::{Look, Search, judge_logins, takes_password};

pub(crate) const CHECK: Check = Check {
    name: "auth.undeclared_password_login",
    establishes: "No password login answers on the network that IXIT 1-AuthMech leaves out.",
    probes: &["tcp-ports", "identify"],
    partial: true,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let declared: Vec<&Place> = scene.declaration.ixit.auth_mech.iter().flat_map(|m| &m.reached_at).collect();
    judge_logins(scene, &SEARCH, takes_password, &declared)
}

const SEARCH: Search = Search {
    what: "password login",
    table: "1-AuthMech",
    remedy: "close the login, or declare it in 1-AuthMech with `reached_at`",
    looks: &[Look::TcpPorts, Look::Identify],
};

#[cfg(test)]
mod tests {
    use assize_model::fact::{Fact, Login, Protocol};

    use super::CHECK;
    use crate::stage::{
        accepts_all, at_cloud, check, login, looked, lost, nothing, service, silence, tcp_open, web,
    };

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', reached_at = ['tcp/8443', 'cloud:tcp/2323'] }]",
            &looked(&[
                login(8443, Protocol::Http, Login::HttpForm),
                login(2323, Protocol::Telnet, Login::Terminal),
            ]),
            "FAIL",
        );
    }

    #[test]
    fn a_camera() {
        let camera =
            looked(&[login(80, Protocol::Onvif, Login::Onvif), login(554, Protocol::Rtsp, Login::Rtsp)]);
        check(&CHECK, "1-AuthMech = [{ id = 'A', reached_at = ['tcp/554'] }]", &camera, "FAIL");
        check(&CHECK, "1-AuthMech = [{ id = 'A', reached_at = ['tcp/80', 'tcp/554'] }]", &camera, "PASS");
    }

    #[test]
    fn a_file_share() {
        let share = looked(&[login(445, Protocol::Smb, Login::Smb)]);
        check(&CHECK, "1-AuthMech = [{ id = 'A', reached_at = ['tcp/22'] }]", &share, "FAIL");
        check(&CHECK, "1-AuthMech = [{ id = 'A', reached_at = ['tcp/445'] }]", &share, "PASS");
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', reached_at = ['tcp/8443'] }]",
            &looked(&[
                login(8443, Protocol::Http, Login::HttpForm),
                login(80, Protocol::Http, Login::HttpToken),
                web(81, false),
                silence(9),
            ]),
            "PASS",
        );
    }

    #[test]
    fn a_field_for_the_key_of_a_network_may_be_a_login() {
        let page = looked(&[login(80, Protocol::Http, Login::HttpKey)]);
        check(&CHECK, "1-AuthMech = [{ id = 'A' }]", &page, "INCONCLUSIVE");
        let forbidden = looked(&[login(80, Protocol::Http, Login::HttpForbidden)]);
        check(&CHECK, "1-AuthMech = [{ id = 'A' }]", &forbidden, "PASS");
    }

    #[test]
    fn never_looked() {
        check(&CHECK, "1-AuthMech = [{ id = 'A' }]", &nothing(), "INCONCLUSIVE");
    }

    #[test]
    fn half_looked() {
        check(&CHECK, "1-AuthMech = [{ id = 'A' }]", &looked(&[tcp_open(2323)]), "INCONCLUSIVE");
    }

    #[test]
    fn where_every_port_accepts() {
        let declared = "1-AuthMech = [{ id = 'A', reached_at = ['tcp/8443'] }]";
        check(&CHECK, declared, &accepts_all(&[tcp_open(70)]), "INCONCLUSIVE");
        let telnet = login(2323, Protocol::Telnet, Login::Terminal);
        check(&CHECK, declared, &accepts_all(&[tcp_open(70), telnet]), "FAIL");
    }

    #[test]
    fn asked_in_part() {
        let declared = "1-AuthMech = [{ id = 'A', reached_at = ['tcp/8443'] }]";
        check(&CHECK, declared, &looked(&[[silence(9), lost(9)].concat()]), "INCONCLUSIVE");
        check(&CHECK, declared, &looked(&[web(80, false), lost(80)]), "INCONCLUSIVE");
        for (tried, unasked) in [("http (no connection)", ""), ("http", "mqtt")] {
            let mut facts = silence(9);
            if let Some(Fact::Silence(silence)) = facts.last_mut() {
                silence.tried = vec!["banner".into(), tried.into()];
                silence.unasked =
                    [unasked].iter().filter(|u| !u.is_empty()).map(|u| (*u).to_owned()).collect();
            }
            check(&CHECK, declared, &looked(&[facts]), "INCONCLUSIVE");
        }
    }

    #[test]
    fn not_understood() {
        for protocol in [Protocol::Tls, Protocol::Unknown] {
            let riddle = || vec![Fact::Service(service(9999, protocol, protocol == Protocol::Tls))];
            let elsewhere = "1-AuthMech = [{ id = 'A', reached_at = ['tcp/8443'] }]";
            check(&CHECK, elsewhere, &looked(&[riddle()]), "INCONCLUSIVE");
            let here = "1-AuthMech = [{ id = 'A', reached_at = ['tcp/9999'] }]";
            check(&CHECK, here, &looked(&[riddle()]), "PASS");
        }
    }

    #[test]
    fn elsewhere() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A' }]",
            &looked(&[at_cloud(login(8443, Protocol::Http, Login::HttpForm))]),
            "PASS",
        );
    }
}
