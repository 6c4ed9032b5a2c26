//! Pages: commands, checks, flaws, and what the catalogue holds and covers.

use std::fmt::Write as _;

use assize_lab::{DEFAULT_SPEC, catalogue, check_establishes, check_needs};
use assize_model::catalogue::Catalogue;

/// Every page by its path.
pub(crate) fn pages() -> Vec<(String, String)> {
    let catalogue = catalogue().unwrap();
    let page = |name: &str, text: String| (name.to_owned(), text.trim_end().to_owned() + "\n");
    vec![
        page("README.md", index()),
        page("catalogue.md", holdings(catalogue)),
        page("checks.md", checks(catalogue)),
        page("commands.md", commands()),
        page("coverage.md", coverage(catalogue)),
        page("cryptography.md", crate::crypto::page(catalogue)),
        page("flaws.md", flaws()),
    ]
}

pub(crate) fn headed(title: &str, words: &str) -> String {
    format!("<!-- Made by `cargo xtask gen`; do not edit. -->\n\n# {title}\n\n{words}\n\n")
}

fn index() -> String {
    let words = "Made from the code and the data, so that it cannot go stale: `cargo xtask gen` writes it, and a test compares it.";
    headed("Reference", words)
        + "- [commands](commands.md): every command with its options\n\
           - [checks](checks.md): what each check establishes, and the units it judges\n\
           - [coverage](coverage.md): which test units go by rule, by probe and by hand, and for each functional unit by which check or why by hand\n\
           - [cryptography](cryptography.md): how algorithms stand, by which source and until when\n\
           - [flaws](flaws.md): what can be wrong with the reference device, and the cases that fail then\n\
           - [catalogue](catalogue.md): the editions held, with counts\n\
           - `schema/`: JSON Schemas\n\n\
           | schema | of |\n|---|---|\n\
           | `product.json`, `ics.json`, `ixit.json` | the files of a declaration |\n\
           | `assessment.json` | `assess`, `judge` |\n\
           | `report.json` | `report --format json` |\n\
           | `answer-list.json`, `answer.json` | `answer --list`, `answer` with a verdict |\n\
           | `catalogue.json`, `catalogue-check.json`, `catalogue-crypto.json` | `catalogue`, `catalogue check`, `catalogue crypto` |\n\
           | `map-pair.json`, `map-requirement.json` | `map` with two editions, `map` with one requirement |\n\
           | `map-check.json`, `map-import.json` | `map check`, `map import` |\n\
           | `check.json`, `coverage.json`, `diff.json`, `gap.json`, `markets.json`, `observe.json`, `plan.json`, `search.json` | the command of that name |\n"
}

fn commands() -> String {
    let mut root = assize::command().term_width(100);
    root.build();
    let mut text = headed("Commands", "As each command's `--help` says it.");
    for command in root.get_subcommands_mut().filter(|c| is_shown(c)) {
        let name = command.get_name().to_owned();
        text += &help(&name, command);
        for below in command.get_subcommands_mut().filter(|c| is_shown(c)) {
            text += &help(&format!("{name} {}", below.get_name()), below);
        }
    }
    text
}

fn is_shown(command: &clap::Command) -> bool {
    command.get_name() != "help" && !command.is_hide_set()
}

fn help(name: &str, command: &mut clap::Command) -> String {
    let help = command.render_long_help().to_string();
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    format!("## assize {name}\n\n```text\n{}\n```\n\n", lines.join("\n").trim())
}

fn checks(catalogue: &Catalogue) -> String {
    let words = "A check judges the declaration and recorded facts. *Partial*: it sees a part of what the unit asks about, so that its PASS waits for a person. The units are those of TS 103 701 V1.1.1.";
    let mut text = headed("Checks", words);
    text += "| check | establishes | needs | units |\n|---|---|---|---|\n";
    for check in check_needs() {
        let mut needs = check.probes.iter().map(|p| format!("`{p}`")).collect::<Vec<_>>().join(", ");
        if needs.is_empty() {
            needs = "declaration".into();
        }
        if check.partial {
            needs += " (partial)";
        }
        let establishes = check_establishes(check.name).unwrap();
        let _ = writeln!(
            text,
            "| `{}` | {establishes} | {needs} | {} |",
            check.name,
            judged_by(catalogue, check.name)
        );
    }
    text
}

fn judged_by(catalogue: &Catalogue, check: &str) -> String {
    let Some(spec) = catalogue.spec(DEFAULT_SPEC) else { return String::new() };
    let cases = spec.cases.iter().flat_map(|c| c.units.iter().map(move |u| (c, u)));
    let units = cases.filter(|(_, u)| u.check.as_deref() == Some(check));
    let judged = units.map(|(c, u)| format!("{} {}", c.id, u.letter));
    let cases = spec.cases.iter().flat_map(|c| c.units.iter().map(move |u| (c, u)));
    let refuted = cases.filter(|(_, u)| u.refuted_by.as_deref() == Some(check));
    let refuted = refuted.map(|(c, u)| format!("{} {} (refutes it only)", c.id, u.letter));
    judged.chain(refuted).collect::<Vec<_>>().join(", ")
}

fn coverage(catalogue: &Catalogue) -> String {
    let words = "How each test unit is done, first in numbers, then each functional unit by itself. *Rule*: from the declaration alone. *Probe*: from facts recorded on the device. *Confirmed* or *proposed*: the machine's PASS is a proposal until an evaluator confirms it; its FAIL stands. *Derived*: follows from the units of another case. *By hand*: an evaluator's answer.";
    headed("Coverage", words) + &crate::coverage::coverage(catalogue)
}

fn flaws() -> String {
    let words = "What can be turned wrong on the reference device, one at a time or together: `assize demo --flaw NAME`. The test `flaw_matrix` holds that each flaw alone fails exactly the cases it names, where checks see it today.";
    let mut text = headed("Flaws", words);
    text += "| flaw | what is wrong | cases | seen |\n|---|---|---|---|\n";
    for flaw in assize_dut::flaws().unwrap() {
        let seen = flaw.unseen_because.map_or("yes".to_owned(), |why| format!("not yet: {why}"));
        let _ = writeln!(text, "| `{}` | {} | {} | {seen} |", flaw.name, flaw.title, flaw.breaks.join(", "));
    }
    text
}

fn holdings(catalogue: &Catalogue) -> String {
    let mut text = headed(
        "Catalogue",
        "The editions held. M (mandatory) and R (recommended) are the published totals; everything else is counted, and `assize catalogue check` compares both.",
    );
    text += "| framework | published | requirements | M | R | statements | void |\n|---|---|---|---|---|---|---|\n";
    for f in &catalogue.frameworks {
        let count = |n: Option<usize>| n.map_or("".to_owned(), |n| n.to_string());
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} | {} | {} |",
            f.id,
            f.date,
            f.live().count(),
            count(f.totals.mandatory),
            count(f.totals.recommended),
            f.statements.len(),
            f.requirements.len() - f.live().count()
        );
    }
    text += "\n| test specification | tests | scenarios | groups | cases | units | IXIT tables | facts |\n|---|---|---|---|---|---|---|---|\n";
    for s in &catalogue.specs {
        let _ = writeln!(
            text,
            "| `{}` | `{}` | {} | {} | {} | {} | {} | {} |",
            s.id,
            s.tests,
            s.scenarios.len(),
            s.groups().len(),
            s.cases.len(),
            s.unit_count(),
            s.ixit.len(),
            s.confidence
        );
    }
    text += "\n| from | to | edges |\n|---|---|---|\n";
    for l in &catalogue.lineages {
        let _ = writeln!(text, "| `{}` | `{}` | {} |", l.from, l.to, l.edges.len());
    }
    text
}
