//! The bench's places between the DUT and its hosts: opened at the beginning of a run, so that the DUT finds its hosts
//! all along, with certificates and offers read from the folder.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use assize_model::declaration::Declaration;
use assize_model::declaration::relay::{Offer, Relay as Declared};
use assize_probes::outage::Line;
use assize_probes::relay::{Relay, Stand, TlsIdentity};
use assize_probes::update::{Offered, Stall};
use assize_probes::{Budget, Observation, Target};

use crate::inside;
use crate::proxies::{self, Standing};
use crate::visitors::{senders, strangers};

/// The relays that stand, and the proxies that lead through them.
#[derive(Debug, Default)]
pub(crate) struct Relays {
    open: Vec<(Declared, Relay)>,
    proxies: Vec<Standing>,
}

impl Relays {
    /// Opens every declared relay and proxy; gives a sentence for each that cannot be opened.
    pub(crate) async fn open(declaration: &Declaration, budget: &Budget) -> (Self, Vec<String>) {
        let (mut open, mut troubles) = (Vec::new(), Vec::new());
        for declared in &declaration.product.bench.relay {
            match opened(declaration, declared, budget).await {
                Ok(relay) => open.push((declared.clone(), relay)),
                Err(why) => {
                    let listen = declared.listen.as_deref().unwrap_or("nowhere");
                    troubles.push(format!("the relay at {listen} cannot be opened: {why}"));
                }
            }
        }
        let mut proxies = Vec::new();
        for declared in &declaration.product.bench.proxy {
            match proxies::opened(declaration, declared, &open, budget).await {
                Ok(proxy) => proxies.push(proxy),
                Err(why) => {
                    let listen = declared.listen.as_deref().unwrap_or("nowhere");
                    troubles.push(format!("the proxy at {listen} cannot be opened: {why}"));
                }
            }
        }
        (Self { open, proxies }, troubles)
    }

    /// What the DUT asked each proxy for since this was called last.
    pub(crate) fn asked(&self) -> Vec<Observation> {
        self.proxies.iter().map(Standing::asked).collect()
    }

    /// Who else connected, a sentence for each relay and proxy that somebody else found.
    pub(crate) fn strangers(&self) -> Vec<String> {
        let at_relay = |(declared, relay): &(Declared, Relay)| {
            strangers("relay", declared.listen.as_deref().unwrap_or("nowhere"), &relay.strangers())
        };
        let at_proxies = self.proxies.iter().filter_map(Standing::strangers);
        self.open.iter().filter_map(at_relay).chain(at_proxies).collect()
    }

    /// Every relay as a line that can be cut.
    pub(crate) fn lines(&self) -> Vec<Line<'_>> {
        self.open.iter().map(|(declared, relay)| Line { place: place(declared), relay }).collect()
    }

    /// The relays at which something is offered, and what is wrong with their files, a sentence each.
    pub(crate) fn stalls(
        &self,
        folder: &Path,
        declaration: &Declaration,
        budget: &Budget,
    ) -> (Vec<Stall<'_>>, Vec<String>) {
        let (mut stalls, mut troubles) = (Vec::new(), Vec::new());
        for (declared, relay) in &self.open {
            let own = declaration.product.bench.offer.iter().filter(|o| o.place == declared.place);
            let offers =
                own.filter_map(|o| kept(offered(folder, o, budget), &mut troubles)).collect::<Vec<_>>();
            if offers.is_empty() {
                continue;
            }
            let trusted = match (&declared.certificate_file, &declared.key_file) {
                (Some(chain), Some(key)) => kept(certificate(folder, chain, key), &mut troubles),
                _ => None,
            };
            let names = names(declaration, declared);
            stalls.push(Stall { place: place(declared), relay, trusted, names, offers });
        }
        (stalls, troubles)
    }
}

fn kept<T>(result: Result<T, String>, troubles: &mut Vec<String>) -> Option<T> {
    result.map_err(|why| troubles.push(why)).ok()
}

fn place(declared: &Declared) -> String {
    declared.place.as_ref().map(ToString::to_string).unwrap_or_default()
}

async fn opened(declaration: &Declaration, declared: &Declared, budget: &Budget) -> Result<Relay, String> {
    let listen = declared.listen.as_deref().and_then(|text| text.parse::<SocketAddr>().ok());
    let listen = listen.ok_or("write `listen` as address and port")?;
    let place = declared.place.as_ref().ok_or("write `place`")?;
    let host = declaration.product.host.iter().find(|h| Some(&h.name) == place.host.as_ref());
    let host = host.ok_or_else(|| format!("product.toml has no host for {place}"))?;
    let address = host.address.as_deref().and_then(|text| text.parse::<IpAddr>().ok());
    let address = address.ok_or_else(|| format!("the host `{}` has no address", host.name))?;
    if SocketAddr::new(address, place.port) == listen {
        return Err("it would pass everything on to itself".to_owned());
    }
    let to = match &host.dns {
        Some(name) if name.parse::<IpAddr>().is_err() => Target::with_name(address, name),
        _ => Target::new(address),
    };
    let to = to.map_err(|e| format!("failed to {e}"))?;
    let from = senders(declaration, &declared.from)?;
    Relay::open(listen, from, to, place.port, budget).await.map_err(|e| e.to_string())
}

/// The names under which the DUT may look for the host.
fn names(declaration: &Declaration, declared: &Declared) -> Vec<String> {
    let host = declared.place.as_ref().and_then(|p| p.host.as_ref());
    let host = declaration.product.host.iter().find(|h| Some(&h.name) == host);
    let listen = declared.listen.as_deref().and_then(|text| text.parse::<SocketAddr>().ok());
    let all = [host.and_then(|h| h.dns.clone()), host.and_then(|h| h.address.clone())];
    let mut names: Vec<String> =
        all.into_iter().flatten().chain(listen.map(|l| l.ip().to_string())).collect();
    names.sort();
    names.dedup();
    names
}

fn certificate(folder: &Path, chain: &str, key: &str) -> Result<Arc<TlsIdentity>, String> {
    let (chain, key) = (read(folder, chain, CERTIFICATE)?, read(folder, key, CERTIFICATE)?);
    Stand::given(&chain, &key)
}

/// A longer certificate or key is none.
const CERTIFICATE: u64 = 256 * 1024;

fn offered(folder: &Path, offer: &Offer, budget: &Budget) -> Result<Offered, String> {
    let mut all = Offered {
        id: offer.id.clone(),
        variant: offer.variant.unwrap_or_default(),
        at: offer.at.clone(),
        field: offer.field.clone(),
        ..Offered::default()
    };
    for (path, from) in &offer.answers {
        match from.strip_prefix("file:") {
            Some(file) => {
                let bytes = read(folder, file, budget.package_bytes as u64)?;
                all.files.insert(path.clone(), bytes);
            }
            None => drop(all.paths.insert(path.clone(), from.clone())),
        }
    }
    Ok(all)
}

fn read(folder: &Path, name: &str, most: u64) -> Result<Vec<u8>, String> {
    inside::read(folder, name, most).map_err(|why| format!("{name} cannot be used: {why}"))
}

#[cfg(test)]
mod tests {
    use assize_model::declaration::product::Host;
    use assize_model::declaration::relay::Variant;

    use super::*;

    #[test]
    fn files_outside_the_folder_are_not_offered() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("inside");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(dir.path().join("secret"), "x").unwrap();
        std::fs::write(folder.join("old.bin"), "old").unwrap();
        std::os::unix::fs::symlink(dir.path().join("secret"), folder.join("link")).unwrap();
        let offer = |from: &str| Offer {
            variant: Some(Variant::Older),
            answers: [("/fw".to_owned(), from.to_owned())].into(),
            ..Offer::default()
        };
        let budget = Budget { package_bytes: 3, ..Budget::default() };
        assert_eq!(offered(&folder, &offer("file:old.bin"), &budget).unwrap().files["/fw"], b"old");
        assert_eq!(offered(&folder, &offer("/old"), &budget).unwrap().paths["/fw"], "/old");
        for bad in ["file:link", "file:../secret", "file:nowhere"] {
            assert!(offered(&folder, &offer(bad), &budget).is_err(), "{bad}");
        }
        let small = Budget { package_bytes: 2, ..Budget::default() };
        assert!(offered(&folder, &offer("file:old.bin"), &small).is_err());
    }

    #[test]
    fn connections_from_elsewhere_are_told() {
        let mut declaration = Declaration::default();
        declaration.product.bench.address = Some("127.91.7.10".into());
        let host = Host { name: "cloud".into(), address: Some("127.91.7.20".into()), ..Host::default() };
        declaration.product.host.push(host);
        let port = std::net::TcpListener::bind("127.91.7.40:0").unwrap().local_addr().unwrap().port();
        let listen = format!("127.91.7.40:{port}");
        let place = "cloud:tcp/1".parse().ok();
        for (from, told) in [(vec![], true), (vec!["127.0.0.1".to_owned()], false)] {
            let relay =
                Declared { place: place.clone(), listen: Some(listen.clone()), from, ..Declared::default() };
            declaration.product.bench.relay = vec![relay];
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let strangers = runtime.block_on(async {
                let (relays, troubles) = Relays::open(&declaration, &Budget::default()).await;
                assert!(troubles.is_empty(), "{troubles:?}");
                let mut stream = tokio::net::TcpStream::connect(&listen).await.unwrap();
                tokio::io::AsyncReadExt::read(&mut stream, &mut [0]).await.ok();
                relays.strangers()
            });
            assert_eq!(
                strangers.iter().any(|s| s.contains("1 connection came") && s.contains("127.0.0.1")),
                told
            );
        }
    }

    #[test]
    fn a_relay_that_cannot_be_opened_says_why() {
        let mut declaration = Declaration::default();
        let host = Host { name: "cloud".into(), address: Some("127.0.0.1".into()), ..Host::default() };
        declaration.product.host.push(host);
        for (listen, place) in
            [("127.0.0.1:1", "cloud:tcp/1"), ("127.0.0.1:2", "shop:tcp/1"), ("x", "cloud:tcp/1")]
        {
            let relay =
                Declared { place: place.parse().ok(), listen: Some(listen.into()), ..Declared::default() };
            declaration.product.bench.relay.push(relay);
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (relays, troubles) = runtime.block_on(Relays::open(&declaration, &Budget::default()));
        assert!(relays.lines().is_empty());
        assert_eq!(troubles.len(), 3, "{troubles:?}");
    }
}
