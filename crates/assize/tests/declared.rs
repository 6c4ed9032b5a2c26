//! What the flaws of SSH and DTLS show where the port is declared: in the flaw matrix nobody declares it, and each fails
//! for that alone.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

mod common;

use assize_model::verdict::Verdict;
use common::Trial;

/// A mechanism at a port of the device, and what of it is declared.
const SSH: &str = "[[11-ComMech]]\nid = \"ComMech-Port\"\nreached_at = [\"tcp/2222\"]\nguarantees = [\"integrity\"]\n\
                   [11-ComMech.crypto]\nprotocols = [\"SSH\"]\n\n";
const DTLS: &str = "[[11-ComMech]]\nid = \"ComMech-Port\"\nreached_at = [\"udp/5684\"]\nguarantees = [\"integrity\"]\n\
                    [11-ComMech.crypto]\nprotocols = [\"DTLS 1.2\"]\n\n";

/// Whether 5.5-1-2 fails by the mechanism at the port, and all that is said of it there.
fn looked(flaw: &str, mechanism: &str) -> (bool, String) {
    let trial = Trial::run_with(&[flaw], |dir, _| {
        let edit = |file: &str, from: &str, to: &str| {
            let text = std::fs::read_to_string(dir.join(file)).unwrap();
            assert!(text.contains(from), "{file} holds {from}");
            std::fs::write(dir.join(file), text.replacen(from, to, 1)).unwrap();
        };
        edit("ixit.toml", "[[11-ComMech]]", &format!("{mechanism}[[11-ComMech]]"));
        // Nothing has to act for it.
        let product = std::fs::read_to_string(dir.join("product.toml")).unwrap();
        let allow = product.lines().find(|line| line.starts_with("allow = [")).unwrap();
        edit("product.toml", allow, "allow = []");
    });
    let units = &trial.assessment.case("5.5-1-2").unwrap().units;
    let entries =
        units.iter().flat_map(|u| &u.entries).filter(|e| e.entry.as_deref() == Some("ComMech-Port"));
    let fails = entries.clone().any(|e| e.outcome.verdict() == Verdict::Fail);
    let words = units.iter().flat_map(|u| &u.indications).map(|i| i.words.as_str());
    (fails, words.filter(|w| w.contains("ComMech-Port")).collect::<Vec<_>>().join("\n"))
}

#[test]
fn a_declared_port_is_judged_by_what_it_accepts() {
    let cases = [
        ("ssh-open", SSH, false, "only SSH 2 with algorithms that are declared, or agreed"),
        ("ssh-weak-algorithms", SSH, true, "diffie-hellman-group1-sha1"),
        ("ssh-protocol-1", SSH, true, "does not declare SSH 1, which tcp/2222 offers"),
        ("dtls10-accepted", DTLS, true, "DTLS 1.0"),
    ];
    std::thread::scope(|scope| {
        for (flaw, mechanism, fails, words) in cases {
            scope.spawn(move || {
                let (failed, said) = looked(flaw, mechanism);
                assert_eq!((failed, said.contains(words)), (fails, true), "{flaw}: {said}");
            });
        }
    });
}
