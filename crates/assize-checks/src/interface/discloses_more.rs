//! What an interface gives away without authentication is declared in IXIT 15-Intf.
//! Looked at are names with versions; other disclosures need a person.

use std::net::Ipv4Addr;

use assize_model::declaration::ixit::Intf;
use assize_model::declaration::ixit::common::Place;
use assize_model::fact::{Fact, MdnsAnnouncement, Transport};
use assize_model::judgement::{Finding, Outcome};
use assize_model::scene::Scene;

use super::is_network;
use crate::Check;
use crate::look::{REMEDY, services};
use crate::say::{Row, Said, quote, shown, text, worst};

pub(crate) const CHECK: Check = Check {
    name: "interface.discloses_more",
    establishes: "What an interface gives away without authentication is declared in IXIT 15-Intf.",
    probes: &["tcp-ports", "udp-services", "identify", "mdns"],
    partial: true,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let finding = |i: &Intf| {
        let row = Row { table: "15-Intf", id: &i.id };
        let places = i.reached_at.iter().filter(|p| p.host.is_none());
        let said = places.flat_map(|p| at_place(row, p, scene)).collect();
        let unseen = || (Outcome::Inconclusive, vec![unseen(i, row).1]);
        let (outcome, indications) = match worst(said) {
            None if !i.kinds.is_empty() && !is_network(i) => {
                let (outcome, words) = row.is_beside("kinds", "is no network interface");
                (outcome, vec![words])
            }
            said => said.unwrap_or_else(unseen),
        };
        Finding { entry: Some(i.id.clone()), outcome, indications }
    };
    scene.declaration.ixit.intf.iter().map(finding).collect()
}

fn unseen(i: &Intf, row: Row) -> Said {
    match i.kinds.is_empty() {
        true => row.leaves_out("kinds", "of which class it is"),
        false => row.is_open(
            "reached_at",
            "names no port, so that the probes cannot listen to it",
            "listen by hand",
        ),
    }
}

/// What one port gives away that no interface at that port declares.
fn at_place(row: Row, place: &Place, scene: &Scene) -> Vec<Said> {
    let Some(heard) = heard(place, scene) else {
        return vec![row.is_open("reached_at", format!("was not listened to at {place}"), REMEDY)];
    };
    let sharing = scene.declaration.ixit.intf.iter().filter(|i| i.reached_at.contains(place));
    let known: Vec<String> = sharing
        .flat_map(|i| &i.disclosed)
        .filter_map(|d| text(d.recognised_by.as_ref()).map(str::to_lowercase))
        .collect();
    let is_known = |said: &str| known.iter().any(|k| said.to_lowercase().contains(k));
    let more = heard.said.iter().filter(|(_, said)| !is_known(said));
    let against = more.map(|(record, said)| {
        let words = format!("gives {} away at {place}, which is not declared", quote(said));
        let remedy = "hide it until authentication, or declare it in `disclosed` with `recognised_by`";
        shown(row.fails("disclosed", words, remedy), *record)
    });
    let against: Vec<Said> = against.collect();
    if !against.is_empty() {
        return against;
    }
    let words = format!("gives no undeclared version away at {place}");
    vec![shown(row.passes("disclosed", words), heard.record)]
}

/// What a port said of names with versions, and the record that shows that it was listened to.
struct Heard {
    record: u64,
    said: Vec<(u64, String)>,
}

fn heard(place: &Place, scene: &Scene) -> Option<Heard> {
    if place.transport == Transport::Tcp {
        let (record, service) =
            services(scene).into_iter().find(|(_, s)| place.is_dut(s.transport, s.port))?;
        let said = service.discloses.iter().map(|d| (record, d.clone())).collect();
        return Some(Heard { record, said });
    }
    if place.port != MDNS_PORT {
        return None;
    }
    let mut announced: Vec<(u64, &MdnsAnnouncement)> = scene
        .facts()
        .filter_map(|(record, fact)| match fact {
            Fact::MdnsAnnouncement(a) if scene.is_dut(&a.target) => Some((record, a)),
            _ => None,
        })
        .collect();
    announced.sort_by_key(|(record, _)| *record);
    let record = announced.first()?.0;
    let texts = announced.iter().flat_map(|(record, a)| a.services.iter().map(move |s| (*record, s)));
    let texts = texts.flat_map(|(record, s)| s.txt.iter().map(move |t| (record, t.clone())));
    Some(Heard { record, said: texts.filter(|(_, t)| has_version(t)).collect() })
}

const MDNS_PORT: u16 = 5353;

/// Whether a text holds a number such as `1.4` or `v2.0.1`; addresses are none.
fn has_version(text: &str) -> bool {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.'));
    words.map(|w| w.trim_matches('.').trim_start_matches(['v', 'V'])).any(|word| {
        let mut parts = word.split('.');
        let leads = parts.next().is_some_and(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
        let follows = parts.next().is_some_and(|p| p.starts_with(|c: char| c.is_ascii_digit()));
        leads && follows && word.parse::<Ipv4Addr>().is_err()
    })
}

#[cfg(test)]
mod tests {
    use assize_model::fact::PortState;

    use super::CHECK;
    use crate::stage::{check, disclosing, looked, mdns, nothing, udp, web};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', reached_at = ['tcp/443'], disclosed = [{ recognised_by = 'model' \
             }] }, { id = 'B', reached_at = ['udp/5353'] }]",
            &looked(&[disclosing(443, "boa/0.94"), mdns("fw=1.4.0")]),
            "A FAIL, B FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', kinds = ['logical'], reached_at = ['tcp/443'], disclosed = [{ \
             recognised_by = 'Boa' }] }, { id = 'B', reached_at = ['udp/5353'] }, { id = 'C', kinds \
             = ['physical'] }, { id = 'D', kinds = ['network'], reached_at = ['tcp/443', 'udp/5353'] \
             }]",
            &looked(&[disclosing(443, "boa/0.94"), mdns("model=P1 at 192.0.2.1")]),
            "A PASS, B PASS, C N/A, D PASS",
        );
    }

    #[test]
    fn never_looked() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', reached_at = ['tcp/443'] }, { id = 'B', reached_at = \
             ['udp/5353'] }, { id = 'C', kinds = ['network'] }, { id = 'D' }]",
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
    fn undeclared_port_elsewhere() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', reached_at = ['tcp/443'] }]",
            &looked(&[web(443, true), disclosing(2323, "busybox/1.30")]),
            "A PASS",
        );
    }
}
