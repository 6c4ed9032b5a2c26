//! The formats that can be imported, how one is told, and the way to its importer.

use assize_model::catalogue::Catalogue;

use crate::draft::{Asked, Draft};
use crate::limits::MOST_BYTES;
use crate::{Error, import};

/// A format that can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Mappings as comma separated values: our own columns, or those of NIST OLIR or compliance-trestle.
    Csv,
    /// The same columns in the first sheet of a workbook that has them.
    Xlsx,
    /// An OSCAL catalog, JSON.
    OscalCatalog,
    /// An OSCAL 1.2 mapping collection, JSON.
    OscalMapping,
    /// What the NIST Cybersecurity and Privacy Reference Tool gives out, JSON.
    Cprt,
    /// The UK government's mapping of recommendations to the Code of Practice, version 4, JSON.
    UkMapping,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Csv, Self::Xlsx, Self::OscalCatalog, Self::OscalMapping, Self::Cprt, Self::UkMapping];

    /// The word for it, as on a command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::OscalCatalog => "oscal-catalog",
            Self::OscalMapping => "oscal-mapping",
            Self::Cprt => "cprt",
            Self::UkMapping => "uk-mapping",
        }
    }

    /// The format with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.word() == word)
    }

    /// The words of all formats, as a sentence lists them.
    pub fn words() -> String {
        Self::ALL.map(Self::word).join(", ")
    }

    /// Tells the format of a file by its first bytes, then by its name; [`Format::HEAD`] bytes are enough.
    pub fn detect(name: &str, head: &[u8]) -> Option<Self> {
        let head = &head[..head.len().min(Self::HEAD)];
        if head.starts_with(b"PK\x03\x04") {
            return Some(Self::Xlsx);
        }
        let text = String::from_utf8_lossy(head.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(head));
        let text = text.trim_start();
        if text.starts_with(['{', '[']) {
            return json(text);
        }
        let name = name.to_ascii_lowercase();
        (name.ends_with(".csv") || name.ends_with(".tsv") || looks_like_table(text)).then_some(Self::Csv)
    }

    /// How many bytes of a file are enough to tell its format.
    pub const HEAD: usize = 64 << 10;

    /// Reads a file of this format against what the catalogue holds.
    ///
    /// # Errors
    /// The file is too large, not of this format, or nothing in it can be used.
    pub fn read(self, bytes: &[u8], asked: Asked<'_>, catalogue: &Catalogue) -> Result<Draft, Error> {
        if bytes.len() as u64 > MOST_BYTES {
            return Err(Error::TooLarge { name: asked.name.to_owned(), limit: MOST_BYTES });
        }
        match self {
            Self::Csv => import::csv::read(bytes, asked, catalogue),
            Self::Xlsx => import::xlsx::read(bytes, asked, catalogue),
            Self::OscalCatalog => import::oscal_catalog::read(bytes, asked, catalogue),
            Self::OscalMapping => import::oscal_mapping::read(bytes, asked, catalogue),
            Self::Cprt => import::cprt::read(bytes, asked, catalogue),
            Self::UkMapping => import::uk_mapping::read(bytes, asked, catalogue),
        }
    }
}

fn json(text: &str) -> Option<Format> {
    let has = |word: &str| text.contains(&format!("\"{word}\""));
    if text.starts_with('[') {
        return has("DCMS Code of Practice Guidelines Number").then_some(Format::UkMapping);
    }
    if has("mapping-collection") {
        Some(Format::OscalMapping)
    } else if has("catalog") {
        Some(Format::OscalCatalog)
    } else if has("doc_identifier") || has("relationship_types") {
        Some(Format::Cprt)
    } else {
        None
    }
}

fn looks_like_table(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    import::table::is_heading(&mut first.split([',', ';', '\t']).map(|cell| cell.trim_matches('"')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_their_first_bytes() {
        let told = |name: &str, head: &str| Format::detect(name, head.as_bytes());
        assert_eq!(told("a", "PK\x03\x04"), Some(Format::Xlsx));
        assert_eq!(told("a", "\u{feff} {\"mapping-collection\": {"), Some(Format::OscalMapping));
        assert_eq!(told("a", "{\"catalog\": {"), Some(Format::OscalCatalog));
        assert_eq!(told("a", "{\"documents\": [{\"doc_identifier\": \"x\""), Some(Format::Cprt));
        assert_eq!(told("a", "[{\"DCMS Code of Practice Guidelines Number\""), Some(Format::UkMapping));
        assert_eq!(told("a.csv", "x,y"), Some(Format::Csv));
        assert_eq!(told("a", "source_id,target_id,relation\n"), Some(Format::Csv));
        assert_eq!(told("a.csv", "{\"a\": 1}"), None);
        assert_eq!(told("a", ""), None);
        for format in Format::ALL {
            assert_eq!(Format::from_word(format.word()), Some(format));
        }
    }
}
