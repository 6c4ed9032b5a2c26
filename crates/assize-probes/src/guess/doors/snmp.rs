//! SNMP v1 and v2c: a community is the password (RFC 1157, clause 3.2.5). sysDescr is read with it, nothing is written.
//!
//! An agent drops what comes with a wrong community, so silence is a refusal only where the same port answers something
//! else before and after it: the question for an engine of v3, or a community that is let in.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use assize_model::{catalogue::DefaultCredential, fact::DefaultLogins};
use tokio::{
    net::UdpSocket,
    time::{Instant, timeout_at},
};

use super::{ANYBODY, Kind, MADE_UP, Way, used_up};
use crate::{
    Raw, Trouble,
    identify::protocols::snmp::{self, Answer, Version},
};

/// How often a question is sent: datagrams are lost.
const SENDS: u32 = 3;
/// Longest community that is tried.
const LONGEST: usize = 64;

/// What answers at this port in any case.
enum Control<'r> {
    Engine,
    Community(&'r str),
}

/// Tries at most `most` communities, the made-up one counted, each in both versions.
pub(super) async fn defaults(
    way: &Way<'_>,
    rows: &[&DefaultCredential],
    most: u32,
    found: &mut DefaultLogins,
) -> Result<Vec<Raw>, Trouble> {
    let mut raw = Vec::new();
    let mut control = engine(way, &mut raw).await?.then_some(Control::Engine);
    let (mut spent, mut silent) = (1, 0);
    if most > 0 && community(way, MADE_UP, &mut raw).await? == Some(Answer::Reads) {
        (found.stopped, found.takes_any) = (ANYBODY.to_owned(), true);
        return Ok(raw);
    }
    for row in rows.iter().filter(|row| row.password.len() <= LONGEST) {
        if spent >= most {
            found.stopped = used_up(most);
            break;
        }
        spent += 1;
        match community(way, &row.password, &mut raw).await? {
            Some(Answer::Reads) => {
                found.tried += 1;
                found.accepted.push(Kind::Snmp.accepted(row));
                control = control.or(Some(Control::Community(&row.password)));
            }
            Some(Answer::ReadsNothing) => found.tried += 1,
            None => silent += 1,
        }
    }
    let answers = match control {
        Some(Control::Engine) => engine(way, &mut raw).await?,
        Some(Control::Community(one)) => community(way, one, &mut raw).await? == Some(Answer::Reads),
        None => false,
    };
    match answers {
        true => found.tried += silent,
        false if silent > 0 => {
            found.stopped = "the port stays silent, which tells a refusal from nothing".to_owned();
        }
        false => {}
    }
    Ok(raw)
}

/// Whether an engine of v3 answers.
async fn engine(way: &Way<'_>, raw: &mut Vec<Raw>) -> Result<bool, Trouble> {
    let asked = [snmp::request(Version::V3, "")];
    Ok(ask(way, &asked, |bytes| snmp::read(bytes).map(|_| Answer::Reads), raw).await?.is_some())
}

/// What came of a community: what it reads in either version, else what was answered in any.
async fn community(way: &Way<'_>, name: &str, raw: &mut Vec<Raw>) -> Result<Option<Answer>, Trouble> {
    let asked = [Version::V2c, Version::V1].map(|version| snmp::request(version, name));
    ask(way, &asked, snmp::answer, raw).await
}

/// Sends questions from a port of their own. One that reads ends it; others are waited for to the end of the turn.
async fn ask(
    way: &Way<'_>,
    asked: &[Vec<u8>],
    read: fn(&[u8]) -> Option<Answer>,
    raw: &mut Vec<Raw>,
) -> Result<Option<Answer>, Trouble> {
    let to = way.target.at(way.door.port);
    let trouble = |error| Trouble::of(error, format!("ask SNMP at {to}"), way.target.address());
    let socket = open(to).await.map_err(trouble)?;
    raw.extend(asked.iter().map(|bytes| Raw::new("sent", bytes.clone())));
    let began = Instant::now();
    let (mut buffer, mut answer) = (vec![0; 4096], None);
    for turn in 1..=SENDS {
        for bytes in asked {
            // The refusal of an earlier datagram is reported here; the agent may be back.
            socket.send(bytes).await.ok();
        }
        let until = began + way.budget.read * turn / SENDS;
        while let Ok(Ok(size)) = timeout_at(until, socket.recv(&mut buffer)).await {
            let bytes = buffer.get(..size).unwrap_or_default();
            let Some(seen) = read(bytes).filter(|seen| answer != Some(*seen)) else { continue };
            raw.push(Raw::new("received", bytes));
            answer = Some(seen);
            if seen == Answer::Reads {
                return Ok(answer);
            }
        }
        if answer.is_some() {
            break;
        }
    }
    Ok(answer)
}

/// A socket that hears the target alone.
async fn open(to: SocketAddr) -> io::Result<UdpSocket> {
    let any: IpAddr = if to.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0)).await?;
    socket.connect(to).await?;
    Ok(socket)
}
