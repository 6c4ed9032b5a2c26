//! A check: its file, the line in its topic, and the line in the list of checks.

use super::{Block, Draft, expect_name, is_name};
use crate::{Error, Result};

const SRC: &str = "crates/assize-checks/src";
/// A small check over one IXIT table, with its three tests.
const LIKE: &str = "update.automation_on_by_default";

const TOPICS: Block = Block { from: "", to: "pub ", sibling: "mod " };
const IN_TOPIC: Block = Block { from: "", to: "", sibling: "pub(crate) mod " };
const LIST: Block = Block { from: "pub const CHECKS", to: "];", sibling: "    &" };

/// Copies a check under a new name.
pub(super) fn check(draft: &mut Draft, name: &str, like: Option<&str>) -> Result<Vec<String>> {
    let (topic, what) = parted(name)?;
    let (like_topic, like_what) = parted(like.unwrap_or(LIKE))?;
    let neighbour = format!("{SRC}/{like_topic}/{like_what}.rs");
    let text = draft.read(&neighbour)?;
    let (old, new) = (format!("\"{like_topic}.{like_what}\""), format!("\"{name}\""));
    if !text.contains(&old) {
        let reason = format!("it does not name itself {old}");
        return Err(Error::Neighbour { path: neighbour, reason });
    }
    let path = format!("{SRC}/{topic}/{what}.rs");
    draft.create(&path, text.replace(&old, &new))?;
    let module = format!("{SRC}/{topic}/mod.rs");
    if !draft.exists(&module) {
        draft.create(&module, format!("//! Checks on {topic}.\n\n"))?;
        draft.enter(&format!("{SRC}/lib.rs"), &format!("mod {topic};"), TOPICS)?;
    }
    draft.enter(&module, &format!("pub(crate) mod {what};"), IN_TOPIC)?;
    draft.enter(&format!("{SRC}/lib.rs"), &format!("    &{topic}::{what}::CHECK,"), LIST)?;
    Ok(vec![
        format!("say in the first line of {path} and in `establishes` what it establishes"),
        "write the rule; list the probes whose facts it needs; `partial` when it sees a part only".into(),
        "rewrite the three tests: flawed, conformant, never looked (or unsaid)".into(),
        format!("name it in the unit it judges, in catalogue/test-specs/: check = \"{name}\""),
        "if it judges facts of probes: add a flaw that triggers it (cargo xtask new flaw NAME)".into(),
        "cargo test -p assize-checks, then cargo xtask gen".into(),
    ])
}

fn parted(name: &str) -> Result<(&str, &str)> {
    let parts = name.split_once('.').filter(|(topic, what)| is_name(topic, "_") && is_name(what, "_"));
    expect_name(parts.is_some(), name, "topic.what_it_establishes")?;
    Ok(parts.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const LIB: &str = "mod check;\nmod update;\n\npub const CHECKS: &[&Check] = &[\n    &update::automation_on_by_default::CHECK,\n];\n";

    fn house() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let at = |path: &str| dir.path().join(SRC).join(path);
        fs::create_dir_all(at("update")).unwrap();
        fs::write(at("lib.rs"), LIB).unwrap();
        fs::write(at("update/mod.rs"), "//! Checks.\n\npub(crate) mod automation_on_by_default;\n").unwrap();
        fs::write(
            at("update/automation_on_by_default.rs"),
            "//! On.\nname: \"update.automation_on_by_default\",\n",
        )
        .unwrap();
        dir
    }

    #[test]
    fn a_check_is_listed_in_topic_and_list() {
        let dir = house();
        let mut draft = Draft::new(dir.path());
        check(&mut draft, "auth.pin_is_long", None).unwrap();
        check(&mut draft, "update.signature_named", None).unwrap();
        let lib = draft.read(&format!("{SRC}/lib.rs")).unwrap();
        assert!(lib.starts_with("mod auth;\nmod check;\nmod update;\n"), "{lib}");
        let list: Vec<&str> = lib.lines().filter(|l| l.contains("CHECK,")).collect();
        assert!(list.is_sorted() && list.len() == 3, "{lib}");
        let topic = draft.read(&format!("{SRC}/auth/mod.rs")).unwrap();
        assert_eq!(topic, "//! Checks on auth.\n\npub(crate) mod pin_is_long;\n");
        assert!(draft.read(&format!("{SRC}/auth/pin_is_long.rs")).unwrap().contains("\"auth.pin_is_long\""));
    }

    #[test]
    fn a_taken_or_bad_name_is_refused() {
        let dir = house();
        let mut draft = Draft::new(dir.path());
        assert!(matches!(check(&mut draft, LIKE, None), Err(Error::Exists(_))));
        for bad in ["auth", "Auth.x", "auth.", "auth.x.y", "../x.y", "auth.x-y"] {
            assert!(matches!(check(&mut draft, bad, None), Err(Error::Usage(_))), "{bad}");
        }
        assert!(check(&mut draft, "auth.x", Some("auth.none")).is_err());
    }
}
