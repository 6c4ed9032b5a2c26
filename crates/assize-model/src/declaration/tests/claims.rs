//! The ICS: claims that cannot stand, and what is left out.

use super::*;

fn check_ics(text: &str, expect: &[(&str, u32, &str)]) {
    check_both(PRODUCT, text, expect);
}

fn check_both(product: &str, text: &str, expect: &[(&str, u32, &str)]) {
    let reading = read_texts(product, &format!("format = 1\n{text}"), "format = 1");
    assert!(reading.declaration.is_some());
    compare(&found_in(&reading, "ics.toml"), expect);
}

fn claim(provision: &str, support: &str) -> String {
    format!("[claim.\"{provision}\"]\nsupport = \"{support}\"\ndetail = \"because\"\n")
}

#[test]
fn numbers_are_provisions() {
    check_ics(&claim("5.3-2A", "yes"), &[("D040", 2, "write \"5.3-2\"")]);
    check_ics(&claim("nonsense", "yes"), &[("D040", 2, "no provision of ts-103-701@1.1.1")]);
    check_ics("[claim.5.1-1]\nsupport = \"yes\"", &[("D047", 2, "write `[claim.\"5.1-1\"]`")]);
    check_ics("[claim.\"5.1-1\"]\ndetail = \"x\"", &[("D016", 2, "`support` is missing")]);
    check_ics(
        "[claim.\"5.1-1\"]\nsupport = \"maybe\"",
        &[("D013", 3, "write one of \"yes\", \"no\", \"n/a\"")],
    );
}

#[test]
fn mandatory_provisions_are_not_declined() {
    check_ics(&claim("5.2-1", "no"), &[("D043", 3, "ICS check a")]);
    check_ics(&claim("5.1-1", "no"), &[("D043", 3, "mandatory provision 5.1-1")]);
    check_ics(&claim("5.6-3", "no"), &[]);
}

#[test]
fn only_conditions_make_provisions_inapplicable() {
    check_ics(&claim("5.2-1", "n/a"), &[("D044", 3, "ICS check e")]);
    check_ics(&claim("5.6-3", "n/a"), &[("D044", 3, "5.6-3 has no condition")]);
    check_ics(&claim("5.1-2", "n/a"), &[]);
}

#[test]
fn no_and_not_applicable_are_justified() {
    check_ics("[claim.\"5.6-3\"]\nsupport = \"no\"", &[("D042", 2, "why it is not fulfilled")]);
    check_ics(
        "[claim.\"5.1-2\"]\nsupport = \"n/a\"\ndetail = \"  \"",
        &[("D042", 2, "condition does not hold")],
    );
    check_ics("[claim.\"5.6-3\"]\nsupport = \"yes\"", &[]);
}

#[test]
fn constrained_is_justified() {
    let constrained = PRODUCT.replace("constrained = false", "constrained = true");
    let explained = constrained.replace("[supplier]", "constrained_justification = \"battery\"\n[supplier]");
    let silent = PRODUCT.replace("constrained = false", "");
    check_both(PRODUCT, &claim("5.1-5", "n/a"), &[("D045", 3, "says that the DUT is not constrained")]);
    check_both(&constrained, &claim("5.1-5", "n/a"), &[("D045", 3, "does not justify")]);
    check_both(&explained, &claim("5.1-5", "n/a"), &[]);
    check_both(&silent, &claim("5.3-14", "n/a"), &[("D045", 3, "does not say whether")]);
    check_both(PRODUCT, &claim("5.3-14", "n/a"), &[]);
    let reading = read_texts(&constrained, "format = 1", "format = 1");
    compare(&found_in(&reading, "product.toml"), &[("D045", 13, "ICS check b")]);
}

#[test]
fn what_is_not_claimed_is_counted() {
    let all: Vec<String> = spec().ics.iter().map(|e| e.provision.clone()).collect();
    let some: String = all.iter().skip(2).map(|p| claim(p, "yes")).collect();
    let reading = read_texts(PRODUCT, &format!("format = 1\n{some}"), "format = 1");
    let left: Vec<&Diagnostic> = reading.diagnostics.iter().filter(|d| d.number() == "D041").collect();
    assert_eq!(left[0].message, "2 provisions have no claim: 4-1, 5.1-1");
    assert!(!left[0].is_error());
}

#[test]
fn external_evidence_is_complete() {
    let text = format!("{}external_evidence = {{ title = \"T\", file = \"t.pdf\" }}", claim("5.4-1", "yes"));
    check_ics(&text, &[("D048", 5, "leaves out why")]);
}

#[test]
fn the_edition_is_the_one_asked_for() {
    for (spec, expect) in [("spec = \"ts-103-701@2.1.1\"", true), ("spec = \"\"", false), ("", false)] {
        let product = PRODUCT.replace("spec = \"ts-103-701@1.1.1\"", spec);
        let reading = read_texts(&product, &ics(""), "format = 1");
        let found = found_in(&reading, "product.toml");
        assert_eq!((found.len(), found[0].number(), found[0].is_error()), (1, "D046", expect), "{spec}");
    }
}

#[test]
fn the_bench_is_consistent() {
    let with = |bench: &str, expect: &[(&str, u32, &str)]| {
        let product = PRODUCT.replace("address = \"192.0.2.10\"", bench);
        compare(&found_in(&read_texts(&product, &ics(""), "format = 1"), "product.toml"), expect);
    };
    with("", &[("D061", 19, "nothing on the network")]);
    with("address = \"https://192.0.2.10\"", &[("D064", 20, "neither an IP address nor a DNS name")]);
    with("address = \"192.0.2.10\"\ncontrol = \"192.0.2.10\"", &[("D063", 21, "the DUT's own")]);
    with(
        "address = \"192.0.2.10\"\nstate = \"initialized\"",
        &[("D062", 21, "`initialized` is not described")],
    );
    let states = "address = \"192.0.2.10\"\nstate = \"initialized\"\n[[state]]\nid = \"initialised\"";
    with(states, &[("D062", 21, "write \"initialised\"")]);
}

#[test]
fn the_identification_is_complete() {
    let product = PRODUCT.replace("model = \"P1\"", "").replace("runtime = \"none\"", "runtime = \"\"");
    let reading = read_texts(&product, &ics(""), "format = 1");
    compare(&found_in(&reading, "product.toml"), &[("D060", 4, "[dut] leaves out model, runtime")]);
    let product = PRODUCT.replace("name = \"cloud\"\naddress = \"192.0.2.20\"", "name = \"cloud\"");
    let reading = read_texts(&product, &ics(""), "format = 1");
    compare(&found_in(&reading, "product.toml"), &[("D061", 21, "host `cloud`")]);
}
