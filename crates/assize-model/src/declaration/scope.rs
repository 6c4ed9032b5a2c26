//! Scopes: which entries of an IXIT table a unit applies another case's units to.

use super::Declaration;
use super::file::DeclarationFile;
use super::ixit::sec_param::{ParamKind, Provisioning};
use super::ixit::{Ixit, PersData, SecParam};

/// The names that the catalogue may use.
pub const NAMES: &[&str] = &[
    "all",
    "allows-configuration",
    "carries-critical",
    "carries-critical-remote",
    "carries-personal",
    "carries-sensitive-to-service",
    "named-by-component",
    "network-updates",
];

/// The ids of the entries that a scope picks, in file order; `None` for a name that does not exist.
pub fn entries(name: &str, ixit: &Ixit) -> Option<Vec<String>> {
    Some(match name {
        "all" => Vec::new(),
        "allows-configuration" => allows_configuration(ixit),
        "carries-critical" => carries_critical(ixit),
        "carries-critical-remote" => remote_only(carries_critical(ixit), ixit),
        "carries-personal" => carries_personal(ixit, |_| true),
        "carries-sensitive-to-service" => carries_personal(ixit, is_sensitive_to_service),
        "named-by-component" => named_by_component(ixit),
        "network-updates" => {
            ixit.upd_mech.iter().filter(|m| m.over_network() != Some(false)).map(|m| m.id.clone()).collect()
        }
        _ => return None,
    })
}

/// What leaves a scope open: in words, each entry whose channels belong to it and are not told in full.
pub fn untold(name: &str, d: &Declaration) -> Vec<String> {
    let ixit = &d.ixit;
    let (table, ids): (_, Vec<&String>) = match name {
        "carries-critical" | "carries-critical-remote" => {
            let critical = ixit.sec_param.iter().filter(|p| p.kind != Some(ParamKind::Public));
            ("10-SecParam", critical.filter(|p| !names_channels(p, d)).map(|p| &p.id).collect())
        }
        "carries-personal" | "carries-sensitive-to-service" => {
            let all = name == "carries-personal";
            let data = ixit.pers_data.iter().filter(|p| all || is_sensitive_to_service(p));
            ("21-PersData", data.filter(|p| !data_names_channels(p, d)).map(|p| &p.id).collect())
        }
        _ => return Vec::new(),
    };
    ids.into_iter()
        .map(|id| format!("{id} of IXIT {table} does not name every mechanism that carries it"))
        .collect()
}

/// What an associated service provides travels, whatever an empty list says.
fn names_channels(p: &SecParam, d: &Declaration) -> bool {
    let travels = p.provisioned_from == Some(Provisioning::AssociatedService);
    is_told(d, ["10-SecParam", &p.id], &p.communication, travels)
}

fn data_names_channels(p: &PersData, d: &Declaration) -> bool {
    let travels = p.to_associated_service == Some(true) || p.stored_by_service == Some(true);
    is_told(d, ["21-PersData", &p.id], &p.communication, travels)
}

/// Whether the channels are written in full; an empty list says "none" where it is written and nothing travels.
fn is_told(d: &Declaration, [table, id]: [&str; 2], named: &[String], travels: bool) -> bool {
    let written = d.places.items(DeclarationFile::Ixit.name(), &[table, id, "communication"]);
    match named.is_empty() {
        true => !travels && written == Some(0),
        false => written.is_none_or(|items| items == named.len()),
    }
}

/// Services whose security-relevant settings can be changed over the network, the excepted network service
/// protocols left out (provision 5.5-5).
fn allows_configuration(ixit: &Ixit) -> Vec<String> {
    let over_network = ixit.soft_serv.iter().filter(|s| s.over_network() != Some(false));
    let changing = over_network.filter(|s| s.allows_configuration != Some(false));
    changing.filter(|s| s.excepted_protocol != Some(true)).map(|s| s.id.clone()).collect()
}

fn carries_critical(ixit: &Ixit) -> Vec<String> {
    let critical = ixit.sec_param.iter().filter(|p| p.kind != Some(ParamKind::Public));
    in_order(ixit, critical.flat_map(|p| &p.communication))
}

fn remote_only(ids: Vec<String>, ixit: &Ixit) -> Vec<String> {
    let near = |id: &String| ixit.com_mech.iter().any(|m| m.id == *id && m.is_remote() == Some(false));
    ids.into_iter().filter(|id| !near(id)).collect()
}

fn carries_personal(ixit: &Ixit, pick: impl Fn(&PersData) -> bool) -> Vec<String> {
    let data = ixit.pers_data.iter().filter(|d| pick(d));
    in_order(ixit, data.flat_map(|d| &d.communication))
}

fn is_sensitive_to_service(d: &PersData) -> bool {
    d.sensitive != Some(false) && d.reaches_associated_service() != Some(false)
}

fn named_by_component(ixit: &Ixit) -> Vec<String> {
    let named: Vec<&String> = ixit.soft_comp.iter().flat_map(|c| &c.update_mechanisms).collect();
    ixit.upd_mech.iter().map(|m| m.id.clone()).filter(|id| named.contains(&id)).collect()
}

fn in_order<'a>(ixit: &Ixit, ids: impl Iterator<Item = &'a String>) -> Vec<String> {
    let named: Vec<&String> = ids.collect();
    ixit.com_mech.iter().map(|m| m.id.clone()).filter(|id| named.contains(&id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn updates_that_no_network_brings_are_beside_the_question() {
        let text = "7-UpdMech = [{ id = 'A', network = true }, { id = 'B', network = false }, { id = 'C' }, \
                    { id = 'D', network = false, reached_at = ['tcp/80'] }]";
        let ixit: Ixit = toml::from_str(text).expect("the mechanisms read");
        assert_eq!(entries("network-updates", &ixit), Some(["A", "C", "D"].map(str::to_owned).to_vec()));
    }
}
