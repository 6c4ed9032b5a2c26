//! OSCAL catalogs. Ours come back whole; of others the ids, titles and the order are taken in, never the prose.

use std::collections::BTreeMap;

use assize_model::catalogue::{
    Catalogue, Condition, DocumentKind, DocumentStanding, Framework, Heading, KnownFrom,
    Part as StatementPart, Requirement, Statement, Status,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde::de::value::{Error as WordError, StrDeserializer};

use super::json;
use crate::Error;
use crate::draft::{Asked, Builder, Draft, requirement};
use crate::ids::{self, check_edition, slug, untoken};
use crate::limits::plain;
use crate::oscal::{EDITION, NAMESPACE};

#[derive(Deserialize)]
struct File {
    catalog: Catalog,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Catalog {
    metadata: Metadata,
    #[serde(default)]
    groups: Vec<Group>,
    #[serde(default)]
    controls: Vec<Control>,
    #[serde(default)]
    back_matter: BackMatter,
}

#[derive(Deserialize)]
struct Metadata {
    title: String,
    version: String,
    #[serde(default)]
    published: String,
    #[serde(default)]
    props: Vec<Prop>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BackMatter {
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
struct Resource {
    #[serde(default)]
    title: String,
    #[serde(default)]
    props: Vec<Prop>,
}

#[derive(Deserialize)]
struct Group {
    #[serde(default)]
    id: String,
    title: String,
    #[serde(default)]
    props: Vec<Prop>,
    #[serde(default)]
    groups: Vec<Group>,
    #[serde(default)]
    controls: Vec<Control>,
}

#[derive(Deserialize)]
struct Control {
    id: String,
    title: String,
    #[serde(default)]
    class: String,
    #[serde(default)]
    props: Vec<Prop>,
    #[serde(default)]
    parts: Vec<Part>,
    #[serde(default)]
    controls: Vec<Control>,
}

#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    title: String,
    #[serde(default)]
    prose: String,
    #[serde(default)]
    props: Vec<Prop>,
    #[serde(default)]
    parts: Vec<Part>,
}

/// A property, as all OSCAL models have it.
#[derive(Deserialize)]
pub(super) struct Prop {
    pub(super) name: String,
    #[serde(default)]
    pub(super) ns: String,
    pub(super) value: String,
    #[serde(default)]
    pub(super) class: String,
    #[serde(default)]
    pub(super) remarks: String,
}

/// The value of one of our properties; empty where it is not there.
pub(super) fn ours<'p>(props: &'p [Prop], name: &str) -> &'p str {
    all_ours(props, name).next().map_or("", |p| &p.value)
}

/// All of our properties with this name.
pub(super) fn all_ours<'p>(props: &'p [Prop], name: &str) -> impl Iterator<Item = &'p Prop> {
    props.iter().filter(move |p| p.ns == NAMESPACE && p.name == name)
}

/// The keys and values of our properties with this name.
pub(super) fn keyed(props: &[Prop], name: &str) -> BTreeMap<String, String> {
    let pair = |p: &Prop| Some((untoken(&p.class)?, plain(&p.value).0));
    all_ours(props, name).filter_map(pair).collect()
}

pub(crate) fn read(bytes: &[u8], asked: Asked<'_>, catalogue: &Catalogue) -> Result<Draft, Error> {
    let File { catalog } = json::parse(bytes, asked.name)?;
    let mut builder = Builder::new(asked, catalogue)?;
    let metadata = &catalog.metadata;
    let id = match (asked.from, ours(&metadata.props, EDITION)) {
        (Some(id), _) => id.to_owned(),
        (None, "") => named(&builder, metadata),
        (None, id) => id.to_owned(),
    };
    check_edition(&id)?;
    let mut walk = Walk { builder: &mut builder, items: Items::default(), prose: 0 };
    for control in &catalog.controls {
        walk.control(control, Below::default())?;
    }
    for group in &catalog.groups {
        walk.group(group, "")?;
    }
    let (items, prose) = (walk.items, walk.prose);
    if prose > 0 {
        builder
            .dropped("the catalog", format!("passages of the document's own text are not taken in: {prose}"));
    }
    let framework = items.into_framework(header(&id, &catalog, asked));
    let framework = Framework { conditions: conditions(&catalog.back_matter.resources), ..framework };
    *builder.framework_mut(&id, &metadata.title) = framework;
    builder.finish()
}

/// The edition of a catalog of others: one that is held under its title, or a new one.
fn named(builder: &Builder<'_>, metadata: &Metadata) -> String {
    match builder.known.edition(&metadata.title) {
        Some(id) => id.to_owned(),
        None => format!("{}@{}", slug(&metadata.title), slug(&metadata.version)),
    }
}

/// A word of the data by its type; the default where it is none.
fn word<T: DeserializeOwned + Default>(word: &str) -> T {
    T::deserialize(StrDeserializer::<WordError>::new(word)).unwrap_or_default()
}

fn header(id: &str, catalog: &Catalog, asked: Asked<'_>) -> Framework {
    let props = &catalog.metadata.props;
    let said = |name: &str| plain(ours(props, name)).0;
    let bare = crate::draft::bare(id);
    if ours(props, EDITION).is_empty() {
        let source = plain(&format!("{}, OSCAL catalog version {}", asked.name, catalog.metadata.version)).0;
        return Framework {
            title: plain(&catalog.metadata.title).0,
            date: catalog.metadata.published.get(..10).unwrap_or_default().to_owned(),
            licence: asked.licence.unwrap_or(crate::LICENCE_UNSTATED).to_owned(),
            kind: DocumentKind::Standard,
            sources: BTreeMap::from([("i1".to_owned(), source)]),
            ..bare
        };
    }
    let totals = keyed(props, "total");
    let total = |what: &str| totals.get(what).and_then(|n| n.parse().ok());
    let mut framework = Framework {
        title: said("title"),
        publisher: said("publisher"),
        date: said("date"),
        licence: said("licence"),
        kind: word(ours(props, "kind")),
        region: said("region"),
        standing: word::<DocumentStanding>(ours(props, "standing")),
        status: said("status"),
        identifier: said("identifier"),
        reference: said("reference"),
        document_licence: said("document-licence"),
        known_from: word::<KnownFrom>(ours(props, "known-from")),
        sources: keyed(props, "source"),
        ..bare
    };
    framework.totals.requirements = total("requirements").unwrap_or_default();
    framework.totals.mandatory = total("mandatory");
    framework.totals.recommended = total("recommended");
    framework.totals.statements = total("statements").unwrap_or_default();
    framework.totals.void = total("void").unwrap_or_default();
    framework
}

/// What a control stands below.
#[derive(Clone, Copy, Default)]
struct Below<'f> {
    clause: &'f str,
    clause_title: &'f str,
    parent: &'f str,
}

/// Items with the place that they sort to.
#[derive(Default)]
struct Items {
    headings: Vec<(String, Heading)>,
    requirements: Vec<(String, Requirement)>,
    statements: Vec<(String, Statement)>,
}

impl Items {
    fn into_framework(mut self, header: Framework) -> Framework {
        self.headings.sort_by(|a, b| a.0.cmp(&b.0));
        self.requirements.sort_by(|a, b| a.0.cmp(&b.0));
        self.statements.sort_by(|a, b| a.0.cmp(&b.0));
        Framework {
            headings: self.headings.into_iter().map(|(_, h)| h).collect(),
            requirements: self.requirements.into_iter().map(|(_, r)| r).collect(),
            statements: self.statements.into_iter().map(|(_, s)| s).collect(),
            ..header
        }
    }
}

/// A walk through groups and controls.
struct Walk<'b, 'a> {
    builder: &'b mut Builder<'a>,
    items: Items,
    prose: usize,
}

impl Walk<'_, '_> {
    fn group(&mut self, group: &Group, parent: &str) -> Result<(), Error> {
        // the groups that we write hold no item of their own
        let is_ours = group.id.starts_with("_c.");
        let label = label(&group.props, &group.id);
        if !is_ours && !label.is_empty() {
            let id = self.id(&label)?;
            let (words, _) = plain(&group.title);
            let heading =
                Heading { id, kind: "group".into(), words, parent: parent.to_owned(), topics: Vec::new() };
            self.items.headings.push((String::new(), heading));
        }
        let below = if is_ours {
            Below::default()
        } else {
            Below { clause: &label, clause_title: &group.title, parent: "" }
        };
        for control in &group.controls {
            self.control(control, below)?;
        }
        group.groups.iter().try_for_each(|g| self.group(g, &label))?;
        let count = self.items.headings.len() + self.items.requirements.len() + self.items.statements.len();
        self.builder.check_count("items", count)
    }

    fn id(&self, raw: &str) -> Result<String, Error> {
        let place = format!("control {}", plain(raw).0.chars().take(40).collect::<String>());
        ids::item(raw).map_err(|why| self.builder.unfit(place, why, "correct the id"))
    }

    fn control(&mut self, control: &Control, below: Below<'_>) -> Result<(), Error> {
        let props = &control.props;
        let own = ours(props, "label");
        let id = self.id(if own.is_empty() { label(props, &control.id) } else { own.to_owned() }.as_str())?;
        let words = if ours(props, "words") == "none" { String::new() } else { plain(&control.title).0 };
        let sort =
            props.iter().find(|p| p.name == "sort-id" && !own.is_empty()).map_or("", |p| &p.value).to_owned();
        let topics = all_ours(props, "topic").filter_map(|p| p.value.parse().ok()).collect();
        let said = |name: &str| plain(ours(props, name)).0;
        if !own.is_empty() && control.class == "heading" {
            let heading =
                Heading { id: id.clone(), kind: said("kind"), words, parent: said("parent"), topics };
            self.items.headings.push((sort, heading));
        } else if own.is_empty() {
            let found = self.foreign(control, &id, words, below);
            self.items.requirements.push((sort, found));
        } else {
            let list = |name: &str| all_ours(props, name).map(|p| plain(&p.value).0).collect();
            let title = said("title");
            let words = if title.is_empty() { words } else { said("asks") };
            let found = Requirement {
                id: id.clone(),
                title,
                clause: said("clause"),
                clause_title: said("clause-title"),
                kind: said("kind"),
                parent: said("parent"),
                obligation: self.obligation(&said("obligation"), &id),
                conditions: list("condition"),
                words,
                applies_to: list("applies-to"),
                topics,
                audience: list("audience"),
                note: said("note"),
                source: said("source"),
                confidence: said("confidence"),
            };
            self.items.requirements.push((sort, found));
        }
        control.parts.iter().try_for_each(|p| self.part(p, &id))?;
        let below = if own.is_empty() { Below { parent: &id, ..below } } else { Below::default() };
        control.controls.iter().try_for_each(|c| self.control(c, below))
    }

    fn foreign(&mut self, control: &Control, id: &str, words: String, below: Below<'_>) -> Requirement {
        let is_withdrawn =
            control.props.iter().any(|p| p.name == "status" && p.value.eq_ignore_ascii_case("withdrawn"));
        Requirement {
            clause: plain(below.clause).0,
            clause_title: plain(below.clause_title).0,
            parent: below.parent.to_owned(),
            obligation: self.obligation(if is_withdrawn { "VOID" } else { "" }, id),
            confidence: "medium".into(),
            ..requirement(id, "control", words)
        }
    }

    fn obligation(&mut self, printed: &str, id: &str) -> Status {
        if printed.is_empty() {
            return Status::default();
        }
        Status::try_from(printed.to_owned()).unwrap_or_else(|why| {
            self.builder.repaired(format!("control {id}"), format!("{why}; it is taken as unstated"));
            Status::default()
        })
    }

    fn part(&mut self, part: &Part, guideline: &str) -> Result<(), Error> {
        self.prose += usize::from(!part.prose.is_empty());
        let own = ours(&part.props, "label");
        if !own.is_empty() {
            let said = |name: &str| plain(ours(&part.props, name)).0;
            let sort = part.props.iter().find(|p| p.name == "sort-id").map_or("", |p| &p.value).to_owned();
            let statement = Statement {
                label: self.id(own)?,
                guideline: guideline.to_owned(),
                part: match ours(&part.props, "part") {
                    "guideline" => StatementPart::Guideline,
                    "note" => StatementPart::Note,
                    _ => StatementPart::SupportingText,
                },
                verb: said("verb"),
                words: plain(&part.title).0,
                source: said("source"),
                confidence: said("confidence"),
            };
            self.items.statements.push((sort, statement));
        }
        part.parts.iter().try_for_each(|p| self.part(p, guideline))
    }
}

/// The id as printed: the label that is not one of several classes, else the id.
fn label(props: &[Prop], id: &str) -> String {
    let plain_label = props.iter().find(|p| p.name == "label" && p.class.is_empty());
    plain_label.map_or(id, |p| &p.value).to_owned()
}

fn conditions(resources: &[Resource]) -> Vec<Condition> {
    let condition = |r: &Resource| {
        let said = |name: &str| plain(ours(&r.props, name)).0;
        let rule = said("holds-when");
        Condition {
            label: said("label"),
            kind: said("kind"),
            words: plain(&r.title).0,
            holds_when: (!rule.is_empty()).then_some(rule),
            governs: all_ours(&r.props, "governs").map(|p| plain(&p.value).0).collect(),
            source: said("source"),
            confidence: said("confidence"),
        }
    };
    resources.iter().filter(|r| !ours(&r.props, "label").is_empty()).map(condition).collect()
}
