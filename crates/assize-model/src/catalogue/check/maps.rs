//! Cross-checks of what joins the documents: crosswalks, schemes, and the lexicon that the linter reads words with.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Faults;
use crate::atlas::topic;
use crate::catalogue::{Basis, Catalogue, Concept, Crosswalk, Framework, Item, Relation, Route, Scheme};

pub(super) fn faults(catalogue: &Catalogue, faults: &mut Faults) {
    let mut items: HashMap<&str, HashSet<&str>> = HashMap::new();
    for crosswalk in &catalogue.crosswalks {
        crosswalk_faults(crosswalk, faults);
        for edition in [&crosswalk.from, &crosswalk.to] {
            match catalogue.framework(edition) {
                None => faults.add(
                    &crosswalk.file,
                    format!("joins {edition}, which is not held"),
                    "correct `from` and `to`",
                ),
                Some(framework) => {
                    items.entry(&framework.id).or_insert_with(|| framework.items().map(Item::id).collect());
                }
            }
        }
        end_faults(crosswalk, &items, faults);
    }
    faults.unique("schemes", "scheme", catalogue.schemes.iter().map(|s| s.id.as_str()));
    for scheme in &catalogue.schemes {
        scheme_faults(scheme, catalogue, faults);
    }
    concept_faults(&catalogue.lists.concepts, faults);
}

fn crosswalk_faults(c: &Crosswalk, faults: &mut Faults) {
    if let Some(total) = c.total {
        faults.count(&c.file, "rows", total, c.rows.len());
    }
    for key in c.licences.keys().filter(|key| !c.sources.contains_key(*key)) {
        faults.add(&c.file, format!("gives terms of source {key}, which is not there"), "add the source");
    }
    for row in &c.rows {
        let pair = format!("{} to {}", row.from, row.to);
        if !c.sources.contains_key(&row.source) {
            let message = format!("the row {pair} names source {}, which is not there", row.source);
            faults.add_at(&c.file, row.line, message, "add the source");
        }
        if row.reason.trim().is_empty() {
            faults.add_at(&c.file, row.line, format!("the row {pair} has no reason"), "say why");
        }
        if row.basis == Basis::Editorial && !is_day(&row.read) {
            let message = format!("the row {pair} is a reading of ours without its day");
            faults.add_at(
                &c.file,
                row.line,
                message,
                "say in `read` when both sides were read, as 2026-11-25",
            );
        }
    }
}

/// Whether a text is a day, as `2026-11-25`.
fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|p| p.len()).collect();
    lengths == [4, 2, 2] && parts.iter().all(|p| p.bytes().all(|b| b.is_ascii_digit()))
}

fn end_faults(c: &Crosswalk, items: &HashMap<&str, HashSet<&str>>, faults: &mut Faults) {
    for row in &c.rows {
        for (edition, id, is_to) in [(&c.from, &row.from, false), (&c.to, &row.to, true)] {
            let is_nothing = is_to && id.is_empty() && row.relation == Relation::None;
            let is_held = items.get(edition.as_str()).is_none_or(|ids| ids.contains(id.as_str()));
            if !is_nothing && !is_held {
                let message = format!("a row names {id}, which {edition} does not hold");
                faults.add_at(&c.file, row.line, message, "correct it; `assize map check` says what is near");
            }
        }
    }
}

fn scheme_faults(s: &Scheme, catalogue: &Catalogue, faults: &mut Faults) {
    let file = format!("schemes/{}.toml", s.id);
    if !s.framework.is_empty() && catalogue.framework(&s.framework).is_none() {
        faults.add(&file, format!("names {}, which is not held", s.framework), "correct `framework`");
    }
    faults.unique(&file, "route", s.routes.iter().map(|r| r.id.as_str()));
    for route in &s.routes {
        source_faults(&s.sources, &route.source, &file, faults);
        route_faults(route, s, catalogue, &file, faults);
    }
    for effect in &s.effects {
        source_faults(&s.sources, &effect.source, &file, faults);
        if catalogue.scheme(&effect.accepted).is_none() {
            let message = format!("accepts {}, which is no scheme that is held", effect.accepted);
            faults.add(&file, message, "correct `accepted`, or add the scheme");
        }
    }
}

fn source_faults(sources: &BTreeMap<String, String>, key: &str, file: &str, faults: &mut Faults) {
    if !sources.contains_key(key) {
        faults.add(file, format!("names source {key}, which is not there"), "add the source");
    }
}

fn route_faults(route: &Route, s: &Scheme, catalogue: &Catalogue, file: &str, faults: &mut Faults) {
    if !route.adds_to.is_empty() && (route.adds_to == route.id || s.route(&route.adds_to).is_none()) {
        let message = format!("route {} adds to {}, which is no other route", route.id, route.adds_to);
        faults.add(file, message, "correct `adds_to`");
    }
    let Some(edition) = catalogue.framework(&route.edition) else {
        let message = format!("route {} demands {}, which is not held", route.id, route.edition);
        faults.add(file, message, "correct `edition`");
        return;
    };
    let own = catalogue.framework(&s.framework);
    for demand in &route.demands {
        if !is_requirement(edition, &demand.requirement) {
            let message = format!(
                "route {} demands {}, which {} does not hold",
                route.id, demand.requirement, route.edition
            );
            faults.add(file, message, "correct the number");
        }
        if !demand.serves.is_empty() && own.is_none_or(|f| f.item(&demand.serves).is_none()) {
            let message = format!(
                "route {} serves {}, which the scheme's own framework does not hold",
                route.id, demand.serves
            );
            faults.add(file, message, "correct `for`");
        }
    }
    faults.unique(
        file,
        &format!("in route {} the demand", route.id),
        demanded(route).iter().map(String::as_str),
    );
}

fn is_requirement(framework: &Framework, id: &str) -> bool {
    framework.requirement(id).is_some_and(|r| !r.obligation.is_void())
}

/// What a route demands; the same requirement may serve several of the scheme's own.
fn demanded(route: &Route) -> Vec<String> {
    let one = |d: &crate::catalogue::Demand| match d.serves.is_empty() {
        true => d.requirement.clone(),
        false => format!("{} for {}", d.requirement, d.serves),
    };
    route.demands.iter().map(one).collect()
}

fn concept_faults(concepts: &[Concept], faults: &mut Faults) {
    let file = "lists/concepts.toml";
    let names: HashSet<&str> = concepts.iter().map(|c| c.name.as_str()).collect();
    faults.unique(file, "concept", concepts.iter().map(|c| c.name.as_str()));
    for concept in concepts {
        for number in concept.also.iter().chain([&concept.topic]).filter(|n| topic(**n).is_none()) {
            let message = format!("{} names topic {number}, which does not exist", concept.name);
            faults.add(file, message, "see `atlas::TOPICS`");
        }
        for other in concept.against.iter().filter(|o| !names.contains(o.as_str())) {
            let message = format!("{} stands against {other}, which is not there", concept.name);
            faults.add(file, message, "correct `against`");
        }
        let is_word = |w: &str| {
            let stem = w.strip_suffix('*').unwrap_or(w);
            !stem.is_empty() && stem.chars().all(|c| c.is_alphanumeric() && !c.is_uppercase())
        };
        let is_entry =
            |e: &&String| e.split_whitespace().next().is_none() || !e.split_whitespace().all(is_word);
        for entry in concept.words.iter().filter(is_entry) {
            let message = format!("{} holds `{entry}`, which shows in no text", concept.name);
            faults.add(file, message, "write words in small letters, a stem with `*` at its end");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAMP: &str = "id = \"lamp@1\"\ntitle = \"T\"\npublisher = \"P\"\ndate = \"2018\"\nlicence = \"L\"\n\
        [totals]\nrequirements = 2\nvoid = 1\n[sources]\ns = \"S\"\n\
        [[heading]]\nid = \"1\"\nkind = \"clause\"\nwords = \"Light\"\ntopics = [1]\n\
        [[requirement]]\nid = \"1-1\"\nparent = \"1\"\nwords = \"White\"\nsource = \"s\"\nconfidence = \"high\"\n\
        [[requirement]]\nid = \"1-2\"\nwords = \"Bright\"\nsource = \"s\"\nconfidence = \"high\"\n\
        [[requirement]]\nid = \"1-3\"\nobligation = \"VOID\"\nwords = \"\"\nsource = \"s\"\nconfidence = \"high\"\n";
    const MAPPING: &str = "from = \"lamp@1\"\nto = \"lamp@1\"\n[totals]\nrows = 1\n[sources]\nm = \"M\"\n\
        [[row]]\nfrom = \"1-1\"\nto = \"1-2\"\nrelation = \"intersects\"\nbasis = \"editorial\"\nreason = \"Both shine\"\n\
        source = \"m\"\nconfidence = \"high\"\nread = \"2026-11-25\"\n";
    const SCHEME: &str = "id = \"mark\"\ntitle = \"T\"\nauthority = \"A\"\nregion = \"R\"\nkind = \"scheme\"\nopen = true\n\
        status = \"open\"\nframework = \"lamp@1\"\n[sources]\nm = \"M\"\n\
        [[route]]\nid = \"low\"\ntitle = \"Low\"\nedition = \"lamp@1\"\ncomplete = true\nsource = \"m\"\n\
        confidence = \"high\"\n[[route.demand]]\nrequirement = \"1-1\"\nfor = \"1\"\n\
        [[route]]\nid = \"high\"\ntitle = \"High\"\nedition = \"lamp@1\"\nadds_to = \"low\"\ncomplete = true\n\
        source = \"m\"\nconfidence = \"high\"\n\
        [[effect]]\nkind = \"mutual-recognition\"\naccepted = \"mark\"\ncounts_as = \"it\"\nsource = \"m\"\n\
        confidence = \"high\"\n";
    const CONCEPTS: &str = "[[concept]]\nname = \"rest\"\ntopic = 4\nalso = [8]\nwords = [\"at rest\", \"stor*\"]\n\
        against = [\"transit\"]\n[[concept]]\nname = \"transit\"\ntopic = 5\nwords = [\"transit\"]\n";

    /// What is said of the files, with some words in one of them replaced.
    fn told(replaced: &str, by: &str) -> Vec<String> {
        let files = [
            ("frameworks/lamp/1.toml", LAMP),
            ("mappings/lamp@1--lamp@1.toml", MAPPING),
            ("schemes/mark.toml", SCHEME),
            ("lists/concepts.toml", CONCEPTS),
        ];
        let texts: Vec<(&str, String)> =
            files.iter().map(|(path, text)| (*path, text.replacen(replaced, by, 1))).collect();
        let changed: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let faults = Catalogue::read(&changed).map_or_else(|faults| faults, |c| c.check(&[]));
        faults.into_iter().map(|f| format!("{}:{} {}", f.file, f.line, f.message)).collect()
    }

    /// Expects one fault that says this.
    fn check(replaced: &str, by: &str, expected: &str) {
        let told = told(replaced, by);
        assert!(told.len() == 1 && told[0].contains(expected), "{by}: {told:?}");
    }

    #[test]
    fn sound_files_have_no_fault() {
        assert_eq!(told("", ""), [] as [String; 0]);
    }

    #[test]
    fn rows_are_checked() {
        check("rows = 1", "rows = 2", "states 2 rows and holds 1");
        check(
            "m = \"M\"\n[[row]]",
            "n = \"M\"\n[[row]]",
            "--lamp@1.toml:7 the row 1-1 to 1-2 names source m",
        );
        check("to = \"1-2\"", "to = \"1-9\"", "--lamp@1.toml:7 a row names 1-9, which lamp@1 does not hold");
        check("to = \"1-2\"", "to = \"1-3\"", "names 1-3, which lamp@1 does not hold");
        check("to = \"1-2\"", "to = \"\"", "names , which");
        check("to = \"1-2\"\nrelation = \"intersects\"", "relation = \"related\"", "names , which");
        assert_eq!(told("to = \"1-2\"\nrelation = \"intersects\"", "relation = \"none\""), [] as [String; 0]);
        check("read = \"2026-11-25\"", "read = \"in November\"", "is a reading of ours without its day");
        check("reason = \"Both shine\"", "reason = \" \"", "has no reason");
        check("[[row]]", "[licences]\nn = \"L\"\n[[row]]", "gives terms of source n");
    }

    #[test]
    fn places_are_checked() {
        check("parent = \"1\"", "parent = \"2\"", "1-1 stands below 2, which is not another item");
        check("parent = \"1\"", "parent = \"1-1\"", "1-1 stands below 1-1");
        check("topics = [1]", "topics = [15]", "1 names topic 15, which does not exist");
        check("id = \"1-2\"\nwords", "id = \"1-4\"\nwords", "names 1-2, which lamp@1 does not hold");
        check("id = \"lamp@1\"", "id = \"lamp@2\"", "belongs at frameworks/lamp/2.toml by its id");
        check("id = \"mark\"", "id = \"sign\"", "belongs at schemes/sign.toml by its id");
        check("from = \"lamp@1\"", "from = \"lamp@2\"", "belongs at mappings/lamp@2--lamp@1.toml by its id");
    }

    #[test]
    fn schemes_are_checked() {
        check(
            "requirement = \"1-1\"",
            "requirement = \"1-3\"",
            "route low demands 1-3, which lamp@1 does not hold",
        );
        check("for = \"1\"", "for = \"2\"", "route low serves 2");
        check("adds_to = \"low\"", "adds_to = \"lower\"", "route high adds to lower");
        check("adds_to = \"low\"", "adds_to = \"high\"", "route high adds to high");
        check("edition = \"lamp@1\"\nadds_to", "edition = \"lamp@7\"\nadds_to", "route high demands lamp@7");
        check("accepted = \"mark\"", "accepted = \"seal\"", "accepts seal");
        check("counts_as = \"it\"\nsource = \"m\"", "counts_as = \"it\"\nsource = \"n\"", "names source n");
        let lone = |id: &str| format!("id = \"{id}\"\ntitle = \"High\"\nedition = \"lamp@1\"\n");
        let high = lone("high") + "adds_to = \"low\"\n";
        check(&high, &lone("low"), "holds route low twice");
        check("framework = \"lamp@1\"\n[sources]", "framework = \"\"\n[sources]", "route low serves 1");
    }

    #[test]
    fn concepts_are_checked() {
        check("against = [\"transit\"]", "against = [\"travel\"]", "rest stands against travel");
        check("also = [8]", "also = [0]", "rest names topic 0");
        check("\"stor*\"", "\"*\"", "rest holds `*`, which shows in no text");
        check("\"stor*\"", "\"Stor\"", "rest holds `Stor`");
        check("\"stor*\"", "\"\"", "rest holds ``");
        let next = "against = [\"transit\"]\n[[concept]]\nname = \"transit\"";
        check(next, "[[concept]]\nname = \"rest\"", "holds concept rest twice");
    }
}
