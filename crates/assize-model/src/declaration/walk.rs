//! Walks a file's tree along its schema, collects every problem, and hands back what is valid. One bad value hides
//! nothing else: it is left out and the rest is read.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value as Json};

use super::file::{DeclarationFile, choices, resolve, schema_ref, wanted_type};
use super::findings::{Findings, quote, short, some_of};
use super::formats;
use super::ixit::common::Place;
use super::lines::Lines;
use super::near::nearest;
use super::places::{counted, label};
use super::tree::{Member, Node, Value};
use super::wrong_type::{self, Wanted};
use crate::diagnostic::{Diagnostic, FilePlace};

/// What one walk found beside diagnostics.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// The valid part of the file.
    pub(super) valid: Json,
    /// Ids that point to entries of other tables.
    pub(super) references: Vec<Reference>,
    /// Places that name a host.
    pub(super) hosted: Vec<Hosted>,
    refused: HashSet<String>,
}

impl Walked {
    /// Whether this key, or one within it, is written with a value that was refused, and so was spoken of already.
    pub(super) fn was_refused(&self, path: &[&str]) -> bool {
        self.refused.contains(&path.join(JOINT))
    }
}

/// Between the keys of a path; no key may hold it unescaped.
const JOINT: &str = "\0";

/// An id that points to an entry.
#[derive(Debug)]
pub(super) struct Reference {
    pub(super) id: String,
    pub(super) tables: Vec<&'static str>,
    pub(super) path: Vec<String>,
    pub(super) place: FilePlace,
}

/// A place on a host that product.toml has to name.
#[derive(Debug)]
pub(super) struct Hosted {
    pub(super) host: String,
    pub(super) path: Vec<String>,
    pub(super) place: FilePlace,
}

/// Walks the tree of `file`.
pub(super) fn walk(file: DeclarationFile, tree: &Node, lines: &Lines<'_>, findings: &mut Findings) -> Walked {
    let root = schema_ref(file);
    let mut walker =
        Walker { file, root, lines, findings, path: Vec::new(), errors: 0, walked: Walked::default() };
    let valid = walker.value(root, tree).unwrap_or(Json::Object(Map::new()));
    Walked { valid, ..walker.walked }
}

/// What a path of keys is about, for the subject of a diagnostic.
pub(super) fn subject<S: AsRef<str>>(file: DeclarationFile, path: &[S]) -> Option<String> {
    let first = short(path.first()?.as_ref());
    let second = path.get(1).map(|key| short(key.as_ref()));
    match file {
        DeclarationFile::Ixit if !first.starts_with(|c: char| c.is_ascii_digit()) => None,
        DeclarationFile::Ixit if matches!(first.as_str(), "2-UserInfo" | "4-Conf" | "9-ReplSup") => {
            Some(format!("IXIT {first}"))
        }
        DeclarationFile::Ixit => {
            Some(second.map_or(format!("IXIT {first}"), |id| format!("IXIT {first}, {id}")))
        }
        DeclarationFile::Ics if first == "claim" => second.map(|p| format!("provision {p}")),
        DeclarationFile::Ics => None,
        DeclarationFile::Product if first == "dut" => Some("DUT identification".into()),
        DeclarationFile::Product if matches!(first.as_str(), "bench" | "supplier") => Some(first),
        DeclarationFile::Product => second.map(|id| format!("{first} {id}")),
    }
}

struct Walker<'a> {
    file: DeclarationFile,
    root: &'static Json,
    lines: &'a Lines<'a>,
    findings: &'a mut Findings,
    path: Vec<String>,
    errors: usize,
    walked: Walked,
}

impl Walker<'_> {
    fn place(&self, at: usize) -> FilePlace {
        let (line, column) = self.lines.position(at);
        FilePlace { file: self.findings.shown().to_owned(), line, column }
    }

    fn error(&mut self, at: usize, make: impl FnOnce() -> Diagnostic) {
        self.errors += 1;
        let place = self.place(at);
        let subject = subject(self.file, &self.path);
        self.findings.error(|| {
            let diagnostic = make().at(Some(place));
            match subject {
                Some(subject) => diagnostic.about(subject),
                None => diagnostic,
            }
        });
    }

    fn value(&mut self, schema: &'static Json, node: &Node) -> Option<Json> {
        let own = schema;
        let schema = resolve(self.root, schema);
        if let Some(allowed) = choices(schema) {
            return self.choice(&allowed, node);
        }
        match (wanted_type(schema), &node.value) {
            ("object", Value::Table(members)) => self.table(schema, node.at, members),
            ("array", Value::List(nodes)) => Some(self.list(schema, nodes)),
            ("boolean", Value::Flag(flag)) => Some(Json::Bool(*flag)),
            ("integer", Value::Number(number, written)) => self.number(*number, written, node.at),
            ("string", Value::Text(text)) => {
                let format = own.get("format").or_else(|| schema.get("format")).and_then(Json::as_str);
                self.text(format, text, node.at)
            }
            (wanted, found) => {
                let wanted = Wanted::new(wanted, schema, self.root);
                let key = self.path.last().cloned().unwrap_or_default();
                self.error(node.at, || wrong_type::diagnostic(&key, &wanted, found));
                None
            }
        }
    }

    fn choice(&mut self, allowed: &[&'static str], node: &Node) -> Option<Json> {
        let Value::Text(text) = &node.value else {
            let key = self.path.last().cloned().unwrap_or_default();
            let wanted = Wanted::choice(allowed);
            self.error(node.at, || wrong_type::diagnostic(&key, &wanted, &node.value));
            return None;
        };
        if allowed.contains(&text.as_str()) {
            return Some(Json::String(text.clone()));
        }
        let key = self.path.last().cloned().unwrap_or_default();
        self.error(node.at, || {
            let message = format!("`{key}` cannot be {}", quote(text));
            let all: Vec<String> = allowed.iter().map(|a| format!("\"{a}\"")).collect();
            let remedy = match nearest(text, allowed.iter().copied()) {
                Some(near) => format!("write \"{near}\"; allowed are {}", all.join(", ")),
                None => format!("write one of {}", all.join(", ")),
            };
            Diagnostic::error("D013 unknown-value", message, remedy)
        });
        None
    }

    fn number(&mut self, number: Option<i64>, written: &str, at: usize) -> Option<Json> {
        if let Some(fits) = number.and_then(|n| u32::try_from(n).ok()) {
            return Some(Json::from(fits));
        }
        let key = self.path.last().cloned().unwrap_or_default();
        self.error(at, || {
            let message = format!("`{key}` cannot be {}", quote(written));
            let remedy = format!("write a whole number from 0 to {}", u32::MAX);
            Diagnostic::error("D015 number-out-of-range", message, remedy)
        });
        None
    }

    fn text(&mut self, format: Option<&str>, text: &str, at: usize) -> Option<Json> {
        let Some(format) = format else { return Some(Json::String(text.to_owned())) };
        // A blank text is a field not filled in yet; whether it has to be is asked elsewhere.
        if text.trim().is_empty() {
            return None;
        }
        if let Err(wrong) = formats::check(format, text) {
            self.error(at, || Diagnostic::error(wrong.code, wrong.message, wrong.remedy));
            return (!wrong.unusable).then(|| Json::String(text.to_owned()));
        }
        if format == "place"
            && let Ok(Place { host: Some(host), .. }) = text.parse()
        {
            let (path, place) = (self.path.clone(), self.place(at));
            self.walked.hosted.push(Hosted { host, path, place });
        }
        Some(Json::String(text.to_owned()))
    }

    fn table(&mut self, schema: &'static Json, at: usize, members: &[Member]) -> Option<Json> {
        let known = schema.get("properties").and_then(Json::as_object);
        let any = schema.get("additionalProperties").filter(|s| s.is_object());
        let mut valid = Map::new();
        for member in members {
            let schema = known.and_then(|k| k.get(&member.key)).or(any);
            self.path.push(member.key.clone());
            match schema {
                Some(_) if self.is_split_number(member) => self.split_number(member),
                Some(schema) => {
                    let before = self.errors;
                    match self.value(schema, &member.node) {
                        Some(value) => {
                            valid.insert(member.key.clone(), value);
                        }
                        None if self.errors > before => self.refuse(),
                        None => {}
                    }
                }
                None => self.unknown_key(member, known),
            }
            self.path.pop();
        }
        let required = schema.get("required").and_then(Json::as_array).into_iter().flatten();
        let mut complete = true;
        for key in required.filter_map(Json::as_str) {
            complete &= valid.contains_key(key);
            if members.iter().any(|m| m.key == key) {
                continue;
            }
            self.error(at, || {
                let message = format!("`{key}` is missing");
                Diagnostic::error("D016 missing-key", message, format!("add `{key} = …`"))
            });
        }
        complete.then_some(Json::Object(valid))
    }

    /// Notes that this key was refused, and so was a part of all that it stands in.
    fn refuse(&mut self) {
        for length in 2..=self.path.len() {
            self.walked.refused.insert(self.path[..length].join(JOINT));
        }
    }

    fn unknown_key(&mut self, member: &Member, known: Option<&'static Map<String, Json>>) {
        let names: Vec<&'static str> = known.into_iter().flat_map(Map::keys).map(String::as_str).collect();
        let parent = match self.path.len() {
            1 => self.file.name().to_owned(),
            _ => self.path[self.path.len() - 2].clone(),
        };
        self.error(member.at, || {
            let message = format!("{} is not a key of {}", quote(&member.key), quote(&parent));
            let remedy = match nearest(&member.key, names.iter().copied()) {
                Some(near) => format!("write `{near}`"),
                None => format!("remove it, or use one of {}", some_of(&names)),
            };
            Diagnostic::error("D011 unknown-key", message, remedy)
        });
    }

    /// `[claim.5.1-1]` without quotes makes a table `5` with a table `1-1` in it.
    fn is_split_number(&self, member: &Member) -> bool {
        let below_claims =
            self.file == DeclarationFile::Ics && self.path.len() == 2 && self.path[0] == "claim";
        let digits = member.key.bytes().all(|b| b.is_ascii_digit());
        let Value::Table(members) = &member.node.value else { return false };
        below_claims && digits && members.iter().any(|m| matches!(m.node.value, Value::Table(_)))
    }

    fn split_number(&mut self, member: &Member) {
        let Value::Table(members) = &member.node.value else { return };
        for part in members {
            let number = format!("{}.{}", member.key, part.key);
            self.path[1].clone_from(&number);
            self.error(part.at, || {
                let message = format!("the number {} stands without quotes", quote(&number));
                let remedy = format!("write `[claim.\"{}\"]`, since TOML cuts at the dot", short(&number));
                Diagnostic::error("D047 number-without-quotes", message, remedy)
            });
        }
    }

    fn list(&mut self, schema: &'static Json, nodes: &[Node]) -> Json {
        let Some(items) = schema.get("items") else { return Json::Array(Vec::new()) };
        let entry = resolve(self.root, items).get("properties");
        let labelled = entry.and_then(|e| ["id", "name"].into_iter().find(|key| e.get(key).is_some()));
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let mut valid = Vec::new();
        for (index, node) in nodes.iter().enumerate() {
            let name = label(&node.value).filter(|_| labelled.is_some());
            self.path.push(name.map_or_else(|| counted(index), str::to_owned));
            if let (Some(key), Value::Table(_)) = (labelled, &node.value) {
                self.entry_label(key, node, &mut seen);
            }
            valid.extend(self.item(items, node));
            self.path.pop();
        }
        self.refer(schema, nodes);
        Json::Array(valid)
    }

    /// An item of a list; a plain value in it is spoken of under the name of the list.
    fn item(&mut self, schema: &'static Json, node: &Node) -> Option<Json> {
        if matches!(node.value, Value::Table(_)) {
            return self.value(schema, node);
        }
        let own = self.path.pop();
        let value = self.value(schema, node);
        self.path.extend(own);
        value
    }

    fn entry_label<'n>(&mut self, key: &str, node: &'n Node, seen: &mut HashMap<&'n str, usize>) {
        let written = node.value.get(key).and_then(|n| n.value.as_text()).filter(|t| !t.trim().is_empty());
        let table = self.path.first().cloned().unwrap_or_default();
        let list = self.path.split_last().map(|(_, list)| list.join(".")).unwrap_or_default();
        let Some(id) = written else {
            let wanted = self.example_id(&table);
            self.error(node.at, || {
                let message = format!("an entry of {list} has no `{key}`");
                Diagnostic::error(
                    "D030 missing-id",
                    message,
                    format!("give it one, as `{key} = \"{wanted}\"`"),
                )
            });
            return;
        };
        let at = node.value.get(key).map_or(node.at, |n| n.at);
        if let Some(before) = seen.insert(id, at) {
            let (line, _) = self.lines.position(before);
            self.error(at, || {
                let message = format!("{} is the {key} of two entries of {list}", quote(id));
                let remedy = format!("rename one; the other stands in line {line}");
                Diagnostic::error("D032 duplicate-id", message, remedy)
            });
        }
        if self.file == DeclarationFile::Ixit && !has_id_shape(id, &table) {
            let wanted = self.example_id(&table);
            self.error(at, || {
                let message = format!("{} is no id of {table}", quote(id));
                let remedy =
                    format!("begin with the table's name, as `{wanted}`; letters, digits, `-` and `_`");
                Diagnostic::error("D031 bad-id", message, remedy).by("TS 103 701 Annex A.4")
            });
        }
    }

    fn example_id(&self, table: &str) -> String {
        match table.split_once('-') {
            Some((_, name)) if self.file == DeclarationFile::Ixit => format!("{name}-1"),
            _ => format!("{table}-1"),
        }
    }

    fn refer(&mut self, schema: &'static Json, nodes: &[Node]) {
        let Some(tables) = schema.get("x-refers").and_then(Json::as_array) else { return };
        let tables: Vec<&'static str> = tables.iter().filter_map(Json::as_str).collect();
        for node in nodes {
            if let Some(id) = node.value.as_text() {
                let (path, place) = (self.path.clone(), self.place(node.at));
                self.walked.references.push(Reference {
                    id: id.to_owned(),
                    tables: tables.clone(),
                    path,
                    place,
                });
            }
        }
    }
}

/// `AuthMech-1` or `AuthMech-Label` in `1-AuthMech`.
fn has_id_shape(id: &str, table: &str) -> bool {
    let Some((_, name)) = table.split_once('-') else { return true };
    let rest = id.strip_prefix(name).and_then(|r| r.strip_prefix('-'));
    rest.is_some_and(|r| {
        !r.is_empty()
            && r.len() <= 64
            && r.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    })
}
