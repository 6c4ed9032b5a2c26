//! Exports of the atlas, one file per format. The same selection gives the same bytes.

mod ciso;
mod csv;
mod oscal_catalog;
mod oscal_mapping;
mod props;
mod reqif;
mod skos;
mod sssom;

use std::collections::BTreeSet;

use assize_model::catalogue::{Catalogue, Crosswalk, Framework};
use uuid::Uuid;

use crate::{Error, licence};

/// A format that can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export {
    /// The mappings as comma separated values; the CSV import reads them back.
    CsvMappings,
    /// The items of the editions as comma separated values.
    CsvRequirements,
    /// OSCAL 1.2 catalogs, JSON, one per edition.
    OscalCatalog,
    /// One OSCAL 1.2 mapping collection, JSON, with a mapping per pair.
    OscalMapping,
    /// SSSOM, a table with tabs and a YAML heading.
    Sssom,
    /// SKOS as JSON-LD.
    Skos,
    /// CISO Assistant libraries, YAML: one per edition, one per pair.
    Ciso,
    /// ReqIF 1.2, XML.
    Reqif,
}

/// A file that an export makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name, without a folder.
    pub name: String,
    /// What it holds.
    pub text: String,
}

/// A part of the catalogue, and the date that the export bears.
#[derive(Clone, Debug)]
pub struct Selection<'c> {
    pub(crate) frameworks: Vec<&'c Framework>,
    pub(crate) crosswalks: Vec<Crosswalk>,
    pub(crate) successions: Vec<(&'c str, &'c str)>,
    pub(crate) date: String,
}

impl<'c> Selection<'c> {
    /// The whole catalogue; `date` is that of the data, as `2026-11-25`.
    ///
    /// # Errors
    /// The date is none.
    pub fn all(catalogue: &'c Catalogue, date: &str) -> Result<Self, Error> {
        if !is_date(date) {
            return Err(Error::Date { date: date.chars().take(40).collect() });
        }
        Ok(Self {
            frameworks: catalogue.frameworks.iter().collect(),
            crosswalks: catalogue.crosswalks.clone(),
            successions: catalogue.lineages.iter().map(|l| (l.from.as_str(), l.to.as_str())).collect(),
            date: date.to_owned(),
        })
    }

    /// Only these editions, and the mappings between them.
    #[must_use]
    pub fn editions(mut self, ids: &[&str]) -> Self {
        self.frameworks.retain(|f| ids.contains(&f.id.as_str()));
        self.crosswalks.retain(|c| ids.contains(&c.from.as_str()) && ids.contains(&c.to.as_str()));
        self
    }

    /// Only the mappings of these ordered pairs, and the editions they join.
    #[must_use]
    pub fn pairs(mut self, pairs: &[(&str, &str)]) -> Self {
        self.crosswalks.retain(|c| pairs.contains(&(c.from.as_str(), c.to.as_str())));
        let joined: BTreeSet<&str> = pairs.iter().flat_map(|(from, to)| [*from, *to]).collect();
        self.frameworks.retain(|f| joined.contains(f.id.as_str()));
        self
    }

    /// Only what may be passed on under CC BY 4.0: editions by the terms of their facts, rows by those of their source.
    #[must_use]
    pub fn openly_licensed(mut self) -> Self {
        self.frameworks.retain(|f| licence::is_open(&f.licence));
        for c in &mut self.crosswalks {
            let open: Vec<bool> = c.rows.iter().map(|r| licence::is_open(c.licence(r))).collect();
            let mut open = open.into_iter();
            c.rows.retain(|_| open.next().unwrap_or(false));
            let used: BTreeSet<&String> = c.rows.iter().map(|r| &r.source).collect();
            c.sources.retain(|key, _| used.contains(key));
            c.licences.retain(|key, _| used.contains(key));
            c.total = c.total.map(|_| c.rows.len());
        }
        self.crosswalks.retain(|c| !c.rows.is_empty());
        self
    }

    pub(crate) fn framework(&self, id: &str) -> Option<&'c Framework> {
        self.frameworks.iter().copied().find(|f| f.id == id)
    }

    /// The mappings that hold a row.
    pub(crate) fn mapped(&self) -> impl Iterator<Item = &Crosswalk> {
        self.crosswalks.iter().filter(|c| !c.rows.is_empty())
    }

    /// The start of the day of the data, in UTC.
    pub(crate) fn moment(&self) -> String {
        format!("{}T00:00:00Z", self.date)
    }
}

impl Export {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::CsvMappings,
        Self::CsvRequirements,
        Self::OscalCatalog,
        Self::OscalMapping,
        Self::Sssom,
        Self::Skos,
        Self::Ciso,
        Self::Reqif,
    ];

    /// The word for it, as on a command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::CsvMappings => "csv",
            Self::CsvRequirements => "csv-requirements",
            Self::OscalCatalog => "oscal-catalog",
            Self::OscalMapping => "oscal-mapping",
            Self::Sssom => "sssom",
            Self::Skos => "skos",
            Self::Ciso => "ciso",
            Self::Reqif => "reqif",
        }
    }

    /// The export with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|e| e.word() == word)
    }

    /// The files of this format; none where the selection holds nothing that the format carries.
    pub fn write(self, selection: &Selection<'_>) -> Vec<File> {
        match self {
            Self::CsvMappings => csv::mappings(selection),
            Self::CsvRequirements => csv::requirements(selection),
            Self::OscalCatalog => oscal_catalog::write(selection),
            Self::OscalMapping => oscal_mapping::write(selection),
            Self::Sssom => sssom::write(selection),
            Self::Skos => skos::write(selection),
            Self::Ciso => ciso::write(selection),
            Self::Reqif => reqif::write(selection),
        }
    }
}

/// Where the items of the atlas are named.
pub(crate) const ATLAS: &str = "https://assize.example/atlas/";

/// A UUID that the same parts give again.
pub(crate) fn uuid(parts: &[&str]) -> String {
    let mut name = ATLAS.to_owned();
    for part in parts {
        // lengths keep `a`, `bc` apart from `ab`, `c`
        name.push_str(&format!("{}:{part};", part.len()));
    }
    Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()).to_string()
}

/// The text as part of an address: all but letters, digits, dot, hyphen and underscore as %XX.
pub(crate) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

fn is_date(date: &str) -> bool {
    let number = |from, to| date.get(from..to).and_then(|n: &str| n.parse::<u32>().ok());
    let shape = date
        .bytes()
        .enumerate()
        .all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
    let (Some(year), Some(month), Some(day)) = (number(0, 4), number(5, 7), number(8, 10)) else {
        return false;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    date.len() == 10
        && shape
        && (1900..3000).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_days() {
        for good in ["2026-11-25", "2024-02-29", "2000-02-29"] {
            assert!(is_date(good), "{good}");
        }
        for bad in ["", "2026-11-31", "2023-02-29", "2026-1-1", "2026-11-25T", "+026-11-25", "1900-02-29"] {
            assert!(!is_date(bad), "{bad}");
        }
    }

    #[test]
    fn uuids_repeat_and_differ() {
        assert_eq!(uuid(&["a", "bc"]), uuid(&["a", "bc"]));
        assert_ne!(uuid(&["a", "bc"]), uuid(&["ab", "c"]));
        assert_eq!(uuid(&["a"]).as_bytes()[14], b'5');
    }
}
