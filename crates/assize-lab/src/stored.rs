//! What the log holds, read for judging: the declaration as recorded, the facts that count, the answers that stand.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use assize_evidence::{Digest, Log, Record};
use assize_model::declaration::product::Host;
use assize_model::scene::{Done, Facts, Recorded};
use assize_probes::ProbeId;

use crate::Result;
use crate::journal::{
    Answer, Decision, DeclarationFiles, FactBody, RunEnd, RunStart, StepEnd, StepStart, TroubleBody,
    Withdrawal, body, kind,
};
use crate::steps::AS;

const PRODUCT: &str = "product.toml";

/// The probe that looks at further units.
const KEYS: &str = "keys";

/// Declarations are small; anything larger in the store is not one.
const DECLARATION_LIMIT: u64 = 16 * 1024 * 1024;

/// The log's content for judging.
#[derive(Clone, Debug, Default)]
pub struct Stored {
    /// The bytes of product.toml, ics.toml and ixit.toml as last recorded.
    pub declaration: [Option<Vec<u8>>; 3],
    /// Their digests by name.
    pub files: BTreeMap<String, Digest>,
    /// Facts of the last attempt of every probe on every target.
    pub facts: Facts,
    /// Answers that were not withdrawn, with record number, oldest first.
    pub answers: Vec<(u64, Answer)>,
    /// Decisions on claims, oldest first.
    pub decisions: Vec<Decision>,
    /// What the bench could not do, in the last attempt of every probe on every target.
    pub troubles: Vec<String>,
    /// When the first and the last record were written.
    pub span: Option<(String, String)>,
    /// Number of records.
    pub records: u64,
    /// Whether the last run did not come to its end.
    pub unfinished: bool,
    /// Steps that the unfinished run completed for the declaration as last recorded, and did not begin again.
    pub done_in_run: BTreeSet<Done>,
    /// The program that wrote the last run.
    pub tool: String,
}

impl Stored {
    /// Reads a log from start to end.
    ///
    /// # Errors
    /// When the log cannot be read, or a record has another shape than its kind.
    pub fn read(log: &Log) -> Result<Self> {
        let mut reader = Reader::default();
        for record in log.records()? {
            reader.record(&record?)?;
        }
        reader.finish(log)
    }
}

#[derive(Default)]
struct Reader {
    stored: Stored,
    steps: BTreeMap<StepStart, Attempt>,
    withdrawn: BTreeSet<u64>,
    /// Whether the run that is not ended looks at the network.
    on_network: bool,
    /// The record that ended the last run on the network, by the product.toml that it ran for.
    ends: BTreeMap<Option<Digest>, u64>,
}

#[derive(Default)]
struct Attempt {
    /// product.toml as it was recorded when the attempt began.
    product: Option<Digest>,
    /// The record that began it.
    begun: u64,
    facts: Vec<Recorded>,
    done: bool,
    troubles: Vec<String>,
}

impl Reader {
    fn record(&mut self, record: &Record) -> Result<()> {
        let stored = &mut self.stored;
        stored.records = record.n;
        let first = stored.span.take().map_or_else(|| record.time.clone(), |(first, _)| first);
        stored.span = Some((first, record.time.clone()));
        match record.kind.as_str() {
            kind::RUN_START => {
                let start: RunStart = body(record)?;
                (stored.tool, self.on_network) = (start.tool, start.network);
                stored.unfinished = true;
                stored.done_in_run.clear();
            }
            kind::RUN_END => {
                let network = body::<RunEnd>(record)?.network;
                // One without the network took up what it could of a run that is still not done.
                stored.unfinished = self.on_network && !network;
                if network {
                    self.ends.insert(stored.files.get(PRODUCT).copied(), record.n);
                }
            }
            kind::DECLARATION => {
                stored.files = body::<DeclarationFiles>(record)?.files;
                // What was done for another declaration is done anew when the run is taken up again.
                stored.done_in_run.clear();
            }
            kind::ANSWER => stored.answers.push((record.n, body(record)?)),
            kind::WITHDRAWAL => {
                self.withdrawn.insert(body::<Withdrawal>(record)?.record);
            }
            kind::DECISION => stored.decisions.push(body(record)?),
            _ => self.step(record)?,
        }
        Ok(())
    }

    fn step(&mut self, record: &Record) -> Result<()> {
        match record.kind.as_str() {
            kind::STEP_START => {
                let product = self.stored.files.get(PRODUCT).copied();
                let step: StepStart = body(record)?;
                let StepStart { probe, target } = step.clone();
                self.on_network |= !is_copy(&step);
                self.stored.done_in_run.remove(&Done { probe, target });
                self.steps.insert(step, Attempt { product, begun: record.n, ..Attempt::default() });
            }
            kind::FACT => {
                let FactBody { probe, target, fact, .. } = body(record)?;
                let attempt = self.steps.entry(StepStart { probe, target }).or_default();
                attempt.facts.push(Recorded { record: record.n, fact });
            }
            kind::STEP_END => {
                let StepEnd { probe, target, .. } = body(record)?;
                let done = Done { probe: probe.clone(), target: target.clone() };
                self.stored.done_in_run.insert(done);
                self.steps.entry(StepStart { probe, target }).or_default().done = true;
            }
            kind::TROUBLE => {
                let TroubleBody { probe, target, words } = body(record)?;
                let attempt =
                    self.steps.entry(StepStart { probe: probe.clone(), target: target.clone() }).or_default();
                attempt.troubles.push(format!("{probe} on {target}: {words}"));
            }
            // Kinds of later versions inform; they never change what older kinds say.
            _ => {}
        }
        Ok(())
    }

    fn finish(self, log: &Log) -> Result<Stored> {
        let Self { mut stored, mut steps, withdrawn, ends, .. } = self;
        let now = stored.files.get(PRODUCT).copied();
        drop_nameless(&mut steps, table_of(log, now));
        // A unit that is declared no longer is nobody's business; its keys lapse without a word.
        steps.retain(|step, _| step.probe != KEYS || unit_of(log, &step.target, now).is_some());
        let holds = |step: &StepStart, then: Option<Digest>| {
            then == now
                || (dut_of(log, then) == dut_of(log, now)
                    && same_unit(log, step, then, now)
                    && drive_of(log, step, then) == drive_of(log, step, now))
        };
        // What the product as it is now still asks for, a whole run since then has done anew.
        let is_settled = |step: &StepStart, begun: u64| {
            ends.iter().any(|(product, end)| *end > begun && holds(step, *product))
        };
        let mut is_due = false;
        steps.retain(|step, attempt| {
            let stays = holds(step, attempt.product);
            is_due |= !stays && !is_settled(step, attempt.begun);
            stays
        });
        if is_due {
            stored.troubles.push(
                "product.toml names another device, state, address, unit or host than when probes ran, or gives those that act other means; their facts are left out until `assize assess` runs again"
                    .to_owned(),
            );
        }
        for (step, attempt) in steps {
            stored.facts.recorded.extend(attempt.facts);
            stored.troubles.extend(attempt.troubles);
            if attempt.done {
                stored.facts.done.insert(Done { probe: step.probe, target: step.target });
            }
        }
        stored.facts.recorded.sort_by_key(|r| r.record);
        stored.answers.retain(|(n, _)| !withdrawn.contains(n));
        for (slot, name) in stored.declaration.iter_mut().zip(crate::SKELETON_FILES) {
            if let Some(digest) = stored.files.get(name) {
                *slot = Some(log.object(digest, DECLARATION_LIMIT)?);
            }
        }
        Ok(stored)
    }
}

/// Whether a step reads a copy in the assessment folder.
fn is_copy(step: &StepStart) -> bool {
    step.probe == ProbeId::Publication.name() && !step.target.contains("://")
}

/// Drops what was seen at hosts' addresses before hosts were asked by their names, where a later step asked by one. An
/// address of the bench, or of a host without a name, is looked at without a name still.
fn drop_nameless(steps: &mut BTreeMap<StepStart, Attempt>, product: Option<toml::Table>) {
    let product = product.unwrap_or_default();
    let mut kept: Vec<&str> = Vec::new();
    let bench = product.get("bench").and_then(|bench| bench.as_table());
    kept.extend(["address", "control"].iter().filter_map(|key| bench?.get(*key)?.as_str()));
    let hosts: Vec<Host> = product.get("host").and_then(|h| h.clone().try_into().ok()).unwrap_or_default();
    let nameless = hosts.iter().filter(|host| host.asked_by().is_none());
    kept.extend(nameless.filter_map(|host| host.address.as_deref()));
    let kept: BTreeSet<String> =
        kept.into_iter().filter_map(|a| a.parse::<IpAddr>().ok()).map(|a| a.to_string()).collect();
    let asked: BTreeSet<(String, String)> = steps
        .keys()
        .filter_map(|step| Some((step.probe.clone(), step.target.split_once(AS)?.0.to_owned())))
        .collect();
    steps.retain(|step, _| {
        kept.contains(&step.target) || !asked.contains(&(step.probe.clone(), step.target.clone()))
    });
}

/// Whether a step on another unit, which has no other probe, is still about the same one.
fn same_unit(log: &Log, step: &StepStart, then: Option<Digest>, now: Option<Digest>) -> bool {
    step.probe != KEYS || unit_of(log, &step.target, then) == unit_of(log, &step.target, now)
}

/// The further unit at an address in a recorded product.toml.
fn unit_of(log: &Log, address: &str, product: Option<Digest>) -> Option<toml::Value> {
    let table = table_of(log, product)?;
    let units = table.get("bench")?.get("unit")?.as_array()?;
    let is_there = |unit: &&toml::Value| {
        let written = unit.get("address").and_then(|a| a.as_str()).and_then(|a| a.parse::<IpAddr>().ok());
        written.is_some_and(|a| a.to_string() == address)
    };
    units.iter().find(is_there).cloned()
}

/// What facts rest on in a recorded product.toml: which device in which state, where it and its hosts are.
fn dut_of(log: &Log, product: Option<Digest>) -> Option<toml::Value> {
    let table = table_of(log, product)?;
    let bench = |key: &str| table.get("bench").and_then(|b| b.get(key)).cloned();
    let parts = [
        table.get("dut").cloned(),
        table.get("host").cloned(),
        bench("address"),
        bench("state"),
        bench("control"),
    ];
    Some(parts.into_iter().flatten().collect::<Vec<_>>().into())
}

/// What a probe that acts did it with in a recorded product.toml. Checks find there what an attempt offered and what an
/// answer means, so that facts speak of those words only that they were made with.
fn drive_of(log: &Log, step: &StepStart, product: Option<Digest>) -> Option<toml::Value> {
    let probe: ProbeId = step.probe.parse().ok().filter(|probe: &ProbeId| probe.needs().is_some())?;
    let table = table_of(log, product)?;
    let parts = means(probe).iter().map(|key| table.get("bench").and_then(|b| b.get(*key)).cloned());
    // An empty list stands for one that is not there.
    Some(parts.map(|part| part.unwrap_or_else(|| toml::Value::Array(Vec::new()))).collect::<Vec<_>>().into())
}

/// The parts of `[bench]` that a probe which acts goes by.
fn means(probe: ProbeId) -> &'static [&'static str] {
    match probe {
        ProbeId::Update => &["account", "play", "relay", "proxy", "offer"],
        ProbeId::Outage | ProbeId::Power => &["account", "play", "relay", "proxy", "switch"],
        _ => &["account", "play"],
    }
}

fn table_of(log: &Log, product: Option<Digest>) -> Option<toml::Table> {
    let bytes = log.object(&product?, DECLARATION_LIMIT).ok()?;
    toml::from_str(std::str::from_utf8(&bytes).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use assize_evidence::Store;
    use assize_model::fact::{AccessAnswer, Fact, UpdateAttempt};
    use assize_probes::Observation;

    use super::*;
    use crate::journal::{write, write_fact};

    const DUT: &str = "192.0.2.1";
    const PRODUCT_OF_THE_RUN: &str = "[bench]\naddress = \"192.0.2.1\"\n\
        [[bench.play]]\nid = \"read\"\ncontains = \"on\"\n\
        [[bench.offer]]\nid = \"wrong-signature\"\n";

    fn declare(store: &mut Store, product: &str) {
        let digest = store.put(product.as_bytes()).unwrap();
        let files = [(PRODUCT.to_owned(), digest)].into();
        write(store, kind::DECLARATION, &DeclarationFiles { files }, &[digest]).unwrap();
    }

    fn step(probe: &str) -> StepStart {
        StepStart { probe: probe.into(), target: DUT.into() }
    }

    fn ends(store: &mut Store, fact: Fact, probe: &str) {
        let name = step(probe);
        write(store, kind::STEP_START, &name, &[]).unwrap();
        write_fact(store, &name, Observation { fact, raw: Vec::new() }).unwrap();
        let StepStart { probe, target } = name;
        write(store, kind::STEP_END, &StepEnd { probe, target, facts: 1 }, &[]).unwrap();
    }

    /// A run on the network with a fact of `access` and one of `update`, then another product.toml. Gives the probes
    /// whose facts count, those done in a run that is to be taken up, and whether somebody is told that facts lapsed.
    fn after(product: &str, is_over: bool) -> (Vec<String>, usize, bool) {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(dir.path()).unwrap();
        let start = RunStart { format: 1, tool: "test".into(), spec: "x".into(), network: true };
        write(&mut store, kind::RUN_START, &start, &[]).unwrap();
        declare(&mut store, PRODUCT_OF_THE_RUN);
        ends(
            &mut store,
            Fact::AccessAnswer(AccessAnswer { target: DUT.into(), ..Default::default() }),
            "access",
        );
        ends(
            &mut store,
            Fact::UpdateAttempt(UpdateAttempt { target: DUT.into(), ..Default::default() }),
            "update",
        );
        if is_over {
            write(&mut store, kind::RUN_END, &RunEnd { steps: 2, troubles: 0, network: true }, &[]).unwrap();
        }
        declare(&mut store, product);
        store.sync().unwrap();
        let stored = Stored::read(&Log::read(dir.path()).unwrap()).unwrap();
        let done = stored.facts.done.iter().map(|d| d.probe.clone()).collect();
        assert_eq!(stored.facts.recorded.len(), stored.facts.done.len());
        (done, stored.done_in_run.len(), stored.troubles.iter().any(|t| t.contains("are left out until")))
    }

    #[test]
    fn facts_of_probes_that_act_rest_on_what_they_acted_with() {
        let both = vec!["access".to_owned(), "update".to_owned()];
        assert_eq!(after(PRODUCT_OF_THE_RUN, true), (both.clone(), 0, false));
        let renamed =
            format!("{PRODUCT_OF_THE_RUN}\n[supplier]\nname = \"X\"\n[[bench.switch]]\nid = \"m\"\n");
        assert_eq!(after(&renamed, true), (both, 0, false));
        let offers =
            PRODUCT_OF_THE_RUN.replace("signature\"", "signature\"\nanswers = { \"/m\" = \"/next/m\" }");
        assert_eq!(after(&offers, true), (vec!["access".to_owned()], 0, true));
        let plays = PRODUCT_OF_THE_RUN.replace("contains = \"on\"", "contains = \"o\"");
        assert_eq!(after(&plays, true), (vec![], 0, true));
    }

    #[test]
    fn a_run_that_is_taken_up_with_another_declaration_does_all_anew() {
        let offers = PRODUCT_OF_THE_RUN.replace("wrong-signature", "unsigned");
        assert_eq!(after(&offers, false), (vec!["access".to_owned()], 0, true));
    }

    /// Which steps are left of a few, for hosts written so.
    fn left(product: &str) -> Vec<String> {
        let steps = [("tls", "192.0.2.2 as a.example"), ("tls", "192.0.2.2"), ("ssh", "192.0.2.2")];
        let start = |(probe, target): (&str, &str)| StepStart { probe: probe.into(), target: target.into() };
        let mut steps = steps.map(|step| (start(step), Attempt::default())).into();
        drop_nameless(&mut steps, Some(toml::from_str(product).unwrap()));
        steps.into_keys().map(|step| format!("{} {}", step.probe, step.target)).collect()
    }

    #[test]
    fn what_an_address_showed_counts_no_more_once_its_host_was_asked_by_name() {
        let named = "[[host]]\nname = 'a'\ndns = 'a.example'\naddress = '192.0.2.2'\n";
        assert_eq!(left(named), ["ssh 192.0.2.2", "tls 192.0.2.2 as a.example"]);
        let nameless = format!("{named}[[host]]\nname = 'b'\naddress = '192.0.2.2'\n");
        assert_eq!(left(&nameless).len(), 3);
        let dut = format!("{named}[bench]\naddress = '192.0.2.2'\n");
        assert_eq!(left(&dut).len(), 3);
    }
}
