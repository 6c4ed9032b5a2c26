//! The IXIT tables, as checks go through them: one finding per entry, by a rule.

use assize_model::declaration::ixit::{
    AccCtrl, AuthMech, ComMech, Intf, NetSecImpl, PersData, ResMech, SecBoot, SecParam, SoftComp, SoftServ,
    UpdMech, UpdProc, UserDec, VulnTypes,
};
use assize_model::judgement::Finding;
use assize_model::scene::Scene;

use crate::say::{Row, Said};

/// Judges entries one by one; the rule says what one entry comes to.
fn each<T>(table: &str, rows: &[T], id: fn(&T) -> &String, rule: impl Fn(&T, Row) -> Said) -> Vec<Finding> {
    let finding = |entry: &T| {
        let (outcome, indication) = rule(entry, Row { table, id: id(entry) });
        Finding::entry(id(entry), outcome, indication)
    };
    rows.iter().map(finding).collect()
}

/// Every entry of 1-AuthMech.
pub(crate) fn auth_mech(scene: &Scene, rule: impl Fn(&AuthMech, Row) -> Said) -> Vec<Finding> {
    each("1-AuthMech", &scene.declaration.ixit.auth_mech, |e| &e.id, rule)
}

/// Every entry of 3-VulnTypes.
pub(crate) fn vuln_types(scene: &Scene, rule: impl Fn(&VulnTypes, Row) -> Said) -> Vec<Finding> {
    each("3-VulnTypes", &scene.declaration.ixit.vuln_types, |e| &e.id, rule)
}

/// Every entry of 6-SoftComp.
pub(crate) fn soft_comp(scene: &Scene, rule: impl Fn(&SoftComp, Row) -> Said) -> Vec<Finding> {
    each("6-SoftComp", &scene.declaration.ixit.soft_comp, |e| &e.id, rule)
}

/// Every entry of 7-UpdMech.
pub(crate) fn upd_mech(scene: &Scene, rule: impl Fn(&UpdMech, Row) -> Said) -> Vec<Finding> {
    each("7-UpdMech", &scene.declaration.ixit.upd_mech, |e| &e.id, rule)
}

/// Every entry of 8-UpdProc.
pub(crate) fn upd_proc(scene: &Scene, rule: impl Fn(&UpdProc, Row) -> Said) -> Vec<Finding> {
    each("8-UpdProc", &scene.declaration.ixit.upd_proc, |e| &e.id, rule)
}

/// Every entry of 10-SecParam.
pub(crate) fn sec_param(scene: &Scene, rule: impl Fn(&SecParam, Row) -> Said) -> Vec<Finding> {
    each("10-SecParam", &scene.declaration.ixit.sec_param, |e| &e.id, rule)
}

/// Every entry of 11-ComMech.
pub(crate) fn com_mech(scene: &Scene, rule: impl Fn(&ComMech, Row) -> Said) -> Vec<Finding> {
    each("11-ComMech", &scene.declaration.ixit.com_mech, |e| &e.id, rule)
}

/// Every entry of 12-NetSecImpl.
pub(crate) fn net_sec_impl(scene: &Scene, rule: impl Fn(&NetSecImpl, Row) -> Said) -> Vec<Finding> {
    each("12-NetSecImpl", &scene.declaration.ixit.net_sec_impl, |e| &e.id, rule)
}

/// Every entry of 13-SoftServ.
pub(crate) fn soft_serv(scene: &Scene, rule: impl Fn(&SoftServ, Row) -> Said) -> Vec<Finding> {
    each("13-SoftServ", &scene.declaration.ixit.soft_serv, |e| &e.id, rule)
}

/// Every entry of 15-Intf.
pub(crate) fn intf(scene: &Scene, rule: impl Fn(&Intf, Row) -> Said) -> Vec<Finding> {
    each("15-Intf", &scene.declaration.ixit.intf, |e| &e.id, rule)
}

/// Every entry of 18-AccCtrl.
pub(crate) fn acc_ctrl(scene: &Scene, rule: impl Fn(&AccCtrl, Row) -> Said) -> Vec<Finding> {
    each("18-AccCtrl", &scene.declaration.ixit.acc_ctrl, |e| &e.id, rule)
}

/// Every entry of 20-SecBoot.
pub(crate) fn sec_boot(scene: &Scene, rule: impl Fn(&SecBoot, Row) -> Said) -> Vec<Finding> {
    each("20-SecBoot", &scene.declaration.ixit.sec_boot, |e| &e.id, rule)
}

/// Every entry of 21-PersData.
pub(crate) fn pers_data(scene: &Scene, rule: impl Fn(&PersData, Row) -> Said) -> Vec<Finding> {
    each("21-PersData", &scene.declaration.ixit.pers_data, |e| &e.id, rule)
}

/// Every entry of 23-ResMech.
pub(crate) fn res_mech(scene: &Scene, rule: impl Fn(&ResMech, Row) -> Said) -> Vec<Finding> {
    each("23-ResMech", &scene.declaration.ixit.res_mech, |e| &e.id, rule)
}

/// Every entry of 26-UserDec.
pub(crate) fn user_dec(scene: &Scene, rule: impl Fn(&UserDec, Row) -> Said) -> Vec<Finding> {
    each("26-UserDec", &scene.declaration.ixit.user_dec, |e| &e.id, rule)
}
