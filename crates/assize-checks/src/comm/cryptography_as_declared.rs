//! Where a mechanism is reached, the network shows the TLS or SSH that IXIT 11-ComMech declares.

use assize_model::declaration::ixit::ComMech;
use assize_model::judgement::Finding;
use assize_model::scene::Scene;

use crate::Check;
use crate::say::Row;
use crate::wire;

pub(crate) const CHECK: Check = Check {
    name: "comm.cryptography_as_declared",
    establishes: "Where a mechanism is reached, the network shows the TLS, DTLS or SSH that IXIT 11-ComMech declares, and nothing beside it.",
    probes: &["tcp-ports", "identify", "ssh", "tls", "dtls"],
    partial: true,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let mechanisms = scene.declaration.ixit.com_mech.iter();
    let finding = |m: &ComMech| {
        wire::as_declared(Row { table: "11-ComMech", id: &m.id }, m.crypto.as_ref(), &m.reached_at, scene)
    };
    mechanisms.map(finding).collect()
}

#[cfg(test)]
mod tests {
    use assize_model::fact::TlsVersion;

    use super::CHECK;
    use crate::stage::{at_cloud, certificate, check, looked, nothing, tls, web};

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
}
