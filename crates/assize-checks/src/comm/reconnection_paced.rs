//! After a loss the DUT tries to connect again at the pace that IXIT 11-ComMech declares.
//! One unit cannot show that many do not return together, so that a PASS is a proposal.

use std::collections::BTreeMap;

use assize_model::declaration::ixit::ComMech;
use assize_model::fact::{Fact, Outage};
use assize_model::judgement::{Finding, Outcome};
use assize_model::scene::Scene;

use crate::Check;
use crate::look::looked;
use crate::say::{Row, Said, count, shown, worst};

pub(crate) const CHECK: Check = Check {
    name: "comm.reconnection_paced",
    establishes: "After a loss the DUT tries to connect again at the pace that IXIT 11-ComMech declares.",
    probes: &["outage"],
    partial: true,
    judge,
};

/// So many attempts at an even pace are no coincidence: waits that double would be a thousand times longer by then.
const MANY: usize = 10;
/// Waits that differ by less are the same.
const SAME_MS: u64 = 3;
/// Shorter waits are those of a client that tries again at once; they are no part of its pace.
const AT_ONCE_MS: u64 = 100;
/// Waits of two outages that differ by less may be the same.
const NOISE_MS: u64 = 20;
/// Random waits that do not grow seem to about once in thirty times beyond so many standard deviations.
const NO_CHANCE: f64 = 1.8;

fn judge(scene: &Scene) -> Vec<Finding> {
    let finding = |m: &ComMech| {
        let row = Row { table: "11-ComMech", id: &m.id };
        let (outcome, indications) = worst(said(scene, m, row)).expect("something is always said");
        Finding { entry: Some(m.id.clone()), outcome, indications }
    };
    scene.declaration.ixit.com_mech.iter().map(finding).collect()
}

fn said(scene: &Scene, m: &ComMech, row: Row) -> Vec<Said> {
    if m.reconnect.is_none() && m.resilience.is_none() {
        return vec![row.leaves_out("reconnect", "how the DUT connects again")];
    }
    let is_own =
        |o: &Outage| scene.is_dut(&o.target) && m.reached_at.iter().any(|place| place.to_string() == o.place);
    let mut own: Vec<(u64, &Outage)> = scene
        .facts()
        .filter_map(|(record, fact)| match fact {
            Fact::Outage(o) if is_own(o) => Some((record, o)),
            _ => None,
        })
        .collect();
    own.sort_by_key(|(record, _)| *record);
    if own.is_empty() {
        let remedy = "take its place with a [[bench.relay]] and allow `interrupt`, or measure it by hand";
        return vec![row.is_open(
            "reached_at",
            "was not tried: nobody took its host away from the DUT",
            remedy,
        )];
    }
    let mut said: Vec<Said> =
        own.iter().filter_map(|(record, o)| Some(shown(one(row, m, o)?, *record))).collect();
    if said.iter().all(|(outcome, _)| *outcome != Outcome::Fail) {
        said.extend(paces(row, m, &own));
    }
    said.extend(lockstep(row, m, &own));
    said = among(row, &neighbours(scene, m, &own), m, said);
    if !looked(scene, "outage") {
        let words = "was not tried to the end: the probe stopped before";
        said.push(row.is_open("reached_at", words, "run `assize assess` again with the DUT on the bench"));
    }
    said
}

/// Other mechanisms that connect where outages were tried.
fn neighbours<'a>(scene: &Scene<'a>, m: &ComMech, own: &[(u64, &Outage)]) -> Vec<&'a ComMech> {
    let is_there = |other: &&ComMech| {
        let mut places = other.reached_at.iter();
        other.id != m.id && places.any(|place| own.iter().any(|(_, o)| place.to_string() == o.place))
    };
    scene.declaration.ixit.com_mech.iter().filter(is_there).collect()
}

/// What was seen where several mechanisms connect: nobody can tell whose attempts were which. What fails one fails some of
/// those that declare the same.
fn among(row: Row, neighbours: &[&ComMech], m: &ComMech, mut said: Vec<Said>) -> Vec<Said> {
    let Some(first) = neighbours.first() else { return said };
    let are_alike = neighbours.iter().all(|other| other.reconnect == m.reconnect);
    said.retain(|(outcome, _)| *outcome != Outcome::Fail || are_alike);
    let words = format!(
        "was tried at a place where {} connects too, so that nobody could tell whose attempts were seen",
        first.id
    );
    said.push(row.is_open("reached_at", words, "measure by hand which connections are whose"));
    said
}

fn gaps(o: &Outage) -> Vec<u64> {
    o.attempts_ms.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).collect()
}

/// What an outage shows by itself, if anything.
fn one(row: Row, m: &ComMech, o: &Outage) -> Option<Said> {
    if !o.was_connected {
        let words = format!("was tried at {}, to which the DUT had no connection before", o.place);
        let remedy = "see that the DUT is led to the bench and keeps a connection there";
        return Some(row.is_open("reached_at", words, remedy));
    }
    (declares_growth(m) && o.attempts_ms.len() >= MANY && is_even(&gaps(o))).then(|| {
        let words = format!("declares growing waits, but the DUT made {} at an even pace", tries(&[o]));
        row.fails("reconnect", words, "let waits grow from try to try")
    })
}

fn declares_growth(m: &ComMech) -> bool {
    m.reconnect.as_ref().and_then(|r| r.backoff) == Some(true)
}

fn declares_randomness(m: &ComMech) -> bool {
    m.reconnect.as_ref().and_then(|r| r.jitter) == Some(true)
}

/// `4 attempts in 3000 ms`, over all outages.
fn tries(outages: &[&Outage]) -> String {
    let all: usize = outages.iter().map(|o| o.attempts_ms.len()).sum();
    let away: u64 = outages.iter().map(|o| o.away_ms).sum();
    let times = if outages.len() > 1 { format!(" of {} outages", outages.len()) } else { String::new() };
    format!("{} in {away} ms{times}", count(all as u64, "attempt"))
}

const REPEAT: &str = "take the host away for longer (`--outage-seconds`) and several times (`--outages`)";

/// What the outages of each place show together.
fn paces(row: Row, m: &ComMech, own: &[(u64, &Outage)]) -> Vec<Said> {
    let mut places: BTreeMap<&str, Vec<(u64, &Outage)>> = BTreeMap::new();
    for (record, o) in own.iter().filter(|(_, o)| o.was_connected) {
        places.entry(&o.place).or_default().push((*record, o));
    }
    let of = |(place, outages): (&&str, &Vec<(u64, &Outage)>)| {
        let (outcome, indication) = pace(row, m, place, outages);
        (outcome, indication.shown_by(outages.iter().map(|(record, _)| *record)))
    };
    places.iter().map(of).collect()
}

fn pace(row: Row, m: &ComMech, place: &str, outages: &[(u64, &Outage)]) -> Said {
    let outages: Vec<&Outage> = outages.iter().map(|(_, o)| *o).collect();
    let (waits, seen): (Vec<Vec<u64>>, _) = (outages.iter().map(|o| gaps(o)).collect(), tries(&outages));
    let all: Vec<u64> = waits.concat();
    let (Some(least), Some(most)) = (all.iter().min(), all.iter().max()) else {
        let words = format!("was tried at {place}, where {seen} are too few to tell the pace");
        return row.is_open("reconnect", words, REPEAT);
    };
    match declares_growth(m) {
        true if grow(&waits) && declares_randomness(m) && !vary(&waits) => {
            let words = format!(
                "lets waits grow, from {least} ms to {most} ms in {seen}, which do not show whether they are random"
            );
            row.is_open("reconnect", words, REPEAT)
        }
        true if grow(&waits) => {
            row.passes("reconnect", format!("lets waits grow, from {least} ms to {most} ms in {seen}"))
        }
        true => {
            let words = format!("declares growing waits, and {seen} do not show whether they grow");
            row.is_open("reconnect", words, REPEAT)
        }
        false => {
            let words = format!("does not declare growing waits; the DUT made {seen}");
            row.is_open("reconnect", words, "weigh whether that pace suits the host, or declare `backoff`")
        }
    }
}

/// Whether waits grow, told by all outages together: within an outage the later of two waits is the longer one more
/// often than chance would have it (the test of Mann and Kendall), and from the third on waits are half as long again
/// as the second. What is tried again at once comes first and is left out: after it any wait is a longer one.
fn grow(outages: &[Vec<u64>]) -> bool {
    let (mut sum, mut variance) = (0.0, 0.0);
    let (mut second_ms, mut later_ms) = (0_u64, 0_u64);
    for gaps in outages.iter().map(|gaps| paced(gaps)) {
        let trend = Trend::of(gaps);
        sum += trend.sum;
        variance += trend.variance;
        if let [_, second, rest @ ..] = gaps
            && !rest.is_empty()
        {
            second_ms = second_ms.saturating_add(*second);
            later_ms = later_ms.saturating_add(lower_median(rest));
        }
    }
    // One pair less, since the sum moves in steps.
    variance > 0.0 && sum - 1.0 >= NO_CHANCE * f64::sqrt(variance) && later_ms / 3 >= second_ms / 2
}

/// Whether waits at the same turn differ from one outage to the next by more than a device or a bench brings about: at three
/// turns and more, and at half of them by a twentieth and [`NOISE_MS`].
fn vary(outages: &[Vec<u64>]) -> bool {
    let turns = outages.windows(2).flat_map(|pair| paced(&pair[0]).iter().zip(paced(&pair[1])));
    let differ = turns.map(|(a, b)| a.abs_diff(*b) > NOISE_MS.max(a.max(b) / 20));
    let differ: Vec<bool> = differ.collect();
    differ.len() >= 3 && differ.iter().filter(|is_other| **is_other).count() * 2 >= differ.len()
}

/// The waits without those of a client that tries again at once at first.
fn paced(gaps: &[u64]) -> &[u64] {
    let at_once = gaps.iter().take_while(|gap| **gap < AT_ONCE_MS).count();
    gaps.get(at_once..).unwrap_or_default()
}

/// How waits go up or down in the order they came.
struct Trend {
    /// Pairs of which the later is longer, less those of which it is shorter.
    sum: f64,
    /// How much that varies among waits in random order.
    variance: f64,
}

impl Trend {
    fn of(gaps: &[u64]) -> Self {
        let pairs = gaps
            .iter()
            .enumerate()
            .flat_map(|(i, early)| gaps.iter().skip(i + 1).map(move |late| (early, late)));
        let (mut up, mut down, mut all) = (0.0, 0.0, 0.0);
        for (early, late) in pairs {
            // Waits that differ by a fifth are a random part at most.
            let is_alike = early.abs_diff(*late) <= early.max(late) / 5;
            all += 1.0;
            up += f64::from(u8::from(!is_alike && late > early));
            down += f64::from(u8::from(!is_alike && late < early));
        }
        let n = gaps.len() as f64;
        // Of waits that are alike nothing varies.
        let share = if all > 0.0 { (up + down) / all } else { 0.0 };
        Self { sum: up - down, variance: n * (n - 1.0) * (2.0 * n + 5.0) / 18.0 * share }
    }
}

/// Whether the waits stay at the pace of the first. A few that a busy bench has drawn out count for nothing, unless
/// they are the last.
fn is_even(gaps: &[u64]) -> bool {
    let Some((first, later)) = gaps.split_first() else { return false };
    let is_longer = |gap: &u64| gap * 2 > first * 3;
    let longer = later.iter().filter(|gap| is_longer(gap)).count();
    let last = later.get(later.len().saturating_sub(3)..).unwrap_or_default();
    let (early, late) = gaps.split_at(gaps.len() / 2);
    let may_grow = lower_median(late) * 2 > upper_median(early) * 3;
    longer * 10 < later.len() && !is_longer(&lower_median(last)) && !may_grow
}

/// The middle of some waits; of two in the middle, the shorter.
fn lower_median(gaps: &[u64]) -> u64 {
    sorted(gaps).get(gaps.len().saturating_sub(1) / 2).copied().unwrap_or(0)
}

/// The middle of some waits; of two in the middle, the longer.
fn upper_median(gaps: &[u64]) -> u64 {
    sorted(gaps).get(gaps.len() / 2).copied().unwrap_or(0)
}

fn sorted(gaps: &[u64]) -> Vec<u64> {
    let mut gaps = gaps.to_vec();
    gaps.sort_unstable();
    gaps
}

/// Whether two outages brought the very same waits although they are declared to be random. What is tried again at once
/// is alike by itself.
fn lockstep(row: Row, m: &ComMech, own: &[(u64, &Outage)]) -> Option<Said> {
    let pair = own.windows(2).find(|pair| {
        let [a, b] = [gaps(pair[0].1), gaps(pair[1].1)];
        let both = a.iter().zip(&b);
        let is_paced = |(a, b): &(&u64, &u64)| **a.min(b) >= AT_ONCE_MS;
        both.clone().filter(is_paced).count() >= 3 && both.clone().all(|(a, b)| a.abs_diff(*b) <= SAME_MS)
    })?;
    let words = "declares random waits, but two outages brought the same ones";
    let said = row.fails("reconnect", words, "add a random part to the waits");
    declares_randomness(m).then(|| shown(shown(said, pair[0].0), pair[1].0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::{DUT, check, looked as seen, nothing};

    const DECLARED: &str = "11-ComMech = [{ id = 'A', reached_at = ['cloud:tcp/8883'], \
         reconnect = { backoff = true, jitter = true } }]";

    fn outage(round: u32, attempts: &[u64]) -> Vec<Fact> {
        vec![Fact::Outage(Outage {
            target: DUT.into(),
            place: "cloud:tcp/8883".into(),
            round,
            was_connected: true,
            away_ms: 3000,
            attempts_ms: attempts.to_vec(),
            ..Outage::default()
        })]
    }

    fn even(from: u64) -> Vec<u64> {
        (0..40).map(|n| from + n * 50).collect()
    }

    #[test]
    fn flawed() {
        check(&CHECK, DECLARED, &seen(&[outage(1, &even(20))]), "A FAIL");
        let same = [&[200, 700, 1700, 3700][..], &[100, 600, 1600, 3600]];
        check(&CHECK, DECLARED, &seen(&[outage(1, same[0]), outage(2, same[1])]), "A FAIL");
    }

    #[test]
    fn conformant() {
        let grown = [&[190, 560, 1310, 2700][..], &[150, 600, 1200, 2300]];
        check(&CHECK, DECLARED, &seen(&[outage(1, grown[0]), outage(2, grown[1])]), "A PASS");
    }

    /// Attempts with these waits between them.
    fn spaced(waits: &[u64]) -> Vec<u64> {
        let mut now = 100;
        std::iter::once(now)
            .chain(waits.iter().map(|wait| {
                now += wait;
                now
            }))
            .collect()
    }

    /// One outage with these waits, judged where growing waits are declared.
    fn one(waits: &[u64], expect: &str) {
        let growing = DECLARED.replace(", jitter = true", "");
        check(&CHECK, &growing, &seen(&[outage(1, &spaced(waits))]), &format!("A {expect}"));
    }

    #[test]
    fn random_waits_are_seen_in_several_outages_only() {
        let waits = [370, 750, 1390, 2900, 5500];
        check(&CHECK, DECLARED, &seen(&[outage(1, &spaced(&waits))]), "A INCONCLUSIVE");
        let drawn = |by: u64| outage(2, &spaced(&waits.map(|wait| wait + wait * by / 100)));
        let twice = |by: u64| seen(&[outage(1, &spaced(&waits)), drawn(by)]);
        check(&CHECK, DECLARED, &twice(0), "A FAIL");
        // As much as a slow device or bench brings about by itself.
        check(&CHECK, DECLARED, &twice(2), "A INCONCLUSIVE");
        check(&CHECK, DECLARED, &twice(15), "A PASS");
    }

    #[test]
    fn attempts_at_a_place_of_two_mechanisms_are_of_neither() {
        let two = |other: &str| {
            format!(
                "11-ComMech = [{{ id = 'A', reached_at = ['cloud:tcp/8883'], reconnect = {{ backoff = true }} }}, \
                 {{ id = 'B', reached_at = ['cloud:tcp/8883'], {other} }}]"
            )
        };
        let paced = "reconnect = { backoff = true }";
        let grown = seen(&[outage(1, &spaced(&[370, 750, 1390, 2900, 5500]))]);
        check(&CHECK, &two(paced), &grown, "A INCONCLUSIVE, B INCONCLUSIVE");
        let flat = seen(&[outage(1, &even(20))]);
        check(&CHECK, &two("reconnect = { backoff = false }"), &flat, "A INCONCLUSIVE, B INCONCLUSIVE");
        check(&CHECK, &two(paced), &flat, "A FAIL, B FAIL");
    }

    #[test]
    fn a_back_off_that_reaches_its_longest_wait_grows() {
        let capped: Vec<u64> = [250, 500].into_iter().chain([1000; 13]).collect();
        one(&capped, "PASS");
        let at_once: Vec<u64> = [50].into_iter().chain([100; 14]).collect();
        one(&at_once, "INCONCLUSIVE");
        // A random part of the longest wait takes nothing back.
        one(&[250, 500, 1000, 990, 980, 970, 960, 950, 940], "PASS");
        // An outage with a single attempt says nothing of the pace.
        let single = [outage(1, &spaced(&[370, 750, 1390, 2900, 5500])), outage(2, &[100])];
        check(&CHECK, &DECLARED.replace(", jitter = true", ""), &seen(&single), "A PASS");
    }

    #[test]
    fn a_step_between_two_even_paces_may_be_chance() {
        one(&[200, 202, 204, 600, 602], "INCONCLUSIVE");
    }

    #[test]
    fn a_pace_that_is_not_the_first_one_is_not_even() {
        one(&[500, 500, 1000, 500, 1000, 500, 1000, 500, 500], "INCONCLUSIVE");
        let late: Vec<u64> = [500; 20].into_iter().chain([1000, 1000]).collect();
        one(&late, "INCONCLUSIVE");
        one(&[900, 400, 400, 400, 400, 700, 700, 700, 700], "INCONCLUSIVE");
    }

    #[test]
    fn an_even_pace_fails_from_ten_attempts_on() {
        one(&[500; 8], "INCONCLUSIVE");
        one(&[500; 9], "FAIL");
    }

    #[test]
    fn one_that_tries_at_once_first_does_not_let_waits_grow() {
        for waits in [
            &[20, 1000][..],
            &[20, 1000, 1000],
            &[50, 100],
            &[50, 100, 100],
            &[20, 1000, 1001, 1000, 1002, 1000, 1001],
            &[5, 5, 1000, 1000, 1000, 1001, 1000, 1000],
            &[12, 500, 990, 620, 880, 700],
        ] {
            one(waits, "INCONCLUSIVE");
            let twice = seen(&[outage(1, &spaced(waits)), outage(2, &spaced(waits))]);
            let apart = DECLARED.replace(", jitter = true", "");
            check(&CHECK, &apart, &twice, "A INCONCLUSIVE");
        }
    }

    #[test]
    fn three_waits_in_rising_order_are_chance_once_and_growth_twice() {
        one(&[370, 750, 1390], "INCONCLUSIVE");
        one(&[370, 750, 1390, 2900], "INCONCLUSIVE");
        one(&[370, 750, 1390, 2900, 5500], "PASS");
        let twice = [outage(1, &spaced(&[370, 750, 1390])), outage(2, &spaced(&[450, 800, 1700]))];
        check(&CHECK, DECLARED, &seen(&twice), "A PASS");
        let down = [outage(1, &spaced(&[370, 750, 1390])), outage(2, &spaced(&[900, 500, 700]))];
        check(&CHECK, DECLARED, &seen(&down), "A INCONCLUSIVE");
    }

    /// Numbers from 0 up to 1 that look random.
    fn chance(state: &mut u64) -> f64 {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(*state >> 32).unwrap()) / f64::from(u32::MAX)
    }

    #[test]
    fn random_waits_seldom_seem_to_grow_and_growing_ones_do() {
        let mut state = 7;
        let mut draw = |waits: usize, wait: fn(usize, f64) -> f64| -> Vec<Vec<u64>> {
            (0..2).map(|_| (0..waits).map(|n| wait(n, chance(&mut state)) as u64).collect()).collect()
        };
        let mut share = |waits, wait| (0..2000).filter(|_| grow(&draw(waits, wait))).count() as f64 / 2000.0;
        for waits in [3, 4, 6, 10, 30] {
            assert!(share(waits, |_, r| 100.0 + 2000.0 * r) < 0.04, "{waits} waits between two bounds");
            assert!(share(waits, |_, r| 800.0 * (0.5 + r / 2.0)) < 0.01, "{waits} waits of one size");
        }
        assert!(share(5, |n, r| 250.0 * f64::powi(2.0, n as i32) * (0.5 + r / 2.0)) > 0.95);
    }

    #[test]
    fn fixed_waits_with_a_random_part_do_not_grow() {
        one(&[260, 700, 350, 740, 420, 610, 290, 530, 380, 480], "INCONCLUSIVE");
        one(&[500, 260, 900], "INCONCLUSIVE");
        one(&[500, 260, 700, 350, 740, 420, 610, 290, 530], "FAIL");
    }

    #[test]
    fn what_is_tried_again_at_once_is_no_lockstep() {
        let at_once = [outage(1, &spaced(&[5, 5, 5])), outage(2, &spaced(&[5, 6, 5]))];
        check(&CHECK, DECLARED, &seen(&at_once), "A INCONCLUSIVE");
        let alike = [outage(1, &spaced(&[5, 300, 600, 1200])), outage(2, &spaced(&[5, 301, 600, 1201]))];
        check(&CHECK, DECLARED, &seen(&alike), "A FAIL");
    }

    #[test]
    fn a_busy_bench_does_not_hide_an_even_pace() {
        let mut waits = vec![41; 60];
        (waits[20], waits[40]) = (90, 70);
        check(&CHECK, DECLARED, &seen(&[outage(1, &spaced(&waits))]), "A FAIL");
    }

    #[test]
    fn doubtful() {
        check(&CHECK, DECLARED, &seen(&[outage(1, &[200])]), "A INCONCLUSIVE");
        check(&CHECK, DECLARED, &seen(&[outage(1, &[200, 700, 1200])]), "A INCONCLUSIVE");
        let unsaid = DECLARED.replace("backoff = true, ", "");
        check(&CHECK, &unsaid, &seen(&[outage(1, &even(20))]), "A INCONCLUSIVE");
        let mut half = seen(&[outage(1, &[190, 560, 1310, 2700])]);
        half.done.clear();
        check(&CHECK, DECLARED, &half, "A INCONCLUSIVE");
    }

    #[test]
    fn never_looked() {
        check(&CHECK, DECLARED, &nothing(), "A INCONCLUSIVE");
        check(&CHECK, "11-ComMech = [{ id = 'A' }]", &nothing(), "A INCONCLUSIVE");
    }
}
