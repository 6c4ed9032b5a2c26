//! ReqIF 1.2: a specification per edition, a specification object per item, a typed relation per row.

use std::collections::{HashMap, HashSet};

use assize_model::catalogue::{Crosswalk, Framework, Item, Row};

use super::{File, Selection, uuid};
use crate::limits::folded;
use crate::toml::legal_effect;

/// The attributes of an item, named as other programs expect them.
const ITEM: [&str; 6] = ["ReqIF.ForeignID", "ReqIF.Name", "ReqIF.Text", "Kind", "Parent", "Licence"];

/// The attributes of a relation.
const RELATION: [&str; 9] =
    ["Relation", "Basis", "Reason", "Source", "Licence", "Confidence", "Legal effect", "Read", "Doubt"];

/// The attributes of a specification.
const SPECIFICATION: [&str; 4] = ["ReqIF.Name", "Edition", "Publisher", "Licence"];

pub(super) fn write(selection: &Selection<'_>) -> Vec<File> {
    if selection.frameworks.is_empty() {
        return Vec::new();
    }
    let moment = selection.moment();
    let mut xml = Xml { out: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".into(), moment, depth: 0 };
    xml.open("REQ-IF", &[("xmlns", "http://www.omg.org/spec/ReqIF/20110401/reqif.xsd")]);
    header(&mut xml, selection);
    xml.open("CORE-CONTENT", &[]);
    xml.open("REQ-IF-CONTENT", &[]);
    types(&mut xml);
    xml.open("SPEC-OBJECTS", &[]);
    for f in &selection.frameworks {
        f.items().for_each(|i| object(&mut xml, f, i));
    }
    xml.close("SPEC-OBJECTS");
    relations(&mut xml, selection);
    xml.open("SPECIFICATIONS", &[]);
    selection.frameworks.iter().for_each(|f| specification(&mut xml, f));
    xml.close("SPECIFICATIONS");
    xml.close("REQ-IF-CONTENT");
    xml.close("CORE-CONTENT");
    xml.close("REQ-IF");
    vec![File { name: "atlas.reqif".into(), text: xml.out }]
}

/// An identifier of the schema's type ID, which must not begin with a digit.
fn id(parts: &[&str]) -> String {
    format!("_{}", uuid(parts))
}

fn header(xml: &mut Xml, selection: &Selection<'_>) {
    let ids: Vec<&str> = selection.frameworks.iter().map(|f| f.id.as_str()).collect();
    xml.open("THE-HEADER", &[]);
    xml.open("REQ-IF-HEADER", &[("IDENTIFIER", &id(&["header", &ids.join(" ")]))]);
    xml.leaf("COMMENT", "Ids and our own words; the publishers hold the text of their documents.");
    let moment = xml.moment.clone();
    xml.leaf("CREATION-TIME", &moment);
    xml.leaf("REQ-IF-TOOL-ID", "assize");
    xml.leaf("REQ-IF-VERSION", "1.0");
    xml.leaf("SOURCE-TOOL-ID", "assize");
    xml.leaf("TITLE", "Consumer IoT security documents and their mappings");
    xml.close("REQ-IF-HEADER");
    xml.close("THE-HEADER");
}

fn types(xml: &mut Xml) {
    xml.open("DATATYPES", &[]);
    let (text, moment) = (id(&["datatype", "text"]), xml.moment.clone());
    let about = [
        ("IDENTIFIER", text.as_str()),
        ("LAST-CHANGE", &moment),
        ("LONG-NAME", "Text"),
        ("MAX-LENGTH", "32000"),
    ];
    xml.empty("DATATYPE-DEFINITION-STRING", &about);
    xml.close("DATATYPES");
    xml.open("SPEC-TYPES", &[]);
    for (element, name, attributes) in [
        ("SPEC-OBJECT-TYPE", "item", &ITEM[..]),
        ("SPEC-RELATION-TYPE", "relation", &RELATION[..]),
        ("SPECIFICATION-TYPE", "specification", &SPECIFICATION[..]),
    ] {
        xml.identified(element, &id(&["type", name]), name);
        xml.open("SPEC-ATTRIBUTES", &[]);
        for attribute in attributes {
            xml.identified("ATTRIBUTE-DEFINITION-STRING", &id(&["attribute", name, attribute]), attribute);
            xml.open("TYPE", &[]);
            xml.leaf("DATATYPE-DEFINITION-STRING-REF", &text);
            xml.close("TYPE");
            xml.close("ATTRIBUTE-DEFINITION-STRING");
        }
        xml.close("SPEC-ATTRIBUTES");
        xml.close(element);
    }
    xml.close("SPEC-TYPES");
}

fn object_id(edition: &str, item: &str) -> String {
    id(&["object", edition, item])
}

fn object(xml: &mut Xml, f: &Framework, item: Item<'_>) {
    xml.identified("SPEC-OBJECT", &object_id(&f.id, item.id()), item.id());
    let values = [item.id(), item.title(), item.words(), item.kind(), item.parent(), f.licence.as_str()];
    xml.values("item", &ITEM, &values);
    xml.open("TYPE", &[]);
    xml.leaf("SPEC-OBJECT-TYPE-REF", &id(&["type", "item"]));
    xml.close("TYPE");
    xml.close("SPEC-OBJECT");
}

/// The rows whose both items are in the selection; a relation needs two ends.
fn relations(xml: &mut Xml, selection: &Selection<'_>) {
    let items: HashSet<(&str, &str)> =
        selection.frameworks.iter().flat_map(|f| f.items().map(|i| (f.id.as_str(), i.id()))).collect();
    xml.open("SPEC-RELATIONS", &[]);
    for c in selection.mapped() {
        let mut uses = HashMap::new();
        for r in &c.rows {
            if items.contains(&(c.from.as_str(), r.from.as_str()))
                && items.contains(&(c.to.as_str(), r.to.as_str()))
            {
                relation(xml, c, r, &mut uses);
            }
        }
    }
    xml.close("SPEC-RELATIONS");
}

fn relation(xml: &mut Xml, c: &Crosswalk, r: &Row, uses: &mut HashMap<String, usize>) {
    let identity = [c.from.as_str(), &r.from, &c.to, &r.to, r.basis.word(), &r.source];
    let nth = uses.entry(identity.join("\n")).or_default();
    *nth += 1;
    let nth = nth.to_string();
    let parts: Vec<&str> = ["row"].into_iter().chain(identity).chain([nth.as_str()]).collect();
    xml.identified("SPEC-RELATION", &id(&parts), r.relation.word());
    let values = [
        r.relation.word(),
        r.basis.word(),
        &r.reason,
        c.source(r),
        c.licence(r),
        r.confidence.word(),
        r.legal_effect.map_or("", legal_effect),
        &r.read,
        &r.doubt,
    ];
    xml.values("relation", &RELATION, &values);
    for (element, edition, item) in [("SOURCE", &c.from, &r.from), ("TARGET", &c.to, &r.to)] {
        xml.open(element, &[]);
        xml.leaf("SPEC-OBJECT-REF", &object_id(edition, item));
        xml.close(element);
    }
    xml.open("TYPE", &[]);
    xml.leaf("SPEC-RELATION-TYPE-REF", &id(&["type", "relation"]));
    xml.close("TYPE");
    xml.close("SPEC-RELATION");
}

fn specification(xml: &mut Xml, f: &Framework) {
    xml.identified("SPECIFICATION", &id(&["specification", &f.id]), &f.id);
    let title = if f.title.trim().is_empty() { &f.id } else { &f.title };
    xml.values("specification", &SPECIFICATION, &[title, &f.id, &f.publisher, &f.licence]);
    xml.open("TYPE", &[]);
    xml.leaf("SPECIFICATION-TYPE-REF", &id(&["type", "specification"]));
    xml.close("TYPE");
    let headings: HashSet<&str> = f.headings.iter().map(|h| h.id.as_str()).collect();
    let mut below: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut top = Vec::new();
    for item in f.items() {
        let is_heading = matches!(item, Item::Heading(_));
        match item.parent() {
            parent if !is_heading && headings.contains(parent) => {
                below.entry(parent).or_default().push(item.id())
            }
            _ => top.push(item.id()),
        }
    }
    xml.open("CHILDREN", &[]);
    for item in top {
        let children =
            if headings.contains(item) { below.remove(item).unwrap_or_default() } else { Vec::new() };
        xml.place(f, item);
        if !children.is_empty() {
            xml.open("CHILDREN", &[]);
            for child in children {
                xml.place(f, child);
                xml.close("SPEC-HIERARCHY");
            }
            xml.close("CHILDREN");
        }
        xml.close("SPEC-HIERARCHY");
    }
    xml.close("CHILDREN");
    xml.close("SPECIFICATION");
}

/// Elements, indented.
struct Xml {
    out: String,
    moment: String,
    depth: usize,
}

impl Xml {
    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.out.push_str(&"  ".repeat(self.depth));
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in attributes {
            self.out.push_str(&format!(" {key}=\"{}\"", escaped(value)));
        }
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.start(name, attributes);
        self.out.push_str(">\n");
        self.depth += 1;
    }

    fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.start(name, attributes);
        self.out.push_str("/>\n");
    }

    fn close(&mut self, name: &str) {
        self.depth -= 1;
        self.out.push_str(&format!("{}</{name}>\n", "  ".repeat(self.depth)));
    }

    fn leaf(&mut self, name: &str, text: &str) {
        self.start(name, &[]);
        self.out.push_str(&format!(">{}</{name}>\n", escaped(text)));
    }

    fn identified(&mut self, name: &str, id: &str, long_name: &str) {
        let moment = self.moment.clone();
        self.open(name, &[("IDENTIFIER", id), ("LAST-CHANGE", &moment), ("LONG-NAME", long_name)]);
    }

    /// Values of attributes; an empty one is left out.
    fn values(&mut self, owner: &str, attributes: &[&str], values: &[&str]) {
        self.open("VALUES", &[]);
        for (attribute, value) in attributes.iter().zip(values).filter(|(_, v)| !v.trim().is_empty()) {
            self.open("ATTRIBUTE-VALUE-STRING", &[("THE-VALUE", &folded(value))]);
            self.open("DEFINITION", &[]);
            self.leaf("ATTRIBUTE-DEFINITION-STRING-REF", &id(&["attribute", owner, attribute]));
            self.close("DEFINITION");
            self.close("ATTRIBUTE-VALUE-STRING");
        }
        self.close("VALUES");
    }

    /// Opens the place of an item in its specification.
    fn place(&mut self, f: &Framework, item: &str) {
        let moment = self.moment.clone();
        self.open(
            "SPEC-HIERARCHY",
            &[("IDENTIFIER", &id(&["place", &f.id, item])), ("LAST-CHANGE", &moment)],
        );
        self.open("OBJECT", &[]);
        self.leaf("SPEC-OBJECT-REF", &object_id(&f.id, item));
        self.close("OBJECT");
    }
}

/// The text with the five signs escaped, and without what XML has no place for.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c < ' ' => {}
            c => escaped.push(c),
        }
    }
    escaped
}
