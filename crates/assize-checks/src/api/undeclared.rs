//! Every web or message interface of the DUT is declared in IXIT 28-ExtAPI or 27-UserIntf.

use assize_model::declaration::ixit::common::Place;
use assize_model::fact::{Protocol, Service};
use assize_model::judgement::Finding;
use assize_model::scene::Scene;

use crate::Check;
use crate::look::{Found, Look, Search, judge_search, services};

pub(crate) const CHECK: Check = Check {
    name: "api.undeclared",
    establishes: "Every web or message interface of the DUT is declared in IXIT 28-ExtAPI or 27-UserIntf.",
    probes: &["tcp-ports", "udp-services", "identify"],
    partial: true,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let is_api = |s: &Service| s.protocol.is_web() || MESSAGES.contains(&s.protocol);
    let found = services(scene).into_iter().filter(|(_, s)| is_api(s)).map(Found::from).collect();
    let ixit = &scene.declaration.ixit;
    let apis = ixit.ext_api.iter().flat_map(|a| &a.reached_at);
    let declared: Vec<&Place> = apis.chain(ixit.user_intf.iter().flat_map(|i| &i.reached_at)).collect();
    judge_search(scene, &SEARCH, found, &declared)
}

/// Protocols beside the web by which programs talk to a device.
const MESSAGES: [Protocol; 4] = [Protocol::Amqp, Protocol::Coap, Protocol::Mqtt, Protocol::Redis];

const SEARCH: Search = Search {
    what: "web or message interface",
    table: "28-ExtAPI",
    remedy: "close it, or declare it in 28-ExtAPI or 27-UserIntf with `reached_at`",
    looks: &[Look::TcpPorts, Look::UdpServices, Look::Identify],
};

#[cfg(test)]
mod tests {
    use assize_model::fact::{Login, Protocol};

    use super::CHECK;
    use crate::stage::{check, login, looked, nothing, web, without_udp};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "28-ExtAPI = [{ id = 'A', reached_at = ['tcp/443'] }]",
            &looked(&[web(443, true), web(8081, false)]),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "28-ExtAPI = [{ id = 'A', reached_at = ['tcp/443'] }]\n\
             27-UserIntf = [{ id = 'U', reached_at = ['tcp/80'] }]",
            &looked(&[web(443, true), web(80, false), login(2323, Protocol::Telnet, Login::Terminal)]),
            "PASS",
        );
    }

    #[test]
    fn message_interfaces_over_udp_were_not_looked_for() {
        let declared = "28-ExtAPI = [{ id = 'A', reached_at = ['tcp/443'] }]";
        check(&CHECK, declared, &without_udp(&[web(443, true)]), "INCONCLUSIVE");
    }

    #[test]
    fn never_looked() {
        check(&CHECK, "28-ExtAPI = [{ id = 'A', reached_at = ['tcp/443'] }]", &nothing(), "INCONCLUSIVE");
    }
}
