//! Sends the cases one by one, looks after each whether the DUT works, and makes short what stopped it.

use std::fmt::Write as _;

use assize_model::declaration::play::{Act, Play, Purpose};
use assize_model::fact::{AcceptedInput, CrashingInput, Fact, InputTrial, Transport};
use tokio::time::{Instant, sleep};

use super::codec::{self, Case, Grammar, Shrinker, Wrong};
use super::line::{Line, State};
use crate::{
    Observation, Raw, Sink, Trouble,
    http::codec as http_codec,
    play::{Player, Values, codec as play_codec},
};

/// How often a suspect is sent again.
const REPEATS: u32 = 2;
/// How often a case is sent that the DUT puts off.
const SENDINGS: u32 = 3;
/// Most tries to make one reproducer shorter.
const TRIES: u32 = 24;
/// After so many cases that stop the DUT a trial has shown enough.
const MOST_CRASHES: usize = 2;

/// A port of the DUT that takes input, as earlier probes found it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Door {
    /// The port number.
    pub port: u16,
    /// TCP or UDP.
    pub transport: Transport,
    /// Whether the input goes through TLS.
    pub tls: bool,
    /// What is spoken there.
    pub grammar: Grammar,
}

/// Sends malformed input to each door and by each declared change, and hands over one [`InputTrial`] for each.
/// Does nothing without leave. A place where the DUT does not work before anything is sent is named by a trial of no
/// cases that ended early, and the others are tried all the same.
///
/// # Errors
/// When the DUT works nowhere before anything is sent, a play cannot be used, or the bench itself fails.
pub async fn feed(player: &Player<'_>, doors: &[Door], sink: &mut dyn Sink) -> Result<(), Trouble> {
    if !player.may(Act::MalformedInput) {
        return Ok(());
    }
    let until = Instant::now() + player.budget.total;
    let changes: Vec<&Play> = player.of(Purpose::Change).filter(|p| p.body.is_some()).collect();
    let of = doors.len() + changes.len();
    let mut worked = of == 0;
    for (done, door) in doors.iter().enumerate() {
        sink.progress(done as u64, of as u64, "send malformed input");
        worked |= run(Trial::at_door(player, door, until), sink).await?;
    }
    for (done, play) in changes.into_iter().enumerate() {
        sink.progress((doors.len() + done) as u64, of as u64, "send malformed input");
        worked |= run(Trial::by_play(player, play, until).await?, sink).await?;
    }
    let why = "the DUT does not answer as it should before anything is sent";
    worked.then_some(()).ok_or(Trouble::Unsuited { probe: "input", why })
}

/// Runs a trial and hands its fact over; says whether the DUT worked before anything was sent.
async fn run(mut trial: Trial<'_>, sink: &mut dyn Sink) -> Result<bool, Trouble> {
    // What a play changes is sent as a case only.
    if trial.change.is_none() {
        trial.line.listen_to(&trial.ordinary).await?;
    }
    let worked = trial.works().await?;
    match worked {
        true => trial.run().await?,
        false => trial.sends_nothing("the DUT does not answer as it should; nothing was sent"),
    }
    sink.observe(trial.observation()).map_err(Trouble::Stopped)?;
    Ok(worked)
}

struct Trial<'a> {
    player: &'a Player<'a>,
    line: Line<'a>,
    cases: Vec<Case>,
    /// What every DUT stands, to tell a case that stops it from any request that does.
    ordinary: Vec<u8>,
    change: Option<Change<'a>>,
    until: Instant,
    fact: InputTrial,
    log: String,
    raw: Vec<Raw>,
}

/// The play whose body is changed, the head of its request, and what was filled in.
struct Change<'a> {
    play: &'a Play,
    head: Vec<u8>,
    values: Values,
}

impl<'a> Trial<'a> {
    fn at_door(player: &'a Player<'a>, door: &Door, until: Instant) -> Self {
        let (budget, usual) = (player.budget, if door.tls { 443 } else { 80 });
        let host = player.target.host(door.port, usual);
        let health = player.of(Purpose::Health).find(|p| p.at.as_ref().is_some_and(|a| a.port == door.port));
        let path = health.and_then(|p| p.path.as_deref()).unwrap_or("/");
        let cases = codec::cases(door.grammar, budget.input_seed, budget.input_cases as usize, &host, path);
        let mut trial = Self::new(player, door, cases, until);
        trial.ordinary = codec::ordinary(door.grammar, &host, path);
        trial
    }

    async fn by_play(player: &'a Player<'a>, play: &'a Play, until: Instant) -> Result<Self, Trouble> {
        let budget = player.budget;
        let port = play.at.as_ref().map_or(0, |at| at.port);
        let is_tls = play.tls != Some(false);
        let door = Door { port, transport: Transport::Tcp, tls: is_tls, grammar: Grammar::Json };
        let body = play.body.as_deref().unwrap_or_default();
        let cases = codec::bodies(play, body, budget.input_seed, budget.input_cases as usize);
        let mut trial = Self::new(player, &door, cases, until);
        trial.change = Some(Change { play, head: Vec::new(), values: Values::new() });
        // A DUT that does not work lets nobody in; the trial finds that out by itself.
        if trial.works().await? && !(trial.log_in().await? && trial.change_works().await?) {
            trial.sends_nothing("the DUT refuses the play as it stands; nothing was sent");
        }
        Ok(trial)
    }

    fn new(player: &'a Player<'a>, door: &Door, cases: Vec<Case>, until: Instant) -> Self {
        let is_here = |p: &&Play| p.at.as_ref().is_some_and(|at| at.port == door.port);
        let health = player.of(Purpose::Health).find(is_here).or_else(|| player.of(Purpose::Health).next());
        let fact = InputTrial {
            target: player.target.address().to_string(),
            port: door.port,
            transport: door.transport,
            tls: door.tls && door.grammar != Grammar::Tls,
            protocol: door.grammar.name().to_owned(),
            cases: 0,
            seed: player.budget.input_seed,
            health: health.map(|p| p.id.clone()),
            accepted_invalid: Vec::new(),
            crashed: Vec::new(),
            ended_early: false,
        };
        let line = Line::new(player, door, health);
        let ordinary = Vec::new();
        Self { player, line, cases, ordinary, change: None, until, fact, log: String::new(), raw: Vec::new() }
    }

    /// Logs in anew, since a restart may have ended the session, and builds the head of the request. Says whether
    /// the account is let in.
    async fn log_in(&mut self) -> Result<bool, Trouble> {
        let Some(change) = &mut self.change else { return Ok(true) };
        let Some(values) = self.player.values_for(change.play).await? else { return Ok(false) };
        change.values = values;
        let is_tls = change.play.tls != Some(false);
        let host = self.player.target.host(self.fact.port, if is_tls { 443 } else { 80 });
        let whole = play_codec::request(change.play, &change.values, &host)
            .map_err(|why| Trouble::UnfitPlay { play: change.play.id.clone(), why })?;
        change.head = codec::head_of(&whole);
        self.ordinary = whole;
        Ok(true)
    }

    /// Whether the play works as it stands; it also sets back what a case has changed.
    async fn change_works(&self) -> Result<bool, Trouble> {
        match &self.change {
            Some(change) => Ok(self.player.play(change.play, &change.values).await?.succeeded),
            None => Ok(true),
        }
    }

    /// Whether the DUT answers here as it should.
    async fn works(&self) -> Result<bool, Trouble> {
        Ok(matches!(self.line.state().await?, State::Well | State::Doubtful))
    }

    /// Nothing is sent, and the fact says so.
    fn sends_nothing(&mut self, why: &str) {
        self.cases.clear();
        self.fact.ended_early = true;
        let _ = writeln!(self.log, "{why}");
    }

    async fn run(&mut self) -> Result<(), Trouble> {
        let cases = std::mem::take(&mut self.cases);
        let mut is_alive = true;
        for (number, case) in (1..).zip(&cases) {
            if Instant::now() > self.until || !is_alive || self.fact.crashed.len() >= MOST_CRASHES {
                self.fact.ended_early = true;
                break;
            }
            self.fact.cases = number;
            self.send(number, case).await?;
            match self.line.state().await? {
                State::Well => {}
                State::Doubtful => self.leaves_open(number, "the DUT could not serve for a while"),
                State::PutOff => {
                    self.leaves_open(number, "the DUT puts requests off; nothing further was sent");
                    break;
                }
                State::Down => {
                    let earlier = cases.get((number as usize).wrapping_sub(2)).filter(|_| number > 1);
                    is_alive = self.stopped(number, case, earlier).await?;
                }
            }
        }
        if is_alive && !self.change_works().await? {
            self.fact.ended_early = true;
        }
        self.fact.ended_early |= !is_alive;
        Ok(())
    }

    /// What a case shows is not known, and the fact says so.
    fn leaves_open(&mut self, number: u32, why: &str) {
        self.fact.ended_early = true;
        let _ = writeln!(self.log, "{number}\t{why}");
    }

    /// Sends a case, again when the DUT puts it off; what came back. One that is put off to the end was not tried.
    async fn carried(&mut self, number: u32, wire: &[u8]) -> Result<Vec<u8>, Trouble> {
        for _ in 1..SENDINGS {
            let heard = self.line.send(wire).await?;
            let wait = http_codec::answer(&heard).and_then(|answer| self.line.put_off(&answer));
            let Some(wait) = wait.filter(|wait| Instant::now() + *wait < self.until) else {
                return Ok(heard);
            };
            sleep(wait).await;
        }
        let heard = self.line.send(wire).await?;
        if http_codec::answer(&heard).is_some_and(|answer| self.line.put_off(&answer).is_some()) {
            self.leaves_open(number, "the DUT put the case off");
        }
        Ok(heard)
    }

    async fn send(&mut self, number: u32, case: &Case) -> Result<(), Trouble> {
        let wire = self.wire(&case.bytes);
        let heard = self.carried(number, &wire).await?;
        let answer = http_codec::answer(&heard);
        let came = match &answer {
            Some(answer) => answer.status.to_string(),
            None => format!("{} bytes", heard.len()),
        };
        let _ = writeln!(self.log, "{number}\t{} bytes\t{}\t{came}", wire.len(), case.what);
        let (Some(change), Some(wrong), Some(answer)) = (&self.change, case.wrong, answer) else {
            return Ok(());
        };
        if play_codec::succeeded(change.play, &answer) {
            let accepted = AcceptedInput {
                case: number,
                what: case.what.clone(),
                play: change.play.id.clone(),
                declared: wrong == Wrong::Declared,
                status: answer.status,
            };
            self.fact.accepted_invalid.push(accepted);
            self.raw.push(Raw::new(format!("case {number}"), wire));
            self.raw.push(Raw::new(format!("case {number}, answer"), heard));
        }
        Ok(())
    }

    fn wire(&self, bytes: &[u8]) -> Vec<u8> {
        match &self.change {
            Some(change) => codec::counted(&change.head, bytes),
            None => bytes.to_vec(),
        }
    }

    /// The DUT does not work after a case: waits, finds out which case it was, and makes it short.
    /// Says whether the DUT works again.
    async fn stopped(&mut self, number: u32, case: &Case, earlier: Option<&Case>) -> Result<bool, Trouble> {
        let back_after_ms = self.comes_back().await?;
        let mut is_alive = back_after_ms.is_some();
        let mut crash = CrashingInput {
            case: number,
            what: case.what.clone(),
            repeated: 0,
            reproduced: 0,
            back_after_ms,
            bytes: 0,
        };
        let mut culprit = case;
        // A DUT may stop a moment after the case that did it, when the next one is under way.
        for (suspect, at) in [(Some(case), number), (earlier, number.saturating_sub(1))] {
            let Some(suspect) = suspect.filter(|_| is_alive && crash.reproduced == 0) else { continue };
            for _ in 0..REPEATS {
                if is_alive {
                    crash.repeated += 1;
                    let does_it;
                    (does_it, is_alive) = self.does_it(&suspect.bytes).await?;
                    if does_it {
                        crash.reproduced += 1;
                        (culprit, crash.case, crash.what) = (suspect, at, suspect.what.clone());
                    }
                }
            }
        }
        if crash.reproduced > 0 && is_alive {
            let stops;
            (stops, is_alive) = self.any_request_stops_it().await?;
            if stops {
                crash.reproduced = 0;
                self.leaves_open(number, "an ordinary request stops the DUT like the case");
            }
        }
        let mut shrinker = Shrinker::new(culprit.bytes.clone());
        if crash.reproduced == REPEATS {
            is_alive = self.shorten(&mut shrinker, is_alive).await?;
        }
        let wire = self.wire(shrinker.best());
        crash.bytes = u32::try_from(wire.len()).unwrap_or(u32::MAX);
        self.raw.push(Raw::new(format!("reproducer {}", crash.case), wire));
        self.fact.crashed.push(crash);
        Ok(is_alive)
    }

    async fn shorten(&mut self, shrinker: &mut Shrinker, mut is_alive: bool) -> Result<bool, Trouble> {
        for _ in 0..TRIES {
            let Some(candidate) = shrinker.candidate().filter(|_| is_alive && Instant::now() < self.until)
            else {
                break;
            };
            let does_it;
            (does_it, is_alive) = self.does_it(&candidate).await?;
            shrinker.tell(does_it);
        }
        Ok(is_alive)
    }

    /// Whether bytes stop the DUT, and whether it works afterwards.
    async fn does_it(&mut self, bytes: &[u8]) -> Result<(bool, bool), Trouble> {
        let wire = self.wire(bytes);
        self.stops_it(&wire).await
    }

    async fn stops_it(&mut self, wire: &[u8]) -> Result<(bool, bool), Trouble> {
        self.line.send(wire).await?;
        if self.line.state().await? != State::Down {
            return Ok((false, true));
        }
        Ok((true, self.comes_back().await?.is_some()))
    }

    /// Whether what is ordinary stops the DUT as well, as often as a suspect was sent again; and whether it works
    /// afterwards.
    async fn any_request_stops_it(&mut self) -> Result<(bool, bool), Trouble> {
        for _ in 0..REPEATS {
            let ordinary = self.ordinary.clone();
            let (stops, is_alive) = self.stops_it(&ordinary).await?;
            if stops || !is_alive {
                return Ok((stops, is_alive));
            }
        }
        Ok((false, true))
    }

    /// Waits until the DUT works again; how long that took in milliseconds.
    async fn comes_back(&mut self) -> Result<Option<u64>, Trouble> {
        let back = self.line.comes_back().await?;
        if back.is_some() {
            self.log_in().await?;
        }
        Ok(back)
    }

    fn observation(self) -> Observation {
        let mut secrets = self.change.map(|c| c.values).unwrap_or_default();
        secrets.remove("user");
        let mut raw = vec![Raw::new("cases.txt", self.log)];
        raw.extend(self.raw);
        Observation { fact: Fact::InputTrial(self.fact), raw: play_codec::redacted(raw, &secrets) }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
