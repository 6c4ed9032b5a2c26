//! The probe against servers that misbehave, and against real ones where they are installed.

use std::{
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::sleep,
};

use super::*;
use crate::{bench, ssh::codec::tests::hello};

async fn seen(target: &Target, port: u16) -> Observation {
    let mut seen: Vec<Observation> = Vec::new();
    probe(target, &[port], &bench::budget(), &mut seen).await.unwrap();
    assert_eq!(seen.len(), 1);
    seen.remove(0)
}

fn posture(observation: &Observation) -> &SshPosture {
    match &observation.fact {
        Fact::SshPosture(posture) => posture,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_server_that_offers_protocol_1_and_hangs_up() {
    let target = bench::target();
    let mut bytes = b"SSH-1.99-OpenSSH_3.9p1\r\n".to_vec();
    bytes.extend(hello(&[
        "diffie-hellman-group1-sha1,ext-info-s",
        "ssh-rsa,ssh-dss",
        "3des-cbc",
        "aes128-cbc",
        "hmac-md5",
        "hmac-md5",
        "none",
        "none",
        "",
        "",
    ]));
    let bytes: &'static [u8] = bytes.leak();
    let port = bench::serve(&target, move |mut stream| async move {
        stream.write_all(bytes).await.ok();
        sleep(Duration::from_millis(20)).await;
    })
    .await;
    let seen = seen(&target, port).await;
    let posture = posture(&seen);
    assert!(posture.protocol_1 && posture.host_keys.is_empty() && posture.methods.is_none());
    let offer = posture.offer.as_ref().unwrap();
    assert_eq!(offer.kex, ["diffie-hellman-group1-sha1"]);
    assert_eq!((offer.ciphers_in[0].as_str(), offer.ciphers_out[0].as_str()), ("3des-cbc", "aes128-cbc"));
    assert_eq!(posture.keys_unseen, ["ssh-rsa", "ssh-dss"]);
    assert!(seen.raw.iter().any(|raw| raw.bytes.starts_with(b"SSH-1.99")));
}

/// A server of group exchange that gives small groups and takes `few` connections less after the first.
async fn crowded(target: &Target, few: u32) -> u16 {
    let (kex, key) = ("curve25519-sha256,diffie-hellman-group-exchange-sha256", "ssh-ed25519");
    let offer = hello(&[kex, key, "aes128-ctr", "aes128-ctr", "", "", "none", "none", "", ""]);
    let greeting = [&b"SSH-2.0-x\r\n"[..], &offer].concat();
    let group = [&[31, 0, 0, 0, 128][..], &[0x7f; 128], &[0, 0, 0, 1, 2]].concat();
    let count = Arc::new(AtomicU32::new(0));
    bench::serve(target, move |mut stream| {
        let (greeting, group) = (greeting.clone(), exchange::frame(&group));
        let is_taken = !(1..=few).contains(&count.fetch_add(1, Ordering::Relaxed));
        async move {
            if !is_taken {
                return;
            }
            stream.write_all(&greeting).await.ok();
            let mut heard = vec![0; 4096];
            while let Ok(size @ 1..) = stream.read(&mut heard).await {
                if heard[..size].windows(5).any(|five| five == [34, 0, 0, 4, 0]) {
                    stream.write_all(&group).await.ok();
                }
            }
        }
    })
    .await
}

#[tokio::test]
async fn a_group_is_asked_for_again_when_the_port_took_no_connection() {
    let target = bench::target();
    let seen = seen(&target, crowded(&target, 2).await).await;
    assert_eq!(posture(&seen).groups.first().copied(), Some(SshGroup { asked: 1024, given: Some(1023) }));
}

#[tokio::test]
async fn a_group_that_was_never_asked_for_is_no_refusal() {
    let target = bench::target();
    let seen = seen(&target, crowded(&target, u32::MAX).await).await;
    assert!(posture(&seen).groups.is_empty(), "{:?}", posture(&seen).groups);
    assert!(posture(&seen).offer.is_some());
}

#[tokio::test]
async fn hostile_servers_end_within_the_budget() {
    let target = bench::target();
    let endless =
        bench::serve(
            &target,
            |mut stream| async move { while stream.write_all(&[b'A'; 4096]).await.is_ok() {} },
        );
    let absurd = bench::script(&target, b"SSH-2.0-x\r\n\xff\xff\xff\xff\x04\x14", b"");
    let asides = bench::serve(&target, |mut stream| async move {
        stream.write_all(b"SSH-2.0-x\r\n").await.ok();
        while stream.write_all(&[0, 0, 0, 12, 10, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).await.is_ok() {}
    });
    let mute = bench::script(&target, b"", b"");
    for (port, is_ssh) in
        [(endless.await, false), (absurd.await, true), (asides.await, true), (mute.await, false)]
    {
        let start = Instant::now();
        let seen = seen(&target, port).await;
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
        assert_eq!(matches!(seen.fact, Fact::SshPosture(_)), is_ssh, "{seen:?}");
        let kept: usize = seen.raw.iter().map(|raw| raw.bytes.len()).sum();
        assert!(kept <= 8 * bench::budget().answer_bytes, "{kept}");
    }
}

/// A server process that ends with the test.
struct Real(Child);

impl Drop for Real {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Whether the programs are there. Says so when they are not; `ASSIZE_CI` turns that into a failure.
fn are_here(programs: &[&str]) -> bool {
    let missing: Vec<_> = programs.iter().filter(|program| !Path::new(program).exists()).collect();
    if missing.is_empty() {
        return true;
    }
    eprintln!("NOT RUN: {missing:?} is missing; scripts/setup.sh installs it");
    assert!(std::env::var_os("ASSIZE_CI").is_none(), "not run in CI: {missing:?} is missing");
    false
}

fn run(program: &str, arguments: &[&str]) -> Child {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

fn fingerprint(key: &Path) -> String {
    let output = Command::new("/usr/bin/ssh-keygen").arg("-lf").arg(key).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_whitespace().nth(1).unwrap().strip_prefix("SHA256:").unwrap().to_owned()
}

async fn is_up(at: SocketAddr) {
    for _ in 0..200 {
        if TcpStream::connect(at).await.is_ok() {
            return;
        }
        sleep(Duration::from_millis(25)).await;
    }
    panic!("no server came up at {at}");
}

#[tokio::test]
async fn openssh_as_it_is_installed() {
    if !are_here(&["/usr/sbin/sshd", "/usr/bin/ssh-keygen"]) {
        return;
    }
    let target = bench::target();
    let port = bench::free_port(target.address());
    let folder = std::env::temp_dir().join(format!("assize-ssh-{}-{port}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::create_dir_all("/run/sshd").ok();
    let keys = [("ed25519", "256"), ("rsa", "2048"), ("ecdsa", "256")].map(|(kind, bits)| {
        let key = folder.join(kind);
        let path = key.to_str().unwrap();
        run("/usr/bin/ssh-keygen", &["-q", "-t", kind, "-b", bits, "-N", "", "-f", path]).wait().unwrap();
        key
    });
    let at = SocketAddr::new(target.address(), port);
    let listen = format!("ListenAddress={at}");
    let pid = format!("PidFile={}", folder.join("pid").display());
    let mut arguments = vec!["-D", "-f", "/dev/null", "-o", &listen, "-o", &pid];
    arguments.extend(keys.iter().flat_map(|key| ["-h", key.to_str().unwrap()]));
    let server = Real(run("/usr/sbin/sshd", &arguments));
    is_up(at).await;
    let mut all: Vec<Observation> = Vec::new();
    probe(&target, &[port], &Budget::default(), &mut all).await.unwrap();
    let posture = posture(&all[0]);
    let mut expect: Vec<String> = keys.iter().map(|key| fingerprint(key)).collect();
    let mut found: Vec<String> = posture.host_keys.iter().map(|key| key.sha256.clone()).collect();
    expect.sort();
    found.sort();
    assert_eq!(found, expect);
    assert!(posture.keys_unseen.is_empty(), "{:?}", posture.keys_unseen);
    let methods = posture.methods.as_ref().expect("OpenSSH speaks one of the ciphers");
    assert!(methods.iter().any(|method| method == "publickey"), "{methods:?}");
    assert!(posture.groups.iter().any(|group| group.given.is_some_and(|bits| bits >= 2048)));
    drop(server);
    std::fs::remove_dir_all(folder).ok();
}

#[tokio::test]
async fn dropbear_as_it_is_installed() {
    if !are_here(&["/usr/sbin/dropbear", "/usr/bin/dropbearkey"]) {
        return;
    }
    let target = bench::target();
    let port = bench::free_port(target.address());
    let folder = std::env::temp_dir().join(format!("assize-dropbear-{}-{port}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let key = folder.join("key");
    let key = key.to_str().unwrap();
    run("/usr/bin/dropbearkey", &["-t", "ecdsa", "-f", key]).wait().unwrap();
    let printed = Command::new("/usr/bin/dropbearkey").args(["-y", "-f", key]).output().unwrap();
    let at = SocketAddr::new(target.address(), port);
    let pid = folder.join("pid");
    let arguments = ["-F", "-r", key, "-p", &at.to_string(), "-P", pid.to_str().unwrap()];
    let server = Real(run("/usr/sbin/dropbear", &arguments));
    is_up(at).await;
    let mut all: Vec<Observation> = Vec::new();
    probe(&target, &[port], &Budget::default(), &mut all).await.unwrap();
    let posture = posture(&all[0]);
    let key = &posture.host_keys[0];
    assert_eq!((key.kind.as_str(), key.bits), ("ecdsa-sha2-nistp256", 256));
    let printed = String::from_utf8(printed.stdout).unwrap();
    assert!(!printed.contains("SHA256:") || printed.contains(&key.sha256), "{printed}");
    assert!(posture.methods.as_ref().is_some_and(|methods| methods.iter().any(|m| m == "password")));
    assert!(posture.offer.as_ref().unwrap().algorithms().contains(&"chacha20-poly1305@openssh.com"));
    drop(server);
    std::fs::remove_dir_all(folder).ok();
}
