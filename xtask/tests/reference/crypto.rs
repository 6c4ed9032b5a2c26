//! The page on agreed cryptography: every row with its standing, what each source says, and until when.

use std::fmt::Write as _;

use assize_model::catalogue::Catalogue;
use assize_model::catalogue::cryptography::{
    CryptoSource, Cryptography, Part, Period, Primitive, Quantum, Statement, Sure,
};

use crate::pages::headed;

const PARTS: [Part; 12] = [
    Part::Version,
    Part::Exchange,
    Part::Authentication,
    Part::Cipher,
    Part::Mac,
    Part::Group,
    Part::Signature,
    Part::RsaKey,
    Part::DhKey,
    Part::EcKey,
    Part::Hash,
    Part::Attack,
];

pub(crate) fn page(catalogue: &Catalogue) -> String {
    let agreed = &catalogue.lists.agreed;
    let words = "How protocols, algorithms, key sizes and attacks stand, as `catalogue/lists/cryptography/` holds it; \
        `assize catalogue crypto NAME` says the same of one. A cipher suite is judged by what its name says it consists of. \
        \"Accepted\" is the last day by those sources that speak of periods; drafts and doubtful statements, in brackets, \
        do not count there.";
    let mut text = headed("Cryptography", words);
    let suites = agreed.suites.len();
    writeln!(
        text,
        "{} rows from {} sources judge {suites} cipher suites. Of {} statements {} were read against the document; the others, \
        with an asterisk, are as they were written from knowledge.",
        agreed.primitives.len(),
        agreed.sources.len(),
        agreed.statements().count(),
        agreed.statements().filter(|s| s.read.is_some()).count()
    )
    .unwrap();
    for part in PARTS {
        writeln!(text, "\n## {}\n\n| name | standing | accepted | quantum computer | why | sources |\n|---|---|---|---|---|---|", capital(part.words()))
            .unwrap();
        for row in agreed.primitives.iter().filter(|p| p.part == part) {
            text += &line(row, agreed);
        }
    }
    text += "\n## Sources\n\n| id | title | edition | date |\n|---|---|---|---|\n";
    for source in &agreed.sources {
        text += &source_line(source);
    }
    text
}

fn line(row: &Primitive, agreed: &Cryptography) -> String {
    let accepted = match row.period(agreed) {
        Period::Unsaid => String::new(),
        Period::Open => "no end".to_owned(),
        Period::Until(day, _) => format!("until {day}"),
        Period::Never(_) => "no".to_owned(),
    };
    let quantum = match row.quantum {
        Some(Quantum::Breaks) => "breaks it",
        Some(Quantum::Holds) => "withstood",
        None => "",
    };
    let says: Vec<String> = row.says.iter().map(|s| said(s, agreed)).collect();
    let standing = row.standing.words();
    format!("| {} | {standing} | {accepted} | {quantum} | {} | {} |\n", row.name, row.why, says.join("; "))
}

fn said(statement: &Statement, agreed: &Cryptography) -> String {
    let until = statement.until.as_ref().map(|day| format!(" until {day}")).unwrap_or_default();
    let unread = if statement.read.is_none() { " \\*" } else { "" };
    let words =
        format!("{} {}: {}{until}{unread}", statement.source, statement.at, statement.standing.words());
    let is_draft = agreed.source(&statement.source).is_some_and(|s| s.draft);
    if is_draft || statement.confidence == Sure::Low { format!("({words})") } else { words }
}

fn source_line(source: &CryptoSource) -> String {
    let draft = if source.draft { ", draft" } else { "" };
    format!(
        "| {} | [{}]({}) | {}{draft} | {} |\n",
        source.id, source.title, source.url, source.edition, source.date
    )
}

fn capital(words: &str) -> String {
    words[..1].to_uppercase() + &words[1..]
}
