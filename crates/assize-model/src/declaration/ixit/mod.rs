//! The 29 IXIT tables of TS 103 701 Annex A.4 as types: one file per table. Every field may be absent; which are
//! required for a claim is Annex B, data of the catalogue.

pub mod acc_ctrl;
pub mod auth_mech;
pub mod code_min;
pub mod com_mech;
pub mod common;
pub mod conf;
pub mod del_func;
pub mod ext_api;
pub mod ext_sens;
pub mod inp_val;
pub mod intf;
pub mod net_sec_impl;
pub mod pers_data;
pub mod privl_ctrl;
pub mod repl_sup;
pub mod res_mech;
pub mod sec_boot;
pub mod sec_dev;
pub mod sec_mgmt;
pub mod sec_param;
pub mod soft_comp;
pub mod soft_serv;
pub mod tel_data;
pub mod upd_mech;
pub mod upd_proc;
pub mod user_dec;
pub mod user_info;
pub mod user_intf;
pub mod vuln_mon;
pub mod vuln_types;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use acc_ctrl::AccCtrl;
pub use auth_mech::AuthMech;
pub use code_min::CodeMin;
pub use com_mech::ComMech;
pub use conf::Conf;
pub use del_func::DelFunc;
pub use ext_api::ExtApi;
pub use ext_sens::ExtSens;
pub use inp_val::InpVal;
pub use intf::Intf;
pub use net_sec_impl::NetSecImpl;
pub use pers_data::PersData;
pub use privl_ctrl::PrivlCtrl;
pub use repl_sup::ReplSup;
pub use res_mech::ResMech;
pub use sec_boot::SecBoot;
pub use sec_dev::SecDev;
pub use sec_mgmt::SecMgmt;
pub use sec_param::SecParam;
pub use soft_comp::SoftComp;
pub use soft_serv::SoftServ;
pub use tel_data::TelData;
pub use upd_mech::UpdMech;
pub use upd_proc::UpdProc;
pub use user_dec::UserDec;
pub use user_info::UserInfo;
pub use user_intf::UserIntf;
pub use vuln_mon::VulnMon;
pub use vuln_types::VulnTypes;

/// The Implementation eXtra Information for Testing, `ixit.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Ixit {
    /// Version of the file format; 1.
    pub format: u32,
    /// 1-AuthMech: one way in which users or machines authenticate to the DUT.
    #[serde(rename = "1-AuthMech")]
    pub auth_mech: Vec<AuthMech>,
    /// 2-UserInfo: independent statements on what users are told and where.
    #[serde(rename = "2-UserInfo")]
    pub user_info: Option<UserInfo>,
    /// 3-VulnTypes: one kind of vulnerability that matters for the DUT.
    #[serde(rename = "3-VulnTypes")]
    pub vuln_types: Vec<VulnTypes>,
    /// 4-Conf: yes or no statements that processes are really in place.
    #[serde(rename = "4-Conf")]
    pub conf: Option<Conf>,
    /// 5-VulnMon: one procedure to monitor, identify and rectify vulnerabilities.
    #[serde(rename = "5-VulnMon")]
    pub vuln_mon: Vec<VulnMon>,
    /// 6-SoftComp: one software component, cut so that updateable and other parts can be told apart.
    #[serde(rename = "6-SoftComp")]
    pub soft_comp: Vec<SoftComp>,
    /// 7-UpdMech: one way in which software on the DUT is updated.
    #[serde(rename = "7-UpdMech")]
    pub upd_mech: Vec<UpdMech>,
    /// 8-UpdProc: one manufacturer's procedure for deploying security updates.
    #[serde(rename = "8-UpdProc")]
    pub upd_proc: Vec<UpdProc>,
    /// 9-ReplSup: how the DUT is isolated and its hardware replaced.
    #[serde(rename = "9-ReplSup")]
    pub repl_sup: Option<ReplSup>,
    /// 10-SecParam: one sensitive security parameter stored persistently in intended use.
    #[serde(rename = "10-SecParam")]
    pub sec_param: Vec<SecParam>,
    /// 11-ComMech: one communication mechanism of the DUT.
    #[serde(rename = "11-ComMech")]
    pub com_mech: Vec<ComMech>,
    /// 12-NetSecImpl: one implementation of network or security functions.
    #[serde(rename = "12-NetSecImpl")]
    pub net_sec_impl: Vec<NetSecImpl>,
    /// 13-SoftServ: one software service of the DUT.
    #[serde(rename = "13-SoftServ")]
    pub soft_serv: Vec<SoftServ>,
    /// 14-SecMgmt: one management process for critical security parameters.
    #[serde(rename = "14-SecMgmt")]
    pub sec_mgmt: Vec<SecMgmt>,
    /// 15-Intf: one network, physical or logical interface.
    #[serde(rename = "15-Intf")]
    pub intf: Vec<Intf>,
    /// 16-CodeMin: one method of keeping code small.
    #[serde(rename = "16-CodeMin")]
    pub code_min: Vec<CodeMin>,
    /// 17-PrivlCtrl: one mechanism that controls software privileges.
    #[serde(rename = "17-PrivlCtrl")]
    pub privl_ctrl: Vec<PrivlCtrl>,
    /// 18-AccCtrl: one hardware mechanism that controls memory access.
    #[serde(rename = "18-AccCtrl")]
    pub acc_ctrl: Vec<AccCtrl>,
    /// 19-SecDev: one development process for the DUT.
    #[serde(rename = "19-SecDev")]
    pub sec_dev: Vec<SecDev>,
    /// 20-SecBoot: one secure boot mechanism.
    #[serde(rename = "20-SecBoot")]
    pub sec_boot: Vec<SecBoot>,
    /// 21-PersData: one category of personal data that the DUT processes.
    #[serde(rename = "21-PersData")]
    pub pers_data: Vec<PersData>,
    /// 22-ExtSens: one external sensing capability.
    #[serde(rename = "22-ExtSens")]
    pub ext_sens: Vec<ExtSens>,
    /// 23-ResMech: one mechanism against network or power outage.
    #[serde(rename = "23-ResMech")]
    pub res_mech: Vec<ResMech>,
    /// 24-TelData: one kind of telemetry sent to the manufacturer.
    #[serde(rename = "24-TelData")]
    pub tel_data: Vec<TelData>,
    /// 25-DelFunc: one way to delete user data.
    #[serde(rename = "25-DelFunc")]
    pub del_func: Vec<DelFunc>,
    /// 26-UserDec: one decision the user takes in set-up or maintenance.
    #[serde(rename = "26-UserDec")]
    pub user_dec: Vec<UserDec>,
    /// 27-UserIntf: one interface that takes user input.
    #[serde(rename = "27-UserIntf")]
    pub user_intf: Vec<UserIntf>,
    /// 28-ExtAPI: one API that takes data from outside sources.
    #[serde(rename = "28-ExtAPI")]
    pub ext_api: Vec<ExtApi>,
    /// 29-InpVal: one input validation method.
    #[serde(rename = "29-InpVal")]
    pub inp_val: Vec<InpVal>,
}

/// A table of entries with ids, for code that treats all tables alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entries {
    /// Name as printed, as `1-AuthMech`.
    pub table: &'static str,
    /// The ids of its entries, in file order.
    pub ids: Vec<String>,
}

impl Ixit {
    /// The entry ids of every table that has entries, in the order of the pro forma.
    pub fn entries(&self) -> Vec<Entries> {
        vec![
            Entries { table: "1-AuthMech", ids: self.auth_mech.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "3-VulnTypes", ids: self.vuln_types.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "5-VulnMon", ids: self.vuln_mon.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "6-SoftComp", ids: self.soft_comp.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "7-UpdMech", ids: self.upd_mech.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "8-UpdProc", ids: self.upd_proc.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "10-SecParam", ids: self.sec_param.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "11-ComMech", ids: self.com_mech.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "12-NetSecImpl", ids: self.net_sec_impl.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "13-SoftServ", ids: self.soft_serv.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "14-SecMgmt", ids: self.sec_mgmt.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "15-Intf", ids: self.intf.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "16-CodeMin", ids: self.code_min.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "17-PrivlCtrl", ids: self.privl_ctrl.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "18-AccCtrl", ids: self.acc_ctrl.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "19-SecDev", ids: self.sec_dev.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "20-SecBoot", ids: self.sec_boot.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "21-PersData", ids: self.pers_data.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "22-ExtSens", ids: self.ext_sens.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "23-ResMech", ids: self.res_mech.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "24-TelData", ids: self.tel_data.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "25-DelFunc", ids: self.del_func.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "26-UserDec", ids: self.user_dec.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "27-UserIntf", ids: self.user_intf.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "28-ExtAPI", ids: self.ext_api.iter().map(|e| e.id.clone()).collect() },
            Entries { table: "29-InpVal", ids: self.inp_val.iter().map(|e| e.id.clone()).collect() },
        ]
    }

    /// Every place that some entry names.
    pub fn places(&self) -> Vec<&common::Place> {
        let mut places: Vec<&common::Place> = Vec::new();
        places.extend(self.auth_mech.iter().flat_map(|e| &e.reached_at));
        places.extend(self.upd_mech.iter().flat_map(|e| &e.reached_at));
        places.extend(self.com_mech.iter().flat_map(|e| &e.reached_at));
        places.extend(self.soft_serv.iter().flat_map(|e| &e.reached_at));
        places.extend(self.intf.iter().flat_map(|e| &e.reached_at));
        places.extend(self.user_intf.iter().flat_map(|e| &e.reached_at));
        places.extend(self.ext_api.iter().flat_map(|e| &e.reached_at));
        places
    }

    /// The ids of one table; empty when the table is a list or unknown.
    pub fn ids(&self, table: &str) -> Vec<String> {
        self.entries().into_iter().find(|e| e.table == table).map(|e| e.ids).unwrap_or_default()
    }
}
