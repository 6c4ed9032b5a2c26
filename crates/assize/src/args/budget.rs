//! What probes may spend: every limit of a probe as an option, and `--gentle` as a set of them.

use std::time::Duration;

use assize_lab::Budget;
use clap::Args;

/// What the probes may spend. An option that is not given has its usual value, or the gentle one with `--gentle`.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Limits of the probes")]
pub(crate) struct BudgetArgs {
    /// Spare a fragile device: sets the values given below as "gentle"; options beside it change single ones
    #[arg(long)]
    pub(crate) gentle: bool,
    /// Connections a port scan starts per second at the most, 0 for as many as the device keeps up with [default: 0,
    /// gentle: 100]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub(crate) rate: Option<u32>,
    /// Scan TCP ports by bare SYN segments in place of connections: the device's services see nothing of the scan but the
    /// one connection that confirms an open port. Takes root or the capability CAP_NET_RAW
    #[arg(long)]
    pub(crate) syn: bool,
    /// Connections a port scan holds at once at the most; it uses fewer by itself when the device or the way to it does
    /// not keep up [default: 4096, gentle: 16]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=65535))]
    pub(crate) parallel: Option<u64>,
    /// After so many connections a port scan rests, 0 for never [default: 0, gentle: 500]
    #[arg(long, value_name = "N")]
    pub(crate) rest_after: Option<u32>,
    /// Milliseconds a port scan rests [default: 1000]
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(0..=LONGEST))]
    pub(crate) rest: Option<u64>,
    /// Seconds a device that stops answering in the middle of a port scan is waited for; then the scan stops and says
    /// after how many connections it happened [default: 30, gentle: 120]
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u64).range(0..=86_400))]
    pub(crate) patience: Option<u64>,
    /// Milliseconds between two connections to the same port; datagrams to different ports are a tenth of it apart
    /// [default: 10, gentle: 100]
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(0..=LONGEST))]
    pub(crate) pause: Option<u64>,
    /// Milliseconds a connection may take to open; a scan waits less once it knows how fast the device is [default:
    /// 1000, gentle: 3000]
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..=LONGEST))]
    pub(crate) connect_timeout: Option<u64>,
    /// Milliseconds an answer may take, however slowly it trickles in [default: 2000, gentle: 5000]
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..=LONGEST))]
    pub(crate) read_timeout: Option<u64>,
    /// Milliseconds a fresh connection is listened to before the probe speaks [default: 400]
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(0..=LONGEST))]
    pub(crate) banner_timeout: Option<u64>,
    /// Milliseconds of silence that end an answer of unknown length [default: 200]
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..=LONGEST))]
    pub(crate) quiet: Option<u64>,
    /// Milliseconds for which silent UDP ports are asked again while the device refuses at a limited rate. Linux sends
    /// one refusal per second: 60000 tells nearly every closed port from a silent one [default: 1500, gentle: 60000]
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(0..=LONGEST))]
    pub(crate) settle: Option<u64>,
    /// Seconds for which `observe` listens to the network for neighbours [default: 10]
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u64).range(0..=86_400))]
    pub(crate) listen: Option<u64>,
    /// Ports that are visited at once to find out what they speak, with one connection each [default: 6, gentle: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=64))]
    pub(crate) visits: Option<u64>,
    /// Connections the TLS probe holds to one port at once [default: 2, gentle: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(crate) tls_parallel: Option<u32>,
    /// Milliseconds before each connection of the TLS probe, which opens many short ones [default: 0, gentle: 100]
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(0..=LONGEST))]
    pub(crate) tls_pause: Option<u64>,
    /// KiB of one answer that are read and kept [default: 64]
    #[arg(long, value_name = "KIB", value_parser = clap::value_parser!(u64).range(1..=65536))]
    pub(crate) answer_kib: Option<u64>,
    /// Seconds one published page may take [default: 15]
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) page_seconds: Option<u64>,
    /// KiB of one published page that are read and kept [default: 2048]
    #[arg(long, value_name = "KIB", value_parser = clap::value_parser!(u64).range(1..=65536))]
    pub(crate) page_kib: Option<u64>,
    /// Redirects that a page is followed through, to declared hosts only [default: 3]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(0..=20))]
    pub(crate) redirects: Option<u64>,
    /// Seconds after an offered update that the device may take to install it [default: 3]
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u64).range(0..=86_400))]
    pub(crate) install_seconds: Option<u64>,
    /// Cases of malformed input for each port and protocol, where product.toml allows it [default: 24]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) input_cases: Option<u32>,
    /// The seed from which these cases follow [default: 1]
    #[arg(long, value_name = "SEED")]
    pub(crate) input_seed: Option<u64>,
    /// Seconds a host is taken away, or a switch is off, where product.toml allows it [default: 3]
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) outage_seconds: Option<u64>,
    /// How often in a row each host is taken away, and each switch turned off [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=20))]
    pub(crate) outages: Option<u32>,
    /// Seconds a device that stopped working is given to come back [default: 20]
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u64).range(0..=86_400))]
    pub(crate) recovery_seconds: Option<u64>,
    /// Seconds for which a login that the device puts off is waited for, and a lock is watched [default: 60]
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u64).range(0..=86_400))]
    pub(crate) login_seconds: Option<u64>,
    /// Seconds a device may take to carry out a reset and come back, or to come back when a switch is on again [default:
    /// 120]
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) restart_seconds: Option<u64>,
    /// Seconds one probe may take in all; those that change the DUT or its network (`password`, `factory`, `outage`, `power`,
    /// `update`) end by their own waits, so that they put back what they changed [default: 600, gentle: 3600]
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u64).range(1..=604_800))]
    pub(crate) probe_seconds: Option<u64>,
}

/// A day in milliseconds: longer than anybody waits, short enough for every clock.
const LONGEST: u64 = 86_400_000;

impl BudgetArgs {
    /// The limits as the probes take them.
    pub(crate) fn budget(&self) -> Budget {
        let usual = if self.gentle { Budget::gentle() } else { Budget::default() };
        let ms = |given: Option<u64>, usual| given.map_or(usual, Duration::from_millis);
        let seconds = |given: Option<u64>, usual| given.map_or(usual, Duration::from_secs);
        let size = |given: Option<u64>, unit: usize, usual| {
            given.map_or(usual, |n| usize::try_from(n).unwrap_or(usize::MAX).saturating_mul(unit))
        };
        Budget {
            connect: ms(self.connect_timeout, usual.connect),
            read: ms(self.read_timeout, usual.read),
            banner: ms(self.banner_timeout, usual.banner),
            quiet: ms(self.quiet, usual.quiet),
            pause: ms(self.pause, usual.pause),
            parallel: size(self.parallel, 1, usual.parallel),
            rate: self.rate.unwrap_or(usual.rate),
            rest_after: self.rest_after.unwrap_or(usual.rest_after),
            rest: ms(self.rest, usual.rest),
            patience: seconds(self.patience, usual.patience),
            syn: self.syn,
            settle: ms(self.settle, usual.settle),
            listen: seconds(self.listen, usual.listen),
            visits: size(self.visits, 1, usual.visits),
            tls_parallel: self.tls_parallel.unwrap_or(usual.tls_parallel),
            tls_pause: ms(self.tls_pause, usual.tls_pause),
            answer_bytes: size(self.answer_kib, 1024, usual.answer_bytes),
            page: seconds(self.page_seconds, usual.page),
            page_bytes: size(self.page_kib, 1024, usual.page_bytes),
            redirects: size(self.redirects, 1, usual.redirects),
            install: seconds(self.install_seconds, usual.install),
            package_bytes: usual.package_bytes,
            input_cases: self.input_cases.unwrap_or(usual.input_cases),
            input_seed: self.input_seed.unwrap_or(usual.input_seed),
            outage: seconds(self.outage_seconds, usual.outage),
            outages: self.outages.unwrap_or(usual.outages),
            recovery: seconds(self.recovery_seconds, usual.recovery),
            login_wait: seconds(self.login_seconds, usual.login_wait),
            restart: seconds(self.restart_seconds, usual.restart),
            total: seconds(self.probe_seconds, usual.total),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_given_is_the_usual_budget() {
        assert_eq!(BudgetArgs::default().budget(), Budget::default());
        let gentle = BudgetArgs { gentle: true, ..BudgetArgs::default() };
        assert_eq!(gentle.budget(), Budget::gentle());
    }

    #[test]
    fn options_change_single_limits() {
        let args = BudgetArgs { gentle: true, rate: Some(5), answer_kib: Some(1), ..BudgetArgs::default() };
        let budget = args.budget();
        assert_eq!((budget.rate, budget.answer_bytes, budget.parallel), (5, 1024, Budget::gentle().parallel));
    }
}
