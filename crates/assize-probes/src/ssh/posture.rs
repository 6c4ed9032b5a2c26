//! Looks at an SSH port: one connection per kind of host key, the first of which also asks, inside the encrypted
//! session and without credentials, which authentication methods there are.

use std::{collections::VecDeque, time::Duration};

use assize_model::fact::{Fact, Silence, SshGroup, SshPosture, Transport};
use tokio::time::sleep;

use super::{
    codec::KexInit,
    exchange::{self, Method},
    talk::{Errand, Shown, Talk},
    userauth::{self, Asked},
};
use crate::{
    Budget, Observation, Raw, Sink, Target, Trouble,
    together::{Under, next},
};

/// Most connections to one port; there are six kinds of host key.
const MOST_TALKS: usize = 10;
/// How many connections to one port are open at once.
const MOST_AT_ONCE: usize = 3;
/// How long a port that took no connection gets to end the others.
const MOMENT: Duration = Duration::from_millis(300);
/// The sizes asked of group exchange: one that nobody should give any more, and one that everybody gives.
const SIZES: [[u32; 3]; 2] = [[1024, 1024, 1024], [2048, 2048, 8192]];

/// Looks at each of `ports`. Hands over an [`SshPosture`] per port that identifies itself as SSH, and a [`Silence`]
/// for others.
pub async fn probe(
    target: &Target,
    ports: &[u16],
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    for (done, port) in ports.iter().enumerate() {
        sink.progress(done as u64, ports.len() as u64, "look at SSH");
        let seen = look(target, *port, budget).await?;
        sink.observe(seen).map_err(Trouble::Stopped)?;
    }
    sink.progress(ports.len() as u64, ports.len() as u64, "look at SSH");
    Ok(())
}

/// Looks at one port.
pub(crate) async fn look(target: &Target, port: u16, budget: &Budget) -> Result<Observation, Trouble> {
    let mut raw = Vec::new();
    let mut greeting = None;
    // A small device may need a moment after the last connection: a refusal is tried once more.
    for _ in 0..2 {
        let Some(talk) = Talk::begin(target, port, budget).await? else { continue };
        if talk.server.is_some() {
            greeting = Some(talk);
            break;
        }
        raw.extend(talk.line.raw(", greeting"));
    }
    let Some(first) = greeting else { return Ok(silence(target, port, raw)) };
    let server = first.server.clone().expect("a talk without identification is no greeting");
    let mut posture = SshPosture {
        target: target.address().to_string(),
        port,
        protocol_1: server.protocol.starts_with("1."),
        protocol: server.protocol,
        software: server.software,
        ..SshPosture::default()
    };
    if let Some(init) = first.init.clone() {
        let mut course = Course { target, port, budget, init: &init, posture: &mut posture, raw: &mut raw };
        course.run(first).await?;
        course.leave();
        posture.offer = Some(init.offer);
    } else {
        raw.extend(first.line.raw(", greeting"));
    }
    Ok(Observation { fact: Fact::SshPosture(posture), raw })
}

fn silence(target: &Target, port: u16, mut raw: Vec<Raw>) -> Observation {
    let tried = vec!["ssh".to_owned()];
    let (address, unasked) = (target.address().to_string(), Vec::new());
    let silence = Silence { target: address, port, transport: Transport::Tcp, tried, unasked };
    raw.push(Raw::new("silence.txt", format!("no SSH identification came from {}\n", target.at(port))));
    Observation { fact: Fact::Silence(silence), raw }
}

/// Everything asked of one port after its greeting.
struct Course<'a> {
    target: &'a Target,
    port: u16,
    budget: &'a Budget,
    init: &'a KexInit,
    posture: &'a mut SshPosture,
    raw: &'a mut Vec<Raw>,
}

impl Course<'_> {
    /// The first errand goes over the connection that greeted, the others over their own, a few at once.
    async fn run(&mut self, first: Talk<'_>) -> Result<(), Trouble> {
        let errands = errands(self.init);
        let (target, port, budget) = (self.target, self.port, self.budget);
        let Some((own, others)) = errands.split_first() else {
            // Nothing can be begun with this server: its greeting is all there is.
            self.raw.extend(first.line.raw(", greeting"));
            return Ok(());
        };
        let mut came = vec![(0, run(first, own).await)];
        let mut waiting = others.iter().enumerate();
        let mut under_way: Vec<Under<'_, (usize, Result<Done, Trouble>)>> = Vec::new();
        loop {
            while under_way.len() < budget.visits.clamp(1, MOST_AT_ONCE)
                && let Some((at, errand)) = waiting.next()
            {
                under_way.push(Box::pin(async move { (at + 1, visit(target, port, budget, errand).await) }));
            }
            let Some((at, done)) = next(&mut under_way).await else { break };
            came.push((at, done?));
        }
        came.sort_by_key(|(at, _)| *at);
        for ((_, mut done), errand) in came.into_iter().zip(&errands) {
            if !done.is_begun {
                // The port takes few connections at once: this one gets it to itself.
                sleep(MOMENT).await;
                self.raw.append(&mut done.raw);
                done = visit(target, port, budget, errand).await?;
            }
            self.keep(done, errand);
        }
        Ok(())
    }

    fn keep(&mut self, done: Done, errand: &Errand) {
        self.raw.extend(done.raw);
        if let Some(sizes) = errand.sizes.filter(|_| done.shown.is_heard) {
            self.posture.groups.push(SshGroup { asked: sizes[1], given: done.shown.group });
        }
        if let Some(key) = done.shown.key.filter(|key| !self.posture.host_keys.contains(key)) {
            self.posture.host_keys.push(key);
        }
        if errand.asks {
            (self.posture.methods, self.posture.lets_in) = (done.methods, done.lets_in);
        }
    }

    /// Names the algorithms whose key was not shown.
    fn leave(&mut self) {
        let is_seen = |name: &String| {
            let kind = exchange::key_kind(name);
            kind.is_some_and(|kind| self.posture.host_keys.iter().any(|key| key.kind == kind))
        };
        let unseen = self.init.offer.host_keys.iter().filter(|name| !is_seen(name));
        self.posture.keys_unseen = unseen.cloned().collect();
    }
}

/// One connection per kind of key, and further ones for sizes of group exchange.
fn errands(init: &KexInit) -> Vec<Errand> {
    let mut keys: Vec<(&str, &String)> = Vec::new();
    for name in &init.offer.host_keys {
        if let Some(kind) = exchange::key_kind(name)
            && !keys.iter().any(|(known, _)| *known == kind)
        {
            keys.push((kind, name));
        }
    }
    let of = |wanted: fn(Method) -> bool| {
        init.offer.kex.iter().find(|name| exchange::method(name).is_some_and(wanted))
    };
    let curve = of(|m| matches!(m, Method::X25519 | Method::P256));
    let plain = curve.or_else(|| of(|m| matches!(m, Method::Group(_))));
    let gex = of(|m| m == Method::Gex);
    let mut sizes: VecDeque<[u32; 3]> = if gex.is_some() { SIZES.into() } else { VecDeque::new() };
    let mut all = Vec::new();
    for (_, key) in &keys {
        // The usual size of group exchange serves a key as well, the small one may be refused.
        let by_group = plain.is_none() || !all.is_empty();
        let asked = if by_group && sizes.len() > 1 { sizes.pop_back() } else { None };
        let kex = if asked.is_some() { gex } else { plain.or(gex) };
        let Some(kex) = kex else { continue };
        let sizes = asked.or((exchange::method(kex) == Some(Method::Gex)).then_some(SIZES[1]));
        let asks = all.is_empty() && curve.is_some();
        all.push(Errand { key: (*key).clone(), kex: kex.clone(), sizes, asks });
    }
    if let (Some(gex), Some((_, key))) = (gex, keys.first()) {
        let more = sizes.into_iter().map(|sizes| Errand {
            key: (*key).clone(),
            kex: gex.clone(),
            sizes: Some(sizes),
            asks: false,
        });
        all.extend(more);
    }
    all.truncate(MOST_TALKS);
    all
}

/// What a connection brought.
#[derive(Default)]
struct Done {
    /// Whether the server greeted and named its methods.
    is_begun: bool,
    shown: Shown,
    methods: Option<Vec<String>>,
    lets_in: bool,
    raw: Vec<Raw>,
}

/// Opens a connection and runs an errand on it; a port that takes none brings nothing.
async fn visit(target: &Target, port: u16, budget: &Budget, errand: &Errand) -> Result<Done, Trouble> {
    match Talk::begin(target, port, budget).await? {
        Some(talk) => Ok(run(talk, errand).await),
        None => Ok(Done::default()),
    }
}

/// Goes through the key exchange up to the host key, and on to the authentication methods when asked to.
async fn run(mut talk: Talk<'_>, errand: &Errand) -> Done {
    let mut done = Done { is_begun: talk.init.is_some(), ..Done::default() };
    ask_methods(&mut talk, errand, &mut done).await;
    done.raw = talk.line.raw(&format!(", {} with {}", errand.key, errand.kex));
    done
}

/// Asks, without credentials, which methods there are.
async fn ask_methods(talk: &mut Talk<'_>, errand: &Errand, done: &mut Done) -> Option<()> {
    let mut session = talk.agree(errand, &mut done.shown).await?;
    let wait = talk.budget.read;
    for request in [userauth::service(), userauth::none("assize")] {
        talk.tell(&mut session, &request).await?;
    }
    loop {
        match userauth::read(&talk.opened(&mut session, wait).await?) {
            Asked::Methods(methods) => done.methods = Some(methods),
            Asked::LetIn => (done.methods, done.lets_in) = (Some(Vec::new()), true),
            Asked::Aside => continue,
            Asked::Over => return None,
        }
        talk.tell(&mut session, &userauth::bye()).await;
        return Some(());
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
