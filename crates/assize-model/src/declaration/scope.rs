//! Scopes: which entries of an IXIT table a unit applies another case's units to.

use super::ixit::Ixit;
use super::ixit::sec_param::ParamKind;

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
        "carries-sensitive-to-service" => carries_personal(ixit, |d| {
            d.sensitive != Some(false) && d.reaches_associated_service() != Some(false)
        }),
        "named-by-component" => named_by_component(ixit),
        "network-updates" => {
            ixit.upd_mech.iter().filter(|m| m.over_network() != Some(false)).map(|m| m.id.clone()).collect()
        }
        _ => return None,
    })
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

fn carries_personal(ixit: &Ixit, pick: impl Fn(&super::ixit::PersData) -> bool) -> Vec<String> {
    let data = ixit.pers_data.iter().filter(|d| pick(d));
    in_order(ixit, data.flat_map(|d| &d.communication))
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
