//! What an interface gives away without authentication is declared in IXIT 15-Intf.
//! Looked at are names with versions, and settings, credentials and source at the usual paths of web servers; other
//! disclosures need a person.

use assize_model::declaration::ixit::Intf;
use assize_model::declaration::ixit::common::Place;
use assize_model::declaration::ixit::intf::Disclosed;
use assize_model::judgement::Finding;
use assize_model::scene::Scene;

use super::heard::{Heard, at, has_version};
use super::is_network;
use crate::Check;
use crate::look::{REMEDY, open_ports};
use crate::say::{Row, Said, quote, shown, text, worst};

pub(crate) const CHECK: Check = Check {
    name: "interface.discloses_more",
    establishes: "What an interface gives away without authentication is declared in IXIT 15-Intf.",
    probes: &["tcp-ports", "udp-services", "identify", "mdns", "web"],
    partial: true,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let finding = |i: &Intf| {
        let row = Row { table: "15-Intf", id: &i.id };
        let (outcome, indications) = worst(sayings(i, row, scene)).unwrap_or_else(|| {
            let words = "names no port, so that the probes cannot listen to it";
            let (outcome, note) = row.is_open("reached_at", words, "listen by hand");
            (outcome, vec![note])
        });
        Finding { entry: Some(i.id.clone()), outcome, indications }
    };
    scene.declaration.ixit.intf.iter().map(finding).collect()
}

fn sayings(i: &Intf, row: Row, scene: &Scene) -> Vec<Said> {
    let places: Vec<&Place> = i.reached_at.iter().filter(|p| p.host.is_none()).collect();
    if !places.is_empty() {
        return places.into_iter().flat_map(|p| at_place(row, p, scene)).collect();
    }
    match i.kinds.is_empty() {
        true => vec![row.leaves_out("kinds", "of which class it is")],
        false if !is_network(i) => vec![row.is_beside("kinds", "is no network interface")],
        false => at_unnamed_ports(row, scene),
    }
}

/// What one port gives away that no interface at that port declares.
fn at_place(row: Row, place: &Place, scene: &Scene) -> Vec<Said> {
    let Some(heard) = at(place, scene) else {
        return vec![row.is_open("reached_at", format!("was not listened to at {place}"), REMEDY)];
    };
    let against = undeclared(row, place, &heard, scene);
    if let Some((why, remedy)) = heard.gap.filter(|_| against.is_empty()) {
        let words = format!("may give more away at {place}: {why}");
        return vec![shown(row.is_open("disclosed", words, remedy), heard.record)];
    }
    let mut listed = heard.listed.iter().filter(|(_, folder)| !names_folder(folder, place, scene));
    if let Some((record, folder)) = listed.next().filter(|_| against.is_empty()) {
        let words = format!("lists to anybody at {place} what lies in {folder}");
        let remedy =
            "see by hand whether that gives anything away; switch the list off, or declare it in `disclosed`";
        return vec![shown(row.is_open("disclosed", words, remedy), *record)];
    }
    if against.is_empty() {
        let words = format!("gives no undeclared version away at {place}");
        return vec![shown(row.passes("disclosed", words), heard.record)];
    }
    against
}

/// What ports give away that no interface names: they are reached over the network interfaces without ports.
fn at_unnamed_ports(row: Row, scene: &Scene) -> Vec<Said> {
    let mut said = Vec::new();
    for open in open_ports(scene) {
        let place = Place { host: None, transport: open.transport, port: open.port };
        let is_named = scene.declaration.ixit.intf.iter().any(|i| i.reached_at.contains(&place));
        if let Some(heard) = at(&place, scene).filter(|_| !is_named) {
            said.extend(undeclared(row, &place, &heard, scene));
        }
    }
    said
}

fn undeclared(row: Row, place: &Place, heard: &Heard, scene: &Scene) -> Vec<Said> {
    let remedy = "hide it until authentication, or declare it in `disclosed` with `recognised_by`";
    let more = heard.said.iter().filter(|(_, said)| !is_declared(said, place, scene));
    let against = more.map(|(record, said)| {
        let words = format!("gives {} away at {place}, which is not declared", quote(said));
        shown(row.fails("disclosed", words, remedy), *record)
    });
    against.collect()
}

/// What the interfaces at this port declare to disclose, each with the words that it is recognised by.
fn keys<'a>(place: &Place, scene: &Scene<'a>) -> impl Iterator<Item = (&'a Disclosed, &'a str)> {
    let sharing = scene.declaration.ixit.intf.iter().filter(|i| i.reached_at.contains(place));
    sharing.flat_map(|i| &i.disclosed).filter_map(|d| Some((d, text(d.recognised_by.as_ref())?)))
}

/// Whether an interface at this port declares that a folder is listed, by the folder itself.
fn names_folder(folder: &str, place: &Place, scene: &Scene) -> bool {
    keys(place, scene).any(|(_, key)| key == folder)
}

/// Whether an interface at this port declares what was said: its text is found in it, and either it speaks of a
/// version or leaves none over.
fn is_declared(said: &str, place: &Place, scene: &Scene) -> bool {
    let said = said.to_lowercase();
    keys(place, scene).any(|(d, key)| {
        let key = key.to_lowercase();
        // A sign alone, as the `/` of a listed front page, stands in everything.
        if !key.contains(char::is_alphanumeric) {
            return false;
        }
        let of_version = d.what.as_ref().is_some_and(|w| w.to_lowercase().contains("version"));
        said.contains(&key) && (of_version || !has_version(&said.replace(&key, " ")))
    })
}

#[cfg(test)]
mod tests {
    use assize_model::fact::{Fact, PortState, Protocol, WebFind, WebPosture};
    use assize_model::scene::Facts;

    use super::CHECK;
    use crate::stage::{
        DUT, at_cloud, check, disclosing, looked, lost, mdns, nothing, recorded, service, udp, web,
    };

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', reached_at = ['tcp/443'], \
             disclosed = [{ recognised_by = 'model' }] }, \
             { id = 'B', reached_at = ['udp/5353'] }]",
            &looked(&[disclosing(443, "boa/0.94"), mdns("fw=1.4.0")]),
            "A FAIL, B FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', kinds = ['logical'], reached_at = ['tcp/443'], \
             disclosed = [{ what = 'name and version', recognised_by = 'Boa' }] }, \
             { id = 'B', reached_at = ['udp/5353'] }, { id = 'C', kinds = ['physical'] }, \
             { id = 'D', kinds = ['network'], reached_at = ['tcp/443', 'udp/5353'] }]",
            &looked(&[disclosing(443, "boa/0.94"), mdns("model=P1 at 192.0.2.1")]),
            "A PASS, B PASS, C N/A, D PASS",
        );
    }

    #[test]
    fn the_version_of_a_protocol_is_none_of_the_product() {
        let declared = "15-Intf = [{ id = 'B', reached_at = ['udp/5353'] }]";
        check(&CHECK, declared, &looked(&[mdns("pv=1.1")]), "B PASS");
        check(&CHECK, declared, &looked(&[mdns("srcvers=366.0")]), "B FAIL");
    }

    #[test]
    fn a_web_server_whose_paths_nobody_looked_at() {
        let declared = "15-Intf = [{ id = 'A', reached_at = ['tcp/443'] }]";
        for protocol in [Protocol::Http, Protocol::Upnp, Protocol::Grpc] {
            let mut facts = looked(&[vec![Fact::Service(service(443, protocol, true))]]);
            check(&CHECK, declared, &facts, "A PASS");
            facts.recorded.retain(|r| !matches!(r.fact, Fact::WebPosture(_)));
            check(&CHECK, declared, &facts, "A INCONCLUSIVE");
            // Looks at another port or host are none at this server.
            for look in [browsed(80, &[]), at_cloud(browsed(443, &[]))] {
                let seen = Facts { recorded: recorded([shown(&facts), look].concat()), ..facts.clone() };
                check(&CHECK, declared, &seen, "A INCONCLUSIVE");
            }
        }
        // What it says at once fails all the same, and what is no web server has no paths.
        let mut facts = looked(&[disclosing(443, "boa/0.94.13")]);
        facts.recorded.retain(|r| !matches!(r.fact, Fact::WebPosture(_)));
        check(&CHECK, declared, &facts, "A FAIL");
        let mqtt = looked(&[vec![Fact::Service(service(443, Protocol::Mqtt, true))]]);
        check(&CHECK, declared, &mqtt, "A PASS");
    }

    fn shown(facts: &Facts) -> Vec<Fact> {
        facts.recorded.iter().map(|r| r.fact.clone()).collect()
    }

    /// A look at the paths of a web server, which found these.
    fn browsed(port: u16, found: &[WebFind]) -> Vec<Fact> {
        let found = found.to_vec();
        vec![Fact::WebPosture(WebPosture { target: DUT.into(), port, found, ..WebPosture::default() })]
    }

    #[test]
    fn what_a_web_server_leaves_open() {
        let declared = "15-Intf = [{ id = 'A', reached_at = ['tcp/443'] }]";
        let backup = WebFind {
            path: "/backup.cfg".into(),
            what: "settings".into(),
            discloses: true,
            ..WebFind::default()
        };
        let front = WebFind { discloses: false, ..backup.clone() };
        let seen = |find, at: fn(Vec<Fact>) -> Vec<Fact>, port| {
            looked(&[web(443, true), at(browsed(port, &[find]))])
        };
        check(&CHECK, declared, &seen(backup.clone(), |f| f, 443), "A FAIL");
        check(&CHECK, declared, &seen(front, |f| f, 443), "A PASS");
        check(&CHECK, declared, &seen(backup.clone(), |f| f, 80), "A PASS");
        check(&CHECK, declared, &seen(backup, at_cloud, 443), "A PASS");
    }

    #[test]
    fn a_port_that_was_asked_in_part_or_not_understood() {
        let declared = "15-Intf = [{ id = 'A', reached_at = ['tcp/443'] }]";
        check(&CHECK, declared, &looked(&[web(443, true), lost(443)]), "A INCONCLUSIVE");
        for protocol in [Protocol::Tls, Protocol::Unknown] {
            let riddle = vec![Fact::Service(service(443, protocol, true))];
            check(&CHECK, declared, &looked(&[riddle]), "A INCONCLUSIVE");
        }
    }

    #[test]
    fn a_responder_that_did_not_answer_everything() {
        let declared = "15-Intf = [{ id = 'B', reached_at = ['udp/5353'] }]";
        for (unanswered, outcome) in [(Some(0), "PASS"), (Some(1), "INCONCLUSIVE"), (None, "INCONCLUSIVE")] {
            let mut facts = mdns("model=P1");
            let Some(Fact::MdnsAnnouncement(said)) = facts.last_mut() else { panic!("{facts:?}") };
            said.unanswered = unanswered;
            check(&CHECK, declared, &looked(&[facts]), &format!("B {outcome}"));
        }
    }

    #[test]
    fn a_web_server_that_was_looked_at_in_part_or_left_a_doubt() {
        let declared = "15-Intf = [{ id = 'A', reached_at = ['tcp/443'] }]";
        let secret = |may_disclose| WebFind { path: "/b.cfg".into(), may_disclose, ..WebFind::default() };
        for (edit, outcome) in [
            ((|w| (w.tried, w.listed) = (9, Some(9))) as fn(&mut WebPosture), "PASS"),
            (|w| (w.tried, w.listed) = (8, Some(9)), "INCONCLUSIVE"),
            (|w| (w.tried, w.listed) = (9, None), "INCONCLUSIVE"),
        ] {
            let mut facts = looked(&[web(443, true)]);
            let postures = facts.recorded.iter_mut().filter_map(|r| match &mut r.fact {
                Fact::WebPosture(w) => Some(w),
                _ => None,
            });
            postures.for_each(edit);
            check(&CHECK, declared, &facts, &format!("A {outcome}"));
        }
        for (may_disclose, outcome) in [(false, "PASS"), (true, "INCONCLUSIVE")] {
            let mut facts = looked(&[web(443, true)]);
            for recorded in &mut facts.recorded {
                if let Fact::WebPosture(w) = &mut recorded.fact {
                    w.found = vec![secret(may_disclose)];
                }
            }
            check(&CHECK, declared, &facts, &format!("A {outcome}"));
        }
    }

    #[test]
    fn never_looked() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', reached_at = ['tcp/443'] }, \
             { id = 'B', reached_at = ['udp/5353'] }, { id = 'C', kinds = ['network'] }, \
             { id = 'D' }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE, C INCONCLUSIVE, D INCONCLUSIVE",
        );
    }

    #[test]
    fn other_udp() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', reached_at = ['udp/5683'] }]",
            &looked(&[udp(5683, PortState::Open)]),
            "A INCONCLUSIVE",
        );
    }

    #[test]
    fn more_than_the_name_declared() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', reached_at = ['tcp/443'], disclosed = [{ what = 'model', \
             recognised_by = 'P1' }] }]",
            &looked(&[disclosing(443, "P1/1.4.0")]),
            "A FAIL",
        );
    }

    #[test]
    fn unnamed_port_on_a_network_interface() {
        let declared = "15-Intf = [{ id = 'W', kinds = ['air', 'network'] }, \
             { id = 'B', reached_at = ['tcp/443'] }]";
        check(&CHECK, declared, &looked(&[web(443, true), disclosing(81, "busybox/1.30")]), "W FAIL, B PASS");
        check(&CHECK, declared, &looked(&[web(443, true), web(81, false)]), "W INCONCLUSIVE, B PASS");
    }

    #[test]
    fn undeclared_port_elsewhere() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', reached_at = ['tcp/443'] }]",
            &looked(&[web(443, true), disclosing(2323, "busybox/1.30")]),
            "A PASS",
        );
    }

    #[test]
    fn a_folder_that_is_listed() {
        let seen = |port| {
            let listings = vec!["/logs/".to_owned()];
            let look = WebPosture { target: DUT.into(), port, listings, ..WebPosture::default() };
            looked(&[web(443, true), vec![Fact::WebPosture(look)]])
        };
        let declared = "15-Intf = [{ id = 'A', reached_at = ['tcp/443'] }]";
        check(&CHECK, declared, &seen(443), "A INCONCLUSIVE");
        check(&CHECK, declared, &seen(80), "A PASS");
        let known =
            "15-Intf = [{ id = 'A', reached_at = ['tcp/443'], disclosed = [{ recognised_by = '/logs/' }] }]";
        check(&CHECK, known, &seen(443), "A PASS");
        // Who declares that the front page is listed declares no other folder, and no file.
        let front =
            "15-Intf = [{ id = 'A', reached_at = ['tcp/443'], disclosed = [{ recognised_by = '/' }] }]";
        check(&CHECK, front, &seen(443), "A INCONCLUSIVE");
        let backup = WebFind { path: "/backup.cfg".into(), discloses: true, ..WebFind::default() };
        check(&CHECK, front, &looked(&[web(443, true), browsed(443, &[backup])]), "A FAIL");
    }
}
