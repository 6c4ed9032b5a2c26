//! The assessment that is shown beside the atlas: judged from its log, and judged again when the log has grown.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use assize_lab::evidence::Log;
use assize_lab::{Judged, judge, judge_log};
use assize_model::catalogue::Catalogue;

use crate::answer::Answer;

/// An assessment folder or a bundle.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    known: Mutex<Option<(Stamp, Outcome)>>,
    /// Pages made from an assessment; at most one per edition.
    pages: Mutex<HashMap<String, (Arc<Judged>, Answer)>>,
}

/// What judging came to; the trouble as a sentence.
pub(crate) type Outcome = Result<Arc<Judged>, String>;

/// Names, lengths and times of the files that verdicts rest on.
type Stamp = Vec<(PathBuf, u64, Option<SystemTime>)>;

impl Folder {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, known: Mutex::new(None), pages: Mutex::default() }
    }

    /// The assessment as the log stands now.
    pub(crate) fn judged(&self, catalogue: &Catalogue) -> Outcome {
        let stamp = self.stamp();
        let Ok(mut known) = self.known.lock() else { return self.judge(catalogue) };
        match known.as_ref() {
            Some((held, outcome)) if *held == stamp => outcome.clone(),
            _ => {
                let outcome = self.judge(catalogue);
                *known = Some((stamp, outcome.clone()));
                outcome
            }
        }
    }

    fn judge(&self, catalogue: &Catalogue) -> Outcome {
        let judged = if self.path.is_file() {
            let shown = self.path.display().to_string();
            Log::read(&self.path)
                .map_err(assize_lab::Error::from)
                .and_then(|log| judge_log(&log, &shown, catalogue, None))
        } else {
            assize_lab::Folder::open(&self.path).and_then(|folder| judge(&folder, catalogue, None))
        };
        judged.map(Arc::new).map_err(|error| format!("Assize fails to {error}."))
    }

    fn stamp(&self) -> Stamp {
        let mut files = vec![self.path.clone()];
        for folder in [self.path.clone(), self.path.join("evidence")] {
            files.extend(std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()));
        }
        files.sort();
        let mark = |path: PathBuf| {
            let facts = std::fs::metadata(&path).ok();
            let length = facts.as_ref().map_or(0, std::fs::Metadata::len);
            (path, length, facts.and_then(|f| f.modified().ok()))
        };
        files.into_iter().map(mark).collect()
    }

    /// The page kept under a name, where it was made from this very assessment.
    pub(crate) fn page(&self, name: &str, of: &Arc<Judged>) -> Option<Answer> {
        let pages = self.pages.lock().ok()?;
        pages.get(name).filter(|(judged, _)| Arc::ptr_eq(judged, of)).map(|(_, page)| page.clone())
    }

    /// Keeps a page.
    pub(crate) fn keep(&self, name: &str, of: &Arc<Judged>, page: &Answer) {
        if let Ok(mut pages) = self.pages.lock() {
            pages.insert(name.to_owned(), (Arc::clone(of), page.clone()));
        }
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}
