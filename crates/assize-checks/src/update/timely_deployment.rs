//! Every update procedure completes within 90 days.
//! The 90 days are our reading, adr 0006: they are what disclosure policies commonly allow.

use assize_model::declaration::ixit::UpdProc;

use crate::Check;
use crate::say::{Row, Said, count, together};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "update.timely_deployment",
    establishes: "Every update procedure completes within 90 days.",
    probes: &[],
    partial: false,
    judge: |scene| together("8-UpdProc", table::upd_proc(scene, rule)),
};

const TIMELY_DAYS: u32 = 90;

fn rule(p: &UpdProc, row: Row) -> Said {
    match p.complete_days {
        Some(days) if days <= TIMELY_DAYS => {
            row.passes("complete_days", format!("completes within {}", count(days, "day")))
        }
        Some(days) => {
            let words = format!("takes {}, more than {TIMELY_DAYS}", count(days, "day"));
            row.is_open("complete_days", words, "shorten it, or weigh whether that is timely for the DUT")
        }
        None => row.leaves_out("complete_days", "within how many days it completes"),
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn doubtful() {
        check(
            &CHECK,
            "8-UpdProc = [{ id = 'A', complete_days = 30 }, { id = 'B', complete_days = 400 }]",
            &nothing(),
            "INCONCLUSIVE",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "8-UpdProc = [{ id = 'A', complete_days = 30 }, { id = 'B', complete_days = 90 }]",
            &nothing(),
            "PASS",
        );
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "8-UpdProc = [{ id = 'A', time_frame = 'soon' }]", &nothing(), "INCONCLUSIVE");
    }
}
