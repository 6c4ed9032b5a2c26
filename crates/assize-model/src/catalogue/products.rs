//! Products recognised in what services say of themselves: `lists/products/*.toml`. Every row brings an example that
//! it has to match, so that the data tests itself.

use serde::Deserialize;

use crate::fact::{Product, Saying};

/// Longest text that is compared; what services say is kept no longer.
const LONGEST: usize = 2048;

/// One pattern.
///
/// Its language: text stands for itself whatever its case, `*` for any run of characters, `{version}` for a run that
/// begins with a digit and holds letters, digits and `. _ + ~ -`. The pattern may stand anywhere in the text, unless
/// it begins with `^` or ends with `$`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductPattern {
    /// The field it reads, as `http.server`.
    pub field: String,
    /// The pattern.
    pub pattern: String,
    /// Who makes the product.
    pub vendor: String,
    /// What the product is called.
    pub product: String,
    /// Where it stands that the product says so.
    pub source: String,
    /// The day on which it was compared with its source, the first where it names several, or with a faithful copy of
    /// it; none where it is as it was written from knowledge.
    #[serde(default)]
    pub read: Option<String>,
    /// A text that the pattern matches.
    pub example: String,
    /// The version that the example gives; empty when it gives none.
    #[serde(default)]
    pub version: String,
}

/// A file of patterns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProductsFile {
    #[serde(rename = "pattern")]
    pub(super) patterns: Vec<ProductPattern>,
}

impl ProductPattern {
    /// The version found in a text, empty when the pattern asks for none; `None` when the text does not match.
    pub fn version_in<'t>(&self, text: &'t str) -> Option<&'t str> {
        let (parts, from_start) = parts(&self.pattern);
        let text = &text[..text.floor_char_boundary(LONGEST)];
        let mut starts = text.char_indices().map(|(at, _)| at);
        if from_start { along(&parts, text) } else { starts.find_map(|at| along(&parts, &text[at..])) }
    }

    fn product(&self, text: &str) -> Option<Product> {
        let version = self.version_in(text)?.to_owned();
        let pattern = format!("{}: {}", self.field, self.pattern);
        Some(Product { vendor: self.vendor.clone(), name: self.product.clone(), version, pattern })
    }
}

/// The product that the patterns recognise in what a service says: the first that gives a version, else the first.
pub fn recognise(patterns: &[ProductPattern], says: &[Saying]) -> Option<Product> {
    let mut first = None;
    for saying in says {
        for pattern in patterns.iter().filter(|pattern| pattern.field == saying.field) {
            match pattern.product(&saying.text) {
                Some(product) if !product.version.is_empty() => return Some(product),
                Some(product) => first = first.or(Some(product)),
                None => {}
            }
        }
    }
    first
}

enum Part<'p> {
    Text(&'p str),
    Any,
    Version,
    End,
}

/// The parts of a pattern, and whether it stands at the start of the text.
fn parts(pattern: &str) -> (Vec<Part<'_>>, bool) {
    let mut rest = pattern;
    let from_start = rest.starts_with('^');
    rest = rest.strip_prefix('^').unwrap_or(rest);
    let to_end = rest.ends_with('$');
    rest = rest.strip_suffix('$').unwrap_or(rest);
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let part;
        (part, rest) = first_part(rest);
        parts.push(part);
    }
    if to_end {
        parts.push(Part::End);
    }
    (parts, from_start)
}

/// The first part of what is left of a pattern, and the rest.
fn first_part(rest: &str) -> (Part<'_>, &str) {
    if let Some(after) = rest.strip_prefix("{version}") {
        return (Part::Version, after);
    }
    if let Some(after) = rest.strip_prefix('*') {
        return (Part::Any, after);
    }
    let special = [rest.find("{version}"), rest.find('*')].into_iter().flatten().min();
    let (text, after) = rest.split_at(special.unwrap_or(rest.len()));
    (Part::Text(text), after)
}

/// Follows the parts through the text without ever going back; gives the version met on the way.
fn along<'t>(parts: &[Part<'_>], text: &'t str) -> Option<&'t str> {
    let (mut rest, mut version, mut skips) = (text, "", false);
    for part in parts {
        match part {
            Part::Any => {
                skips = true;
                continue;
            }
            Part::Text(wanted) => {
                let at = find(rest, wanted, skips)?;
                rest = &rest[at + wanted.len()..];
            }
            Part::Version => {
                let at = if skips { rest.find(|c: char| c.is_ascii_digit())? } else { 0 };
                let run = &rest[at..];
                let is_part = |c: char| c.is_ascii_alphanumeric() || "._+~-".contains(c);
                let end = run.find(|c| !is_part(c)).unwrap_or(run.len());
                version = run[..end].trim_end_matches(['.', '_', '+', '~', '-']);
                version.starts_with(|c: char| c.is_ascii_digit()).then_some(())?;
                rest = &run[version.len()..];
            }
            Part::End if rest.is_empty() || skips => rest = "",
            Part::End => return None,
        }
        skips = false;
    }
    Some(version)
}

/// Where a text stands in another whatever its case: at its start, or anywhere.
fn find(text: &str, wanted: &str, anywhere: bool) -> Option<usize> {
    let is_at = |at: usize| text.get(at..at + wanted.len()).is_some_and(|t| t.eq_ignore_ascii_case(wanted));
    if anywhere {
        (0..=text.len().saturating_sub(wanted.len())).find(|at| is_at(*at))
    } else {
        is_at(0).then_some(0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pattern(pattern: &str) -> ProductPattern {
        ProductPattern {
            field: "f".into(),
            pattern: pattern.into(),
            vendor: "v".into(),
            product: "p".into(),
            source: "s".into(),
            read: None,
            example: String::new(),
            version: String::new(),
        }
    }

    #[test]
    fn the_language() {
        let cases = [
            ("nginx/{version}", "Server: NGINX/1.22.1", Some("1.22.1")),
            ("^SSH-2.0-dropbear_{version}", "SSH-2.0-dropbear_2022.83", Some("2022.83")),
            ("^SSH-2.0-dropbear_{version}", "x SSH-2.0-dropbear_2022.83", None),
            ("(vsFTPd {version})", "220 (vsFTPd 3.0.3)", Some("3.0.3")),
            ("a*b{version}$", "xx a yy b1.0", Some("1.0")),
            ("a*b{version}$", "xx a yy b1.0 z", None),
            ("x/*{version}", "x/abc 2.1, 3", Some("2.1")),
            ("^mini$", "mini", Some("")),
            ("^mini$", "minis", None),
            ("v{version}", "v", None),
            ("", "anything", Some("")),
            ("ä{version}", "Ä1 ä2", Some("2")),
        ];
        for (wanted, text, expect) in cases {
            assert_eq!(pattern(wanted).version_in(text), expect, "{wanted} in {text}");
        }
    }

    #[test]
    fn a_version_goes_before_a_name() {
        let patterns = [pattern("plug"), pattern("plug/{version}")];
        let saying = |text: &str| [Saying { field: "f".into(), text: text.into() }];
        assert_eq!(recognise(&patterns, &saying("plug/1.2")).unwrap().version, "1.2");
        assert_eq!(recognise(&patterns, &saying("a plug")).unwrap().version, "");
        assert_eq!(recognise(&patterns, &saying("lamp")), None);
        let elsewhere = Saying { field: "g".into(), text: "plug/1.2".into() };
        assert_eq!(recognise(&patterns, &[elsewhere]), None);
    }

    proptest! {
        #[test]
        fn any_text_and_any_pattern(wanted in "[\\^*$a-c{}1.é]{0,12}", text in "[a-cé1.]{0,40}") {
            let version = pattern(&wanted).version_in(&text).unwrap_or_default();
            prop_assert!(text.contains(version));
        }

        #[test]
        fn versions_come_back(before in "[a-z ]{0,9}", version in "[0-9](\\.[0-9]{1,3}){1,3}", after in "[ ;)][a-z]{0,5}") {
            let text = format!("{before}Plug/{version}{after}");
            prop_assert_eq!(pattern("plug/{version}").version_in(&text), Some(version.as_str()));
        }
    }
}
