//! What an answer rests on: the IXIT tables its unit looks at, and for units done on the device also which device it
//! was. When that changes, the answer no longer counts and the unit waits again.

use assize_evidence::Digest;
use assize_model::catalogue::{Kind, TestUnit};
use assize_model::declaration::Declaration;
use serde_json::Value;

/// The digest of what an answer to this unit rests on.
pub(crate) fn basis(unit: &TestUnit, declaration: &Declaration) -> Digest {
    let mut parts: Vec<Value> = Vec::new();
    let ixit = serde_json::to_value(&declaration.ixit).unwrap_or_default();
    parts.extend(unit.tables.iter().map(|table| ixit.get(table).cloned().unwrap_or_default()));
    if unit.tables.is_empty() {
        parts.push(serde_json::to_value(&declaration.ics).unwrap_or_default());
    }
    if unit.kind != Kind::Conceptual {
        parts.push(serde_json::to_value(&declaration.product.dut).unwrap_or_default());
    }
    Digest::of(Value::Array(parts).to_string().as_bytes())
}
