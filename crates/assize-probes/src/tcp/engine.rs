//! The scan's loop, on a thread of its own: starts attempts as the pace allows, hears what comes of them, and gives up
//! those that take too long. No privileges: each attempt is a connection of the operating system.

mod absence;

use std::{
    collections::VecDeque,
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use assize_model::fact::Unresponsive;
use rustix::io::Errno;
use tokio::sync::mpsc;

use super::{
    ACT,
    carrier::Carrier,
    pace::{Pace, Round},
    pulse::Pulse,
    raw_trouble,
    sockets::{Stand, allowance},
};
use crate::{Budget, Target, Trouble, trouble::is_exhausted};

const FIRST: &str = include_str!("first.txt");
/// Attempts that may start at once before anything answers.
const BURST: f64 = 64.0;
/// How many attempts start before the loop looks at its events again.
const AT_A_TIME: usize = 256;
/// How often the loop looks whether it should stop, and tells how far it is.
const TICK: Duration = Duration::from_millis(50);
/// The gap between two pulses of the target; a stated rate makes it longer.
const PULSE_GAP: Duration = Duration::from_millis(25);
/// How often a start is tried again while the bench is short of sockets, and the wait in between.
const SHORTAGE_TRIES: u32 = 200;
const SHORTAGE_WAIT: Duration = Duration::from_millis(20);
/// So many silent ports before any answer, and the first ones are asked again.
const KNOCKS: usize = 128;
/// So many attempts without any route show that there is none.
const NO_ROUTE: u32 = 64;

/// What the loop tells while it runs.
pub(super) enum News {
    /// A port accepted a connection that left from this address.
    Open(Open),
    /// The target stopped answering.
    Stopped(Unresponsive),
    /// So many of so many ports of a round are done.
    Done(u64, u64),
}

/// An open port.
pub(super) struct Open {
    pub(super) port: u16,
    pub(super) from: String,
    pub(super) is_own: bool,
    /// The segment that says so, where the scan saw one.
    pub(super) segment: Vec<u8>,
}

/// What a scan that ran to its end has established beside the open ports.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) closed: u32,
    pub(super) silent: Vec<u16>,
    /// The silent ports that something on the way reported unreachable.
    pub(super) filtered: u32,
    pub(super) why_filtered: Option<Errno>,
    pub(super) attempts: u64,
    pub(super) rounds: u32,
    pub(super) widest: usize,
    pub(super) round_trip: Option<Duration>,
    pub(super) loss: f64,
}

/// An attempt under way.
struct Job {
    port: u16,
    number: u64,
    sent: Instant,
    is_pulse: bool,
}

/// Scans every port; ends early when `stop` is set or nobody hears the news.
pub(super) fn scan(
    target: &Target,
    budget: &Budget,
    tell: mpsc::Sender<News>,
    stop: Arc<AtomicBool>,
) -> Result<Outcome, Trouble> {
    let mut scan = Scan::new(target, budget, tell, stop)?;
    let mut round = Round { number: 1, ..Round::default() };
    scan.queue = order().into();
    loop {
        scan.run(&mut round)?;
        let must_repeat = !scan.is_still_there()?;
        if !must_repeat && !scan.pace.wants_another(&round) {
            return Ok(scan.outcome(round.number));
        }
        round = Round { number: round.number + 1, ..Round::default() };
        scan.start_over();
    }
}

/// All ports, the usual ones first.
fn order() -> Vec<u16> {
    let rows = FIRST.lines().filter(|row| !row.starts_with('#'));
    let first = rows.flat_map(str::split_ascii_whitespace).filter_map(|word| word.parse().ok());
    let mut seen = vec![false; usize::from(u16::MAX) + 1];
    first.chain(1..=u16::MAX).filter(|port| !std::mem::replace(&mut seen[usize::from(*port)], true)).collect()
}

/// What carries the scan, and how many attempts that can hold at once.
fn carrier(target: &Target, budget: &Budget) -> Result<(Carrier, usize), Trouble> {
    let address = target.address();
    if budget.syn {
        let carrier = Carrier::segments(address).map_err(|error| raw_trouble(error, address))?;
        return Ok((carrier, budget.parallel.max(1)));
    }
    let carrier = Carrier::connections(address).map_err(|error| Trouble::of(error, ACT, address))?;
    Ok((carrier, allowance(budget.parallel)))
}

struct Scan<'a> {
    target: &'a Target,
    budget: &'a Budget,
    tell: mpsc::Sender<News>,
    stop: Arc<AtomicBool>,
    sockets: Carrier,
    jobs: Vec<Option<Job>>,
    /// Slots in the order in which their attempts started, with the number of the attempt.
    asked: VecDeque<(usize, u64)>,
    pulses: VecDeque<(usize, u64)>,
    in_flight: usize,
    pace: Pace,
    pulse: Pulse,
    queue: VecDeque<u16>,
    round: Round,
    silent: Vec<u16>,
    /// How many of the silent ones were so before the last sign of life.
    silent_before: usize,
    unreachable: Vec<u16>,
    why_unreachable: Option<Errno>,
    tally: Tally,
    /// Whether answers are there as soon as an attempt has started, so that asking at once is worth a call.
    is_eager: bool,
    tokens: f64,
    refilled: Instant,
    not_before: Instant,
    since_rest: u32,
    knocked: bool,
    shortage: u32,
    told: Instant,
}

#[derive(Default)]
struct Tally {
    closed: u32,
    open: u32,
    attempts: u64,
    widest: usize,
    stops: u32,
    at_life: u64,
    after_life: Option<u16>,
}

impl<'a> Scan<'a> {
    fn new(
        target: &'a Target,
        budget: &'a Budget,
        tell: mpsc::Sender<News>,
        stop: Arc<AtomicBool>,
    ) -> Result<Self, Trouble> {
        let (sockets, parallel) = carrier(target, budget)?;
        let now = Instant::now();
        let gap = if budget.rate == 0 { PULSE_GAP } else { Duration::from_secs(10) / budget.rate };
        Ok(Self {
            target,
            budget,
            tell,
            stop,
            sockets,
            jobs: Vec::new(),
            asked: VecDeque::new(),
            pulses: VecDeque::new(),
            in_flight: 0,
            pace: Pace::new(parallel, budget.connect),
            pulse: Pulse::new(gap.max(PULSE_GAP), now),
            queue: VecDeque::new(),
            round: Round::default(),
            silent: Vec::new(),
            silent_before: 0,
            unreachable: Vec::new(),
            why_unreachable: None,
            tally: Tally::default(),
            is_eager: false,
            tokens: BURST,
            refilled: now,
            not_before: now,
            since_rest: 0,
            knocked: false,
            shortage: 0,
            told: now,
        })
    }

    /// The silent ports of a round are the next one's queue.
    fn start_over(&mut self) {
        self.queue = std::mem::take(&mut self.silent).into();
        self.silent_before = 0;
        self.unreachable.clear();
    }

    fn outcome(self, rounds: u32) -> Outcome {
        Outcome {
            closed: self.tally.closed,
            silent: self.silent,
            filtered: u32::try_from(self.unreachable.len()).unwrap_or(u32::MAX),
            why_filtered: self.why_unreachable,
            attempts: self.tally.attempts,
            rounds,
            widest: self.tally.widest,
            round_trip: self.pace.round_trip(),
            loss: self.pace.loss(),
        }
    }

    /// Runs until every port of the queue has answered or was silent.
    fn run(&mut self, round: &mut Round) -> Result<(), Trouble> {
        self.round = Round { tried: u32::try_from(self.queue.len()).unwrap_or(u32::MAX), ..*round };
        while !self.queue.is_empty() || self.in_flight > 0 {
            self.heed_stop()?;
            let now = Instant::now();
            self.give_up_late(now)?;
            if self.pulse.has_stopped(now, self.stop_time()) {
                self.wait_for_return()?;
                continue;
            }
            self.take_pulse(now)?;
            self.launch(now)?;
            self.report(now);
            let news = self.sockets.wait(self.idle()).map_err(|error| self.trouble(error))?;
            for slot in news {
                self.look(slot)?;
            }
        }
        self.round.silent = u32::try_from(self.silent.len()).unwrap_or(u32::MAX);
        *round = self.round;
        Ok(())
    }

    fn heed_stop(&self) -> Result<(), Trouble> {
        if self.stop.load(Ordering::Relaxed) || self.tell.is_closed() {
            return Err(Trouble::Stopped("nobody waits for the scan".into()));
        }
        Ok(())
    }

    /// How long the target has to be mute, while it is asked, to count as stopped.
    fn stop_time(&self) -> Duration {
        2 * self.budget.connect
    }

    fn trouble(&self, error: io::Error) -> Trouble {
        Trouble::of(error, ACT, self.target.address())
    }

    fn report(&mut self, now: Instant) {
        if now.saturating_duration_since(self.told) < 5 * TICK {
            return;
        }
        self.told = now;
        let of = u64::from(self.round.tried);
        let left = (self.queue.len() + self.in_flight) as u64;
        // A full channel is no reason to wait: the next report says more.
        let _ = self.tell.try_send(News::Done(of.saturating_sub(left), of));
    }

    fn tell(&self, news: News) -> Result<(), Trouble> {
        self.tell.blocking_send(news).map_err(|_| Trouble::Stopped("nobody waits for the scan".into()))
    }

    /// Starts attempts while window, rate and rest allow.
    fn launch(&mut self, now: Instant) -> Result<(), Trouble> {
        if self.pulse.is_worrying() {
            return Ok(());
        }
        self.refill(now);
        for _ in 0..AT_A_TIME {
            if !self.may_send(now) {
                break;
            }
            let Some(port) = self.queue.pop_front() else { break };
            self.tally.after_life.get_or_insert(port);
            self.attempt(port, false)?;
            self.hold_back(now);
        }
        Ok(())
    }

    /// A token is an attempt. They come with time, as many as the window has room for within one wait, and with answers.
    fn refill(&mut self, now: Instant) {
        let gone = now.saturating_duration_since(self.refilled).as_secs_f64();
        self.refilled = now;
        #[expect(clippy::cast_precision_loss, reason = "windows are small")]
        let per_second = self.pace.window() as f64 / self.pace.wait(self.round.number).as_secs_f64();
        self.tokens = (self.tokens + gone * per_second).min(BURST);
    }

    fn may_send(&self, now: Instant) -> bool {
        self.tokens >= 1.0 && self.in_flight < self.pace.window() && now >= self.not_before
    }

    /// After a start: the stated rate and rests.
    fn hold_back(&mut self, now: Instant) {
        self.tokens -= 1.0;
        self.keep_rate(now);
        self.since_rest += 1;
        if self.since_rest == self.budget.rest_after {
            self.since_rest = 0;
            self.not_before = self.not_before.max(now) + self.budget.rest;
        }
    }

    /// The next start is due a share of a second after this one. What the clock's coarseness lost is made up for.
    fn keep_rate(&mut self, now: Instant) {
        if self.budget.rate > 0 {
            let behind = now.checked_sub(TICK).unwrap_or(now);
            self.not_before = self.not_before.max(behind) + Duration::from_secs(1) / self.budget.rate;
        }
    }

    /// While ports are silent, a port that is known to answer is asked now and then.
    fn take_pulse(&mut self, now: Instant) -> Result<(), Trouble> {
        let is_quiet = self.round.number == 1 && self.silent.is_empty();
        let says_much = self.pulse.is_firm() || u64::from(self.tally.closed) > self.silent.len() as u64;
        if is_quiet || !says_much {
            return Ok(());
        }
        match self.pulse.due(now) {
            Some(port) => {
                self.keep_rate(now);
                self.attempt(port, true)
            }
            None => Ok(()),
        }
    }

    /// Starts one attempt, or puts its port back when the bench is short of something.
    fn attempt(&mut self, port: u16, is_pulse: bool) -> Result<(), Trouble> {
        let to = self.target.at(port);
        let sent = Instant::now();
        let taken = self.sockets.take();
        let started = taken.and_then(|slot| match self.sockets.connect(slot, to) {
            Ok(stand) => Ok((slot, stand)),
            Err(error) => {
                self.sockets.give_back(slot);
                Err(error)
            }
        });
        let (slot, mut stand) = match started {
            Ok(started) => started,
            Err(error) => return self.fall_short(port, is_pulse, error),
        };
        self.shortage = 0;
        self.tally.attempts += 1;
        if matches!(stand, Stand::Waiting) && (self.is_eager || self.tally.attempts.is_multiple_of(64)) {
            stand = self.sockets.connect(slot, to).map_err(|error| self.trouble(error))?;
            self.is_eager = !matches!(stand, Stand::Waiting);
        }
        let number = self.tally.attempts;
        self.enter(slot, Job { port, number, sent, is_pulse });
        if matches!(stand, Stand::Waiting) { Ok(()) } else { self.settle(slot, stand) }
    }

    fn enter(&mut self, slot: usize, job: Job) {
        if self.jobs.len() <= slot {
            self.jobs.resize_with(slot + 1, || None);
        }
        let line = if job.is_pulse { &mut self.pulses } else { &mut self.asked };
        line.push_back((slot, job.number));
        self.in_flight += usize::from(!job.is_pulse);
        self.tally.widest = self.tally.widest.max(self.in_flight);
        self.jobs[slot] = Some(job);
    }

    /// The bench is out of descriptors, ports or buffers: fewer at once, a moment's wait, and the port comes again.
    fn fall_short(&mut self, port: u16, is_pulse: bool, error: io::Error) -> Result<(), Trouble> {
        if !is_exhausted(&error) || self.shortage >= SHORTAGE_TRIES {
            return Err(self.trouble(error));
        }
        self.shortage += 1;
        self.pace.cap(self.in_flight.max(1));
        self.not_before = Instant::now() + SHORTAGE_WAIT;
        if !is_pulse {
            self.queue.push_front(port);
        }
        Ok(())
    }

    /// How long there is nothing to do.
    fn idle(&self) -> Duration {
        let now = Instant::now();
        if !self.queue.is_empty() && !self.pulse.is_worrying() && self.may_send(now) {
            return Duration::ZERO;
        }
        let mut until = now + TICK;
        if let Some(job) = self.asked.front().and_then(|(slot, _)| self.jobs[*slot].as_ref()) {
            until = until.min(job.sent + self.pace.wait(self.round.number));
        }
        if !self.queue.is_empty() && self.in_flight < self.pace.window() {
            until = until.min(self.not_before.max(now + Duration::from_millis(1)));
        }
        if !self.pulse.known().is_empty() {
            until = until.min(self.pulse.next().max(now + Duration::from_millis(1)));
        }
        until.saturating_duration_since(now)
    }

    /// Asks a socket that woke the loop, if an attempt is under way on it.
    fn look(&mut self, slot: usize) -> Result<(), Trouble> {
        let Some(Some(job)) = self.jobs.get(slot) else { return Ok(()) };
        let stand = self.sockets.connect(slot, self.target.at(job.port));
        match stand.map_err(|error| self.trouble(error))? {
            Stand::Waiting => Ok(()),
            stand => self.settle(slot, stand),
        }
    }

    /// Enters what came of an attempt.
    fn settle(&mut self, slot: usize, stand: Stand) -> Result<(), Trouble> {
        let Some(job) = self.jobs[slot].take() else { return Ok(()) };
        let segment = if matches!(stand, Stand::Open(_)) { self.sockets.shown(slot) } else { Vec::new() };
        match &stand {
            Stand::Open(_) => self.sockets.give_back(slot),
            _ => self.sockets.keep(slot),
        }
        self.in_flight -= usize::from(!job.is_pulse);
        let is_answer = matches!(stand, Stand::Open(_) | Stand::Refused);
        if is_answer {
            self.hear(&job, matches!(stand, Stand::Open(_)));
        }
        match stand {
            _ if job.is_pulse => self.felt(is_answer),
            Stand::Open(from) => {
                self.tally.open += 1;
                self.round.opened += 1;
                self.round.answered += 1;
                let is_own = from.ip() == self.target.address();
                let from = from.to_string();
                return self.tell(News::Open(Open { port: job.port, from, is_own, segment }));
            }
            Stand::Refused => {
                self.tally.closed += 1;
                self.round.answered += 1;
            }
            Stand::Unreachable(why) => return self.meet_no_way(job.port, why),
            Stand::Silent | Stand::Waiting => self.silent.push(job.port),
        }
        Ok(())
    }

    /// The target gave a sign of life.
    fn hear(&mut self, job: &Job, is_open: bool) {
        let now = Instant::now();
        self.pace.answered(now.saturating_duration_since(job.sent));
        self.pulse.learn(job.port, is_open);
        self.pulse.life(now);
        self.tokens = (self.tokens + 2.0).min(BURST);
        self.silent_before = self.silent.len();
        self.tally.at_life = self.tally.attempts;
        self.tally.after_life = None;
    }

    /// A pulse came or was missed.
    fn felt(&mut self, is_answer: bool) {
        self.pace.pulse(is_answer);
        if !is_answer {
            self.pulse.miss();
        }
    }

    fn meet_no_way(&mut self, port: u16, why: Errno) -> Result<(), Trouble> {
        self.why_unreachable = Some(why);
        self.unreachable.push(port);
        self.silent.push(port);
        let is_alone = self.tally.closed + self.tally.open == 0
            && self.unreachable.len() as u64 == self.tally.attempts
            && self.unreachable.len() >= NO_ROUTE as usize;
        // The bench's own routing says so at once; a firewall's word may concern these ports only.
        if is_alone && why != Errno::HOSTUNREACH {
            return Err(self.trouble(why.into()));
        }
        Ok(())
    }

    /// Gives up attempts that were waited for long enough. Each is asked a last time: the bench may have been too busy
    /// to hear the answer.
    fn give_up_late(&mut self, now: Instant) -> Result<(), Trouble> {
        let wait = self.pace.wait(self.round.number);
        let pulse_wait = if self.pulse.is_worrying() { self.budget.connect } else { wait };
        while let Some(slot) = late(&mut self.asked, &self.jobs, now, wait) {
            self.look(slot)?;
            if let Some(port) = self.forget(slot) {
                self.pace.unanswered();
                self.silent.push(port);
            }
        }
        self.knock_again();
        while let Some(slot) = late(&mut self.pulses, &self.jobs, now, pulse_wait) {
            self.look(slot)?;
            if self.jobs[slot].is_some() {
                self.forget(slot);
                self.felt(false);
            }
        }
        Ok(())
    }

    /// A target of which nothing was heard when the usual ports are through is asked for them once more before all
    /// others: its link may have come up only now, and a scan that knows no answering port is slow.
    fn knock_again(&mut self) {
        if self.knocked || self.silent.len() < KNOCKS || !self.pulse.known().is_empty() {
            return;
        }
        self.knocked = true;
        self.unreachable.clear();
        for port in self.silent.drain(..).rev() {
            self.queue.push_front(port);
        }
    }

    /// Ends an attempt without an answer; gives its port unless it was a pulse.
    fn forget(&mut self, slot: usize) -> Option<u16> {
        let job = self.jobs[slot].take()?;
        self.sockets.give_back(slot);
        self.in_flight -= usize::from(!job.is_pulse);
        (!job.is_pulse).then_some(job.port)
    }
}

/// The first of a line whose time is over; attempts that were answered meanwhile are passed over.
fn late(
    line: &mut VecDeque<(usize, u64)>,
    jobs: &[Option<Job>],
    now: Instant,
    wait: Duration,
) -> Option<usize> {
    while let Some((slot, number)) = line.front().copied() {
        match &jobs[slot] {
            Some(job) if job.number == number => {
                let is_late = now.saturating_duration_since(job.sent) >= wait;
                return is_late.then(|| line.pop_front()).flatten().map(|(slot, _)| slot);
            }
            _ => line.pop_front(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_port_has_its_turn_once() {
        let mut all = order();
        assert_eq!(all[..2], [80, 443]);
        all.sort_unstable();
        assert!(all.into_iter().eq(1..=u16::MAX));
    }
}
