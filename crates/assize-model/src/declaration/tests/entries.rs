//! Entries of the IXIT: ids, references, hosts, flows, and the fields that Annex B asks for.

use super::super::ixit::Ixit;
use super::super::{Declaration, condition, condition::Standing, scope};
use super::*;

#[test]
fn ids_are_there_unique_and_well_formed() {
    check("[[3-VulnTypes]]\ndescription = \"x\"", &[("D030", 2, "id = \"VulnTypes-1\"")]);
    check("[[3-VulnTypes]]\nid = \" \"", &[("D030", 2, "has no `id`")]);
    check("[[3-VulnTypes]]\nid = \"Web\"", &[("D031", 3, "`VulnTypes-1`")]);
    check("[[3-VulnTypes]]\nid = \"VulnTypes-\"", &[("D031", 3, "`VulnTypes-` is no id")]);
    check("[[3-VulnTypes]]\nid = \"VulnTypes-a b\"", &[("D031", 3, "letters, digits")]);
    check(
        "[[3-VulnTypes]]\nid = \"VulnTypes-1\"\n[[3-VulnTypes]]\nid = \"VulnTypes-1\"",
        &[("D032", 5, "the other stands in line 3")],
    );
}

#[test]
fn an_entry_within_a_table_is_named_by_the_whole_way_to_it() {
    let unnamed = format!("{PRODUCT}[[bench.unit]]\naddress = \"192.0.2.9\"\n");
    let reading = read_texts(&unnamed, &ics(""), "format = 1");
    let found = found_in(&reading, "product.toml");
    let message = "an entry of bench.unit has no `id`";
    assert!(found.iter().any(|d| d.message == message), "{found:?}");
}

#[test]
fn hosts_and_states_are_labelled_too() {
    let twice =
        format!("{PRODUCT}[[host]]\nname = \"cloud\"\naddress = \"192.0.2.21\"\n[[state]]\nwords = \"?\"\n");
    let reading = read_texts(&twice, &ics(""), "format = 1");
    let expect =
        [("D032", 25, "`cloud` is the name of two entries"), ("D030", 27, "an entry of state has no `id`")];
    compare(&found_in(&reading, "product.toml"), &expect);
}

#[test]
fn references_point_to_entries_of_the_right_table() {
    let text = "[[7-UpdMech]]\nid = \"UpdMech-Ota\"\n[[1-AuthMech]]\nid = \"AuthMech-1\"\n[[6-SoftComp]]\n\
                id = \"SoftComp-1\"\nupdate_mechanisms = [\"UpdMech-Ota\", \"UpdMech-Otb\", \"AuthMech-1\", \"Zzz\"]";
    check(
        text,
        &[
            ("D033", 8, "write \"UpdMech-Ota\", or add the entry"),
            ("D034", 8, "`AuthMech-1` is an entry of 1-AuthMech; this key refers to 7-UpdMech"),
            ("D033", 8, "IXIT 6-SoftComp, SoftComp-1"),
        ],
    );
}

#[test]
fn input_validation_refers_to_three_tables() {
    let text = "[[27-UserIntf]]\nid = \"UserIntf-1\"\n[[11-ComMech]]\nid = \"ComMech-1\"\n[[29-InpVal]]\nid = \"InpVal-1\"\n\
                sources = [\"UserIntf-1\", \"ComMech-1\", \"ExtAPI-1\"]";
    check(text, &[("D033", 8, "is not an entry of 27-UserIntf or 28-ExtAPI or 11-ComMech")]);
}

#[test]
fn flows_have_a_beginning() {
    let text = "[[26-UserDec]]\nid = \"UserDec-1\"\nafter = [\"UserDec-2\"]\n[[26-UserDec]]\nid = \"UserDec-2\"\n\
                after = [\"UserDec-1\"]";
    check(text, &[("D035", 4, "UserDec-1, UserDec-2, UserDec-1")]);
}

#[test]
fn hosts_are_named_by_the_product() {
    let entry = |place: &str| format!("[[11-ComMech]]\nid = \"ComMech-1\"\nreached_at = [\"{place}\"]");
    check(&entry("cloud:tcp/8883"), &[]);
    check(&entry("clowd:tcp/8883"), &[("D036", 4, "write `cloud:…`")]);
    check(&entry("elsewhere:tcp/8883"), &[("D036", 4, "add a [[host]]")]);
}

#[test]
fn a_place_belongs_to_one_service() {
    let text = "[[13-SoftServ]]\nid = \"SoftServ-1\"\nreached_at = [\"tcp/1\", \"tcp/1\"]\n[[13-SoftServ]]\n\
                id = \"SoftServ-2\"\nreached_at = [\"tcp/1\", \"udp/1\"]";
    let expect = [("D037", 4, "twice in SoftServ-1"), ("D037", 7, "both SoftServ-1 and SoftServ-2")];
    check(text, &expect);
}

#[test]
fn what_no_network_reaches_has_no_port_of_the_dut() {
    let entry = |table: &str, place: &str, says: bool| {
        format!(
            "[[{table}]]\nid = \"{}-1\"\nreached_at = [\"{place}\"]\nnetwork = {says}",
            &table[table.find('-').unwrap() + 1..]
        )
    };
    for table in ["1-AuthMech", "7-UpdMech", "13-SoftServ"] {
        check(&entry(table, "tcp/8080", false), &[("D074", 5, "names a port")]);
        check(&entry(table, "tcp/8080", true), &[]);
    }
    // The DUT itself opens the connection to a host; an update that it fetches there comes over the network.
    for table in ["1-AuthMech", "13-SoftServ"] {
        check(&entry(table, "cloud:tcp/8883", false), &[]);
    }
    check(&entry("7-UpdMech", "cloud:tcp/8883", false), &[("D074", 5, "names a port")]);
}

#[test]
fn a_service_that_says_no_and_names_a_port_stays_in_scope() {
    let ixit = |more: &str| -> Ixit {
        toml::from_str(&format!(
            "[[13-SoftServ]]\nid = \"S\"\nallows_configuration = true\nnetwork = false\n{more}"
        ))
        .unwrap()
    };
    let port = "reached_at = [\"tcp/8080\"]\n";
    let picked = |more| scope::entries("allows-configuration", &ixit(more)).unwrap();
    assert_eq!(picked(port), ["S"]);
    assert!(picked("").is_empty());
    for (condition, more) in [
        ("settings-over-network", port.to_owned()),
        ("network-functions", port.to_owned()),
        ("network-functions", format!("{port}network_when_initialised = false\n")),
    ] {
        let stands = |more: &str| {
            condition::standing(condition, &Declaration { ixit: ixit(more), ..Declaration::default() })
                .unwrap()
        };
        assert!(matches!(stands(&more), Standing::Open), "{condition}");
        assert!(matches!(stands(""), Standing::Fails(_)), "{condition}");
    }
}

#[test]
fn a_component_without_updates_says_why() {
    let entry = |line: &str| format!("[[6-SoftComp]]\nid = \"SoftComp-1\"\nupdate_mechanisms = []\n{line}");
    check(&entry(""), &[("D053", 4, "no mechanism updates this component")]);
    check(&entry("not_updated_because = \"ROM\""), &[]);
}

#[test]
fn claims_ask_for_tables() {
    let expect = [("D050", 0, "IXIT 1-AuthMech is missing, while 5.1-1, 5.1-5 are claimed")];
    check_with("5.1-5 yes\n5.1-1 yes\n5.1-2 n/a", "", &expect);
    check_with("5.1-1 n/a", "", &[]);
    check_with("5.1-1 yes", "1-AuthMech = []", &[]);
    check_with("5.12-3 yes", "", &[("D050", 0, "IXIT 2-UserInfo is missing, while 5.12-3 is claimed")]);
}

#[test]
fn claims_ask_for_fields() {
    let text = "[[1-AuthMech]]\nid = \"AuthMech-1\"\ndescription = \"x\"\nfactor = \"key\"";
    check_with("5.1-1 yes", text, &[]);
    let expect = [("D051", 2, "fill in `brute_force`"), ("D051", 2, "Annex B, provisions 5.1-3, 5.5-4")];
    let got = "5.1-5 yes\n5.1-3 yes\n5.5-4 yes";
    let serv = "13-SoftServ = []\n";
    let with = |more: &str| format!("{serv}{text}\n{more}");
    check_with(
        got,
        &with("crypto.protocols = []"),
        &[("D051", 3, "Security Guarantees is not filled in"), ("D051", 3, "Brute Force Prevention")],
    );
    check_with(got, &with("crypto.protocols = []\nguarantees = []\nnetwork = false"), &[]);
    let found = read_texts(PRODUCT, &ics(got), &format!("format = 1\n{text}\n13-SoftServ = []"));
    assert!(found.declaration.is_some(), "missing data does not stop reading");
    let words: Vec<String> = found.diagnostics.iter().map(Diagnostic::render).collect();
    assert!(expect.iter().all(|(_, _, w)| words.iter().any(|d| d.contains(w))), "{words:#?}");
}

#[test]
fn a_description_is_asked_for_in_words() {
    let text = "[[1-AuthMech]]\nid = \"AuthMech-1\"\nnetwork = true\nfactor = \"key\"";
    check_with("5.1-1 yes", text, &[("D051", 2, "fill in `description`: what the mechanism")]);
    check_with(
        "5.1-1 yes",
        &text.replace("network = true", "description = 5"),
        &[("D012", 4, "description")],
    );
}

#[test]
fn lists_without_entries_are_checked_too() {
    check_with(
        "5.3-13 yes",
        "[2-UserInfo]\nsupport_period.until = \"2031-12-31\"",
        &[("D051", 2, "fill in `support_period_published`")],
    );
    let text = "[2-UserInfo]\nsupport_period.until = \"2031-12-31\"\nsupport_period_published.url = \"https://a.example\"";
    check_with("5.3-13 yes", text, &[]);
    check_with("5.3-13 yes", &text.replace("2031-12-31", "soon"), &[("D017", 3, "soon")]);
}

#[test]
fn telemetry_is_examined_somewhere() {
    let two = "[[24-TelData]]\nid = \"TelData-1\"\ndescription = \"a\"\n[[24-TelData]]\nid = \"TelData-2\"\ndescription = \"b\"\n";
    check_with("5.10-1 yes", two, &[("D051", 2, "Security Examination is not filled in")]);
    check_with("5.10-1 yes", &format!("{two}examined_by = \"service\""), &[]);
}

#[test]
fn replacement_is_asked_for_where_parts_are_fixed() {
    let fixed = "7-UpdMech = []\n[[6-SoftComp]]\nid = \"SoftComp-1\"\nupdate_mechanisms = []\nnot_updated_because = \"ROM\"\n";
    check_with("5.3-14 yes", fixed, &[("D050", 0, "IXIT 2-UserInfo is missing")]);
    let both = "[2-UserInfo]\nreplacement.words = \"x\"\n";
    check_with("5.3-14 yes", &format!("{fixed}{both}"), &[("D051", 7, "Publication of Non-Updatable")]);
}

#[test]
fn the_catalogue_asks_by_known_conditions_and_known_keys() {
    for table in &spec().ixit {
        for field in &table.fields {
            let when = field.when.as_str();
            assert!(crate::declaration::rules::KNOWN.contains(&when), "{when}");
            let keys = crate::declaration::rules::keys_of(&table.label(), &field.name);
            assert!(!keys.is_empty(), "{} {}", table.label(), field.name);
        }
    }
}
