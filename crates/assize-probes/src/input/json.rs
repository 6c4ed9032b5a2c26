//! JSON bodies with something wrong in them, derived from the body of a declared play.

use serde_json::Value;

use super::codec::{Case, Wrong};
use super::dice::Dice;

/// Most places of a body that are changed.
const MOST_PLACES: usize = 256;
/// Stands for the value that is written in place of another; no body holds it.
const MARK: &str = "\u{1}assize\u{1}";

/// What is put in place of a value: its words, the JSON text, and whether only its type is wrong.
type Swap = (&'static str, String, bool);

/// A value of one type: its words, its text, and whether another value is of that type too.
type Type = (&'static str, &'static str, fn(&Value) -> bool);

/// At most `count` bodies; none when the body is no JSON.
pub(super) fn cases(body: &str, dice: &mut Dice, count: usize) -> Vec<Case> {
    let Ok(value) = serde_json::from_str::<Value>(body) else { return Vec::new() };
    let mut places = Vec::new();
    find(&value, &mut String::new(), &mut places);
    let mut all = whole(body);
    for place in &places {
        let old = value.pointer(place).unwrap_or(&Value::Null);
        for (what, text, is_type) in swaps(old) {
            let Some(bytes) = with(&value, place, &text) else { continue };
            let case = Case::new(format!("{what} at {}", shown(place)), bytes);
            all.push(if is_type { case.wrong(Wrong::Type) } else { case });
        }
        all.extend(beside(&value, place));
    }
    dice.shuffle(&mut all);
    spread(all, count)
}

/// One case of each kind before a second one of any.
fn spread(all: Vec<Case>, count: usize) -> Vec<Case> {
    let kind = |c: &Case| c.what.split(" at ").next().unwrap_or("").to_owned();
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    let mut ranked: Vec<(usize, Case)> = all
        .into_iter()
        .map(|case| {
            let turn = seen.entry(kind(&case)).or_default();
            *turn += 1;
            (*turn, case)
        })
        .collect();
    ranked.sort_by_key(|(turn, _)| *turn);
    ranked.into_iter().map(|(_, case)| case).take(count).collect()
}

/// The places of a body as JSON pointers, the deepest values and what holds them.
fn find(value: &Value, at: &mut String, places: &mut Vec<String>) {
    if places.len() >= MOST_PLACES {
        return;
    }
    if !at.is_empty() {
        places.push(at.clone());
    }
    let before = at.len();
    let mut step = |name: &str, inner: &Value, places: &mut Vec<String>| {
        at.push('/');
        at.push_str(&name.replace('~', "~0").replace('/', "~1"));
        find(inner, at, places);
        at.truncate(before);
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(n, v)| step(n, v, places)),
        Value::Array(items) => items.iter().enumerate().for_each(|(n, v)| step(&n.to_string(), v, places)),
        _ => {}
    }
}

/// Values that have no business where `old` stands.
fn swaps(old: &Value) -> Vec<Swap> {
    let mut all: Vec<Swap> = vec![
        ("deep nesting", format!("{}{}", "[".repeat(512), "]".repeat(512)), false),
        ("a number beyond every range", "1e999999".into(), false),
        ("an integer of 200 digits", "9".repeat(200), false),
        ("a string of 16,384 letters", format!("\"{}\"", "A".repeat(16_384)), false),
        ("control characters", r#""\u0000\u0007\u001b[2J\r\n""#.into(), false),
        ("half a surrogate pair", r#""\ud800""#.into(), false),
        ("letters that change direction", "\"\u{202e}\u{200f}\u{1f469}\u{200d}\u{1f527}\"".into(), false),
        ("a format string", r#""%n%n%s%s%x""#.into(), false),
        ("words of a shell and of a page", r#""';`$(id)`<img src=x>{{7*7}}""#.into(), false),
    ];
    let types: [Type; 5] = [
        ("a string in place of another type", "\"x\"", Value::is_string),
        ("a number in place of another type", "-1", Value::is_number),
        ("true in place of another type", "true", Value::is_boolean),
        ("an object in place of another type", "{\"x\":{}}", Value::is_object),
        ("a list in place of another type", "[[]]", Value::is_array),
    ];
    all.extend(types.iter().filter(|(_, _, same)| !same(old)).map(|(w, t, _)| (*w, (*t).to_owned(), true)));
    all
}

/// The body with another text in one place.
fn with(value: &Value, place: &str, text: &str) -> Option<String> {
    let mut changed = value.clone();
    *changed.pointer_mut(place)? = Value::String(MARK.to_owned());
    let mark = Value::String(MARK.to_owned()).to_string();
    Some(changed.to_string().replacen(&mark, text, 1))
}

/// The body with a field missing, a field more, and a field twice.
fn beside(value: &Value, place: &str) -> Vec<Case> {
    let Some((holder, name)) = place.rsplit_once('/') else { return Vec::new() };
    let name = name.replace("~1", "/").replace("~0", "~");
    let edit = |edit: &dyn Fn(&mut serde_json::Map<String, Value>)| {
        let mut changed = value.clone();
        edit(changed.pointer_mut(holder)?.as_object_mut()?);
        Some(changed.to_string())
    };
    let key = Value::String(name.clone()).to_string();
    let missing = edit(&|fields| drop(fields.remove(&name)));
    let more = edit(&|fields| drop(fields.insert("__proto__".into(), Value::Bool(true))));
    let twice = missing.as_ref().and(with(value, place, &format!("0,{key}:[]")));
    let kinds = [("a field missing", missing), ("a field too many", more), ("a field twice", twice)];
    kinds
        .into_iter()
        .filter_map(|(what, text)| Some(Case::new(format!("{what} at {}", shown(place)), text?)))
        .collect()
}

/// What can be wrong with a body as a whole.
fn whole(body: &str) -> Vec<Case> {
    let half = body.get(..body.len() / 2).unwrap_or("{");
    vec![
        Case::new("an empty body", ""),
        Case::new("half a body", half),
        Case::new("a body with words after its end", format!("{body}}}}}]")),
        Case::new("null as a body", "null").wrong(Wrong::Type),
        Case::new("a list as a body", "[[[]]]"),
        Case::new("deep nesting as a body", "[".repeat(20_000)),
        Case::new("deep objects as a body", "{\"a\":".repeat(5_000)),
        Case::new("a body that is no UTF-8", b"{\"\xff\xfe\":\"\xc0\xaf\"}".to_vec()),
        Case::new("a body of 64 KiB of blanks", " ".repeat(65_536)),
    ]
}

fn shown(place: &str) -> String {
    place.chars().filter(|c| !c.is_control()).take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_comes_once_before_any_comes_twice() {
        let body = r#"{"entries": [{"at": "07:30", "on": true, "label": "x"}]}"#;
        let all = cases(body, &mut Dice::new(1), 20);
        let kinds: std::collections::BTreeSet<String> =
            all.iter().map(|c| c.what.split(" at ").next().unwrap().to_owned()).collect();
        assert_eq!(kinds.len(), all.len());
    }

    #[test]
    fn values_of_another_type_stay_json_and_are_marked() {
        let all = cases(r#"{"on": true, "a/b": [1]}"#, &mut Dice::new(1), 500);
        let typed: Vec<&Case> = all.iter().filter(|c| c.wrong == Some(Wrong::Type)).collect();
        assert!(typed.len() > 8);
        for case in typed {
            assert!(serde_json::from_slice::<Value>(&case.bytes).is_ok(), "{case:?}");
        }
        assert!(all.iter().any(|c| c.what == "a field missing at /on" && c.bytes == br#"{"a/b":[1]}"#));
    }
}
