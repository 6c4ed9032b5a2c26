//! Finds what a port accepts by taking away what it chose, until it chooses nothing more.

use std::sync::{Mutex, PoisonError};

use super::{
    ask::{Asked, Asker, Said},
    notes::{Notes, add},
};
use crate::{
    Raw,
    tls::codec::{
        Answer, Hello,
        registry::{self, Exchange, TLS_1_3},
    },
};

/// Most hellos that go into groups and signature schemes, for the versions before TLS 1.3 and for TLS 1.3.
pub(super) const MOST_FOR_GROUPS: u32 = 16;
/// Suites in each hello to a server that takes only small ones.
pub(super) const SMALL: usize = 64;
/// Alert: the version is not known here.
const PROTOCOL_VERSION: u8 = 70;
/// Alerts that refuse what is offered: handshake failure, illegal parameter, the version, insufficient security. Any
/// other may be of the moment.
const REFUSALS: [u8; 4] = [40, 47, PROTOCOL_VERSION, 71];

/// What one version came to.
#[derive(Default)]
pub(super) struct Found {
    pub version: u16,
    pub suites: Vec<u16>,
    pub server_order: Option<bool>,
    /// The bytes of the first hello, when one was sent.
    pub raw: Option<Vec<Raw>>,
    pub ending: Option<Ending>,
    /// Whether its silence stands among the gaps.
    pub is_told: bool,
}

/// Why the last hello of a version brought no suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Alert(u8),
    Closed,
    Other,
    Silent,
    Unasked,
}

impl Ending {
    /// Whether an alert refuses what was offered.
    pub(super) fn is_refusal(alert: u8) -> bool {
        REFUSALS.contains(&alert)
    }
}

impl Found {
    pub(super) fn new(version: u16) -> Self {
        Self { version, ..Self::default() }
    }

    pub(super) fn is_accepted(&self) -> bool {
        !self.suites.is_empty()
    }

    /// Whether a hello of the version went out.
    pub(super) fn was_asked(&self) -> bool {
        self.is_accepted() || !matches!(self.ending, Some(Ending::Unasked) | None)
    }

    /// Whether a server that takes small hellos only may yet know the version.
    pub(super) fn may_want_small(&self) -> bool {
        let is_final = matches!(self.ending, Some(Ending::Alert(PROTOCOL_VERSION) | Ending::Unasked) | None);
        !self.is_accepted() && !is_final
    }
}

/// A port with its notes.
pub(super) struct Desk<'a> {
    pub asker: &'a Asker<'a>,
    pub notes: Mutex<Notes>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(asker: &'a Asker<'a>) -> Self {
        Self { asker, notes: Mutex::default() }
    }

    pub(super) fn note(&self, hello: &Hello, answer: &Answer, raw: &[Raw]) {
        self.with(|notes| notes.take(hello, answer, raw));
    }

    pub(super) fn with<T>(&self, act: impl FnOnce(&mut Notes) -> T) -> T {
        act(&mut self.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Asks, and notes an answer that agrees.
    pub(super) async fn ask(&self, hello: &Hello, what: &str) -> Asked {
        let asked = self.asker.ask_raw(hello, what).await;
        if let Said::Agreed(answer) = &asked.said {
            self.note(hello, answer, &asked.raw);
        }
        asked
    }

    /// As [`Self::ask`]; a port that hangs up without a word after it agreed to others may just have been busy.
    async fn ask_again(&self, hello: &Hello, what: &str) -> Asked {
        let asked = self.ask(hello, what).await;
        match &asked.said {
            Said::Refused(answer) if !answer.is_tls => self.ask(hello, what).await,
            _ => asked,
        }
    }

    /// Tells a port that refuses by hanging up from one that answers no more: the first still agrees to what it agreed
    /// to before.
    async fn hung_up(&self, version: u16, suites: &[u16]) {
        let hello = self.hello(version, suites.to_vec());
        if !matches!(self.ask(&hello, "as before").await.said, Said::Agreed(_)) {
            self.asker.gap(&unheard(version));
        }
    }

    /// Every suite of a version before TLS 1.3: all are offered, and the chosen one is left out the next time.
    pub(super) async fn suites(&self, found: &mut Found, mut left: Vec<u16>) {
        while self.suite(found, &mut left).await {}
    }

    /// One hello for [`Self::suites`]; says whether to go on.
    pub(super) async fn suite(&self, found: &mut Found, left: &mut Vec<u16>) -> bool {
        if left.is_empty() {
            return false;
        }
        let hello = self.hello(found.version, left.clone());
        let asked = match found.is_accepted() {
            true => self.ask_again(&hello, "suites").await,
            false => self.ask(&hello, "suites").await,
        };
        found.raw.get_or_insert(asked.raw);
        let Said::Agreed(answer) = &asked.said else {
            self.end(found, &asked.said).await;
            return false;
        };
        let suite = answer.hello.as_ref().map_or(0, |hello| hello.cipher);
        add(&mut found.suites, suite);
        if !left.contains(&suite) {
            self.asker.gap("the server chose a suite that was not offered");
            return false;
        }
        left.retain(|one| *one != suite);
        true
    }

    async fn end(&self, found: &mut Found, said: &Said) {
        let ending = match said {
            Said::Refused(answer) => match answer.alert {
                Some((_, description)) => Ending::Alert(description),
                None if answer.hello.is_some() => Ending::Other,
                None => Ending::Closed,
            },
            Said::Silent => Ending::Silent,
            Said::Agreed(_) | Said::Unasked => Ending::Unasked,
        };
        let name = registry::name_of(found.version);
        match ending {
            Ending::Silent if found.is_accepted() => {
                self.asker.gap(&format!("the port fell silent before all suites of {name} were asked for"));
            }
            Ending::Silent if self.asker.has_answered() => {
                self.asker.gap(&format!("the port stayed silent to hellos of {name}"));
                found.is_told = true;
            }
            Ending::Alert(alert) if found.is_accepted() && !Ending::is_refusal(alert) => {
                self.asker.gap(&format!("alert {alert} came before all suites of {name} were asked for"));
            }
            Ending::Unasked if found.is_accepted() => self.asker.gap(&unheard(found.version)),
            Ending::Closed if found.is_accepted() => self.hung_up(found.version, &found.suites).await,
            _ => {}
        }
        found.ending = Some(ending);
    }

    /// As [`Self::suites`], in hellos that a server of little memory takes.
    pub(super) async fn suites_in_parts(&self, found: &mut Found) {
        for part in registry::suites_for(found.version).chunks(SMALL) {
            self.suites(found, part.to_vec()).await;
            let is_known = found.is_accepted();
            if !is_known || found.ending == Some(Ending::Unasked) {
                return;
            }
        }
    }

    /// Suites of TLS 1.3, and groups along with them: each retry request names one of both, and both are left out next
    /// time. Gives the groups that were not chosen while there were suites to ask for.
    pub(super) async fn modern(&self, found: &mut Found) -> Vec<u16> {
        let (mut suites, mut groups) = (registry::suites_for(TLS_1_3), registry::groups());
        if !self.modern_step(found, &mut suites, &mut groups).await {
            if found.may_want_small() {
                self.with_shares(found).await;
            }
            return Vec::new();
        }
        while self.modern_step(found, &mut suites, &mut groups).await {}
        // What was refused may have been either: the suites are gone on with alone.
        while !suites.is_empty() {
            let mut every = registry::groups();
            if !self.modern_step(found, &mut suites, &mut every).await {
                break;
            }
        }
        groups
    }

    /// The groups of TLS 1.3 that [`Self::modern`] has left.
    pub(super) async fn modern_groups(&self, mut groups: Vec<u16>) {
        let mut found = Found::new(TLS_1_3);
        let mut left = MOST_FOR_GROUPS;
        while left > 0 && !groups.is_empty() {
            left -= 1;
            let mut suites = registry::suites_for(TLS_1_3);
            if !self.modern_step(&mut found, &mut suites, &mut groups).await {
                match found.ending {
                    Some(Ending::Silent | Ending::Unasked) => self.asker.gap(&unheard(TLS_1_3)),
                    Some(Ending::Closed) => self.hung_up(TLS_1_3, &registry::suites_for(TLS_1_3)).await,
                    _ => {}
                }
                return;
            }
        }
        if left == 0 {
            self.asker.gap("more groups than were asked for may be accepted");
        }
    }

    /// One hello of TLS 1.3; takes away what was chosen and says whether anything was.
    async fn modern_step(&self, found: &mut Found, suites: &mut Vec<u16>, groups: &mut Vec<u16>) -> bool {
        if suites.is_empty() || groups.is_empty() {
            return false;
        }
        let hello = self.hello(TLS_1_3, suites.clone());
        let hello = Hello { groups: groups.clone(), ..hello };
        let asked = match self.asker.has_answered() {
            true => self.ask_again(&hello, "suites and groups").await,
            false => self.ask(&hello, "suites and groups").await,
        };
        found.raw.get_or_insert(asked.raw);
        let Said::Agreed(answer) = asked.said else {
            self.end(found, &asked.said).await;
            return false;
        };
        let Some(said) = answer.hello else { return false };
        let group = said.group();
        let is_new = suites.contains(&said.cipher) && group.is_none_or(|group| groups.contains(&group));
        add(&mut found.suites, said.cipher);
        suites.retain(|one| *one != said.cipher);
        groups.retain(|one| Some(*one) != group);
        is_new
    }

    /// A server that cannot ask for another hello is asked with two shares; its other groups stay unknown.
    async fn with_shares(&self, found: &mut Found) {
        let mut left = registry::suites_for(TLS_1_3);
        while !left.is_empty() {
            let hello = Hello { shares: true, groups: vec![29, 23], ..self.hello(TLS_1_3, left.clone()) };
            let Said::Agreed(answer) = self.ask(&hello, "suites, with key shares").await.said else { break };
            let suite = answer.hello.map_or(0, |hello| hello.cipher);
            add(&mut found.suites, suite);
            if !left.contains(&suite) {
                break;
            }
            left.retain(|one| *one != suite);
        }
        if found.is_accepted() {
            self.asker.gap("groups of TLS 1.3 other than x25519 and secp256r1 could not be asked for");
        }
    }

    /// Whether the order of the suites is the server's: they are offered the other way round.
    pub(super) async fn order(&self, found: &mut Found) {
        let (Some(first), 2..) = (found.suites.first().copied(), found.suites.len()) else { return };
        let reversed: Vec<u16> = found.suites.iter().rev().copied().collect();
        let hello = self.hello(found.version, reversed);
        if let Said::Agreed(answer) = self.ask(&hello, "suites, other way round").await.said {
            found.server_order = answer.hello.map(|hello| hello.cipher == first);
        }
    }

    /// Groups and signature schemes before TLS 1.3, both at once as long as the server takes both away.
    pub(super) async fn groups(&self, found: &Found, key: Option<u16>) {
        let suites: Vec<u16> =
            found.suites.iter().copied().filter(|suite| registry::exchange(*suite) == Exchange::Ec).collect();
        let signed = found.suites.iter().any(|suite| {
            registry::is_signed(*suite)
                && !matches!(registry::exchange(*suite), Exchange::Other | Exchange::ExportRsa)
        });
        let mut peel =
            Peel { desk: self, version: found.version, key, left: MOST_FOR_GROUPS, is_stuck: false };
        if !suites.is_empty() {
            peel.both(&suites).await;
        } else if signed {
            peel.only_schemes(&found.suites).await;
        }
        if let Some(key) = key.filter(|_| peel.is_stuck)
            && !self.follows_client(found.version, &suites, key).await
        {
            self.asker
                .gap("groups that the server ranks below its certificate's own curve could not be asked for");
        }
        if peel.left == 0 {
            self.asker.gap("more groups or signature schemes than were asked for may be accepted");
        }
    }

    /// Whether the server takes the certificate's own group when it stands first, before another that it also accepts.
    /// If so, no group it accepts is left that was offered before the own one.
    async fn follows_client(&self, version: u16, suites: &[u16], key: u16) -> bool {
        let others =
            self.with(|notes| notes.groups.iter().copied().filter(|group| *group != key).collect::<Vec<_>>());
        if others.is_empty() {
            return false;
        }
        let groups = [vec![key], others].concat();
        let hello = Hello { groups, ..self.hello(version, suites.to_vec()) };
        match self.ask(&hello, "order of groups").await.said {
            Said::Agreed(answer) => answer.exchange.and_then(|exchange| exchange.group) == Some(key),
            _ => false,
        }
    }

    /// Protocols that may run inside, before TLS 1.3.
    pub(super) async fn alpn(&self, found: &Found) {
        let mut left = super::modern::PROTOCOLS.to_vec();
        for _ in 0..super::modern::MOST_PROTOCOLS {
            let hello = Hello { alpn: left.clone(), ..self.hello(found.version, found.suites.clone()) };
            let Said::Agreed(answer) = self.ask(&hello, "ALPN").await.said else { return };
            let Some(chosen) = answer.hello.as_ref().and_then(|hello| chosen_protocol(hello.extension(16)?))
            else {
                return;
            };
            self.with(|notes| add(&mut notes.alpn, chosen.clone()));
            left.retain(|one| *one != chosen);
        }
    }

    /// A hello of a version with all groups and schemes the probe knows.
    pub(super) fn hello(&self, version: u16, suites: Vec<u16>) -> Hello {
        self.asker.hello(version, suites)
    }
}

/// The gap of a port that says no more, which is no refusal.
fn unheard(version: u16) -> String {
    let name = registry::name_of(version);
    format!("the port stopped answering before everything of {name} was asked for")
}

fn chosen_protocol(body: &[u8]) -> Option<String> {
    let name = body.get(3..)?;
    Some(crate::text::printable(name, 64))
}

/// Groups and signature schemes being taken away.
struct Peel<'d, 'a> {
    desk: &'d Desk<'a>,
    version: u16,
    /// The group of the certificate's own key, without which some servers do not use it.
    key: Option<u16>,
    left: u32,
    /// Whether the certificate's own group was chosen though others were offered before it.
    is_stuck: bool,
}

impl Peel<'_, '_> {
    async fn both(&mut self, suites: &[u16]) {
        let (all_groups, all_schemes) = (registry::groups(), self.schemes());
        let (mut groups, mut schemes) = (all_groups, all_schemes.clone());
        while self.step(suites, &mut groups, &mut schemes).await.any() {}
        if self.left == 0 {
            return;
        }
        // What was refused may have been either: each is gone on with alone.
        loop {
            let mut every = all_schemes.clone();
            if !self.step(suites, &mut groups, &mut every).await.group {
                break;
            }
        }
        if all_schemes.is_empty() {
            return;
        }
        loop {
            let mut every = registry::groups();
            if !self.step(suites, &mut every, &mut schemes).await.scheme {
                break;
            }
        }
    }

    async fn only_schemes(&mut self, suites: &[u16]) {
        let signed: Vec<u16> = suites.iter().copied().filter(|suite| registry::is_signed(*suite)).collect();
        let mut schemes = self.schemes();
        loop {
            let mut groups = registry::groups();
            if !self.step(&signed, &mut groups, &mut schemes).await.scheme {
                return;
            }
        }
    }

    fn schemes(&self) -> Vec<u16> {
        match self.version {
            registry::TLS_1_2 | registry::DTLS_1_2 => registry::schemes(),
            _ => Vec::new(),
        }
    }

    /// One hello; takes away what was chosen and says what of it had not been before.
    async fn step(&mut self, suites: &[u16], groups: &mut Vec<u16>, schemes: &mut Vec<u16>) -> Progress {
        let none = Progress::default();
        let knows_schemes = !self.schemes().is_empty();
        if self.left == 0 || groups.is_empty() || (schemes.is_empty() && knows_schemes) {
            return none;
        }
        self.left -= 1;
        let hello = self.desk.hello(self.version, suites.to_vec());
        let hello = Hello { groups: groups.clone(), schemes: schemes.clone(), ..hello };
        let answer = match self.desk.ask_again(&hello, "groups and signatures").await.said {
            Said::Agreed(answer) => answer,
            Said::Refused(answer) if answer.is_tls => return none,
            Said::Refused(_) => {
                self.desk.hung_up(self.version, suites).await;
                return none;
            }
            Said::Silent | Said::Unasked => {
                self.desk.asker.gap(&unheard(self.version));
                return none;
            }
        };
        let Some(exchange) = answer.exchange else { return none };
        let before = (groups.len(), schemes.len());
        schemes.retain(|one| Some(*one) != exchange.scheme);
        let mut progress = Progress { group: false, scheme: before.1 != schemes.len() };
        match exchange.group {
            // The certificate's own curve is kept, at the end: others can be chosen before it.
            Some(group) if Some(group) == self.key && groups.last() != Some(&group) => {
                groups.retain(|one| *one != group);
                groups.push(group);
                progress.group = true;
            }
            Some(group) if Some(group) == self.key => self.is_stuck |= groups.len() > 1,
            Some(group) => {
                groups.retain(|one| *one != group);
                progress.group = before.0 != groups.len();
            }
            None => {}
        }
        progress
    }
}

/// What one step took away.
#[derive(Clone, Copy, Default)]
struct Progress {
    group: bool,
    scheme: bool,
}

impl Progress {
    fn any(self) -> bool {
        self.group || self.scheme
    }
}
