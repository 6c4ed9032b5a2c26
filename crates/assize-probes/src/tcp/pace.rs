//! How fast a scan goes: how many attempts are under way at once, and how long one is waited for. It learns from
//! round trips and from pulses, attempts at a port that is known to answer. Pure: the caller brings the times.

use std::time::Duration;

/// The first window; it doubles with each round trip while all goes well.
const FIRST: f64 = 64.0;
/// The window that stays whatever is lost.
const FEWEST: f64 = 4.0;
/// The window that a target which never answered anything is not asked beyond.
const BLIND: f64 = 1024.0;
/// How many pulses are looked at together, and which share of them may be lost before the scan slows down.
const TOGETHER: u32 = 24;
const TOLERATED: f64 = 0.12;
/// The most loss that is taken for the link's own and not for congestion.
const MOST_TOLERATED: f64 = 0.5;
/// After being slowed down so many times without effect, the loss is the link's.
const SLOWED_IN_VAIN: u32 = 4;
/// How often a silent port is asked at the most.
const MOST_ROUNDS: u32 = 10;
/// Rounds go on until a port that answers would have been missed with less than this probability.
const MISS: f64 = 1e-4;
/// A later round that finds at least this share of its ports answering is followed by another.
const WORTHWHILE: f64 = 0.01;

/// The pace of one scan.
#[derive(Debug)]
pub(super) struct Pace {
    window: f64,
    ceiling: f64,
    /// Beyond this the window grows with care, for a window beyond it was too wide before.
    threshold: f64,
    longest: Duration,
    round_trip: Option<RoundTrip>,
    recent: Recent,
    tolerated: f64,
    slowed: Option<Slowed>,
    pulses: u32,
    lost: u32,
}

/// A smoothed round trip and its spread, in seconds (RFC 6298).
#[derive(Clone, Copy, Debug)]
struct RoundTrip {
    smooth: f64,
    spread: f64,
}

/// What was before the scan began to slow down, and how many times it has since.
#[derive(Clone, Copy, Debug)]
struct Slowed {
    window: f64,
    share: f64,
    times: u32,
}

/// The pulses since the last decision.
#[derive(Clone, Copy, Debug, Default)]
struct Recent {
    sent: u32,
    lost: u32,
}

impl Pace {
    /// A pace of at most `parallel` attempts at once, none of which is waited for longer than `longest`.
    pub(super) fn new(parallel: usize, longest: Duration) -> Self {
        let ceiling = f64::from(u32::try_from(parallel.max(1)).unwrap_or(u32::MAX));
        Self {
            window: FIRST.min(ceiling),
            ceiling,
            threshold: ceiling,
            longest,
            round_trip: None,
            recent: Recent::default(),
            tolerated: TOLERATED,
            slowed: None,
            pulses: 0,
            lost: 0,
        }
    }

    /// How many attempts may be under way at once.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and the ceiling")]
    pub(super) fn window(&self) -> usize {
        self.window.max(1.0) as usize
    }

    /// How long an attempt of a round, counted from 1, is waited for. Later rounds wait longer, for the sake of
    /// answers that come late.
    pub(super) fn wait(&self, round: u32) -> Duration {
        let Some(rtt) = self.round_trip else { return self.longest };
        let (times, least) = match round {
            1 => (1.5, 0.120),
            2 => (3.0, 0.300),
            _ => (4.0, 0.500),
        };
        let wait = (times * (rtt.smooth + 4.0 * rtt.spread)).max(least);
        Duration::from_secs_f64(wait).min(self.longest)
    }

    /// The smoothed round trip, when anything answered.
    pub(super) fn round_trip(&self) -> Option<Duration> {
        self.round_trip.map(|rtt| Duration::from_secs_f64(rtt.smooth))
    }

    /// The share of pulses that were lost.
    pub(super) fn loss(&self) -> f64 {
        if self.pulses == 0 { 0.0 } else { f64::from(self.lost) / f64::from(self.pulses) }
    }

    /// An attempt was answered after so long.
    pub(super) fn answered(&mut self, took: Duration) {
        let took = took.as_secs_f64();
        self.round_trip = Some(match self.round_trip {
            None => RoundTrip { smooth: took, spread: took / 2.0 },
            Some(old) => RoundTrip {
                smooth: 0.875 * old.smooth + 0.125 * took,
                spread: 0.75 * old.spread + 0.25 * (old.smooth - took).abs(),
            },
        });
        self.widen(if self.window < self.threshold { 1.0 } else { 8.0 / self.window });
    }

    /// An attempt ran out of time and nothing tells whether the target is there.
    pub(super) fn unanswered(&mut self) {
        if self.round_trip.is_none() && self.window < BLIND {
            self.widen(1.0);
        }
    }

    /// A pulse was answered or lost. Loss that does not get less when the scan goes slower belongs to the link.
    pub(super) fn pulse(&mut self, was_answered: bool) {
        self.pulses += 1;
        self.lost += u32::from(!was_answered);
        self.recent.sent += 1;
        self.recent.lost += u32::from(!was_answered);
        if was_answered {
            self.widen(self.window * if self.window < self.threshold { 0.2 } else { 0.02 });
        }
        let Recent { sent, lost } = self.recent;
        if sent < TOGETHER && lost < TOGETHER / 2 {
            return;
        }
        self.recent = Recent::default();
        let share = f64::from(lost) / f64::from(sent);
        if share > self.tolerated {
            self.slow_down(share);
        } else {
            self.slowed = None;
            self.threshold = (self.threshold * 1.5).min(self.ceiling);
        }
    }

    fn slow_down(&mut self, share: f64) {
        let first = self.slowed.unwrap_or(Slowed { window: self.window, share, times: 0 });
        let is_in_vain = share > 0.5 * first.share || self.window <= 2.0 * FEWEST;
        if first.times >= SLOWED_IN_VAIN && is_in_vain && share <= MOST_TOLERATED {
            self.tolerated = (2.0 * share.max(self.loss()) + 0.05).min(MOST_TOLERATED);
            self.window = first.window.min(self.ceiling);
            self.threshold = self.ceiling;
            self.slowed = None;
        } else {
            self.slowed = Some(Slowed { times: first.times + 1, ..first });
            self.window = (self.window / 2.0).max(FEWEST.min(self.ceiling));
            self.threshold = self.window;
        }
    }

    /// The bench cannot hold more than so many at once.
    pub(super) fn cap(&mut self, most: usize) {
        self.ceiling = f64::from(u32::try_from(most.max(1)).unwrap_or(u32::MAX)).min(self.ceiling);
        self.window = self.window.min(self.ceiling);
    }

    /// The target had stopped answering and is back: it gets a quarter of what it had.
    pub(super) fn spare(&mut self) {
        self.cap(self.window().div_ceil(4));
        self.recent = Recent::default();
        self.slowed = None;
    }

    /// Not while it is being tried whether slower is better.
    fn widen(&mut self, by: f64) {
        if self.slowed.is_none() {
            self.window = (self.window + by).min(self.ceiling);
        }
    }

    /// Whether the ports that were silent in `round`, counted from 1, are asked again.
    pub(super) fn wants_another(&self, round: &Round) -> bool {
        if round.silent == 0 || round.number >= MOST_ROUNDS {
            return false;
        }
        let share = f64::from(round.answered) / f64::from(round.tried.max(1));
        round.number < 2
            || round.opened > 0
            || share >= WORTHWHILE
            || self.loss().powi(i32::try_from(round.number).unwrap_or(i32::MAX)) > MISS
    }
}

/// What one round over the ports gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Round {
    /// Its number, counted from 1.
    pub(super) number: u32,
    /// How many ports it tried.
    pub(super) tried: u32,
    /// How many of them answered.
    pub(super) answered: u32,
    /// How many of these were open.
    pub(super) opened: u32,
    /// How many stayed silent.
    pub(super) silent: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn pace() -> Pace {
        Pace::new(4096, Duration::from_secs(1))
    }

    #[test]
    fn waits_follow_the_round_trip() {
        let mut pace = pace();
        assert_eq!(pace.wait(1), Duration::from_secs(1), "nothing is known yet");
        for _ in 0..100 {
            pace.answered(MS);
        }
        assert_eq!((pace.wait(1), pace.wait(2), pace.wait(3)), (120 * MS, 300 * MS, 500 * MS));
        for took in [200, 400].repeat(50) {
            pace.answered(took * MS);
        }
        assert!(pace.wait(1) > 400 * MS && pace.wait(3) <= Duration::from_secs(1), "{:?}", pace.wait(1));
    }

    #[test]
    fn answers_widen_the_window_up_to_its_ceiling() {
        let mut pace = pace();
        for _ in 0..10_000 {
            pace.answered(MS);
        }
        assert_eq!(pace.window(), 4096);
        pace.cap(10);
        assert_eq!(pace.window(), 10);
        assert_eq!(Pace::new(0, MS).window(), 1);
    }

    #[test]
    fn a_target_that_never_answers_is_asked_with_restraint() {
        let mut pace = pace();
        for _ in 0..100_000 {
            pace.unanswered();
        }
        assert_eq!(pace.window(), 1024);
    }

    /// Pulses of a link that loses this share whatever the window, spread evenly.
    fn random_loss(pace: &mut Pace, every: u32, pulses: u32) {
        for at in 0..pulses {
            pace.answered(MS);
            pace.pulse(at % every != 0);
        }
    }

    #[test]
    fn loss_of_the_link_does_not_slow_the_scan_for_good() {
        let mut pace = pace();
        random_loss(&mut pace, 5, 2000);
        assert!(pace.window() > 2000, "{}", pace.window());
        assert!((0.19..0.21).contains(&pace.loss()));
    }

    #[test]
    fn loss_by_congestion_slows_the_scan() {
        let mut pace = pace();
        let mut widest = 0;
        for at in 0..4000 {
            // A target that takes 500 at once, and loses two of three beyond that.
            let fits = pace.window() < 500;
            pace.pulse(fits || at % 3 == 0);
            if at > 2000 {
                widest = widest.max(pace.window());
            }
        }
        assert!(widest < 1200, "{widest}");
    }

    #[test]
    fn spared_after_a_stop() {
        let mut pace = pace();
        random_loss(&mut pace, 1000, 200);
        pace.spare();
        assert_eq!(pace.window(), 1024);
    }

    #[test]
    fn rounds_go_on_while_they_help() {
        let mut pace = pace();
        let round =
            |number, answered, opened, silent| Round { number, tried: 1000, answered, opened, silent };
        assert!(!pace.wants_another(&round(1, 1000, 1, 0)), "nothing is silent");
        assert!(pace.wants_another(&round(1, 0, 0, 1000)), "silence is tried twice");
        assert!(!pace.wants_another(&round(2, 0, 0, 1000)));
        assert!(!pace.wants_another(&round(2, 9, 0, 991)), "refusals at a limited rate");
        assert!(pace.wants_another(&round(2, 1, 1, 999)), "an open port was missed at first");
        assert!(pace.wants_another(&round(3, 200, 0, 800)));
        assert!(!pace.wants_another(&round(10, 200, 1, 800)), "there is an end");
        random_loss(&mut pace, 5, 1000);
        assert!(pace.wants_another(&round(5, 0, 0, 800)), "a fifth is lost: five rounds are not enough");
        assert!(!pace.wants_another(&round(6, 0, 0, 800)));
    }
}
