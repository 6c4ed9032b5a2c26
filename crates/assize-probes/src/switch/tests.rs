//! A bench whose switches are scripted, and a DUT that minds them.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use assize_model::declaration::play::Act;
use assize_model::declaration::switch::Supply;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::super::Turning;
use super::*;
use crate::{Budget, bench, play::Credentials};

/// What the DUT has.
#[derive(Default)]
struct Mains {
    is_off: AtomicBool,
    /// How often power came back.
    returns: AtomicU32,
    /// What each turn comes to, in order; fine when nothing is left.
    script: Mutex<Vec<NotTurned>>,
    turns: Mutex<Vec<Turn>>,
}

impl Hand for Mains {
    fn turn<'a>(&'a self, _: &'a Switch, turn: Turn) -> Turning<'a> {
        Box::pin(async move {
            self.turns.lock().unwrap().push(turn);
            if let Some(not) = self.script.lock().unwrap().pop() {
                return Err(not);
            }
            self.is_off.store(turn == Turn::Off, Ordering::SeqCst);
            self.returns.fetch_add(u32::from(turn == Turn::On), Ordering::SeqCst);
            Ok(Turned {
                at: Instant::now(),
                by: Some("A. Tester".into()),
                raw: vec![Raw::new(turn.name(), "now")],
            })
        })
    }
}

const LEAVE: [Act; 2] = [Act::SwitchPower, Act::LogIn];

/// What a DUT answers to a path, by how often its power came back.
type Answers = fn(&str, u32) -> &'static str;

/// Answers by a table while it has power, and hangs up while it has none.
async fn dut(target: &crate::Target, mains: &Arc<Mains>, answers: Answers) -> u16 {
    let mains = Arc::clone(mains);
    bench::serve(target, move |mut stream| {
        let mains = Arc::clone(&mains);
        async move {
            let mut head = [0; 2048];
            let size = stream.read(&mut head).await.unwrap_or(0);
            if mains.is_off.load(Ordering::SeqCst) {
                return;
            }
            let head = String::from_utf8_lossy(&head[..size]).into_owned();
            let path = head.split(' ').nth(1).unwrap_or_default();
            let body = answers(path, mains.returns.load(Ordering::SeqCst));
            let status = if body.is_empty() { "401 No" } else { "200 OK" };
            stream.write_all(bench::http(status, "", body).as_bytes()).await.ok();
        }
    })
    .await
}

struct Came {
    facts: Vec<SwitchTrial>,
    left_out: Result<Vec<String>, String>,
    turns: Vec<Turn>,
}

async fn tried(mains: Mains, allow: &[Act], answers: Answers) -> Came {
    let target = bench::target();
    let mains = Arc::new(mains);
    let port = dut(&target, &mains, answers).await;
    let budget = Budget {
        outage: Duration::from_millis(500),
        restart: Duration::from_millis(900),
        recovery: Duration::from_millis(1000),
        ..bench::budget()
    };
    let mut login = bench::play(Purpose::LogIn, port, "/login");
    login.contains = Some("welcome".into());
    let mut read = bench::play(Purpose::Read, port, "/schedule");
    (read.id, read.accounts) = ("schedule".into(), vec!["admin".into()]);
    let mut other = bench::play(Purpose::Read, port, "/uptime");
    (other.id, other.contains) = ("uptime".into(), Some("well".into()));
    let plays = [
        login,
        read,
        other,
        bench::play(Purpose::Health, port, "/health"),
        bench::play(Purpose::SetUp, port, "/setup"),
    ];
    let own = Credentials { user: "admin".into(), password: "secret-word".into() };
    let accounts = [("admin".to_owned(), own)].into();
    let player = Player {
        target: &target,
        budget: &budget,
        plays: &plays,
        accounts: &accounts,
        allow,
        login_attempts: 1,
    };
    let switch = Switch { id: "mains".into(), what: Some(Supply::Power), ..Switch::default() };
    let board = Switchboard { switches: vec![&switch], hand: &*mains, ports: &[], lines: Vec::new() };
    let mut seen = Vec::new();
    let left_out = super::switch(&player, &board, &mut seen).await.map_err(|e| e.to_string());
    let trial = |o: Observation| match o.fact {
        Fact::SwitchTrial(trial) => trial,
        other => panic!("{other:?}"),
    };
    let turns = mains.turns.lock().unwrap().clone();
    Came { facts: seen.into_iter().map(trial).collect(), left_out, turns }
}

fn sound(path: &str, _: u32) -> &'static str {
    match path {
        "/login" => "welcome",
        "/schedule" => "07:30",
        "/health" | "/uptime" => "well",
        _ => "",
    }
}

fn forgetful(path: &str, returns: u32) -> &'static str {
    match (path, returns) {
        ("/login" | "/schedule", 1..) => "",
        ("/setup", 1..) => "done",
        _ => sound(path, returns),
    }
}

fn states(kept: &[assize_model::fact::Kept]) -> Vec<KeptState> {
    kept.iter().map(|k| k.state).collect()
}

#[tokio::test]
async fn a_sound_dut_comes_back_with_what_it_held() {
    let came = tried(Mains::default(), &LEAVE, sound).await;
    let [one] = came.facts.as_slice() else { panic!("{:?}", came.facts) };
    assert!(one.was_well && one.fell_silent && one.well == 0 && one.asked > 0, "{one:?}");
    assert!(one.off_ms >= 500 && one.back_after_ms.is_some_and(|ms| ms < 500), "{one:?}");
    assert_eq!(states(&one.logins), [KeptState::Same]);
    assert_eq!(states(&one.reads), [KeptState::Same, KeptState::Same]);
    assert_eq!((one.set_up_again, one.by.as_deref()), (None, Some("A. Tester")));
    assert_eq!(came.turns, [Turn::Off, Turn::On]);
}

#[tokio::test]
async fn a_dut_in_factory_state_shows_by_its_set_up() {
    let came = tried(Mains::default(), &LEAVE, forgetful).await;
    let [one] = came.facts.as_slice() else { panic!("{:?}", came.facts) };
    assert_eq!(states(&one.logins), [KeptState::Lost]);
    assert_eq!(states(&one.reads), [KeptState::Untold, KeptState::Same]);
    // The login is still refused: this DUT does not keep the password it was set up with.
    assert_eq!(one.set_up_again, Some(false));
}

#[tokio::test]
async fn what_changes_and_what_is_gone_are_told_apart() {
    let changed =
        |path: &str, returns| if path == "/schedule" && returns > 0 { "empty" } else { sound(path, returns) };
    let came = tried(Mains::default(), &LEAVE, changed).await;
    assert_eq!(states(&came.facts[0].reads), [KeptState::Changed, KeptState::Same]);
    // A play that says what shows success says what has to be kept.
    let partly = |path: &str, returns| match (path, returns) {
        ("/uptime", 0) => "well, 9",
        ("/uptime", _) => "well, 0",
        _ => sound(path, returns),
    };
    let came = tried(Mains::default(), &LEAVE, partly).await;
    assert_eq!(states(&came.facts[0].reads), [KeptState::Same, KeptState::Holds]);
    let gone =
        |path: &str, returns| if path == "/uptime" && returns > 0 { "ill" } else { sound(path, returns) };
    let came = tried(Mains::default(), &LEAVE, gone).await;
    assert_eq!(states(&came.facts[0].reads), [KeptState::Same, KeptState::Lost]);
}

#[tokio::test]
async fn what_a_dut_still_starting_does_not_have_yet_is_not_lost() {
    static ASKED: AtomicU32 = AtomicU32::new(0);
    let starting = |path: &str, returns| match path {
        "/uptime" if returns > 0 && ASKED.fetch_add(1, Ordering::SeqCst) == 0 => "starting",
        _ => sound(path, returns),
    };
    let came = tried(Mains::default(), &LEAVE, starting).await;
    assert_eq!(states(&came.facts[0].reads), [KeptState::Same, KeptState::Same]);
}

#[tokio::test]
async fn a_clock_of_whole_seconds_shows_nothing() {
    let clock = |path: &str, returns| match (path, returns) {
        ("/schedule", 1..) => "later",
        ("/schedule", 0) => {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
            ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"][(since % 10) as usize]
        }
        _ => sound(path, returns),
    };
    let came = tried(Mains::default(), &LEAVE, clock).await;
    assert_eq!(states(&came.facts[0].reads)[0], KeptState::Varies);
}

#[tokio::test]
async fn a_dut_that_stays_away_is_told_so() {
    let dead = |path: &str, returns| if returns > 0 { "" } else { sound(path, returns) };
    let came = tried(Mains::default(), &LEAVE, dead).await;
    let [one] = came.facts.as_slice() else { panic!("{:?}", came.facts) };
    assert_eq!((one.back_after_ms, one.logins.len()), (None, 0));
}

#[tokio::test]
async fn an_ill_dut_and_one_without_leave_keep_their_power() {
    let came = tried(Mains::default(), &LEAVE, |_, _| "").await;
    assert_eq!((came.facts.len(), came.facts[0].was_well, came.turns.len()), (1, false, 0));
    let came = tried(Mains::default(), &[Act::Interrupt, Act::LogIn], sound).await;
    assert_eq!((came.facts.len(), came.turns.len()), (0, 0));
    let came = tried(Mains::default(), &[Act::SwitchPower], sound).await;
    assert_eq!(
        (states(&came.facts[0].logins), states(&came.facts[0].reads)),
        (vec![], vec![KeptState::Same])
    );
}

#[tokio::test]
async fn a_switch_that_is_left_out_shows_nothing() {
    let script = Mutex::new(vec![NotTurned::LeftOut("nobody is here".into())]);
    let came = tried(Mains { script, ..Mains::default() }, &LEAVE, sound).await;
    assert_eq!(came.facts, []);
    assert!(came.left_out.unwrap()[0].contains("nobody is here"));
    assert_eq!(came.turns, [Turn::Off]);
}

#[tokio::test]
async fn a_switch_that_fails_is_turned_on_again() {
    let failed = || NotTurned::Failed("it ended with 3".into());
    let script = Mutex::new(vec![failed()]);
    let came = tried(Mains { script, ..Mains::default() }, &LEAVE, sound).await;
    assert!(came.facts.is_empty() && came.left_out.unwrap_err().contains("it ended with 3"));
    assert_eq!(came.turns, [Turn::Off, Turn::On]);

    let script = Mutex::new(vec![failed(), failed(), failed(), failed()]);
    let came = tried(Mains { script, ..Mains::default() }, &LEAVE, sound).await;
    assert!(came.left_out.unwrap_err().contains("by hand"));
    assert_eq!(came.turns, [Turn::Off, Turn::On, Turn::On, Turn::On]);
}

/// A switch that commands turn, and that holds nothing of this DUT.
struct Elsewhere;

impl Hand for Elsewhere {
    fn turn<'a>(&'a self, _: &'a Switch, _: Turn) -> Turning<'a> {
        Box::pin(async { Ok(Turned { at: Instant::now(), by: None, raw: Vec::new() }) })
    }
}

/// What is seen at a relay while a switch for the network takes nothing away.
async fn beside<F>(dut: impl Fn(SocketAddr) -> F) -> SwitchTrial
where
    F: Future<Output = ()> + Send + 'static,
{
    let (target, host) = (bench::target(), bench::target());
    let budget = Budget {
        outage: Duration::from_millis(600),
        recovery: Duration::from_millis(600),
        ..bench::budget()
    };
    let plays =
        [bench::play(Purpose::Health, bench::web(&target, |_| bench::http("200 OK", "", "")).await, "/")];
    let (at, port) = (bench::address(), bench::script(&host, b"", b"y").await);
    let listen = SocketAddr::new(at, bench::free_port(at));
    let from = vec![std::net::Ipv4Addr::LOCALHOST.into()];
    let relay = crate::relay::Relay::open(listen, from, host, port, &budget).await.unwrap();
    let task = tokio::spawn(dut(listen));
    let player = bench::player(&target, &budget, &plays, &[Act::Interrupt]);
    let switch =
        Switch { id: "uplink".into(), what: Some(Supply::Network), reachable: true, ..Switch::default() };
    let lines = vec![Line { place: "cloud:tcp/1".into(), relay: &relay }];
    let board = Switchboard { switches: vec![&switch], hand: &Elsewhere, ports: &[], lines };
    let mut seen = Vec::new();
    super::switch(&player, &board, &mut seen).await.unwrap();
    task.abort();
    match seen.remove(0).fact {
        Fact::SwitchTrial(trial) => trial,
        other => panic!("{other:?}"),
    }
}

async fn asked_once(at: SocketAddr) -> tokio::net::TcpStream {
    let mut stream = tokio::net::TcpStream::connect(at).await.unwrap();
    stream.write_all(b"x").await.unwrap();
    stream.read_exact(&mut [0]).await.unwrap();
    stream
}

#[tokio::test]
async fn who_goes_on_asking_was_not_without_network() {
    let asking = |at| async move {
        loop {
            asked_once(at).await;
            sleep(Duration::from_millis(100)).await;
        }
    };
    let trial = beside(asking).await;
    assert_eq!((trial.well, trial.heard_at), (trial.asked, Some(vec!["cloud:tcp/1".to_owned()])));
}

#[tokio::test]
async fn who_asks_now_and_then_does_not_count_as_back() {
    let now_and_then = |at| async move {
        asked_once(at).await;
    };
    let trial = beside(now_and_then).await;
    assert_eq!(trial.reconnects, []);
}

#[tokio::test]
async fn a_connection_that_outlives_the_turn_is_none_that_came_back() {
    let steady = |at| async move {
        let _kept = asked_once(at).await;
        std::future::pending().await
    };
    let trial = beside(steady).await;
    assert_eq!(trial.heard_at, Some(vec![]));
    assert_eq!(trial.reconnects.iter().map(|r| r.after_ms).collect::<Vec<_>>(), [None]);
}
