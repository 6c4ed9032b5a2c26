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
        Some(true) if tries >= MANY && !grows(&gaps) => {
            let words = format!("declares growing waits, but the DUT made {seen} at an even pace");
            row.fails("reconnect", words, "let waits grow from try to try")
        }
        Some(true) if last * 2 > first * 3 => {
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

/// Whether the later half of the waits is longer than the earlier one, by the median.
fn grows(gaps: &[u64]) -> bool {
    let median = |part: &[u64]| {
        let mut part = part.to_vec();
        part.sort_unstable();
        part.get(part.len() / 2).copied().unwrap_or(0)
    };
    let (early, late) = gaps.split_at(gaps.len() / 2);
    median(late) * 2 > median(early) * 3
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
