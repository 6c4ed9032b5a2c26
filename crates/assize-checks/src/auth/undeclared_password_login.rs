//! No password login answers on the network that IXIT 1-AuthMech leaves out.

use assize_model::declaration::ixit::AuthMech;
use assize_model::declaration::ixit::auth_mech::Factor;
use assize_model::declaration::ixit::common::Place;
use assize_model::fact::Service;
use assize_model::judgement::{Finding, Indication, Outcome, Pointer};
use assize_model::scene::Scene;

use crate::Check;
use crate::look::{Found, Look, Search, judge_logins, names, services, takes_password};
use crate::ssh::{of_dut, takes};

pub(crate) const CHECK: Check = Check {
    name: "auth.undeclared_password_login",
    establishes: "No password login answers on the network that IXIT 1-AuthMech leaves out.",
    probes: &["tcp-ports", "udp-services", "identify"],
    partial: true,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let logins = services(scene).into_iter().filter(|(_, s)| s.login.is_some_and(takes_password));
    let (keyed, all): (Vec<_>, Vec<_>) = logins.partition(|(_, s)| takes_other(scene, s));
    let logins: Vec<Found> = all.iter().copied().map(Found::from).collect();
    let mechanisms = &scene.declaration.ixit.auth_mech;
    let is_named = |f: &Found| names(mechanisms.iter().flat_map(|m| &m.reached_at), f.transport, f.port);
    let aside: Vec<Found> = keyed.into_iter().map(Found::from).filter(|f| !is_named(f)).collect();
    let is_password = |m: &AuthMech| m.factor.is_none_or(|factor| factor == Factor::Password);
    let of_passwords: Vec<&Place> =
        mechanisms.iter().filter(|m| is_password(m)).flat_map(|m| &m.reached_at).collect();
    let is_elsewise = |f: &Found| !names(of_passwords.iter().copied(), f.transport, f.port);
    // What SSH takes is known from the server itself. Of other logins the form tells that a secret is asked for, which a
    // token may be too.
    let is_contradicted = |p: &&Place| {
        let found = logins.iter().find(|f| p.is_dut(f.transport, f.port));
        found.is_some_and(|f| is_elsewise(f) && takes(scene, f.transport, f.port) == Some(true))
    };
    let declared =
        mechanisms.iter().flat_map(|m| &m.reached_at).filter(|p| !is_contradicted(p)).collect::<Vec<_>>();
    let doubts: Vec<&Found> = logins.iter().filter(|f| is_elsewise(f)).collect();
    let open = open_doors(scene);
    let findings = judge_logins(scene, &SEARCH, all, &declared);
    let is_doubted = !(doubts.is_empty() && aside.is_empty() && open.is_empty());
    match findings.iter().all(|f| f.outcome == Outcome::Pass) && is_doubted {
        true => vec![doubtful(&doubts, &aside, &open)],
        false => findings,
    }
}

/// Whether it is an SSH server that takes no password, by the methods that it names.
fn takes_other(scene: &Scene, service: &Service) -> bool {
    takes(scene, service.transport, service.port) == Some(false)
}

/// SSH servers that let a user in whom nobody knows, without asking for anything.
fn open_doors(scene: &Scene) -> Vec<(u64, u16)> {
    of_dut(scene).filter(|(_, p)| p.lets_in).map(|(record, p)| (record, p.port)).collect()
}

/// Logins that stand where the table names another factor, SSH that it leaves out, since a server may ask users whom it
/// knows for something else than a stranger, and logins that ask for nothing at first.
fn doubtful(doubts: &[&Found], aside: &[Found], open: &[(u64, u16)]) -> Finding {
    let other = doubts.iter().map(|f| {
        let words = format!(
            "The DUT asks for a login on {} that looks like one by password, where 1-AuthMech declares other factors \
             only.",
            f.words()
        );
        let remedy = "find out what it takes, and declare it in 1-AuthMech with its `factor`";
        Indication::note(words, remedy).shown_by([f.record])
    });
    let keyed = aside.iter().map(|f| {
        let words = format!(
            "The DUT offers a stranger no password over SSH on {}, which 1-AuthMech does not name; nobody saw what it \
             asks of users it knows.",
            f.words()
        );
        let remedy = "declare it in 1-AuthMech with its `factor`, or look at how the server is set up";
        Indication::note(words, remedy).shown_by([f.record])
    });
    let any = open.iter().map(|(record, port)| {
        let words = format!(
            "The DUT lets a user whom nobody knows in over SSH on tcp/{port} without a password; whether what stands \
             behind asks for one was not seen."
        );
        let remedy = "close the login, or log in by hand and declare what it asks for";
        Indication::note(words, remedy).shown_by([*record])
    });
    let at = Pointer::ixit(["1-AuthMech"]);
    Finding::whole(Outcome::Inconclusive, other.chain(keyed).chain(any).map(|i| i.at(at.clone())).collect())
}

const SEARCH: Search = Search {
    what: "password login",
    table: "1-AuthMech",
    remedy: "close the login, or declare it in 1-AuthMech with `reached_at` and the factor `password`",
    looks: &[Look::TcpPorts, Look::UdpServices, Look::Identify],
};

#[cfg(test)]
mod tests {
    use assize_model::fact::{Fact, Login, PortState, Protocol, Service, Transport};

    use super::CHECK;
    use crate::stage::{
        DUT, accepts_all, at_cloud, check, login, looked, lost, nothing, service, silence, tcp_open, udp, web,
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

    /// An SSH server that names these methods.
    fn ssh_at(port: u16, methods: Option<&[&str]>, lets_in: bool) -> Vec<Fact> {
        let mut facts = crate::stage::ssh(port, &[], 3072);
        if let Some(Fact::SshPosture(p)) = facts.last_mut() {
            p.methods = methods.map(|m| m.iter().map(|m| (*m).to_owned()).collect());
            p.lets_in = lets_in;
        }
        facts
    }

    fn ssh(methods: Option<&[&str]>, lets_in: bool) -> assize_model::scene::Facts {
        looked(&[ssh_at(22, methods, lets_in)])
    }

    #[test]
    fn each_ssh_server_says_what_it_takes_itself() {
        let two = |first: &str, second: &str| {
            format!(
                "1-AuthMech = [{{ id = 'A', reached_at = ['tcp/22'], factor = '{first}' }}, \
                 {{ id = 'B', reached_at = ['tcp/2222'], factor = '{second}' }}]"
            )
        };
        let (keys, words) = (Some(&["publickey"][..]), Some(&["password"][..]));
        let seen = looked(&[ssh_at(22, keys, false), ssh_at(2222, words, false)]);
        check(&CHECK, &two("key", "password"), &seen, "PASS");
        check(&CHECK, &two("key", "key"), &seen, "FAIL");
        let web = login(9, Protocol::Http, Login::HttpForm);
        let declared =
            two("key", "key").replace("'tcp/2222'], factor = 'key'", "'tcp/9'], factor = 'password'");
        check(&CHECK, &declared, &looked(&[web, ssh_at(22, words, false)]), "FAIL");
        // A later look at which it named none does not take back what it named.
        let later = ssh_at(22, None, false).pop();
        let seen = looked(&[ssh_at(22, keys, false), later.into_iter().collect()]);
        check(&CHECK, &two("key", "key"), &seen, "PASS");
        // SNMP at the same number is none of it.
        let snmp =
            Service { login: Some(Login::Snmp), ..Service::new(DUT, Transport::Udp, 22, Protocol::Snmp) };
        let seen = looked(&[ssh_at(22, keys, false), vec![Fact::Service(snmp)], udp(22, PortState::Open)]);
        check(&CHECK, &two("key", "key"), &seen, "FAIL");
    }

    #[test]
    fn what_only_an_owner_at_the_device_allows_is_no_password() {
        let adb = looked(&[login(5555, Protocol::Adb, Login::Adb)]);
        check(&CHECK, "1-AuthMech = [{ id = 'A' }]", &adb, "PASS");
    }

    #[test]
    fn what_ssh_takes_is_what_it_says() {
        let declared =
            |factor: &str| format!("1-AuthMech = [{{ id = 'A', reached_at = ['tcp/22']{factor} }}]");
        let both = ssh(Some(&["publickey", "password"]), false);
        check(&CHECK, &declared(", factor = 'key'"), &both, "FAIL");
        check(&CHECK, &declared(", factor = 'password'"), &both, "PASS");
        check(&CHECK, &declared(""), &both, "PASS");
        check(&CHECK, "1-AuthMech = [{ id = 'A' }]", &both, "FAIL");
        // One that takes keys alone is no password login; undeclared, it may take others' passwords.
        let keys = ssh(Some(&["publickey"]), false);
        check(&CHECK, "1-AuthMech = [{ id = 'A' }]", &keys, "INCONCLUSIVE");
        check(&CHECK, &declared(", factor = 'key'"), &keys, "PASS");
        // A dialogue may ask for anything, and so may a server that was not asked.
        for unknown in [ssh(Some(&["keyboard-interactive"]), false), ssh(None, false)] {
            check(&CHECK, &declared(", factor = 'key'"), &unknown, "INCONCLUSIVE");
            check(&CHECK, "1-AuthMech = [{ id = 'A' }]", &unknown, "FAIL");
        }
        let open = ssh(Some(&[]), true);
        check(&CHECK, &declared(", factor = 'password'"), &open, "INCONCLUSIVE");
        check(&CHECK, "1-AuthMech = [{ id = 'A' }]", &open, "INCONCLUSIVE");
    }

    #[test]
    fn where_another_factor_is_declared_a_login_is_doubtful() {
        let declared = "1-AuthMech = [{ id = 'A', factor = 'token', reached_at = ['tcp/8883'] }]";
        check(&CHECK, declared, &looked(&[login(8883, Protocol::Mqtt, Login::Mqtt)]), "INCONCLUSIVE");
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
    fn what_was_cut_short_elsewhere_leaves_nothing_open() {
        let declared = "1-AuthMech = [{ id = 'A', reached_at = ['tcp/8443'] }]";
        let mut half = silence(443);
        if let Some(Fact::Silence(silence)) = half.last_mut() {
            silence.unasked = vec!["mqtt".into()];
        }
        let mut datagrams = half.clone();
        if let Some(Fact::Silence(silence)) = datagrams.last_mut() {
            silence.transport = Transport::Udp;
        }
        let closed = half.pop().into_iter().collect::<Vec<_>>();
        let gone = |port| lost(port).pop().into_iter().collect::<Vec<_>>();
        for elsewhere in [gone(80), at_cloud(gone(443)), at_cloud(closed.clone())] {
            check(&CHECK, declared, &looked(&[web(443, true), elsewhere]), "PASS");
        }
        check(&CHECK, declared, &looked(&[web(443, true), closed]), "INCONCLUSIVE");
        let only: Vec<Fact> = datagrams.pop().into_iter().collect();
        check(&CHECK, declared, &looked(&[web(443, true), only.clone()]), "PASS");
        // Datagrams and connections have ports of their own.
        let open = |port| udp(port, PortState::Open);
        check(&CHECK, declared, &looked(&[web(443, true), open(443), only]), "PASS");
        check(&CHECK, declared, &looked(&[web(443, true), open(80), gone(80)]), "PASS");
    }

    #[test]
    fn not_understood() {
        for protocol in [Protocol::Tls, Protocol::Unknown] {
            let riddle = || vec![Fact::Service(service(9999, protocol, protocol == Protocol::Tls))];
            let elsewhere = "1-AuthMech = [{ id = 'A', reached_at = ['tcp/8443'] }]";
            check(&CHECK, elsewhere, &looked(&[riddle()]), "INCONCLUSIVE");
            let here = "1-AuthMech = [{ id = 'A', reached_at = ['tcp/9999'] }]";
            check(&CHECK, here, &looked(&[riddle()]), "PASS");
            // Where something asks for a token, that is what speaks there.
            let told = Service { login: Some(Login::HttpToken), ..service(9999, protocol, false) };
            check(&CHECK, elsewhere, &looked(&[vec![Fact::Service(told)]]), "PASS");
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
