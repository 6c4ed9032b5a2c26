//! Checks on software components.

pub(crate) mod cryptography_updatable;
pub(crate) mod side_effects_considered;

use assize_model::declaration::ixit::common::Crypto;
use assize_model::fact::{Protocol, Service};
use assize_model::scene::Scene;

use crate::cryptography::is_none;
use crate::look::{port_words, services};
use crate::say::{Row, Said, shown};

/// A component that says to use no cryptography. Where all say so, some component does what is seen or declared.
pub(crate) fn without_cryptography(row: Row, scene: &Scene) -> Said {
    let says = "uses no cryptography";
    if scene.declaration.ixit.soft_comp.iter().any(|c| c.uses_cryptography != Some(false)) {
        return row.is_beside(FIELD, says);
    }
    let but = |what: String| {
        let words = format!("{says}, and no other component does, but {what}");
        row.is_open(FIELD, words, "say of which component that is, in `uses_cryptography`")
    };
    let is_protected = |s: &Service| s.tls || matches!(s.protocol, Protocol::Ssh | Protocol::Tls);
    if let Some((record, s)) = services(scene).into_iter().find(|(_, s)| is_protected(s)) {
        let protocol = if s.protocol == Protocol::Ssh { "SSH" } else { "TLS" };
        return shown(but(format!("{} answers in {protocol}", port_words(s.transport, s.port))), record);
    }
    match declared(scene) {
        Some(id) => but(format!("{id} declares some")),
        None => row.is_beside(FIELD, says),
    }
}

const FIELD: &str = "uses_cryptography";

/// An entry that names cryptography.
fn declared<'a>(scene: &Scene<'a>) -> Option<&'a str> {
    let ixit = &scene.declaration.ixit;
    let comm = ixit.com_mech.iter().map(|m| (&m.id, &m.crypto));
    let auth = ixit.auth_mech.iter().map(|m| (&m.id, &m.crypto));
    let updates = ixit.upd_mech.iter().map(|m| (&m.id, &m.crypto));
    let is_some = |c: &Crypto| !c.algorithms.is_empty() || (!c.protocols.is_empty() && !is_none(c));
    let mut all = comm.chain(auth).chain(updates);
    all.find(|(_, crypto)| crypto.as_ref().is_some_and(is_some)).map(|(id, _)| id.as_str())
}
