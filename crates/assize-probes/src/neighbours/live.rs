//! Listens on the bench's network by ordinary sockets, and reads the kernel's neighbour table. Nothing is sent.

use std::{
    collections::BTreeSet,
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use assize_model::fact::{Channel, Fact, Neighbour, Overheard};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, netlink, recv, sendto, socket_with, sockopt,
};
use tokio::{
    net::UdpSocket,
    sync::mpsc,
    task::JoinSet,
    time::{Instant, timeout_at},
};

use super::codec::{self, Row};
use crate::{Budget, Observation, Raw, Sink, Target, Trouble, net::shared};

const ACT: &str = "listen for neighbours";
/// Longest datagram that is kept (an mDNS message, RFC 6762, clause 17).
const LONGEST_DATAGRAM: usize = 9000;
/// Most different datagrams that are handed over, and of one host.
const MOST: usize = 2048;
const MOST_OF_ONE: usize = 64;

/// Whose words are handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// The target's only.
    Target,
    /// Those of every host that is heard.
    Everyone,
}

/// A channel's port and groups, IPv4 and IPv6.
struct Place {
    channel: Channel,
    port: u16,
    v4: Option<Ipv4Addr>,
    v6: Option<Ipv6Addr>,
}

/// RFC 6762, UPnP Device Architecture 1.1, RFC 4795, RFC 2131.
const PLACES: [Place; 4] = [
    Place {
        channel: Channel::Mdns,
        port: 5353,
        v4: Some(Ipv4Addr::new(224, 0, 0, 251)),
        v6: Some(Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0xfb)),
    },
    Place {
        channel: Channel::Ssdp,
        port: 1900,
        v4: Some(Ipv4Addr::new(239, 255, 255, 250)),
        v6: Some(Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0xc)),
    },
    Place {
        channel: Channel::Llmnr,
        port: 5355,
        v4: Some(Ipv4Addr::new(224, 0, 0, 252)),
        v6: Some(Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 1, 3)),
    },
    Place { channel: Channel::Dhcp, port: 67, v4: None, v6: None },
];

/// Listens for as long as the budget says on the network by which the target is reached. Hands over an [`Overheard`]
/// for each different datagram, and a [`Neighbour`] for each line of the neighbour table. A channel that this bench
/// may not listen to is the trouble at the end, when everything else has been heard.
pub async fn listen(
    target: &Target,
    whom: Whom,
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    listen_at(&PLACES, target, whom, budget, sink).await
}

async fn listen_at(
    places: &[Place],
    target: &Target,
    whom: Whom,
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    let trouble = |error| Trouble::of(error, ACT, target.address());
    let own = own_address(target).map_err(trouble)?;
    let mut deaf = None;
    // The channel is the bound: while nobody takes datagrams, the kernel drops them.
    let (tell, mut told) = mpsc::channel(64);
    let mut ears = JoinSet::new();
    for place in places {
        match open(place, own) {
            Ok(sockets) => {
                for socket in sockets {
                    ears.spawn(hear(socket, place.channel, tell.clone()));
                }
            }
            Err(error) => deaf = Some((place, error)),
        }
    }
    drop(tell);
    let end = Instant::now() + budget.listen;
    let mut heard = Heard { target, whom, seen: BTreeSet::new() };
    while let Ok(Some((channel, from, bytes))) = timeout_at(end, told.recv()).await {
        if let Some(observation) = heard.take(channel, from.ip(), bytes) {
            sink.observe(observation).map_err(Trouble::Stopped)?;
        }
        let left = end.saturating_duration_since(Instant::now());
        let of = budget.listen.as_secs();
        sink.progress(of.saturating_sub(left.as_secs()), of, ACT);
    }
    for row in table().map_err(trouble)? {
        if whom == Whom::Everyone || row.address == target.address() {
            sink.observe(neighbour(&row)).map_err(Trouble::Stopped)?;
        }
    }
    match deaf {
        None => Ok(()),
        Some((place, error)) => {
            let act = format!("listen to {} on port {}", place.channel.words(), place.port);
            Err(Trouble::of(error, act, target.address()))
        }
    }
}

/// The bench's address towards the target. A datagram socket connects without sending.
fn own_address(target: &Target) -> io::Result<IpAddr> {
    let any: IpAddr = match target.address() {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = std::net::UdpSocket::bind((any, 0))?;
    socket.connect(target.at(9))?;
    Ok(socket.local_addr()?.ip())
}

/// Sockets for one channel on the bench's interface: IPv4, and IPv6 where the system has it.
fn open(place: &Place, own: IpAddr) -> io::Result<Vec<UdpSocket>> {
    let mut sockets = Vec::new();
    if let IpAddr::V4(own) = own {
        let socket = shared(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), place.port))?;
        if let Some(group) = place.v4 {
            sockopt::set_ip_add_membership(&socket, &group, &own)?;
        }
        sockets.push(socket);
    }
    let index = interface(own);
    let v6 = place.v6.map(|group| {
        let socket = shared(SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), place.port))?;
        sockopt::set_ipv6_add_membership(&socket, &group, index)?;
        Ok::<_, io::Error>(socket)
    });
    match v6 {
        Some(Ok(socket)) => sockets.push(socket),
        Some(Err(error)) if own.is_ipv6() => return Err(error),
        // A bench without IPv6 hears what there is in IPv4.
        Some(Err(_)) | None => {}
    }
    Ok(sockets)
}

/// The index of the interface with this IPv6 address; 0 lets the system choose.
fn interface(own: IpAddr) -> u32 {
    let IpAddr::V6(own) = own else { return 0 };
    let table = std::fs::read_to_string("/proc/net/if_inet6").unwrap_or_default();
    let index = table.lines().find_map(|line| {
        let (address, rest) = line.split_once(' ')?;
        let is_own = u128::from_str_radix(address, 16).ok()? == u128::from(own);
        is_own.then(|| u32::from_str_radix(rest.split_once(' ')?.0, 16).ok())?
    });
    index.unwrap_or(0)
}

async fn hear(socket: UdpSocket, channel: Channel, tell: mpsc::Sender<(Channel, SocketAddr, Vec<u8>)>) {
    let mut buffer = vec![0; LONGEST_DATAGRAM];
    while let Ok((size, from)) = socket.recv_from(&mut buffer).await {
        if tell.send((channel, from, buffer[..size].to_vec())).await.is_err() {
            return;
        }
    }
}

/// What has been heard, so that nothing is told twice or without end.
struct Heard<'a> {
    target: &'a Target,
    whom: Whom,
    seen: BTreeSet<(Channel, String, Vec<u8>)>,
}

impl Heard<'_> {
    fn take(&mut self, channel: Channel, from: IpAddr, bytes: Vec<u8>) -> Option<Observation> {
        let says = codec::says(channel, &bytes)?;
        let who = if channel == Channel::Dhcp { client(&bytes)? } else { from.to_string() };
        if self.whom == Whom::Target && who != self.target.address().to_string() {
            return None;
        }
        let of_one = self.seen.iter().filter(|(_, other, _)| *other == who).count();
        // What differs in a transaction number only is the same; the words decide.
        let key = says.join("\n").into_bytes();
        if self.seen.len() >= MOST || of_one >= MOST_OF_ONE || !self.seen.insert((channel, who.clone(), key))
        {
            return None;
        }
        let fact = Overheard { target: who, channel, says };
        Some(Observation { fact: Fact::Overheard(fact), raw: vec![Raw::new("received", bytes)] })
    }
}

/// Who a DHCP request is from: the address it has or asks for, or its link-layer address.
fn client(bytes: &[u8]) -> Option<String> {
    let request = codec::dhcp(bytes)?;
    Some(request.address.map_or_else(|| codec::link_words(&request.link), |address| address.to_string()))
}

/// The kernel's neighbour table; reading it takes no rights.
fn table() -> io::Result<Vec<Row>> {
    // Protocol 0 of netlink is the one for routes, addresses and neighbours.
    let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, None)?;
    sockopt::set_socket_timeout(&socket, sockopt::Timeout::Recv, Some(std::time::Duration::from_secs(2)))?;
    let kernel = netlink::SocketAddrNetlink::new(0, 0);
    sendto(&socket, &codec::table_request(), SendFlags::empty(), &kernel)?;
    let mut buffer = vec![0; 64 * 1024];
    let mut rows = Vec::new();
    while rows.len() < MOST {
        let (size, _) = recv(&socket, &mut buffer[..], RecvFlags::empty())?;
        let (part, more) = codec::table_part(buffer.get(..size).unwrap_or(&buffer));
        rows.extend(part);
        if !more {
            break;
        }
    }
    Ok(rows)
}

fn neighbour(row: &Row) -> Observation {
    let link_address = codec::link_words(&row.link);
    let fact = Neighbour { target: row.address.to_string(), link_address, is_router: row.is_router };
    let note = format!("the bench's neighbour table: {} {}\n", fact.target, fact.link_address);
    Observation { fact: Fact::Neighbour(fact), raw: vec![Raw::new("neighbour.txt", note)] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench;

    const NOTIFY: &[u8] = b"NOTIFY * HTTP/1.1\r\nNT: upnp:rootdevice\r\n\r\n";

    async fn heard(whom: Whom) -> Vec<String> {
        let target = bench::target();
        let place =
            Place { channel: Channel::Ssdp, port: bench::free_port(target.address()), v4: None, v6: None };
        let port = place.port;
        let budget = Budget { listen: std::time::Duration::from_millis(600), ..bench::budget() };
        let (device, other) = (target.address(), bench::address());
        let speak = async {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            for from in [device, other] {
                let socket = UdpSocket::bind((from, 0)).await.unwrap();
                for said in [NOTIFY, NOTIFY, b"garbage"] {
                    socket.send_to(said, (device, port)).await.unwrap();
                }
            }
        };
        let mut seen: Vec<Observation> = Vec::new();
        let places = [place];
        let (ended, ()) = tokio::join!(listen_at(&places, &target, whom, &budget, &mut seen), speak);
        ended.unwrap();
        let facts = seen.iter().filter_map(|o| match &o.fact {
            Fact::Overheard(heard) => Some(heard.target.clone()),
            _ => None,
        });
        facts.map(|who| if who == device.to_string() { "device" } else { "other" }.to_owned()).collect()
    }

    #[tokio::test]
    async fn the_target_only_unless_asked_and_each_word_once() {
        assert_eq!(heard(Whom::Target).await, ["device"]);
        assert_eq!(heard(Whom::Everyone).await, ["device", "other"]);
    }

    #[test]
    fn the_table_can_be_read_without_rights() {
        table().unwrap();
    }
}
