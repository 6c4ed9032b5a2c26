//! While a host that the DUT talks to is out of reach, the DUT works locally, and comes back by itself.
//! The bench takes hosts away, not buttons and lamps: a person still tries those.

use assize_model::declaration::ixit::ResMech;
use assize_model::declaration::ixit::res_mech::Outage as Against;
use assize_model::declaration::switch::Supply;
use assize_model::fact::{Fact, Outage, SwitchTrial};
use assize_model::judgement::{Finding, Outcome};
use assize_model::scene::Scene;

use super::switched;
use crate::Check;
use crate::look::looked;
use crate::say::{Row, Said, shown, worst};

pub(crate) const CHECK: Check = Check {
    name: "resilience.network_outage_survived",
    establishes: "While a host that the DUT talks to is out of reach, the DUT works locally, and comes back by itself.",
    probes: &["outage"],
    partial: true,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let own = scene.facts().filter_map(|(record, fact)| match fact {
        Fact::Outage(o) if scene.is_dut(&o.target) => Some((record, o)),
        _ => None,
    });
    let mut outages: Vec<(u64, &Outage)> = own.collect();
    outages.sort_by_key(|(record, _)| *record);
    let trials = switched(scene, Supply::Network);
    let finding = |m: &ResMech| {
        let row = Row { table: "23-ResMech", id: &m.id };
        let said = match m.against {
            None => vec![row.leaves_out("against", "which outage it addresses")],
            Some(Against::Power) => vec![row.is_beside("against", "does not address loss of the network")],
            Some(Against::Network | Against::Both) => said(scene, row, &outages, &trials),
        };
        let (outcome, indications) = worst(said).expect("something is always said");
        Finding { entry: Some(m.id.clone()), outcome, indications }
    };
    scene.declaration.ixit.res_mech.iter().map(finding).collect()
}

fn said(scene: &Scene, row: Row, outages: &[(u64, &Outage)], trials: &[(u64, &SwitchTrial)]) -> Vec<Said> {
    if outages.is_empty() && trials.is_empty() {
        let remedy = "take a host's place with a [[bench.relay]] or switch the network with a [[bench.switch]], and allow \
             `interrupt`, or cut the network by hand";
        return vec![row.is_open(
            "against",
            "was not tried: nobody took a host or the network away from the DUT",
            remedy,
        )];
    }
    // Places whose absence the DUT did not meet show nothing, as long as there are others.
    let met: Vec<&(u64, &Outage)> = outages.iter().filter(|(_, o)| !is_unmet(o)).collect();
    let lines = if met.is_empty() { outages.iter().collect() } else { met };
    let mut said: Vec<Said> = lines.iter().map(|(record, o)| shown(one(row, o), *record)).collect();
    let others = said.iter().filter(|(outcome, _)| *outcome == Outcome::Pass).count();
    said.extend(trials.iter().filter_map(|(record, t)| Some(shown(by_switch(row, t, others > 0)?, *record))));
    if !looked(scene, "outage") {
        let words = "was not tried to the end: the probe stopped before";
        said.push(row.is_open("against", words, "run `assize assess` again with the DUT on the bench"));
    }
    said
}

/// What a switched network shows. One behind which the bench cannot see shows the return only, and that says nothing
/// more where hosts that were taken away have shown the DUT at work.
fn by_switch(row: Row, t: &SwitchTrial, is_shown: bool) -> Option<Said> {
    let switch = &t.switch;
    let open = |words: String, remedy: &str| Some(row.is_open("description", words, remedy));
    if !t.was_well {
        let words = format!("was not tried at the switch {switch}: the DUT did not work before");
        return open(words, "see why its health play fails, and mend it or the DUT");
    }
    let Some(back) = t.back_after_ms else {
        let words = format!("did not bring the DUT back within the time allowed after {switch} was off");
        return open(words, "give it longer (`--restart-seconds`), or find out what it waits for");
    };
    if !t.reachable {
        let words =
            format!("was tried at the switch {switch}, behind which nobody saw whether the DUT works");
        let remedy = "watch the DUT meanwhile, or switch a part of the network that leaves the bench in reach and \
                      write `reachable = true`";
        return if is_shown { None } else { open(words, remedy) };
    }
    Some(untold(row, t).unwrap_or_else(|| worked(row, t, back)))
}

/// Why nothing follows from what the bench saw meanwhile: the DUT was out of its reach, or never without network.
fn untold(row: Row, t: &SwitchTrial) -> Option<Said> {
    let switch = &t.switch;
    if t.fell_silent {
        let words =
            format!("was tried at the switch {switch}, and nothing of the DUT was in reach meanwhile");
        let remedy = "see whether the bench still reaches the DUT then, and if not, leave `reachable` out; else the DUT \
                      fails by hand";
        return Some(row.is_open("description", words, remedy));
    }
    let place = t.heard_at.as_ref()?.first()?;
    let words = format!(
        "was tried at the switch {switch}, but the network was not away: meanwhile something of the DUT came to {place}"
    );
    let remedy = "see that the switch lies between this DUT and the bench's relays, and that its turn is over when its \
                  command ends";
    Some(row.is_open("description", words, remedy))
}

/// What a network that was away shows of a DUT that the bench still reached.
fn worked(row: Row, t: &SwitchTrial, back: u64) -> Said {
    let switch = &t.switch;
    let open = |words: String, remedy: &str| row.is_open("description", words, remedy);
    if t.asked > 1 && t.well == 0 {
        let words = format!(
            "did not keep the DUT working while {switch} was off: it failed {0} of {0} times",
            t.asked
        );
        return row.fails("description", words, "serve local functions without the network");
    }
    if t.health.is_none() || t.well < t.asked || t.asked < FEWEST {
        let words = format!("kept the DUT working {} of {} times while {switch} was off", t.well, t.asked);
        return open(
            words,
            "see that there is a health play, repeat it with a longer outage, and watch the DUT",
        );
    }
    if let Some(away) = t.reconnects.iter().find(|r| r.after_ms.is_none()) {
        let words = format!(
            "kept the DUT working while {switch} was off, but at {} nobody saw it come back in time",
            away.place
        );
        let remedy = "see whether its old connection outlived the outage, and repeat it with a longer one \
                      (`--outage-seconds`, `--recovery-seconds`)";
        return open(words, remedy);
    }
    // Without a look at the relays meanwhile, what came back may never have been away.
    if t.by.is_none() && (t.reconnects.is_empty() || t.heard_at.is_none()) {
        let words = format!(
            "kept the DUT working while {switch} was off, but nothing shows that its network was away"
        );
        let remedy = "lead a host that the DUT keeps a connection with through a [[bench.relay]], so that its return is \
                      seen, or switch by hand";
        return open(words, remedy);
    }
    let words = format!(
        "kept the DUT working while {switch} was off for {} ms, and {back} ms later all was well",
        t.off_ms
    );
    row.passes("description", words)
}

/// Whether the DUT may not have noticed that the place was away: it had no connection there, or all went on as before
/// without an attempt to connect. A connection that stood shows no more: one kept for the next request may be missed by
/// nobody.
fn is_unmet(o: &Outage) -> bool {
    let is_as_before = o.well == o.asked && o.reconnected_after_ms.is_some();
    !o.was_connected || (o.attempts_ms.is_empty() && is_as_before)
}

/// One look may come before the DUT has noticed anything.
const FEWEST: u32 = 2;

fn one(row: Row, o: &Outage) -> Said {
    let (place, away) = (&o.place, o.away_ms);
    if o.asked > 1 && o.well == 0 {
        let words = format!(
            "did not keep the DUT working while {place} was away: it failed {} of {} times",
            o.asked, o.asked
        );
        return row.fails("description", words, "serve local functions without the host");
    }
    let open = |words: String, remedy: &str| row.is_open("description", words, remedy);
    match (&o.health, o.reconnected_after_ms) {
        (None, _) => open(
            format!("was tried at {place} without a play that tells whether the DUT works"),
            "add a play with purpose = \"health\" to product.toml",
        ),
        (Some(health), _) if o.was_connected && o.asked == 0 => open(
            format!("was tried at {place}, but the play `{health}` failed while {place} was there, too"),
            "see why that play fails, and mend it or the DUT",
        ),
        _ if o.was_connected && o.well < o.asked => open(
            format!("kept the DUT working {} of {} times while {place} was away", o.well, o.asked),
            "repeat it with a longer outage (`--outage-seconds`), and watch the DUT",
        ),
        _ if !o.was_connected => open(
            format!("was tried at {place}, to which the DUT had no connection before"),
            "see that the DUT is led to the bench, and repeat it",
        ),
        (_, None) => open(
            format!("did not bring the DUT back to {place} within the time allowed"),
            "give it longer (`--recovery-seconds`), or find out what it waits for",
        ),
        _ if o.asked < FEWEST => open(
            format!("kept the DUT working while {place} was away, as far as one look tells"),
            "repeat it with a longer outage (`--outage-seconds`)",
        ),
        _ if o.attempts_ms.is_empty() => open(
            format!(
                "was tried at {place}, which the DUT did not try to reach in the {away} ms that it was away: nothing \
                 shows that the DUT noticed"
            ),
            "take the place away for longer than the DUT waits between two tries (`--outage-seconds`)",
        ),
        (Some(_), Some(ms)) => row.passes(
            "description",
            format!(
                "kept the DUT working while {place} was away for {away} ms, and it was back after {ms} ms"
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use assize_model::fact::Reconnect;

    use super::*;
    use crate::stage::{DUT, check, looked as seen, nothing};

    const DECLARED: &str =
        "23-ResMech = [{ id = 'N', against = 'network' }, { id = 'P', against = 'power' }]";

    fn outage(edit: impl Fn(&mut Outage)) -> Vec<Fact> {
        let mut outage = Outage {
            target: DUT.into(),
            place: "cloud:tcp/8883".into(),
            round: 1,
            was_connected: true,
            away_ms: 3000,
            attempts_ms: vec![190, 560, 1310],
            reconnected_after_ms: Some(700),
            health: Some("health".into()),
            asked: 7,
            well: 7,
        };
        edit(&mut outage);
        vec![Fact::Outage(outage)]
    }

    #[test]
    fn flawed() {
        check(&CHECK, DECLARED, &seen(&[outage(|o| o.well = 0)]), "N FAIL, P N/A");
    }

    #[test]
    fn conformant() {
        check(&CHECK, DECLARED, &seen(&[outage(|_| {})]), "N PASS, P N/A");
    }

    #[test]
    fn doubtful() {
        for edit in [
            (|o: &mut Outage| o.well = 6) as fn(&mut Outage),
            |o| (o.asked, o.well) = (0, 0),
            // Answered before the DUT need have noticed.
            |o| (o.asked, o.well) = (1, 1),
            |o| o.was_connected = false,
            |o| o.reconnected_after_ms = None,
            |o| (o.health, o.asked, o.well) = (None, 0, 0),
            // A place that is asked every ten seconds, and was away between two of them.
            |o| o.attempts_ms.clear(),
        ] {
            check(&CHECK, DECLARED, &seen(&[outage(edit)]), "N INCONCLUSIVE, P N/A");
        }
        let mut half = seen(&[outage(|_| {})]);
        half.done.clear();
        check(&CHECK, DECLARED, &half, "N INCONCLUSIVE, P N/A");
    }

    #[test]
    fn a_place_that_nobody_missed_says_nothing_beside_one_that_was() {
        let unmet = |edit: fn(&mut Outage)| {
            outage(|o| {
                (o.place, o.attempts_ms) = ("updates:tcp/443".into(), vec![]);
                edit(o);
            })
        };
        let both = |edit| seen(&[outage(|_| {}), unmet(edit)]);
        check(&CHECK, DECLARED, &both(|_| {}), "N PASS, P N/A");
        let unconnected = both(|o| (o.was_connected, o.attempts_ms) = (false, vec![190]));
        check(&CHECK, DECLARED, &unconnected, "N PASS, P N/A");
        check(&CHECK, DECLARED, &both(|o| o.well = 3), "N INCONCLUSIVE, P N/A");
        check(&CHECK, DECLARED, &both(|o| o.reconnected_after_ms = None), "N INCONCLUSIVE, P N/A");
        check(&CHECK, DECLARED, &both(|o| o.well = 0), "N FAIL, P N/A");
    }

    fn switch(edit: impl Fn(&mut SwitchTrial)) -> Vec<Fact> {
        let mut trial = SwitchTrial {
            target: DUT.into(),
            switch: "uplink".into(),
            supply: Supply::Network,
            round: 1,
            was_well: true,
            off_ms: 3000,
            reachable: true,
            asked: 7,
            well: 7,
            health: Some("health".into()),
            back_after_ms: Some(300),
            heard_at: Some(vec![]),
            ..SwitchTrial::default()
        };
        edit(&mut trial);
        vec![Fact::SwitchTrial(trial)]
    }

    #[test]
    fn a_switched_network_shows_what_the_bench_still_reaches() {
        let one = |edit: fn(&mut SwitchTrial), expect: &str| {
            check(&CHECK, DECLARED, &seen(&[switch(edit)]), &format!("N {expect}, P N/A"));
        };
        one(|_| {}, "INCONCLUSIVE");
        one(|t| t.by = Some("Ada".into()), "PASS");
        one(|t| t.well = 0, "FAIL");
        one(|t| t.well = 3, "INCONCLUSIVE");
        one(|t| (t.by, t.asked, t.well) = (Some("Ada".into()), 1, 1), "INCONCLUSIVE");
        one(|t| t.reachable = false, "INCONCLUSIVE");
        one(|t| t.back_after_ms = None, "INCONCLUSIVE");
        one(|t| t.was_well = false, "INCONCLUSIVE");
        one(|t| t.health = None, "INCONCLUSIVE");
        one(|t| (t.well, t.fell_silent) = (0, true), "INCONCLUSIVE");
        let to = |after_ms| Reconnect { place: "cloud:tcp/8883".into(), attempts_ms: vec![], after_ms };
        let back = |t: &mut SwitchTrial| t.reconnects = vec![to(Some(400))];
        check(&CHECK, DECLARED, &seen(&[switch(back)]), "N PASS, P N/A");
        let away = |t: &mut SwitchTrial| t.reconnects = vec![to(Some(400)), to(None)];
        check(&CHECK, DECLARED, &seen(&[switch(away)]), "N INCONCLUSIVE, P N/A");
        let unminded = |t: &mut SwitchTrial| (t.reconnects, t.heard_at) = (vec![to(Some(400))], None);
        check(&CHECK, DECLARED, &seen(&[switch(unminded)]), "N INCONCLUSIVE, P N/A");
        let heard = |t: &mut SwitchTrial| {
            (t.reconnects, t.heard_at) = (vec![to(Some(400))], Some(vec!["cloud:tcp/8883".into()]));
        };
        check(&CHECK, DECLARED, &seen(&[switch(heard)]), "N INCONCLUSIVE, P N/A");
        one(|t| t.heard_at = Some(vec!["cloud:tcp/8883".into()]), "INCONCLUSIVE");
        let ill = |t: &mut SwitchTrial| (t.well, t.heard_at) = (0, Some(vec!["cloud:tcp/8883".into()]));
        check(&CHECK, DECLARED, &seen(&[switch(ill)]), "N INCONCLUSIVE, P N/A");
        let by_hand = |t: &mut SwitchTrial| {
            (t.by, t.heard_at) = (Some("Ada".into()), Some(vec!["cloud:tcp/8883".into()]));
        };
        check(&CHECK, DECLARED, &seen(&[switch(by_hand)]), "N INCONCLUSIVE, P N/A");
        one(|t| t.supply = Supply::Power, "INCONCLUSIVE");
        let beside = seen(&[outage(|_| {}), switch(|t| t.reachable = false)]);
        check(&CHECK, DECLARED, &beside, "N PASS, P N/A");
        let never_back = seen(&[outage(|_| {}), switch(|t| t.back_after_ms = None)]);
        check(&CHECK, DECLARED, &never_back, "N INCONCLUSIVE, P N/A");
        let worse = seen(&[outage(|_| {}), switch(|t| t.well = 0)]);
        check(&CHECK, DECLARED, &worse, "N FAIL, P N/A");
    }

    #[test]
    fn never_looked() {
        check(&CHECK, DECLARED, &nothing(), "N INCONCLUSIVE, P N/A");
        check(&CHECK, "23-ResMech = [{ id = 'N' }]", &nothing(), "N INCONCLUSIVE");
    }
}
