//! Each piece of disclosed information says whether it is relevant to security.

use assize_model::declaration::ixit::Intf;

use super::heard::has_version;
use crate::Check;
use crate::say::{Row, Said, count, quote, text};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "interface.disclosure_classified",
    establishes: "Each piece of disclosed information says whether it is relevant to security.",
    probes: &[],
    partial: false,
    judge: |scene| table::intf(scene, rule),
};

/// What helps an attacker to find the right attack, whatever the declaration calls it.
const TELLING: [&str; 5] = ["build", "firmware", "serial", "software", "version"];

fn rule(i: &Intf, row: Row) -> Said {
    let Some(first) = i.disclosed.first() else {
        return row.is_beside("disclosed", "is declared to give nothing away without authentication");
    };
    for item in &i.disclosed {
        let what = text(item.what.as_ref()).or(text(item.recognised_by.as_ref())).unwrap_or("something");
        let shown = text(item.recognised_by.as_ref()).unwrap_or_default();
        let lower = format!("{what} {shown}").to_lowercase();
        match item.security_relevant {
            None => {
                let words = format!("whether {} is relevant to security (`security_relevant`)", quote(what));
                return row.leaves_out("disclosed", words);
            }
            Some(false) if has_version(&lower) || TELLING.iter().any(|w| lower.contains(w)) => {
                let words = format!("calls {} irrelevant to security", quote(what));
                return row.is_open("disclosed", words, "weigh whether it helps an attacker");
            }
            Some(_) => {}
        }
    }
    let what = quote(text(first.what.as_ref()).unwrap_or("something"));
    let pieces = count(i.disclosed.len() as u64, "piece");
    row.passes(
        "disclosed",
        format!("classifies the {pieces} of information it gives away, among them {what}"),
    )
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn doubtful() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', disclosed = [{ what = 'Firmware version', \
             security_relevant = false }] }]",
            &nothing(),
            "A INCONCLUSIVE",
        );
        for recognised in ["fw_version=", "boa/0.94"] {
            let declared = format!(
                "15-Intf = [{{ id = 'A', disclosed = [{{ what = 'greeting', recognised_by = '{recognised}', \
                 security_relevant = false }}] }}]"
            );
            check(&CHECK, &declared, &nothing(), "A INCONCLUSIVE");
        }
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', disclosed = [{ what = 'model name', \
             security_relevant = false }, { what = 'firmware version', \
             security_relevant = true }] }, { id = 'B' }]",
            &nothing(),
            "A PASS, B N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', disclosed = [{ what = 'model name' }] }]",
            &nothing(),
            "A INCONCLUSIVE",
        );
    }
}
