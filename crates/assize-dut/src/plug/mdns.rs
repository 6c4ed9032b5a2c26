//! The mDNS responder: tells who asks it directly that here is a Halden plug, and where its web server is.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use simple_dns::rdata::{A, AAAA, PTR, RData, SRV, TXT};
use simple_dns::{CLASS, Name, Packet, PacketFlag, Question, ResourceRecord, SimpleDnsError};
use tokio::net::UdpSocket;
use tokio::time::sleep;

use super::Plug;

const SERVICES: &str = "_services._dns-sd._udp.local";
const SERVICE: &str = "_halden-plug._tcp.local";
/// The longest query looked at.
const QUERY: usize = 1500;
/// What is shorter is passed over in any case (RFC 1035, clause 4.1.1).
const HEADER: usize = 12;
/// Questions answered in one query.
const QUESTIONS: usize = 8;
/// Seconds an answer may be kept.
const TTL: u32 = 120;

/// How long nobody listens after a fall, and between two tries to listen again.
const FALLEN: Duration = Duration::from_millis(400);

/// Answers queries until dropped; with the flaw it falls over what is no message, and begins anew.
pub(crate) async fn run(plug: Arc<Plug>, mut socket: UdpSocket) {
    let mut buffer = [0; QUERY];
    loop {
        // Errors on a UDP socket belong to one datagram, the next may be well.
        let Ok((length, peer)) = socket.recv_from(&mut buffer).await else { continue };
        if !plug.knobs.mdns_survives && length >= HEADER && Packet::parse(&buffer[..length]).is_err() {
            socket = match socket.local_addr() {
                Ok(address) => anew(socket, address).await,
                Err(_) => return,
            };
            continue;
        }
        if let Some(reply) = answer(&plug, &buffer[..length]) {
            let _ = socket.send_to(&reply, peer).await;
        }
    }
}

/// Lets go of the port, and takes it again after a while.
async fn anew(fallen: UdpSocket, address: SocketAddr) -> UdpSocket {
    drop(fallen);
    loop {
        sleep(FALLEN).await;
        if let Ok(socket) = UdpSocket::bind(address).await {
            return socket;
        }
    }
}

/// The reply to a query; `None` when it is no query or asks for nothing here.
fn answer(plug: &Plug, query: &[u8]) -> Option<Vec<u8>> {
    let query = Packet::parse(query).ok()?;
    if query.has_flags(PacketFlag::RESPONSE) || query.questions.len() > QUESTIONS {
        return None;
    }
    let names = Names::of(plug);
    let records = records(plug, &names).ok()?;
    let mut reply = Packet::new_reply(query.id());
    reply.set_flags(PacketFlag::AUTHORITATIVE_ANSWER);
    reply.answers =
        records.iter().filter(|r| query.questions.iter().any(|q| asks_for(q, r))).cloned().collect();
    if reply.answers.is_empty() {
        return None;
    }
    reply.additional_records = records.iter().filter(|r| !reply.answers.contains(r)).cloned().collect();
    // RFC 6762 clause 6.7: who asks from another port is a plain resolver, and gets its id and questions back.
    reply.questions.clone_from(&query.questions);
    reply.build_bytes_vec_compressed().ok()
}

struct Names {
    instance: String,
    host: String,
}

impl Names {
    fn of(plug: &Plug) -> Self {
        let serial = &plug.unit.serial;
        Self { instance: format!("{serial}.{SERVICE}"), host: format!("{serial}.local") }
    }
}

fn records<'a>(plug: &Plug, names: &'a Names) -> Result<Vec<ResourceRecord<'a>>, SimpleDnsError> {
    let (service, instance, host) =
        (Name::new(SERVICE)?, Name::new(&names.instance)?, Name::new(&names.host)?);
    let mut text = TXT::new().with_attribute("model", Some(plug.knobs.model_designation.as_bytes()))?;
    if !plug.knobs.version_hidden {
        let version = plug.lock().memory().version.to_string();
        text.add_attribute("fw", Some(version.as_bytes()))?;
    }
    let port = plug.unit.web.port();
    let address = match plug.unit.web.ip() {
        IpAddr::V4(address) => RData::A(A::from(address)),
        IpAddr::V6(address) => RData::AAAA(AAAA::from(address)),
    };
    let record = |name: &Name<'a>, data| ResourceRecord::new(name.clone(), CLASS::IN, TTL, data);
    Ok(vec![
        record(&Name::new(SERVICES)?, RData::PTR(PTR(service.clone()))),
        record(&service, RData::PTR(PTR(instance.clone()))),
        record(&instance, RData::SRV(SRV { priority: 0, weight: 0, port, target: host.clone() })),
        record(&instance, RData::TXT(text)),
        record(&host, address),
    ])
}

fn asks_for(question: &Question<'_>, record: &ResourceRecord<'_>) -> bool {
    question.qname == record.name
        && record.match_qtype(question.qtype)
        && record.match_qclass(question.qclass)
}
