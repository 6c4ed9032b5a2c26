//! What carries the attempts of a scan: connections of the operating system, or bare SYN segments.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use super::{
    segments::Segments,
    sockets::{Sockets, Stand},
};

/// The attempts under way, by the number of a slot.
pub(super) enum Carrier {
    /// One connecting socket per slot.
    Connections(Sockets),
    /// One SYN per slot.
    Segments(Box<Segments>),
}

impl Carrier {
    pub(super) fn connections(target: IpAddr) -> io::Result<Self> {
        Sockets::new(target).map(Self::Connections)
    }

    pub(super) fn segments(target: IpAddr) -> io::Result<Self> {
        Ok(Self::Segments(Box::new(Segments::new(target)?)))
    }

    /// A slot to use.
    pub(super) fn take(&mut self) -> io::Result<usize> {
        match self {
            Self::Connections(sockets) => sockets.take(),
            Self::Segments(segments) => Ok(segments.take()),
        }
    }

    /// Starts an attempt, or asks how a started one stands. An error is the bench's own.
    pub(super) fn connect(&mut self, slot: usize, to: SocketAddr) -> io::Result<Stand> {
        match self {
            Self::Connections(sockets) => sockets.connect(slot, to),
            Self::Segments(segments) => segments.connect(slot, to),
        }
    }

    /// Gives a slot back that waits or is connected.
    pub(super) fn give_back(&mut self, slot: usize) {
        match self {
            Self::Connections(sockets) => sockets.give_back(slot),
            Self::Segments(segments) => segments.give_back(slot),
        }
    }

    /// Gives a slot back whose attempt failed.
    pub(super) fn keep(&mut self, slot: usize) {
        match self {
            Self::Connections(sockets) => sockets.keep(slot),
            Self::Segments(segments) => segments.give_back(slot),
        }
    }

    /// The bytes that show how an attempt ended, where there are any.
    pub(super) fn shown(&self, slot: usize) -> Vec<u8> {
        match self {
            Self::Connections(_) => Vec::new(),
            Self::Segments(segments) => segments.shown(slot),
        }
    }

    /// Waits until something happens, at most for so long, and gives the slots that have news.
    pub(super) fn wait(&mut self, most: Duration) -> io::Result<Vec<usize>> {
        match self {
            Self::Connections(sockets) => sockets.wait(most),
            Self::Segments(segments) => segments.wait(most),
        }
    }
}
