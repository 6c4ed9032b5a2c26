//! Conditions: what is left out, refused or contradicted never settles that a provision does not apply.

use super::super::condition::{NAMES, Standing, standing};
use super::super::scope;
use super::*;

/// One condition, the fields of the one entry of a table, and how the condition stands by them.
fn stands(name: &str, table: &str, rows: &[(&str, &str)]) {
    for (fields, expect) in rows {
        let (_, kind) = table.split_once('-').unwrap();
        told(name, &format!("[[{table}]]\nid = \"{kind}-1\"\n{fields}\n"), expect);
    }
}

fn told(name: &str, ixit: &str, expect: &str) {
    assert!(NAMES.contains(&name), "{name}");
    let reading = read_texts(PRODUCT, &ics(""), &format!("format = 1\n{ixit}"));
    let stands = match standing(name, &reading.declaration.unwrap()).unwrap() {
        Standing::Holds(_) => "holds",
        Standing::Fails(_) => "fails",
        Standing::Open => "open",
    };
    assert_eq!(stands, expect, "{name} by\n{ixit}");
}

#[test]
fn what_a_parameter_protects_is_told_by_a_whole_list_only() {
    let rows = [
        ("kind = 'critical'", "open"),
        ("kind = 'critical'\nprotects = 'updates'", "open"),
        ("kind = 'critical'\nprotects = ['updtes']", "open"),
        ("kind = 'critical'\nprotects = ['other', 'updtes']", "open"),
        ("kind = 'critical'\nprotects = []", "fails"),
        ("kind = 'critical'\nprotects = ['other']", "fails"),
        ("kind = 'public'", "fails"),
        ("kind = 'critical'\nprotects = ['updtes', 'associated-services']", "holds"),
    ];
    stands("critical-parameters-protect-updates-or-services", "10-SecParam", &rows);
}

#[test]
fn a_parameter_without_a_channel_is_not_sent_where_that_is_written() {
    let rows = [
        ("kind = 'critical'", "open"),
        ("kind = 'critical'\ncommunication = [5]", "open"),
        ("kind = 'critical'\ncommunication = []\nprovisioned_from = 'associated-service'", "open"),
        ("kind = 'critical'\ncommunication = []", "fails"),
        ("kind = 'critical'\ncommunication = []\nprovisioned_from = 'production'", "fails"),
        ("kind = 'public'", "fails"),
    ];
    stands("critical-parameters-sent", "10-SecParam", &rows);
    stands("critical-parameters-sent-remotely", "10-SecParam", &rows);
    stands(
        "critical-parameters-sent",
        "10-SecParam",
        &[("kind = 'critical'\ncommunication = ['ComMech-1']", "holds")],
    );
}

#[test]
fn of_two_entries_with_one_id_neither_speaks_for_the_other() {
    let entry = |fields: &str| format!("[[10-SecParam]]\nid = \"SecParam-1\"\nkind = 'critical'\n{fields}\n");
    let (written, left_out) = (entry("communication = []"), entry(""));
    told("critical-parameters-sent", &format!("{written}{left_out}"), "open");
    told("critical-parameters-sent", &format!("{left_out}{written}"), "open");
}

#[test]
fn a_channel_is_near_where_nothing_speaks_against_it() {
    let by = |parameter: &str, channel: &str, expect| {
        let ixit = format!(
            "[[10-SecParam]]\nid = \"SecParam-1\"\nkind = 'critical'\n{parameter}\n\
             [[11-ComMech]]\nid = \"ComMech-1\"\n{channel}\n"
        );
        told("critical-parameters-sent-remotely", &ixit, expect);
    };
    let named = "communication = ['ComMech-1']";
    by(named, "remote = true", "holds");
    by(named, "remote = false", "fails");
    by(named, "remote = false\nreached_at = ['tcp/443']", "fails");
    by(named, "", "open");
    by(named, "remote = false\nreached_at = ['cloud:tcp/8883']", "open");
    by("communication = ['ComMech-1', 'ComMech-2']", "remote = false", "open");
    by("communication = ['ComMech-1', 5]", "remote = false", "open");
    by(&format!("{named}\nprovisioned_from = 'associated-service'"), "remote = false", "open");
}

#[test]
fn personal_data_without_a_channel_goes_nowhere_where_that_is_written() {
    let rows = [
        ("", "open"),
        ("communication = [5]", "open"),
        ("communication = []\nstored_by_service = true", "open"),
        ("communication = []\nto_associated_service = true", "open"),
        ("communication = ['ComMech-1']\nto_associated_service = false", "open"),
        ("communication = []", "fails"),
        ("communication = []\nto_associated_service = false\nstored_by_service = false", "fails"),
        ("communication = ['ComMech-1']\nto_associated_service = true", "holds"),
    ];
    stands("personal-data-to-service", "21-PersData", &rows);
}

#[test]
fn sensitive_data_that_a_service_stores_reaches_one() {
    let rows = [
        ("sensitive = true\nto_associated_service = false\nstored_by_service = true", "open"),
        ("sensitive = true\nto_associated_service = false", "fails"),
        ("sensitive = false\nto_associated_service = true", "fails"),
        ("sensitive = true\nto_associated_service = true", "holds"),
    ];
    stands("sensitive-data-to-service", "21-PersData", &rows);
}

#[test]
fn a_debug_interface_is_not_physical_where_its_kinds_say_so() {
    let rows = [
        ("debug = true", "open"),
        ("debug = true\nkinds = ['phisical']", "open"),
        ("debug = true\nkinds = ['logical', 'phisical']", "open"),
        ("debug = true\nkinds = ['logical']", "fails"),
        ("debug = false", "fails"),
        ("debug = true\nkinds = ['physical']", "holds"),
    ];
    stands("debug-interface-physical", "15-Intf", &rows);
}

#[test]
fn a_component_has_no_update_mechanism_where_that_is_written() {
    let rows =
        [("", "open"), ("update_mechanisms = []", "holds"), ("update_mechanisms = ['UpdMech-1']", "fails")];
    stands("not-updatable", "6-SoftComp", &rows);
}

#[test]
fn an_update_that_starts_by_itself_is_automatic() {
    let both = |more: &str| format!("automation.supported = false\nnotification.supported = false\n{more}");
    for name in ["automatic-updates-or-notices", "automatic-updates"] {
        let rows = [
            ("initiation = 'automatic'", "holds"),
            (&both("initiation = 'automatic'"), "holds"),
            ("automation.supported = true", "holds"),
            (&both("automation.on_by_default = true"), "open"),
            (&both("automation.user_can = ['disable']"), "open"),
            (&both("initiation = 'manual'"), "fails"),
            (&both(""), "fails"),
        ];
        stands(name, "7-UpdMech", &rows);
    }
}

#[test]
fn a_notice_with_content_is_given() {
    let both = |more: &str| format!("automation.supported = false\nnotification.supported = false\n{more}");
    for name in ["automatic-updates-or-notices", "update-notices"] {
        let rows = [
            (&*both("user_notification.names_risks = true"), "open"),
            (&both("user_notification.warns_of_interruption = true"), "open"),
            (&both("notification.on_by_default = true"), "open"),
            (&both("user_notification.names_risks = false"), "fails"),
            ("notification.supported = true", "holds"),
        ];
        stands(name, "7-UpdMech", &rows);
    }
}

#[test]
fn notices_alone_are_no_automatic_updates() {
    let rows = [("automation.supported = false\nnotification.supported = true", "fails")];
    stands("automatic-updates", "7-UpdMech", &rows);
    let rows = [("automation.supported = true\nnotification.supported = false", "fails")];
    stands("update-notices", "7-UpdMech", &rows);
}

#[test]
fn consent_that_is_obtained_is_asked_for() {
    let rows = [
        ("by_consent = false\nobtaining_consent = 'A box in set-up.'", "open"),
        ("by_consent = false\nobtaining_consent = ' '", "fails"),
        ("by_consent = false", "fails"),
        ("by_consent = true", "holds"),
    ];
    stands("consent-based", "21-PersData", &rows);
}

#[test]
fn a_password_that_is_made_is_not_the_users() {
    let password = |more: &str| format!("factor = 'password'\n{more}");
    let rows = [
        (&*password("password_origin = 'user-defined'\ngeneration.made_from = 'public-facts'"), "open"),
        (&password("password_origin = 'user-defined'\ngeneration.method = 'Chosen.'"), "fails"),
        (&password("password_origin = 'generated'\ngeneration.made_from = 'random'"), "fails"),
        (&password("password_origin = 'pre-installed'"), "holds"),
        ("factor = 'key'\npassword_origin = 'pre-installed'", "open"),
        ("factor = 'key'", "fails"),
    ];
    stands("factory-passwords", "1-AuthMech", &rows);
    let rows = [("factor = 'key'\npassword_origin = 'user-defined'", "open"), ("factor = 'key'", "fails")];
    stands("passwords", "1-AuthMech", &rows);
}

#[test]
fn data_that_a_function_deletes_at_services_lies_there() {
    let by = |target: &str, expect| {
        let ixit = format!(
            "[[21-PersData]]\nid = \"PersData-1\"\nstored_by_service = false\n\
             [[25-DelFunc]]\nid = \"DelFunc-1\"\ntarget = '{target}'\n"
        );
        told("personal-data-at-services", &ixit, expect);
    };
    by("services", "open");
    by("both", "open");
    by("dut", "fails");
}

#[test]
fn updates_fetched_at_a_host_come_over_a_network() {
    let rows = [
        ("network = false\nreached_at = ['cloud:tcp/8883']", "open"),
        ("network = false\nreached_at = ['tcp/80']", "open"),
        ("network = false", "fails"),
        ("network = true", "holds"),
    ];
    stands("updates-over-network", "7-UpdMech", &rows);
}

#[test]
fn a_scope_drops_only_what_says_that_it_is_beside_it() {
    let ixit = |data: &str, channel: &str| {
        let text = format!(
            "[[21-PersData]]\nid = 'D'\ncommunication = ['C']\n{data}\n[[10-SecParam]]\nid = 'P'\n\
             communication = ['C']\n[[11-ComMech]]\nid = 'C'\n{channel}\n"
        );
        toml::from_str(&text).unwrap()
    };
    let sensitive = |data: &str| scope::entries("carries-sensitive-to-service", &ixit(data, "")).unwrap();
    assert_eq!(sensitive("sensitive = true"), ["C"]);
    assert_eq!(sensitive("to_associated_service = true"), ["C"]);
    assert_eq!(sensitive(""), ["C"]);
    assert_eq!(sensitive("to_associated_service = false\nstored_by_service = true"), ["C"]);
    assert!(sensitive("sensitive = false").is_empty());
    assert!(sensitive("to_associated_service = false").is_empty());
    let far = |channel: &str| scope::entries("carries-critical-remote", &ixit("", channel)).unwrap();
    assert_eq!(far("remote = false\nreached_at = ['cloud:tcp/8883']"), ["C"]);
    assert!(far("remote = false\nreached_at = ['tcp/443']").is_empty());
}
