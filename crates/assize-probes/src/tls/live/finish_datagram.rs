//! Finishes handshakes of DTLS: as those of TLS, with numbered messages and records, over datagrams (RFC 4347, RFC 6347).

use super::{
    ask::Asker,
    datagram::{Talk, talk},
    finish::{FINISHED, Reply, Session, Wire, bytes},
};
use crate::tls::codec::{
    HANDSHAKE, Hello,
    cipher::Keys,
    dtls::{Flight, record, whole},
};

const CHANGE_CIPHER: u8 = 20;

/// A conversation whose handshake is finished.
pub(super) struct Datagrams<'a> {
    talk: Talk<'a>,
}

/// Finishes a handshake that begins with `hello`.
pub(super) async fn full<'a>(asker: &'a Asker<'a>, hello: Hello, what: &str) -> Option<Session<'a>> {
    let mut talk = talk(asker, what).await?;
    let greeted = talk.greet(&hello).await;
    let (version, hello) = (hello.version, greeted.hello);
    let reply = Reply::new(&hello, &greeted.flight.answer())?;
    let mut hashed = whole(1, greeted.number, &hello.body());
    for (kind, number, body) in greeted.flight.messages() {
        hashed.extend(whole(kind, number, &body));
    }
    let mut number = greeted.number + 1;
    let mut records = Vec::new();
    for (kind, body) in &reply.messages {
        let message = whole(*kind, number, body);
        records.extend(record(HANDSHAKE, version, number.into(), &message));
        hashed.extend(message);
        number += 1;
    }
    records.extend(record(CHANGE_CIPHER, version, number.into(), &[1]));
    let mut keys = Keys::new(&reply.agreed)?;
    let verify = reply.agreed.verify(&hashed);
    records.extend(keys.seal(HANDSHAKE, &whole(FINISHED, number, &verify), bytes())?);

    let end = talk.send(&records, |flight| !flight.sealed().is_empty() || is_refusal(flight)).await;
    let (kind, opened) = keys.open(end.sealed().first()?)?;
    (kind == HANDSHAKE && opened.first() == Some(&FINISHED)).then_some(())?;
    let renewal = reply.renewal(version, verify);
    let wire = Wire::Datagrams(Datagrams { talk });
    Some(Session { wire, id: reply.id, ticket: end.ticket(), keys, renewal })
}

fn is_refusal(flight: &Flight) -> bool {
    matches!(flight.answer().alert, Some((level, _)) if level != 1)
}

impl Datagrams<'_> {
    /// Sends what needs no answer.
    pub(super) async fn say(&mut self, datagram: &[u8]) {
        self.talk.say(datagram).await;
    }

    /// Asks for another handshake; the encrypted records that come back. Messages are counted from the start again.
    pub(super) async fn renew(&mut self, keys: &mut Keys, hello: &Hello) -> Option<Vec<Vec<u8>>> {
        let sealed = keys.seal(HANDSHAKE, &whole(1, 0, &hello.body()), bytes())?;
        let flight = self.talk.send(&sealed, |flight| !flight.sealed().is_empty()).await;
        Some(flight.sealed().to_vec())
    }
}
