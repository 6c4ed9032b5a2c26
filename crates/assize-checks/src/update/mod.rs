//! Checks on software update.

pub(crate) mod authenticity_verified;
pub(crate) mod automatic_for_component;
pub(crate) mod automatic_mechanisms;
pub(crate) mod automation_adjustable;
pub(crate) mod automation_on_by_default;
pub(crate) mod automation_on_for_component;
pub(crate) mod automation_seen_on;
pub(crate) mod cryptography_agreed;
pub(crate) mod cryptography_unbroken;
pub(crate) mod guarantees_include_floor;
pub(crate) mod integrity_verified;
pub(crate) mod interruption_notice_by_dut;
pub(crate) mod misuse_prevented;
pub(crate) mod misuse_withstood;
pub(crate) mod notice_names_risks;
pub(crate) mod notices_adjustable;
pub(crate) mod notices_on_by_default;
pub(crate) mod periodic_checking;
pub(crate) mod procedures_confirmed;
pub(crate) mod reason_for_no_update;
pub(crate) mod simple_for_component;
pub(crate) mod timely_deployment;
pub(crate) mod trust_relationship;
pub(crate) mod undeclared_channel;
pub(crate) mod verified_by_dut;

use assize_model::declaration::ixit::common::{Guarantee, Setting, UserCan};
use assize_model::declaration::ixit::upd_mech::{Trust, VerifiedBy};
use assize_model::declaration::ixit::{SoftComp, UpdMech};
use assize_model::judgement::Outcome;
use assize_model::scene::Scene;

use crate::cryptography;
use crate::guarantee;
use crate::say::{Row, Said, best, list};

/// Whether a mechanism updates without the user; nothing when the declaration does not tell. One that the user starts is
/// not automatic where nothing is said of a setting.
pub(crate) fn is_automatic(m: &UpdMech) -> Option<bool> {
    let is_spoken_of = m.automation.as_ref().is_some_and(|setting| *setting != Setting::default());
    m.automates().or_else(|| (m.initiation.is_some() && !is_spoken_of).then_some(false))
}

/// Whether the user has a say in an automatic function.
pub(crate) fn adjustable(row: Row, field: &str, setting: Option<&Setting>, what: &str) -> Said {
    let Some(setting) = setting else {
        return row.leaves_out(field, format!("what the user can do with {what}"));
    };
    let can: Vec<&str> = setting.user_can.iter().map(|c| can_words(*c)).collect();
    if can.is_empty() {
        let words = format!("lists nothing that the user can do with {what}");
        let remedy = format!(
            "let the user switch {what} on or off or put them off, and list it in `{field}.user_can`"
        );
        return row.fails(field, words, remedy);
    }
    row.passes(field, format!("lets the user {} {what}", list(&can)))
}

/// Whether an automatic function is on in the initialised state.
pub(crate) fn on_by_default(row: Row, field: &str, setting: Option<&Setting>, what: &str) -> Said {
    match setting.and_then(|s| s.on_by_default) {
        Some(true) => row.passes(field, format!("has {what} on in the initialised state")),
        Some(false) => {
            let words = format!("has {what} off in the initialised state");
            row.fails(field, words, format!("switch {what} on by default"))
        }
        None => {
            row.leaves_out(field, format!("whether {what} are on in the initialised state (`on_by_default`)"))
        }
    }
}

fn can_words(can: UserCan) -> &'static str {
    match can {
        UserCan::Enable => "enable",
        UserCan::Disable => "disable",
        UserCan::Postpone => "postpone",
    }
}

/// Judges a component by the best of the mechanisms that update it.
pub(crate) fn by_its_mechanisms(
    c: &SoftComp,
    row: Row,
    scene: &Scene,
    rule: fn(&UpdMech, Row) -> Said,
) -> Said {
    let field = "update_mechanisms";
    if c.update_mechanisms.is_empty() {
        return row.is_beside(field, "has no update mechanism");
    }
    let named = scene.declaration.ixit.upd_mech.iter().filter(|m| c.update_mechanisms.contains(&m.id));
    let said = named.map(|m| {
        let (outcome, mut indication) = rule(m, Row { table: "7-UpdMech", id: &m.id });
        indication.words = format!("{} is updated by {}: {}", c.id, m.id, indication.words);
        (outcome, indication)
    });
    let missing =
        || row.is_open(field, "names update mechanisms that 7-UpdMech does not hold", "add the entries");
    best(said.collect()).unwrap_or_else(missing)
}

/// Whether a mechanism that is used over a network rests on something that verifies updates.
pub(crate) fn verified(m: &UpdMech, row: Row, property: Guarantee) -> Said {
    if m.verified_by == Some(VerifiedBy::Nobody) {
        let remedy = "verify a signature before installation";
        return row.fails("verified_by", "installs updates that nobody verifies", remedy);
    }
    match guarantee::includes(row, &m.guarantees, &[property]) {
        (Outcome::Pass, _) => {}
        said => return said,
    }
    let name = guarantee::name(property);
    match (m.verified_by, m.trust.as_slice()) {
        (None, _) => row.leaves_out("verified_by", format!("who verifies the {name} of updates")),
        (_, []) => row.leaves_out("trust", format!("what the verification of {name} rests on")),
        (_, trust) => {
            row.passes("trust", format!("guarantees {name}, which rests on {}", trust_words(trust)))
        }
    }
}

/// What verification rests on, in words.
pub(crate) fn trust_words(trust: &[Trust]) -> String {
    let word = |t: &Trust| match t {
        Trust::AuthenticatedChannel => "an authenticated channel",
        Trust::DigitalSignature => "a digital signature",
        Trust::NetworkMembership => "membership of a network that needs a secret",
        Trust::UserConfirmation => "a confirmation by the user",
    };
    list(&trust.iter().map(word).collect::<Vec<_>>())
}

/// A mechanism that declares no cryptography, although a network may reach it.
pub(crate) fn bare(m: &UpdMech, row: Row) -> Option<Said> {
    cryptography::bare(row, m.crypto.as_ref(), m.over_network())
}

#[cfg(test)]
mod tests {
    use super::{cryptography_agreed, cryptography_unbroken};
    use crate::stage::{check, nothing};

    #[test]
    fn no_cryptography_is_an_answer_only_where_no_network_is() {
        let declared = "7-UpdMech = [{ id = 'A', network = true, crypto = { protocols = ['none'] } }, \
             { id = 'B', network = false, crypto = { protocols = ['none'] } }]";
        for rule in [&cryptography_agreed::CHECK, &cryptography_unbroken::CHECK] {
            check(rule, declared, &nothing(), "A INCONCLUSIVE, B N/A");
        }
    }
}
