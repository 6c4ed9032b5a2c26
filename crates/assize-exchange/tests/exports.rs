//! Every export of the whole catalogue is well-formed by its format's own rules, and repeats byte for byte.
#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::OnceLock;

use assize_exchange::{Export, File, NAMESPACE, Selection, is_open};
use assize_model::catalogue::{Catalogue, Relation, Row};
use serde_json::Value;

fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue::read(assize_catalogue::FILES).expect("the catalogue is sound"))
}

fn all() -> Selection<'static> {
    Selection::all(catalogue(), "2026-11-25").unwrap()
}

fn one(export: Export) -> File {
    let mut files = export.write(&all());
    assert_eq!(files.len(), 1);
    files.remove(0)
}

fn schema(text: &str) -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(text).unwrap();
    let validator = jsonschema::draft7::options().should_validate_formats(true).build(&schema).unwrap();
    assert!(!validator.is_valid(&serde_json::json!({})), "the schema asks for something");
    validator
}

fn rows() -> usize {
    catalogue().crosswalks.iter().map(|c| c.rows.len()).sum()
}

#[test]
fn every_export_repeats_and_has_names_that_are_files() {
    for export in Export::ALL {
        let files = export.write(&all());
        assert!(!files.is_empty(), "{}", export.word());
        assert_eq!(files, export.write(&all()), "{}", export.word());
        let names: HashSet<&str> = files.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names.len(), files.len(), "{}", export.word());
        assert!(names.iter().all(|n| !n.contains(['/', '\\']) && !n.contains("..")));
        assert_eq!(Export::from_word(export.word()), Some(export));
    }
}

#[test]
fn oscal_catalogs_fit_the_official_schema() {
    let schema = schema(include_str!("schemas/oscal_catalog_schema.json"));
    let mut tokens = 0;
    for file in Export::OscalCatalog.write(&all()) {
        let catalog: Value = serde_json::from_str(&file.text).unwrap();
        let errors: Vec<String> =
            schema.iter_errors(&catalog).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", file.name);
        let mut ids = Vec::new();
        collect_ids(&catalog, &mut ids);
        let distinct: HashSet<&str> = ids.iter().copied().collect();
        assert_eq!(distinct.len(), ids.len(), "{}", file.name);
        assert!(!file.text.contains("\"prose\""), "{}", file.name);
        tokens += ids.len();
    }
    assert!(tokens > 2000, "{tokens}");
}

fn collect_ids<'v>(value: &'v Value, ids: &mut Vec<&'v str>) {
    match value {
        Value::Object(map) => {
            ids.extend(map.get("id").and_then(Value::as_str));
            map.values().for_each(|v| collect_ids(v, ids));
        }
        Value::Array(list) => list.iter().for_each(|v| collect_ids(v, ids)),
        _ => {}
    }
}

#[test]
fn the_oscal_mapping_fits_the_official_schema_and_its_constraints() {
    let schema = schema(include_str!("schemas/oscal_mapping_schema.json"));
    let collection: Value = serde_json::from_str(&one(Export::OscalMapping).text).unwrap();
    let errors: Vec<String> =
        schema.iter_errors(&collection).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let theirs =
        ["equivalent-to", "equal-to", "subset-of", "superset-of", "intersects-with", "no-relationship"];
    let controls = controls();
    let mut uuids = HashSet::new();
    let mut maps = 0;
    for mapping in collection["mapping-collection"]["mappings"].as_array().unwrap() {
        let side = |name: &str| mapping[name]["href"].as_str().unwrap().to_owned();
        for map in mapping["maps"].as_array().unwrap() {
            let word = map["relationship"].as_str().unwrap();
            let is_ours = map.get("ns").is_some();
            assert!(if is_ours {
                map["ns"] == NAMESPACE && word == "related"
            } else {
                theirs.contains(&word)
            });
            assert!(uuids.insert(map["uuid"].as_str().unwrap().to_owned()), "{}", map["uuid"]);
            for (items, side) in [("sources", side("source-resource")), ("targets", side("target-resource"))]
            {
                let id = map[items][0]["id-ref"].as_str().unwrap();
                assert!(controls[&side].contains(id), "{id} is no control or statement of {side}");
            }
            maps += 1;
        }
        for (gap, side) in
            [("source-gap-summary", side("source-resource")), ("target-gap-summary", side("target-resource"))]
        {
            for id in mapping[gap]["unmapped-controls"][0]["with-ids"].as_array().into_iter().flatten() {
                assert!(controls[&side].contains(id.as_str().unwrap()));
            }
        }
    }
    let alone = catalogue().crosswalks.iter().flat_map(|c| &c.rows).filter(|r| r.to.is_empty()).count();
    assert_eq!(maps + alone, rows());
}

/// The ids of every catalog, by its file.
fn controls() -> BTreeMap<String, BTreeSet<String>> {
    let ids = |file: &File| {
        let catalog: Value = serde_json::from_str(&file.text).unwrap();
        let mut ids = Vec::new();
        collect_ids(&catalog, &mut ids);
        ids.into_iter().map(str::to_owned).collect()
    };
    Export::OscalCatalog.write(&all()).iter().map(|f| (f.name.clone(), ids(f))).collect()
}

#[test]
fn sssom_has_its_columns_its_words_and_addresses_that_its_heading_explains() {
    let text = one(Export::Sssom).text;
    let heading: String =
        text.lines().take_while(|l| l.starts_with('#')).map(|l| format!("{}\n", &l[1..])).collect();
    let heading: Value = serde_saphyr::from_str(&heading).unwrap();
    for key in ["mapping_set_id", "license", "mapping_date", "mapping_set_version"] {
        assert!(heading[key].is_string(), "{key}");
    }
    let table: String = text.lines().skip_while(|l| l.starts_with('#')).map(|l| format!("{l}\n")).collect();
    let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').from_reader(table.as_bytes());
    let columns = reader.headers().unwrap().clone();
    let column = |name: &str| columns.iter().position(|c| c == name).unwrap_or_else(|| panic!("{name}"));
    let predicates =
        ["skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch"];
    let required = ["subject_id", "predicate_id", "object_id", "mapping_justification"].map(column);
    let mut count = 0;
    for record in reader.records() {
        let record = record.unwrap();
        for at in required {
            let (prefix, local) = record[at].split_once(':').unwrap();
            assert!(heading["curie_map"][prefix].is_string() && !local.is_empty(), "{}", &record[at]);
        }
        assert!(predicates.contains(&&record[column("predicate_id")]));
        assert!(record[column("mapping_justification")].starts_with("semapv:"));
        let confidence: f64 = record[column("confidence")].parse().unwrap();
        assert!((0.0..=1.0).contains(&confidence));
        assert!(["", "Not"].contains(&&record[column("predicate_modifier")]));
        assert!(record.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])));
        count += 1;
    }
    assert_eq!(count, rows());
}

#[test]
fn ciso_libraries_are_yaml_and_hold_together() {
    let mut nodes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut mapped = 0;
    for file in Export::Ciso.write(&all()) {
        let library: Value =
            serde_saphyr::from_str(&file.text).unwrap_or_else(|e| panic!("{}: {e}", file.name));
        assert_eq!(library["version"], 1);
        assert_eq!(library["publication_date"], "2026-11-25");
        if let Some(framework) = library["objects"].get("framework") {
            let list = framework["requirement_nodes"].as_array().unwrap();
            let urns: BTreeSet<String> = list.iter().map(|n| n["urn"].as_str().unwrap().to_owned()).collect();
            assert_eq!(urns.len(), list.len(), "{}", file.name);
            for node in list {
                let urn = node["urn"].as_str().unwrap();
                assert!(
                    urn.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b":._-".contains(&b))
                );
                assert!(node["assessable"].is_boolean() && node["depth"].as_u64().unwrap() >= 1);
                assert!(node.get("parent_urn").is_none_or(|p| urns.contains(p.as_str().unwrap())));
            }
            nodes.insert(framework["urn"].as_str().unwrap().to_owned(), urns);
            continue;
        }
        let set = &library["objects"]["requirement_mapping_sets"][0];
        for mapping in set["requirement_mappings"].as_array().unwrap() {
            for side in ["source", "target"] {
                let framework = set[format!("{side}_framework_urn")].as_str().unwrap();
                let node = mapping[format!("{side}_requirement_urn")].as_str().unwrap();
                assert!(nodes[framework].contains(node), "{node}");
            }
            let word = mapping["relationship"].as_str().unwrap();
            assert!(["equal", "subset", "superset", "intersect", "not_related"].contains(&word));
            mapped += 1;
        }
    }
    let typed = catalogue().crosswalks.iter().flat_map(|c| &c.rows);
    let kept = |r: &&Row| r.relation != Relation::Related && !r.to.is_empty() && r.doubt.is_empty();
    let typed = typed.filter(kept).count();
    assert_eq!(mapped, typed);
}

#[test]
fn reqif_is_xml_whose_references_all_lead_somewhere() {
    let text = one(Export::Reqif).text;
    let options = roxmltree::ParsingOptions { nodes_limit: u32::MAX, ..Default::default() };
    let document = roxmltree::Document::parse_with_options(&text, options).unwrap();
    let mut ids = HashSet::new();
    for node in document.descendants() {
        if let Some(id) = node.attribute("IDENTIFIER") {
            assert!(ids.insert(id), "{id} is there twice");
            assert!(id.starts_with('_'), "{id} is no XML id");
        }
    }
    let references = document.descendants().filter(|n| n.tag_name().name().ends_with("-REF"));
    let mut count = 0;
    for reference in references {
        assert!(ids.contains(reference.text().unwrap()), "{:?}", reference.text());
        count += 1;
    }
    assert!(count > 10_000, "{count}");
    let relations = document
        .descendants()
        .filter(|n| n.has_tag_name(("http://www.omg.org/spec/ReqIF/20110401/reqif.xsd", "SPEC-RELATION")));
    let typed = catalogue().crosswalks.iter().flat_map(|c| &c.rows).filter(|r| !r.to.is_empty()).count();
    assert_eq!(relations.count(), typed);
}

#[test]
fn skos_names_each_concept_once_and_matches_only_what_is_there() {
    let document: Value = serde_json::from_str(&one(Export::Skos).text).unwrap();
    let graph = document["@graph"].as_array().unwrap();
    let ids: HashSet<&str> = graph.iter().map(|n| n["@id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), graph.len());
    for node in graph {
        for word in ["exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"] {
            for to in node[format!("skos:{word}")].as_array().into_iter().flatten() {
                assert!(ids.contains(to.as_str().unwrap()), "{to}");
            }
        }
        for word in ["skos:inScheme", "skos:broader"] {
            assert!(node[word].as_str().is_none_or(|to| ids.contains(to)), "{node}");
        }
    }
}

#[test]
fn the_selection_is_kept_to() {
    let pair = all().pairs(&[("en-303-645@2.1.1", "uk-cop@2018")]);
    assert_eq!(Export::OscalCatalog.write(&pair).len(), 2);
    let csv = &Export::CsvMappings.write(&pair)[0].text;
    let held = catalogue().crosswalk("en-303-645@2.1.1", "uk-cop@2018").unwrap();
    assert_eq!(csv::Reader::from_reader(csv.as_bytes()).records().count(), held.rows.len());
    let open = all().openly_licensed();
    let csv = &Export::CsvMappings.write(&open)[0].text;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let at = reader.headers().unwrap().iter().position(|c| c == "licence_of_mapping").unwrap();
    let terms: BTreeSet<String> = reader.records().map(|r| r.unwrap()[at].to_owned()).collect();
    assert!(terms.iter().all(|t| is_open(t)) && terms.len() > 1, "{terms:?}");
    let fewer = all().editions(&["uk-cop@2018"]);
    assert!(Export::CsvMappings.write(&fewer).is_empty() && Export::OscalMapping.write(&fewer).is_empty());
    assert!(Selection::all(catalogue(), "2026-02-30").is_err());
}

#[test]
fn requirements_are_a_table_of_all_items() {
    let text = one(Export::CsvRequirements).text;
    let items: usize = catalogue().frameworks.iter().map(|f| f.items().count()).sum();
    assert_eq!(csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap).count(), items);
}
