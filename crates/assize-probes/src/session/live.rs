//! Logs in a few times, compares what the logins give, and tries one of them after its logout.

use std::time::Duration;

use assize_model::declaration::play::{Play, Purpose};
use assize_model::fact::{CookieFlags, Fact, SessionPosture, is_judged};
use tokio::time::sleep;

use super::codec;
use crate::{
    Observation, Raw, Sink, Trouble,
    play::{Came, Credentials, Player, Values, is_success},
};

/// How many logins are compared.
const LOGINS: u32 = 4;
/// A signed proof that holds the second of its login is the same for two logins in one second. What comes twice is asked
/// for once more after it.
const NEXT_SECOND: Duration = Duration::from_millis(1100);

/// Looks at the proof of each login play that gives one.
pub async fn session(player: &Player<'_>, sink: &mut dyn Sink) -> Result<(), Trouble> {
    let unsuited = |why| Err(Trouble::Unsuited { probe: "session", why });
    let mut is_any = false;
    for play in player.of(Purpose::LogIn) {
        let Some((account, own)) = player.account_of(play) else { continue };
        is_any = true;
        player.enter_patiently(play, own).await?;
        let mut seen = Seen {
            play,
            account,
            proofs: Vec::new(),
            values: 0,
            cookies: Vec::new(),
            repeated: false,
            last: None,
            raw: Vec::new(),
        };
        for _ in 0..LOGINS {
            if !seen.log_in(player, own).await? {
                break;
            }
            if seen.is_again() {
                seen.repeated = true;
                sleep(NEXT_SECOND).await;
                seen.proofs.pop();
                if !seen.log_in(player, own).await? {
                    break;
                }
            }
        }
        let outlives = seen.outlives_logout(player).await?;
        if let Some(seen) = seen.observation(player, outlives) {
            sink.observe(seen).map_err(Trouble::Stopped)?;
        }
    }
    if is_any { Ok(()) } else { unsuited("no play of product.toml logs an account in") }
}

struct Seen<'a> {
    play: &'a Play,
    account: &'a str,
    proofs: Vec<String>,
    values: usize,
    cookies: Vec<CookieFlags>,
    repeated: bool,
    last: Option<Values>,
    raw: Vec<Raw>,
}

impl Seen<'_> {
    /// Logs in and keeps what that gives; says whether it was let in.
    async fn log_in(&mut self, player: &Player<'_>, own: &Credentials) -> Result<bool, Trouble> {
        let (came, played) = player.enter(self.play, own).await?;
        if came != Came::In {
            return Ok(false);
        }
        if let Some(answer) = &played.answer {
            let set = codec::cookies(answer);
            if !set.is_empty() {
                self.cookies = set;
            }
        }
        let mut values = Player::values_of(own);
        // Which of several values proves the login is not known, so that all of them count together.
        if !played.taken.is_empty() {
            self.proofs.push(played.taken.values().map(String::as_str).collect());
            self.values = self.values.max(played.taken.len());
        }
        values.extend(played.taken);
        self.last = Some(values);
        self.raw = played.raw;
        Ok(true)
    }

    /// Whether the last login gave what an earlier one gave.
    fn is_again(&self) -> bool {
        self.proofs.split_last().is_some_and(|(last, earlier)| earlier.contains(last))
    }

    /// Whether the last login's proof still reads after its logout; none where no play ends a session or reads, and where
    /// nothing judged it.
    async fn outlives_logout(&mut self, player: &Player<'_>) -> Result<Option<bool>, Trouble> {
        let guarded = |p: &&Play| p.accounts.iter().any(|a| a == self.account);
        let (read, out) = (player.of(Purpose::Read).find(guarded), player.of(Purpose::LogOut).next());
        let (Some(read), Some(out), Some(values)) = (read, out, &self.last) else { return Ok(None) };
        let reads =
            |played: &crate::play::Played| played.answer.as_ref().is_some_and(|a| is_success(read, a));
        if !reads(&player.play(read, values).await?) {
            return Ok(None);
        }
        let ended = player.play(out, values).await?;
        self.raw.extend(ended.raw);
        if !ended.succeeded {
            return Ok(None);
        }
        let after = player.play(read, values).await?;
        let outlives = reads(&after);
        let is_told = outlives || after.answer.as_ref().is_some_and(|a| is_judged(a.status));
        self.raw.extend(after.raw);
        Ok(is_told.then_some(outlives))
    }

    fn observation(self, player: &Player<'_>, outlives_logout: Option<bool>) -> Option<Observation> {
        let length = self.proofs.iter().map(|p| p.chars().count()).min();
        if length.is_none() && self.cookies.is_empty() {
            return None;
        }
        let mut unique = self.proofs.clone();
        unique.sort();
        unique.dedup();
        let fact = SessionPosture {
            target: player.target.address().to_string(),
            port: self.play.at.as_ref().map_or(0, |at| at.port),
            play: self.play.id.clone(),
            entry: self.play.entry.clone(),
            cookies: self.cookies,
            values: Some(u32::try_from(self.values).unwrap_or(u32::MAX)),
            logins: u32::try_from(self.proofs.len()).unwrap_or(u32::MAX),
            distinct: unique.len() == self.proofs.len(),
            repeated: self.repeated,
            length: u32::try_from(length.unwrap_or(0)).unwrap_or(u32::MAX),
            bits: codec::random_bits(&self.proofs),
            outlives_logout,
        };
        Some(Observation { fact: Fact::SessionPosture(fact), raw: self.raw })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::bench;

    /// A device: how many have logged in, and whether the session was ended.
    #[derive(Default)]
    struct Device {
        logins: u32,
        is_over: bool,
    }

    /// Each login gives the same device, and one number more; what comes after the logout is `after`.
    fn answer(device: &mut Device, head: &str, after: &str) -> String {
        match head.split(['?', ' ']).nth(1).unwrap_or_default() {
            "/in" => {
                (device.logins, device.is_over) = (device.logins + 1, false);
                let body = format!("{{\"device\": \"plug-77\", \"token\": \"000{}\"}}", device.logins);
                bench::http("200 OK", "", &body)
            }
            "/out" => {
                device.is_over = true;
                bench::http("200 OK", "", "")
            }
            _ if device.is_over => after.to_owned(),
            _ => bench::http("200 OK", "", "state"),
        }
    }

    async fn posture(take: &[&str], answer: fn(&mut Device, &str) -> String) -> SessionPosture {
        let (target, budget) = (bench::target(), bench::budget());
        let port = bench::device(&target, answer).await;
        let take = take.iter().map(|name| ((*name).to_owned(), format!("json:/{name}"))).collect();
        let read =
            Play { accounts: vec!["a".into()], ..bench::play(Purpose::Read, port, "/state?t={token}") };
        let plays = [
            Play { take, ..bench::play(Purpose::LogIn, port, "/in?p={password}") },
            read,
            bench::play(Purpose::LogOut, port, "/out?t={token}"),
        ];
        let own = Credentials { user: "admin".into(), password: "right-word".into() };
        let accounts: BTreeMap<String, Credentials> = [("a".to_owned(), own)].into();
        let player = Player { accounts: &accounts, ..bench::player(&target, &budget, &plays, &[]) };
        let mut seen = Vec::new();
        session(&player, &mut seen).await.unwrap();
        let Fact::SessionPosture(fact) = seen.remove(0).fact else { panic!("another fact") };
        fact
    }

    fn refuses(device: &mut Device, head: &str) -> String {
        answer(device, head, &bench::http("401 No", "", ""))
    }

    #[tokio::test]
    async fn all_that_a_login_gives_is_one_proof() {
        let both = posture(&["device", "token"], refuses).await;
        assert_eq!((both.values, both.logins, both.distinct), (Some(2), 4, true), "{both:?}");
        let one = posture(&["token"], refuses).await;
        assert_eq!((one.values, one.logins, one.distinct), (Some(1), 4, true), "{one:?}");
        assert!(!one.repeated);
        assert_eq!(one.outlives_logout, Some(false));
    }

    #[tokio::test]
    async fn a_proof_of_the_second_is_asked_for_in_the_next() {
        // Two logins each give the same number; a third time it is another.
        let paired = |device: &mut Device, head: &str| {
            let said = answer(device, head, "");
            said.replace(&format!("000{}", device.logins), &format!("00{}", device.logins / 2))
        };
        let fact = posture(&["token"], paired).await;
        assert_eq!((fact.logins, fact.distinct, fact.repeated), (4, true, true), "{fact:?}");
        let same = |device: &mut Device, head: &str| {
            answer(device, head, "").replace(&format!("000{}", device.logins), "0001")
        };
        let fact = posture(&["token"], same).await;
        assert_eq!((fact.logins, fact.distinct), (4, false), "{fact:?}");
    }

    #[tokio::test]
    async fn only_a_refusal_shows_that_a_session_has_ended() {
        let silent = |device: &mut Device, head: &str| answer(device, head, "");
        let busy = |device: &mut Device, head: &str| answer(device, head, &bench::http("503 Busy", "", ""));
        let still =
            |device: &mut Device, head: &str| answer(device, head, &bench::http("200 OK", "", "state"));
        assert_eq!(posture(&["token"], silent).await.outlives_logout, None);
        assert_eq!(posture(&["token"], busy).await.outlives_logout, None);
        assert_eq!(posture(&["token"], still).await.outlives_logout, Some(true));
    }
}
