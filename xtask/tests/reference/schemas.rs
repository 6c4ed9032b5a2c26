//! JSON Schemas: of the files a supplier writes, and of what every command prints with `--format json`.

use assize::shapes;
use assize_model::assessment::Assessment;
use assize_model::declaration::{DeclarationFile, schema};
use schemars::{JsonSchema, schema_for};
use serde_json::Value;

/// Every schema by its path.
pub(crate) fn schemas() -> Vec<(String, String)> {
    let declared = DeclarationFile::ALL.map(|file| (file.name().trim_end_matches(".toml"), schema(file)));
    let printed = [
        ("answer-list", of::<shapes::QueueShape>()),
        ("answer", of::<shapes::RecordedShape>()),
        ("assessment", of::<Assessment>()),
        ("catalogue-check", of::<shapes::FaultsShape>()),
        ("catalogue-crypto", of::<shapes::CryptoShape>()),
        ("catalogue", of::<shapes::CatalogueShape>()),
        ("check", of::<shapes::CheckShape>()),
        ("coverage", of::<shapes::CoverageShape>()),
        ("diff", of::<shapes::DiffShape>()),
        ("gap", of::<shapes::GapShape>()),
        ("map-check", of::<shapes::MapCheckShape>()),
        ("map-import", of::<shapes::ImportShape>()),
        ("map-pair", of::<shapes::PairShape>()),
        ("map-requirement", of::<shapes::ItemsShape>()),
        ("markets", of::<shapes::MarketsShape>()),
        ("observe", of::<shapes::ObserveShape>()),
        ("plan", of::<shapes::PlanShape>()),
        ("report", assize_report::json_schema()),
        ("search", of::<shapes::SearchShape>()),
    ];
    declared
        .into_iter()
        .chain(printed)
        .map(|(name, schema)| (format!("schema/{name}.json"), text(&schema)))
        .collect()
}

fn of<T: JsonSchema>() -> Value {
    schema_for!(T).to_value()
}

/// The schema with its command in the first line.
fn text(schema: &Value) -> String {
    let pretty = serde_json::to_string_pretty(schema).unwrap();
    let rest = pretty.strip_prefix("{\n").unwrap();
    format!("{{ \"$comment\": \"Made by `cargo xtask gen`; do not edit.\",\n{rest}\n")
}
