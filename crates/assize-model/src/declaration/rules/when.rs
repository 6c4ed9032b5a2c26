//! When a field of the IXIT pro forma is asked for: the conditions that the catalogue names in `when`.

use serde_json::Value as Json;

/// Whether a field is asked for in an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Yes,
    No,
    /// At least one entry of the table has to fill it in.
    OnceInTable,
}

/// The conditions known here; a test holds the catalogue against them.
#[cfg(test)]
pub(in crate::declaration) const KNOWN: &[&str] = &[
    "always",
    "consent-based processing",
    "device not updateable",
    "mechanism is network-addressable",
    "network interface",
    "network-accessible",
    "password not set by the user",
    "physical interface",
    "service enabled",
    "type critical",
    "type critical and used for update checks or associated-service protection",
    "used for security examination",
];

/// Whether `when` holds for an entry. Where the entry does not tell, the field is asked for: leaving an indicator out
/// must not make a duty vanish.
pub(super) fn asked(when: &str, entry: &Json, ixit: &Json) -> Asked {
    let text = |key: &str| entry.get(key).and_then(Json::as_str);
    let flag = |key: &str| entry.get(key).and_then(Json::as_bool);
    let has = |key: &str, wanted: &[&str]| match entry.get(key).and_then(Json::as_array) {
        Some(list) => list.iter().filter_map(Json::as_str).any(|v| wanted.contains(&v)),
        None => true,
    };
    let critical = text("kind").is_none_or(|k| k == "critical");
    let holds = match when {
        "consent-based processing" => flag("by_consent") != Some(false),
        "device not updateable" => some_part_is_fixed(ixit),
        "mechanism is network-addressable" | "network-accessible" => flag("network") != Some(false),
        "network interface" => has("kinds", &["network"]),
        "password not set by the user" => {
            text("factor").is_none_or(|f| f == "password") && text("password_origin") != Some("user-defined")
        }
        "physical interface" => has("kinds", &["air", "physical"]),
        "service enabled" => text("status") != Some("disabled"),
        "type critical" => critical,
        "type critical and used for update checks or associated-service protection" => {
            critical && has("protects", &["associated-services", "updates"])
        }
        "used for security examination" => return Asked::OnceInTable,
        _ => true,
    };
    if holds { Asked::Yes } else { Asked::No }
}

/// Whether a software component is declared that nothing updates, or no update mechanism at all.
fn some_part_is_fixed(ixit: &Json) -> bool {
    let rows = |table: &str| ixit.get(table).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let fixed = |c: &Json| c.get("update_mechanisms").and_then(Json::as_array).is_none_or(Vec::is_empty);
    rows("7-UpdMech").is_empty() || rows("6-SoftComp").iter().any(fixed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_indicator_decides_and_its_absence_asks() {
        for (when, entry, expect) in [
            ("always", json!({}), Asked::Yes),
            ("network-accessible", json!({ "network": false }), Asked::No),
            ("network-accessible", json!({}), Asked::Yes),
            ("service enabled", json!({ "status": "disabled" }), Asked::No),
            ("physical interface", json!({ "kinds": ["logical"] }), Asked::No),
            ("physical interface", json!({ "kinds": ["air"] }), Asked::Yes),
            ("network interface", json!({ "kinds": ["network", "air"] }), Asked::Yes),
            ("type critical", json!({ "kind": "public" }), Asked::No),
            ("consent-based processing", json!({ "by_consent": false }), Asked::No),
            (
                "password not set by the user",
                json!({ "factor": "password", "password_origin": "user-defined" }),
                Asked::No,
            ),
            ("password not set by the user", json!({ "factor": "key" }), Asked::No),
            (
                "password not set by the user",
                json!({ "factor": "password", "password_origin": "generated" }),
                Asked::Yes,
            ),
            ("used for security examination", json!({}), Asked::OnceInTable),
        ] {
            assert_eq!(asked(when, &entry, &json!({})), expect, "{when} {entry}");
        }
    }

    #[test]
    fn parameters_that_guard_something_else_need_no_generation_method() {
        let when = "type critical and used for update checks or associated-service protection";
        let entry = |protects| json!({ "kind": "critical", "protects": [protects] });
        assert_eq!(asked(when, &entry("other"), &json!({})), Asked::No);
        assert_eq!(asked(when, &entry("updates"), &json!({})), Asked::Yes);
    }

    #[test]
    fn one_fixed_component_makes_the_device_not_updateable() {
        let with = |mechanisms: Json| json!({ "7-UpdMech": [{ "id": "UpdMech-1" }], "6-SoftComp": [{ "update_mechanisms": mechanisms }] });
        let when = "device not updateable";
        assert_eq!(asked(when, &Json::Null, &with(json!(["UpdMech-1"]))), Asked::No);
        assert_eq!(asked(when, &Json::Null, &with(json!([]))), Asked::Yes);
    }
}
