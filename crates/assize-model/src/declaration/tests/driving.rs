//! Plays, relays and further units that cannot work are said with their remedy, before anything is sent.

use super::*;

/// The diagnostics that one play gives, besides what it needs to be one.
fn play(lines: &str) -> Vec<String> {
    let text = format!(
        "{PRODUCT}[[bench.account]]\nid = \"admin\"\n[[bench.play]]\nid = \"in\"\npurpose = \"log-in\"\nat = \"tcp/443\"\n\
         take = {{ token = \"json:/token\" }}\n[[bench.play]]\nid = \"p\"\nat = \"tcp/443\"\n{lines}\n"
    );
    said(&text, "D065")
}

fn said(product: &str, code: &str) -> Vec<String> {
    let reading = read_texts(product, &ics(""), "");
    let found = found_in(&reading, "product.toml").into_iter().filter(|d| d.code.starts_with(code));
    found.map(|d| format!("{} {}", d.message, d.remedy)).collect()
}

/// Facts name addresses in one way of writing them, whatever the declaration's is.
#[test]
fn addresses_are_read_in_one_way_of_writing_them() {
    let text = PRODUCT
        .replace(
            "192.0.2.10\"",
            "FD00:0::1\"\ncontrol = \"FD00::0002\"\nunit = [{ id = \"B\", address = \"FD00::B\" }]",
        )
        .replace("192.0.2.20", "fd00:0:0::20");
    let reading = read_texts(&text, &ics(""), "format = 1\n");
    let product = reading.declaration.expect("it reads").product;
    let bench = product.bench;
    assert_eq!((bench.address.as_deref(), bench.control.as_deref()), (Some("fd00::1"), Some("fd00::2")));
    assert_eq!(bench.unit[0].address.as_deref(), Some("fd00::b"));
    assert_eq!(product.host[0].address.as_deref(), Some("fd00::20"));
}

#[test]
fn a_sound_play_gives_nothing() {
    let sound = "purpose = \"read\"\npath = \"/a?b={token}\"\naccounts = [\"admin\"]\n\
                 body = '{\"x\": \"{user}\", \"y\": {\"z\": {}}}'\nheaders = { Cookie = \"s={token}\" }";
    assert_eq!(play(sound), Vec::<String>::new());
}

#[test]
fn what_cannot_be_sent_is_said() {
    for (line, words) in [
        ("path = \"api/login\"", "begin it with `/`"),
        ("path = \"http://203.0.113.9/x\"", "is no path"),
        ("path = \"/log in\"", "write blanks as `%20`"),
        ("method = \"post\"", "capital letters"),
        ("headers = { Host = \"elsewhere\" }", "cannot send"),
        ("headers = { X = \"a\\r\\nEvil: 1\" }", "cannot send"),
        ("headers = { Authorization = \"Bearer {tokn}\" }", "write {token}"),
        ("body = '{\"p\": \"{pasword}\"}'", "write {password}"),
        ("take = { a = \"json:token\" }", "is no place"),
        ("take = { user = \"json:/token\" }", "another name"),
        ("take = { version = \"json:/v\" }", "another name"),
        ("accounts = [\"admn\"]", "write \"admin\""),
        ("at = \"cloud:tcp/443\"", "of the DUT only"),
    ] {
        let line = format!("purpose = \"read\"\n{line}");
        let found = if line.contains("\nat = ") {
            said(&format!("{PRODUCT}[[bench.play]]\nid = \"p\"\n{line}\n"), "D065")
        } else {
            play(&line)
        };
        assert_eq!(found.len(), 1, "{line}: {found:?}");
        assert!(found[0].contains(words), "{line}: {found:?}");
    }
}

#[test]
fn a_relay_listens_where_nobody_else_is() {
    let relays = |listen: &[&str]| {
        let one = |at: &&str| format!("[[bench.relay]]\nplace = \"cloud:tcp/443\"\nlisten = \"{at}\"\n");
        said(&format!("{PRODUCT}{}", listen.iter().map(one).collect::<String>()), "D067")
    };
    assert_eq!(relays(&["192.0.2.50:443"]), Vec::<String>::new());
    assert!(relays(&["192.0.2.10:8081"])[0].contains("belongs to the DUT"));
    assert!(relays(&["192.0.2.20:443"])[0].contains("the host"));
    assert!(relays(&["192.0.2.50:443", "192.0.2.50:443"])[0].contains("a relay"));
}

#[test]
fn a_proxy_listens_where_nobody_else_is() {
    let proxies = |lines: &[&str]| {
        let relay = "[[bench.relay]]\nplace = \"cloud:tcp/443\"\nlisten = \"192.0.2.50:443\"\n";
        let one = |line: &&str| format!("[[bench.proxy]]\n{line}\n");
        said(&format!("{PRODUCT}{relay}{}", lines.iter().map(one).collect::<String>()), "D073")
    };
    let sound = "listen = \"192.0.2.50:3128\"";
    assert_eq!(proxies(&[sound]), Vec::<String>::new());
    for (line, words) in [
        ("listen = \"192.0.2.10:3128\"", "belongs to the DUT"),
        ("listen = \"192.0.2.20:3128\"", "belongs to the host"),
        ("listen = \"192.0.2.50:443\"", "belongs to a relay"),
        ("listen = \"0.0.0.0:3128\"", "will not do"),
        ("listen = \"bench:3128\"", "write `listen`"),
        ("", "write `listen`"),
        (sound, "belongs to another proxy"),
        ("listen = \"192.0.2.50:3129\"\nfrom = [\"router\"]", "is no address"),
    ] {
        let found = proxies(&[sound, line]);
        assert_eq!(found.len(), 1, "{line}: {found:?}");
        assert!(found[0].contains(words), "{line}: {found:?}");
    }
}

#[test]
fn a_unit_stands_where_nobody_else_does() {
    let bench = PRODUCT.replacen("[bench]\n", "[bench]\ncontrol = \"192.0.2.30\"\n", 1);
    let product = |units: &str| said(&format!("{bench}{units}"), "D07");
    let unit = |id: &str, lines: &str| format!("[[bench.unit]]\nid = \"{id}\"\n{lines}\n");
    assert_eq!(product(&unit("B", "address = \"192.0.2.11\"")), Vec::<String>::new());
    for (lines, words) in [
        ("", "has no address"),
        ("address = \"plug-2.local\"", "write an IPv4 or IPv6 address"),
        ("address = \"192.0.2.10\"", "belongs to the DUT"),
        ("address = \"::ffff:192.0.2.10\"", "belongs to the DUT"),
        ("address = \"192.0.2.30\"", "as its control address"),
        ("address = \"192.0.2.20\"", "belongs to the host `cloud`"),
    ] {
        let found = product(&unit("B", lines));
        assert!(found.len() == 1 && found[0].contains(words), "{lines}: {found:?}");
    }
    let same = ["B", "C"].map(|id| unit(id, "address = \"192.0.2.11\"")).concat();
    let found = product(&same);
    assert!(found.len() == 1 && found[0].contains("belongs to the unit `B`"), "{found:?}");
    let many: String =
        (1..=5).map(|n| unit(&format!("U{n}"), &format!("address = \"192.0.2.4{n}\""))).collect();
    let found = product(&many);
    assert!(found.len() == 1 && found[0].contains("more than 4"), "{found:?}");
}

#[test]
fn a_switch_that_nobody_may_turn_is_said() {
    let with = |allow: &str| {
        let switch = "[[bench.switch]]\nid = \"mains\"\nwhat = \"power\"\nby_hand = true\n";
        let health = "[[bench.play]]\nid = \"h\"\npurpose = \"health\"\nat = \"tcp/443\"\n";
        let product = PRODUCT.replace("[bench]\n", &format!("[bench]\nallow = [{allow}]\n"));
        said(&format!("{product}{switch}{health}"), "D069")
    };
    assert_eq!(with("\"switch-power\""), Vec::<String>::new());
    for allow in ["", "\"interrupt\""] {
        let found = with(allow);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("add switch-power to `allow`"), "{found:?}");
    }
}
