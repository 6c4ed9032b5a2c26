//! Validation covers every user interface, every API and every remotely reachable mechanism.

use assize_model::judgement::{Finding, Pointer};
use assize_model::scene::Scene;

use crate::Check;
use crate::say::{Row, fail, leave_open, list, pass, whole};

pub(crate) const CHECK: Check = Check {
    name: "input.sources_covered",
    establishes: "Validation covers every user interface, every API and every remotely reachable mechanism.",
    probes: &[],
    partial: false,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let ixit = &scene.declaration.ixit;
    let place = Pointer::ixit(["29-InpVal"]);
    if ixit.inp_val.is_empty() {
        return Vec::new();
    }
    let interfaces = ixit.user_intf.iter().map(|i| &i.id).chain(ixit.ext_api.iter().map(|a| &a.id));
    let remote = ixit.com_mech.iter().filter(|m| m.remote == Some(true)).map(|m| &m.id);
    let wanted: Vec<&String> = interfaces.chain(remote).collect();
    let is_covered = |id: &String| ixit.inp_val.iter().any(|v| v.sources.contains(id));
    let bare: Vec<&String> = wanted.iter().filter(|id| !is_covered(id)).copied().collect();
    if let Some(v) = ixit.inp_val.iter().find(|v| v.sources.is_empty()).filter(|_| !bare.is_empty()) {
        let row = Row { table: "29-InpVal", id: &v.id };
        return whole(row.leaves_out("sources", "which sources of input it covers"));
    }
    if !bare.is_empty() {
        let words = format!("No validation of 29-InpVal covers {}.", list(&bare));
        return whole(fail(place, words, "validate what comes in there, and name it in `sources`"));
    }
    if let Some(m) = ixit.com_mech.iter().find(|m| m.remote.is_none() && !is_covered(&m.id)) {
        let row = Row { table: "11-ComMech", id: &m.id };
        return whole(
            row.leaves_out("remote", "whether it is reachable from remote, and no validation covers it"),
        );
    }
    if wanted.is_empty() {
        let words = "The IXIT names no user interface, no API and no remotely reachable mechanism.";
        return whole(leave_open(place, words, "fill in 27-UserIntf, 28-ExtAPI and 11-ComMech"));
    }
    whole(pass(place, format!("Validation covers {}.", list(&wanted))))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "29-InpVal = [{ id = 'V', sources = ['U'] }]\n\
             27-UserIntf = [{ id = 'U' }]\n28-ExtAPI = [{ id = 'E' }]",
            &nothing(),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "29-InpVal = [{ id = 'V', sources = ['U', 'E', 'M'] }]\n\
             27-UserIntf = [{ id = 'U' }]\n\
             28-ExtAPI = [{ id = 'E' }]\n\
             11-ComMech = [{ id = 'M', remote = true }, { id = 'N', remote = false }]",
            &nothing(),
            "PASS",
        );
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "29-InpVal = [{ id = 'V' }]\n27-UserIntf = [{ id = 'U' }]", &nothing(), "INCONCLUSIVE");
    }

    #[test]
    fn reach_unsaid() {
        check(
            &CHECK,
            "29-InpVal = [{ id = 'V', sources = ['U'] }]\n\
             27-UserIntf = [{ id = 'U' }]\n11-ComMech = [{ id = 'M' }]",
            &nothing(),
            "INCONCLUSIVE",
        );
    }

    #[test]
    fn no_source() {
        check(&CHECK, "29-InpVal = [{ id = 'V' }]", &nothing(), "INCONCLUSIVE");
    }
}
