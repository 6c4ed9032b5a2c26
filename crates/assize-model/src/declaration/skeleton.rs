//! An empty declaration to fill in: every provision and every IXIT field, with its meaning, as comments.

use std::fmt::Write as _;

use serde_json::Value as Json;

use super::file::{DeclarationFile, choices, resolve, schema_ref, wanted_type};
use super::rules::{keys_of, properties_of};
use crate::catalogue::{IcsEntry, IxitTable, TestSpec};

/// The texts of the three files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skeleton {
    /// `product.toml`.
    pub product: String,
    /// `ics.toml`.
    pub ics: String,
    /// `ixit.toml`.
    pub ixit: String,
}

/// A declaration to fill in for a test specification. Reading it gives no error, only warnings that say what to fill
/// in next.
pub fn skeleton(spec: &TestSpec) -> Skeleton {
    skeleton_with(spec, |_| String::new())
}

/// A declaration to fill in that has entries already: what `entries` gives for a table follows its explanation.
pub(super) fn skeleton_with(spec: &TestSpec, entries: impl Fn(&IxitTable) -> String) -> Skeleton {
    Skeleton { product: product(spec), ics: ics(spec), ixit: ixit(spec, entries) }
}

fn product(spec: &TestSpec) -> String {
    format!(
        "# The DUT identification and what the bench has at hand (TS 103 701 Annex A.2).\n\
         # Lines that begin with `#` are comments; remove the sign to use a line.\n\
         format = 1\n\
         spec = \"{}\"                 # the test specification that ics.toml and ixit.toml are written for\n{PRODUCT}",
        spec.id
    )
}

const PRODUCT: &str = r##"
[dut]
date = ""                       # day of this identification, as 2026-11-23
name = ""                       # name of the product
brands = []                     # brands it is sold under; variants must be the same in function
model = ""                      # model designation
hardware_version = ""           # hardware release
serial_number = ""              # of the unit on the bench
runtime = ""                    # operating system or run-time environment; "none" if there is none
firmware_version = ""           # from the factory
latest_firmware_version = ""    # the one that is assessed
associated_services = []        # services that intended use needs
# constrained = false           # whether limits of hardware or use rule out security measures
# constrained_justification = ""  # if so: which limit, and what it rules out

[supplier]
name = ""
address = ""
contact = ""
email = ""

# One [[state]] for each state the DUT can be in.
[[state]]
id = "factory-default"
words = ""                      # how one recognises and reaches it

[[state]]
id = "initialised"
words = ""

[bench]
# laboratory = ""               # who assesses; the supplier itself for a self-assessment
# address = "192.0.2.10"        # the DUT on the bench network; probes go here and to the hosts below, nowhere else
# state = "initialised"         # the state the DUT is in while probes run
# control = "192.0.2.30"        # an address where nothing of the DUT lives, when DUT and bench share a machine
# password_env = "DUT_PASSWORD" # environment variable with the tester's password; never the password itself
# password_file = "password"    # or a file; it is read, never recorded
# allow = ["log-in"]            # what probes may do beyond looking: log-in, guess, change-settings, reset,
#                               # malformed-input, offer-updates, interrupt, switch-power; nothing unless it
#                               # stands here
# login_attempts = 30           # the most wrong passwords that `guess` tries on one login

# Another unit of the product on the bench, to see whether both have keys of their own; see docs/src/driving.md.
# [[bench.unit]]
# id = "second"
# address = "192.0.2.11"
# serial_number = ""

# The tester's accounts, and the requests that drive the product; see docs/src/driving.md.
# [[bench.account]]
# id = "admin"
# user = "admin"
# [[bench.play]]
# id = "log in"
# purpose = "log-in"
# at = "tcp/443"
# method = "POST"
# path = "/login"
# body = '{"user": "{user}", "password": "{password}"}'
# take = { token = "json:/token" }

# The bench's place between the DUT and a host, and updates that it offers there; see docs/src/driving.md.
# [[bench.relay]]
# place = "updates:tcp/443"
# listen = "192.0.2.50:443"
# from = ["192.0.2.1"]           # where its connections seem to come from, if not its own address
# [[bench.proxy]]                # for a product that is set to use a proxy
# listen = "192.0.2.50:3128"
# [[bench.offer]]
# id = "one bit of the package"
# place = "updates:tcp/443"
# variant = "bit-flipped"
# at = "/firmware.bin"

# A switch for power or network; its commands run with `assize assess --switches` only. See docs/src/outages.md.
# [[bench.switch]]
# id = "mains"
# what = "power"
# by_hand = true                # or the commands `off` and `on`

# One [[host]] for each host of associated services and public pages; `reached_at` names it as `cloud:tcp/8883`.
# [[host]]
# name = "cloud"
# dns = "mqtt.example.com"      # its name in links, and asked for there
# address = "192.0.2.20"        # its address on the bench
# words = ""

# Documents, captures and images in this folder.
# [[document]]
# id = "guide"
# file = "documents/guide.pdf"
# words = ""

# [[capture]]
# id = "first-hour"
# file = "captures/first-hour.pcap"

# [[image]]
# id = "firmware"
# file = "images/firmware.bin"
"##;

fn ics(spec: &TestSpec) -> String {
    let mut text = format!(
        "# The Implementation Conformance Statement for {} (TS 103 701 Annex A.3): a claim per provision.\n\
         # support is \"yes\", \"no\" or \"n/a\". \"no\" and \"n/a\" need a justification in detail. Only a provision with\n\
         # a condition can be \"n/a\", and a mandatory one cannot be \"no\". M = mandatory, R = recommended, C and F = under\n\
         # a condition or feature.\n\
         format = 1\n",
        spec.tests
    );
    for entry in &spec.ics {
        text.push('\n');
        claim(&mut text, spec, entry);
    }
    text
}

fn claim(text: &mut String, spec: &TestSpec, entry: &IcsEntry) {
    let _ = writeln!(text, "# {}  {}", entry.provision, entry.status);
    if let Some(words) = spec.requirement_words(&entry.provision) {
        comment(text, words);
    }
    for label in &entry.conditions {
        let words = spec.condition(label).map_or("", |c| c.words.as_str());
        comment(text, &format!("If ({label}) {words}."));
    }
    let _ = writeln!(text, "# [claim.\"{}\"]\n# support = \"yes\"\n# detail = \"\"", entry.provision);
}

fn ixit(spec: &TestSpec, entries: impl Fn(&IxitTable) -> String) -> String {
    let mut text = format!(
        "# Implementation eXtra Information for Testing, for {} (TS 103 701 Annex A.4): {} tables.\n\
         # Fill in the tables that the claims in ics.toml ask for. Remove the `#` of a heading and of the lines to use;\n\
         # copy a block for each further entry. `table = []` says that there is no entry.\n\
         format = 1\n",
        spec.id,
        spec.ixit.len()
    );
    for table in &spec.ixit {
        table_block(&mut text, spec, table);
        text += &entries(table);
    }
    text
}

fn table_block(text: &mut String, spec: &TestSpec, table: &IxitTable) {
    let label = table.label();
    let _ = writeln!(text, "\n# ---- {label}: {}", table.title);
    let what = if table.has_entries() { "Each entry describes" } else { "The table holds" };
    comment(text, &format!("{what} {}.", table.entry));
    let asking: Vec<&str> =
        spec.required.iter().filter(|r| r.table == label).map(|r| r.provision.as_str()).collect();
    if !asking.is_empty() {
        comment(text, &format!("Asked for by {}.", asking.join(", ")));
    }
    let heading = if table.has_entries() { format!("[[{label}]]") } else { format!("[{label}]") };
    let _ = writeln!(text, "# {heading}");
    for field in &table.fields {
        let when = if field.when == "always" { String::new() } else { format!(" (if: {})", field.when) };
        comment(text, &format!("## {}{when}: {}", field.name, field.meaning));
        for (key, schema) in field_keys(&label, &field.name) {
            line(text, key, schema, &table.name);
        }
    }
}

/// The keys that hold one field, the description first, each with its schema.
pub(super) fn field_keys(label: &str, field: &str) -> Vec<(&'static str, &'static Json)> {
    let mut keys = keys_of(label, field);
    keys.sort_by_key(|key| *key != "description");
    keys.into_iter().filter_map(|key| Some((key, properties_of(label)?.get(key)?))).collect()
}

/// One key, commented out, with an example value and its meaning; keys of a table within get their dotted names.
fn line(text: &mut String, key: &str, schema: &'static Json, name: &str) {
    for key in flat(key, schema) {
        let _ = writeln!(text, "# {:<40} # {}", format!("{} = {}", key.name, key.example(name)), key.words());
    }
}

/// A key with its schema as it stands beside it, and the schema that this refers to.
pub(super) struct Key {
    /// Its name, dotted for a key of a table within.
    pub(super) name: String,
    schema: &'static Json,
    meant: &'static Json,
}

impl Key {
    /// A value to begin with; `table` is the short name of the table.
    pub(super) fn example(&self, table: &str) -> String {
        example(&self.name, self.meant, table)
    }

    /// What it holds and which values it may have.
    pub(super) fn words(&self) -> String {
        let words = self.schema.get("description").and_then(Json::as_str).unwrap_or_default();
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        words + &allowed(self.meant).unwrap_or_default()
    }
}

/// A key, or the keys of the table that it stands for.
pub(super) fn flat(key: &str, schema: &'static Json) -> Vec<Key> {
    let meant = resolve(schema_ref(DeclarationFile::Ixit), schema);
    match (choices(meant), meant.get("properties").and_then(Json::as_object)) {
        (None, Some(keys)) => {
            keys.iter().flat_map(|(below, schema)| flat(&format!("{key}.{below}"), schema)).collect()
        }
        _ => vec![Key { name: key.to_owned(), schema, meant }],
    }
}

fn example(key: &str, schema: &'static Json, name: &str) -> String {
    if key == "id" {
        return format!("\"{name}-1\"");
    }
    if let Some(first) = choices(schema).and_then(|c| c.first().copied()) {
        return format!("\"{first}\"");
    }
    match wanted_type(schema) {
        "boolean" => "true".into(),
        "integer" => "0".into(),
        "array" => "[]".into(),
        _ => "\"\"".into(),
    }
}

/// Which values a key may have, as a sentence: a closed list, the items of a list, the keys of an entry.
fn allowed(schema: &'static Json) -> Option<String> {
    if let Some(list) = choices(schema) {
        return Some(format!(" One of: {}.", list.join(", ")));
    }
    let items = resolve(schema_ref(DeclarationFile::Ixit), schema.get("items")?);
    if let Some(keys) = items.get("properties").and_then(Json::as_object) {
        let keys: Vec<&str> = keys.keys().map(String::as_str).collect();
        return Some(format!(" Each a table: {{ {} }}.", keys.join(", ")));
    }
    if items.get("format").and_then(Json::as_str) == Some("place") {
        return Some(" As: tcp/443, udp/5353, host:tcp/443.".into());
    }
    choices(items).map(|list| format!(" Any of: {}.", list.join(", ")))
}

/// Comment lines of at most 110 columns.
fn comment(text: &mut String, words: &str) {
    let mut column = 0;
    for word in words.split_whitespace() {
        if column == 0 || column + word.len() + 1 > 110 {
            text.push_str(if column == 0 { "# " } else { "\n# " });
            column = 2;
        } else {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += word.len();
    }
    if column > 0 {
        text.push('\n');
    }
}
