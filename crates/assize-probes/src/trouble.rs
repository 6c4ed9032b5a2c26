//! The bench's trouble: why a probe could not establish its facts. What the DUT does wrong is a fact instead.

use std::{io, net::IpAddr, time::Duration};

use crate::observation::SinkError;

/// Why a probe ended early. Facts handed over before stay true.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Trouble {
    /// The bench has no way to the address.
    #[error("reach {address}: no route from this bench")]
    NoRoute {
        /// The address asked for.
        address: IpAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// Not one port of the address answered, not even by refusing: it is switched off, elsewhere, or drops
    /// everything. Nothing can be concluded about its ports.
    #[error("get any answer from {address}")]
    NoAnswer {
        /// The address asked.
        address: IpAddr,
    },
    /// The target answered, then stopped to, and did not come back in time.
    #[error("get {address} to answer again: it stopped after {after} attempts and stayed mute for {} s", waited.as_secs())]
    StoppedAnswering {
        /// The address asked.
        address: IpAddr,
        /// How many attempts had been made when the last answer came.
        after: u64,
        /// How long it was waited for.
        waited: Duration,
    },
    /// The target accepts connections at whatever port, so that its open ports say nothing about its services.
    #[error(
        "tell services from a host that accepts everything: {address} accepted connections at {open} ports"
    )]
    AcceptsAll {
        /// The address asked.
        address: IpAddr,
        /// At how many ports it accepted.
        open: usize,
    },
    /// The operating system forbids the act.
    #[error("{act}: this bench lacks the rights")]
    Rights {
        /// What was tried.
        act: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The operating system forbids raw packets.
    #[error(
        "send SYN segments: this bench lacks the right to raw packets; run it as root, give the program the capability \
         CAP_NET_RAW (`setcap cap_net_raw+ep`), or leave `--syn` away"
    )]
    RawRights {
        /// What the operating system said.
        source: io::Error,
    },
    /// The bench ran out of descriptors, ports or memory.
    #[error("{act}: this bench ran out of sockets")]
    Exhausted {
        /// What was tried.
        act: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The budget ended before the probe did.
    #[error("finish {act} within {} s", after.as_secs())]
    TimeOut {
        /// What was under way.
        act: String,
        /// The time that was allowed.
        after: Duration,
    },
    /// The host of a published page refused the connection or did not answer.
    #[error("reach {address}: {how}")]
    Unreachable {
        /// The address and port asked for.
        address: String,
        /// What happened, as a clause.
        how: &'static str,
    },
    /// The address or host name cannot be a target.
    #[error("use {given:?} as a target: {why}")]
    BadTarget {
        /// What was given.
        given: String,
        /// Why it cannot be.
        why: &'static str,
    },
    /// The address of a page cannot be read.
    #[error("read page address {url:?}: {why}")]
    BadAddress {
        /// What was given.
        url: String,
        /// Why it cannot be read.
        why: &'static str,
    },
    /// A page redirects more often than a fetch follows.
    #[error("fetch {url}: it redirects more than {most} times; allow more with `--redirects`")]
    Redirects {
        /// The address first asked for.
        url: String,
        /// How many redirects were followed.
        most: usize,
    },
    /// The page lives on a host that is not among the allowed ones.
    #[error("fetch from {host:?}: the host is not declared")]
    NotAllowed {
        /// The host of the page.
        host: String,
    },
    /// A copy of a publication cannot be read from the assessment folder.
    #[error("read the copy {file:?}: {why}")]
    Copy {
        /// The declared path.
        file: String,
        /// Why not, as a clause.
        why: String,
    },
    /// The key that `security.txt` is declared to be signed with cannot be read from the assessment folder.
    #[error("read the key {file:?} of security.txt: {why}")]
    Key {
        /// The declared path.
        file: String,
        /// Why not, as a clause.
        why: String,
    },
    /// No probe has that name.
    #[error("find a probe named {0:?}")]
    UnknownProbe(String),
    /// The probe needs something [`crate::run`] does not give it.
    #[error("run {probe}: {why}")]
    Unsuited {
        /// The probe.
        probe: &'static str,
        /// What it needs.
        why: &'static str,
    },
    /// A play of the declaration cannot be sent.
    #[error("send the play {play:?}: {why}")]
    UnfitPlay {
        /// Its id.
        play: String,
        /// Why, as a clause.
        why: String,
    },
    /// A password that was changed could not be set back.
    #[error(
        "set the password of the account {account:?} back: it is now the tester's password followed by {ending:?}, or \
         the DUT locks the account for a while; log in with it and set it back by hand"
    )]
    PasswordLeft {
        /// The tester's account.
        account: String,
        /// What was added to the tester's password.
        ending: &'static str,
    },
    /// A DUT that was reset could not be set up again.
    #[error("set the DUT up again with the tester's password after its reset: {why}; set it up by hand")]
    NotSetUp {
        /// Why, as a clause.
        why: &'static str,
    },
    /// A switch of the bench failed; it was turned on again.
    #[error("turn the switch {switch:?} off: {why}; it has been turned on again")]
    Switch {
        /// Its id.
        switch: String,
        /// Why, as a clause.
        why: String,
    },
    /// A switch of the bench could not be turned on again.
    #[error("turn the switch {switch:?} on again: {why}; see by hand that the DUT has its power and network")]
    SwitchedOff {
        /// Its id.
        switch: String,
        /// Why, as a clause.
        why: String,
    },
    /// No switch was turned.
    #[error("switch anything: {why}")]
    NothingSwitched {
        /// Why, as clauses.
        why: String,
    },
    /// A socket failed in another way.
    #[error("{act}")]
    Socket {
        /// What was tried.
        act: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The caller stopped the probe.
    #[error("hand over an observation")]
    Stopped(#[source] SinkError),
}

impl Trouble {
    /// Sorts an error of a local socket call by what the caller can do about it.
    pub(crate) fn of(source: io::Error, act: impl Into<String>, address: IpAddr) -> Self {
        use io::ErrorKind as Kind;
        match source.kind() {
            Kind::NetworkUnreachable | Kind::HostUnreachable | Kind::NetworkDown => {
                Self::NoRoute { address, source }
            }
            Kind::PermissionDenied => Self::Rights { act: act.into(), source },
            _ if is_exhausted(&source) => Self::Exhausted { act: act.into(), source },
            _ => Self::Socket { act: act.into(), source },
        }
    }
}

/// Whether the bench is short of descriptors, ephemeral ports or buffers, so that fewer at once may help.
pub(crate) fn is_exhausted(error: &io::Error) -> bool {
    // EMFILE, ENFILE, ENOBUFS and EAGAIN (no free port for connect) as Linux numbers them.
    matches!(error.raw_os_error(), Some(24 | 23 | 105 | 11))
        || matches!(error.kind(), io::ErrorKind::AddrNotAvailable | io::ErrorKind::OutOfMemory)
}
