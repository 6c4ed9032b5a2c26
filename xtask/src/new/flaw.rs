//! A flaw of the reference device: its data file, and its line in the list of files.

use super::{Block, Draft, expect_name, is_name};
use crate::{Error, Result};

const FOLDER: &str = "crates/assize-dut/flaws";
const LIST_FILE: &str = "crates/assize-dut/src/flaws.rs";
const LIST: Block = Block { from: "const FILES", to: "];", sibling: "    \"" };
/// A flaw that today's checks see.
const LIKE: &str = "telnet-login";

/// Copies a flaw under a new name.
pub(super) fn flaw(draft: &mut Draft, name: &str, like: Option<&str>) -> Result<Vec<String>> {
    expect_name(is_name(name, "-"), name, "what-is-wrong")?;
    let like = like.unwrap_or(LIKE);
    expect_name(is_name(like, "-"), like, "what-is-wrong")?;
    let neighbour = format!("{FOLDER}/{like}.toml");
    let text = draft.read(&neighbour)?;
    let (old, new) = (format!("name = \"{like}\""), format!("name = \"{name}\""));
    if !text.contains(&old) {
        let reason = format!("it does not name itself {like}");
        return Err(Error::Neighbour { path: neighbour, reason });
    }
    let path = format!("{FOLDER}/{name}.toml");
    draft.create(&path, text.replace(&old, &new))?;
    draft.enter(LIST_FILE, &format!("    \"{name}\","), LIST)?;
    Ok(vec![
        format!("say in {path} what is wrong, and which knob takes which value"),
        "name the test cases it breaks; `seen = false` takes `unseen_because`".into(),
        "add the knob to crates/assize-dut/src/knobs.rs if it is new, and let the device obey it".into(),
        "test it in crates/assize-dut/tests/device/flaws.rs: conformant and flawed, looked at in the same way".into(),
        "cargo test -p assize-dut, then cargo test -p assize --test flaw_matrix, then cargo xtask gen".into(),
    ])
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_flaw_is_copied_and_listed() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join(FOLDER)).unwrap();
        fs::create_dir_all(dir.path().join("crates/assize-dut/src")).unwrap();
        fs::write(dir.path().join(FOLDER).join("telnet-login.toml"), "name = \"telnet-login\"\n").unwrap();
        let list = "macro x {\n    \"q\",\n];\nconst FILES: &[(&str, &str)] = embedded![\n    \"telnet-login\",\n];\n";
        fs::write(dir.path().join(LIST_FILE), list).unwrap();
        let mut draft = Draft::new(dir.path());
        flaw(&mut draft, "weak-token", None).unwrap();
        assert_eq!(draft.read(&format!("{FOLDER}/weak-token.toml")).unwrap(), "name = \"weak-token\"\n");
        let listed = draft.read(LIST_FILE).unwrap();
        assert!(listed.ends_with("    \"telnet-login\",\n    \"weak-token\",\n];\n"), "{listed}");
        assert!(matches!(flaw(&mut draft, "telnet-login", None), Err(Error::Exists(_))));
        assert!(matches!(flaw(&mut draft, "weak_token", None), Err(Error::Usage(_))));
    }
}
