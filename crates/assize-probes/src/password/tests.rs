//! Loopback devices that change a password, do not, do half of it, or break off in between.

use std::collections::BTreeMap;

use tokio::time::Instant;

use super::*;
use crate::{Observation, SinkError, bench};

/// A device: the passwords that log in, and what is wrong with it.
struct Device {
    good: Vec<String>,
    requests: u32,
    /// A password that is stored at this time.
    later: Option<(Instant, String)>,
}

impl Default for Device {
    fn default() -> Self {
        Self { good: vec!["right-word".to_owned()], requests: 0, later: None }
    }
}

impl Device {
    fn answer(&mut self, head: &str, change: fn(&mut Vec<String>, String)) -> String {
        self.requests += 1;
        let (password, new) = (bench::field(head, "p"), bench::field(head, "n"));
        match self.good.contains(&password) {
            true if head.starts_with("GET /change") => {
                change(&mut self.good, new);
                bench::http("200 OK", "", "changed")
            }
            true => bench::http("200 OK", "", "in"),
            false => bench::http("401 No", "", "no"),
        }
    }
}

fn honest(device: &mut Device, head: &str) -> String {
    device.answer(head, |good, new| *good = vec![new])
}

fn idle(device: &mut Device, head: &str) -> String {
    device.answer(head, |_, _| {})
}

fn keeps_both(device: &mut Device, head: &str) -> String {
    device.answer(head, |good, new| good.push(new))
}

/// An earlier run was cut off after the change.
fn left_changed(device: &mut Device, head: &str) -> String {
    if device.requests == 0 {
        device.good = vec!["right-word-Assize1".to_owned()];
    }
    honest(device, head)
}

/// The login after the change gets no answer.
fn breaks_off(device: &mut Device, head: &str) -> String {
    let said = honest(device, head);
    if device.requests == 3 { String::new() } else { said }
}

/// The change back is refused: the old password breaks the rules.
fn one_way(device: &mut Device, head: &str) -> String {
    match bench::field(head, "n").as_str() {
        "right-word" => bench::http("422 Too weak", "", "no"),
        _ => honest(device, head),
    }
}

/// Changes the password, and answers with a way to another page.
fn redirects(device: &mut Device, head: &str) -> String {
    let said = honest(device, head);
    let is_change = head.starts_with("GET /change") && said.contains("changed");
    if is_change { bench::http("302 Found", "Location: /\r\n", "") } else { said }
}

/// Stores a new password half a second after it confirmed it.
fn late(device: &mut Device, head: &str) -> String {
    if let Some((_, new)) = device.later.take_if(|(at, _)| *at <= Instant::now()) {
        device.good = vec![new];
    }
    let said = device.answer(head, |good, new| good.push(new));
    if device.good.len() == 2 {
        let new = device.good.pop().unwrap();
        device.later = Some((Instant::now() + Duration::from_millis(500), new));
    }
    said
}

/// The same, and no word of it.
fn late_without_a_word(device: &mut Device, head: &str) -> String {
    let said = late(device, head);
    if head.starts_with("GET /change") { bench::http("302 Found", "Location: /\r\n", "") } else { said }
}

/// Restarts its backend after the change.
fn restarts(device: &mut Device, head: &str) -> String {
    let said = honest(device, head);
    if (3..=4).contains(&device.requests) { bench::http("502 Bad Gateway", "", "") } else { said }
}

/// Has room for one login after a change: whoever comes second is refused, whatever the password.
fn one_at_a_time(device: &mut Device, head: &str) -> String {
    let said = honest(device, head);
    if (4..=5).contains(&device.requests) { bench::http("403 No", "", "already logged in") } else { said }
}

/// Takes nothing.
struct Full;

impl Sink for Full {
    fn observe(&mut self, _: Observation) -> Result<(), SinkError> {
        Err("the disk is full".into())
    }
}

async fn changed(
    answer: fn(&mut Device, &str) -> String,
    sink: &mut dyn Sink,
) -> (Result<(), Trouble>, bool) {
    changed_by(answer, &[], sink).await
}

/// The same by a play that takes this from the answer.
async fn changed_by(
    answer: fn(&mut Device, &str) -> String,
    take: &[(&str, &str)],
    sink: &mut dyn Sink,
) -> (Result<(), Trouble>, bool) {
    let (target, budget) = (bench::target(), bench::budget());
    let port = bench::device(&target, answer).await;
    let take = take.iter().map(|(name, from)| ((*name).to_owned(), (*from).to_owned())).collect();
    let change_play = bench::play(Purpose::ChangePassword, port, "/change?p={password}&n={new_password}");
    let plays = [bench::play(Purpose::LogIn, port, "/in?p={password}"), Play { take, ..change_play }];
    let own = Credentials { user: "admin".into(), password: "right-word".into() };
    let accounts: BTreeMap<String, Credentials> = [("a".to_owned(), own.clone())].into();
    let allow = [Act::ChangeSettings];
    let player = Player {
        target: &target,
        budget: &budget,
        plays: &plays,
        accounts: &accounts,
        allow: &allow,
        login_attempts: 30,
    };
    let came = change(&player, sink).await;
    let (again, _) = player.enter(&plays[0], &own).await.unwrap();
    (came, again == Came::In)
}

async fn fact(answer: fn(&mut Device, &str) -> String) -> (Result<(), Trouble>, PasswordChange) {
    let mut seen = Vec::new();
    let (came, is_back) = changed(answer, &mut seen).await;
    let Fact::PasswordChange(fact) = seen.remove(0).fact else { panic!("another fact") };
    assert_eq!(fact.restored, is_back);
    (came, fact)
}

#[tokio::test]
async fn a_change_takes_effect_and_is_set_back() {
    let (came, fact) = fact(honest).await;
    assert!(came.is_ok() && fact.confirmed && fact.restored);
    assert_eq!((fact.new_accepted, fact.old_accepted), (Some(true), Some(false)));
}

#[tokio::test]
async fn a_change_that_takes_effect_a_moment_later() {
    let (came, fact) = fact(late).await;
    assert!(came.is_ok() && fact.confirmed && fact.restored, "{came:?} {fact:?}");
    assert_eq!((fact.new_accepted, fact.old_accepted), (Some(true), Some(false)));
}

#[tokio::test]
async fn a_change_without_a_word_that_comes_later_is_set_back() {
    let (_, fact) = fact(late_without_a_word).await;
    assert!(!fact.confirmed && fact.restored, "{fact:?}");
}

#[tokio::test]
async fn what_an_earlier_run_left_is_set_back_first() {
    let (came, fact) = fact(left_changed).await;
    assert!(came.is_ok() && fact.confirmed && fact.restored, "{came:?} {fact:?}");
    assert_eq!((fact.new_accepted, fact.old_accepted), (Some(true), Some(false)));
}

#[tokio::test]
async fn a_change_without_effect_shows() {
    let (came, fact) = fact(idle).await;
    assert!(came.is_ok() && fact.restored);
    assert_eq!((fact.new_accepted, fact.old_accepted), (Some(false), Some(true)));
    let (_, fact) = self::fact(keeps_both).await;
    assert_eq!((fact.new_accepted, fact.old_accepted), (Some(true), Some(true)));
}

#[tokio::test]
async fn a_device_that_breaks_off_gets_its_password_back() {
    let (came, fact) = fact(breaks_off).await;
    assert!(came.is_ok() && fact.restored, "{fact:?}");
    assert_eq!(fact.new_accepted, None);
}

#[tokio::test]
async fn what_judges_nothing_refuses_nothing() {
    let (_, fact) = fact(restarts).await;
    assert!(fact.confirmed && fact.restored, "{fact:?}");
    assert_eq!((fact.new_accepted, fact.old_accepted), (None, None));
    let (_, fact) = self::fact(one_at_a_time).await;
    assert!(fact.confirmed && fact.restored, "{fact:?}");
    assert_eq!((fact.new_accepted, fact.old_accepted), (Some(true), None));
}

/// Device `idle` answers with the status of success what tells an error.
#[tokio::test]
async fn an_answer_without_what_the_play_takes_confirms_nothing() {
    let mut seen = Vec::new();
    changed_by(idle, &[("ok", "json:/ok")], &mut seen).await.0.unwrap();
    let Fact::PasswordChange(fact) = seen.remove(0).fact else { panic!("another fact") };
    assert!(!fact.confirmed && fact.restored, "{fact:?}");
}

#[tokio::test]
async fn a_change_answered_by_another_status_is_set_back() {
    let (came, fact) = fact(redirects).await;
    assert!(came.is_ok() && fact.restored && !fact.confirmed, "{fact:?}");
}

#[tokio::test]
async fn what_cannot_be_set_back_is_said() {
    let (came, fact) = fact(one_way).await;
    assert!(!fact.restored);
    let words = came.unwrap_err().to_string();
    assert!(words.contains(ENDING) && !words.contains("right-word"), "{words}");
}

#[tokio::test]
async fn a_full_disk_does_not_keep_the_password_changed() {
    let (came, is_back) = changed(honest, &mut Full).await;
    assert!(matches!(came, Err(Trouble::Stopped(_))) && is_back);
}
