//! Where a service of the DUT names an implementation, it names the declared version.

use assize_model::declaration::ixit::NetSecImpl;
use assize_model::scene::Scene;

use crate::Check;
use crate::look::{Look, REMEDY, gaps, port_words, services};
use crate::say::{Row, Said, list, shown, text};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "implementation.version_as_reported",
    establishes: "Where a service of the DUT names an implementation, it names the declared version.",
    probes: &["tcp-ports", "identify"],
    partial: true,
    judge: |scene| table::net_sec_impl(scene, |n, row| rule(n, row, scene)),
};

fn rule(n: &NetSecImpl, row: Row, scene: &Scene) -> Said {
    let Some(name) = text(n.name.as_ref()) else { return row.leaves_out("name", "how it is called") };
    let Some(version) = text(n.version.as_ref()) else {
        return row.leaves_out("version", "which version it has");
    };
    let seen: Vec<(u64, &str, String)> = disclosed(scene, name);
    if let Some((record, found, port)) = seen.iter().find(|(_, found, _)| *found != version) {
        let words = format!("is declared with version {version}, but {port} shows {found}");
        let remedy = "install the version that was reviewed, or correct the declaration";
        return shown(row.fails("version", words, remedy), *record);
    }
    if let Some((record, found, port)) = seen.first() {
        return shown(row.passes("version", format!("has version {found}, as {port} shows")), *record);
    }
    match gaps(scene, &[Look::TcpPorts, Look::Identify]).as_slice() {
        [] => row.is_beside("version", "is named by no service of the DUT"),
        gaps => {
            row.is_open("version", format!("was not looked for: nobody looked at {}", list(gaps)), REMEDY)
        }
    }
}

/// Versions of the named product that services of the DUT disclose, with their ports.
fn disclosed<'a>(scene: &Scene<'a>, name: &str) -> Vec<(u64, &'a str, String)> {
    let mut found = Vec::new();
    for (record, service) in services(scene) {
        for (product, version) in service.discloses.iter().filter_map(|d| d.split_once('/')) {
            if product.trim().eq_ignore_ascii_case(name) {
                found.push((record, version.trim(), port_words(service.transport, service.port)));
            }
        }
        // A name such as `httpd` says little, so that declarations put the vendor before it.
        if let Some(p) = service.product.as_ref().filter(|p| !p.version.is_empty())
            && format!("{} {}", p.vendor, p.name).eq_ignore_ascii_case(name)
        {
            found.push((record, p.version.as_str(), port_words(service.transport, service.port)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, disclosing, looked, nothing};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "12-NetSecImpl = [{ id = 'A', name = 'nginx', version = '1.27.0' }]",
            &looked(&[disclosing(443, "Nginx/1.18.0")]),
            "A FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "12-NetSecImpl = [{ id = 'A', name = 'nginx', version = '1.27.0' }, \
             { id = 'B', name = 'rustls', version = '0.23' }]",
            &looked(&[disclosing(443, "nginx/1.27.0")]),
            "A PASS, B N/A",
        );
    }

    #[test]
    fn never_looked() {
        check(
            &CHECK,
            "12-NetSecImpl = [{ id = 'A', name = 'nginx', version = '1.27.0' }]",
            &nothing(),
            "A INCONCLUSIVE",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "12-NetSecImpl = [{ id = 'A', version = '1' }, { id = 'B', name = 'x' }]",
            &looked(&[disclosing(443, "x/2.0")]),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }
}
