//! The target's pulse: attempts at ports that are known to answer. While other ports are silent, it tells a target
//! that filters from one that does not keep up, and from one that is gone. Pure: the caller brings the times.

use std::time::{Duration, Instant};

/// How many ports are known at the most, and taken in turn.
const MOST: usize = 4;
/// After this many missed in a row nothing else is sent until something answers.
const WORRYING: u32 = 3;
/// The gap between pulses while they are missed.
const WORRIED_GAP: Duration = Duration::from_millis(200);

/// What is known of the target's life.
#[derive(Debug)]
pub(super) struct Pulse {
    open: Vec<u16>,
    refused: Vec<u16>,
    turn: usize,
    gap: Duration,
    next: Instant,
    missed: u32,
    last_life: Instant,
}

impl Pulse {
    /// A pulse that is taken once per gap.
    pub(super) fn new(gap: Duration, now: Instant) -> Self {
        Self { open: Vec::new(), refused: Vec::new(), turn: 0, gap, next: now, missed: 0, last_life: now }
    }

    /// A port answered: accepting ports are better to ask again, for refusals are often limited in number.
    pub(super) fn learn(&mut self, port: u16, is_open: bool) {
        let known = if is_open { &mut self.open } else { &mut self.refused };
        if known.len() < MOST && !known.contains(&port) {
            known.push(port);
        }
    }

    /// The ports to ask, the best first; empty when nothing ever answered.
    pub(super) fn known(&self) -> &[u16] {
        if self.open.is_empty() { &self.refused } else { &self.open }
    }

    /// Whether a missed pulse says anything: an accepting port is known.
    pub(super) fn is_firm(&self) -> bool {
        !self.open.is_empty()
    }

    /// The port to ask now, if it is time.
    pub(super) fn due(&mut self, now: Instant) -> Option<u16> {
        if now < self.next || self.known().is_empty() {
            return None;
        }
        self.next = now + if self.is_worrying() { WORRIED_GAP.max(self.gap) } else { self.gap };
        self.turn = self.turn.wrapping_add(1);
        let known = self.known();
        known.get(self.turn % known.len()).copied()
    }

    /// When the next one is due.
    pub(super) fn next(&self) -> Instant {
        self.next
    }

    /// Something answered.
    pub(super) fn life(&mut self, now: Instant) {
        self.missed = 0;
        self.last_life = now;
    }

    /// A pulse was not answered in time.
    pub(super) fn miss(&mut self) {
        self.missed = self.missed.saturating_add(1);
    }

    /// Whether so many were missed that the scan had better hold its breath.
    pub(super) fn is_worrying(&self) -> bool {
        self.missed >= WORRYING
    }

    /// Whether the target has stopped answering: pulses were missed and nothing answered for so long.
    pub(super) fn has_stopped(&self, now: Instant, least: Duration) -> bool {
        self.missed > WORRYING && now.saturating_duration_since(self.last_life) >= least
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepting_ports_are_preferred() {
        let now = Instant::now();
        let mut pulse = Pulse::new(Duration::from_millis(10), now);
        assert_eq!(pulse.due(now), None, "nothing is known");
        pulse.learn(1, false);
        assert_eq!((pulse.due(now), pulse.is_firm()), (Some(1), false));
        assert_eq!(pulse.due(now), None, "not yet");
        for port in [80, 81, 80, 82, 83, 84] {
            pulse.learn(port, true);
        }
        assert_eq!((pulse.known(), pulse.is_firm()), (&[80, 81, 82, 83][..], true));
    }

    #[test]
    fn a_stop_takes_misses_and_time() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut pulse = Pulse::new(Duration::from_millis(10), start);
        pulse.learn(80, true);
        let least = Duration::from_millis(500);
        for _ in 0..3 {
            pulse.miss();
        }
        assert!(pulse.is_worrying() && !pulse.has_stopped(at(900), least), "three may be chance");
        pulse.miss();
        assert!(!pulse.has_stopped(at(499), least) && pulse.has_stopped(at(500), least));
        pulse.life(at(600));
        assert!(!pulse.is_worrying() && !pulse.has_stopped(at(2000), least));
    }
}
