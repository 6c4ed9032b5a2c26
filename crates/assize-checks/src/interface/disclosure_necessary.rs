//! Disclosed information that is relevant to security says why it is given away.

use assize_model::declaration::ixit::Intf;
use assize_model::declaration::ixit::intf::Disclosed;

use crate::Check;
use crate::say::{Row, Said, quote, text};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "interface.disclosure_necessary",
    establishes: "Disclosed information that is relevant to security says why it is given away.",
    probes: &[],
    partial: false,
    judge: |scene| table::intf(scene, rule),
};

fn rule(i: &Intf, row: Row) -> Said {
    let relevant: Vec<&Disclosed> =
        i.disclosed.iter().filter(|d| d.security_relevant == Some(true)).collect();
    if let Some(open) = i.disclosed.iter().find(|d| d.security_relevant.is_none()) {
        let what = quote(text(open.what.as_ref()).unwrap_or("something"));
        return row.leaves_out(
            "disclosed",
            format!("whether {what} is relevant to security (`security_relevant`)"),
        );
    }
    let Some(first) = relevant.first() else {
        return row.is_beside("disclosed", "is declared to give nothing away that is relevant to security");
    };
    match relevant.iter().find(|d| text(d.why.as_ref()).is_none()) {
        Some(bare) => {
            let what = quote(text(bare.what.as_ref()).unwrap_or("something"));
            row.leaves_out("disclosed", format!("why it gives {what} away (`why`)"))
        }
        None => {
            let why = quote(text(first.why.as_ref()).unwrap_or_default());
            row.passes("disclosed", format!("states why it gives information away: {why}"))
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
            "15-Intf = [{ id = 'A', disclosed = [{ what = 'version', \
             why = 'clients choose by it', security_relevant = true }] }, \
             { id = 'B', disclosed = [{ what = 'model', security_relevant = false }] }, \
             { id = 'C' }]",
            &nothing(),
            "A PASS, B N/A, C N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "15-Intf = [{ id = 'A', disclosed = [{ what = 'version', \
             security_relevant = true }] }, { id = 'B', disclosed = [{ what = 'model' }] }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }
}
