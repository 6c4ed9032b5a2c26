//! The steps of a run: which probe looks at which declared target. Targets are only what the declaration names.

use std::collections::BTreeMap;
use std::net::IpAddr;

use assize_model::declaration::Declaration;
use assize_model::declaration::ixit::UserInfo;
use assize_model::declaration::ixit::common::{Place, Source};
use assize_model::declaration::product::Host;
use assize_model::fact::Transport;
use assize_probes::{ProbeId, Target, Trouble, security_txt_beside};

use crate::{Error, Result};

/// Where CoAP over DTLS usually lives (RFC 7252 clause 12.7), and where mDNS does.
pub(crate) const COAPS: u16 = 5684;
const MDNS: u16 = 5353;

/// What looks at the declared places of hosts.
const AT_HOSTS: [ProbeId; 3] = [ProbeId::Identify, ProbeId::Ssh, ProbeId::Tls];
/// Between the address and the name of a host in the name of a step.
pub(crate) const AS: &str = " as ";

/// One probe on one target.
#[derive(Clone, Debug)]
pub struct Step {
    /// The probe.
    pub probe: ProbeId,
    /// What it is recorded under: an address, an address `as` the name it is asked by, or the address of a page.
    pub name: String,
    /// Where it connects to; none for pages, whose hosts are declared.
    pub target: Option<Target>,
    /// Ports to look at, for hosts of which only declared places are looked at; empty for the DUT, whose ports are
    /// those found open.
    pub ports: Vec<u16>,
    /// Whether the target is the bench's control address.
    pub control: bool,
    /// Whether it reads a copy in the assessment folder and needs no network.
    pub copy: bool,
}

/// The steps for a declaration, in the order in which later ones can use what earlier ones found.
///
/// # Errors
/// When an address of product.toml is none.
pub fn steps(declaration: &Declaration) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    let bench = &declaration.product.bench;
    if let Some(address) = &bench.address {
        dut_steps(address, bench.control.as_deref(), &mut steps)?;
        let places = udp_places(declaration);
        steps
            .iter_mut()
            .filter(|step| step.probe == ProbeId::Dtls)
            .for_each(|step| step.ports.clone_from(&places));
    }
    if bench.address.is_some() {
        for address in bench.unit.iter().filter_map(|unit| unit.address.as_deref()) {
            steps.push(step(ProbeId::Keys, address, false)?);
        }
    }
    for (target, ports) in host_ports(declaration)? {
        for probe in AT_HOSTS {
            steps.push(Step { ports: ports.clone(), ..on(probe, target.clone(), false) });
        }
    }
    for url in publication_urls(declaration) {
        steps.push(paper(ProbeId::Publication, url, false));
    }
    steps.extend(security_txt_url(declaration)?.map(|url| paper(ProbeId::SecurityTxt, url, false)));
    for file in copies(declaration) {
        steps.push(paper(ProbeId::Publication, file, true));
    }
    // What may upset the DUT comes last.
    if let Some(address) = &bench.address {
        for probe in ProbeId::ALL.into_iter().filter(|p| p.needs().is_some_and(|a| bench.allow.contains(&a)))
        {
            steps.push(step(probe, address, false)?);
        }
    }
    Ok(steps)
}

fn paper(probe: ProbeId, name: String, copy: bool) -> Step {
    Step { probe, name, target: None, ports: Vec::new(), control: false, copy }
}

fn dut_steps(address: &str, control: Option<&str>, steps: &mut Vec<Step>) -> Result<()> {
    for probe in [ProbeId::TcpPorts, ProbeId::UdpServices] {
        if let Some(control) = control {
            apart(address, control)?;
            steps.push(step(probe, control, true)?);
        }
        steps.push(step(probe, address, false)?);
    }
    let looks = [ProbeId::Identify, ProbeId::Ssh, ProbeId::Tls, ProbeId::Dtls, ProbeId::Mdns, ProbeId::Web];
    for probe in looks {
        steps.push(step(probe, address, false)?);
    }
    Ok(())
}

/// What answers on the control address is left out as the bench's, so it must never be the DUT's own.
fn apart(address: &str, control: &str) -> Result<()> {
    if address
        .parse::<IpAddr>()
        .is_ok_and(|a| control.parse::<IpAddr>().is_ok_and(|c| c.to_canonical() == a.to_canonical()))
    {
        let why = "it is the DUT's own; name an address where nothing of the DUT lives".to_owned();
        return Err(Error::Address { given: control.to_owned(), why });
    }
    Ok(())
}

fn step(probe: ProbeId, address: &str, control: bool) -> Result<Step> {
    Ok(on(probe, target_at(address)?, control))
}

fn on(probe: ProbeId, target: Target, control: bool) -> Step {
    let address = target.address();
    let name = match target.name() {
        Some(name) => format!("{address}{AS}{name}"),
        None => address.to_string(),
    };
    Step { probe, name, target: Some(target), ports: Vec::new(), control, copy: false }
}

impl Step {
    /// The address at which it looks, as facts name it; what it is recorded under when it has none.
    pub(crate) fn at(&self) -> String {
        self.target.as_ref().map_or_else(|| self.name.clone(), |target| target.address().to_string())
    }
}

/// An address of product.toml as a target.
pub(crate) fn target_at(address: &str) -> Result<Target> {
    let bad = |why: String| Error::Address { given: address.to_owned(), why };
    let ip: IpAddr = address.parse().map_err(|_| bad("write an IPv4 or IPv6 address".into()))?;
    Target::new(ip).map_err(|e| bad(e.to_string()))
}

/// The UDP ports of the DUT at which DTLS is asked for: where CoAP has it, and every place declared. mDNS has none.
fn udp_places(declaration: &Declaration) -> Vec<u16> {
    let ixit = &declaration.ixit;
    let places = ixit.com_mech.iter().flat_map(|m| &m.reached_at);
    let places = places.chain(ixit.upd_mech.iter().flat_map(|m| &m.reached_at));
    let declared = places.filter(|p| p.host.is_none() && p.transport == Transport::Udp).map(|p| p.port);
    let mut ports: Vec<u16> = declared.filter(|port| *port != MDNS).chain([COAPS]).collect();
    ports.sort_unstable();
    ports.dedup();
    ports
}

/// The declared TCP places on hosts other than the DUT, by address and the name that is asked for there.
fn host_ports(declaration: &Declaration) -> Result<Vec<(Target, Vec<u16>)>> {
    let ixit = &declaration.ixit;
    let places = ixit.com_mech.iter().flat_map(|m| &m.reached_at);
    let places = places.chain(ixit.upd_mech.iter().flat_map(|m| &m.reached_at));
    let mut ports: BTreeMap<(IpAddr, Option<String>), (Target, Vec<u16>)> = BTreeMap::new();
    for place in places.filter(|p| p.transport == Transport::Tcp) {
        if let Some(target) = host_of(declaration, place).map(host_target).transpose()?.flatten() {
            let key = (target.address(), target.name().map(str::to_owned));
            ports.entry(key).or_insert_with(|| (target, Vec::new())).1.push(place.port);
        }
    }
    for (_, list) in ports.values_mut() {
        list.sort_unstable();
        list.dedup();
    }
    Ok(ports.into_values().collect())
}

fn host_of<'d>(declaration: &'d Declaration, place: &Place) -> Option<&'d Host> {
    let name = place.host.as_ref()?;
    declaration.product.host.iter().find(|h| h.name == *name)
}

/// A host at its address, asked by its name when it has one; none without an address.
fn host_target(host: &Host) -> Result<Option<Target>> {
    let Some(address) = &host.address else { return Ok(None) };
    let target = target_at(address)?;
    let Some(name) = host.asked_by() else { return Ok(Some(target)) };
    let bad = |e: Trouble| Error::Address { given: name.clone(), why: e.to_string() };
    Target::with_name(target.address(), &name).map(Some).map_err(bad)
}

/// The pages that 2-UserInfo names, each once.
fn publication_urls(declaration: &Declaration) -> Vec<String> {
    let Some(info) = &declaration.ixit.user_info else { return Vec::new() };
    let mut urls: Vec<String> = sources(info).into_iter().flatten().filter_map(|s| s.url.clone()).collect();
    urls.sort();
    urls.dedup();
    urls
}

/// The copies that 2-UserInfo names, each once.
fn copies(declaration: &Declaration) -> Vec<String> {
    let Some(info) = &declaration.ixit.user_info else { return Vec::new() };
    let mut files: Vec<String> = sources(info).into_iter().flatten().filter_map(|s| s.file.clone()).collect();
    files.sort();
    files.dedup();
    files
}

/// Where to look for `security.txt`: where 2-UserInfo declares it, or else on the site of the disclosure policy when
/// its host is a declared one.
fn security_txt_url(declaration: &Declaration) -> Result<Option<String>> {
    let Some(info) = &declaration.ixit.user_info else { return Ok(None) };
    if info.security_txt.is_some() {
        return Ok(info.security_txt.clone());
    }
    let policy = info.disclosure_policy.as_ref().and_then(|s| s.url.as_deref());
    let hosts = allowed_hosts(declaration)?;
    Ok(policy.and_then(|url| security_txt_beside(url, &hosts)))
}

fn sources(info: &UserInfo) -> [Option<&Source>; 11] {
    [
        &info.change_mechanisms,
        &info.replacement,
        &info.sensors,
        &info.secure_setup,
        &info.setup_check,
        &info.personal_data,
        &info.telemetry_data,
        &info.deletion,
        &info.support_period_published,
        &info.disclosure_policy,
        &info.non_updatable,
    ]
    .map(Option::as_ref)
}

/// Hosts whose pages may be fetched: those of product.toml that have an address.
pub(crate) fn allowed_hosts(declaration: &Declaration) -> Result<Vec<Target>> {
    declaration.product.host.iter().filter_map(|host| host_target(host).transpose()).collect()
}
