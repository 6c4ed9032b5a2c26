//! Where users authenticate, the network shows the TLS or SSH that IXIT 1-AuthMech declares.

use assize_model::declaration::ixit::AuthMech;
use assize_model::judgement::{Finding, Outcome};
use assize_model::scene::Scene;

use super::not_for_users;
use crate::Check;
use crate::cryptography::bare;
use crate::say::Row;
use crate::wire;

pub(crate) const CHECK: Check = Check {
    name: "auth.cryptography_as_declared",
    establishes: "Where users authenticate, the network shows the TLS, DTLS or SSH that IXIT 1-AuthMech declares, and nothing beside it.",
    probes: &["tcp-ports", "identify", "ssh", "tls", "dtls"],
    partial: true,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let mechanisms = scene.declaration.ixit.auth_mech.iter();
    let finding = |m: &AuthMech| {
        let row = Row { table: "1-AuthMech", id: &m.id };
        let beside = not_for_users(m, row).filter(|(outcome, _)| *outcome == Outcome::NotApplicable);
        match beside.or_else(|| bare(row, m.crypto.as_ref(), m.over_network())) {
            Some((outcome, indication)) => Finding::entry(&m.id, outcome, indication),
            None => wire::as_declared(row, m.crypto.as_ref(), &m.reached_at, scene),
        }
    };
    mechanisms.map(finding).collect()
}

#[cfg(test)]
mod tests {
    use assize_model::fact::TlsVersion;

    use super::CHECK;
    use crate::stage::{check, looked, nothing, tls};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', reached_at = ['tcp/8443'], \
             crypto = { protocols = ['TLS 1.3'] } }]",
            &looked(&[tls(8443, &[TlsVersion::Tls12, TlsVersion::Tls13])]),
            "A FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', reached_at = ['tcp/8443'], \
             crypto = { protocols = ['TLS 1.2', 'TLS 1.3'] } }, \
             { id = 'B', subject = 'machine' }]",
            &looked(&[tls(8443, &[TlsVersion::Tls12, TlsVersion::Tls13])]),
            "A PASS, B N/A",
        );
    }

    #[test]
    fn never_looked() {
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', reached_at = ['tcp/8443'], \
             crypto = { protocols = ['TLS 1.3'] } }]",
            &nothing(),
            "A INCONCLUSIVE",
        );
    }
}
