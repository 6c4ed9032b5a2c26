//! Telemetry that holds personal data states its purpose.

use assize_model::declaration::ixit::{PersData, TelData};
use assize_model::scene::Scene;

use crate::Check;
use crate::say::{Row, Said, quote, text};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "telemetry.personal_data_has_purpose",
    establishes: "Telemetry that holds personal data states its purpose.",
    probes: &[],
    partial: false,
    judge: |scene| table::pers_data(scene, |d, row| rule(d, row, scene)),
};

fn rule(d: &PersData, row: Row, scene: &Scene) -> Said {
    let telemetry = scene.declaration.ixit.tel_data.iter();
    let holding: Vec<&TelData> = telemetry.filter(|t| t.personal_data.contains(&d.id)).collect();
    if let Some(silent) = holding.iter().find(|t| text(t.purpose.as_ref()).is_none()) {
        let words = format!("which holds {}, why it is collected", d.id);
        return Row { table: "24-TelData", id: &silent.id }.leaves_out("purpose", words);
    }
    match holding.first() {
        None => row.is_beside("id", "is not part of telemetry"),
        Some(first) => {
            let purpose = quote(text(first.purpose.as_ref()).unwrap_or_default());
            row.passes("id", format!("is part of {}, with the purpose {purpose}", first.id))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "21-PersData = [{ id = 'A' }, { id = 'B' }]\n\
             24-TelData = [{ id = 'T', personal_data = ['A'], purpose = 'find faults' }]",
            &nothing(),
            "A PASS, B N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "21-PersData = [{ id = 'A' }]\n24-TelData = [{ id = 'T', personal_data = ['A'] }]",
            &nothing(),
            "A INCONCLUSIVE",
        );
    }
}
