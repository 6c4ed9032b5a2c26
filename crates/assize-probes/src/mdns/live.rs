//! Asks the device itself, by unicast, for its service types and their instances.

use std::{collections::BTreeMap, io};

use assize_model::fact::{Fact, MdnsAnnouncement, MdnsService, Protocol, Service, Silence, Transport};
use tokio::{
    net::UdpSocket,
    time::{Instant, sleep, timeout_at},
};

use super::codec::{self, ALL_TYPES, Kind, Record};
use crate::{Budget, Observation, Raw, Sink, Target, Trouble};

const PORT: u16 = 5353;
const ACT: &str = "browse mDNS";
/// Most service types and most instances in all that are asked about.
const MOST_TYPES: usize = 32;
const MOST_INSTANCES: usize = 128;
/// Longest mDNS datagram (RFC 6762, clause 17).
const LONGEST_DATAGRAM: usize = 9000;

/// Asks port 5353 of the target for every announced service. Hands over the [`Service`] and the
/// [`MdnsAnnouncement`], or a [`Silence`]. Only the target is asked, and only its answers count.
pub async fn browse(target: &Target, budget: &Budget, sink: &mut dyn Sink) -> Result<(), Trouble> {
    browse_at(PORT, target, budget, sink).await
}

async fn browse_at(port: u16, target: &Target, budget: &Budget, sink: &mut dyn Sink) -> Result<(), Trouble> {
    let trouble = |error| Trouble::of(error, ACT, target.address());
    let mut dialogue = Dialogue::open(port, target, budget).await.map_err(trouble)?;
    let mut tree = Tree::default();
    // Requests are lost now and then: the first one is repeated.
    for _ in 0..2 {
        if dialogue.heard == 0 {
            tree.take(dialogue.ask(ALL_TYPES, &[Kind::Ptr]).await.map_err(trouble)?);
        }
    }
    if dialogue.heard == 0 {
        return sink.observe(dialogue.silence(port)).map_err(Trouble::Stopped);
    }
    for (done, kind) in tree.types.clone().iter().enumerate() {
        sink.progress(done as u64, tree.types.len() as u64, ACT);
        let answer = dialogue.ask_again(kind, &[Kind::Ptr]).await.map_err(trouble)?;
        dialogue.unanswered += u32::from(answer.is_none());
        tree.take(answer.unwrap_or_default());
    }
    for name in tree.half_known() {
        let answer = dialogue.ask_again(&name, &[Kind::Srv, Kind::Txt]).await.map_err(trouble)?;
        tree.take(answer.unwrap_or_default());
    }
    let service = dialogue.service(port);
    sink.observe(Observation { fact: service, raw: dialogue.raw.clone() }).map_err(Trouble::Stopped)?;
    let (target, unanswered) = (target.address().to_string(), Some(dialogue.unanswered + tree.untold()));
    let fact = MdnsAnnouncement { target, services: tree.services(), unanswered };
    sink.observe(Observation { fact: Fact::MdnsAnnouncement(fact), raw: dialogue.raw })
        .map_err(Trouble::Stopped)
}

/// Questions and answers over one socket, and the bytes of both.
struct Dialogue<'a> {
    socket: UdpSocket,
    port: u16,
    target: &'a Target,
    budget: &'a Budget,
    /// How many datagrams were read.
    heard: u64,
    /// Types that told nothing of their instances, and datagrams that were more than are kept.
    unanswered: u32,
    raw: Vec<Raw>,
}

impl<'a> Dialogue<'a> {
    async fn open(port: u16, target: &'a Target, budget: &'a Budget) -> io::Result<Self> {
        let any = if target.address().is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
        let socket = UdpSocket::bind(any).await?;
        Ok(Self { socket, port, target, budget, heard: 0, unanswered: 0, raw: Vec::new() })
    }

    /// Asks, and once more where nothing comes back, for datagrams are lost; `None` when nothing came then.
    async fn ask_again(&mut self, name: &str, kinds: &[Kind]) -> io::Result<Option<Vec<Record>>> {
        for _ in 0..2 {
            let before = self.heard;
            let records = self.ask(name, kinds).await?;
            if self.heard > before {
                return Ok(Some(records));
            }
        }
        Ok(None)
    }

    /// Asks once, and collects answers until a pause.
    async fn ask(&mut self, name: &str, kinds: &[Kind]) -> io::Result<Vec<Record>> {
        let Some(question) = codec::query(name, kinds) else { return Ok(Vec::new()) };
        sleep(self.budget.pause).await;
        self.socket.send_to(&question, self.target.at(self.port)).await?;
        self.raw.push(Raw::new("sent", question));
        let end = Instant::now() + self.budget.read;
        let mut until = end;
        let mut buffer = vec![0; LONGEST_DATAGRAM];
        let mut all = Vec::new();
        while let Ok(datagram) = timeout_at(until, self.socket.recv_from(&mut buffer)).await {
            let (size, from) = datagram?;
            let kept: usize = self.raw.iter().map(|raw| raw.bytes.len()).sum();
            let is_targets = from.ip() == self.target.address();
            self.unanswered += u32::from(is_targets && kept >= self.budget.answer_bytes);
            if is_targets && kept < self.budget.answer_bytes {
                self.raw.push(Raw::new("received", &buffer[..size]));
                let records = codec::records(&buffer[..size]);
                self.heard += u64::from(records.is_some());
                all.extend(records.unwrap_or_default());
                until = end.min(Instant::now() + self.budget.quiet);
            }
            if Instant::now() >= end {
                break;
            }
        }
        Ok(all)
    }

    fn silence(self, port: u16) -> Observation {
        let target = self.target.address().to_string();
        let tried = vec!["mdns".to_owned()];
        let fact = Silence { target, port, transport: Transport::Udp, tried, unasked: Vec::new() };
        Observation { fact: Fact::Silence(fact), raw: self.raw }
    }

    fn service(&self, port: u16) -> Fact {
        Fact::Service(Service::new(self.target.address().to_string(), Transport::Udp, port, Protocol::Mdns))
    }
}

/// What has been announced: types, their instances, and what is known of each instance.
#[derive(Default)]
struct Tree {
    types: Vec<String>,
    instances: BTreeMap<String, Instance>,
    /// Whether there were more types or instances than are kept.
    is_cut: bool,
}

#[derive(Default)]
struct Instance {
    kind: String,
    port: Option<u16>,
    txt: Option<Vec<String>>,
}

impl Tree {
    /// Types and instances first, for ports and strings may stand before them in an answer.
    fn take(&mut self, records: Vec<Record>) {
        for record in &records {
            if let Record::Ptr { name, to } = record {
                self.take_pointer(name, to);
            }
        }
        for record in records {
            match record {
                Record::Srv { name, port } => self.about(&name, |instance| instance.port = Some(port)),
                Record::Txt { name, strings } => self.about(&name, |instance| instance.txt = Some(strings)),
                Record::Ptr { .. } => {}
            }
        }
    }

    fn take_pointer(&mut self, name: &str, to: &str) {
        if name.eq_ignore_ascii_case(ALL_TYPES) {
            let is_new = codec::service(to).is_some() && !self.types.iter().any(|kind| kind == to);
            match self.types.len() < MOST_TYPES {
                true if is_new => self.types.push(to.to_owned()),
                true => {}
                false => self.is_cut |= is_new,
            }
        } else if self.types.iter().any(|kind| kind.eq_ignore_ascii_case(name)) {
            if self.instances.len() < MOST_INSTANCES || self.instances.contains_key(to) {
                self.instances.entry(to.to_owned()).or_default().kind = name.to_owned();
            } else {
                self.is_cut = true;
            }
        }
    }

    fn about(&mut self, name: &str, set: impl FnOnce(&mut Instance)) {
        if let Some(instance) = self.instances.get_mut(name) {
            set(instance);
        }
    }

    fn half_known(&self) -> Vec<String> {
        let lacks = |instance: &Instance| instance.port.is_none() || instance.txt.is_none();
        self.instances.iter().filter(|(_, one)| lacks(one)).map(|(name, _)| name.clone()).collect()
    }

    /// Instances of which no strings came, which every one has (RFC 6763 clause 6), and those beyond the bounds as one.
    fn untold(&self) -> u32 {
        let bare = self.instances.values().filter(|one| one.txt.is_none()).count();
        u32::try_from(bare).unwrap_or(u32::MAX).saturating_add(u32::from(self.is_cut))
    }

    /// One service per instance, and one without a name for a type that has none.
    fn services(self) -> Vec<MdnsService> {
        let word = |kind: &str| codec::service(kind).unwrap_or(kind).to_owned();
        let bare = self.types.iter().filter(|kind| !self.instances.values().any(|one| one.kind == **kind));
        let mut all: Vec<MdnsService> = bare
            .map(|kind| MdnsService {
                service: word(kind),
                instance: String::new(),
                port: None,
                txt: Vec::new(),
            })
            .collect();
        for (name, one) in &self.instances {
            all.push(MdnsService {
                service: word(&one.kind),
                instance: codec::instance(name, &one.kind).unwrap_or_else(|| name.clone()),
                port: one.port,
                txt: one.txt.clone().unwrap_or_default(),
            });
        }
        all.sort_by(|a, b| (&a.service, &a.instance).cmp(&(&b.service, &b.instance)));
        all
    }
}

#[cfg(test)]
mod tests {
    use simple_dns::{
        CLASS, Name, Packet, PacketFlag, ResourceRecord,
        rdata::{PTR, RData, SRV, TXT},
    };

    use super::*;
    use crate::bench;

    fn name(text: &'static str) -> Name<'static> {
        Name::new(text).unwrap()
    }

    fn record(of: &'static str, rdata: RData<'static>) -> ResourceRecord<'static> {
        ResourceRecord::new(name(of), CLASS::IN, 120, rdata)
    }

    /// Answers as a plug with a web page, and a type without instances. The SRV target is another host.
    fn plug(question: &[u8]) -> Vec<u8> {
        let asked = Packet::parse(question).unwrap().questions[0].qname.to_string();
        let mut packet = Packet::new_reply(0);
        packet.set_flags(PacketFlag::RESPONSE | PacketFlag::AUTHORITATIVE_ANSWER);
        let pointer = |to| RData::PTR(PTR(name(to)));
        match asked.as_str() {
            ALL_TYPES => {
                packet.answers.push(record(ALL_TYPES, pointer("_http._tcp.local")));
                packet.answers.push(record(ALL_TYPES, pointer("_hap._tcp.local")));
            }
            "_http._tcp.local" => {
                packet.answers.push(record("_http._tcp.local", pointer("Plug._http._tcp.local")))
            }
            "Plug._http._tcp.local" => {
                let srv = SRV { priority: 0, weight: 0, port: 8080, target: name("elsewhere.local") };
                packet.answers.push(record("Plug._http._tcp.local", RData::SRV(srv)));
                let txt = TXT::new().with_string("fw=1.2.3").unwrap();
                packet.answers.push(record("Plug._http._tcp.local", RData::TXT(txt)));
            }
            _ => {}
        }
        packet.build_bytes_vec_compressed().unwrap()
    }

    async fn responder(target: &Target, answer: fn(&[u8]) -> Vec<u8>) -> u16 {
        let socket = UdpSocket::bind((target.address(), 0)).await.unwrap();
        let port = socket.local_addr().unwrap().port();
        tokio::spawn(async move {
            let mut buffer = [0; 2000];
            while let Ok((size, from)) = socket.recv_from(&mut buffer).await {
                socket.send_to(&answer(&buffer[..size]), from).await.unwrap();
            }
        });
        port
    }

    #[tokio::test]
    async fn a_plug_announces_itself() {
        let target = bench::target();
        let port = responder(&target, plug).await;
        let mut seen: Vec<Observation> = Vec::new();
        browse_at(port, &target, &bench::budget(), &mut seen).await.unwrap();
        let Fact::MdnsAnnouncement(announcement) = &seen[1].fact else { panic!("{seen:?}") };
        let bare = |service: &str| MdnsService {
            service: service.to_owned(),
            instance: String::new(),
            port: None,
            txt: Vec::new(),
        };
        let http = MdnsService {
            instance: "Plug".to_owned(),
            port: Some(8080),
            txt: vec!["fw=1.2.3".to_owned()],
            ..bare("_http._tcp")
        };
        assert_eq!(announcement.services, [bare("_hap._tcp"), http]);
        assert!(seen[1].raw.iter().any(|raw| raw.label == "received"));
        assert_eq!(announcement.unanswered, Some(0));
    }

    /// How many questions stayed open at a responder that is silent to some.
    async fn unanswered(answer: fn(&[u8]) -> Vec<u8>) -> Option<u32> {
        let target = bench::target();
        let port = responder(&target, answer).await;
        let mut seen: Vec<Observation> = Vec::new();
        browse_at(port, &target, &bench::budget(), &mut seen).await.unwrap();
        let Fact::MdnsAnnouncement(announcement) = &seen[1].fact else { panic!("{seen:?}") };
        announcement.unanswered
    }

    fn asks(question: &[u8]) -> String {
        Packet::parse(question).unwrap().questions[0].qname.to_string()
    }

    #[tokio::test]
    async fn what_does_not_tell_what_it_is_is_counted() {
        let on_type = |q: &[u8]| if asks(q).starts_with("_hap") { vec![0xc0; 9] } else { plug(q) };
        assert_eq!(unanswered(on_type).await, Some(1));
        let on_instance = |q: &[u8]| if asks(q).starts_with("Plug") { vec![0xc0; 9] } else { plug(q) };
        assert_eq!(unanswered(on_instance).await, Some(1));
    }

    #[tokio::test]
    async fn garbage_and_nothing_are_silence() {
        let target = bench::target();
        let port = responder(&target, |_| vec![0xc0; 100]).await;
        for port in [port, bench::free_port(target.address())] {
            let mut seen: Vec<Observation> = Vec::new();
            browse_at(port, &target, &bench::budget(), &mut seen).await.unwrap();
            assert!(matches!(&seen[..], [Observation { fact: Fact::Silence(_), .. }]), "{seen:?}");
        }
    }
}
