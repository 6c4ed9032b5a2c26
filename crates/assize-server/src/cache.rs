//! Packed answers kept for the next request, up to a bounded number of bytes; the oldest go first.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, RwLock};

use crate::shell::Packed;

/// Bytes kept.
const MOST: usize = 64 * 1024 * 1024;

/// The store.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    kept: RwLock<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    answers: HashMap<Arc<str>, Arc<Packed>>,
    order: VecDeque<Arc<str>>,
    bytes: usize,
}

impl Cache {
    /// The answer kept for an address.
    pub(crate) fn get(&self, address: &str) -> Option<Arc<Packed>> {
        self.kept.read().ok()?.answers.get(address).cloned()
    }

    /// Keeps an answer.
    pub(crate) fn put(&self, address: &str, packed: &Arc<Packed>) {
        let Ok(mut kept) = self.kept.write() else { return };
        let address: Arc<str> = address.into();
        if kept.answers.insert(Arc::clone(&address), Arc::clone(packed)).is_none() {
            kept.bytes += address.len() + packed.size();
            kept.order.push_back(address);
        }
        while kept.bytes > MOST {
            let Some(oldest) = kept.order.pop_front() else { break };
            if let Some(gone) = kept.answers.remove(&oldest) {
                kept.bytes -= oldest.len() + gone.size();
            }
        }
    }
}
