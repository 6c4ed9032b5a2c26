//! `assize observe`: probes without a declaration.

use std::path::PathBuf;
use std::process::ExitCode;

use assize_lab::{Error, Folder, Observed, ProbeId, Result, observe, spec};

use super::held;
use crate::args::ObserveArgs;
use crate::output::{json, progress_bar, say};
use crate::shapes::ObserveShape;

pub(super) fn run(args: &ObserveArgs) -> Result<ExitCode> {
    let mut probes = chosen(&args.only)?;
    if (args.neighbours || args.everyone) && !probes.contains(&ProbeId::Neighbours) {
        probes.push(ProbeId::Neighbours);
    }
    let spec = args
        .draft
        .as_ref()
        .map(|dir| Folder::is_free(dir).and_then(|()| spec(held()?, &args.spec)))
        .transpose()?;
    let bar = progress_bar(args.out.is_json());
    let mut progress = |done: u64, of: u64, what: &str| {
        bar.set_length(of.max(1));
        bar.set_position(done);
        bar.set_message(what.to_owned());
    };
    let budget = args.budget.budget();
    let observed = observe(&args.target, &probes, &args.ports, &budget, args.everyone, &mut progress)?;
    bar.finish_and_clear();
    let draft = match (&args.draft, spec) {
        (Some(dir), Some(spec)) if !observed.facts.is_empty() => {
            Folder::create_draft(dir, spec, &args.target, &observed.facts)?;
            Some(dir)
        }
        _ => None,
    };
    if args.out.is_json() {
        json(&ObserveShape { draft: draft.cloned(), ..shape(&observed) });
    } else {
        print(&observed);
        tell_draft(args, draft);
    }
    Ok(ExitCode::from(if observed.facts.is_empty() && !observed.troubles.is_empty() { 2 } else { 0 }))
}

fn tell_draft(args: &ObserveArgs, draft: Option<&PathBuf>) {
    match (draft, &args.draft) {
        (Some(dir), _) => {
            let dir = dir.display();
            say!("Wrote {dir} with product.toml, ics.toml and ixit.toml, begun from what was seen.");
            say!("Next: go through every line, and run `assize check {dir}` to see what is missing.");
        }
        (None, Some(dir)) => say!("Nothing was seen, so {} was not written.", dir.display()),
        (None, None) => {}
    }
}

fn chosen(names: &[String]) -> Result<Vec<ProbeId>> {
    let runnable: Vec<ProbeId> = ProbeId::ALL
        .into_iter()
        .filter(|p| !p.is_for_pages() && !p.is_for_units() && p.needs().is_none())
        .collect();
    if names.is_empty() {
        // Listening takes its time whatever there is to hear: it is asked for.
        return Ok(runnable.into_iter().filter(|p| *p != ProbeId::Neighbours).collect());
    }
    let known = || runnable.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let mut probes = Vec::new();
    for name in names {
        let probe = name.parse().ok().filter(|p| runnable.contains(p));
        probes.push(probe.ok_or_else(|| {
            Error::Arguments(format!("there is no probe `{name}` here; there are {}", known()))
        })?);
    }
    // The order in which later probes can use what earlier ones found.
    probes.sort();
    Ok(probes)
}

fn shape(observed: &Observed) -> ObserveShape {
    let facts = observed.facts.iter().enumerate().map(|(at, fact)| {
        let mut value = serde_json::to_value(fact).expect("facts have string keys only");
        if let Some(object) = value.as_object_mut() {
            object.insert("record".into(), (at + 1).into());
        }
        value
    });
    ObserveShape { format: 1, facts: facts.collect(), troubles: observed.troubles.clone(), draft: None }
}

fn print(observed: &Observed) {
    for (at, fact) in observed.facts.iter().enumerate() {
        say!("{:>4}  {}", at + 1, fact.words());
    }
    for trouble in &observed.troubles {
        say!("bench: {trouble}");
    }
}
