//! After its power was off the DUT comes back by itself, with what it held and the services it had.
//! Positions, lamps and the moment at which a cut hurts most are a person's to try.

use assize_model::declaration::ixit::ResMech;
use assize_model::declaration::ixit::common::Place;
use assize_model::declaration::ixit::res_mech::Outage as Against;
use assize_model::declaration::switch::{Supply, Switch};
use assize_model::fact::{Kept, KeptState, SwitchTrial, Transport};
use assize_model::judgement::Finding;
use assize_model::scene::Scene;

use super::switched;
use crate::Check;
use crate::look::looked;
use crate::say::{Row, Said, count, list, shown, worst};

pub(crate) const CHECK: Check = Check {
    name: "resilience.power_outage_survived",
    establishes: "After its power was off the DUT comes back by itself, with what it held and the services it had.",
    probes: &["power"],
    partial: true,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let trials = switched(scene, Supply::Power);
    let finding = |m: &ResMech| {
        let row = Row { table: "23-ResMech", id: &m.id };
        let said = match m.against {
            None => vec![row.leaves_out("against", "which outage it addresses")],
            Some(Against::Network) => vec![row.is_beside("against", "does not address loss of power")],
            Some(Against::Power | Against::Both) => said(scene, row, &trials),
        };
        let (outcome, indications) = worst(said).expect("something is always said");
        Finding { entry: Some(m.id.clone()), outcome, indications }
    };
    scene.declaration.ixit.res_mech.iter().map(finding).collect()
}

fn said(scene: &Scene, row: Row, trials: &[(u64, &SwitchTrial)]) -> Vec<Said> {
    if trials.is_empty() {
        let is_power = |s: &Switch| s.what == Some(Supply::Power);
        let remedy = match scene.declaration.product.bench.switch.iter().any(is_power) {
            true => "see among the bench's troubles why the switch was left out, or cut the power by hand",
            false => {
                "declare a [[bench.switch]] for the power, allow `switch-power` and run `assize assess` with `--switches` \
                 or at a terminal, or cut the power by hand"
            }
        };
        return vec![row.is_open("against", "was not tried: nobody switched the DUT's power", remedy)];
    }
    let mut said: Vec<Said> = trials.iter().map(|(record, t)| shown(one(scene, row, t), *record)).collect();
    if !looked(scene, "power") {
        let words = "was not tried to the end: the probe stopped before";
        said.push(row.is_open("against", words, "run `assize assess` again with the DUT on the bench"));
    }
    said
}

fn one(scene: &Scene, row: Row, t: &SwitchTrial) -> Said {
    let open = |words: String, remedy: &str| row.is_open("description", words, remedy);
    let switch = &t.switch;
    if !t.was_well {
        let words = format!("was not tried at the switch {switch}: the DUT did not work before");
        return open(words, "see why its health play fails, and mend it or the DUT");
    }
    if !t.fell_silent {
        let words = format!("was not tried: the DUT went on answering while the switch {switch} was off");
        return open(
            words,
            "see that the switch holds the power of this DUT, and that it stays off long enough",
        );
    }
    let Some(back) = t.back_after_ms else {
        let words = "did not bring the DUT back within the time allowed after its power was off".to_owned();
        return open(words, "give it longer (`--restart-seconds`), or find out what it waits for");
    };
    gone(scene, row, t).or_else(|| doubtful(row, t)).unwrap_or_else(|| {
        let mut kept = of(t, is_kept);
        kept.push(count(t.ports.len() as u64, "port"));
        let (kept, off) = (list(&kept), t.off_ms);
        let words = format!(
            "brought the DUT back {back} ms after its power was off for {off} ms, and {kept} came back as before"
        );
        row.passes("description", words)
    })
}

/// What worked before and surely does not any more.
fn gone(scene: &Scene, row: Row, t: &SwitchTrial) -> Option<Said> {
    let lost = of(t, |s| s == KeptState::Lost);
    if t.set_up_again == Some(true) {
        let words =
            "did not keep what the DUT held over a loss of power: it let itself be set up like a fresh one";
        return Some(row.fails(
            "description",
            words,
            "keep settings and accounts in memory that needs no power",
        ));
    }
    if !lost.is_empty() {
        let words = format!("did not keep what the DUT held over a loss of power: {} is lost", list(&lost));
        return Some(row.fails(
            "description",
            words,
            "keep settings and accounts in memory that needs no power",
        ));
    }
    let declared: Vec<String> =
        t.ports_lost.iter().filter(|p| is_declared(scene, **p)).map(|p| format!("tcp/{p}")).collect();
    (!declared.is_empty()).then(|| {
        let words = format!("did not bring back {}, which is declared and was there before", list(&declared));
        row.fails("description", words, "start every declared service when power returns")
    })
}

/// What a person has to look at.
fn doubtful(row: Row, t: &SwitchTrial) -> Option<Said> {
    let open = |words: String, remedy: &str| Some(row.is_open("description", words, remedy));
    if !t.ports_lost.is_empty() {
        let ports: Vec<String> = t.ports_lost.iter().map(|p| format!("tcp/{p}")).collect();
        let words = format!("brought the DUT back, but {} takes no connection any more", list(&ports));
        return open(words, "see what that port is for, and whether the DUT needs longer");
    }
    let changed = of(t, |s| s == KeptState::Changed);
    if !changed.is_empty() {
        let words = format!("brought the DUT back, but {} gives something else than before", list(&changed));
        return open(words, "compare both answers: a setting that is lost, or a value that counts on");
    }
    let untold = of(t, |s| s == KeptState::Untold);
    if !untold.is_empty() {
        let words = format!("brought the DUT back, but {} could not be tried again", list(&untold));
        return open(words, "see why the DUT puts it off, and repeat it");
    }
    if t.ports.is_empty() {
        let words = "brought the DUT back, but nobody knows which ports took connections before".to_owned();
        return open(words, "see that the ports of the DUT were scanned before, and repeat it");
    }
    if !of(t, is_kept).is_empty() {
        return None;
    }
    let words = "brought the DUT back, but nothing shows whether it kept what it held".to_owned();
    open(words, "add plays with purpose = \"log-in\" or \"read\" to product.toml")
}

fn is_kept(state: KeptState) -> bool {
    matches!(state, KeptState::Same | KeptState::Holds)
}

/// The logins and reads in a state, as sentences name them.
fn of(t: &SwitchTrial, is: impl Fn(KeptState) -> bool) -> Vec<String> {
    let logins = t.logins.iter().map(|k| ("the login of", k));
    let all = logins.chain(t.reads.iter().map(|k| ("the play", k)));
    all.filter(|(_, k)| is(k.state)).map(|(kind, Kept { what, .. })| format!("{kind} {what}")).collect()
}

/// Whether a TCP port of the DUT stands in the declaration.
fn is_declared(scene: &Scene, port: u16) -> bool {
    let is_it = |p: &&Place| p.host.is_none() && p.transport == Transport::Tcp && p.port == port;
    scene.declaration.ixit.places().iter().any(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::{DUT, check, looked as seen, nothing};
    use assize_model::fact::Fact;

    const DECLARED: &str = "23-ResMech = [{ id = 'N', against = 'network' }, { id = 'P', against = 'power' }]\n\
         11-ComMech = [{ id = 'Web', reached_at = ['tcp/443'] }]";

    fn trial(edit: impl Fn(&mut SwitchTrial)) -> Vec<Fact> {
        let kept = |what: &str| vec![Kept { what: what.into(), state: KeptState::Same }];
        let mut trial = SwitchTrial {
            target: DUT.into(),
            switch: "mains".into(),
            supply: Supply::Power,
            round: 1,
            was_well: true,
            off_ms: 3000,
            asked: 7,
            fell_silent: true,
            health: Some("health".into()),
            back_after_ms: Some(900),
            ports: vec![443, 8080],
            logins: kept("admin"),
            reads: kept("read the schedule"),
            ..SwitchTrial::default()
        };
        edit(&mut trial);
        vec![Fact::SwitchTrial(trial)]
    }

    #[test]
    fn flawed() {
        for edit in [
            (|t: &mut SwitchTrial| t.logins[0].state = KeptState::Lost) as fn(&mut SwitchTrial),
            |t| t.reads[0].state = KeptState::Lost,
            |t| t.set_up_again = Some(true),
            |t| t.ports_lost = vec![443],
        ] {
            check(&CHECK, DECLARED, &seen(&[trial(edit)]), "N N/A, P FAIL");
        }
    }

    #[test]
    fn conformant() {
        check(&CHECK, DECLARED, &seen(&[trial(|_| {})]), "N N/A, P PASS");
        check(&CHECK, DECLARED, &seen(&[trial(|t| t.reads.clear())]), "N N/A, P PASS");
        let holds = trial(|t| (t.logins, t.reads[0].state) = (vec![], KeptState::Holds));
        check(&CHECK, DECLARED, &seen(&[holds]), "N N/A, P PASS");
    }

    #[test]
    fn doubtful() {
        for edit in [
            (|t: &mut SwitchTrial| t.was_well = false) as fn(&mut SwitchTrial),
            |t| t.fell_silent = false,
            |t| t.back_after_ms = None,
            |t| t.ports_lost = vec![8080],
            |t| t.ports.clear(),
            |t| t.reads[0].state = KeptState::Changed,
            |t| t.logins[0].state = KeptState::Untold,
            |t| (t.logins, t.reads) = (vec![], vec![]),
            |t| (t.logins, t.reads[0].state) = (vec![], KeptState::Varies),
        ] {
            check(&CHECK, DECLARED, &seen(&[trial(edit)]), "N N/A, P INCONCLUSIVE");
        }
        let mut half = seen(&[trial(|_| {})]);
        half.done.clear();
        check(&CHECK, DECLARED, &half, "N N/A, P INCONCLUSIVE");
        let network = trial(|t| t.supply = Supply::Network);
        check(&CHECK, DECLARED, &seen(&[network]), "N N/A, P INCONCLUSIVE");
    }

    #[test]
    fn never_looked() {
        check(&CHECK, DECLARED, &nothing(), "N N/A, P INCONCLUSIVE");
        check(&CHECK, "23-ResMech = [{ id = 'P' }]", &nothing(), "P INCONCLUSIVE");
    }
}
