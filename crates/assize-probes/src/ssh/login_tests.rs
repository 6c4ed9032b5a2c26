//! Attempts at servers that judge, ask, change their mind, or hang up.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::*;
use crate::bench;
use crate::ssh::{
    codec::{self, tests::hello},
    exchange::{frame, string},
    seal::{Half, Said, Session},
};

/// What a server says to a message; no message hangs up.
type Answer = fn(&[u8]) -> Vec<Vec<u8>>;

const CIPHER: &str = "chacha20-poly1305@openssh.com";
const LINE: &[u8] = b"SSH-2.0-test";
const KEX: &str = "curve25519-sha256";

fn failure(methods: &str, partial: u8) -> Vec<u8> {
    [&[51][..], &string(methods.as_bytes()), &[partial]].concat()
}

/// A request for information with prompts, each with whether it shows what is typed.
fn ask(prompts: &[(&str, u8)]) -> Vec<u8> {
    let count = u32::try_from(prompts.len()).unwrap().to_be_bytes();
    let all: Vec<u8> =
        prompts.iter().flat_map(|(p, e)| [&string(p.as_bytes())[..], &[*e]].concat()).collect();
    [&[60][..], &string(b""), &string(b"please"), &string(b""), &count, &all].concat()
}

fn holds(message: &[u8], part: &str) -> bool {
    message.windows(part.len().max(1)).any(|w| w == part.as_bytes())
}

/// Speaks SSH up to the encrypted session, then as `answer` says.
async fn server(mut stream: TcpStream, answer: Answer, kex: &str) -> Option<()> {
    let init = frame(
        codec::packet(&hello(&[kex, "ssh-ed25519", CIPHER, CIPHER, "x", "x", "none", "none", "", ""]))?.0,
    );
    stream.write_all(&[LINE, b"\r\n", &init].concat()).await.ok()?;
    let mut heard = Vec::new();
    let line = loop {
        hear(&mut stream, &mut heard).await?;
        if let Some(seen) = codec::identification(&heard) {
            heard.drain(..seen.end);
            break seen.line;
        }
    };
    let client_init = packet(&mut stream, &mut heard).await?;
    let opening = packet(&mut stream, &mut heard).await?;
    let half = Half::new(exchange::method(kex)?)?;
    let host_key = [string(b"ssh-ed25519"), string(&[7; 32])].concat();
    let public = half.public.clone();
    let reply = [&[31][..], &string(&host_key), &string(&public), &string(b"unsigned")].concat();
    stream.write_all(&[frame(&reply), frame(&[21])].concat()).await.ok()?;
    let said = Said {
        client_line: line.as_bytes(),
        server_line: LINE,
        client_init: &client_init,
        server_init: codec::packet(&init)?.0,
        host_key: &host_key,
        server_public: &public,
    };
    let mut session = Session::serve(half, &opening[5..], &said, CIPHER)?;
    packet(&mut stream, &mut heard).await?;
    loop {
        while !session.is_whole(&heard) {
            hear(&mut stream, &mut heard).await?;
        }
        let (message, size) = session.open(&heard)?;
        heard.drain(..size);
        let said = if message[0] == 5 {
            vec![[&[6][..], &string(b"ssh-userauth")].concat()]
        } else {
            answer(&message)
        };
        if said.is_empty() {
            return None;
        }
        for one in said {
            stream.write_all(&session.seal(&one)?).await.ok()?;
        }
    }
}

async fn hear(stream: &mut TcpStream, heard: &mut Vec<u8>) -> Option<()> {
    (stream.read_buf(heard).await.ok()? > 0).then_some(())
}

async fn packet(stream: &mut TcpStream, heard: &mut Vec<u8>) -> Option<Vec<u8>> {
    loop {
        if let Some((payload, size)) = codec::packet(heard).map(|(p, size)| (p.to_vec(), size)) {
            heard.drain(..size);
            return Some(payload);
        }
        hear(stream, heard).await?;
    }
}

/// What an attempt with this pair at such a server comes to.
async fn tried(answer: Answer, pair: (&str, &str)) -> Attempt {
    let target = bench::target();
    let port = bench::serve(&target, move |stream| async move {
        server(stream, answer, KEX).await;
    })
    .await;
    let (came, raw) = attempt(&target, port, &bench::budget(), pair).await.unwrap();
    assert!(!raw.is_empty());
    let sent = raw.iter().filter(|r| r.label.starts_with("sent"));
    assert!(sent.into_iter().all(|r| !holds(&r.bytes, "right-word")), "what is sent stays encrypted");
    came
}

const RIGHT: (&str, &str) = ("root", "right-word");
const WRONG: (&str, &str) = ("root", "wrong");

fn judges(message: &[u8]) -> Vec<Vec<u8>> {
    let banner = [&[53][..], &string(b"keep out"), &string(b"")].concat();
    match () {
        () if holds(message, "none") => vec![banner, failure("publickey,password", 0)],
        () if holds(message, "password") && holds(message, "right-word") => vec![vec![52]],
        () => vec![failure("publickey,password", 0)],
    }
}

fn asks(message: &[u8]) -> Vec<Vec<u8>> {
    match message {
        [61, ..] if holds(message, "right-word") => vec![ask(&[])],
        [61, 0, 0, 0, 0] => vec![vec![52]],
        _ if holds(message, "keyboard-interactive") => vec![ask(&[("Password: ", 0)])],
        _ => vec![failure("keyboard-interactive", 0)],
    }
}

fn wants_more(message: &[u8]) -> Vec<Vec<u8>> {
    match holds(message, "right-word") {
        true => vec![failure("publickey", 1)],
        false => vec![failure("password", 0)],
    }
}

#[tokio::test]
async fn a_password_is_judged() {
    assert_eq!(tried(judges, RIGHT).await, Attempt::LetIn);
    assert_eq!(tried(judges, WRONG).await, Attempt::Refused);
    assert_eq!(tried(judges, ("root", "")).await, Attempt::Refused);
}

#[tokio::test]
async fn one_prompt_is_answered_and_no_more() {
    assert_eq!(tried(asks, RIGHT).await, Attempt::LetIn);
    assert_eq!(tried(asks, WRONG).await, Attempt::Refused);
    let two: Answer = |m| match holds(m, "keyboard-interactive") && m[0] == 50 {
        true => vec![ask(&[("Password: ", 0), ("Code: ", 0)])],
        false => vec![failure("keyboard-interactive", 0)],
    };
    assert_eq!(tried(two, RIGHT).await, Attempt::Untold);
    let shown: Answer = |m| match holds(m, "submit") || m[0] == 61 {
        true => vec![vec![52]],
        false if holds(m, "none") => vec![failure("keyboard-interactive", 0)],
        false => vec![ask(&[("Challenge 17, response: ", 1)])],
    };
    assert_eq!(tried(shown, RIGHT).await, Attempt::Untold);
    let again: Answer = |m| match holds(m, "none") {
        true => vec![failure("keyboard-interactive", 0)],
        false => vec![ask(&[("Password: ", 0)])],
    };
    assert_eq!(tried(again, RIGHT).await, Attempt::Untold, "a second prompt tells nothing of the first");
}

#[tokio::test]
async fn too_many_attempts_are_told_at_the_keyboard() {
    let locked: Answer = |m| match holds(m, "none") {
        _ if m[0] == 61 => vec![failure("keyboard-interactive", 0)],
        true => vec![failure("keyboard-interactive", 0)],
        false => vec![ask(&[("The account is locked due to 3 failed logins.\nPassword: ", 0)])],
    };
    assert_eq!(tried(locked, WRONG).await, Attempt::PutOff);
    let banner: Answer = |m| match holds(m, "none") {
        true => vec![failure("password", 0)],
        false => {
            let said = [&[53][..], &string(b"Too many failed attempts."), &string(b"")].concat();
            vec![said, failure("password", 0)]
        }
    };
    assert_eq!(tried(banner, WRONG).await, Attempt::PutOff);
    // Each connection is told so after its one attempt, whatever came before.
    let hangs_up: Answer = |m| match holds(m, "none") {
        true => vec![failure("password", 0)],
        false => vec![[&[1, 0, 0, 0, 2][..], &string(b"Too many authentication failures")].concat()],
    };
    assert_eq!(tried(hangs_up, WRONG).await, Attempt::Untold);
}

#[tokio::test]
async fn half_a_success_and_an_old_password_are_no_success() {
    assert_eq!(tried(wants_more, RIGHT).await, Attempt::Partial);
    assert_eq!(tried(wants_more, WRONG).await, Attempt::Refused);
    let expired: Answer = |m| match holds(m, "right-word") {
        true => vec![[&[60][..], &string(b"choose another"), &string(b"")].concat()],
        false => vec![failure("password", 0)],
    };
    assert_eq!(tried(expired, RIGHT).await, Attempt::Expired);
}

#[tokio::test]
async fn what_asks_for_no_password_judges_none() {
    assert_eq!(tried(|_| vec![vec![52]], RIGHT).await, Attempt::WithoutPassword);
    assert_eq!(tried(|_| vec![failure("publickey", 0)], RIGHT).await, Attempt::TakesNone);
    let unasked: Answer = |m| match holds(m, "none") {
        true => vec![failure("keyboard-interactive", 0)],
        false => vec![vec![52]],
    };
    assert_eq!(tried(unasked, RIGHT).await, Attempt::WithoutPassword);
    let refuses: Answer = |_| vec![failure("keyboard-interactive", 0)];
    assert_eq!(tried(refuses, RIGHT).await, Attempt::TakesNone);
}

#[tokio::test]
async fn a_server_that_hangs_up_refuses_only_when_it_says_so() {
    let silent: Answer = |m| match holds(m, "none") {
        true => vec![failure("password", 0)],
        false => Vec::new(),
    };
    assert_eq!(tried(silent, RIGHT).await, Attempt::Untold);
    let error: Answer = |m| match holds(m, "none") {
        true => vec![failure("password", 0)],
        false => vec![vec![1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]],
    };
    assert_eq!(tried(error, RIGHT).await, Attempt::Untold);
    let spent: Answer = |m| match holds(m, "none") {
        true => vec![failure("password", 0)],
        false => vec![vec![1, 0, 0, 0, 14, 0, 0, 0, 0, 0, 0, 0, 0]],
    };
    assert_eq!(tried(spent, RIGHT).await, Attempt::Refused);
}

#[tokio::test]
async fn asides_without_end_end() {
    let target = bench::target();
    let asides: Answer = |_| vec![vec![2, 0, 0, 0, 0]; 50];
    let port = bench::serve(&target, move |stream| async move {
        server(stream, asides, KEX).await;
    })
    .await;
    let began = Instant::now();
    let (came, _) = attempt(&target, port, &bench::budget(), RIGHT).await.unwrap();
    assert!(came == Attempt::Untold && began.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_server_whose_key_exchange_we_lack_does_not_tell() {
    let lists =
        ["diffie-hellman-group14-sha256", "ssh-ed25519", CIPHER, CIPHER, "x", "x", "none", "none", "", ""];
    let bytes: Arc<[u8]> = [LINE, b"\r\n", &hello(&lists)].concat().into();
    let target = bench::target();
    let port = bench::serve(&target, move |mut stream| {
        let bytes = Arc::clone(&bytes);
        async move {
            stream.write_all(&bytes).await.ok();
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    })
    .await;
    let (came, _) = attempt(&target, port, &bench::budget(), RIGHT).await.unwrap();
    assert_eq!(came, Attempt::Untold);
}
