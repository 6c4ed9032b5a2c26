//! The bench's proxies: opened with the relays, through which they lead; what the DUT asked of them becomes facts.

use std::net::{IpAddr, SocketAddr};

use assize_model::declaration::Declaration;
use assize_model::declaration::product::Host;
use assize_model::declaration::relay::{Proxy as Declared, Relay as DeclaredRelay};
use assize_model::fact::{Destination, Fact, ProxyUse};
use assize_probes::relay::{Proxy, Relay, Way, Wishes};
use assize_probes::{Budget, Observation, Target};

use crate::visitors::{senders, strangers};

/// A proxy that stands.
#[derive(Debug)]
pub(crate) struct Standing {
    listen: String,
    dut: String,
    proxy: Proxy,
}

/// Opens a declared proxy, which leads through these relays.
pub(crate) async fn opened(
    declaration: &Declaration,
    declared: &Declared,
    relays: &[(DeclaredRelay, Relay)],
    budget: &Budget,
) -> Result<Standing, String> {
    let listen = declared.listen.as_deref().and_then(|text| text.parse::<SocketAddr>().ok());
    let listen = listen.ok_or("write `listen` as address and port")?;
    let dut = declaration.product.bench.address.as_deref().and_then(|text| text.parse::<IpAddr>().ok());
    let dut = dut.ok_or("write the DUT's `address` in [bench]")?;
    let ways: Vec<Way> = declaration.product.host.iter().map(|host| way(host, relays)).collect();
    if ways.iter().any(|way| way.to.as_ref().is_some_and(|to| to.address() == listen.ip())) {
        return Err("it would lead to itself".to_owned());
    }
    let from = senders(declaration, &declared.from)?;
    let proxy = Proxy::open(listen, from, ways, budget).await.map_err(|e| e.to_string())?;
    Ok(Standing { listen: listen.to_string(), dut: dut.to_string(), proxy })
}

/// How a host is reached through the bench.
fn way(host: &Host, relays: &[(DeclaredRelay, Relay)]) -> Way {
    let names = [Some(&host.name), host.dns.as_ref(), host.address.as_ref()];
    let address = host.address.as_deref().and_then(|text| text.parse::<IpAddr>().ok());
    let own = relays.iter().filter_map(|(declared, relay)| {
        let place = declared.place.as_ref().filter(|p| p.host.as_ref() == Some(&host.name))?;
        Some((place.port, relay.entrance()))
    });
    Way {
        names: names.into_iter().flatten().cloned().collect(),
        to: address.and_then(|address| Target::new(address).ok()),
        relays: own.collect(),
    }
}

impl Standing {
    /// What the DUT asked for since this was called last.
    pub(crate) fn asked(&self) -> Observation {
        let asked = self.proxy.take();
        let fact = ProxyUse {
            target: self.dut.clone(),
            listen: self.listen.clone(),
            known: told(asked.known),
            unknown: told(asked.unknown),
            untold: asked.untold,
            unread: asked.unread,
        };
        Observation { fact: Fact::ProxyUse(fact), raw: asked.raw }
    }

    /// Who else connected, if anybody did.
    pub(crate) fn strangers(&self) -> Option<String> {
        strangers("proxy", &self.listen, &self.proxy.strangers())
    }
}

fn told(wishes: Wishes) -> Vec<Destination> {
    wishes.into_iter().map(|((host, port), times)| Destination { host, port, times }).collect()
}
