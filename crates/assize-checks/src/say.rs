//! How rules say what came out: an outcome with the indication that led there.

use std::fmt::Display;

use assize_model::judgement::{Finding, Indication, Outcome, Pointer};

/// What a rule says of one entry.
pub(crate) type Said = (Outcome, Indication);

/// What the unit asks for holds.
pub(crate) fn pass(place: Pointer, words: impl Into<String>) -> Said {
    (Outcome::Pass, Indication::favour(words).at(place))
}

/// It does not hold.
pub(crate) fn fail(place: Pointer, words: impl Into<String>, remedy: impl Into<String>) -> Said {
    (Outcome::Fail, Indication::against(words, remedy).at(place))
}

/// There is nothing that the unit asks about.
pub(crate) fn waive(place: Pointer, words: impl Into<String>) -> Said {
    (Outcome::NotApplicable, Indication::favour(words).at(place))
}

/// It cannot be told.
pub(crate) fn leave_open(place: Pointer, words: impl Into<String>, remedy: impl Into<String>) -> Said {
    (Outcome::Inconclusive, Indication::note(words, remedy).at(place))
}

/// The same, shown by a record.
pub(crate) fn shown((outcome, indication): Said, record: u64) -> Said {
    (outcome, indication.shown_by([record]))
}

/// One finding about the whole.
pub(crate) fn whole((outcome, indication): Said) -> Vec<Finding> {
    vec![Finding::whole(outcome, vec![indication])]
}

/// An entry of an IXIT table, as indications speak of it: words begin with its id and get their full stop here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    pub(crate) table: &'a str,
    pub(crate) id: &'a str,
}

impl Row<'_> {
    /// The place of one of its fields.
    pub(crate) fn at(self, field: &str) -> Pointer {
        Pointer::ixit([self.table, self.id, field])
    }

    /// The entry is as the unit asks.
    pub(crate) fn passes(self, field: &str, words: impl Display) -> Said {
        pass(self.at(field), format!("{} {words}.", self.id))
    }

    /// The entry is not as the unit asks.
    pub(crate) fn fails(self, field: &str, words: impl Display, remedy: impl Into<String>) -> Said {
        fail(self.at(field), format!("{} {words}.", self.id), remedy)
    }

    /// The entry has nothing that the unit asks about.
    pub(crate) fn is_beside(self, field: &str, words: impl Display) -> Said {
        waive(self.at(field), format!("{} {words}.", self.id))
    }

    /// The entry cannot be judged from what is known.
    pub(crate) fn is_open(self, field: &str, words: impl Display, remedy: impl Into<String>) -> Said {
        leave_open(self.at(field), format!("{} {words}.", self.id), remedy)
    }

    /// The entry does not say what the rule needs.
    pub(crate) fn leaves_out(self, field: &str, what: impl Display) -> Said {
        self.is_open(field, format!("does not say {what}"), format!("fill in `{field}`"))
    }
}

/// The text of a field, when something stands in it.
pub(crate) fn text(field: Option<&String>) -> Option<&str> {
    field.map(|t| t.trim()).filter(|t| !t.is_empty())
}

/// The text of a field that says more than that nothing stands there, or not yet.
pub(crate) fn worded(field: Option<&String>) -> Option<&str> {
    const NOTHING: [&str; 8] = ["n/a", "na", "no", "none", "planned", "tbd", "to be done", "todo"];
    let says = |t: &&str| {
        let bare = t.trim_end_matches('.').to_ascii_lowercase();
        t.chars().any(char::is_alphabetic) && !NOTHING.contains(&bare.as_str())
    };
    text(field).filter(says)
}

/// A text between quotation marks, cut where it grows long and without its last full stop.
pub(crate) fn quote(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.trim_end_matches('.');
    if line.chars().count() <= 80 {
        return format!("\"{line}\"");
    }
    format!("\"{}…\"", line.chars().take(79).collect::<String>().trim_end())
}

/// `1 hour`, `2 hours`.
pub(crate) fn count(number: impl Into<u64>, noun: &str) -> String {
    match number.into() {
        1 => format!("1 {noun}"),
        n => format!("{n} {noun}s"),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list<T: AsRef<str>>(words: &[T]) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [front @ .., last] => {
            let front: Vec<&str> = front.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", front.join(", "), last.as_ref())
        }
    }
}

/// How bad an outcome is, the worst first.
fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Fail => 0,
        Outcome::Inconclusive => 1,
        Outcome::Pass => 2,
        Outcome::NotApplicable => 3,
    }
}

/// What several sayings come to: the worst outcome, with the indications that led to it. Nothing said is nothing.
pub(crate) fn worst(said: Vec<Said>) -> Option<(Outcome, Vec<Indication>)> {
    let outcome = said.iter().map(|(o, _)| *o).min_by_key(|o| rank(*o))?;
    let leading = said.into_iter().filter(|(o, _)| *o == outcome).map(|(_, i)| i);
    Some((outcome, leading.collect()))
}

/// The worst of what several facts say of one entry; the first of those that are equally bad.
pub(crate) fn gravest(said: impl IntoIterator<Item = Said>) -> Option<Said> {
    said.into_iter().min_by_key(|(outcome, _)| rank(*outcome))
}

/// One finding about the whole from findings about entries of a table: the worst outcome, with the indications that
/// led to it. When the unit concerns no entry, it says only that.
pub(crate) fn together(table: &str, findings: Vec<Finding>) -> Vec<Finding> {
    let said = findings.into_iter().flat_map(|f| f.indications.into_iter().map(move |i| (f.outcome, i)));
    match worst(said.collect()) {
        None => Vec::new(),
        Some((Outcome::NotApplicable, _)) => {
            let words = format!("No entry of {table} is what the unit asks about.");
            whole(waive(Pointer::ixit([table]), words))
        }
        Some((outcome, indications)) => vec![Finding::whole(outcome, indications)],
    }
}

/// The best of what was said of an entry's alternatives; one that fulfils the unit is enough.
pub(crate) fn best(said: Vec<Said>) -> Option<Said> {
    let order = |(outcome, _): &Said| match outcome {
        Outcome::Pass => 0,
        Outcome::Inconclusive => 1,
        Outcome::Fail => 2,
        Outcome::NotApplicable => 3,
    };
    said.into_iter().min_by_key(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_people_write_them() {
        assert_eq!(list::<&str>(&[]), "");
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(quote(" two\n words. "), "\"two words\"");
        assert_eq!((count(1u32, "day"), count(2u32, "day")), ("1 day".to_owned(), "2 days".to_owned()));
        let cut = quote(&"ä".repeat(200));
        assert_eq!(cut.chars().count(), 82);
        assert!(cut.ends_with("…\""));
    }

    #[test]
    fn the_worst_leads_together_and_the_best_among_alternatives() {
        let row = Row { table: "T", id: "A" };
        let said =
            || vec![row.passes("f", "passes"), row.fails("f", "fails", "mend it"), row.is_beside("f", "is")];
        assert_eq!(worst(said()).map(|(o, i)| (o, i.len())), Some((Outcome::Fail, 1)));
        assert_eq!(best(said()).map(|(o, _)| o), Some(Outcome::Pass));
        assert_eq!(worst(Vec::new()), None);
    }
}
