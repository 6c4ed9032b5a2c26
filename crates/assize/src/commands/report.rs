//! `assize report`: render the assessment.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use assize_lab::evidence::{Log, Mode, Record};
use assize_lab::{Error, Judged, Result};
use assize_model::assessment::Assessment;
use assize_model::fact::Fact;
use assize_report::{EvidenceSummary, RecordLine, Report, html, json};
use serde::Deserialize;

use super::{held, judge, verify};
use crate::args::{ReportArgs, ReportFormat};
use crate::output::say;

pub(super) fn run(args: &ReportArgs) -> Result<ExitCode> {
    let judged = judge::judged(&args.dir, args.spec.as_deref())?;
    write(&judged, &args.dir, args.format, &args.output)?;
    if args.output != Path::new("-") {
        say!("Wrote {}.", args.output.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// Renders what was judged from `source`, a folder or a bundle, into a file or onto standard output.
pub(super) fn write(judged: &Judged, source: &Path, format: ReportFormat, out: &Path) -> Result<()> {
    let log = Log::read(verify::source(source))?;
    let spec = held()?.spec(&judged.assessment.spec);
    let report = Report {
        assessment: &judged.assessment,
        product: &judged.declaration.product,
        ics: &judged.declaration.ics,
        spec,
        place_of: &|pointer| judge::place(judged, pointer),
        evidence: &summary(&log, judged, source)?,
        records: &cited(&log, &judged.assessment)?,
        verification: spec.and_then(|s| s.verification.as_deref()),
    };
    let text = match format {
        ReportFormat::Html => html(&report),
        ReportFormat::Json => format!("{:#}\n", json(&report)),
    };
    let error = |source| Error::File { act: "write", path: out.to_owned(), source };
    if out == Path::new("-") {
        return std::io::stdout().write_all(text.as_bytes()).map_err(error);
    }
    if let Some(parent) = out.parent() {
        std::fs::create_dir_all(parent).map_err(error)?;
    }
    std::fs::write(out, text).map_err(error)
}

fn summary(log: &Log, judged: &Judged, source: &Path) -> Result<EvidenceSummary> {
    let found = log.verify(None, Mode::Unsealed)?;
    let (first, last) = judged.stored.span.clone().unwrap_or_default();
    Ok(EvidenceSummary {
        records: judged.stored.records,
        first,
        last,
        root: log.root(judged.stored.records).ok().map(|r| r.to_string()),
        sealed_by: found.sealed.as_ref().map(|s| s.name.clone()),
        seal_time: found.sealed.as_ref().map(|s| s.time.clone()),
        sealed_root: found.sealed.as_ref().map(|s| s.root.to_string()),
        records_after_seal: found.records_after_seal,
        problems: found.problems.iter().map(ToString::to_string).collect(),
        tool: judged.stored.tool.clone(),
        troubles: judged.stored.troubles.clone(),
        folder: source.display().to_string(),
    })
}

/// The numbers of the records that indications, contradictions and the readiness for quantum computers name.
fn wanted(a: &Assessment) -> BTreeSet<u64> {
    let units = a.cases.iter().flat_map(|c| &c.units).flat_map(|u| &u.indications).flat_map(|i| &i.evidence);
    let contradictions = a.contradictions.iter().flat_map(|c| &c.evidence);
    let places = a.quantum.places.iter().flat_map(|p| &p.evidence);
    units.chain(contradictions).chain(places).copied().collect()
}

fn cited(log: &Log, a: &Assessment) -> Result<Vec<RecordLine>> {
    let wanted = wanted(a);
    let mut lines = Vec::new();
    for record in log.records()? {
        let record = record?;
        if wanted.contains(&record.n) {
            lines.push(line(&record));
        }
    }
    Ok(lines)
}

fn line(record: &Record) -> RecordLine {
    let fact = record.body.get("fact").and_then(|f| Fact::deserialize(f).ok());
    let said = |key| record.body.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
    RecordLine {
        number: record.n,
        time: record.time.clone(),
        kind: record.kind.clone(),
        words: fact
            .map_or_else(|| format!("{} {}", said("unit"), said("note")).trim().to_owned(), |f| f.words()),
        objects: record.objects.iter().map(ToString::to_string).collect(),
    }
}
