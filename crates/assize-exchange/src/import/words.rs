//! The words that other formats have for relations, confidence, basis and legal effect.

use assize_model::catalogue::{Basis, Confidence, LegalEffect, Relation};

/// Small letters, with one space for any run of anything else.
pub(crate) fn loose(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    let parts = lower.split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty());
    parts.collect::<Vec<_>>().join(" ")
}

/// A relation by our word, or by that of OSCAL, NIST IR 8477, CISO Assistant, SKOS, SSSOM or Gemara.
pub(crate) fn relation(word: &str) -> Option<Relation> {
    Some(match loose(word).as_str() {
        "equal" | "equals" | "equal to" | "equivalent" | "equivalent to" | "exactmatch"
        | "skos exactmatch" => Relation::Equal,
        "subset" | "subset of" | "is subset of" | "broadmatch" | "skos broadmatch" => Relation::SubsetOf,
        "superset" | "superset of" | "is superset of" | "subsumes" | "narrowmatch" | "skos narrowmatch" => {
            Relation::SupersetOf
        }
        "intersect" | "intersects" | "intersects with" | "closematch" | "skos closematch" => {
            Relation::Intersects
        }
        "related" | "related to" | "relates to" | "relatedmatch" | "skos relatedmatch" => Relation::Related,
        "none" | "no relationship" | "not related" | "not related to" | "no match" | "gap" => Relation::None,
        _ => return None,
    })
}

/// What follows for each pair, where a relation is stated between a set of sources and a set of targets.
///
/// One source that holds all the targets holds each of them, and several sources that one target holds are each held
/// by it; sets that have nothing in common have no pair that has. Anything else says only that there is a connection.
pub(crate) fn of_each(relation: Relation, sources: usize, targets: usize) -> Relation {
    match (relation, sources, targets) {
        (relation, 0 | 1, 0 | 1) => relation,
        (Relation::Equal | Relation::SupersetOf, 1, _) => Relation::SupersetOf,
        (Relation::Equal | Relation::SubsetOf, _, 1) => Relation::SubsetOf,
        (Relation::None, ..) => Relation::None,
        _ => Relation::Related,
    }
}

/// A confidence by its word, or as a share of one or of a hundred.
pub(crate) fn confidence(word: &str) -> Option<Confidence> {
    let share = |n: f64| match n {
        n if !(0.0..=1.0).contains(&n) => None,
        n if n >= 0.8 => Some(Confidence::High),
        n if n >= 0.5 => Some(Confidence::Medium),
        _ => Some(Confidence::Low),
    };
    match loose(word).as_str() {
        "high" => Some(Confidence::High),
        "medium" => Some(Confidence::Medium),
        "low" => Some(Confidence::Low),
        _ => match word.trim().strip_suffix('%') {
            Some(percent) => share(percent.trim().parse::<f64>().ok()? / 100.0),
            None => share(word.trim().parse().ok()?),
        },
    }
}

/// A basis by its word. Rows are published or editorial; lineage and structure are said elsewhere, and not by a file.
pub(crate) fn basis(word: &str) -> Option<Basis> {
    let all = [Basis::Editorial, Basis::Published];
    all.into_iter().find(|b| b.word() == loose(word))
}

/// A legal effect by its words.
pub(crate) fn legal_effect(words: &str) -> Option<LegalEffect> {
    let all = [LegalEffect::DeemedCompliance, LegalEffect::MutualRecognition];
    all.into_iter().find(|e| e.words() == loose(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_gets_no_more_than_follows() {
        assert_eq!(of_each(Relation::Equal, 1, 1), Relation::Equal);
        assert_eq!(of_each(Relation::Equal, 1, 2), Relation::SupersetOf);
        assert_eq!(of_each(Relation::SubsetOf, 1, 2), Relation::Related);
        assert_eq!(of_each(Relation::SubsetOf, 2, 1), Relation::SubsetOf);
        assert_eq!(of_each(Relation::Intersects, 2, 1), Relation::Related);
        assert_eq!(of_each(Relation::None, 2, 2), Relation::None);
    }

    #[test]
    fn the_words_of_other_formats_are_understood() {
        for relation_is in Relation::ALL {
            assert_eq!(relation(relation_is.word()), Some(relation_is));
        }
        assert_eq!(relation("Intersects With"), Some(Relation::Intersects));
        assert_eq!(relation("skos:broadMatch"), Some(Relation::SubsetOf));
        assert_eq!(relation("not_related"), Some(Relation::None));
        assert_eq!(relation("similar"), None);
        assert_eq!(confidence("90%"), Some(Confidence::High));
        assert_eq!(confidence("0.5"), Some(Confidence::Medium));
        assert_eq!(confidence("1e999"), None);
        assert_eq!(confidence("NaN"), None);
        assert_eq!(basis("Published"), Some(Basis::Published));
        assert_eq!(legal_effect("deemed-compliance"), Some(LegalEffect::DeemedCompliance));
    }
}
