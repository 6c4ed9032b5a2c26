//! Loopback devices that erase and demand a password, that do neither, and one that stays as it is after a reset.

use std::collections::BTreeMap;

use assize_model::catalogue::DefaultCredential;

use super::*;
use crate::bench;

/// A device: its password, none in factory state, and what the user stored.
struct Device {
    password: Option<String>,
    stored: String,
    resets_at: Option<Instant>,
    was_reset: bool,
    /// Set-ups with the tester's password that got no answer.
    unanswered: u32,
}

impl Default for Device {
    fn default() -> Self {
        Self {
            password: Some("right-word".to_owned()),
            stored: String::new(),
            resets_at: None,
            was_reset: false,
            unanswered: 0,
        }
    }
}

/// What is wrong with a device.
#[derive(Clone, Copy, Default)]
struct Wrong {
    keeps_data: bool,
    takes_empty: bool,
    stays_down: bool,
    default_inside: bool,
    /// Milliseconds from the confirmation of a reset to the reset.
    resets_after: Option<u64>,
    /// The reading is refused to everybody after a reset.
    hides_data: bool,
    /// The tester's own password is a published default.
    own_is_default: bool,
    /// So many set-ups with the tester's password get no answer.
    mute_set_ups: u32,
    /// A set-up that gets no answer has its effect all the same, and a wrong password after it shuts everybody out.
    loses_answers: bool,
}

impl Wrong {
    fn own(self) -> &'static str {
        if self.own_is_default { "default-word" } else { "right-word" }
    }
}

impl Device {
    fn reset(&mut self, wrong: Wrong) {
        self.was_reset = true;
        self.password = wrong.default_inside.then(|| "admin".to_owned());
        if !wrong.keeps_data {
            self.stored.clear();
        }
    }

    fn answer(&mut self, head: &str, wrong: Wrong) -> String {
        if !self.was_reset && self.password.as_deref() == Some("right-word") {
            self.password = Some(wrong.own().to_owned());
        }
        if self.resets_at.take_if(|at| *at <= Instant::now()).is_some() {
            self.reset(wrong);
        }
        let (ok, no) = (|body: &str| bench::http("200 OK", "", body), || bench::http("403 No", "", "no"));
        let path = head.split([' ', '?']).nth(1).unwrap_or_default();
        let (password, is_set_up) = (bench::field(head, "p"), self.password.is_some());
        let is_in = self.password.as_ref() == Some(&password);
        match path {
            "/setup" if password == wrong.own() && self.unanswered < wrong.mute_set_ups => {
                self.unanswered += 1;
                if wrong.loses_answers {
                    self.password = Some(password);
                }
                String::new()
            }
            "/setup" if is_set_up || wrong.stays_down => no(),
            "/setup" if password.len() < 8 && !wrong.takes_empty => no(),
            "/setup" => {
                self.password = Some(password);
                ok("set up")
            }
            _ if !is_in => {
                if wrong.loses_answers && self.unanswered > 0 {
                    self.password = Some("shut".to_owned());
                }
                no()
            }
            "/reset" => {
                match wrong.resets_after {
                    Some(ms) => self.resets_at = Some(Instant::now() + Duration::from_millis(ms)),
                    None => self.reset(wrong),
                }
                ok("reset")
            }
            "/change" => {
                self.password = Some(bench::field(head, "n"));
                ok("changed")
            }
            "/store" => {
                self.stored = head.rsplit("\r\n").next().unwrap_or_default().to_owned();
                ok("stored")
            }
            "/read" if wrong.hides_data && self.was_reset => no(),
            "/read" => ok(&self.stored),
            _ => ok("in"),
        }
    }
}

async fn walked(wrong: Wrong) -> (Result<(), Trouble>, Vec<Fact>) {
    let (target, budget) = (bench::target(), bench::budget());
    let port = bench::device(&target, move |d: &mut Device, head: &str| d.answer(head, wrong)).await;
    let mut store = bench::play(Purpose::Change, port, "/store?p={password}");
    store.body = Some("note {mark}".into());
    let plays = [
        bench::play(Purpose::LogIn, port, "/in?p={password}"),
        bench::play(Purpose::Reset, port, "/reset?p={password}"),
        bench::play(Purpose::SetUp, port, "/setup?p={password}"),
        bench::play(Purpose::ChangePassword, port, "/change?p={password}&n={new_password}"),
        bench::play(Purpose::Read, port, "/read?p={password}"),
        store,
    ];
    let own = Credentials { user: "admin".into(), password: wrong.own().into() };
    let accounts: BTreeMap<String, Credentials> = [("a".to_owned(), own)].into();
    let allow = [Act::Reset, Act::Guess];
    let player = Player {
        target: &target,
        budget: &budget,
        plays: &plays,
        accounts: &accounts,
        allow: &allow,
        login_attempts: 30,
    };
    let rows = ["admin", "default-word"].map(|password| DefaultCredential {
        user: "admin".into(),
        password: password.into(),
        ..DefaultCredential::default()
    });
    let mut seen = Vec::new();
    let came = factory(&player, &Known { defaults: &rows, ..Known::default() }, &mut seen).await;
    (came, seen.into_iter().map(|o| o.fact).collect())
}

fn set_up(facts: &[Fact], kind: SetUpPassword) -> Option<&SetUpAnswer> {
    facts.iter().find_map(|f| match f {
        Fact::SetUpAnswer(f) if f.password == kind => Some(f),
        _ => None,
    })
}

fn erasure(facts: &[Fact]) -> Option<&Erasure> {
    facts.iter().find_map(|f| match f {
        Fact::Erasure(f) => Some(f),
        _ => None,
    })
}

#[tokio::test]
async fn an_honest_device_demands_a_password_and_forgets() {
    let (came, facts) = walked(Wrong::default()).await;
    came.unwrap();
    assert!(!set_up(&facts, SetUpPassword::Empty).unwrap().accepted);
    assert!(!set_up(&facts, SetUpPassword::Weak).unwrap().accepted);
    assert_eq!(set_up(&facts, SetUpPassword::Own).unwrap().opens, Some(true));
    let erasure = erasure(&facts).unwrap();
    assert_eq!((&erasure.before, &erasure.asked_again), (&vec!["read".to_owned()], &vec!["read".to_owned()]));
    assert!(erasure.confirmed && erasure.kept.is_empty());
}

#[tokio::test]
async fn a_careless_device_takes_an_empty_password_and_keeps_data() {
    let wrong = Wrong { takes_empty: true, keeps_data: true, ..Wrong::default() };
    let (came, facts) = walked(wrong).await;
    came.unwrap();
    let empty = set_up(&facts, SetUpPassword::Empty).unwrap();
    assert!(empty.accepted && empty.opens == Some(true));
    assert_eq!(set_up(&facts, SetUpPassword::Own).unwrap().opens, Some(true));
    assert_eq!(erasure(&facts).unwrap().kept, ["read"]);
}

#[tokio::test]
async fn a_default_inside_is_found_and_changed_to_the_testers() {
    let (came, facts) = walked(Wrong { default_inside: true, ..Wrong::default() }).await;
    came.unwrap();
    let found = facts.iter().find_map(|f| match f {
        Fact::DefaultLogins(f) => Some(f.accepted.len()),
        _ => None,
    });
    assert_eq!(found, Some(1));
    assert!(erasure(&facts).is_some(), "the tester's password is in force again");
}

#[tokio::test]
async fn a_device_that_stays_down_is_said() {
    let (came, facts) = walked(Wrong { stays_down: true, ..Wrong::default() }).await;
    assert!(matches!(came, Err(Trouble::NotSetUp { .. })), "{came:?}");
    assert!(set_up(&facts, SetUpPassword::Empty).is_some());
}

#[tokio::test]
async fn a_reset_that_takes_a_moment_is_waited_for() {
    let (came, facts) = walked(Wrong { resets_after: Some(1200), ..Wrong::default() }).await;
    came.unwrap();
    let erasure = erasure(&facts).unwrap();
    assert_eq!(erasure.asked_again, ["read"]);
    assert!(erasure.kept.is_empty(), "{erasure:?}");
    assert_eq!(set_up(&facts, SetUpPassword::Own).unwrap().opens, Some(true));
}

#[tokio::test]
async fn a_device_that_gives_no_answer_is_set_up_once_it_does() {
    let (came, facts) = walked(Wrong { mute_set_ups: 2, ..Wrong::default() }).await;
    came.unwrap();
    assert_eq!(erasure(&facts).unwrap().asked_again.len(), 1);
}

#[tokio::test]
async fn a_set_up_whose_answer_is_lost_leads_to_no_guesses() {
    let (came, facts) = walked(Wrong { mute_set_ups: 1, loses_answers: true, ..Wrong::default() }).await;
    came.unwrap();
    assert_eq!(erasure(&facts).unwrap().asked_again.len(), 1);
}

/// The tester's own password, which the user chose, opens until the reset has come.
#[tokio::test]
async fn a_reset_is_waited_for_where_the_testers_password_is_a_default() {
    for resets_after in [None, Some(1200)] {
        let wrong = Wrong { own_is_default: true, resets_after, ..Wrong::default() };
        let (came, facts) = walked(wrong).await;
        came.unwrap();
        let opened = facts.iter().find_map(|f| match f {
            Fact::DefaultLogins(f) => Some(f.accepted.len()),
            _ => None,
        });
        assert_eq!(opened, Some(0), "{facts:?}");
        assert_eq!(set_up(&facts, SetUpPassword::Own).unwrap().opens, Some(true));
    }
}

#[tokio::test]
async fn a_reset_that_never_comes_shows_nothing() {
    let (came, facts) = walked(Wrong { resets_after: Some(60_000), ..Wrong::default() }).await;
    came.unwrap();
    let erasure = erasure(&facts).unwrap();
    assert!(erasure.confirmed && erasure.asked_again.is_empty() && erasure.kept.is_empty(), "{erasure:?}");
    assert_eq!(facts.len(), 1, "nothing was examined: {facts:?}");
}

#[tokio::test]
async fn a_reset_that_comes_at_the_end_is_mended() {
    let late = u64::try_from(bench::budget().restart.as_millis()).unwrap() + 700;
    let (came, facts) = walked(Wrong { resets_after: Some(late), ..Wrong::default() }).await;
    came.unwrap();
    assert!(erasure(&facts).unwrap().asked_again.is_empty());
    assert_eq!(set_up(&facts, SetUpPassword::Own).unwrap().opens, Some(true), "the DUT is as it was found");
}

#[tokio::test]
async fn a_reading_that_is_refused_afterwards_was_not_asked() {
    let (came, facts) = walked(Wrong { hides_data: true, ..Wrong::default() }).await;
    came.unwrap();
    assert_eq!(erasure(&facts).unwrap().asked_again, [""; 0]);
}
