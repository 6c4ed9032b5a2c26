//! The atlas at a glance: how many requirements of each edition fall under each topic.

use serde::Serialize;

use super::TOPICS;
use super::graph::Atlas;
use crate::catalogue::Item;

/// Editions against topics.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Heat {
    /// Names of the topics.
    pub topics: [&'static str; TOPICS.len()],
    /// One row per edition that holds something, in the order of the catalogue.
    pub rows: Vec<HeatRow>,
}

/// One edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeatRow {
    /// The edition.
    pub edition: String,
    /// Requirements it holds.
    pub requirements: usize,
    /// Requirements under each topic. One that falls under several is counted under each.
    pub counts: [usize; TOPICS.len()],
    /// Requirements that fall under no topic, or of which too little is known to tell.
    pub elsewhere: usize,
}

impl Atlas<'_> {
    /// Editions against topics. Editions of which only the whole document is held have no row.
    pub fn heat(&self) -> Heat {
        let rows = self.catalogue.frameworks.iter().map(|f| {
            let mut row =
                HeatRow { edition: f.id.clone(), requirements: 0, counts: [0; TOPICS.len()], elsewhere: 0 };
            let items = f.items().filter(|i| match i {
                Item::Requirement(_) => true,
                Item::Heading(h) => h.kind == "topic",
                Item::Statement(_) => false,
            });
            for item in items {
                row.requirements += 1;
                row.elsewhere += usize::from(item.topics().is_empty());
                for topic in item.topics() {
                    if let Some(count) = row.counts.get_mut(usize::from(*topic).wrapping_sub(1)) {
                        *count += 1;
                    }
                }
            }
            row
        });
        Heat { topics: TOPICS, rows: rows.filter(|r| r.requirements > 0).collect() }
    }
}
