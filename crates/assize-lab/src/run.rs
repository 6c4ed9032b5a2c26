//! Runs the steps: a dispatcher that alone talks to the bench and puts everything in one order. Every fact is on
//! disk before the next one is made; a run that was cut off is resumed where it stopped.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use assize_evidence::{Digest, Recovery, Store};
use assize_model::catalogue::{Catalogue, Lists, TestSpec};
use assize_model::declaration::Declaration;
use assize_model::diagnostic::Diagnostic;
use assize_model::fact::Fact;
use assize_model::scene::Done;
use assize_probes::play::{Credentials, Player};
use assize_probes::{Budget, Known, Observation, ProbeId, Target, Trouble};

use crate::drive::{self, Gear, drive};
use crate::hands::{BenchHand, Hands};
use crate::journal::{
    DeclarationFiles, RunEnd, RunStart, StepEnd, StepStart, TroubleBody, kind, write, write_fact,
};
use crate::progress::Progress;
use crate::recorder::Recorder;
use crate::relays::Relays;
use crate::seen::Seen;
use crate::steps::{Step, steps, target_at};
use crate::trouble::{may_send_raw, trouble_words};
use crate::{Error, Folder, Result, SKELETON_FILES, Stored, accounts, papers};

/// The most wrong passwords on one login, when product.toml does not say.
const LOGIN_ATTEMPTS: u32 = 30;

/// What a run did.
#[derive(Clone, Debug, Default)]
pub struct Ran {
    /// Steps that were done now.
    pub steps: usize,
    /// Steps that an earlier, cut-off run had already done.
    pub resumed: usize,
    /// Facts recorded now.
    pub facts: u64,
    /// What the bench could not do.
    pub troubles: Vec<String>,
    /// A last line that a cut-off write had left torn, put aside.
    pub recovered: Option<String>,
}

/// Runs everything that can run for the folder's declaration and records it. Without `hands` nothing touches the network:
/// the declaration and copies of publications are recorded. [`Hands::default`] examines the DUT and turns no switch.
///
/// # Errors
/// When the declaration cannot be used, evidence cannot be written, or the budget asks for SYN segments without the right
/// to them.
pub fn assess(
    folder: &Folder,
    catalogue: &Catalogue,
    budget: &Budget,
    hands: Option<&Hands>,
    progress: &mut dyn Progress,
) -> Result<Ran> {
    let (declaration, spec) = usable(folder, catalogue)?;
    if budget.syn && hands.is_some() {
        may_send_raw()?;
    }
    let mut store = Store::open(folder.evidence())?;
    let before = Stored::read(&folder.log()?)?;
    let done = if before.unfinished { before.done_in_run.clone() } else { BTreeSet::new() };
    if !before.unfinished {
        let tool = format!("assize {}", env!("CARGO_PKG_VERSION"));
        let start = RunStart { format: 1, tool, spec: spec.id.clone(), network: hands.is_some() };
        write(&mut store, kind::RUN_START, &start, &[])?;
    }
    let changed = record_declaration(&mut store, folder, &before)?;
    let recovered = Some(store.recovered()).filter(|r| !r.is_empty()).map(recovery_words);
    let mut plan = steps(&declaration)?;
    plan.retain(|step| step.copy || hands.is_some());
    let (accounts, missing) = match plan.iter().any(|s| s.probe.needs().is_some()) {
        true => accounts::accounts(folder.path(), &declaration),
        false => Default::default(),
    };
    let ran = Ran { recovered, ..Ran::default() };
    let mut run = Run { store, folder, progress, budget, lists: &catalogue.lists, accounts, ran };
    let mut seen = if changed { Seen::default() } else { Seen::of(&before) };
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Runtime)?;
    let (relays, closed) = match hands {
        None => Default::default(),
        Some(_) => runtime.block_on(drive::relays(&declaration, budget)),
    };
    let none = Hands::default();
    let hand = BenchHand { folder: folder.path(), hands: hands.unwrap_or(&none) };
    let mut given = Given { declaration: &declaration, relays: &relays, hand: &hand, missing, closed };
    for (at, step) in plan.iter().enumerate() {
        if !changed && done.contains(&Done { probe: step.probe.to_string(), target: step.name.clone() }) {
            run.ran.resumed += 1;
            continue;
        }
        run.progress.step(at + 1, plan.len(), step);
        runtime.block_on(run.step(step, &mut given, &mut seen))?;
    }
    if let Some(last) = plan.iter().rfind(|step| drive::needs_relays(step.probe)) {
        relays.asked().into_iter().try_for_each(|asked| run.late(&name_of(last), asked))?;
        relays.strangers().into_iter().try_for_each(|words| run.trouble(&name_of(last), words))?;
    }
    let end = RunEnd {
        steps: run.ran.steps as u64,
        troubles: run.ran.troubles.len() as u64,
        network: hands.is_some(),
    };
    write(&mut run.store, kind::RUN_END, &end, &[])?;
    run.store.sync()?;
    Ok(run.ran)
}

/// The folder's declaration, when nothing blocks its use.
fn usable<'c>(folder: &Folder, catalogue: &'c Catalogue) -> Result<(Declaration, &'c TestSpec)> {
    let (reading, spec) = folder.declaration(catalogue)?;
    let blocking: Vec<Diagnostic> = reading.diagnostics.iter().filter(|d| d.blocking).cloned().collect();
    match reading.declaration {
        Some(declaration) if blocking.is_empty() => Ok((declaration, spec)),
        _ => Err(Error::Declaration(if blocking.is_empty() { reading.diagnostics } else { blocking })),
    }
}

/// Records the declaration unless the log already holds exactly these files; says whether it changed.
fn record_declaration(store: &mut Store, folder: &Folder, before: &Stored) -> Result<bool> {
    let mut body = DeclarationFiles::default();
    let mut objects: Vec<Digest> = Vec::new();
    for (name, bytes) in SKELETON_FILES.iter().zip(folder.files()) {
        if let Some(bytes) = bytes {
            let digest = Digest::of(bytes);
            body.files.insert((*name).to_owned(), digest);
            if before.files.get(*name) != Some(&digest) {
                store.put(bytes)?;
            }
            objects.push(digest);
        }
    }
    if body.files == before.files {
        return Ok(false);
    }
    write(store, kind::DECLARATION, &body, &objects)?;
    Ok(true)
}

/// What every step is given.
struct Given<'a> {
    declaration: &'a Declaration,
    relays: &'a Relays,
    hand: &'a BenchHand<'a>,
    /// What is wrong with accounts; the first step that needs them records it.
    missing: Vec<String>,
    /// What is wrong with relays; the first step that needs them records it.
    closed: Vec<String>,
}

impl Given<'_> {
    /// What the bench lacks for a step, unless an earlier step has recorded it.
    fn lacks(&mut self, probe: ProbeId) -> Vec<String> {
        let mut lacks = Vec::new();
        if probe.needs().is_some() {
            lacks.append(&mut self.missing);
        }
        if drive::needs_relays(probe) {
            lacks.append(&mut self.closed);
        }
        lacks
    }
}

/// What a step is recorded under.
fn name_of(step: &Step) -> StepStart {
    StepStart { probe: step.probe.to_string(), target: step.name.clone() }
}

struct Run<'a> {
    store: Store,
    folder: &'a Folder,
    progress: &'a mut dyn Progress,
    budget: &'a Budget,
    lists: &'a Lists,
    accounts: BTreeMap<String, Credentials>,
    ran: Ran,
}

impl Run<'_> {
    async fn step(&mut self, step: &Step, given: &mut Given<'_>, seen: &mut Seen) -> Result<()> {
        let name = name_of(step);
        write(&mut self.store, kind::STEP_START, &name, &[])?;
        given.lacks(step.probe).into_iter().try_for_each(|words| self.trouble(&name, words))?;
        let Given { declaration, relays, hand, .. } = *given;
        let at = step.at();
        let ports = seen.ports_for(step.probe, &at, &step.ports);
        let (budget, accounts) = (self.budget.clone(), self.accounts.clone());
        let (webs, folder) = (seen.webs_of(&at), self.folder);
        let (lists, services, makers) = (self.lists, seen.services_of(&at), makers(declaration));
        let doors = seen.doors.of(&at);
        // Another unit is asked only where the DUT shows a key.
        let key_doors = dut_name(declaration).map(|dut| seen.key_doors(&dut)).unwrap_or_default();
        let mut troubles = Vec::new();
        let (store, progress) = (&mut self.store, &mut *self.progress);
        let control = step.control;
        let mut sink = Recorder { store, progress, step: &name, seen, control, facts: 0, error: None };
        let outcome = match &step.target {
            Some(target) if step.probe.needs().is_some() => {
                let player = player(target, &budget, declaration, &accounts);
                let known = Known { defaults: &lists.credentials, makers: &makers, services: &services };
                let open = ports.unwrap_or_default();
                let gear = Gear {
                    folder: folder.path(),
                    declaration,
                    known,
                    doors: &doors,
                    relays,
                    hand,
                    ports: &open,
                };
                let (ended, words) = drive(step.probe, &player, &gear, &mut sink).await;
                troubles = words;
                ended
            }
            Some(target) if step.probe == ProbeId::Web => {
                assize_probes::browse(target, &webs, &lists.web_paths, &budget, &mut sink).await
            }
            Some(target) if step.probe == ProbeId::Keys => {
                assize_probes::read_keys(target, &key_doors, &budget, &mut sink).await
            }
            Some(_) if ports.as_ref().is_some_and(Vec::is_empty) => Ok(()),
            Some(target) => {
                assize_probes::run(step.probe, target, &ports.unwrap_or_default(), &budget, &mut sink).await
            }
            None => papers::read(step, folder, declaration, &budget, &mut sink).await?,
        };
        if outcome.is_ok() && step.probe == ProbeId::TcpPorts && !step.control {
            let control = declaration.product.bench.control.as_deref();
            troubles.extend(second_look(step, control, &budget, &mut sink).await?);
        }
        let (facts, error) = (sink.facts, sink.error.take());
        if let Some(error) = error {
            return Err(error);
        }
        troubles.into_iter().try_for_each(|words| self.trouble(&name, words))?;
        self.end(name, facts, outcome)
    }

    fn end(&mut self, name: StepStart, facts: u64, outcome: std::result::Result<(), Trouble>) -> Result<()> {
        self.ran.steps += 1;
        self.ran.facts += facts;
        match outcome {
            Ok(()) => {
                let StepStart { probe, target } = name;
                write(&mut self.store, kind::STEP_END, &StepEnd { probe, target, facts }, &[])?;
            }
            Err(trouble) => self.trouble(&name, trouble_words(&trouble))?,
        }
        self.store.sync()?;
        Ok(())
    }

    /// Records what a proxy was asked for after its last step, if anything was.
    fn late(&mut self, step: &StepStart, asked: Observation) -> Result<()> {
        if matches!(&asked.fact, Fact::ProxyUse(p) if p.is_empty()) {
            return Ok(());
        }
        let fact = asked.fact.clone();
        let record = write_fact(&mut self.store, step, asked)?;
        self.ran.facts += 1;
        self.progress.fact(record, &fact);
        Ok(())
    }

    /// Tells and records what the bench could not do in a step.
    fn trouble(&mut self, step: &StepStart, words: String) -> Result<()> {
        let StepStart { probe, target } = step.clone();
        let told = format!("{probe} on {target}: {words}");
        self.progress.trouble(&told);
        self.ran.troubles.push(told);
        write(&mut self.store, kind::TROUBLE, &TroubleBody { probe, target, words }, &[])?;
        Ok(())
    }
}

/// The DUT's address, written as steps and facts write it.
fn dut_name(declaration: &Declaration) -> Option<String> {
    let ip: IpAddr = declaration.product.bench.address.as_deref()?.parse().ok()?;
    Some(ip.to_string())
}

/// Asks the control address again, now that the DUT is scanned: a port that the bench opened between its two scans
/// looks like the DUT's. What the bench could not do takes nothing from the scan, for then nothing is left out.
async fn second_look(
    step: &Step,
    control: Option<&str>,
    budget: &Budget,
    sink: &mut Recorder<'_>,
) -> Result<Option<String>> {
    let (Some(target), Some(control)) = (&step.target, control) else { return Ok(None) };
    let ports = sink.seen.alone(&step.at());
    if ports.is_empty() {
        return Ok(None);
    }
    let control = target_at(control)?;
    let looked = assize_probes::tcp::beside(target, &control, &ports, budget, sink).await;
    Ok(looked.err().map(|trouble| trouble_words(&trouble)))
}

/// The names under which the product is sold.
fn makers(declaration: &Declaration) -> Vec<String> {
    let product = &declaration.product;
    product.supplier.name.iter().chain(&product.dut.brands).chain(&product.dut.name).cloned().collect()
}

/// Who plays the declared plays on a target, with what leave.
fn player<'a>(
    target: &'a Target,
    budget: &'a Budget,
    declaration: &'a Declaration,
    accounts: &'a BTreeMap<String, Credentials>,
) -> Player<'a> {
    let bench = &declaration.product.bench;
    Player {
        target,
        budget,
        plays: &bench.play,
        accounts,
        allow: &bench.allow,
        login_attempts: bench.login_attempts.unwrap_or(LOGIN_ATTEMPTS),
    }
}

fn recovery_words(recovery: &Recovery) -> String {
    let torn = recovery
        .torn
        .as_ref()
        .map(|p| format!("a last line that a cut-off write left torn lies in {}", p.display()));
    let orphans = match recovery.orphans.len() {
        0 => None,
        n => Some(format!("{n} objects that no record names lie in the folder orphans")),
    };
    torn.into_iter().chain(orphans).collect::<Vec<_>>().join("; ")
}
