//! The atlas: how the documents of the catalogue fit together. Pure functions over a [`Catalogue`]; no relation is ever
//! made stronger on the way.

mod answers;
mod derive;
mod graph;
mod heat;
mod labels;
pub mod lint;
mod markets;
mod middle;
mod pair;
mod relations;
mod search;

pub use answers::{Answer, Answered, Gap, GapRow, Standing, Verdicts};
pub use derive::{Conflict, Derived, Followed, Hop, Reach};
pub use graph::{Atlas, Edge, NodeId, Seen};
pub use heat::{Heat, HeatRow};
pub use markets::{Asked, Market, MarketRoute, Readiness};
pub use pair::{Pair, PairRow, Unmapped};
pub use relations::Relations;
pub use search::{Found, Search};

#[cfg(doc)]
use crate::catalogue::Catalogue;

/// The thirteen topics of the UK Code of Practice, and data protection, which the European standard adds. Data names
/// them by number, counted from 1.
pub const TOPICS: [&str; 14] = [
    "Passwords",
    "Vulnerability reports",
    "Software updates",
    "Secrets and keys",
    "Secure communication",
    "Attack surface",
    "Software integrity",
    "Personal data",
    "Resilience",
    "Telemetry",
    "Deletion of data",
    "Ease of use",
    "Input validation",
    "Data protection",
];

/// The name of a topic by its number.
pub fn topic(number: u8) -> Option<&'static str> {
    usize::from(number).checked_sub(1).and_then(|at| TOPICS.get(at)).copied()
}
