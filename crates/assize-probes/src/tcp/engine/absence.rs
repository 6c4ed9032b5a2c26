//! A target that stops answering in the middle of a scan: noticed, told, waited for.

use std::time::Instant;

use assize_model::fact::{Transport, Unresponsive};

use super::{News, Scan, Stand, TICK};
use crate::Trouble;

/// How often a target may stop answering and come back before the scan gives up on it.
const MOST_STOPS: u32 = 3;

impl Scan<'_> {
    /// The target has stopped answering: what went unanswered since goes back to the queue, and the scan waits.
    pub(super) fn wait_for_return(&mut self) -> Result<(), Trouble> {
        let slots: Vec<usize> = (0..self.jobs.len()).collect();
        let under_way: Vec<u16> = slots.into_iter().filter_map(|slot| self.forget(slot)).collect();
        self.asked.clear();
        self.pulses.clear();
        let unanswered = self.silent.split_off(self.silent_before);
        let (after, port) = (self.tally.at_life, self.tally.after_life);
        for port in unanswered.into_iter().chain(under_way).rev() {
            self.queue.push_front(port);
        }
        let begin = Instant::now();
        let mut came_back = false;
        while !came_back && begin.elapsed() < self.budget.patience {
            came_back = self.asks_for_life()?;
        }
        self.tally.stops += 1;
        let waited = begin.elapsed();
        self.tell(News::Stopped(Unresponsive {
            target: self.target.address().to_string(),
            transport: Transport::Tcp,
            after,
            port: port.or(self.queue.front().copied()).unwrap_or_default(),
            waited_ms: u64::try_from(waited.as_millis()).unwrap_or(u64::MAX),
            came_back,
        }))?;
        if !came_back || self.tally.stops > MOST_STOPS {
            return Err(Trouble::StoppedAnswering { address: self.target.address(), after, waited });
        }
        self.pace.spare();
        Ok(())
    }

    /// Whether a target that answered before still does, now that the round is over. When it had stopped and comes
    /// back, what went unanswered is in the queue again and the answer is no.
    pub(super) fn is_still_there(&mut self) -> Result<bool, Trouble> {
        if self.pulse.known().is_empty() || self.silent.is_empty() {
            return Ok(true);
        }
        let begin = Instant::now();
        while begin.elapsed() < self.stop_time() {
            if self.asks_for_life()? {
                return Ok(true);
            }
        }
        self.wait_for_return()?;
        self.silent.extend(self.queue.drain(..));
        Ok(false)
    }

    /// Asks each port that is known to answer, one after the other, until one does.
    fn asks_for_life(&mut self) -> Result<bool, Trouble> {
        for port in self.pulse.known().to_vec() {
            let begin = Instant::now();
            let slot = self.sockets.take().map_err(|error| self.trouble(error))?;
            let mut stand = self.sockets.connect(slot, self.target.at(port));
            while matches!(stand, Ok(Stand::Waiting)) && begin.elapsed() < self.budget.connect {
                self.heed_stop()?;
                self.sockets.wait(TICK).map_err(|error| self.trouble(error))?;
                stand = self.sockets.connect(slot, self.target.at(port));
            }
            self.sockets.give_back(slot);
            if matches!(stand, Ok(Stand::Open(_) | Stand::Refused)) {
                self.pulse.life(Instant::now());
                return Ok(true);
            }
            std::thread::sleep(TICK.saturating_sub(begin.elapsed()));
        }
        Ok(false)
    }
}
