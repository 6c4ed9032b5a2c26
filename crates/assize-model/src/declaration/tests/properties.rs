//! Properties: nothing panics, and what was written is read.

use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

use super::super::file::{DeclarationFile, choices, resolve, schema_ref, wanted_type};
use super::super::ixit::Ixit;
use super::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let sources = Sources { product: Some(&bytes), ics: Some(&bytes), ixit: Some(&bytes), folder: "x" };
        let reading = read(&sources, spec());
        prop_assert!(reading.has_errors(), "random bytes are no declaration");
    }

    #[test]
    fn text_like_a_declaration_is_read_without_panic(text in pieces()) {
        let bytes = text.as_bytes();
        let sources = Sources { product: Some(bytes), ics: Some(bytes), ixit: Some(bytes), folder: "x" };
        let reading = read(&sources, spec());
        for diagnostic in &reading.diagnostics {
            prop_assert!(!diagnostic.render().is_empty() && !diagnostic.remedy.is_empty());
            prop_assert!(diagnostic.place.is_some(), "{}", diagnostic.render());
        }
    }

    #[test]
    fn what_is_written_is_read(ixit in ixit()) {
        let text = toml::to_string(&ixit).unwrap();
        let reading = read_texts(PRODUCT, &ics(""), &text);
        let shown: Vec<String> = reading.diagnostics.iter().map(Diagnostic::render).collect();
        // References and hosts are made up, so those may be missing; shapes may not be wrong.
        let found = found_in(&reading, "ixit.toml");
        let about_links = |d: &&&Diagnostic| matches!(d.number(), "D033" | "D035" | "D036" | "D037" | "D053" | "D054" | "D072" | "D074");
        prop_assert!(found.iter().all(|d| about_links(&d)), "{shown:#?}\n{text}");
        prop_assert_eq!(reading.declaration.unwrap().ixit, ixit);
    }
}

/// Lines that a declaration has, in any order and with bits missing.
fn pieces() -> impl Strategy<Value = String> {
    let words = [
        "format = 1\n",
        "[[1-AuthMech]]\n",
        "[1-AuthMech]\n",
        "id = \"AuthMech-1\"\n",
        "id = 3\n",
        "[claim.\"5.1-1\"]\n",
        "[claim.5.1-1]\n",
        "[claim.5.1]\n",
        "support = \"no\"\n",
        "support = true\n",
        "factor = \"password\"\n",
        "[dut]\n",
        "constrained = true\n",
        "reached_at = [\"x:tcp/1\", 3]\n",
        "[[host]]\n",
        "name = \"\"\n",
        "after = [\"UserDec-1\"]\n",
        "[[26-UserDec]]\n",
        "id = \"UserDec-1\"\n",
        "[2-UserInfo.sensors]\n",
        "url = \"\"\n",
        "\"",
        "[",
        "]",
        "{",
        "}",
        "=",
        ".",
        ",",
        "\u{feff}",
        "é",
        "'''",
        "\"\"\"",
        "1979-05-27",
        "0x",
        "\\",
        "\r",
        "#",
    ];
    prop::collection::vec(prop::sample::select(words.to_vec()), 0..40).prop_map(|parts| parts.concat())
}

fn ixit() -> impl Strategy<Value = Ixit> {
    let root = schema_ref(DeclarationFile::Ixit);
    table(root, root).prop_map(|mut valid| {
        valid["format"] = json!(1);
        for (name, entries) in valid.as_object_mut().unwrap() {
            for (index, entry) in entries.as_array_mut().into_iter().flatten().enumerate() {
                let word = name.split_once('-').unwrap().1;
                entry["id"] = json!(format!("{word}-{index}"));
            }
        }
        serde_json::from_value(valid).unwrap()
    })
}

/// Valid values for a schema.
fn value(root: &'static Json, schema: &'static Json) -> BoxedStrategy<Json> {
    let format = |s: &'static Json| s.get("format").and_then(Json::as_str);
    let own = format(schema);
    let meant = resolve(root, schema);
    if let Some(allowed) = choices(meant) {
        return prop::sample::select(allowed).prop_map(Json::from).boxed();
    }
    match wanted_type(meant) {
        "object" => table(root, meant).boxed(),
        "array" => {
            let item = value(root, &meant["items"]);
            prop::collection::vec(item, 0..3).prop_map(Json::from).boxed()
        }
        "boolean" => any::<bool>().prop_map(Json::from).boxed(),
        "integer" => any::<u32>().prop_map(Json::from).boxed(),
        _ => text(own.or(format(meant))),
    }
}

fn text(format: Option<&str>) -> BoxedStrategy<Json> {
    let pattern = match format {
        Some("date") => "20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])",
        Some("place") => "([a-z]{1,5}:)?(tcp|udp)/[1-9][0-9]{0,3}",
        Some("folder-path") => "[a-z]{1,8}(/[a-z]{1,8}){0,2}",
        Some("uri") => "https://[a-z]{1,8}\\.example/[a-z]{0,8}",
        _ => "\\PC{0,20}",
    };
    prop::string::string_regex(pattern).unwrap().prop_map(Json::from).boxed()
}

/// A table with any subset of its keys.
fn table(root: &'static Json, schema: &'static Json) -> BoxedStrategy<Json> {
    let properties = schema["properties"].as_object().unwrap();
    let members: Vec<_> = properties
        .iter()
        .map(|(key, schema)| {
            prop::option::of(value(root, schema)).prop_map(move |v| v.map(|v| (key.clone(), v)))
        })
        .collect();
    members.prop_map(|kept| Json::Object(kept.into_iter().flatten().collect::<Map<_, _>>())).boxed()
}
