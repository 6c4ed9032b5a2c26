//! Properties of OSCAL: what a format that has few fields carries of ours.

use serde_json::{Value, json};

use crate::limits::folded;
use crate::oscal::NAMESPACE;

/// A list of properties, without empty ones.
#[derive(Default)]
pub(super) struct Props(Vec<Value>);

impl Props {
    /// Adds a property of ours; an empty value is left out.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        let value = folded(value);
        if !value.is_empty() {
            self.0.push(json!({ "name": name, "ns": NAMESPACE, "value": value }));
        }
        self
    }

    /// Adds one property per value.
    pub(super) fn each<'v>(self, name: &str, values: impl IntoIterator<Item = &'v str>) -> Self {
        values.into_iter().fold(self, |props, value| props.with(name, value))
    }

    /// Adds a property whose class is a key; an empty value is left out.
    pub(super) fn keyed(mut self, name: &str, key: &str, value: &str) -> Self {
        let value = folded(value);
        if !value.is_empty() {
            let class = crate::ids::token(key);
            self.0.push(json!({ "name": name, "ns": NAMESPACE, "class": class, "value": value }));
        }
        self
    }

    /// Adds one of OSCAL's own properties.
    pub(super) fn own(mut self, name: &str, value: &str) -> Self {
        let value = folded(value);
        if !value.is_empty() {
            self.0.push(json!({ "name": name, "value": value }));
        }
        self
    }

    /// Adds remarks to the last property.
    pub(super) fn remarks(mut self, text: &str) -> Self {
        if let Some(last) = self.0.last_mut().filter(|_| !text.is_empty()) {
            last["remarks"] = json!(text);
        }
        self
    }

    /// Puts the list into an object; an empty list must not stand there.
    pub(super) fn put(self, object: &mut Value) {
        if !self.0.is_empty() {
            object["props"] = Value::Array(self.0);
        }
    }
}
