//! Leads an assessment: plan, run, record, judge, seal. The one place that puts these acts in order; only this crate
//! writes evidence. Nothing here prints.

mod accounts;
mod answers;
mod basis;
mod claims;
mod doors;
mod drive;
mod error;
mod folder;
mod hands;
mod inside;
mod journal;
mod judge;
mod observe;
mod own;
mod papers;
mod progress;
mod proxies;
mod recorder;
mod refine;
mod relays;
mod run;
mod seen;
mod steps;
mod stored;
mod trouble;
mod visitors;
mod waived;

use std::sync::OnceLock;

pub use answers::{Attachment, NewAnswer, QueuedUnit, answer, decide, queue, withdraw};
pub use assize_evidence as evidence;
pub use assize_probes::switch::Turn;
pub use assize_probes::{Budget, ProbeId};
pub use error::{Error, Result};
pub use folder::{Folder, SKELETON_FILES, spec};
pub use hands::{Guide, Guided, Hands};
pub use journal::{Answer, Decision, Question, now};
pub use judge::{Judged, judge, judge_log};
pub use observe::{Observed, observe};
pub use own::{catalogue_with, check_in_own, keep_in_own, own_catalogue};
pub use progress::Progress;
pub use run::{Ran, assess};
pub use steps::{Step, steps};
pub use stored::Stored;

use assize_model::catalogue::{Catalogue, Fault};
use assize_model::plan::CheckNeeds;

/// The specification that a declaration is read for when it names none.
pub const DEFAULT_SPEC: &str = "ts-103-701@1.1.1";

/// The embedded catalogue, parsed once.
///
/// # Errors
/// The faults of its files, when this build carries a broken catalogue.
pub fn catalogue() -> std::result::Result<&'static Catalogue, &'static [Fault]> {
    static CATALOGUE: OnceLock<std::result::Result<Catalogue, Vec<Fault>>> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue::read(assize_catalogue::FILES)).as_ref().map_err(Vec::as_slice)
}

/// The names of all checks.
pub fn check_names() -> Vec<&'static str> {
    assize_checks::CHECKS.iter().map(|c| c.name).collect()
}

/// What a check establishes, one sentence for people.
pub fn check_establishes(name: &str) -> Option<&'static str> {
    assize_checks::find(name).map(|c| c.establishes)
}

/// What a plan has to know of every check.
pub fn check_needs() -> Vec<CheckNeeds> {
    assize_checks::CHECKS.iter().map(|c| c.needs()).collect()
}
