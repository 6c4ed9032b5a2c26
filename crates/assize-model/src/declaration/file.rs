//! The three files of a declaration, and the JSON Schema of each. The Rust types are the schema; editors, the reader
//! and the skeleton all use what is generated from them.

use std::sync::OnceLock;

use serde_json::Value;

use super::{ics::Ics, ixit::Ixit, product::Product};

/// A file of the declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeclarationFile {
    /// `product.toml`.
    Product,
    /// `ics.toml`.
    Ics,
    /// `ixit.toml`.
    Ixit,
}

impl DeclarationFile {
    /// All three, in reading order.
    pub const ALL: [Self; 3] = [Self::Product, Self::Ics, Self::Ixit];

    /// Its name in the assessment folder.
    pub fn name(self) -> &'static str {
        match self {
            Self::Product => "product.toml",
            Self::Ics => "ics.toml",
            Self::Ixit => "ixit.toml",
        }
    }
}

/// The JSON Schema of one file, for editors and web forms. `x-field` gives a field's name in the pro forma,
/// `x-refers` the tables that an id may point to.
pub fn schema(file: DeclarationFile) -> Value {
    schema_ref(file).clone()
}

pub(super) fn schema_ref(file: DeclarationFile) -> &'static Value {
    static SCHEMAS: OnceLock<[Value; 3]> = OnceLock::new();
    let [product, ics, ixit] = SCHEMAS.get_or_init(|| {
        [
            schemars::schema_for!(Product).to_value(),
            schemars::schema_for!(Ics).to_value(),
            schemars::schema_for!(Ixit).to_value(),
        ]
    });
    match file {
        DeclarationFile::Product => product,
        DeclarationFile::Ics => ics,
        DeclarationFile::Ixit => ixit,
    }
}

/// The schema that a schema stands for: references followed, `null` alternatives left out. The Rust types nest
/// without recursion, so this ends.
pub(super) fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let mut here = schema;
    for _ in 0..8 {
        if let Some(reference) = here.get("$ref").and_then(Value::as_str) {
            match root.pointer(reference.trim_start_matches('#')) {
                Some(target) => here = target,
                None => return here,
            }
        } else if let Some(choices) = here.get("anyOf").and_then(Value::as_array) {
            match choices.iter().find(|c| c.get("type").and_then(Value::as_str) != Some("null")) {
                Some(choice) => here = choice,
                None => return here,
            }
        } else {
            return here;
        }
    }
    here
}

/// The values that a schema allows, where it is a closed list.
pub(super) fn choices(schema: &Value) -> Option<Vec<&str>> {
    if let Some(list) = schema.get("enum").and_then(Value::as_array) {
        return Some(list.iter().filter_map(Value::as_str).collect());
    }
    let alternatives = schema.get("oneOf").and_then(Value::as_array)?;
    let named = alternatives.iter().filter_map(|c| match c.get("const") {
        Some(value) => value.as_str().map(|v| vec![v]),
        None => choices(c),
    });
    Some(named.flatten().collect())
}

/// The JSON type that a schema wants, `null` left aside.
pub(super) fn wanted_type(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(name)) => name,
        Some(Value::Array(names)) => {
            names.iter().filter_map(Value::as_str).find(|n| *n != "null").unwrap_or("string")
        }
        _ => "string",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ixit_schema_names_all_tables() {
        let tables = schema(DeclarationFile::Ixit);
        let names = tables["properties"].as_object().unwrap();
        assert_eq!(names.len(), 30, "29 tables and the format");
    }

    #[test]
    fn closed_lists_are_found_behind_references() {
        let root = schema_ref(DeclarationFile::Ics);
        let support = &root["$defs"]["Claim"]["properties"]["support"];
        assert_eq!(choices(resolve(root, support)).unwrap(), ["yes", "no", "n/a"]);
    }
}
