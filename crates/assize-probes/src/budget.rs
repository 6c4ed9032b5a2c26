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
    /// The gap between two connections to the same port. Default 10 ms.
    pub pause: Duration,
    /// How many connections a port scan holds at once; lowered by itself when the bench runs short. Default 1024.
    pub parallel: usize,
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
    /// How many bytes of one offered package are read and held. Default 24 MiB.
    pub package_bytes: usize,
    /// How long after an offered update the DUT may take to install it. Default 3 s.
    pub settle: Duration,
    /// How long a host is taken away. Default 3 s.
    pub outage: Duration,
    /// How often in a row a host is taken away. Default 1.
    pub outages: u32,
    /// When a probe as a whole gives up. Default 10 minutes.
    pub total: Duration,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(1),
            read: Duration::from_secs(2),
            banner: Duration::from_millis(400),
            quiet: Duration::from_millis(200),
            pause: Duration::from_millis(10),
            parallel: 1024,
            answer_bytes: 64 * 1024,
            page: Duration::from_secs(15),
            page_bytes: 2 * 1024 * 1024,
            redirects: 3,
            input_cases: 24,
            input_seed: 1,
            recovery: Duration::from_secs(20),
            package_bytes: 24 * 1024 * 1024,
            settle: Duration::from_secs(3),
            outage: Duration::from_secs(3),
            outages: 1,
            total: Duration::from_secs(600),
        }
    }
}
