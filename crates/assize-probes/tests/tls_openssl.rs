//! The posture of OpenSSL's own servers, compared with what OpenSSL says it was told to accept.
#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

use std::{
    net::{IpAddr, Ipv4Addr, TcpListener, TcpStream, UdpSocket},
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use assize_model::fact::{AttackState, Fact, TlsCertificate, TlsPosture};
use assize_probes::{Budget, Observation, Target, tls};
use sha2::{Digest, Sha256};

/// A server with its files, ended with the test.
struct Server {
    child: Child,
    address: IpAddr,
    port: u16,
    certificate: Vec<u8>,
    _files: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Says in the test's output that a test could not run here, and why; `ASSIZE_CI` turns it into a failure.
#[expect(clippy::print_stdout, reason = "the test's output is where the reason is looked for")]
fn not_run(why: &str) {
    println!("NOT RUN: {why}");
    assert!(std::env::var_os("ASSIZE_CI").is_none(), "not run in CI: {why}");
}

fn openssl(args: &[&str], at: &Path) -> Option<Vec<u8>> {
    let out = Command::new("openssl").args(args).current_dir(at).stderr(Stdio::null()).output().ok()?;
    assert!(out.status.success(), "openssl {args:?}");
    Some(out.stdout)
}

/// Starts `openssl s_server` with a key made for it. `None` where there is no openssl.
fn serve(last: u8, key: &[&str], args: &[&str]) -> Option<Server> {
    let files = tempfile::tempdir().unwrap();
    let request = [
        &["req", "-x509", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=made.test"],
        key,
    ];
    let Some(_) = openssl(&request.concat(), files.path()) else {
        not_run("openssl is not installed");
        return None;
    };
    let certificate = openssl(&["x509", "-in", "cert.pem", "-outform", "DER"], files.path())?;
    let address = Ipv4Addr::new(127, 88, (std::process::id() % 250) as u8 + 1, last);
    let port = TcpListener::bind((address, 0)).unwrap().local_addr().unwrap().port();
    let at = format!("{address}:{port}");
    let child = Command::new("openssl")
        .args(["s_server", "-accept", &at, "-cert", "cert.pem", "-key", "key.pem", "-quiet"])
        .args(args)
        .current_dir(files.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let server = Server { child, address: address.into(), port, certificate, _files: files };
    server.wait(args.iter().any(|arg| arg.starts_with("-dtls")));
    Some(server)
}

impl Server {
    fn wait(&self, is_udp: bool) {
        let end = Instant::now() + Duration::from_secs(10);
        let is_up = || match is_udp {
            true => UdpSocket::bind((self.address, self.port)).is_err(),
            false => TcpStream::connect((self.address, self.port)).is_ok(),
        };
        while !is_up() {
            assert!(Instant::now() < end, "openssl s_server did not start");
            sleep(Duration::from_millis(20));
        }
    }

    fn look(&self, is_udp: bool) -> (TlsPosture, Vec<TlsCertificate>) {
        let (target, budget) = (Target::new(self.address).unwrap(), Budget::default());
        let mut seen: Vec<Observation> = Vec::new();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime
            .block_on(async {
                match is_udp {
                    true => tls::probe_datagrams(&target, &[self.port], &budget, &mut seen).await,
                    false => tls::probe(&target, &[self.port], &budget, &mut seen).await,
                }
            })
            .unwrap();
        let posture =
            seen.iter().find_map(|o| if let Fact::TlsPosture(p) = &o.fact { Some(p.clone()) } else { None });
        let certificates = seen
            .iter()
            .filter_map(|o| if let Fact::TlsCertificate(c) = &o.fact { Some(c.clone()) } else { None });
        (posture.unwrap(), certificates.collect())
    }

    /// Looks, and holds what must be true of every posture.
    fn posture(&self) -> TlsPosture {
        let (posture, certificates) = self.look(false);
        let made = hex::encode(Sha256::digest(&self.certificate));
        assert_eq!(certificates.iter().map(|c| c.sha256.as_str()).collect::<Vec<_>>(), [made]);
        let suites: usize = posture.versions.iter().map(|version| version.suites.len()).sum();
        assert!(
            posture.handshakes <= u32::try_from(suites).unwrap() + tls::OVERHEAD,
            "{}",
            posture.handshakes
        );
        posture
    }
}

/// The suites OpenSSL offers for a list of its own and a certificate of RSA, by IANA number and in no order.
fn known(version: &str, list: &str) -> Vec<u16> {
    let out = openssl(&["ciphers", "-s", "-V", version, list], Path::new(".")).unwrap();
    let text = String::from_utf8(out).unwrap();
    let number = |line: &str| {
        let (high, low) = line.trim_start().split_once(" - ")?.0.trim().split_once(',')?;
        u16::from_str_radix(&format!("{}{}", &high[2..], &low[2..]), 16).ok()
    };
    let is_usable = |line: &&str| {
        !line.contains("Au=ECDSA")
            && !line.contains("Au=DSS")
            && !line.contains("PSK")
            && !line.contains("SRP")
    };
    let mut all: Vec<u16> = text.lines().filter(is_usable).filter_map(number).collect();
    all.sort_unstable();
    all
}

fn numbers(posture: &TlsPosture, version: &str) -> Vec<u16> {
    let found = posture.versions.iter().find(|one| one.version == version).unwrap();
    let number = |name: &String| {
        tls::codec::registry::suites().find(|(_, known)| known == name).map(|(number, _)| number).unwrap()
    };
    let mut all: Vec<u16> = found.suites.iter().map(number).collect();
    all.sort_unstable();
    all
}

fn open(posture: &TlsPosture) -> Vec<&str> {
    posture.attacks.iter().filter(|a| a.state == AttackState::Open).map(|a| a.name.as_str()).collect()
}

#[test]
fn every_suite_of_an_old_server() {
    let list = "ALL:COMPLEMENTOFALL:eNULL:@SECLEVEL=0";
    let args = ["-cipher", list, "-no_tls1_3", "-client_renegotiation", "-legacy_renegotiation"];
    let Some(server) = serve(1, &["-newkey", "rsa:1024", "-sha1"], &args) else { return };
    let posture = server.posture();
    for (version, option) in [("TLS 1.0", "-tls1"), ("TLS 1.1", "-tls1_1"), ("TLS 1.2", "-tls1_2")] {
        assert_eq!(numbers(&posture, version), known(option, list), "{version}");
    }
    let accepted: Vec<&str> = posture.accepted().map(|one| one.version.as_str()).collect();
    assert_eq!(accepted, ["TLS 1.0", "TLS 1.1", "TLS 1.2"]);
    let features = &posture.features;
    assert_eq!((features.client_renegotiation, features.secure_renegotiation), (Some(true), Some(true)));
    assert_eq!((features.resumption_by_ticket, features.encrypt_then_mac), (Some(true), Some(true)));
    assert_eq!((features.fallback_scsv, features.compression), (Some(true), Some(false)));
    assert!(posture.signatures.contains(&"rsa_pkcs1_sha1".to_owned()), "{:?}", posture.signatures);
    assert!(posture.attacks.iter().any(|a| a.name == "robot" && a.state == AttackState::Closed));
    assert!(posture.gaps.is_empty(), "{:?}", posture.gaps);
}

#[test]
fn chosen_groups_suites_and_order() {
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"];
    let suites = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256";
    let args = [
        "-cipher",
        suites,
        "-groups",
        "P-384:X25519",
        "-serverpref",
        "-ciphersuites",
        "TLS_AES_256_GCM_SHA384",
    ];
    let Some(server) = serve(2, &key, &[&args[..], &["-no_ticket", "-alpn", "mqtt"]].concat()) else {
        return;
    };
    let posture = server.posture();
    let [.., tls12, tls13] = &posture.versions[..] else { panic!("{posture:?}") };
    assert_eq!(
        tls12.suites,
        ["TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"]
    );
    assert_eq!((tls12.server_order, tls13.server_order), (Some(true), None));
    assert_eq!(tls13.suites, ["TLS_AES_256_GCM_SHA384"]);
    let mut groups = posture.groups.clone();
    groups.sort_unstable();
    assert_eq!(
        (groups, posture.alpn.clone()),
        (vec!["secp384r1".to_owned(), "x25519".to_owned()], vec!["mqtt".to_owned()])
    );
    assert_eq!(posture.features.resumption_by_id, Some(true));
    assert_eq!((posture.features.downgrade_sentinel, open(&posture).len()), (Some(true), 0));
}

#[test]
fn groups_behind_the_own_one_are_named_as_a_gap() {
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
    let args = ["-tls1_2", "-groups", "X25519:P-256:P-384"];
    let Some(server) = serve(6, &key, &args) else { return };
    let posture = server.posture();
    assert_eq!(
        (posture.groups.clone(), posture.gaps.len()),
        (vec!["x25519".into(), "secp256r1".into(), "secp384r1".into()], 0)
    );
    let Some(server) = serve(7, &key, &[&args[..], &["-serverpref"]].concat()) else { return };
    let posture = server.posture();
    assert_eq!(posture.groups, ["x25519", "secp256r1"]);
    assert!(posture.gaps[0].contains("its certificate's own curve"), "{:?}", posture.gaps);
}

#[test]
fn only_the_newest_with_early_data_and_client_certificates() {
    let args = ["-tls1_3", "-early_data", "-verify", "1"];
    let Some(server) = serve(3, &["-newkey", "ed25519"], &args) else { return };
    let posture = server.posture();
    assert_eq!(posture.accepted().map(|one| one.version.as_str()).collect::<Vec<_>>(), ["TLS 1.3"]);
    assert_eq!((posture.features.early_data, posture.asks_client_certificate), (Some(true), Some(true)));
    assert_eq!(posture.signatures, ["ed25519"]);
    assert_eq!((posture.features.compression, open(&posture).len()), (None, 0));
}

#[test]
fn short_primes_and_required_certificates() {
    let list = "DHE-RSA-AES128-SHA:@SECLEVEL=0";
    let args = ["-cipher", list, "-tls1_2", "-Verify", "1"];
    let Some(server) = serve(4, &["-newkey", "rsa:1024"], &args) else { return };
    let posture = server.posture();
    assert_eq!(posture.asks_client_certificate, Some(true));
    assert_eq!((posture.dh_bits.clone(), open(&posture)), (vec![1024], vec!["logjam"]));
    assert!(posture.gaps.iter().any(|gap| gap.contains("could be finished")), "{:?}", posture.gaps);
}

#[test]
fn datagrams() {
    let list = "AES128-GCM-SHA256:AES128-SHA:@SECLEVEL=0";
    let args = ["-dtls", "-cipher", list];
    let Some(server) = serve(5, &["-newkey", "rsa:2048"], &args) else { return };
    let (posture, certificates) = server.look(true);
    assert_eq!(certificates[0].sha256, hex::encode(Sha256::digest(&server.certificate)));
    let all: Vec<(&str, usize)> =
        posture.versions.iter().map(|one| (one.version.as_str(), one.suites.len())).collect();
    assert_eq!(all, [("DTLS 1.0", 1), ("DTLS 1.2", 2)]);
    assert_eq!(told(&posture), (Some(false), Some(true), Some(true)), "{:?}", posture.gaps);
    assert!(!posture.gaps.iter().any(|gap| gap.contains("finished")), "{:?}", posture.gaps);
}

/// What finished handshakes tell: renegotiation by the client, resumption by ticket and by id.
fn told(posture: &TlsPosture) -> (Option<bool>, Option<bool>, Option<bool>) {
    let features = &posture.features;
    (features.client_renegotiation, features.resumption_by_ticket, features.resumption_by_id)
}

/// Servers of one version, each with a suite of another kind, that allow much and that allow little.
#[test]
fn old_versions_are_finished() {
    let rsa = ["-newkey", "rsa:2048"];
    let ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
    let cases: [(u8, &str, &str, &[&str]); 10] = [
        (10, "-tls1", "AES128-SHA", &rsa),
        (11, "-tls1", "ECDHE-RSA-AES256-SHA", &rsa),
        (12, "-tls1_1", "ECDHE-ECDSA-AES128-SHA", &ec),
        (13, "-tls1_2", "ECDHE-RSA-AES256-SHA384", &rsa),
        (14, "-tls1_2", "AES128-SHA256", &rsa),
        (15, "-dtls1", "AES256-SHA", &rsa),
        (16, "-dtls1", "ECDHE-ECDSA-AES128-SHA", &ec),
        (17, "-dtls1_2", "ECDHE-RSA-AES128-GCM-SHA256", &rsa),
        (19, "-tls1", "DHE-RSA-AES128-SHA", &rsa),
        (18, "-dtls1_2", "ECDHE-ECDSA-AES128-SHA256", &ec),
    ];
    for (last, version, suite, key) in cases {
        let list = format!("{suite}:@SECLEVEL=0");
        let allowed = [version, "-cipher", &list, "-client_renegotiation"];
        let Some(server) = serve(last, key, &allowed) else { return };
        let is_udp = version.starts_with("-dtls");
        let posture = server.look(is_udp).0;
        assert_eq!(told(&posture), (Some(true), Some(true), Some(true)), "{version} {suite} {posture:?}");
        assert!(!posture.gaps.iter().any(|gap| gap.contains("finished")), "{:?}", posture.gaps);
        let Some(server) = serve(last + 20, key, &[version, "-cipher", &list, "-no_ticket", "-no_cache"])
        else {
            return;
        };
        let posture = server.look(is_udp).0;
        assert_eq!(told(&posture), (Some(false), Some(false), Some(false)), "{version} {suite} {posture:?}");
    }
}
