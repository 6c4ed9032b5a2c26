//! Agreed cryptography: what reference catalogues say of protocols and algorithms and until when, as
//! `lists/cryptography/` holds it. Standing and dates are facts with their source; what follows for a product is a
//! check's business.

use serde::{Deserialize, Serialize};

use super::lists::{Lists, Standing};
use super::suite::Suite;

/// The catalogue of agreed cryptography.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cryptography {
    /// The documents that statements rest on.
    pub sources: Vec<CryptoSource>,
    /// Protocols, algorithms, key sizes and attacks.
    pub primitives: Vec<Primitive>,
    /// The cipher suites of the registry.
    pub suites: Vec<String>,
    /// Numbers without a name in the registry, and what they stand for.
    pub unnamed: Vec<(String, String)>,
}

/// A document that says something of cryptography.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CryptoSource {
    /// Its id, as `bsi-tr-02102-2`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The edition that the statements were taken from.
    pub edition: String,
    /// When that edition appeared, as `2026-01`.
    pub date: String,
    /// Where it is found.
    pub url: String,
    /// Whether it says for which time what it agrees to may be used, so that its silence on an end means none.
    #[serde(default)]
    pub periods: bool,
    /// Whether it is a draft; its statements inform and never decide.
    #[serde(default)]
    pub draft: bool,
    /// How declarations name it in `reference`.
    #[serde(default)]
    pub names: Vec<String>,
}

/// What a row is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// A protocol version.
    Version,
    /// How a cipher suite agrees its keys.
    Exchange,
    /// How a cipher suite authenticates the server.
    Authentication,
    /// The cipher of a suite, with its mode.
    Cipher,
    /// How a suite protects integrity when its cipher does not.
    Mac,
    /// A group for key agreement.
    Group,
    /// A signature scheme.
    Signature,
    /// The size of an RSA key.
    RsaKey,
    /// The size of a finite-field Diffie-Hellman group.
    DhKey,
    /// The curve of a key.
    EcKey,
    /// A hash function.
    Hash,
    /// A known attack.
    Attack,
}

impl Part {
    /// The part in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Version => "protocol version",
            Self::Exchange => "key exchange",
            Self::Authentication => "authentication",
            Self::Cipher => "cipher",
            Self::Mac => "message authentication",
            Self::Group => "key agreement group",
            Self::Signature => "signature scheme",
            Self::RsaKey => "RSA key size",
            Self::DhKey => "Diffie-Hellman size",
            Self::EcKey => "key on a curve",
            Self::Hash => "hash function",
            Self::Attack => "attack",
        }
    }
}

/// What a large quantum computer would make of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quantum {
    /// It breaks.
    Breaks,
    /// It holds, because an algorithm made for that is in it.
    Holds,
}

/// One protocol version, algorithm, key size or attack.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Primitive {
    /// Its name.
    pub name: String,
    /// What it is part of.
    pub part: Part,
    /// How registries write it, in cipher suites above all.
    #[serde(default)]
    pub tokens: Vec<String>,
    /// How declarations write it, families that include it among them.
    #[serde(default)]
    pub also: Vec<String>,
    /// For key sizes: from how many bits on the row holds, up to the next one.
    #[serde(default)]
    pub bits: Option<u32>,
    /// How it stands, all in all.
    pub standing: Standing,
    /// What a quantum computer would make of it, where that matters.
    #[serde(default)]
    pub quantum: Option<Quantum>,
    /// Why, in our own words; for broken ones the attack.
    pub why: String,
    /// What the sources say.
    #[serde(default)]
    pub says: Vec<Statement>,
}

/// What one source says of a row.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The source, by its id.
    pub source: String,
    /// Clause or table.
    pub at: String,
    /// What it says.
    pub standing: Stated,
    /// The last day on which it may be used by this source, where the source gives one.
    #[serde(default)]
    pub until: Option<String>,
    /// How sure we are to have it right.
    #[serde(default)]
    pub confidence: Sure,
    /// The day on which it was compared with the words of the document or of a word-for-word copy of the passage; none
    /// where it is still as it was written from knowledge.
    #[serde(default)]
    pub read: Option<String>,
}

/// What a source says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stated {
    /// Good practice.
    Agreed,
    /// Accepted for what is there already.
    Legacy,
    /// Registered and not recommended: not examined, or fit for few uses.
    NotRecommended,
    /// Not to be used, from the given day on or at all.
    Deprecated,
    /// An attack is published.
    Broken,
}

impl Stated {
    /// The word for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Agreed => "agreed",
            Self::Legacy => "legacy",
            Self::NotRecommended => "not recommended",
            Self::Deprecated => "deprecated",
            Self::Broken => "broken",
        }
    }
}

/// How sure a statement is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sure {
    /// Known well.
    #[default]
    Good,
    /// Known from others or from an earlier edition: it informs and never decides.
    Low,
}

/// Until when sources that speak of periods accept something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period<'a> {
    /// No such source speaks of it.
    Unsaid,
    /// At least one names no end.
    Open,
    /// All name an end; this is the last one, with the statement that gives it.
    Until(&'a str, &'a Statement),
    /// None of them accepts it.
    Never(&'a Statement),
}

impl Statement {
    /// Whether the source accepts its use on a day.
    pub fn accepts(&self, day: &str) -> bool {
        match (self.standing, self.until.as_deref()) {
            (Stated::Agreed | Stated::Legacy, None) => true,
            (Stated::NotRecommended | Stated::Deprecated | Stated::Broken, None) => false,
            (_, Some(until)) => day <= until,
        }
    }
}

impl Primitive {
    /// Until when the sources that speak of periods accept it. Drafts and doubtful statements are left out.
    pub fn period<'a>(&'a self, cryptography: &'a Cryptography) -> Period<'a> {
        let decides = |s: &&Statement| {
            let source = cryptography.source(&s.source);
            s.confidence == Sure::Good && source.is_some_and(|source| source.periods && !source.draft)
        };
        let says: Vec<&Statement> = self.says.iter().filter(decides).collect();
        if says.iter().any(|s| s.until.is_none() && s.accepts("")) {
            return Period::Open;
        }
        let last = says.iter().filter_map(|s| Some((s.until.as_deref()?, *s))).max_by_key(|(day, _)| *day);
        match (last, says.first()) {
            (Some((day, statement)), _) => Period::Until(day, statement),
            (None, Some(statement)) => Period::Never(statement),
            (None, None) => Period::Unsaid,
        }
    }
}

impl Cryptography {
    /// The source with this id.
    pub fn source(&self, id: &str) -> Option<&CryptoSource> {
        self.sources.iter().find(|s| s.id == id)
    }

    /// What the sources say, over all rows.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.primitives.iter().flat_map(|p| &p.says)
    }

    /// The row that a registry's word stands for.
    pub fn token(&self, part: Part, token: &str) -> Option<&Primitive> {
        let is_it = |p: &&Primitive| {
            p.part == part
                && (p.name.eq_ignore_ascii_case(token)
                    || p.tokens.iter().any(|t| t.eq_ignore_ascii_case(token)))
        };
        self.primitives.iter().find(is_it)
    }

    /// The rows that a declaration's word stands for; a family, as `AES-GCM`, stands for several. The words of suites
    /// for keys and integrity are too short to tell what a declaration means by them: `RSA` is most often a signature.
    pub fn named(&self, name: &str) -> Vec<&Primitive> {
        let names = |p: &Primitive| {
            let is_short = matches!(p.part, Part::Exchange | Part::Authentication | Part::Mac);
            let tokens = p.tokens.iter().filter(|_| !is_short);
            std::iter::once(&p.name).chain(&p.also).chain(tokens).any(|n| is_same_name(n, name))
        };
        self.primitives.iter().filter(|p| names(p)).collect()
    }

    /// The row of a key size: the one with the most bits that the key reaches.
    pub fn size(&self, part: Part, bits: u32) -> Option<&Primitive> {
        let reached = |p: &&Primitive| p.part == part && p.bits.is_some_and(|from| from <= bits);
        self.primitives.iter().filter(reached).max_by_key(|p| p.bits)
    }

    /// The rows that a cipher suite consists of; `None` when it cannot be read or a part of it has no row.
    pub fn suite(&self, name: &str) -> Option<Vec<&Primitive>> {
        let known = self.unnamed.iter().find(|(number, _)| number.eq_ignore_ascii_case(name));
        let suite = Suite::read(known.map_or(name, |(_, meant)| meant))?;
        suite.parts().into_iter().map(|(part, token)| self.token(part, token)).collect()
    }
}

impl Lists {
    /// The rows that a declaration's word stands for, or that make up the suite it names.
    pub fn meant(&self, name: &str) -> Vec<&Primitive> {
        let named = self.agreed.named(name);
        match named.is_empty() {
            true => self.agreed.suite(name).unwrap_or_default(),
            false => named,
        }
    }
}

/// Whether two names are the same but for case, blanks, hyphens and underscores: `SHA256` is `SHA-256`.
pub fn is_same_name(a: &str, b: &str) -> bool {
    let letters = |name: &str| -> String {
        name.chars().filter(|c| !matches!(c, ' ' | '-' | '_')).map(|c| c.to_ascii_lowercase()).collect()
    };
    letters(a) == letters(b)
}

/// A file of sources.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SourcesFile {
    #[serde(rename = "source")]
    pub(super) sources: Vec<CryptoSource>,
}

/// A file of rows.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PrimitivesFile {
    #[serde(rename = "row")]
    pub(super) rows: Vec<Primitive>,
}

/// The file of cipher suites.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SuitesFile {
    pub(super) names: Vec<String>,
    #[serde(default)]
    pub(super) unnamed: std::collections::BTreeMap<String, String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(id: &str, periods: bool, draft: bool) -> CryptoSource {
        let text = |t: &str| t.to_owned();
        let (title, edition, date, url) = (text("T"), text("1"), text("2020"), text("https://x"));
        CryptoSource { id: text(id), title, edition, date, url, periods, draft, names: Vec::new() }
    }

    fn says(source: &str, standing: Stated, until: Option<&str>) -> Statement {
        let until = until.map(str::to_owned);
        let (source, at) = (source.into(), "1".into());
        Statement { source, at, standing, until, confidence: Sure::Good, read: None }
    }

    fn period(statements: Vec<Statement>) -> String {
        let sources = vec![source("a", true, false), source("b", true, false)];
        let others = vec![source("mute", false, false), source("draft", true, true)];
        let cryptography = Cryptography { sources: [sources, others].concat(), ..Cryptography::default() };
        let primitive = Primitive {
            name: "X".into(),
            part: Part::Cipher,
            tokens: Vec::new(),
            also: Vec::new(),
            bits: None,
            standing: Standing::Agreed,
            quantum: None,
            why: String::new(),
            says: statements,
        };
        match primitive.period(&cryptography) {
            Period::Unsaid => "unsaid".to_owned(),
            Period::Open => "open".to_owned(),
            Period::Until(day, s) => format!("until {day} by {}", s.source),
            Period::Never(s) => format!("never by {}", s.source),
        }
    }

    #[test]
    fn the_last_end_counts_and_an_open_one_more() {
        let a = || says("a", Stated::Legacy, Some("2025-12-31"));
        let b = || says("b", Stated::Deprecated, Some("2030-12-31"));
        assert_eq!(period(vec![a(), b()]), "until 2030-12-31 by b");
        assert_eq!(period(vec![b(), a(), says("a", Stated::Agreed, None)]), "open");
        assert_eq!(period(vec![says("a", Stated::Deprecated, None)]), "never by a");
    }

    #[test]
    fn drafts_doubts_and_sources_without_periods_do_not_decide() {
        let doubtful = Statement { confidence: Sure::Low, ..says("a", Stated::Legacy, Some("2025-12-31")) };
        let rest = [says("mute", Stated::Agreed, None), says("draft", Stated::Agreed, Some("2035-12-31"))];
        assert_eq!(period([rest.to_vec(), vec![doubtful]].concat()), "unsaid");
    }
}
