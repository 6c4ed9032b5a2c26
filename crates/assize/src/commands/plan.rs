//! `assize plan`: the test plan.

use std::process::ExitCode;

use assize_lab::{Error, Folder, Result, check_needs};
use assize_model::catalogue::TestSpec;
use assize_model::judgement::By;
use assize_model::plan::{PlannedUnit, TestPlan, plan};

use super::held;
use crate::args::FolderArgs;
use crate::output::{bold, dim, json, plural, say};
use crate::shapes::PlanShape;

pub(super) fn run(args: &FolderArgs) -> Result<ExitCode> {
    let folder = Folder::open(&args.dir)?;
    let (reading, spec) = folder.declaration(held()?)?;
    let Some(declaration) = reading.declaration else { return Err(Error::Declaration(reading.diagnostics)) };
    let plan = plan(spec, &declaration, &check_needs());
    if args.out.is_json() {
        json(&PlanShape { format: 1, spec: spec.id.clone(), units: plan.units });
    } else {
        print(&plan, spec);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(plan: &TestPlan, spec: &TestSpec) {
    let mut last = "";
    for planned in &plan.units {
        if planned.unit.case != last {
            let provision = spec.case(&planned.unit.case).map_or("", |c| c.provision.as_str());
            let behalf = if planned.on_behalf { " (applied by another provision)" } else { "" };
            say!("\n{}  {}{behalf}", bold(&planned.unit.case), dim(format!("provision {provision}")));
            last = &planned.unit.case;
        }
        print_unit(planned);
    }
    let by = |who| plan.units.iter().filter(|p| p.by == who).count();
    let confirm = plan.units.iter().filter(|p| p.confirm).count();
    let lacking = plan.units.iter().filter(|p| !p.lacks.is_empty()).count();
    say!(
        "\n{} to do: {} by rule, {} by probe, {} by hand; {} of the machine's wait for a confirmation; {} lack something.",
        plural(plan.units.len(), "step"),
        by(By::Rule),
        by(By::Probe),
        by(By::Evaluator),
        confirm,
        lacking
    );
}

fn print_unit(planned: &PlannedUnit) {
    let entry = planned.entry.as_deref().unwrap_or("the whole");
    let how = match (planned.by, &planned.check, &planned.derived_from) {
        (_, None, Some(case)) => format!("follows from {case}"),
        (By::Evaluator, _, _) => "by hand".to_owned(),
        (By::Rule, Some(check), _) => format!("by rule {check}"),
        (By::Probe, Some(check), _) => format!("by probe {check}"),
        _ => "by rule".to_owned(),
    };
    let confirm = if planned.confirm { ", to be confirmed" } else { "" };
    let setup = planned.setup.as_deref().map(|s| format!(" [{s}]")).unwrap_or_default();
    say!("  {}  {entry:<24} {how}{confirm}{}", planned.unit.letter, dim(setup));
    for lack in &planned.lacks {
        say!("     lacks: {lack}");
    }
}
