//! After a loss the DUT tries to connect again at the pace that IXIT 11-ComMech declares.
//! One unit cannot show that many do not return together, so that a PASS is a proposal.

use assize_model::declaration::ixit::ComMech;
use assize_model::fact::{Fact, Outage};
use assize_model::judgement::Finding;
use assize_model::scene::Scene;

use crate::Check;
use crate::look::looked;
use crate::say::{Row, Said, shown, worst};

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
    let mut said: Vec<Said> = own.iter().map(|(record, o)| shown(one(row, m, o), *record)).collect();
    said.extend(lockstep(row, m, &own));
    if !looked(scene, "outage") {
        let words = "was not tried to the end: the probe stopped before";
        said.push(row.is_open("reached_at", words, "run `assize assess` again with the DUT on the bench"));
    }
    said
}

fn gaps(o: &Outage) -> Vec<u64> {
    o.attempts_ms.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).collect()
}

fn one(row: Row, m: &ComMech, o: &Outage) -> Said {
    let (gaps, tries) = (gaps(o), o.attempts_ms.len());
    let declared = m.reconnect.as_ref().and_then(|r| r.backoff);
    let seen = format!("{tries} attempts in {} ms", o.away_ms);
    if !o.was_connected {
        let words = format!("was tried at {}, to which the DUT had no connection before", o.place);
        return row.is_open(
            "reached_at",
            words,
            "see that the DUT is led to the bench and keeps a connection there",
        );
    }
    let (Some(first), Some(last)) = (gaps.first().copied(), gaps.iter().max().copied()) else {
        let words = format!("was tried at {}, where {seen} are too few to tell the pace", o.place);
        return row.is_open("reconnect", words, "take the host away for longer (`--outage-seconds`)");
    };
    match declared {
        Some(true) if tries >= MANY && is_even(&gaps) => {
            let words = format!("declares growing waits, but the DUT made {seen} at an even pace");
            row.fails("reconnect", words, "let waits grow from try to try")
        }
        Some(true) if grows(&gaps) => {
            row.passes("reconnect", format!("lets waits grow, from {first} ms to {last} ms in {seen}"))
        }
        Some(true) => {
            let words = format!("declares growing waits, and {seen} do not show whether they grow");
            row.is_open("reconnect", words, "take the host away for longer (`--outage-seconds`)")
        }
        _ => {
            let words = format!("does not declare growing waits; the DUT made {seen}");
            row.is_open("reconnect", words, "weigh whether that pace suits the host, or declare `backoff`")
        }
    }
}

/// Whether waits grow: from the first to the third and beyond, or from the earlier half to the later one. One long
/// wait among random ones is no growth, and a back-off that has reached its longest wait is one.
fn grows(gaps: &[u64]) -> bool {
    if let [first, second, rest @ ..] = gaps
        && let Some(third) = rest.first()
        && first < second
        && second < third
        && lower_median(rest) > first * 2
    {
        return true;
    }
    let (early, late) = gaps.split_at(gaps.len() / 2);
    !early.is_empty() && lower_median(late) * 2 > upper_median(early) * 3
}

/// Whether the waits stay at the pace of the first. A few that a busy bench has drawn out count for nothing, unless
/// they are the last.
fn is_even(gaps: &[u64]) -> bool {
    let Some((first, later)) = gaps.split_first() else { return false };
    let is_longer = |gap: &u64| gap * 2 > first * 3;
    let longer = later.iter().filter(|gap| is_longer(gap)).count();
    let last = later.get(later.len().saturating_sub(3)..).unwrap_or_default();
    longer * 10 < later.len() && !is_longer(&lower_median(last)) && !grows(gaps)
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

/// Whether two outages brought the very same waits although they are declared to be random.
fn lockstep(row: Row, m: &ComMech, own: &[(u64, &Outage)]) -> Option<Said> {
    let is_random = m.reconnect.as_ref().and_then(|r| r.jitter) == Some(true);
    let pair = own.windows(2).find(|pair| {
        let [a, b] = [gaps(pair[0].1), gaps(pair[1].1)];
        let both = a.iter().zip(&b);
        both.len() >= 3 && both.clone().all(|(a, b)| a.abs_diff(*b) <= SAME_MS)
    })?;
    let words = "declares random waits, but two outages brought the same ones";
    let said = row.fails("reconnect", words, "add a random part to the waits");
    is_random.then(|| shown(shown(said, pair[0].0), pair[1].0))
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

    #[test]
    fn a_back_off_that_reaches_its_longest_wait_grows() {
        let capped: Vec<u64> = [50, 100].into_iter().chain([200; 13]).collect();
        check(&CHECK, DECLARED, &seen(&[outage(1, &spaced(&capped))]), "A PASS");
        let at_once: Vec<u64> = [50].into_iter().chain([100; 14]).collect();
        check(&CHECK, DECLARED, &seen(&[outage(1, &spaced(&at_once))]), "A INCONCLUSIVE");
    }

    #[test]
    fn fixed_waits_with_a_random_part_do_not_grow() {
        let random = [260, 700, 350, 740, 420, 610, 290, 530, 380, 480];
        check(&CHECK, DECLARED, &seen(&[outage(1, &spaced(&random))]), "A INCONCLUSIVE");
        check(&CHECK, DECLARED, &seen(&[outage(1, &spaced(&[500, 260, 900]))]), "A INCONCLUSIVE");
        let below = [500, 260, 700, 350, 740, 420, 610, 290, 530];
        check(&CHECK, DECLARED, &seen(&[outage(1, &spaced(&below))]), "A FAIL");
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
