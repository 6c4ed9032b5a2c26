//! The DUT stands malformed input, and lets in no value that the declaration refuses.
//! A person still weighs whether what was sent reaches the parsers that matter, so nothing found is a proposal only.

use assize_model::declaration::ixit::InpVal;
use assize_model::declaration::ixit::common::Place;
use assize_model::fact::{CrashingInput, Fact, InputTrial, Transport};
use assize_model::judgement::{Finding, Indication};
use assize_model::scene::Scene;

use crate::Check;
use crate::look::{looked, port_words};
use crate::say::{Row, Said, count, list, shown, worst};
use crate::{drive, web};

pub(crate) const CHECK: Check = Check {
    name: "input.unexpected_refused",
    establishes: "The DUT stands malformed input, and lets in no value that the declaration refuses.",
    probes: &["input", "web"],
    partial: true,
    judge,
};

type Trial<'a> = (u64, &'a InputTrial);

fn judge(scene: &Scene) -> Vec<Finding> {
    let methods = &scene.declaration.ixit.inp_val;
    let mut trials: Vec<Trial> =
        scene.facts().filter_map(|(record, fact)| trial(scene, record, fact)).collect();
    trials.sort_by_key(|(record, _)| *record);
    let nowhere: Vec<Trial> =
        trials.iter().filter(|(_, t)| !methods.iter().any(|m| covers(scene, m, t))).copied().collect();
    let finding = |m: &InpVal| {
        let own = trials.iter().filter(|(_, t)| covers(scene, m, t)).copied();
        let row = Row { table: "29-InpVal", id: &m.id };
        let (outcome, mut indications) = one(scene, row, m, &own.collect::<Vec<_>>(), &nowhere);
        indications.extend(web::unheld(row, scene, |port| reaches(scene, m, port)));
        Finding { entry: Some(m.id.clone()), outcome, indications }
    };
    methods.iter().map(finding).collect()
}

fn trial<'a>(scene: &Scene<'a>, record: u64, fact: &'a Fact) -> Option<Trial<'a>> {
    match fact {
        Fact::InputTrial(trial) if scene.is_dut(&trial.target) => Some((record, trial)),
        _ => None,
    }
}

/// Whether a method covers the port of a trial, by the sources it names.
fn covers(scene: &Scene, method: &InpVal, trial: &InputTrial) -> bool {
    method.sources.iter().any(|source| is_at(scene, source, trial))
}

/// Whether a trial was at a place of a source.
fn is_at(scene: &Scene, source: &str, trial: &InputTrial) -> bool {
    places(scene, source).any(|p| p.is_dut(trial.transport, trial.port))
}

/// Whether a method covers a TCP port of the DUT.
fn reaches(scene: &Scene, method: &InpVal, port: u16) -> bool {
    method.sources.iter().any(|source| places(scene, source).any(|p| p.is_dut(Transport::Tcp, port)))
}

/// The sources of a method that no trial reached: those at whose places nothing was sent, or nothing inside TLS. A source
/// at several ports of the DUT was tried where each of them was.
fn untried(scene: &Scene, method: &InpVal, own: &[Trial]) -> Vec<String> {
    let is_tried = |place: &Place| {
        own.iter().any(|(_, t)| t.protocol != "tls" && t.cases > 0 && place.is_dut(t.transport, t.port))
    };
    let of = |source: &String| {
        let places: Vec<&Place> = places(scene, source).filter(|p| p.host.is_none()).collect();
        let bare: Vec<&&Place> = places.iter().filter(|p| !is_tried(p)).collect();
        match bare.as_slice() {
            [] if !places.is_empty() => None,
            bare if bare.len() == places.len() => Some(source.clone()),
            bare => {
                let at: Vec<String> = bare.iter().map(|p| p.to_string()).collect();
                Some(format!("{source} ({})", list(&at)))
            }
        }
    };
    method.sources.iter().filter_map(of).collect()
}

/// The places of a source.
fn places<'a>(scene: &Scene<'a>, source: &str) -> impl Iterator<Item = &'a Place> {
    let ixit = &scene.declaration.ixit;
    let interfaces = ixit.user_intf.iter().map(|e| (&e.id, &e.reached_at));
    let apis = ixit.ext_api.iter().map(|e| (&e.id, &e.reached_at));
    let mechanisms = ixit.com_mech.iter().map(|e| (&e.id, &e.reached_at));
    let all = interfaces.chain(apis).chain(mechanisms);
    all.filter(move |(id, _)| *id == source).flat_map(|(_, places)| places)
}

/// What is said of one method: by the trials at its sources, and by what went wrong where no method is declared.
fn one(
    scene: &Scene,
    row: Row,
    method: &InpVal,
    own: &[Trial],
    nowhere: &[Trial],
) -> (assize_model::judgement::Outcome, Vec<Indication>) {
    let mut said: Vec<Said> = own.iter().chain(nowhere).flat_map(|trial| faults(scene, row, trial)).collect();
    // What no method covers speaks against each of them.
    let methods = &scene.declaration.ixit.inp_val;
    let is_own =
        |port| reaches(scene, method, port) || !methods.iter().any(|other| reaches(scene, other, port));
    said.extend(web::let_into_pages(row, scene, is_own));
    if own.is_empty() {
        let words = "was not tried: nobody sent malformed input where its sources are reached";
        let remedy = "allow `malformed-input` in product.toml and run `assize assess`, or send it by hand";
        said.push(row.is_open("sources", words, remedy));
    } else if !looked(scene, "input") {
        let words = "was not tried to the end: the probe stopped before";
        said.push(row.is_open("sources", words, "run `assize assess` again with the DUT on the bench"));
    }
    let kinds: Vec<String> = own.iter().map(|(_, t)| trial_words(t)).collect();
    let shown_by =
        |(outcome, indication): Said| (outcome, indication.shown_by(own.iter().map(|(record, _)| *record)));
    let untried = untried(scene, method, own);
    if !own.is_empty() && !untried.is_empty() {
        let sources = if untried.len() == 1 { "source" } else { "sources" };
        let words = format!(
            "was tried by {}, and not at the {sources} {}: nobody sent malformed input to what is spoken there",
            list(&kinds),
            list(&untried)
        );
        said.push(shown_by(row.is_open("sources", words, "send malformed input there by hand")));
    }
    if said.is_empty() {
        let words = format!("stood {} without letting in a refused value", list(&kinds));
        said.push(shown_by(row.passes("description", words)));
    }
    worst(said).expect("something is always said")
}

/// What a trial shows against a method, or leaves open.
fn faults(scene: &Scene, row: Row, (record, trial): &Trial) -> Vec<Said> {
    let at = port_words(trial.transport, trial.port);
    let mut said: Vec<Said> = trial.crashed.iter().map(|crash| crashed(row, &at, crash, trial)).collect();
    said.extend(let_in(scene, row, &at, trial));
    if let Some(first) = trial.accepted_invalid.iter().find(|a| !a.declared) {
        let words = format!("let in case {} at {at} with {}: {}", first.case, first.status, first.what);
        let remedy = "find out by hand whether the value was used; refuse values of another type";
        said.push(row.is_open("description", words, remedy));
    }
    if trial.ended_early && trial.crashed.is_empty() {
        said.push(match trial.cases {
            0 => {
                let words = format!("was not tried with {} at {at}: nothing could be sent", trial.protocol);
                row.is_open("description", words, "see that the DUT works there, and assess again")
            }
            cases => {
                let words =
                    format!("was tried only in part: {} of {} at {at}", count(cases, "case"), trial.protocol);
                row.is_open("description", words, "run it again with more time (`--probe-seconds`)")
            }
        });
    }
    if trial.health.is_none() {
        let words = format!("was tried at {at} without a play that tells whether the DUT works");
        said.push(row.is_open("description", words, "add a play with purpose = \"health\" to product.toml"));
    }
    said.into_iter().map(|s| shown(s, *record)).collect()
}

/// What is said of the first value that was let in although the declaration says that it is refused.
fn let_in(scene: &Scene, row: Row, at: &str, trial: &InputTrial) -> Option<Said> {
    let mut declared = trial.accepted_invalid.iter().filter(|a| a.declared);
    let first = declared.clone().find(|a| tells_success(scene, &a.play)).or_else(|| declared.next())?;
    if !tells_success(scene, &first.play) {
        let words = format!(
            "seems to let in what the play `{}` says is refused: {at} answered case {} with {}, and the play does \
             not say what success holds",
            first.play, first.case, first.status
        );
        let remedy = format!("add `contains` to the play `{}`, and assess again", first.play);
        return Some(row.is_open("description", words, remedy));
    }
    let words = format!(
        "does not keep out what the play `{}` says is refused: {at} answered case {} with {}",
        first.play, first.case, first.status
    );
    Some(row.fails("description", words, "check the value before it is used, and refuse it"))
}

/// Whether a play says by what an answer shows success. Many devices answer 200 to everything, with the error in the
/// body.
fn tells_success(scene: &Scene, id: &str) -> bool {
    drive::named(scene, id)
        .is_some_and(|p| p.contains.is_some() || !p.take.is_empty() || !p.status.is_empty())
}

/// By what it was seen that the DUT did not work, and for how long.
fn seen_by(crash: &CrashingInput, trial: &InputTrial) -> String {
    let by = match trial.health.as_deref() {
        Some(play) => format!("seen by the play `{play}`"),
        None => "without a play that tells whether the DUT works".to_owned(),
    };
    match crash.back_after_ms {
        Some(back) => format!("{by}; back after {back} ms"),
        None => by,
    }
}

fn crashed(row: Row, at: &str, crash: &CrashingInput, trial: &InputTrial) -> Said {
    let what = format!("case {} at {at}: {} ({})", crash.case, crash.what, seen_by(crash, trial));
    let remedy =
        format!("mend the parser; the evidence holds the reproducer of {}", count(crash.bytes, "byte"));
    match crash.back_after_ms {
        _ if crash.bytes == 0 => {
            let words = format!(
                "may not have kept the DUT working: it stopped after {what}, and after a connection without any \
                 bytes, too"
            );
            row.is_open(
                "description",
                words,
                "find out whether the DUT limits connections, or stops by itself",
            )
        }
        None if crash.reproduced == 0 => {
            let words = format!(
                "may not have kept the DUT working: the bench could not reach it any more after {what}, and so could \
                 not try that again"
            );
            let remedy = "find out whether the DUT stopped or shuts the bench out; then send the kept bytes again by \
                          hand and watch the DUT";
            row.is_open("description", words, remedy)
        }
        None => row.fails(
            "description",
            format!("did not keep the DUT working: it did not come back after {what}"),
            remedy,
        ),
        Some(_) if crash.reproduced > 0 => {
            let words = format!(
                "did not keep the DUT working: it stopped {} after {what}",
                count(crash.reproduced + 1, "time")
            );
            row.fails("description", words, remedy)
        }
        Some(_) => {
            let words =
                format!("may not have kept the DUT working: it stopped once, and not again, after {what}");
            row.is_open("description", words, "send the kept bytes again by hand and watch the DUT")
        }
    }
}

fn trial_words(trial: &InputTrial) -> String {
    let at = port_words(trial.transport, trial.port);
    format!("{} of {} at {at}", count(trial.cases, "case"), trial.protocol)
}

#[cfg(test)]
mod tests {
    use assize_model::fact::{AcceptedInput, CrashingInput, Fact, InputTrial, Transport, WebPosture};

    use super::CHECK;
    use crate::stage::{DUT, check, declaration, findings, looked, nothing};

    const DECLARED: &str = "28-ExtAPI = [{ id = 'E', reached_at = ['tcp/443'] }, { id = 'F', reached_at = ['udp/5353'] }]\n\
         29-InpVal = [{ id = 'V', sources = ['E'] }]";
    const TOLD: &str = "28-ExtAPI = [{ id = 'E', reached_at = ['tcp/443'] }]\n\
         29-InpVal = [{ id = 'V', sources = ['E'] }]\n\
         product = { bench = { play = [{ id = 'set', HOW }] } }";

    fn trial(edit: impl Fn(&mut InputTrial)) -> Vec<Fact> {
        let mut trial = InputTrial {
            target: DUT.into(),
            port: 443,
            transport: Transport::Tcp,
            tls: true,
            protocol: "json".into(),
            cases: 24,
            seed: 1,
            health: Some("health".into()),
            accepted_invalid: Vec::new(),
            crashed: Vec::new(),
            ended_early: false,
        };
        edit(&mut trial);
        vec![Fact::InputTrial(trial)]
    }

    fn crash(reproduced: u32, back_after_ms: Option<u64>) -> CrashingInput {
        let what = "deep nesting".to_owned();
        CrashingInput { case: 3, what, repeated: 2, reproduced, back_after_ms, bytes: 40 }
    }

    fn accepted(declared: bool) -> AcceptedInput {
        AcceptedInput { case: 2, what: "a value".into(), play: "set".into(), declared, status: 200 }
    }

    #[test]
    fn flawed() {
        for edit in [
            (|t: &mut InputTrial| t.crashed = vec![crash(2, Some(300))]) as fn(&mut InputTrial),
            |t| (t.crashed, t.ended_early) = (vec![crash(1, None)], true),
            |t| (t.port, t.crashed) = (9009, vec![crash(1, Some(300))]),
        ] {
            check(&CHECK, DECLARED, &looked(&[trial(edit)]), "V FAIL");
        }
    }

    #[test]
    fn what_showed_it_and_for_how_long_is_told() {
        let told = |edit: fn(&mut InputTrial)| {
            let found = findings(&CHECK, &declaration(DECLARED), &looked(&[trial(edit)]));
            found[0].indications.iter().map(|i| i.words.clone()).collect::<String>()
        };
        let words = told(|t| t.crashed = vec![crash(2, Some(300))]);
        assert!(words.contains("deep nesting (seen by the play `health`; back after 300 ms)"), "{words}");
        let words = told(|t| (t.crashed, t.health) = (vec![crash(2, None)], None));
        assert!(words.contains("(without a play that tells whether the DUT works)"), "{words}");
    }

    #[test]
    fn a_status_alone_is_no_success_unless_the_play_says_so() {
        let seen = looked(&[trial(|t| t.accepted_invalid = vec![accepted(true)])]);
        for how in ["contains = 'saved'", "take = { id = 'json:/id' }", "status = [200]"] {
            check(&CHECK, &TOLD.replace("HOW", how), &seen, "V FAIL");
        }
        check(&CHECK, &TOLD.replace("HOW", "path = '/'"), &seen, "V INCONCLUSIVE");
        check(&CHECK, DECLARED, &seen, "V INCONCLUSIVE");
    }

    #[test]
    fn an_empty_reproducer_shows_no_fault() {
        for back_after_ms in [Some(300), None] {
            let empty = CrashingInput { bytes: 0, ..crash(2, back_after_ms) };
            let seen = looked(&[trial(|t| t.crashed = vec![empty.clone()])]);
            check(&CHECK, DECLARED, &seen, "V INCONCLUSIVE");
        }
    }

    #[test]
    fn conformant() {
        check(&CHECK, DECLARED, &looked(&[trial(|_| {})]), "V PASS");
    }

    #[test]
    fn doubtful() {
        for edit in [
            (|t: &mut InputTrial| t.crashed = vec![crash(0, Some(300))]) as fn(&mut InputTrial),
            |t| (t.crashed, t.ended_early) = (vec![crash(0, None)], true),
            |t| t.protocol = "tls".into(),
            |t| t.accepted_invalid = vec![accepted(false)],
            |t| t.ended_early = true,
            |t| (t.cases, t.ended_early) = (0, true),
            |t| t.health = None,
            |t| t.port = 80,
        ] {
            check(&CHECK, DECLARED, &looked(&[trial(edit)]), "V INCONCLUSIVE");
        }
    }

    #[test]
    fn a_source_that_was_not_tried() {
        let declared = "28-ExtAPI = [{ id = 'E', reached_at = ['tcp/443'] }, { id = 'R', reached_at = ['tcp/554'] }]\n\
             29-InpVal = [{ id = 'V', sources = ['E', 'R'] }, { id = 'W', sources = ['E'] }]";
        check(&CHECK, declared, &looked(&[trial(|_| {})]), "V INCONCLUSIVE, W PASS");
        let both = looked(&[trial(|_| {}), trial(|t| (t.port, t.protocol) = (554, "http".into()))]);
        check(&CHECK, declared, &both, "V PASS, W PASS");
        // What falls at a source is said of the methods of that source alone.
        let apart = declared.replace("['E', 'R']", "['R']");
        let fallen = |t: &mut InputTrial| {
            (t.port, t.protocol, t.crashed) = (554, "http".into(), vec![crash(2, Some(300))]);
        };
        check(&CHECK, &apart, &looked(&[trial(|_| {}), trial(fallen)]), "V FAIL, W PASS");
    }

    #[test]
    fn a_source_that_was_tried_at_one_of_its_places() {
        let declared = "28-ExtAPI = [{ id = 'E', reached_at = ['tcp/443', 'tcp/8883', 'cloud:tcp/443'] }]\n\
             29-InpVal = [{ id = 'V', sources = ['E'] }]";
        check(&CHECK, declared, &looked(&[trial(|_| {})]), "V INCONCLUSIVE");
        let both = looked(&[trial(|_| {}), trial(|t| (t.port, t.protocol) = (8883, "mqtt".into()))]);
        check(&CHECK, declared, &both, "V PASS");
    }

    #[test]
    fn nothing_was_sent() {
        check(&CHECK, DECLARED, &looked(&[trial(|t| t.cases = 0)]), "V INCONCLUSIVE");
    }

    #[test]
    fn never_looked() {
        check(&CHECK, DECLARED, &nothing(), "V INCONCLUSIVE");
    }

    #[test]
    fn half_looked() {
        let mut facts = looked(&[trial(|_| {})]);
        facts.done.clear();
        check(&CHECK, DECLARED, &facts, "V INCONCLUSIVE");
    }

    #[test]
    fn markup_of_a_request_in_a_page() {
        let page = |port, target: &str| {
            let reflects = vec!["/%3Cassize%22%3E".to_owned()];
            let lacks = vec!["X-Frame-Options".to_owned()];
            let target = target.to_owned();
            vec![Fact::WebPosture(WebPosture { target, port, reflects, lacks, ..WebPosture::default() })]
        };
        check(&CHECK, DECLARED, &looked(&[trial(|_| {}), page(443, DUT)]), "V FAIL");
        check(&CHECK, DECLARED, &looked(&[trial(|_| {}), page(80, DUT)]), "V FAIL");
        check(&CHECK, DECLARED, &looked(&[trial(|_| {}), page(443, "192.0.2.77")]), "V PASS");
        let other = DECLARED.replace("['E'] }]", "['E'] }, { id = 'W', sources = ['F'] }]");
        check(&CHECK, &other, &looked(&[page(443, DUT)]), "V FAIL, W INCONCLUSIVE");
        let noted = findings(&CHECK, &declaration(DECLARED), &looked(&[trial(|_| {}), page(443, DUT)]));
        assert!(
            noted[0].indications.iter().any(|i| i.words.contains("without X-Frame-Options")),
            "{noted:?}"
        );
    }
}
