//! A protocol of the probes: its folder with codec and live side, and a fuzz target for its codec.

use std::fs;

use super::{Block, Draft, expect_name, is_name};
use crate::{Error, Result};

const SRC: &str = "crates/assize-probes/src";
const LIB: Block = Block { from: "", to: "mod ", sibling: "pub mod " };
/// A small protocol with a codec, a live side and a fuzz target.
const LIKE: &str = "mqtt";

/// Copies a protocol folder under a new name.
pub(super) fn protocol(draft: &mut Draft, name: &str, like: Option<&str>) -> Result<Vec<String>> {
    let like = like.unwrap_or(LIKE);
    for name in [name, like] {
        expect_name(is_name(name, "_"), name, "a lower-case word")?;
    }
    let folder = format!("{SRC}/{name}");
    if draft.exists(&folder) {
        return Err(Error::Exists(folder));
    }
    for file in files(draft, like)? {
        let text = draft.read(&format!("{SRC}/{like}/{file}"))?;
        draft.create(&format!("{folder}/{file}"), renamed(&text, like, name))?;
    }
    draft.enter(&format!("{SRC}/lib.rs"), &format!("pub mod {name};"), LIB)?;
    fuzz_target(draft, name, like)?;
    Ok(vec![
        format!("say in the first lines of {folder}/ what is spoken, and after which document"),
        "write codec.rs: bytes in, values out, no I/O, bounded; its tests beside it".into(),
        "write live.rs: carry the codec's bytes, record every fact with the bytes that show it".into(),
        format!("call it from {SRC}/identify/live.rs, or give it a name of its own in {SRC}/probe.rs"),
        "add what it establishes to crates/assize-model/src/fact.rs, if no fact says it yet".into(),
        format!("cargo test -p assize-probes, then cargo fuzz run probe_{name} -- -max_total_time=300"),
    ])
}

/// The Rust files of a protocol's folder.
fn files(draft: &Draft, like: &str) -> Result<Vec<String>> {
    let folder = draft.root.join(SRC).join(like);
    let entries = fs::read_dir(&folder).map_err(Error::file("list", &folder))?;
    let names = entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|n| n.ends_with(".rs")).collect();
    names.sort();
    Ok(names)
}

fn fuzz_target(draft: &mut Draft, name: &str, like: &str) -> Result<()> {
    let target = |name: &str| format!("fuzz/fuzz_targets/probe_{name}.rs");
    let text = draft.read(&target(like))?;
    draft.create(&target(name), renamed(&text, like, name))?;
    let manifest = draft.read("fuzz/Cargo.toml")?;
    let bin = format!(
        "\n[[bin]]\nname = \"probe_{name}\"\npath = \"fuzz_targets/probe_{name}.rs\"\ntest = false\ndoc = false\nbench = false\n"
    );
    draft.files.insert("fuzz/Cargo.toml".into(), manifest.trim_end().to_owned() + "\n" + &bin);
    Ok(())
}

/// The text with the protocol's name replaced, where it stands as a word of its own or in capitals.
fn renamed(text: &str, like: &str, name: &str) -> String {
    let text = replaced(text, like, name);
    replaced(&text, &like.to_uppercase(), &name.to_uppercase())
}

fn replaced(text: &str, old: &str, new: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(old) {
        let after = &rest[at + old.len()..];
        let is_word = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        let stands_alone = is_word(rest[..at].chars().next_back()) && is_word(after.chars().next());
        out.push_str(&rest[..at]);
        out.push_str(if stands_alone { new } else { old });
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_protocol_is_a_folder_a_line_and_a_fuzz_target() {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("crates/assize-probes/src/mqtt/mod.rs", "//! MQTT 5.\n"),
            ("crates/assize-probes/src/mqtt/codec.rs", "use crate::mqtt::X; // Protocol::Mqtt, mqttish\n"),
            ("crates/assize-probes/src/lib.rs", "pub mod http;\npub mod mqtt;\n\nmod budget;\n"),
            ("fuzz/fuzz_targets/probe_mqtt.rs", "use assize_probes::mqtt::codec;\n"),
            ("fuzz/Cargo.toml", "[package]\n"),
        ] {
            let at = dir.path().join(path);
            fs::create_dir_all(at.parent().unwrap()).unwrap();
            fs::write(at, text).unwrap();
        }
        let mut draft = Draft::new(dir.path());
        protocol(&mut draft, "coap", None).unwrap();
        assert_eq!(draft.read("crates/assize-probes/src/coap/mod.rs").unwrap(), "//! COAP 5.\n");
        let codec = draft.read("crates/assize-probes/src/coap/codec.rs").unwrap();
        assert_eq!(codec, "use crate::coap::X; // Protocol::Mqtt, mqttish\n");
        let lib = draft.read("crates/assize-probes/src/lib.rs").unwrap();
        assert_eq!(lib, "pub mod coap;\npub mod http;\npub mod mqtt;\n\nmod budget;\n");
        assert!(draft.read("fuzz/Cargo.toml").unwrap().contains("name = \"probe_coap\""));
        assert!(draft.read("fuzz/fuzz_targets/probe_coap.rs").unwrap().contains("::coap::"));
        assert!(matches!(protocol(&mut draft, "mqtt", None), Err(Error::Exists(_))));
        assert!(matches!(protocol(&mut draft, "CoAP", None), Err(Error::Usage(_))));
    }
}
