//! A framework edition or a mapping: the keys of a neighbour with one row, its words taken out so that no fact of the
//! neighbour is left standing as if it were one of the new file.

use super::{Draft, expect_name, is_name};
use crate::{Error, Result};

const FRAMEWORKS: &str = "catalogue/frameworks";
const MAPPINGS: &str = "catalogue/mappings";
const LIKE_FRAMEWORK: &str = "en-303-645@2.1.1";
const LIKE_MAPPING: &str = "en-303-645@2.1.1--en-303-645@3.1.3";

/// Keys whose values are closed lists; the neighbour's value stays, so that the file reads.
const CLOSED: [&str; 4] = ["change", "confidence", "kind", "obligation"];

/// Starts `FAMILY@EDITION`.
pub(super) fn framework(draft: &mut Draft, name: &str, like: Option<&str>) -> Result<Vec<String>> {
    let neighbour = framework_file(like.unwrap_or(LIKE_FRAMEWORK))?;
    let path = framework_file(name)?;
    let text = emptied(&draft.read(&neighbour)?, &[("id", name)]);
    draft.create(&path, text)?;
    Ok(vec![
        format!("fill in {path}: title, publisher, date, licence, and where each fact comes from"),
        "write one [[requirement]] per number, every sentence in your own words".into(),
        "set [totals] to the published or independently counted figures".into(),
        "add its source's attribution to catalogue/LICENSE if it asks for one".into(),
        "cargo run -- catalogue check, then cargo xtask gen".into(),
    ])
}

/// Starts `FROM--TO`, two editions that are held.
pub(super) fn mapping(draft: &mut Draft, name: &str, like: Option<&str>) -> Result<Vec<String>> {
    let (from, to) = ends(name)?;
    for end in [from, to] {
        if !draft.exists(&framework_file(end)?) {
            return Err(Error::Usage(format!("the catalogue holds no {end}; start it with `new framework`")));
        }
    }
    let like = like.unwrap_or(LIKE_MAPPING);
    ends(like)?;
    let text = emptied(&draft.read(&format!("{MAPPINGS}/{like}.toml"))?, &[("from", from), ("to", to)]);
    let path = format!("{MAPPINGS}/{name}.toml");
    draft.create(&path, text)?;
    Ok(vec![
        format!("fill in {path}: one [[edge]] per requirement, with what changed, the reason and the source"),
        "an edge without `from` is a new requirement, one without `to` was not carried over".into(),
        "set [totals] edges to the number of edges".into(),
        format!("cargo run -- catalogue check, then cargo run -- diff {from} {to}"),
    ])
}

fn framework_file(id: &str) -> Result<String> {
    let parts = id.split_once('@').filter(|(family, edition)| is_name(family, "-") && is_edition(edition));
    expect_name(parts.is_some(), id, "family@edition, as en-303-645@3.1.3")?;
    let (family, edition) = parts.unwrap_or_default();
    Ok(format!("{FRAMEWORKS}/{family}/{edition}.toml"))
}

fn is_edition(text: &str) -> bool {
    is_name(&format!("v{text}"), ".-") && !text.is_empty() && !text.contains("..")
}

fn ends(name: &str) -> Result<(&str, &str)> {
    let ends = name.split_once("--").filter(|(from, to)| from.contains('@') && to.contains('@'));
    expect_name(ends.is_some(), name, "FROM--TO, as uk-cop@2018--ts-103-645@1.1.1")?;
    Ok(ends.unwrap_or_default())
}

/// The keys up to the end of the first row, with `set` values at the top and everything else taken out.
fn emptied(text: &str, set: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let (mut rows, mut sources) = (0, 0);
    let mut section = "";
    for line in text.lines() {
        if line.starts_with('[') {
            section = line;
            rows += usize::from(line.starts_with("[["));
        }
        if rows > 1 {
            break;
        }
        let Some((key, value)) = line.split_once(" = ") else {
            out.push_str(line);
            out.push('\n');
            continue;
        };
        sources += usize::from(section == "[sources]");
        if section == "[sources]" && sources > 1 {
            continue;
        }
        let own = set.iter().find(|(k, _)| *k == key && section.is_empty()).map(|(_, v)| format!("{v:?}"));
        out.push_str(&format!("{key} = {}\n", own.unwrap_or_else(|| blank(key, value, section))));
    }
    out.trim_end().to_owned() + "\n"
}

fn blank(key: &str, value: &str, section: &str) -> String {
    match value.chars().next() {
        Some('"') if CLOSED.contains(&key) => value.to_owned(),
        Some('"') if key == "source" => "\"s1\"".to_owned(),
        Some('"') => "\"\"".to_owned(),
        Some('[') => "[]".to_owned(),
        _ if section == "[totals]" => "0".to_owned(),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const FRAMEWORK: &str = "# One edition.\nid = \"en-303-645@2.1.1\"\ntitle = \"T\"\n\n[totals]\nrequirements = 68\n\n[sources]\ns1 = \"a\"\ns2 = \"b\"\n\n[[requirement]]\nid = \"5.1-1\"\nobligation = \"M\"\napplies_to = [\"device\"]\nsource = \"s2\"\n\n[[requirement]]\nid = \"5.1-2\"\n";

    fn house() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("catalogue/frameworks/en-303-645/2.1.1.toml", FRAMEWORK),
            ("catalogue/frameworks/en-303-645/3.1.3.toml", FRAMEWORK),
            (
                "catalogue/mappings/en-303-645@2.1.1--en-303-645@3.1.3.toml",
                "from = \"x\"\nto = \"y\"\nkind = \"lineage\"\n",
            ),
        ] {
            let at = dir.path().join(path);
            fs::create_dir_all(at.parent().unwrap()).unwrap();
            fs::write(at, text).unwrap();
        }
        dir
    }

    #[test]
    fn a_framework_keeps_the_keys_and_no_fact() {
        let dir = house();
        let mut draft = Draft::new(dir.path());
        framework(&mut draft, "nistir-8259a@2020", None).unwrap();
        let text = draft.read("catalogue/frameworks/nistir-8259a/2020.toml").unwrap();
        let table: toml::Table = text.parse().unwrap();
        assert_eq!(table["id"].as_str(), Some("nistir-8259a@2020"));
        assert_eq!(table["title"].as_str(), Some(""));
        assert_eq!(table["totals"]["requirements"].as_integer(), Some(0));
        let rows = table["requirement"].as_array().unwrap();
        assert_eq!((rows.len(), rows[0]["obligation"].as_str()), (1, Some("M")));
        assert_eq!(rows[0]["id"].as_str(), Some(""));
        assert_eq!(table["sources"].as_table().unwrap().len(), 1);
    }

    #[test]
    fn a_mapping_needs_both_editions() {
        let dir = house();
        let mut draft = Draft::new(dir.path());
        mapping(&mut draft, "en-303-645@3.1.3--en-303-645@2.1.1", None).unwrap();
        let text = draft.read("catalogue/mappings/en-303-645@3.1.3--en-303-645@2.1.1.toml").unwrap();
        assert!(text.starts_with("from = \"en-303-645@3.1.3\"\nto = \"en-303-645@2.1.1\"\n"), "{text}");
        assert!(matches!(mapping(&mut draft, "a@1--en-303-645@2.1.1", None), Err(Error::Usage(_))));
        assert!(matches!(mapping(&mut draft, LIKE_MAPPING, None), Err(Error::Exists(_))));
        for bad in ["x", "X@1", "x@../1", "x@", "@1"] {
            assert!(matches!(framework(&mut draft, bad, None), Err(Error::Usage(_))), "{bad}");
        }
    }
}
