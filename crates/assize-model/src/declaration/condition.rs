//! Conditions: what a declaration itself says on whether a conditional provision applies. An N/A claim rests on a
//! condition that does not hold; what the supplier wrote elsewhere may say otherwise (TS 103 701 clause 4, ICS
//! checks c and d).

use super::Declaration;
use super::ixit::auth_mech::{Factor, PasswordOrigin, Subject};
use super::ixit::intf::IntfKind;
use super::ixit::sec_param::{ParamKind, Protects};

/// The names that the catalogue may use.
pub const NAMES: &[&str] = &[
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
        "automatic-updates-or-notices" | "not-updatable" | "update-mechanism" | "updates-over-network" => {
            updates(name, d)
        }
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
    let table = "7-UpdMech";
    let mechs = &d.ixit.upd_mech;
    match name {
        "automatic-updates-or-notices" => some_entry(
            table,
            mechs,
            |m| &m.id,
            "automates updates or tells of them",
            |m| {
                let on = |s: &Option<super::ixit::common::Setting>| s.as_ref().and_then(|s| s.supported);
                both(on(&m.automation), on(&m.notification))
            },
        ),
        "not-updatable" => {
            let bare = |c: &super::ixit::SoftComp| Some(c.update_mechanisms.is_empty());
            some_entry("6-SoftComp", &d.ixit.soft_comp, |c| &c.id, "has no update mechanism", bare)
        }
        "updates-over-network" => {
            some_entry(table, mechs, |m| &m.id, "comes over a network interface", |m| m.over_network())
        }
        _ => some_entry(table, mechs, |m| &m.id, "is an update mechanism", |_| Some(true)),
    }
}

fn authentication(name: &str, d: &Declaration) -> Standing {
    let mechs = &d.ixit.auth_mech;
    let (words, rule): (_, fn(&super::ixit::AuthMech) -> Option<bool>) = match name {
        "passwords" => ("uses a password", |m| m.factor.map(|f| f == Factor::Password)),
        "factory-passwords" => ("uses a password set before sale", |m| match (m.factor, m.password_origin) {
            (Some(Factor::Password), origin) => origin.map(|o| o == PasswordOrigin::PreInstalled),
            (Some(_), _) => Some(false),
            (None, _) => None,
        }),
        _ => ("authenticates users", |m| m.subject.map(|s| s == Subject::User)),
    };
    some_entry("1-AuthMech", mechs, |m| &m.id, words, rule)
}

fn parameters(name: &str, d: &Declaration) -> Standing {
    let critical = |p: &super::ixit::SecParam| p.kind.map(|k| k == ParamKind::Critical);
    let sent = |p: &super::ixit::SecParam| both_needed(critical(p), Some(!p.communication.is_empty()));
    let remote = |p: &super::ixit::SecParam| {
        let named = || d.ixit.com_mech.iter().filter(|m| p.communication.contains(&m.id));
        match named().any(|m| m.remote == Some(true)) {
            true => Some(true),
            false if named().any(|m| m.remote.is_none()) => None,
            false => Some(false),
        }
    };
    let rows = &d.ixit.sec_param;
    let entry = |words, rule: &dyn Fn(&super::ixit::SecParam) -> Option<bool>| {
        some_entry("10-SecParam", rows, |p| &p.id, words, rule)
    };
    match name {
        "critical-parameters" => entry("is a critical security parameter", &critical),
        "critical-parameters-protect-updates-or-services" => {
            entry("protects updates or associated services", &|p| {
                let guards =
                    p.protects.iter().any(|x| matches!(x, Protects::Updates | Protects::AssociatedServices));
                both_needed(critical(p), Some(guards))
            })
        }
        "critical-parameters-sent" => entry("is critical and sent", &sent),
        "critical-parameters-sent-remotely" => {
            entry("is critical and sent over a remotely reachable mechanism", &|p| {
                both_needed(sent(p), remote(p))
            })
        }
        "fixed-identity" => entry("is a hard-coded identity", &|p| p.fixed_identity),
        _ => entry("is kept persistently", &|_| Some(true)),
    }
}

fn personal_data(name: &str, d: &Declaration) -> Standing {
    let rows = &d.ixit.pers_data;
    let entry = |words, rule: fn(&super::ixit::PersData) -> Option<bool>| {
        some_entry("21-PersData", rows, |p| &p.id, words, rule)
    };
    match name {
        "consent-based" => entry("is processed by consent", |p| p.by_consent),
        "personal-data-at-services" => entry("is stored by an associated service", |p| p.stored_by_service),
        "personal-data-to-service" => entry("goes to a service", |p| match p.communication.is_empty() {
            true => Some(false),
            // A peer that is no associated service may still be a service; only a person can tell.
            false => p.to_associated_service.filter(|to| *to),
        }),
        "sensitive-data-to-service" => entry("is sensitive and goes to an associated service", |p| {
            both_needed(p.sensitive, p.to_associated_service)
        }),
        "user-data" => user_data(d),
        _ => entry("is processed", |_| Some(true)),
    }
}

/// Data about users, or a function that erases it on the DUT, shows that user data is kept. A product without such a
/// function proves nothing by lacking it.
fn user_data(d: &Declaration) -> Standing {
    let erases = some_entry(
        "25-DelFunc",
        &d.ixit.del_func,
        |f| &f.id,
        "erases user data on the DUT",
        |f| f.target.map(|t| t != super::ixit::del_func::DeletionTarget::Services),
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
            |i| both_needed(Some(i.kinds.contains(&IntfKind::Physical)), i.debug),
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
