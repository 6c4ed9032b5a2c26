//! What a probe may spend: time, connections at once, and bytes kept per answer.

use std::time::Duration;

/// The limits a probe keeps to. Every wait of a probe ends by one of these, whatever the peer does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// How long a connection may take to open. Default 1 s.
    pub connect: Duration,
    /// How long one whole answer may take, however slowly it trickles in. Default 2 s.
    pub read: Duration,
    /// How long a fresh connection is listened to before the probe speaks. Default 400 ms.
    pub banner: Duration,
    /// After the first bytes, how long a pause ends an answer of unknown length. Default 200 ms.
    pub quiet: Duration,
    /// The gap between two connections to the same port; datagrams to different ports are a tenth of it apart.
    /// Default 10 ms.
    pub pause: Duration,
    /// How many connections a port scan holds at once; lowered by itself when the bench runs short, or when the
    /// target or the way to it does not keep up. Default 4096.
    pub parallel: usize,
    /// How many connections per second a port scan starts at the most; 0 is as many as the target keeps up with.
    /// Default 0.
    pub rate: u32,
    /// After how many connections a port scan rests; 0 is never. Default 0.
    pub rest_after: u32,
    /// How long it rests. Default 1 s.
    pub rest: Duration,
    /// How long a target that stops answering in the middle of a port scan is waited for. Default 30 s.
    pub patience: Duration,
    /// Whether the port scan sends bare SYN segments in place of connections, which takes the right to raw packets; see
    /// [`crate::tcp::raw_rights`]. Default no.
    pub syn: bool,
    /// How long the UDP ports that stayed silent are asked again while the target refuses at a limited rate.
    /// Default 1.5 s; a host that sends one refusal per second needs as many seconds as it has closed ports.
    pub settle: Duration,
    /// How long the network is listened to for neighbours. Default 10 s.
    pub listen: Duration,
    /// How many connections the TLS probe holds to one port at once; one, from the first refusal on. Default 2.
    pub tls_parallel: u32,
    /// The gap before each connection of the TLS probe, which opens many short ones. Default none.
    pub tls_pause: Duration,
    /// How many ports are visited at once, with one connection each at a time. Default 6.
    pub visits: usize,
    /// How many bytes of one answer are read and kept. Default 64 KiB.
    pub answer_bytes: usize,
    /// How long one published page may take, in place of `read`. Default 15 s.
    pub page: Duration,
    /// How many bytes of one published page are read and kept. Default 2 MiB.
    pub page_bytes: usize,
    /// How many redirects a fetch follows. Default 3.
    pub redirects: usize,
    /// How many cases of malformed input one port gets in one protocol. Default 24.
    pub input_cases: u32,
    /// The seed from which these cases follow. Default 1.
    pub input_seed: u64,
    /// How long a DUT that stopped working is given to come back. Default 20 s.
    pub recovery: Duration,
    /// How long a login that the DUT puts off is waited for. Default 60 s.
    pub login_wait: Duration,
    /// How long a DUT may take to carry out a reset and come back, or to come back when a switch is on again. Default
    /// 2 minutes.
    pub restart: Duration,
    /// How many bytes of one offered package are read and held. Default 24 MiB.
    pub package_bytes: usize,
    /// How long after an offered update the DUT may take to install it. Default 3 s.
    pub install: Duration,
    /// How long a host is taken away, or a switch is off. Default 3 s.
    pub outage: Duration,
    /// How often in a row a host is taken away, or a switch is turned off and on. Default 1.
    pub outages: u32,
    /// When a probe as a whole gives up. Default 10 minutes.
    pub total: Duration,
}

impl Budget {
    /// For fragile devices: 100 connections per second, 16 at once, a rest of 1 s after each 500, 100 ms between
    /// connections to one port, and two minutes of patience with a device that stops answering.
    /// A probe may take an hour.
    pub fn gentle() -> Self {
        Self {
            connect: Duration::from_secs(3),
            read: Duration::from_secs(5),
            pause: Duration::from_millis(100),
            parallel: 16,
            rate: 100,
            rest_after: 500,
            patience: Duration::from_secs(120),
            settle: Duration::from_secs(60),
            visits: 1,
            tls_parallel: 1,
            tls_pause: Duration::from_millis(100),
            total: Duration::from_secs(3600),
            ..Self::default()
        }
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(1),
            read: Duration::from_secs(2),
            banner: Duration::from_millis(400),
            quiet: Duration::from_millis(200),
            pause: Duration::from_millis(10),
            parallel: 4096,
            rate: 0,
            rest_after: 0,
            rest: Duration::from_secs(1),
            patience: Duration::from_secs(30),
            syn: false,
            settle: Duration::from_millis(1500),
            listen: Duration::from_secs(10),
            tls_parallel: 2,
            tls_pause: Duration::ZERO,
            visits: 6,
            answer_bytes: 64 * 1024,
            page: Duration::from_secs(15),
            page_bytes: 2 * 1024 * 1024,
            redirects: 3,
            input_cases: 24,
            input_seed: 1,
            recovery: Duration::from_secs(20),
            login_wait: Duration::from_secs(60),
            restart: Duration::from_secs(120),
            package_bytes: 24 * 1024 * 1024,
            install: Duration::from_secs(3),
            outage: Duration::from_secs(3),
            outages: 1,
            total: Duration::from_secs(600),
        }
    }
}
