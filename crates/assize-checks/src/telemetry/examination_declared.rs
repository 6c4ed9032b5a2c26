//! At least one security examination of telemetry is declared.

use assize_model::declaration::ixit::TelData;
use assize_model::judgement::{Finding, Pointer};
use assize_model::scene::Scene;

use crate::Check;
use crate::say::{Row, fail, quote, text, whole, worded};

pub(crate) const CHECK: Check = Check {
    name: "telemetry.examination_declared",
    establishes: "At least one security examination of telemetry is declared.",
    probes: &[],
    partial: true,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let rows = &scene.declaration.ixit.tel_data;
    if rows.is_empty() {
        return Vec::new();
    }
    let said = |t: &&TelData| text(t.examination.as_ref()).is_some();
    let examined = rows.iter().find(|t| worded(t.examination.as_ref()).is_some());
    let Some(first) = examined.or_else(|| rows.iter().find(said)) else {
        let words = "No entry of 24-TelData says how telemetry is examined for anomalies.";
        let remedy = "examine telemetry for anomalies, and describe it in `examination`";
        return whole(fail(Pointer::ixit(["24-TelData"]), words, remedy));
    };
    let row = Row { table: "24-TelData", id: &first.id };
    let how = quote(text(first.examination.as_ref()).unwrap_or_default());
    if examined.is_none() {
        let remedy = "describe in `examination` how telemetry is examined for anomalies";
        return whole(row.is_open(
            "examination",
            format!("says {how}, which describes no examination"),
            remedy,
        ));
    }
    whole(row.passes("examination", format!("is examined for anomalies: {how}")))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "24-TelData = [{ id = 'A', purpose = 'sales' }, { id = 'B', examination = ' ' }]",
            &nothing(),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "24-TelData = [{ id = 'A' }, \
             { id = 'B', examination = 'unusual restarts raise an alarm' }]",
            &nothing(),
            "PASS",
        );
    }

    #[test]
    fn what_only_fills_the_field() {
        for word in ["none", "n/a", "-", "TBD.", "Planned"] {
            let bare = format!("24-TelData = [{{ id = 'A', examination = '{word}' }}]");
            check(&CHECK, &bare, &nothing(), "INCONCLUSIVE");
        }
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "format = 1", &nothing(), "");
    }
}
