//! Reads a moment as RFC 3339 writes it.

const DAY: i64 = 86_400;

/// The Unix seconds of a moment, `2027-01-31T12:00:00Z` or with an offset. `None` when it is none.
pub fn moment(text: &str) -> Option<i64> {
    let (date, time) = text.split_at_checked(10)?;
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let time = time.strip_prefix(['T', 't'])?;
    let (clock, rest) = time.split_at_checked(8)?;
    let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])?;
    let is_moment = (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        // A leap second may be there (section 5.7).
        && second <= 60;
    let offset = offset(fraction_cut(rest)?)?;
    is_moment.then(|| days(year, month, day) * DAY + hour * 3600 + minute * 60 + second - offset)
}

/// Numbers of fixed lengths with a sign between them.
fn numbers(text: &str, between: char, lengths: [usize; 3]) -> Option<[i64; 3]> {
    let mut parts = text.split(between);
    let mut found = [0; 3];
    for (slot, length) in found.iter_mut().zip(lengths) {
        let part = parts.next().filter(|p| p.len() == length && p.bytes().all(|b| b.is_ascii_digit()))?;
        *slot = part.parse().ok()?;
    }
    parts.next().is_none().then_some(found)
}

/// What follows a fraction of a second, or the whole when there is none.
fn fraction_cut(rest: &str) -> Option<&str> {
    let Some(fraction) = rest.strip_prefix('.') else { return Some(rest) };
    let cut = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    (cut.len() < fraction.len()).then_some(cut)
}

/// Seconds that the written time is ahead of UTC.
fn offset(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, rest) = match text.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, text.strip_prefix('-')?),
    };
    let (hours, minutes) = rest.split_once(':')?;
    let number =
        |t: &str| (t.len() == 2 && t.bytes().all(|b| b.is_ascii_digit())).then(|| t.parse().ok()).flatten();
    let (hours, minutes): (i64, i64) = (number(hours)?, number(minutes)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 by the proleptic Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March here, so that the leap day is the last of its year.
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn moments() {
        assert_eq!(moment("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(moment("2000-02-29T12:34:56Z"), Some(951_827_696));
        assert_eq!(moment("2031-12-31T23:59:59.25z"), Some(1_956_527_999));
        assert_eq!(moment("1970-01-01T01:00:00+01:00"), Some(0));
        assert_eq!(moment("1969-12-31T23:30:00-00:30"), Some(0));
        for bad in [
            "",
            "2027-01-31",
            "2027-02-30T00:00:00Z",
            "2027-01-31 12:00:00Z",
            "2027-01-31T12:00:00",
            "2027-01-31T24:00:00Z",
            "2027-01-31T12:00:00.Z",
            "2027-01-31T12:00:00+1:00",
            "2027-1-31T12:00:00Z",
            "+027-01-31T12:00:00Z",
            "Thu, 31 Dec 2027 18:37:07 -0800",
        ] {
            assert_eq!(moment(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text(text in "\\PC{0,40}|[0-9TZ:+. -]{0,30}") {
            let _ = moment(&text);
        }
    }
}
