//! Keys, types, values and formats: what the schema says.

use super::*;

#[test]
fn a_clean_entry_gives_nothing() {
    check("[[1-AuthMech]]\nid = \"AuthMech-Web\"\nfactor = \"password\"\nreached_at = [\"tcp/8443\"]", &[]);
}

#[test]
fn unknown_keys_name_the_nearest() {
    check("[[1-AuthMech]]\nid = \"AuthMech-1\"\ndesciption = \"x\"", &[("D011", 4, "write `description`")]);
    check("[[AuthMech]]\nid = \"AuthMech-1\"", &[("D011", 2, "write `1-AuthMech`")]);
    check("[2-UserInfo]\nzebra = 1", &[("D011", 3, "remove it, or use one of change_mechanisms")]);
    check(
        "[[1-AuthMech]]\nid = \"AuthMech-1\"\n[1-AuthMech.crypto]\nprotocol = [\"TLS 1.3\"]",
        &[("D011", 5, "IXIT 1-AuthMech, AuthMech-1")],
    );
}

#[test]
fn wrong_types_say_what_was_found_and_what_is_wanted() {
    let entry = |line: &str| format!("[[1-AuthMech]]\nid = \"AuthMech-1\"\n{line}");
    for (line, words) in [
        ("network = \"yes\"", "write `network = true` without quotes"),
        ("network = 1", "`network` wants `true` or `false`, not a whole number"),
        ("factor = true", "`factor` wants one of \"biometric\""),
        ("description = 5", "put it in quotes: `description = \"5\"`"),
        ("description = 2026-11-23", "put it in quotes: `description = \"2026-11-23\"`"),
        ("guarantees = \"integrity\"", "put it in brackets: `guarantees = [\"integrity\"]`"),
        ("crypto = \"TLS\"", "`crypto` wants a table with keys of its own, not a text"),
        ("brute_force = [1]", "write `[brute_force]` once"),
        ("brute_force.attempts_per_hour = \"30\"", "write `attempts_per_hour = 30` without quotes"),
        ("brute_force.attempts_per_hour = 1.5", "not a number with a fraction"),
        ("reached_at = [1]", "`reached_at` wants a text in quotes, not a whole number"),
    ] {
        check(&entry(line), &[("D012", 4, words)]);
    }
}

#[test]
fn no_is_a_word_and_false_is_not() {
    check("[4-Conf]\nsecure_development = false", &[("D012", 3, "write `secure_development = \"no\"`")]);
    let text = "format = 1\n[claim.\"5.1-1\"]\nsupport = true\n";
    let reading = read_texts(PRODUCT, text, "format = 1");
    compare(&found_in(&reading, "ics.toml"), &[("D012", 3, "write `support = \"yes\"`")]);
}

#[test]
fn tables_and_entries_are_told_apart() {
    check("[1-AuthMech]\nid = \"AuthMech-1\"", &[("D012", 2, "begin each entry with `[[1-AuthMech]]`")]);
    check("[[4-Conf]]\nsecure_management = \"yes\"", &[("D012", 2, "write `[4-Conf]` once")]);
    check("1-AuthMech = [\"x\"]", &[("D012", 2, "a table")]);
    check(
        "[2-UserInfo]\nsensors = \"https://example.com/s\"",
        &[("D012", 3, "write `sensors = { url = \"https://example.com/s\" }`")],
    );
}

#[test]
fn values_of_closed_lists_are_listed() {
    check(
        "[[1-AuthMech]]\nid = \"AuthMech-1\"\nfactor = \"pasword\"",
        &[("D013", 4, "write \"password\"; allowed are \"biometric\", \"key\"")],
    );
    check(
        "[[15-Intf]]\nid = \"Intf-1\"\nkinds = [\"network\", \"wifi\"]",
        &[("D013", 4, "write one of \"air\", \"logical\", \"network\", \"physical\"")],
    );
}

#[test]
fn one_bad_value_hides_nothing() {
    let text = "format = 1\n[[1-AuthMech]]\nid = \"AuthMech-1\"\nfactor = \"pw\"\nnetwork = 3\nthreats = \"guessing\"\n\
                reached_at = [\"tcp/1\", \"tcp\", \"udp/2\"]\n[5]\n";
    let reading = read_texts(PRODUCT, &ics(""), text);
    let expect = [
        ("D013", 4, "pw"),
        ("D012", 5, "network"),
        ("D014", 7, "`tcp` is not a place"),
        ("D011", 8, "`5` is not a key"),
    ];
    compare(&found_in(&reading, "ixit.toml"), &expect);
    let mech = &reading.declaration.unwrap().ixit.auth_mech[0];
    assert_eq!((mech.factor, mech.network, mech.threats.as_deref()), (None, None, Some("guessing")));
    assert_eq!(mech.reached_at.iter().map(ToString::to_string).collect::<Vec<_>>(), ["tcp/1", "udp/2"]);
}

#[test]
fn numbers_have_bounds() {
    for written in ["-1", "4294967296", "99999999999999999999999"] {
        check(
            &format!("[[8-UpdProc]]\nid = \"UpdProc-1\"\ncomplete_days = {written}"),
            &[("D015", 4, &format!("`complete_days` cannot be `{written}`"))],
        );
    }
}

#[test]
fn formats_are_looked_at() {
    check("[[28-ExtAPI]]\nid = \"ExtAPI-1\"\nreached_at = [\"443\"]", &[("D014", 4, "`tcp/8443`")]);
    check("[2-UserInfo]\nsupport_period.until = \"31.12.2031\"", &[("D017", 3, "2031-12-31")]);
    check("[2-UserInfo]\nsensors.file = \"../x\"", &[("D018", 3, "below the assessment folder")]);
    check("[2-UserInfo]\nsensors.url = \"example.com\"", &[("D019", 3, "whole address")]);
    check("[2-UserInfo]\nsensors.url = \"\"\nsupport_period.until = \"\"", &[]);
    let product = PRODUCT.replace("2026-11-23", "2026-02-30");
    let reading = read_texts(&product, &ics(""), "format = 1");
    compare(&found_in(&reading, "product.toml"), &[("D017", 5, "2026-02-30")]);
    let product = format!("{PRODUCT}[[image]]\nid = \"fw\"\nfile = \"/tmp/fw.bin\"\n");
    let reading = read_texts(&product, &ics(""), "format = 1");
    compare(&found_in(&reading, "product.toml"), &[("D018", 26, "/tmp/fw.bin")]);
}

#[test]
fn the_format_version_is_known() {
    let text = PRODUCT.replace("format = 1", "format = 2");
    let reading = read_texts(&text, &ics(""), "format = 1");
    assert!(reading.declaration.is_none());
    compare(&found_in(&reading, "product.toml"), &[("D020", 2, "format `2`")]);
    let text = PRODUCT.replace("format = 1", "");
    let reading = read_texts(&text, &ics(""), "format = 1");
    assert!(reading.declaration.is_some());
    compare(&found_in(&reading, "product.toml"), &[("D020", 0, "begin it with")]);
}

#[test]
fn places_fall_back_to_what_is_written() {
    let text = "format = 1\n[[1-AuthMech]]\nid = \"AuthMech-Web\"\nfactor = \"key\"\n[1-AuthMech.crypto]\nprotocols = []\n";
    let places = read_texts(PRODUCT, &ics(""), text).declaration.unwrap().places;
    let at = |path: &[&str]| places.of("ixit.toml", path).map(|p| (p.line, p.column)).unwrap();
    assert_eq!(at(&["1-AuthMech", "AuthMech-Web", "crypto"]), (5, 13));
    assert_eq!(at(&["1-AuthMech", "AuthMech-Web", "factor"]), (4, 1));
    assert_eq!(at(&["1-AuthMech", "AuthMech-Web", "brute_force"]), (2, 1), "the entry");
    assert_eq!(at(&["1-AuthMech", "AuthMech-2", "factor"]), (2, 3), "the table");
    assert_eq!(at(&["7-UpdMech"]), (0, 0), "the file");
    assert_eq!(places.of("ics.toml", &["claim", "5.1-1"]).unwrap().file, "plug/ics.toml");
    assert_eq!(places.of("other.toml", &[]), None);
}
