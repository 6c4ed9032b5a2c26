//! Conditions that an observation shows to hold: what refutes an N/A claim (TS 103 701 clause 4, ICS check c,
//! settled at the end with what the tests showed). Only what was really seen counts; most conditions no probe sees.

use assize_model::fact::{DefaultLogin, Fact, Login, Protocol, Service, Transport};
use assize_model::judgement::Indication;
use assize_model::scene::Scene;

use crate::look::{Found, has_login, open_ports, port_words, services, wavering};
use crate::ssh::takes;

/// What shows that a condition holds although a claim rests on its not holding; `None` when nothing does.
pub fn observed_condition(name: &str, scene: &Scene) -> Option<Indication> {
    match name {
        "passwords" => service_with(scene, "asks for a password", takes_one),
        "user-authentication" => service_with(scene, "asks a user to log in", takes_one),
        "settings-over-network" => service_with(scene, "offers what only a login opens", is_guarded_web),
        "input-accepted" => service_with(scene, "takes input", |_, s| takes_input(s)),
        "network-functions" => function_seen(scene),
        _ => None,
    }
}

/// Prompts that a person answers with a password; keys and tokens may stand behind the other logins.
fn asks_password(service: &Service) -> bool {
    matches!(
        service.login,
        Some(
            Login::Ftp
                | Login::HttpChallenge
                | Login::HttpForm
                | Login::Mail
                | Login::Onvif
                | Login::Redis
                | Login::Rtsp
                | Login::Terminal
                | Login::Vnc
        )
    )
}

/// Whether a service asks for a password, names it among its ways to log in, or was opened by a published default.
fn takes_one(scene: &Scene, service: &Service) -> bool {
    asks_password(service)
        || (service.login == Some(Login::Ssh) && takes(scene, service.transport, service.port) == Some(true))
        || scene.facts().any(|(_, fact)| match fact {
            Fact::DefaultLogins(d) => {
                let is_here = d.transport == service.transport && d.port == service.port;
                is_here && scene.is_dut(&d.target) && !d.takes_any && d.accepted.iter().any(is_password)
            }
            _ => false,
        })
}

/// A community of SNMP, which has no user, is nobody's password.
fn is_password(default: &DefaultLogin) -> bool {
    !default.user.is_empty() && !default.password.is_empty()
}

fn is_guarded_web(scene: &Scene, service: &Service) -> bool {
    service.protocol.is_web() && has_login(scene, service)
}

/// Protocols beside the web whose answer shows that a request was read.
const ANSWER: [Protocol; 6] =
    [Protocol::Coap, Protocol::Modbus, Protocol::Mqtt, Protocol::Redis, Protocol::Rtsp, Protocol::Telnet];

fn takes_input(service: &Service) -> bool {
    service.protocol.is_web() || ANSWER.contains(&service.protocol) || asks_password(service)
}

fn service_with(scene: &Scene, what: &str, wanted: fn(&Scene, &Service) -> bool) -> Option<Indication> {
    let (record, service) = services(scene).into_iter().find(|(_, s)| wanted(scene, s))?;
    let words = format!("{} {what}.", port_words(service.transport, service.port));
    Some(Indication::against(words, "claim the provision, or close the service").shown_by([record]))
}

/// UDP ports of network service protocols, which the rule on network functions excepts; announcements over mDNS are
/// no function that anybody uses either.
const NO_FUNCTION_UDP: [u16; 5] = [53, 67, 68, 123, 5353];

fn function_seen(scene: &Scene) -> Option<Indication> {
    let counts = |t: Transport, port: u16| t == Transport::Tcp || !NO_FUNCTION_UDP.contains(&port);
    // What was closed at another look may have been open for a moment only.
    let wavering = wavering(scene);
    let is_steady = |f: &Found| !wavering.iter().any(|w| w.transport == f.transport && w.port == f.port);
    let open = open_ports(scene).into_iter().find(|f| counts(f.transport, f.port) && is_steady(f))?;
    let words = format!("{} answers on the network.", open.words());
    Some(Indication::against(words, "claim the provision, or close the service").shown_by([open.record]))
}

#[cfg(test)]
mod tests {
    use assize_model::fact::{DefaultLogins, PortState};

    use super::*;
    use crate::stage::{
        answered, at_cloud, declaration, defaults, login, looked, nothing, scene, ssh_methods, tcp_closed,
        tcp_open, udp, web,
    };

    fn check(facts: &[Vec<Fact>], expect: &[&str]) {
        let (declaration, facts) = (declaration(""), looked(facts));
        let names = assize_model::declaration::condition::NAMES;
        let seen = names.iter().filter(|n| observed_condition(n, &scene(&declaration, &facts)).is_some());
        assert_eq!(seen.copied().collect::<Vec<_>>(), expect);
    }

    #[test]
    fn a_login_form_shows_much() {
        let all = [
            "input-accepted",
            "network-functions",
            "passwords",
            "settings-over-network",
            "user-authentication",
        ];
        check(&[login(443, Protocol::Http, Login::HttpForm)], &all);
    }

    #[test]
    fn keys_and_tokens_are_no_passwords() {
        check(&[login(22, Protocol::Ssh, Login::Ssh)], &["network-functions"]);
        let web = ["input-accepted", "network-functions", "settings-over-network"];
        check(&[login(80, Protocol::Http, Login::HttpToken)], &web);
    }

    #[test]
    fn an_ssh_server_that_names_passwords_asks_for_one() {
        let with = |methods: &[&str]| vec![login(22, Protocol::Ssh, Login::Ssh), ssh_methods(22, methods)];
        let all = ["network-functions", "passwords", "user-authentication"];
        check(&with(&["publickey", "password"]), &all);
        check(&with(&["publickey"]), &["network-functions"]);
        check(&with(&["keyboard-interactive"]), &["network-functions"]);
    }

    #[test]
    fn a_default_that_was_let_in_shows_a_password() {
        let seen = |tried| vec![login(22, Protocol::Ssh, Login::Ssh), vec![Fact::DefaultLogins(tried)]];
        check(&seen(defaults(22, false)), &["network-functions"]);
        check(&seen(DefaultLogins { takes_any: true, ..defaults(22, true) }), &["network-functions"]);
        let all = ["network-functions", "passwords", "user-authentication"];
        check(&seen(defaults(22, true)), &all);
    }

    #[test]
    fn an_excepted_protocol_is_no_function() {
        check(&[udp(123, PortState::Open)], &[]);
        check(&[udp(5353, PortState::Open)], &[]);
        check(&[tcp_open(53)], &["network-functions"]);
        check(&[udp(5683, PortState::Open)], &["network-functions"]);
    }

    #[test]
    fn a_port_that_closed_again_is_no_function() {
        check(&[tcp_open(40777)], &["network-functions"]);
        check(&[tcp_open(40777), tcp_closed(40777)], &[]);
        // Another port, or the same number of the other transport, is one.
        check(&[tcp_open(40777), tcp_closed(40777), tcp_open(40778)], &["network-functions"]);
        let datagrams = udp(40777, PortState::Open);
        check(&[tcp_open(40777), tcp_closed(40777), datagrams], &["network-functions"]);
    }

    #[test]
    fn what_may_be_a_login_shows_no_setting() {
        let web = ["input-accepted", "network-functions"];
        check(&[login(80, Protocol::Http, Login::HttpForbidden)], &web);
        check(&[login(80, Protocol::Http, Login::HttpKey)], &web);
        check(&[login(80, Protocol::Http, Login::HttpToken), answered(80, 403)], &web);
        let guarded = ["input-accepted", "network-functions", "settings-over-network"];
        check(&[login(80, Protocol::Http, Login::HttpToken), answered(80, 401)], &guarded);
    }

    #[test]
    fn a_host_is_not_the_dut_and_nothing_shows_nothing() {
        check(&[at_cloud(web(443, true))], &[]);
        let declaration = declaration("");
        assert_eq!(observed_condition("network-functions", &scene(&declaration, &nothing())), None);
    }
}
