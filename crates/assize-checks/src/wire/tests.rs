//! What postures and certificates come to, tried on the mechanism of IXIT 11-ComMech.

use assize_model::fact::{
    AttackResult, AttackState, Fact, HttpAnswer, Protocol, Service, TlsCertificate, TlsOffer, TlsPosture,
    TlsVersion, Transport, VersionPosture,
};
use assize_model::judgement::{Finding, Outcome, Sense};

use crate::comm::cryptography_as_declared::CHECK;
use crate::stage::{
    DUT, answered, asked_for, at_cloud, certificate, check, declaration, findings, keyed, looked, posture,
    tls, web,
};

const GCM: &str = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
const STATIC: &str = "TLS_RSA_WITH_AES_128_CBC_SHA";
const SWEET: &str = "TLS_RSA_WITH_3DES_EDE_CBC_SHA";

fn declared(algorithms: &str) -> String {
    format!(
        "11-ComMech = [{{ id = 'A', reached_at = ['tcp/443'], \
         crypto = {{ protocols = ['TLS 1.2', 'TLS 1.3'], algorithms = [{algorithms}] }} }}]\n\
         2-UserInfo = {{ support_period = {{ until = '2031-12-31' }} }}"
    )
}

const USUAL: &str = "'ECDHE X25519', 'ECDSA P-256', 'AES-128-GCM'";

/// What one place with this posture comes to, with all words that led there.
fn judged(declared: &str, seen: &[Vec<Fact>]) -> (Outcome, String) {
    let declaration = declaration(declared);
    let found: Vec<Finding> = findings(&CHECK, &declaration, &looked(seen));
    let words: Vec<&str> = found[0].indications.iter().map(|i| i.words.as_str()).collect();
    (found[0].outcome, words.join("\n"))
}

fn fails(algorithms: &str, seen: &[Vec<Fact>], words: &[&str]) {
    let declared = declared(algorithms);
    check(&CHECK, &declared, &looked(seen), "A FAIL");
    let (_, said) = judged(&declared, seen);
    for word in words {
        assert!(said.contains(word), "{word}: {said}");
    }
}

fn as_is(_: &mut TlsPosture) {}

fn attack(name: &str, state: AttackState) -> impl FnOnce(&mut TlsPosture) + use<> {
    let result = AttackResult { name: name.into(), state, why: "it was tried".into() };
    move |p: &mut TlsPosture| p.attacks.push(result)
}

#[test]
fn as_declared() {
    let seen = [posture("TLS 1.2", &[GCM], as_is)];
    check(&CHECK, &declared(USUAL), &looked(&seen), "A PASS");
    check(&CHECK, &declared(""), &looked(&seen), "A PASS");
    check(&CHECK, &declared(&format!("'{GCM}'")), &looked(&seen), "A PASS");
    check(&CHECK, &declared("'AES-GCM', 'ECDHE', 'ECDSA'"), &looked(&seen), "A PASS");
}

#[test]
fn what_another_place_shows_says_nothing_of_this_one() {
    let old = |edit: fn(&mut TlsPosture)| posture("TLS 1.0", &[STATIC], edit);
    let elsewhere = [
        at_cloud(old(as_is)),
        old(|p| p.port = 444),
        old(|p| p.transport = Some(Transport::Udp)),
        old(|p| p.name = Some("a.example.org".into())),
    ];
    let good = posture("TLS 1.2", &[GCM], as_is);
    check(&CHECK, &declared(USUAL), &looked(&[elsewhere.concat(), good]), "A PASS");
    // Nor does what an older version recorded of the versions there.
    let offered = || tls(443, &[TlsVersion::Tls10]);
    let named = asked_for("a.example.org", offered()).into_iter().map(|fact| match fact {
        Fact::TlsOffer(o) => Fact::TlsOffer(TlsOffer { target: DUT.into(), ..o }),
        other => other,
    });
    for elsewhere in [at_cloud(offered()), tls(444, &[TlsVersion::Tls10]), named.collect()] {
        check(&CHECK, &declared(USUAL), &looked(&[web(443, true), elsewhere]), "A INCONCLUSIVE");
    }
    check(&CHECK, &declared(USUAL), &looked(&[offered()]), "A FAIL");
}

#[test]
fn a_suite_beyond_the_declared_is_named_with_its_parts() {
    fails(
        USUAL,
        &[posture("TLS 1.2", &[GCM, STATIC], as_is)],
        &[STATIC, "does not declare AES-128-CBC, RSA and RSA key transport"],
    );
    let other = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
    fails(&format!("'{GCM}'"), &[posture("TLS 1.2", &[GCM, other], as_is)], &[other]);
}

#[test]
fn words_that_no_list_holds_leave_it_open() {
    let seen = [posture("TLS 1.2", &[GCM, STATIC], as_is)];
    let declared = declared(&format!("{USUAL}, 'OurSuite 7'"));
    // Static RSA ended for all catalogues, whatever the word means; but the declaration restricts its part.
    check(&CHECK, &declared, &looked(&seen), "A INCONCLUSIVE");
}

#[test]
fn broken_parts_fail_though_nothing_is_restricted() {
    for suite in [
        SWEET,
        "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
        "TLS_RSA_WITH_NULL_SHA256",
        "TLS_DH_anon_WITH_AES_128_GCM_SHA256",
        "TLS_RSA_EXPORT_WITH_RC4_40_MD5",
    ] {
        fails("", &[posture("TLS 1.2", &[GCM, suite], as_is)], &[suite, "attack is published"]);
    }
}

#[test]
fn a_broken_part_that_is_declared_fails_on_paper_and_not_here() {
    let seen = [posture("TLS 1.2", &["TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"], as_is)];
    check(&CHECK, &declared("'3DES', 'ECDHE', 'RSA'"), &looked(&seen), "A PASS");
}

#[test]
fn what_all_catalogues_end_before_the_end_of_support_fails() {
    let words = [STATIC, "800-131A", "until 2023-12-31", "supported until 2031-12-31"];
    fails("", &[posture("TLS 1.2", &[GCM, STATIC], as_is)], &words);
    let chained = posture("TLS 1.2", &["TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"], as_is);
    check(&CHECK, &declared(""), &looked(&[chained]), "A PASS");
}

#[test]
fn groups_beyond_the_declared() {
    let with = |group: &'static str| {
        [posture("TLS 1.2", &[GCM], move |p: &mut TlsPosture| p.groups.push(group.into()))]
    };
    fails(USUAL, &with("secp384r1"), &["secp384r1", "does not declare"]);
    fails("", &with("secp160r1"), &["Curves of up to 200 bits"]);
    check(&CHECK, &declared(USUAL), &looked(&with("X25519MLKEM768")), "A INCONCLUSIVE");
    check(&CHECK, &declared(""), &looked(&with("X25519MLKEM768")), "A PASS");
}

#[test]
fn small_groups_fail() {
    let suite = "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256";
    let with = |bits: u32| [posture("TLS 1.2", &[suite], move |p: &mut TlsPosture| p.dh_bits.push(bits))];
    fails("", &with(512), &["512 bits", "Logjam"]);
    fails("", &with(1024), &["1024 bits", "until 2013-12-31"]);
    fails("", &with(2048), &["2048 bits", "until 2030-12-31"]);
    fails("'DHE 3072'", &with(2048), &["smaller than it declares"]);
    check(&CHECK, &declared("'DHE 3072'"), &looked(&with(4096)), "A PASS");
}

#[test]
fn old_signatures_in_the_handshake_fail() {
    let signed = |how: &'static str| [posture("TLS 1.2", &[GCM], |p| p.signatures.push(how.into()))];
    let dated = |day: &str| format!("{}\nproduct = {{ dut = {{ date = '{day}' }} }}", declared(""));
    check(&CHECK, &dated("2026-11-25"), &looked(&signed("ecdsa_sha1")), "A FAIL");
    let (_, said) = judged(&dated("2026-11-25"), &signed("ecdsa_sha1"));
    assert!(
        said.contains("ecdsa_sha1") && said.contains("no catalogue accepts Signatures with SHA-1"),
        "{said}"
    );
    fails("", &signed("rsa_pkcs1_md5"), &["rsa_pkcs1_md5"]);
    // What holds today signs no longer than a handshake lasts.
    check(&CHECK, &dated("2026-11-25"), &looked(&signed("sha224_ecdsa")), "A INCONCLUSIVE");
    check(&CHECK, &dated("2031-01-01"), &looked(&signed("sha224_ecdsa")), "A FAIL");
    check(&CHECK, &declared(""), &looked(&signed("sha224_ecdsa")), "A INCONCLUSIVE");
}

#[test]
fn a_certificate_that_ends_before_its_key_does_is_left_open() {
    let until = |key: &str, not_after: i64| {
        let mut facts = keyed(key, "SHA-256 with RSA");
        for fact in &mut facts {
            if let Fact::TlsCertificate(certificate) = fact {
                (certificate.not_after, certificate.seen_at) = (not_after, 1_790_000_000);
            }
        }
        [posture("TLS 1.2", &[GCM], as_is), facts]
    };
    let (last_second_of_2030, after_it) = (1_924_991_999, 1_924_992_000);
    check(&CHECK, &declared(""), &looked(&until("RSA 2048", last_second_of_2030)), "A INCONCLUSIVE");
    check(&CHECK, &declared(""), &looked(&until("RSA 2048", after_it)), "A FAIL");
    check(&CHECK, &declared(""), &looked(&until("RSA 2048", i64::MAX)), "A FAIL");
    // One that has run out and is shown all the same is in use as long as it was seen.
    check(&CHECK, &declared(""), &looked(&until("RSA 1024", 1_000_000_000)), "A FAIL");
}

#[test]
fn open_attacks_fail_and_untold_ones_stay_open() {
    let open = posture("TLS 1.2", &[GCM], attack("heartbleed", AttackState::Open));
    fails(USUAL, &[open], &["heartbleed", "CVE-2014-0160", "memory of the server"]);
    let unheard = posture("TLS 1.2", &[GCM], attack("frobnicate", AttackState::Open));
    fails(USUAL, &[unheard], &["frobnicate", "it was tried"]);
    let untold = [posture("TLS 1.2", &[GCM], attack("robot", AttackState::Unknown))];
    check(&CHECK, &declared(USUAL), &looked(&untold), "A INCONCLUSIVE");
    assert!(judged(&declared(USUAL), &untold).1.contains("could not be told open or closed to robot"));
    let closed = posture("TLS 1.2", &[GCM], attack("robot", AttackState::Closed));
    check(&CHECK, &declared(USUAL), &looked(&[closed]), "A PASS");
}

#[test]
fn features_that_are_attacks_fail() {
    let compressed = posture("TLS 1.2", &[GCM], |p| p.features.compression = Some(true));
    fails(USUAL, &[compressed], &["compression", "CVE-2012-4929"]);
    let renewed = posture("TLS 1.2", &[GCM], |p| {
        p.features.secure_renegotiation = Some(false);
        p.features.client_renegotiation = Some(true);
    });
    fails(USUAL, &[renewed], &["renegotiates", "CVE-2009-3555"]);
    let untold = posture("TLS 1.2", &[GCM], |p| p.features.secure_renegotiation = Some(false));
    check(&CHECK, &declared(USUAL), &looked(&[untold]), "A INCONCLUSIVE");
    let refused = posture("TLS 1.2", &[GCM], |p| {
        p.features.secure_renegotiation = Some(false);
        p.features.client_renegotiation = Some(false);
    });
    check(&CHECK, &declared(USUAL), &looked(&[refused]), "A PASS");
}

#[test]
fn a_posture_with_gaps_never_passes() {
    let gap = posture("TLS 1.2", &[GCM], |p| p.gaps.push("the budget ended".into()));
    check(&CHECK, &declared(USUAL), &looked(&[gap]), "A INCONCLUSIVE");
    let no_suites = posture("TLS 1.2", &[], as_is);
    check(&CHECK, &declared(USUAL), &looked(&[no_suites]), "A INCONCLUSIVE");
    let no_groups = posture("TLS 1.3", &["TLS_AES_128_GCM_SHA256"], |p| p.groups.clear());
    check(&CHECK, &declared(USUAL), &looked(&[no_groups]), "A INCONCLUSIVE");
    let unknown = posture("TLS 1.2", &[GCM, "0xabcd"], as_is);
    check(&CHECK, &declared(USUAL), &looked(&[unknown]), "A INCONCLUSIVE");
}

#[test]
fn datagrams_are_judged_alike() {
    let declared = "11-ComMech = [{ id = 'A', reached_at = ['udp/443'], \
        crypto = { protocols = ['DTLS 1.2'], algorithms = ['PSK', 'AES-128-CCM-8'] } }]";
    let seen = |suite: &str| looked(&[posture("DTLS 1.2", &[suite], as_is)]);
    check(&CHECK, declared, &seen("TLS_PSK_WITH_AES_128_CCM_8"), "A PASS");
    check(&CHECK, declared, &seen("TLS_PSK_WITH_AES_128_CBC_SHA"), "A FAIL");
    check(
        &CHECK,
        declared,
        &looked(&[posture("DTLS 1.0", &["TLS_PSK_WITH_AES_128_CCM_8"], as_is)]),
        "A FAIL",
    );
    check(&CHECK, declared, &looked(&[]), "A INCONCLUSIVE");
}

#[test]
fn certificates_are_judged_by_key_and_signature() {
    let with = |key: &str, signature: &str| [posture("TLS 1.2", &[GCM], as_is), keyed(key, signature)];
    check(&CHECK, &declared(USUAL), &looked(&with("EC P-256", "SHA-256 with ECDSA")), "A PASS");
    fails("", &with("RSA 512", "SHA-256 with RSA"), &["RSA-250"]);
    fails("", &with("EC P-256", "SHA-1 with RSA"), &["SHA-1 with RSA", "Collisions"]);
    fails(USUAL, &with("RSA 3072", "SHA-256 with RSA"), &["does not declare RSA"]);
    check(
        &CHECK,
        &declared("'RSA-3072'"),
        &looked(&with("RSA 4096", "SHA-256 with RSA")[1..]),
        "A INCONCLUSIVE",
    );
    check(&CHECK, &declared(""), &looked(&with("EC own", "SHA-256 with RSA")), "A INCONCLUSIVE");
}

#[test]
fn a_signature_of_a_kind_that_nobody_knows_is_left_open() {
    let with = |signature: &str| [posture("TLS 1.2", &[GCM], as_is), keyed("EC P-256", signature)];
    for unknown in ["RSA-PSS", "1.2.643.7.1.1.3.2"] {
        check(&CHECK, &declared(""), &looked(&with(unknown)), "A INCONCLUSIVE");
    }
    for known in ["Ed25519", "Ed448", "SHA-224 with ECDSA", "SHA-512 with RSA"] {
        check(&CHECK, &declared(""), &looked(&with(known)), "A PASS");
    }
}

#[test]
fn an_end_to_come_is_open_where_nobody_says_how_long_support_lasts() {
    let declared = declared("").replace("until = '2031-12-31'", "words = 'five years'");
    let suite = "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256";
    let seen = |bits: u32| [posture("TLS 1.2", &[suite], move |p: &mut TlsPosture| p.dh_bits.push(bits))];
    check(&CHECK, &declared, &looked(&seen(2048)), "A INCONCLUSIVE");
    check(&CHECK, &declared, &looked(&seen(4096)), "A PASS");
    let key = |key: &str| [posture("TLS 1.2", &[GCM], as_is), keyed(key, "SHA-256 with RSA")];
    check(&CHECK, &declared, &looked(&key("RSA 2048")), "A INCONCLUSIVE");
    check(&CHECK, &declared, &looked(&key("RSA 3072")), "A PASS");
}

#[test]
fn algorithms_beside_no_protocol_are_no_lack_of_cryptography() {
    let none = declared(USUAL).replace("'TLS 1.2', 'TLS 1.3'", "'none'");
    check(&CHECK, &none, &looked(&[posture("TLS 1.2", &[GCM], as_is)]), "A INCONCLUSIVE");
    check(&CHECK, &none.replace(USUAL, ""), &looked(&[]), "A N/A");
}

#[test]
fn certificates_of_datagrams_are_judged_too() {
    let declared = "11-ComMech = [{ id = 'A', reached_at = ['udp/443'], \
        crypto = { protocols = ['DTLS 1.2'], valid_certificate = true } }]";
    let shown = |at: i64, transport: Transport| {
        let mut facts = certificate(443, at);
        if let Some(Fact::TlsCertificate(c)) = facts.first_mut() {
            c.transport = Some(transport);
        }
        facts
    };
    let seen = |at: i64, by| looked(&[posture("DTLS 1.2", &[GCM], as_is), shown(at, by)]);
    check(&CHECK, declared, &seen(1500, Transport::Udp), "A PASS");
    check(&CHECK, declared, &seen(2500, Transport::Udp), "A FAIL");
    check(&CHECK, declared, &seen(1500, Transport::Tcp), "A INCONCLUSIVE");
    check(&CHECK, declared, &looked(&[posture("DTLS 1.2", &[GCM], as_is)]), "A INCONCLUSIVE");
}

#[test]
fn readiness_for_quantum_computers_is_noted_beside_any_outcome() {
    for algorithms in ["", "'AES-256-GCM'"] {
        let declaration = declaration(&declared(algorithms));
        let found = findings(&CHECK, &declaration, &looked(&[posture("TLS 1.2", &[GCM], as_is)]));
        let is_note = |i: &&assize_model::judgement::Indication| {
            i.sense == Sense::Note && i.words.contains("no group that withstands a quantum computer")
        };
        assert_eq!(found[0].indications.iter().filter(is_note).count(), 1, "{found:?}");
    }
}

#[test]
fn odd_certificates_are_noted() {
    let declared = declared(USUAL).replace("tcp/443", "cloud:tcp/443")
        + "\nproduct = { host = [{ name = 'cloud', dns = 'a.example.org', address = '192.0.2.2' }] }";
    let said = |names: &[&str], turn: fn(&mut TlsCertificate)| {
        let mut shown = keyed("EC P-256", "SHA-256 with ECDSA");
        if let Some(Fact::TlsCertificate(c)) = shown.first_mut() {
            c.names = names.iter().map(|n| (*n).to_owned()).collect();
            turn(c);
        }
        let seen = [posture("TLS 1.2", &[GCM], as_is), shown].map(|facts| asked_for("a.example.org", facts));
        let (outcome, words) = judged(&declared, &seen);
        assert_eq!(outcome, Outcome::Pass, "{words}");
        words
    };
    assert!(said(&["b.example.org", "*.org"], |_| {}).contains("does not name a.example.org"));
    for names in [&["A.example.org"], &["*.example.org"]] {
        assert!(!said(names, |_| {}).contains("does not name"));
    }
    assert!(said(&["a.example.org"], |c| c.self_signed = true).contains("signs itself"));
    let twice = said(&["a.example.org"], |c| c.chain_issues.push("one stands there twice".into()));
    assert!(twice.contains("odd chain: one stands there twice"));
}

/// A host that is asked for as `a.example.org`, with a valid certificate declared.
fn named_host() -> String {
    declared(USUAL)
        .replace("tcp/443", "cloud:tcp/443")
        .replace("crypto = {", "crypto = { valid_certificate = true,")
        + "\nproduct = { host = [{ name = 'shop', dns = 'shop.example.org' }, \
             { name = 'cloud', dns = 'A.example.org.', address = '192.0.2.2' }] }"
}

/// A certificate that names a host, seen at this time; it is valid from 1000 to 2000.
fn naming(host: &str, seen_at: i64) -> Vec<Fact> {
    let mut facts = certificate(443, seen_at);
    if let Some(Fact::TlsCertificate(c)) = facts.first_mut() {
        (c.names, c.sha256) = (vec![host.to_owned()], format!("{host} {seen_at}"));
    }
    facts
}

#[test]
fn a_host_with_a_name_is_judged_by_what_answers_to_its_name() {
    let name = "a.example.org";
    let good = || posture("TLS 1.2", &[GCM], as_is);
    let old = || posture("TLS 1.0", &[STATIC], as_is);
    let of_name = asked_for(name, [good(), naming(name, 1500)].concat());
    check(&CHECK, &named_host(), &looked(std::slice::from_ref(&of_name)), "A PASS");
    // What the default server shows, and what another name at the same address does, is neither for nor against it.
    let other = asked_for("b.example.org", [old(), naming("b.example.org", 2500)].concat());
    let default = at_cloud([old(), naming("c.example.org", 2500)].concat());
    check(&CHECK, &named_host(), &looked(&[default.clone(), other.clone(), of_name]), "A PASS");
    let of_name = asked_for(name, [old(), naming(name, 1500)].concat());
    check(&CHECK, &named_host(), &looked(&[at_cloud(good()), of_name]), "A INCONCLUSIVE");
    let lapsed = asked_for(name, [good(), naming(name, 2500)].concat());
    let well = at_cloud([good(), naming("c.example.org", 1500)].concat());
    check(&CHECK, &named_host(), &looked(&[well.clone(), lapsed]), "A FAIL");
    check(&CHECK, &named_host(), &looked(&[well]), "A INCONCLUSIVE");
    check(&CHECK, &named_host(), &looked(&[default]), "A INCONCLUSIVE");
    check(&CHECK, &named_host(), &looked(&[other]), "A INCONCLUSIVE");
}

#[test]
fn a_certificate_that_does_not_name_the_host_leaves_validity_open() {
    let seen = |certificates: &[(&str, i64)]| {
        let shown = certificates.iter().flat_map(|(host, at)| naming(host, *at));
        let facts = posture("TLS 1.2", &[GCM], as_is).into_iter().chain(shown).collect();
        looked(&[asked_for("a.example.org", facts)])
    };
    let (own, other) = ("*.example.org", "b.example.net");
    check(&CHECK, &named_host(), &seen(&[(other, 1500)]), "A INCONCLUSIVE");
    check(&CHECK, &named_host(), &seen(&[(other, 2500)]), "A INCONCLUSIVE");
    check(&CHECK, &named_host(), &seen(&[(own, 1500), (other, 1500)]), "A INCONCLUSIVE");
    check(&CHECK, &named_host(), &seen(&[(own, 2500), (other, 1500)]), "A FAIL");
    check(&CHECK, &named_host(), &seen(&[(own, 1500)]), "A PASS");
    // Its first and its last second count.
    for (at, expect) in [(999, "A FAIL"), (1000, "A PASS"), (2000, "A PASS"), (2001, "A FAIL")] {
        check(&CHECK, &named_host(), &seen(&[(own, at)]), expect);
    }
    let facts = posture("TLS 1.2", &[GCM], as_is).into_iter().chain(naming(own, 200_000)).collect();
    let (_, words) = judged(&named_host(), &[asked_for("a.example.org", facts)]);
    let days = "has run out: it is valid from 1970-01-01 to 1970-01-01, and was looked at on 1970-01-03";
    assert!(words.contains(days), "{words}");
    // One that another port or address showed says nothing.
    let lapsed = naming(own, 2500);
    let mut port = asked_for("a.example.org", lapsed.clone());
    let mut address = port.clone();
    for fact in port.iter_mut().chain(&mut address) {
        if let Fact::TlsCertificate(c) = fact {
            c.port = 444;
        }
    }
    if let Some(Fact::TlsCertificate(c)) = address.first_mut() {
        (c.port, c.target) = (443, DUT.into());
    }
    let good = asked_for("a.example.org", [posture("TLS 1.2", &[GCM], as_is), naming(own, 1500)].concat());
    check(&CHECK, &named_host(), &looked(&[good, port, address]), "A PASS");
    // Without a name to ask for, what the address shows counts.
    let nameless = named_host().replace("dns = 'A.example.org.', ", "");
    let facts = [posture("TLS 1.2", &[GCM], as_is), naming(other, 1500)].map(at_cloud);
    check(&CHECK, &nameless, &looked(&facts), "A PASS");
}

#[test]
fn what_a_host_takes_beside_the_declared_is_not_what_the_dut_offers() {
    let at_host = declared(USUAL).replace("tcp/443", "cloud:tcp/443")
        + "\nproduct = { host = [{ name = 'cloud', address = '192.0.2.2' }] }";
    let with = |version: &str, edit: fn(&mut TlsPosture)| {
        let mut facts = posture("TLS 1.2", &[GCM], edit);
        let more = posture(version, &[STATIC], as_is);
        if let (Some(Fact::TlsPosture(p)), Some(Fact::TlsPosture(old))) = (facts.get_mut(1), more.get(1)) {
            p.versions.splice(0..0, old.versions.iter().filter(|v| v.accepted).cloned());
        }
        facts
    };
    let cases = [
        with("TLS 1.0", as_is),
        posture("TLS 1.2", &[GCM, STATIC], as_is),
        posture("TLS 1.2", &[GCM, SWEET], as_is),
        posture("TLS 1.2", &[GCM], |p| p.groups.push("secp384r1".into())),
        posture("TLS 1.2", &[GCM], |p| p.signatures.push("rsa_pkcs1_sha1".into())),
        posture("TLS 1.2", &[GCM], |p| p.features.compression = Some(true)),
        posture("TLS 1.2", &[GCM], |p| attack("heartbleed", AttackState::Open)(p)),
    ];
    for facts in cases {
        check(&CHECK, &declared(USUAL), &looked(std::slice::from_ref(&facts)), "A FAIL");
        let seen = [at_cloud(facts)];
        let (outcome, words) = judged(&at_host, &seen);
        assert_eq!(outcome, Outcome::Inconclusive, "{words}");
        assert!(words.contains("what the DUT offers there was not seen"), "{words}");
    }
    check(&CHECK, &at_host, &looked(&[at_cloud(posture("TLS 1.2", &[GCM], as_is))]), "A PASS");
    // Clear text, an old version alone and a poor certificate are the host's with every DUT.
    check(&CHECK, &at_host, &looked(&[at_cloud(web(443, false))]), "A FAIL");
    let only = posture("TLS 1.0", &[STATIC], |p| {
        let asked = |version: &str| VersionPosture {
            version: version.into(),
            accepted: false,
            ..p.versions[0].clone()
        };
        let refused = ["TLS 1.2", "TLS 1.3"].map(asked);
        p.versions.extend(refused);
    });
    check(&CHECK, &at_host, &looked(&[at_cloud(only)]), "A FAIL");
    let short = [posture("TLS 1.2", &[GCM], as_is), keyed("RSA 1024", "SHA-256 with RSA")].map(at_cloud);
    check(&CHECK, &at_host, &looked(&short), "A FAIL");
}

#[test]
fn ssh_that_was_not_seen_behind_another_answer() {
    let declared = "11-ComMech = [{ id = 'A', reached_at = ['tcp/22'], crypto = { protocols = ['SSH 2'] } }]";
    let answering = |protocol, banner: &str| {
        let service = Service { banner: banner.into(), ..Service::new(DUT, Transport::Tcp, 22, protocol) };
        [vec![Fact::Service(service)]]
    };
    check(&CHECK, declared, &looked(&answering(Protocol::Http, "")), "A FAIL");
    check(&CHECK, declared, &looked(&answering(Protocol::Tls, "")), "A INCONCLUSIVE");
    let full = answering(Protocol::Unknown, "Not allowed at this time");
    let (outcome, words) = judged(declared, &full);
    assert_eq!(outcome, Outcome::Inconclusive);
    assert!(words.contains("answers \"Not allowed at this time\""), "{words}");
}

#[test]
fn a_port_that_only_leads_on_to_tls() {
    let declared = declared(USUAL).replace("tcp/443", "tcp/80");
    let leading = |to: Option<&str>| {
        let mut facts = answered(80, 301);
        if let Some(Fact::HttpAnswer(a)) = facts.first_mut() {
            a.redirect = to.map(str::to_owned);
        }
        facts
    };
    let seen = |answers: &[Option<&str>]| {
        looked(&[web(80, false), answers.iter().flat_map(|to| leading(*to)).collect()])
    };
    check(&CHECK, &declared, &seen(&[Some("https://192.0.2.1/"), Some("HTTPS://plug/x")]), "A INCONCLUSIVE");
    for answers in [&[][..], &[None], &[Some("/login")], &[Some("http://x/")], &[Some("https://x/"), None]] {
        check(&CHECK, &declared, &seen(answers), "A FAIL");
    }
    // What another port or the same one in TLS answers says nothing of it.
    for edit in [|a: &mut HttpAnswer| a.port = 81, |a: &mut HttpAnswer| a.tls = true] {
        let mut facts = leading(Some("https://x/"));
        if let Some(Fact::HttpAnswer(a)) = facts.first_mut() {
            edit(a);
        }
        check(&CHECK, &declared, &looked(&[web(80, false), facts]), "A FAIL");
    }
}
