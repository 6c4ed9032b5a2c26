//! The product's lifetime against the periods for which reference catalogues accept cryptography.

use std::collections::BTreeSet;

use assize_model::catalogue::Lists;
use assize_model::catalogue::cryptography::{Part, Period, Primitive, Statement, Sure};
use assize_model::scene::Scene;

use crate::say::text;

/// The day up to which cryptography has to last.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Horizon<'a> {
    /// The day, as `2031-12-31`.
    pub(crate) day: &'a str,
    /// What happens then, as the end of a sentence: `the DUT is supported until 2031-12-31`.
    is_support: bool,
}

impl Horizon<'_> {
    pub(crate) fn words(self) -> String {
        match self.is_support {
            true => format!("the DUT is supported until {}", self.day),
            false => format!("the declaration is of {}", self.day),
        }
    }
}

/// The declared end of support; the day of the declaration where none is declared.
pub(crate) fn horizon<'a>(scene: &Scene<'a>) -> Option<Horizon<'a>> {
    let period = scene.declaration.ixit.user_info.as_ref().and_then(|i| i.support_period.as_ref());
    let until = period.and_then(|p| text(p.until.as_ref())).filter(|day| is_day(day));
    let today = text(scene.declaration.product.dut.date.as_ref()).filter(|day| is_day(day));
    let support = until.map(|day| Horizon { day, is_support: true });
    support.or(today.map(|day| Horizon { day, is_support: false }))
}

fn is_day(text: &str) -> bool {
    text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() })
}

/// Why the agreed use of something ends before the horizon: what the last of the sources that speak of periods says.
/// Nothing where one of them goes on, or none speaks of it.
pub(crate) fn ends_before(row: &Primitive, lists: &Lists, horizon: Option<Horizon>) -> Option<String> {
    let horizon = horizon?;
    end(row, lists).filter(|(day, _)| day.is_none_or(|day| day < horizon.day)).map(|(_, words)| words)
}

/// Why nobody can tell whether agreed use lasts: it ends one day, and the declaration does not say how long the product is
/// supported.
pub(crate) fn may_end(row: &Primitive, scene: &Scene) -> Option<String> {
    let is_unsaid = horizon(scene).is_none_or(|horizon| !horizon.is_support);
    end(row, scene.lists).filter(|_| is_unsaid).map(|(_, words)| words)
}

/// What is not known then, as the end of a sentence.
pub(crate) const UNSAID: &str = "the declaration does not say until which day the DUT is supported";

/// The last day of agreed use, and a clause that says so; no day where no catalogue agrees at all.
fn end<'a>(row: &'a Primitive, lists: &'a Lists) -> Option<(Option<&'a str>, String)> {
    match row.period(&lists.agreed) {
        Period::Until(day, s) => {
            let source = source(s, lists);
            let words = format!("{} is accepted until {day} ({source}) and by no catalogue longer", row.name);
            Some((Some(day), words))
        }
        Period::Never(s) => Some((None, format!("no catalogue accepts {} ({})", row.name, source(s, lists)))),
        _ => None,
    }
}

/// The last day of agreed use, where every source with periods names one.
pub(crate) fn last_day<'a>(row: &'a Primitive, lists: &'a Lists) -> Option<&'a str> {
    match row.period(&lists.agreed) {
        Period::Until(day, _) => Some(day),
        _ => None,
    }
}

/// Whether agreed use goes on at the day of the declaration. What authenticates a handshake needs to hold no longer
/// than the handshake, so that an end to come is a matter for an update.
pub(crate) fn holds_today(row: &Primitive, scene: &Scene) -> bool {
    let today = text(scene.declaration.product.dut.date.as_ref()).filter(|day| is_day(day));
    last_day(row, scene.lists).is_some_and(|day| today.is_none_or(|today| day >= today))
}

/// The day, as `2031-12-31`, of a time in seconds since 1970.
pub(crate) fn day_of(seconds: i64) -> String {
    // The calendar of eras of 400 years that begin in March.
    let days = seconds.div_euclid(86_400) + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year + i64::from(month <= 2);
    match year {
        0..=9999 => format!("{year:04}-{month:02}-{day:02}"),
        ..0 => "0000-01-01".to_owned(),
        _ => "9999-12-31".to_owned(),
    }
}

/// The same for what one word of a declaration stands for: a family ends only with all of its members.
pub(crate) fn family_ends(rows: &[&Primitive], lists: &Lists, horizon: Option<Horizon>) -> Option<String> {
    all_of_a_part(rows, |row| ends_before(row, lists, horizon))
}

/// [`may_end`] for what one word of a declaration stands for.
pub(crate) fn family_may_end(rows: &[&Primitive], scene: &Scene) -> Option<String> {
    all_of_a_part(rows, |row| may_end(row, scene))
}

/// What ends, where all members of a part do.
fn all_of_a_part(rows: &[&Primitive], ends: impl Fn(&Primitive) -> Option<String>) -> Option<String> {
    let parts: BTreeSet<Part> = rows.iter().map(|r| r.part).collect();
    parts.into_iter().find_map(|part| {
        let members = rows.iter().filter(|r| r.part == part);
        members.map(|r| ends(r)).collect::<Option<Vec<String>>>()?.pop()
    })
}

/// Sources that end before the horizon while others go on, each as a clause.
pub(crate) fn early_ends(rows: &[&Primitive], lists: &Lists, horizon: Option<Horizon>) -> Vec<String> {
    let Some(horizon) = horizon else { return Vec::new() };
    let ended = rows.iter().flat_map(|row| {
        let early = row.says.iter().filter(|s| decides(s, lists) && !s.accepts(horizon.day));
        early.map(|s| match &s.until {
            Some(day) => format!("{} accepts {} until {day}", source(s, lists), row.name),
            None => format!("{} does not accept {}", source(s, lists), row.name),
        })
    });
    let unique: BTreeSet<String> = ended.collect();
    unique.into_iter().collect()
}

/// What the source that a declaration refers to says against one of these rows, if it speaks of it at all.
pub(crate) fn reference_ends(
    reference: &str,
    rows: &[&Primitive],
    lists: &Lists,
    horizon: Option<Horizon>,
) -> Option<String> {
    let horizon = horizon?;
    let lower = reference.to_lowercase();
    let is_meant = |id: &str| {
        let source = lists.agreed.source(id);
        source.is_some_and(|s| s.names.iter().any(|n| lower.contains(&n.to_lowercase())))
    };
    rows.iter().find_map(|row| {
        let says: Vec<&Statement> =
            row.says.iter().filter(|s| is_meant(&s.source) && decides(s, lists)).collect();
        let last = says.iter().max_by_key(|s| s.until.as_deref())?;
        let goes_on = says.iter().any(|s| s.accepts(horizon.day));
        let until = last.until.as_ref().map(|day| format!(" after {day}")).unwrap_or_default();
        (!goes_on).then(|| format!("{} does not accept {}{until}", source(last, lists), row.name))
    })
}

fn decides(statement: &Statement, lists: &Lists) -> bool {
    let source = lists.agreed.source(&statement.source);
    statement.confidence == Sure::Good && source.is_some_and(|s| !s.draft)
}

/// `NIST SP 800-57 Part 1 Rev. 5, table 4`.
pub(crate) fn source(statement: &Statement, lists: &Lists) -> String {
    let Some(source) = lists.agreed.source(&statement.source) else { return statement.source.clone() };
    if statement.at.starts_with("CVE-") {
        return statement.at.clone();
    }
    let title = source.title.split(',').next().unwrap_or(&source.title);
    let is_said = source.edition.starts_with("as ") || title.contains(&source.edition);
    let edition = if is_said { String::new() } else { format!(" {}", source.edition) };
    format!("{title}{edition}, {}", statement.at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage;

    fn rows(name: &str) -> Vec<&'static Primitive> {
        stage::lists().agreed.named(name)
    }

    fn until(day: &str) -> Option<Horizon<'_>> {
        Some(Horizon { day, is_support: true })
    }

    #[test]
    fn a_key_that_all_catalogues_end_ends() {
        let rows = rows("RSA-2048");
        let lists = stage::lists();
        let ends = family_ends(&rows, lists, until("2031-12-31")).unwrap();
        assert!(ends.contains("until 2030-12-31 (NIST SP 800-57 Part 1 Rev. 5, table 4"), "{ends}");
        assert_eq!(family_ends(&rows, lists, until("2030-12-31")), None);
        assert!(early_ends(&rows, lists, until("2030-12-31")).iter().any(|e| e.contains("SOG-IS")));
        let reference = reference_ends("SOG-IS ACM 1.3", &rows, lists, until("2028-06-30")).unwrap();
        assert!(reference.contains("after 2025-12-31"), "{reference}");
    }

    #[test]
    fn what_one_catalogue_goes_on_with_does_not_end() {
        let lists = stage::lists();
        for name in ["TLS 1.2", "AES-128-GCM", "X25519", "ECDHE P-256", "ECDSA P-256", "AES", "HMAC-SHA-1"] {
            assert_eq!(family_ends(&rows(name), lists, until("2034-12-31")), None, "{name}");
            assert!(!rows(name).is_empty(), "{name}");
        }
        assert!(family_ends(&rows("3DES"), lists, until("2027-01-01")).is_some());
    }

    #[test]
    fn without_a_day_nothing_ends() {
        assert_eq!(family_ends(&rows("3DES"), stage::lists(), None), None);
    }

    #[test]
    fn days_of_seconds() {
        let days = [(0, "1970-01-01"), (951_782_400, "2000-02-29"), (1_924_991_999, "2030-12-31")];
        for (seconds, day) in days {
            assert_eq!(day_of(seconds), day);
        }
        assert_eq!((day_of(-1), day_of(i64::MIN)), ("1969-12-31".to_owned(), "0000-01-01".to_owned()));
        assert_eq!(day_of(i64::MAX), "9999-12-31");
    }
}
