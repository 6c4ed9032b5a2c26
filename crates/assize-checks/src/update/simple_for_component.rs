//! Each component has an update mechanism that is simple to start.

use assize_model::declaration::ixit::UpdMech;
use assize_model::declaration::ixit::upd_mech::Initiation;

use super::by_its_mechanisms;
use crate::Check;
use crate::say::{Row, Said};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "update.simple_for_component",
    establishes: "Each component has an update mechanism that is simple to start.",
    probes: &[],
    partial: false,
    judge: |scene| table::soft_comp(scene, |c, row| by_its_mechanisms(c, row, scene, rule)),
};

fn rule(m: &UpdMech, row: Row) -> Said {
    match m.initiation {
        Some(Initiation::Automatic) => row.passes("initiation", "starts without the user"),
        Some(Initiation::AssociatedService) => {
            row.passes("initiation", "is started from an associated service")
        }
        Some(Initiation::WebInterface) => {
            row.passes("initiation", "is started from the web interface of the DUT")
        }
        Some(Initiation::Manual) => {
            let words = "is started by the user in another way";
            row.is_open("initiation", words, "weigh whether a lay user finds that as easy")
        }
        None => row.leaves_out("initiation", "how an update starts"),
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
            "6-SoftComp = [{ id = 'S', update_mechanisms = ['A'] }]\n\
             7-UpdMech = [{ id = 'A', initiation = 'manual' }]",
            &nothing(),
            "S INCONCLUSIVE",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "6-SoftComp = [{ id = 'S', update_mechanisms = ['A', 'B'] }, { id = 'T' }]\n\
             7-UpdMech = [{ id = 'A', initiation = 'manual' }, \
             { id = 'B', initiation = 'associated-service' }]",
            &nothing(),
            "S PASS, T N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "6-SoftComp = [{ id = 'S', update_mechanisms = ['A'] }]\n7-UpdMech = [{ id = 'A' }]",
            &nothing(),
            "S INCONCLUSIVE",
        );
    }
}
