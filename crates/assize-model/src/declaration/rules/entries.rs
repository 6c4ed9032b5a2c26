//! `ixit.toml`: references between tables, hosts, and places that two services claim.

use std::collections::{HashMap, HashSet};

use super::super::file::DeclarationFile::Ixit as File;
use super::super::findings::{Findings, quote, short};
use super::super::near::nearest;
use super::super::walk::{Hosted, Reference, Walked, subject};
use super::{Context, is_blank};
use crate::diagnostic::Diagnostic;

pub(super) fn check(context: &Context<'_>, walked: &Walked, findings: &mut Findings) {
    let tables = context.declaration.ixit.entries();
    let ids: Vec<(&str, HashSet<&str>)> =
        tables.iter().map(|t| (t.table, t.ids.iter().map(String::as_str).collect())).collect();
    for reference in &walked.references {
        refer(reference, &ids, findings);
    }
    if context.product.is_some() {
        let hosts: HashSet<&str> = context.declaration.product.host.iter().map(|h| h.name.as_str()).collect();
        for hosted in walked.hosted.iter().filter(|h| !hosts.contains(h.host.as_str())) {
            unknown_host(hosted, &hosts, findings);
        }
    }
    shared_places(context, findings);
    off_network(context, findings);
    not_updated(context, findings);
}

fn refer(reference: &Reference, ids: &[(&str, HashSet<&str>)], findings: &mut Findings) {
    let id = reference.id.as_str();
    let allowed = || ids.iter().filter(|(table, _)| reference.tables.contains(table));
    if allowed().any(|(_, ids)| ids.contains(id)) {
        return;
    }
    let wanted = reference.tables.join(" or ");
    let place = Some(reference.place.clone());
    let about = subject(File, &reference.path).unwrap_or_default();
    if let Some((other, _)) = ids.iter().find(|(_, ids)| ids.contains(id)) {
        findings.error(|| {
            let message = format!("{} is an entry of {other}; this key refers to {wanted}", quote(id));
            let remedy = format!("name an entry of {wanted}");
            Diagnostic::error("D034 wrong-table", message, remedy).at(place).about(about)
        });
        return;
    }
    findings.error(|| {
        let message = format!("{} is not an entry of {wanted}", quote(id));
        let remedy = match nearest(id, allowed().flat_map(|(_, ids)| ids.iter().copied())) {
            Some(near) => format!("write \"{near}\", or add the entry"),
            None => "add the entry, or remove the reference".into(),
        };
        Diagnostic::error("D033 missing-entry", message, remedy).at(place).about(about)
    });
}

fn unknown_host(hosted: &Hosted, hosts: &HashSet<&str>, findings: &mut Findings) {
    findings.error(|| {
        let message = format!("product.toml names no host {}", quote(&hosted.host));
        let remedy = match nearest(&hosted.host, hosts.iter().copied()) {
            Some(near) => format!("write `{near}:…`, or add a [[host]] to product.toml"),
            None => "add a [[host]] to product.toml, or leave the host out for the DUT itself".into(),
        };
        let about = subject(File, &hosted.path).unwrap_or_default();
        Diagnostic::error("D036 unknown-host", message, remedy).at(Some(hosted.place.clone())).about(about)
    });
}

fn shared_places(context: &Context<'_>, findings: &mut Findings) {
    let mut owners: HashMap<&super::super::ixit::common::Place, &str> = HashMap::new();
    for service in &context.declaration.ixit.soft_serv {
        for place in &service.reached_at {
            let Some(owner) = owners.insert(place, &service.id) else { continue };
            findings.warning(|| {
                let (place, owner, other) = (short(&place.to_string()), short(owner), short(&service.id));
                let message = if owner == other {
                    format!("{place} is named twice in {owner}")
                } else {
                    format!("{place} belongs to both {owner} and {other}")
                };
                let remedy = "name each place in one entry, so that what is found there has one owner";
                let diagnostic = Diagnostic::warning("D037 shared-place", message, remedy);
                context.at(File, &["13-SoftServ", &service.id, "reached_at"], diagnostic)
            });
        }
    }
}

/// What no network reaches has no port on the network. Rules judge such an entry as one that does not say.
fn off_network(context: &Context<'_>, findings: &mut Findings) {
    let ixit = &context.declaration.ixit;
    let mechanisms = ixit.auth_mech.iter().map(|e| ("1-AuthMech", &e.id, e.network, e.over_network()));
    let updates = ixit.upd_mech.iter().map(|e| ("7-UpdMech", &e.id, e.network, e.over_network()));
    let services = ixit.soft_serv.iter().map(|e| ("13-SoftServ", &e.id, e.network, e.over_network()));
    for (table, id, says, is_reached) in mechanisms.chain(updates).chain(services) {
        if says == is_reached {
            continue;
        }
        findings.error(|| {
            let port = if table == "7-UpdMech" { "a port" } else { "a port of the DUT" };
            let message = format!("{} says that no network reaches it, and names {port}", short(id));
            let remedy = "write `network = true`, or leave the port out of `reached_at`";
            let diagnostic = Diagnostic::error("D074 off-network-port", message, remedy);
            context.at(File, &[table, id, "network"], diagnostic)
        });
    }
}

/// A component that no mechanism updates needs the reason (Annex A.4, field Update Mechanism).
fn not_updated(context: &Context<'_>, findings: &mut Findings) {
    for component in &context.declaration.ixit.soft_comp {
        let path = ["6-SoftComp", component.id.as_str(), "update_mechanisms"];
        let said = !component.update_mechanisms.is_empty() || !context.is_written(File, &path);
        if said || !is_blank(component.not_updated_because.as_ref()) {
            continue;
        }
        let message = "no mechanism updates this component, and no reason is given";
        let remedy = "name the mechanism, or say why in `not_updated_because`";
        let diagnostic = Diagnostic::error("D053 not-updated-unexplained", message, remedy);
        findings.error(|| context.at(File, &path, diagnostic.by("TS 103 701 Annex A.4")));
    }
}
