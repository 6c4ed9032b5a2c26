//! Datagram TLS: handshake messages cut into fragments and put together again, and cookies (RFC 4347, RFC 6347).

use std::collections::BTreeMap;

use super::{
    answer::{Answer, read_handshake, ticket},
    hello::{HANDSHAKE, Hello},
    wire::{Reader, message, vec16},
};

const CHANGE_CIPHER: u8 = 20;
const ALERT: u8 = 21;
const TICKET: u8 = 4;
const SERVER_HELLO: u8 = 2;
/// Most messages of one flight, and most bytes of all of them together.
const MOST_MESSAGES: usize = 16;
const MOST_BYTES: usize = 64 * 1024;
/// Most encrypted records kept.
const MOST_SEALED: usize = 8;
/// A handshake message: its kind, its number in the conversation, and its body.
pub type Numbered = (u8, u16, Vec<u8>);

/// A flight being put together from the datagrams it came in. Memory is bounded whatever comes.
#[derive(Debug, Default)]
pub struct Flight {
    messages: BTreeMap<u16, Partial>,
    alert: Option<(u8, u8)>,
    is_dtls: bool,
    has_changed: bool,
    /// Whole records that came encrypted.
    sealed: Vec<Vec<u8>>,
}

#[derive(Debug)]
struct Partial {
    kind: u8,
    body: Vec<u8>,
    /// The ranges that have come, by where they start.
    have: BTreeMap<usize, usize>,
}

/// Whether bytes begin like a record of DTLS 1.0 or 1.2.
pub fn is_record(bytes: &[u8]) -> bool {
    matches!(bytes, [20..=23, 0xfe, 0xff | 0xfd, ..]) && bytes.len() >= 13
}

/// A client hello as one datagram. `number` counts the hellos of one conversation.
pub fn datagram(hello: &Hello, number: u16) -> Vec<u8> {
    let version = if number == 0 { 0xfeffu16 } else { hello.version };
    record(HANDSHAKE, version, number.into(), &whole(1, number, &hello.body()))
}

/// A handshake message in one piece, as it is sent, and as it is hashed however it was sent.
pub fn whole(kind: u8, number: u16, body: &[u8]) -> Vec<u8> {
    let [_, size @ ..] = u32::try_from(body.len()).unwrap_or(0).to_be_bytes();
    [&[kind][..], &size, &number.to_be_bytes(), &[0; 3], &size, body].concat()
}

/// A fatal alert that ends a conversation, so that the server need not wait for more.
pub fn farewell(version: u16, number: u16) -> Vec<u8> {
    record(ALERT, version, number.into(), &[2, 90])
}

/// A record; the epoch is the upper part of its number.
pub(crate) fn record(kind: u8, version: u16, number: u64, body: &[u8]) -> Vec<u8> {
    [&[kind][..], &version.to_be_bytes(), &number.to_be_bytes(), &vec16(body)].concat()
}

impl Flight {
    /// Takes one datagram. What cannot be read is passed over.
    pub fn take(&mut self, datagram: &[u8]) {
        let mut rest = datagram;
        while is_record(rest) {
            let mut reader = Reader::new(rest);
            let (Some(kind), Some(_), Some(epoch), Some(_)) =
                (reader.u8(), reader.u16(), reader.u16(), reader.take(6))
            else {
                return;
            };
            let Some(body) = reader.vec16() else { return };
            let (record, after) = rest.split_at(rest.len() - reader.rest().len());
            self.is_dtls = true;
            match (kind, epoch, body) {
                (HANDSHAKE, 0, _) => self.fragments(body),
                (ALERT, 0, [level, description]) => self.alert = Some((*level, *description)),
                (CHANGE_CIPHER, 0, [1]) => self.has_changed = true,
                (_, 1.., _) if self.sealed.len() < MOST_SEALED => self.sealed.push(record.to_vec()),
                _ => {}
            }
            rest = after;
        }
    }

    fn fragments(&mut self, body: &[u8]) {
        let mut reader = Reader::new(body);
        while !reader.is_empty() {
            if self.fragment(&mut reader).is_none() {
                return;
            }
        }
    }

    fn fragment(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        let (kind, size, number) = (reader.u8()?, reader.u24()?, reader.u16()?);
        let (at, length) = (reader.u24()?, reader.u24()?);
        let bytes = reader.take(length)?;
        let held: usize = self.messages.values().map(|partial| partial.body.len()).sum();
        let is_known = self.messages.contains_key(&number);
        let fits = self.messages.len() < MOST_MESSAGES && size <= MOST_BYTES - held.min(MOST_BYTES);
        if !is_known && !fits {
            return None;
        }
        let fresh = || Partial { kind, body: vec![0; size], have: BTreeMap::new() };
        let partial = self.messages.entry(number).or_insert_with(fresh);
        let end = at.checked_add(length)?;
        if partial.kind != kind || partial.body.len() != size {
            return None;
        }
        partial.body.get_mut(at..end)?.copy_from_slice(bytes);
        let known = partial.have.entry(at).or_insert(end);
        *known = (*known).max(end);
        Some(())
    }

    /// Whole records that came encrypted.
    pub fn sealed(&self) -> &[Vec<u8>] {
        &self.sealed
    }

    /// The session ticket that came in clear, where the handshake is about to end.
    pub fn ticket(&self) -> Option<Vec<u8>> {
        let told = self.messages.values().find(|partial| partial.kind == TICKET && partial.is_whole())?;
        ticket(&told.body).filter(|ticket| !ticket.is_empty())
    }

    /// The messages of the server's flight, from its hello to the first gap.
    pub fn messages(&self) -> Vec<Numbered> {
        let mut all: Vec<Numbered> = Vec::new();
        for (number, partial) in self.messages.iter().filter(|(_, partial)| partial.kind != 3) {
            let is_next = match all.last() {
                Some((_, last, _)) => last.checked_add(1) == Some(*number),
                None => partial.kind == SERVER_HELLO,
            };
            if !is_next || !partial.is_whole() {
                break;
            }
            all.push((partial.kind, *number, partial.body.clone()));
        }
        all
    }

    /// Whether anything of DTLS came.
    pub fn is_dtls(&self) -> bool {
        self.is_dtls
    }

    /// The cookie of a HelloVerifyRequest.
    pub fn cookie(&self) -> Option<Vec<u8>> {
        let asked = self.messages.values().find(|partial| partial.kind == 3 && partial.is_whole())?;
        let mut reader = Reader::new(&asked.body);
        reader.u16()?;
        Some(reader.vec8()?.to_vec())
    }

    /// What the whole messages say, in order and up to the first gap.
    pub fn answer(&self) -> Answer {
        let mut answer = Answer { is_tls: self.is_dtls, alert: self.alert, ..Answer::default() };
        let messages = self.messages();
        answer.is_resumed = self.has_changed && !messages.is_empty();
        let plain: Vec<u8> = messages.iter().flat_map(|(kind, _, body)| message(*kind, body)).collect();
        read_handshake(&plain, &mut answer);
        answer.is_complete |= matches!(self.alert, Some((level, _)) if level != 1);
        answer
    }
}

impl Partial {
    fn is_whole(&self) -> bool {
        let mut reached = 0;
        for (start, end) in &self.have {
            if *start > reached {
                return false;
            }
            reached = reached.max(*end);
        }
        reached >= self.body.len()
    }
}

/// A handshake message in datagrams of at most `part` bytes of it each, as a server of the tests sends it.
#[cfg(test)]
pub(crate) fn fragments(version: u16, kind: u8, number: u16, body: &[u8], part: usize) -> Vec<Vec<u8>> {
    let size = |n: usize| u32::try_from(n).unwrap().to_be_bytes()[1..].to_vec();
    let starts = (0..body.len().max(1)).step_by(part);
    starts
        .map(|at| {
            let bytes = &body[at..body.len().min(at + part)];
            let head =
                [vec![kind], size(body.len()), number.to_be_bytes().to_vec(), size(at), size(bytes.len())];
            record(HANDSHAKE, version, number.into(), &[head.concat(), bytes.to_vec()].concat())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn server_hello() -> Vec<u8> {
        let mut body = vec![0xfe, 0xfd];
        body.extend([7; 32]);
        body.extend([0, 0xc0, 0x2b, 0]);
        body
    }

    #[test]
    fn cookies_and_flights_in_any_order() {
        let mut flight = Flight::default();
        flight.take(&fragments(0xfeff, 3, 0, &[0xfe, 0xff, 3, 1, 2, 3], 100)[0]);
        assert_eq!(flight.cookie(), Some(vec![1, 2, 3]));
        let der = vec![0x30; 3000];
        let list = [&[0, 0x0b, 0xbb, 0, 0x0b, 0xb8][..], &der].concat();
        let mut all = fragments(0xfefd, 2, 1, &server_hello(), 10);
        all.extend(fragments(0xfefd, 11, 2, &list, 700));
        all.extend(fragments(0xfefd, 14, 3, &[], 700));
        all.reverse();
        for datagram in &all {
            assert!(!flight.answer().is_complete);
            flight.take(datagram);
        }
        let read = flight.answer();
        assert!(read.is_complete && read.agrees(0xfefd));
        assert_eq!(read.certificates, [der]);
    }

    #[test]
    fn greedy_fragments_take_no_memory() {
        let mut flight = Flight::default();
        for number in 0..2000u16 {
            flight.take(&record(
                HANDSHAKE,
                0xfefd,
                0,
                &[&[2, 0xff, 0xff, 0xff][..], &number.to_be_bytes(), &[0; 6]].concat(),
            ));
            flight.take(&record(
                HANDSHAKE,
                0xfefd,
                0,
                &[&[2, 0, 0xff, 0xff][..], &number.to_be_bytes(), &[0; 6]].concat(),
            ));
        }
        assert!(flight.messages.values().map(|m| m.body.len()).sum::<usize>() <= MOST_BYTES);
        assert!(flight.messages.len() <= MOST_MESSAGES);
    }

    proptest! {
        #[test]
        fn any_datagrams(all in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..120), 0..6), tail in prop::collection::vec(any::<u8>(), 0..80)) {
            let mut flight = Flight::default();
            for datagram in &all {
                flight.take(datagram);
            }
            flight.take(&record(HANDSHAKE, 0xfefd, 0, &tail));
            flight.cookie();
            flight.answer();
        }
    }
}
