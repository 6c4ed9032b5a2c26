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
    // What another entry of the same name declares is that entry's.
    let others = |found: &str| declared_as(scene, name).any(|other| fit(found, other) == Fit::Agrees);
    let named = disclosed(scene, name);
    let beside = match named.is_empty() {
        true => "is named by no service of the DUT",
        false => "is named by services of the DUT only in versions that other entries declare",
    };
    let seen = named.into_iter().map(|(record, found, port)| (fit(found, version), record, found, port));
    let mut seen: Vec<(Fit, u64, &str, String)> =
        seen.filter(|(fit, _, found, _)| *fit == Fit::Agrees || !others(found)).collect();
    seen.sort();
    if let Some((fit, record, found, port)) = seen.pop() {
        return shown(compared(row, version, fit, found, &port), record);
    }
    match gaps(scene, &[Look::TcpPorts, Look::Identify]).as_slice() {
        [] => row.is_beside("version", beside),
        gaps => {
            let gaps: Vec<&str> = gaps.iter().map(|gap| gap.what.as_str()).collect();
            row.is_open("version", format!("was not looked for: nobody looked at {}", list(&gaps)), REMEDY)
        }
    }
}

/// How a version that was seen goes with a declared one, the graver the later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It is the same, or says less of the same.
    Agrees,
    /// One goes on where the other ends: an exacter number, or a distributor's suffix.
    Unsure,
    /// It is another one.
    Contradicts,
}

fn fit(found: &str, declared: &str) -> Fit {
    let (found, declared) = (bare(found), bare(declared));
    let goes_on = |long: &str, short: &str, is_mark: fn(char) -> bool| {
        long.strip_prefix(short).is_some_and(|rest| !short.is_empty() && rest.starts_with(is_mark))
    };
    // A letter goes on as a mark does, as in 8.9p1; another digit makes another number.
    let is_mark = |c: char| c.is_ascii_alphabetic() || ".-+~ _/".contains(c);
    match () {
        () if found == declared || goes_on(declared, found, |c| c == '.') => Fit::Agrees,
        () if goes_on(declared, found, is_mark) || goes_on(found, declared, is_mark) => Fit::Unsure,
        () => Fit::Contradicts,
    }
}

/// A version without the `v` that some write before it.
fn bare(version: &str) -> &str {
    let short =
        version.strip_prefix(['v', 'V']).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    short.unwrap_or(version)
}

fn compared(row: Row, version: &str, fit: Fit, found: &str, port: &str) -> Said {
    match fit {
        Fit::Agrees if bare(found) == bare(version) => {
            row.passes("version", format!("has version {found}, as {port} shows"))
        }
        Fit::Agrees => {
            let words = format!(
                "is declared with version {version}, and {port} shows {found}, which agrees as far as it goes"
            );
            row.passes("version", words)
        }
        Fit::Unsure => {
            let words =
                format!("is declared with version {version}, and {port} shows {found}, which may be another");
            row.is_open("version", words, "find out by hand whether what was reviewed is what is installed")
        }
        Fit::Contradicts => {
            let words = format!("is declared with version {version}, but {port} shows {found}");
            row.fails("version", words, "install the version that was reviewed, or correct the declaration")
        }
    }
}

/// The versions that entries of this name declare.
fn declared_as<'a>(scene: &Scene<'a>, name: &'a str) -> impl Iterator<Item = &'a str> {
    let all = scene.declaration.ixit.net_sec_impl.iter();
    let same = all.filter(move |n| text(n.name.as_ref()).is_some_and(|n| n.eq_ignore_ascii_case(name)));
    same.filter_map(|n| text(n.version.as_ref()))
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
    fn less_of_the_same_is_no_contradiction() {
        let declared = "12-NetSecImpl = [{ id = 'A', name = 'lighttpd', version = '1.4.76' }]";
        for (shown, outcome) in [
            ("1.4", "PASS"),
            ("1", "PASS"),
            ("1.4.7", "FAIL"),
            ("1.40", "FAIL"),
            ("1.5", "FAIL"),
            ("1.4.76.1", "INCONCLUSIVE"),
            ("1.4.76-1", "INCONCLUSIVE"),
            ("1.4.76-1+deb12u1", "INCONCLUSIVE"),
        ] {
            let seen = looked(&[disclosing(80, &format!("lighttpd/{shown}"))]);
            check(&CHECK, declared, &seen, &format!("A {outcome}"));
        }
        let suffixed = declared.replace("1.4.76", "1.4.76-r1");
        check(&CHECK, &suffixed, &looked(&[disclosing(80, "lighttpd/1.4.76")]), "A INCONCLUSIVE");
    }

    #[test]
    fn ways_to_write_a_version() {
        for (declared, shown, outcome) in [
            ("v1.4.76", "1.4.76", "PASS"),
            ("8.9", "8.9p1", "INCONCLUSIVE"),
            ("1.1.1", "1.1.1w", "INCONCLUSIVE"),
            ("1.1.1w", "1.1.1k", "FAIL"),
            ("vs1.4", "1.4", "FAIL"),
        ] {
            let declared = format!("12-NetSecImpl = [{{ id = 'A', name = 'x', version = '{declared}' }}]");
            let seen = looked(&[disclosing(80, &format!("x/{shown}"))]);
            check(&CHECK, &declared, &seen, &format!("A {outcome}"));
        }
    }

    #[test]
    fn two_entries_of_one_name() {
        let declared = "12-NetSecImpl = [{ id = 'A', name = 'lighttpd', version = '1.4.76' }, \
             { id = 'B', name = 'Lighttpd', version = '1.4.50' }]";
        let both = looked(&[disclosing(80, "lighttpd/1.4.76"), disclosing(81, "lighttpd/1.4.50")]);
        check(&CHECK, declared, &both, "A PASS, B PASS");
        check(&CHECK, declared, &looked(&[disclosing(80, "lighttpd/1.4.50")]), "A N/A, B PASS");
        check(&CHECK, declared, &looked(&[disclosing(80, "lighttpd/1.4.51")]), "A FAIL, B FAIL");
        // What an entry of another name declares excuses nothing.
        let other = declared.replace("'Lighttpd'", "'dropbear'");
        check(&CHECK, &other, &looked(&[disclosing(80, "lighttpd/1.4.50")]), "A FAIL, B N/A");
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
