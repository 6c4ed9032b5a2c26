//! Conditions: what a declaration itself says on whether a conditional provision applies. An N/A claim rests on a
//! condition that does not hold; what the supplier wrote elsewhere may say otherwise (TS 103 701 clause 4, ICS
//! checks c and d). Silence settles nothing: what is left out, was refused, or is contradicted beside it stays open.

use super::Declaration;
use super::file::DeclarationFile::Ixit as File;
use super::ixit::auth_mech::{Factor, PasswordOrigin, Subject};
use super::ixit::del_func::DeletionTarget;
use super::ixit::intf::IntfKind;
use super::ixit::sec_param::{ParamKind, Protects, Provisioning};
use super::ixit::{AuthMech, ComMech, Intf, PersData, SecParam, SoftComp, UpdMech};

/// The names that the catalogue may use.
pub const NAMES: &[&str] = &[
    "automatic-updates",
    "automatic-updates-or-notices",
    "constrained",
    "consent-based",
    "critical-parameters",
    "critical-parameters-protect-updates-or-services",
    "critical-parameters-sent",
    "critical-parameters-sent-remotely",
    "debug-interface-physical",
    "factory-passwords",
    "fixed-identity",
    "input-accepted",
    "network-functions",
    "not-constrained",
    "not-updatable",
    "passwords",
    "personal-data",
    "personal-data-at-services",
    "personal-data-stored",
    "personal-data-to-service",
    "security-parameters",
    "sensing",
    "sensitive-data-to-service",
    "settings-over-network",
    "telemetry",
    "update-mechanism",
    "update-notices",
    "updates-over-network",
    "user-authentication",
    "user-data",
];

/// What the declaration says about a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It holds: the file, the path in it, and the reason in words.
    Holds(Because),
    /// It does not hold.
    Fails(Because),
    /// The declaration does not tell.
    Open,
}

/// Where the declaration says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Because {
    /// `product.toml` or `ixit.toml`.
    pub file: &'static str,
    /// Path of keys below the file.
    pub path: Vec<String>,
    /// Reason in words.
    pub words: String,
}

/// Whether the named condition holds by the declaration; `None` for a name that does not exist.
pub fn standing(name: &str, d: &Declaration) -> Option<Standing> {
    if matches!(name, "constrained" | "not-constrained") {
        return Some(constrained(name == "constrained", d));
    }
    Some(match name {
        "automatic-updates"
        | "automatic-updates-or-notices"
        | "not-updatable"
        | "update-mechanism"
        | "update-notices"
        | "updates-over-network" => updates(name, d),
        "passwords" | "factory-passwords" | "user-authentication" => authentication(name, d),
        n if n.starts_with("critical-parameters") || n == "security-parameters" || n == "fixed-identity" => {
            parameters(n, d)
        }
        n if n.starts_with("personal-data")
            || matches!(n, "consent-based" | "sensitive-data-to-service" | "user-data") =>
        {
            personal_data(n, d)
        }
        _ => return others(name, d),
    })
}

fn constrained(wanted: bool, d: &Declaration) -> Standing {
    let because = |words: &str| Because {
        file: "product.toml",
        path: vec!["dut".into(), "constrained".into()],
        words: words.into(),
    };
    match d.product.dut.constrained {
        Some(true) if wanted => Standing::Holds(because("the DUT is declared constrained")),
        Some(true) => Standing::Fails(because("the DUT is declared constrained")),
        Some(false) if wanted => Standing::Fails(because("the DUT is declared not constrained")),
        Some(false) => Standing::Holds(because("the DUT is declared not constrained")),
        None => Standing::Open,
    }
}

fn updates(name: &str, d: &Declaration) -> Standing {
    let entry = |words, rule: fn(&UpdMech) -> Option<bool>| {
        some_entry("7-UpdMech", &d.ixit.upd_mech, |m| &m.id, words, rule)
    };
    match name {
        "automatic-updates" => entry("automates updates", UpdMech::automates),
        "automatic-updates-or-notices" => {
            entry("automates updates or tells of them", |m| both(m.automates(), m.notifies()))
        }
        "not-updatable" => some_entry(
            "6-SoftComp",
            &d.ixit.soft_comp,
            |c| &c.id,
            "has no update mechanism",
            |c| is_bare(c, d),
        ),
        "update-notices" => entry("tells of updates", UpdMech::notifies),
        "updates-over-network" => entry("comes over a network interface", UpdMech::over_network),
        _ => entry("is an update mechanism", |_| Some(true)),
    }
}

fn is_bare(c: &SoftComp, d: &Declaration) -> Option<bool> {
    match c.update_mechanisms.is_empty() {
        true => is_whole(d, ["6-SoftComp", &c.id, "update_mechanisms"], 0).then_some(true),
        false => Some(false),
    }
}

fn authentication(name: &str, d: &Declaration) -> Standing {
    // Only a password has an origin.
    let password = |m: &AuthMech| {
        m.factor.map(|f| f == Factor::Password).filter(|is| *is || m.password_origin.is_none())
    };
    let entry = |words, rule: &dyn Fn(&AuthMech) -> Option<bool>| {
        some_entry("1-AuthMech", &d.ixit.auth_mech, |m| &m.id, words, rule)
    };
    match name {
        "passwords" => entry("uses a password", &password),
        "factory-passwords" => {
            entry("uses a password set before sale", &|m| both_needed(password(m), is_pre_installed(m)))
        }
        _ => entry("authenticates users", &|m| m.subject.map(|s| s == Subject::User)),
    }
}

/// Whether a password is set before sale; open where the user sets it and it is made from something all the same.
fn is_pre_installed(m: &AuthMech) -> Option<bool> {
    let is_made = m.generation.as_ref().is_some_and(|g| g.made_from.is_some());
    match m.password_origin? {
        PasswordOrigin::PreInstalled => Some(true),
        PasswordOrigin::UserDefined if is_made => None,
        PasswordOrigin::Generated | PasswordOrigin::UserDefined => Some(false),
    }
}

fn parameters(name: &str, d: &Declaration) -> Standing {
    let critical = |p: &SecParam| p.kind.map(|k| k == ParamKind::Critical);
    let entry = |words, rule: &dyn Fn(&SecParam) -> Option<bool>| {
        some_entry("10-SecParam", &d.ixit.sec_param, |p| &p.id, words, rule)
    };
    match name {
        "critical-parameters" => entry("is a critical security parameter", &critical),
        "critical-parameters-protect-updates-or-services" => {
            entry("protects updates or associated services", &|p| both_needed(critical(p), guards(p, d)))
        }
        "critical-parameters-sent" => {
            entry("is critical and sent", &|p| both_needed(critical(p), is_sent(p, d)))
        }
        "critical-parameters-sent-remotely" => {
            entry("is critical and sent over a remotely reachable mechanism", &|p| {
                both_needed(critical(p), is_sent_remotely(p, d))
            })
        }
        "fixed-identity" => entry("is a hard-coded identity", &|p| p.fixed_identity),
        _ => entry("is kept persistently", &|_| Some(true)),
    }
}

fn guards(p: &SecParam, d: &Declaration) -> Option<bool> {
    let place = ["10-SecParam", &p.id, "protects"];
    any(d, place, &p.protects, |x| matches!(x, Protects::Updates | Protects::AssociatedServices))
}

fn is_sent(p: &SecParam, d: &Declaration) -> Option<bool> {
    match p.communication.is_empty() {
        true => is_told(p, d).then_some(false),
        false => Some(true),
    }
}

fn is_sent_remotely(p: &SecParam, d: &Declaration) -> Option<bool> {
    let channel = |id: &String| d.ixit.com_mech.iter().find(|m| m.id == *id);
    let reach: Vec<Option<bool>> =
        p.communication.iter().map(|id| channel(id).and_then(ComMech::is_remote)).collect();
    match reach.contains(&Some(true)) {
        true => Some(true),
        false => (!reach.contains(&None) && is_told(p, d)).then_some(false),
    }
}

/// Whether the channels of a parameter are told in full. What an associated service provides travels, on a channel
/// that is named or not.
fn is_told(p: &SecParam, d: &Declaration) -> bool {
    p.provisioned_from != Some(Provisioning::AssociatedService)
        && is_whole(d, ["10-SecParam", &p.id, "communication"], p.communication.len())
}

fn personal_data(name: &str, d: &Declaration) -> Standing {
    let entry = |words, rule: &dyn Fn(&PersData) -> Option<bool>| {
        some_entry("21-PersData", &d.ixit.pers_data, |p| &p.id, words, rule)
    };
    match name {
        "consent-based" => entry("is processed by consent", &|p| {
            let obtained = p.obtaining_consent.as_ref().is_some_and(|t| !t.trim().is_empty());
            p.by_consent.filter(|yes| *yes || !obtained)
        }),
        "personal-data-at-services" => entry("is stored by an associated service", &|p| {
            p.stored_by_service.filter(|yes| *yes || !deletes_at_services(d))
        }),
        "personal-data-to-service" => entry("goes to a service", &|p| goes_to_service(p, d)),
        "sensitive-data-to-service" => entry("is sensitive and goes to an associated service", &|p| {
            both_needed(p.sensitive, p.reaches_associated_service())
        }),
        "user-data" => user_data(d),
        _ => entry("is processed", &|_| Some(true)),
    }
}

fn goes_to_service(p: &PersData, d: &Declaration) -> Option<bool> {
    let reaches = p.to_associated_service == Some(true) || p.stored_by_service == Some(true);
    match p.communication.is_empty() {
        true => (!reaches && is_whole(d, ["21-PersData", &p.id, "communication"], 0)).then_some(false),
        // A peer that is no associated service may still be a service; only a person can tell.
        false => p.to_associated_service.filter(|to| *to),
    }
}

fn deletes_at_services(d: &Declaration) -> bool {
    let reach = |t| matches!(t, DeletionTarget::Services | DeletionTarget::Both);
    d.ixit.del_func.iter().any(|f| f.target.is_some_and(reach))
}

/// Data about users, or a function that erases it on the DUT, shows that user data is kept. A product without such a
/// function proves nothing by lacking it.
fn user_data(d: &Declaration) -> Standing {
    let erases = some_entry(
        "25-DelFunc",
        &d.ixit.del_func,
        |f| &f.id,
        "erases user data on the DUT",
        |f| f.target.map(|t| t != DeletionTarget::Services),
    );
    match some_entry("21-PersData", &d.ixit.pers_data, |p| &p.id, "is personal data", |_| Some(true)) {
        Standing::Holds(because) => Standing::Holds(because),
        _ if matches!(erases, Standing::Holds(_)) => erases,
        _ => Standing::Open,
    }
}

fn others(name: &str, d: &Declaration) -> Option<Standing> {
    let x = &d.ixit;
    Some(match name {
        "debug-interface-physical" => some_entry(
            "15-Intf",
            &x.intf,
            |i| &i.id,
            "is a physical debug interface",
            |i| both_needed(is_physical(i, d), i.debug),
        ),
        "input-accepted" if !x.user_intf.is_empty() => {
            some_entry("27-UserIntf", &x.user_intf, |i| &i.id, "takes user input", |_| Some(true))
        }
        "input-accepted" => {
            some_entry("28-ExtAPI", &x.ext_api, |i| &i.id, "takes outside data", |_| Some(true))
        }
        "network-functions" => some_entry(
            "13-SoftServ",
            &x.soft_serv,
            |s| &s.id,
            "is reachable over a network interface",
            |s| s.over_network_when_initialised(),
        ),
        "settings-over-network" => some_entry(
            "13-SoftServ",
            &x.soft_serv,
            |s| &s.id,
            "lets settings be changed over the network",
            |s| both_needed(s.over_network(), s.allows_configuration),
        ),
        "sensing" => {
            some_entry("22-ExtSens", &x.ext_sens, |s| &s.id, "senses the surroundings", |_| Some(true))
        }
        "telemetry" => some_entry("24-TelData", &x.tel_data, |t| &t.id, "is telemetry", |_| Some(true)),
        _ => return None,
    })
}

fn is_physical(i: &Intf, d: &Declaration) -> Option<bool> {
    any(d, ["15-Intf", &i.id, "kinds"], &i.kinds, |k| *k == IntfKind::Physical)
}

/// Whether a list at a place of `ixit.toml` holds something; what is left out or was refused may be it.
fn any<T>(d: &Declaration, place: [&str; 3], list: &[T], is: impl Fn(&T) -> bool) -> Option<bool> {
    match list.iter().any(is) {
        true => Some(true),
        false => is_whole(d, place, list.len()).then_some(false),
    }
}

/// Whether the list at a place of `ixit.toml` is written, and none of its items was refused. An empty list says "none"
/// only where it is.
fn is_whole(d: &Declaration, place: [&str; 3], kept: usize) -> bool {
    d.places.items(File.name(), &place) == Some(kept)
}

/// A table's standing: one entry that shows it is enough; without any entry the declaration does not tell, since
/// an empty table may not be filled in yet.
fn some_entry<T>(
    table: &str,
    rows: &[T],
    id: impl Fn(&T) -> &String,
    words: &str,
    rule: impl Fn(&T) -> Option<bool>,
) -> Standing {
    let because = |path: Vec<String>, words: String| Because { file: "ixit.toml", path, words };
    if let Some(row) = rows.iter().find(|r| rule(r) == Some(true)) {
        let words = format!("{} of {table} {words}", id(row));
        return Standing::Holds(because(vec![table.into(), id(row).clone()], words));
    }
    if rows.is_empty() || rows.iter().any(|r| rule(r).is_none()) {
        return Standing::Open;
    }
    Standing::Fails(because(vec![table.into()], format!("no entry of {table} {words}")))
}

fn both(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

fn both_needed(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}
