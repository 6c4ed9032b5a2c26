//! OSCAL 1.2 mapping collections. Of a map between several items, each pair gets only what follows for it.

use assize_model::catalogue::{Basis, Catalogue, Confidence, OWN_LICENCE, Relation};
use serde::Deserialize;

use super::oscal_catalog::{Prop, all_ours, keyed, ours};
use super::{json, words};
use crate::Error;
use crate::draft::{Asked, Builder, Draft, Found, NO_REASON};
use crate::ids::untoken;
use crate::limits::{MOST_RECORDS, plain};
use crate::oscal::{ALONE, EDITION, NAMESPACE};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct File {
    mapping_collection: Collection,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Collection {
    mappings: Vec<Mapping>,
    #[serde(default)]
    back_matter: BackMatter,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BackMatter {
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
struct Resource {
    #[serde(default)]
    uuid: String,
    #[serde(default)]
    title: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Mapping {
    source_resource: Reference,
    target_resource: Reference,
    maps: Vec<Map>,
    #[serde(default)]
    props: Vec<Prop>,
    #[serde(default)]
    source_gap_summary: Gap,
    #[serde(default)]
    target_gap_summary: Gap,
}

#[derive(Deserialize)]
struct Reference {
    href: String,
    #[serde(default)]
    props: Vec<Prop>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Map {
    relationship: String,
    #[serde(default)]
    ns: String,
    sources: Vec<Item>,
    targets: Vec<Item>,
    #[serde(default)]
    confidence_score: Score,
    #[serde(default)]
    matching_rationale: String,
    #[serde(default)]
    props: Vec<Prop>,
    #[serde(default)]
    remarks: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Item {
    id_ref: String,
    #[serde(default)]
    props: Vec<Prop>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Score {
    category: String,
    percentage: Option<f64>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Gap {
    unmapped_controls: Vec<Unmapped>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Unmapped {
    #[serde(default)]
    with_ids: Vec<String>,
}

pub(crate) fn read(bytes: &[u8], asked: Asked<'_>, catalogue: &Catalogue) -> Result<Draft, Error> {
    let File { mapping_collection: collection } = json::parse(bytes, asked.name)?;
    let mut builder = Builder::new(asked, catalogue)?;
    let mut rows = 0;
    for (at, mapping) in collection.mappings.iter().enumerate() {
        let place = format!("mapping {}", at + 1);
        let from = edition(&builder, asked.from, &mapping.source_resource, &collection.back_matter, &place)?;
        let to = edition(&builder, asked.to, &mapping.target_resource, &collection.back_matter, &place)?;
        let mut reading = Reading { builder: &mut builder, mapping, from, to, rows: &mut rows };
        for (at, map) in mapping.maps.iter().enumerate() {
            reading.map(map, at + 1, &place)?;
        }
        if ours(&mapping.source_resource.props, EDITION).is_empty() {
            reading.gaps(&place)?;
        } else {
            reading.alone(&place)?;
        }
    }
    builder.finish()
}

/// The edition of a resource: as asked, as our property says, by the title it has in the back matter, or by its file.
fn edition(
    builder: &Builder<'_>,
    asked: Option<&str>,
    reference: &Reference,
    back_matter: &BackMatter,
    place: &str,
) -> Result<String, Error> {
    let named = match ours(&reference.props, EDITION) {
        "" => match reference.href.strip_prefix('#') {
            Some(uuid) => {
                back_matter.resources.iter().find(|r| r.uuid == uuid).map_or(uuid, |r| r.title.as_str())
            }
            None => reference.href.rsplit('/').next().unwrap_or(&reference.href),
        },
        id => id,
    };
    builder.asked_edition(asked, named, place)
}

/// One mapping while it is read.
struct Reading<'r, 'a> {
    builder: &'r mut Builder<'a>,
    mapping: &'r Mapping,
    from: String,
    to: String,
    rows: &'r mut usize,
}

impl Reading<'_, '_> {
    fn map(&mut self, map: &Map, number: usize, place: &str) -> Result<(), Error> {
        let place = format!("{place}, map {number}");
        let is_ours_or_theirs =
            map.ns.is_empty() || map.ns == NAMESPACE || map.ns.contains("csrc.nist.gov/ns/oscal");
        let Some(relation) = words::relation(&map.relationship).filter(|_| is_ours_or_theirs) else {
            let word = plain(&map.relationship).0;
            self.builder.dropped(place, format!("`{word}` is no relation that is known"));
            return Ok(());
        };
        let each = words::of_each(relation, map.sources.len(), map.targets.len());
        if each != relation {
            let message = format!(
                "the map joins several items as {relation}; each pair of them is taken as {each}, which is what follows"
            );
            self.builder.repaired(place.as_str(), message);
        }
        for source in &map.sources {
            for target in &map.targets {
                self.count(&place)?;
                let found = self.found(map, each, number);
                let from = (self.from.clone(), id(source));
                let to = (self.to.clone(), id(target));
                self.builder.row(Found { from, to, ..found }, &place);
            }
        }
        Ok(())
    }

    fn count(&mut self, place: &str) -> Result<(), Error> {
        *self.rows += 1;
        if *self.rows > MOST_RECORDS {
            let message = format!("the collection joins more than {MOST_RECORDS} pairs");
            return Err(self.builder.unfit(place, message, "cut it into parts"));
        }
        Ok(())
    }

    fn found(&mut self, map: &Map, relation: Relation, number: usize) -> Found {
        let said = |name: &str| plain(ours(&map.props, name)).0;
        let key = said("source");
        let confidence = match (&map.confidence_score.category, map.confidence_score.percentage) {
            (word, None) => words::confidence(word),
            (_, Some(share)) => words::confidence(&share.to_string()),
        };
        let mut reason = plain(&map.remarks).0;
        if reason.is_empty() && !map.matching_rationale.is_empty() {
            reason = plain(&format!("{} comparison", map.matching_rationale)).0;
        }
        let is_ours = !key.is_empty();
        if reason.is_empty() && !is_ours {
            reason = NO_REASON.into();
        }
        let found = Found {
            from: Default::default(),
            to: Default::default(),
            relation,
            basis: words::basis(&said("basis")).unwrap_or(Basis::Published),
            reason,
            source: String::new(),
            source_key: key,
            licence: String::new(),
            confidence: confidence.unwrap_or(Confidence::Medium),
            legal_effect: words::legal_effect(&said("legal-effect")),
            read: said("read"),
            doubt: said("doubt"),
            line: u32::try_from(number).unwrap_or(u32::MAX),
        };
        self.sourced(found)
    }

    /// The row with the source that its key stands for; of a file of others, the file itself.
    fn sourced(&self, found: Found) -> Found {
        let sources = keyed(&self.mapping.props, "source");
        match sources.get(&found.source_key) {
            Some(source) => {
                let licence = keyed(&self.mapping.props, "licence").remove(&found.source_key);
                Found {
                    source: source.clone(),
                    licence: licence.unwrap_or_else(|| OWN_LICENCE.into()),
                    ..found
                }
            }
            None => Found {
                source: self.builder.own_source(),
                source_key: String::new(),
                licence: self.builder.own_licence(),
                ..found
            },
        }
    }

    /// Items that another's file lists as having no counterpart.
    fn gaps(&mut self, place: &str) -> Result<(), Error> {
        let ids = |gap: &Gap| -> Vec<String> {
            gap.unmapped_controls.iter().flat_map(|u| u.with_ids.iter().cloned()).collect()
        };
        let (sources, targets) =
            (ids(&self.mapping.source_gap_summary), ids(&self.mapping.target_gap_summary));
        let pairs =
            [(sources, self.from.clone(), self.to.clone()), (targets, self.to.clone(), self.from.clone())];
        for (ids, from, to) in pairs {
            for id in ids {
                self.count(place)?;
                let found = Found {
                    from: (from.clone(), id),
                    to: (to.clone(), String::new()),
                    relation: Relation::None,
                    basis: Basis::Published,
                    reason: "the imported file lists it as having no counterpart".into(),
                    source: self.builder.own_source(),
                    source_key: String::new(),
                    licence: self.builder.own_licence(),
                    confidence: Confidence::Medium,
                    legal_effect: None,
                    read: String::new(),
                    doubt: String::new(),
                    line: 0,
                };
                self.builder.row(found, place);
            }
        }
        Ok(())
    }

    /// Rows without counterpart, as our own files carry them.
    fn alone(&mut self, place: &str) -> Result<(), Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "kebab-case")]
        struct Rest {
            basis: Basis,
            source: String,
            confidence: Confidence,
            legal_effect: String,
            read: String,
            doubt: String,
        }
        for prop in all_ours(&self.mapping.props, ALONE) {
            self.count(place)?;
            let Ok(rest) = serde_json::from_str::<Rest>(&prop.remarks) else {
                self.builder.dropped(place, "an item without counterpart does not say on what basis");
                continue;
            };
            let found = Found {
                from: (self.from.clone(), untoken(&prop.class).unwrap_or_else(|| prop.class.clone())),
                to: (self.to.clone(), String::new()),
                relation: Relation::None,
                basis: rest.basis,
                reason: plain(&prop.value).0,
                source: String::new(),
                source_key: rest.source,
                licence: String::new(),
                confidence: rest.confidence,
                legal_effect: words::legal_effect(&rest.legal_effect),
                read: plain(&rest.read).0,
                doubt: plain(&rest.doubt).0,
                line: 0,
            };
            let found = self.sourced(found);
            self.builder.row(found, place);
        }
        Ok(())
    }
}

/// The id as printed where the file says it, else the reference.
fn id(item: &Item) -> String {
    match ours(&item.props, "label") {
        "" => item.id_ref.clone(),
        label => label.to_owned(),
    }
}
