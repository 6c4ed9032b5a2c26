//! Where a mechanism is reached, the network shows the TLS or SSH that IXIT 11-ComMech declares.

use assize_model::declaration::ixit::ComMech;
use assize_model::fact::Fact;
use assize_model::judgement::{Finding, Outcome};
use assize_model::scene::Scene;

use super::bare;
use crate::Check;
use crate::say::{Row, Said, shown};
use crate::{web, wire};

pub(crate) const CHECK: Check = Check {
    name: "comm.cryptography_as_declared",
    establishes: "Where a mechanism is reached, the network shows the TLS, DTLS or SSH that IXIT 11-ComMech declares, and nothing beside it.",
    probes: &["tcp-ports", "identify", "ssh", "tls", "dtls", "web"],
    partial: true,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let mechanisms = scene.declaration.ixit.com_mech.iter();
    let finding = |m: &ComMech| {
        let row = Row { table: "11-ComMech", id: &m.id };
        if let Some((outcome, indication)) = bare(m, row) {
            return Finding::entry(&m.id, outcome, indication);
        }
        let seen = wire::as_declared(row, m.crypto.as_ref(), &m.reached_at, scene);
        let is_verified = m.crypto.as_ref().is_some_and(|c| c.valid_certificate == Some(true));
        match any_certificate(row, m, scene).filter(|_| is_verified) {
            Some((outcome, indication)) if seen.outcome != Outcome::Fail => {
                Finding::entry(&m.id, outcome, indication)
            }
            _ => match web::drawn_in_clear(row, &m.reached_at, scene) {
                Some((outcome, indication)) if seen.outcome == Outcome::Pass => {
                    Finding::entry(&m.id, outcome, indication)
                }
                _ => seen,
            },
        }
    };
    mechanisms.map(finding).collect()
}

/// Whether the DUT, as a client of this mechanism, took a certificate of the bench that nobody it trusts has signed.
fn any_certificate(row: Row, m: &ComMech, scene: &Scene) -> Option<Said> {
    let taken = scene.facts().filter(|(_, fact)| match fact {
        Fact::UpdateAttempt(a) => {
            a.untrusted_certificate
                && a.tls_trusted_bench == Some(true)
                && scene.is_dut(&a.target)
                && m.reached_at.iter().any(|place| place.to_string() == a.place)
        }
        _ => false,
    });
    let (record, _) = taken.min_by_key(|(record, _)| *record)?;
    let words = "declares a valid certificate, but the DUT took one there that nobody it trusts has signed";
    Some(shown(
        row.fails("crypto", words, "verify the certificate of the host, and refuse every other"),
        record,
    ))
}

#[cfg(test)]
mod tests {
    use assize_model::fact::{Protocol, TlsVersion, UpdateAttempt, WebPosture};

    use super::*;
    use crate::stage::{DUT, at_cloud, certificate, check, looked, nothing, service, tls, web};

    #[test]
    fn any_certificate_will_do() {
        let attempt = |trusted| {
            vec![Fact::UpdateAttempt(UpdateAttempt {
                target: DUT.into(),
                place: "cloud:tcp/443".into(),
                untrusted_certificate: true,
                tls_trusted_bench: Some(trusted),
                ..UpdateAttempt::default()
            })]
        };
        let declared = "11-ComMech = [{ id = 'A', reached_at = ['cloud:tcp/443'], \
             crypto = { protocols = ['TLS 1.3'], valid_certificate = true } }]";
        let seen = |trusted| {
            let facts = [tls(443, &[TlsVersion::Tls13]), certificate(443, 1500)].map(at_cloud);
            looked(&[facts.concat(), attempt(trusted)])
        };
        check(&CHECK, declared, &seen(true), "A FAIL");
        check(&CHECK, declared, &seen(false), "A PASS");
    }

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', reached_at = ['tcp/443'], \
             crypto = { protocols = ['TLS 1.2'] } }]",
            &looked(&[tls(443, &[TlsVersion::Tls10, TlsVersion::Tls12])]),
            "A FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', reached_at = ['tcp/443'], \
             crypto = { protocols = ['TLS 1.2', 'TLS 1.3'] } }, \
             { id = 'B', crypto = { protocols = ['none'] } }]",
            &looked(&[tls(443, &[TlsVersion::Tls12])]),
            "A PASS, B N/A",
        );
    }

    #[test]
    fn never_looked() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', reached_at = ['tcp/443'], \
             crypto = { protocols = ['TLS 1.2'] } }]",
            &nothing(),
            "A INCONCLUSIVE",
        );
    }

    #[test]
    fn in_clear() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', reached_at = ['tcp/80'], \
             crypto = { protocols = ['TLS 1.2'] } }]",
            &looked(&[web(80, false)]),
            "A FAIL",
        );
    }

    #[test]
    fn in_clear_at_a_host() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', reached_at = ['cloud:tcp/80'], \
             crypto = { protocols = ['TLS 1.2'] } }]",
            &looked(&[at_cloud(web(80, false))]),
            "A FAIL",
        );
    }

    #[test]
    fn what_may_go_on_in_tls_is_not_in_clear() {
        for protocol in [Protocol::Smtp, Protocol::Imap, Protocol::Pop3, Protocol::Ftp, Protocol::Unknown] {
            check(
                &CHECK,
                "11-ComMech = [{ id = 'A', reached_at = ['cloud:tcp/587'], \
                 crypto = { protocols = ['TLS 1.2'] } }]",
                &looked(&[at_cloud(vec![Fact::Service(service(587, protocol, false))])]),
                "A INCONCLUSIVE",
            );
        }
    }

    #[test]
    fn at_a_host() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', reached_at = ['cloud:tcp/443'], \
             crypto = { protocols = ['TLS 1.3'] } }]",
            &looked(&[at_cloud(tls(443, &[TlsVersion::Tls13]))]),
            "A PASS",
        );
    }

    #[test]
    fn certificate_run_out() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', reached_at = ['tcp/443'], \
             crypto = { protocols = ['TLS 1.3'], valid_certificate = true } }]",
            &looked(&[tls(443, &[TlsVersion::Tls13]), certificate(443, 2001)]),
            "A FAIL",
        );
    }

    #[test]
    fn certificate_not_valid_yet() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', reached_at = ['tcp/443'], \
             crypto = { protocols = ['TLS 1.3'], valid_certificate = true } }]",
            &looked(&[tls(443, &[TlsVersion::Tls13]), certificate(443, 999)]),
            "A FAIL",
        );
    }

    #[test]
    fn certificate_valid() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', reached_at = ['tcp/443'], \
             crypto = { protocols = ['TLS 1.3'], valid_certificate = true } }]",
            &looked(&[tls(443, &[TlsVersion::Tls13]), certificate(443, 1500)]),
            "A PASS",
        );
    }

    #[test]
    fn certificate_unseen() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', reached_at = ['tcp/443'], \
             crypto = { protocols = ['TLS 1.3'], valid_certificate = true } }]",
            &looked(&[tls(443, &[TlsVersion::Tls13])]),
            "A INCONCLUSIVE",
        );
    }

    #[test]
    fn certificate_of_no_concern() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', reached_at = ['tcp/443'], \
             crypto = { protocols = ['TLS 1.3'], valid_certificate = false } }]",
            &looked(&[tls(443, &[TlsVersion::Tls13]), certificate(443, 2001)]),
            "A PASS",
        );
    }

    #[test]
    fn one_place_of_two_unseen() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', reached_at = ['tcp/443', 'cloud:tcp/443'], \
             crypto = { protocols = ['TLS 1.3'] } }]",
            &looked(&[tls(443, &[TlsVersion::Tls13])]),
            "A INCONCLUSIVE",
        );
    }

    #[test]
    fn versions_not_asked() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', reached_at = ['tcp/443'], \
             crypto = { protocols = ['TLS 1.3'] } }]",
            &looked(&[web(443, true)]),
            "A INCONCLUSIVE",
        );
    }

    #[test]
    fn one_version_of_five_was_not_asked_for() {
        let declared =
            "11-ComMech = [{ id = 'A', reached_at = ['tcp/443'], crypto = { protocols = ['TLS 1.3'] } }]";
        let mut facts = tls(443, &[TlsVersion::Tls13]);
        check(&CHECK, declared, &looked(&[facts.clone()]), "A PASS");
        for fact in &mut facts {
            if let Fact::TlsOffer(offer) = fact {
                offer.versions.retain(|answer| answer.version != TlsVersion::Tls10);
            }
        }
        check(&CHECK, declared, &looked(&[facts]), "A INCONCLUSIVE");
    }

    #[test]
    fn refuses_all() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', reached_at = ['tcp/443'], \
             crypto = { protocols = ['TLS 1.3'] } }]",
            &looked(&[tls(443, &[])]),
            "A INCONCLUSIVE",
        );
    }

    #[test]
    fn not_visible() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', crypto = { protocols = ['BLE LE Secure Connections'] } }, \
             { id = 'B', reached_at = ['udp/5684'], crypto = { protocols = ['TLS 1.3'] } }, \
             { id = 'C', crypto = { protocols = ['TLS 1.3'] } }, \
             { id = 'D', reached_at = ['shop:tcp/443'], crypto = { protocols = ['TLS 1.3'] } }, \
             { id = 'E' }]",
            &looked(&[web(443, true)]),
            "A INCONCLUSIVE, B INCONCLUSIVE, C INCONCLUSIVE, D INCONCLUSIVE, E INCONCLUSIVE",
        );
    }

    #[test]
    fn a_page_that_draws_in_what_has_no_tls() {
        let seen = |port, version| {
            let mixed = vec!["http://x/logo.png".to_owned()];
            let look = WebPosture { target: DUT.into(), port, mixed, ..WebPosture::default() };
            looked(&[tls(443, &[version]), certificate(443, 1500), vec![Fact::WebPosture(look)]])
        };
        let declared =
            "11-ComMech = [{ id = 'A', reached_at = ['tcp/443'], crypto = { protocols = ['TLS 1.3'] } }]";
        check(&CHECK, declared, &seen(443, TlsVersion::Tls13), "A INCONCLUSIVE");
        check(&CHECK, declared, &seen(80, TlsVersion::Tls13), "A PASS");
        check(&CHECK, declared, &seen(443, TlsVersion::Tls12), "A FAIL");
    }
}
