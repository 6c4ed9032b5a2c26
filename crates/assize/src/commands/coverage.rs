//! `assize coverage`: what an assessment's verdicts say about another framework, each answer with its path.

use std::process::ExitCode;

use assize_lab::Result;
use assize_model::atlas::{Answer, Answered, Atlas, Reach, Standing};

use super::atlas::{atlas, csv, edition, least, path, shape, wrapped};
use super::judge::judged;
use crate::args::{CoverageArgs, TableFormat};
use crate::output::{bold, dim, json, say};
use crate::shapes::{AnswerShape, AnsweredShape, CoverageShape, CoveredShape};

pub(super) fn run(args: &CoverageArgs) -> Result<ExitCode> {
    let atlas = atlas()?;
    let editions: Vec<&str> = args.against.iter().map(|e| edition(&atlas, e)).collect::<Result<_>>()?;
    let judged = judged(&args.dir, None)?;
    let verdicts = atlas.verdicts(&judged.assessment);
    let reach = Reach { least: least(args.least), ..Reach::FOR_VERDICTS };
    let covered: Vec<(&str, Vec<Answered<'_, '_>>)> =
        editions.into_iter().map(|e| (e, atlas.answered(&verdicts.given, e, reach))).collect();
    match args.out.format {
        TableFormat::Text => {
            say!("{} judged by {}\n", bold(&judged.assessment.framework), judged.assessment.spec);
            covered.iter().for_each(|(edition, answered)| print(&atlas, edition, answered));
        }
        TableFormat::Json => json(&CoverageShape {
            format: 1,
            judged: judged.assessment.framework.clone(),
            overall: judged.assessment.overall.to_string(),
            against: covered.iter().map(|(e, a)| covered_shape(&atlas, e, a)).collect(),
        }),
        TableFormat::Csv => table(&atlas, &covered),
    }
    Ok(ExitCode::SUCCESS)
}

fn counts(answered: &[Answered<'_, '_>]) -> String {
    let count = |s: Standing| answered.iter().filter(|a| a.standing == s).count();
    let all = [Standing::Satisfied, Standing::Partly, Standing::Not, Standing::Unknown];
    let parts: Vec<String> = all.iter().map(|s| format!("{} {}", count(*s), s.word())).collect();
    parts.join(", ")
}

fn print(atlas: &Atlas<'_>, edition: &str, answered: &[Answered<'_, '_>]) {
    say!("{}: {}", bold(edition), counts(answered));
    for a in answered {
        let item = atlas.item(a.node);
        say!("  {:<14} {}", a.standing.word(), bold(item.id()));
        say!("{}", wrapped(item.words(), 17));
        for answer in a.answers.iter().filter(|x| x.says() == a.standing).take(3) {
            say!("{}", dim(wrapped(&said(atlas, answer), 17)));
        }
    }
    say!("");
}

fn said(atlas: &Atlas<'_>, answer: &Answer<'_, '_>) -> String {
    format!(
        "{} on {}, {} confidence",
        answer.verdict,
        path(atlas, &answer.path),
        answer.path.confidence.word()
    )
}

fn covered_shape(atlas: &Atlas<'_>, edition: &str, answered: &[Answered<'_, '_>]) -> CoveredShape {
    let row = |a: &Answered<'_, '_>| AnsweredShape {
        item: atlas.name(a.node),
        words: atlas.item(a.node).words().to_owned(),
        standing: a.standing,
        answers: a
            .answers
            .iter()
            .map(|x| AnswerShape {
                verdict: x.verdict.to_string(),
                says: x.says(),
                link: shape(atlas, &x.path),
            })
            .collect(),
    };
    CoveredShape { edition: edition.to_owned(), requirements: answered.iter().map(row).collect() }
}

fn table(atlas: &Atlas<'_>, covered: &[(&str, Vec<Answered<'_, '_>>)]) {
    let rows = covered.iter().flat_map(|(_, answered)| answered).map(|a| {
        let first = a.answers.first();
        vec![
            atlas.name(a.node),
            a.standing.word().to_owned(),
            first.map_or(String::new(), |x| x.verdict.to_string()),
            first.map_or(String::new(), |x| x.path.confidence.word().to_owned()),
            first.map_or(String::new(), |x| path(atlas, &x.path)),
            atlas.item(a.node).words().to_owned(),
        ]
    });
    csv(&["requirement", "standing", "verdict", "confidence", "path", "words"], rows);
}
