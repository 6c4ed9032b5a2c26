//! Section 9, the evidence: what is in the log, whether it is sealed, how anyone verifies it, and the cited records.

use askama::Template;

use crate::words::{moment, plural, shell_word};
use crate::{EvidenceSummary, RecordLine, Report};

#[derive(Template)]
#[template(path = "evidence.html")]
pub(super) struct Evidence<'a> {
    summary: &'a EvidenceSummary,
    extent: String,
    sealed: String,
    folder: String,
    objects: String,
    records: Vec<Row<'a>>,
    spec: &'a str,
    framework: &'a str,
    version: &'static str,
}

struct Row<'a> {
    line: &'a RecordLine,
    time: String,
}

impl<'a> Evidence<'a> {
    pub(super) fn new(report: &'a Report<'a>) -> Self {
        let e = report.evidence;
        Self {
            summary: e,
            extent: extent(report),
            sealed: sealed(e),
            folder: shell_word(&e.folder),
            objects: shell_word(&format!("{}/evidence/objects", e.folder.trim_end_matches('/'))),
            records: rows(report.records),
            spec: &report.assessment.spec,
            framework: &report.assessment.framework,
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

/// Every record once, by number.
fn rows(records: &[RecordLine]) -> Vec<Row<'_>> {
    let mut lines: Vec<&RecordLine> = records.iter().collect();
    lines.sort_by_key(|r| r.number);
    lines.dedup_by_key(|r| r.number);
    lines.into_iter().map(|line| Row { line, time: moment(&line.time) }).collect()
}

fn extent(report: &Report) -> String {
    let e = report.evidence;
    let held = plural(usize::try_from(e.records).unwrap_or(usize::MAX), "record");
    let cited = rows(report.records).len();
    let span = if e.first.is_empty() {
        String::new()
    } else {
        format!(", written from {} to {}", moment(&e.first), moment(&e.last))
    };
    format!(
        "The evidence log holds {held}{span}. The report cites {} of them.",
        if cited == 0 { "none".to_owned() } else { cited.to_string() }
    )
}

fn sealed(e: &EvidenceSummary) -> String {
    let Some(name) = &e.sealed_by else {
        return "The evidence is not sealed. Chain and objects can be checked, but nothing shows yet that records at \
                the end were not removed, or that the whole was not written anew."
            .to_owned();
    };
    let when = e.seal_time.as_deref().map_or_else(String::new, |t| format!(" at {}", moment(t)));
    let covers = match e.records_after_seal {
        0 => String::new(),
        later => format!(
            ", over the first {} of {} records; anybody may have added the rest, and the verdicts rest on it too",
            e.records.saturating_sub(later),
            e.records
        ),
    };
    format!(
        "The evidence carries a seal under the name {name}{when}{covers}. A name is easily written: who sealed is established \
         only by verifying with a public key that was received from the sealer by another way."
    )
}
