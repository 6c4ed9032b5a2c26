//! Plays a play: one connection, one request, one answer.

use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, Instant},
};

use assize_model::declaration::play::{Act, Play, Purpose};

use super::codec::{self, Values};
use crate::{
    Budget, Raw, Target, Trouble,
    http::{codec as http_codec, codec::Answer, is_over},
    net::call,
    tap::{Patience, Stream, Tap},
    tls,
};

/// A user name with its password.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The name; empty where a login asks for a password only.
    pub user: String,
    /// The password.
    pub password: String,
}

/// The password is never shown.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("user", &self.user).finish_non_exhaustive()
    }
}

/// What came of a play.
#[derive(Clone, Debug, Default)]
pub struct Played {
    /// The answer; none when the port took no connection or spoke no HTTP, or broke off before what the play looks for.
    pub answer: Option<Answer>,
    /// Whether the answer shows success.
    pub succeeded: bool,
    /// What was taken from the answer.
    pub taken: Values,
    /// The bytes of both directions, without secrets.
    pub raw: Vec<Raw>,
    /// From the connection to the end of the answer.
    pub took: Duration,
}

/// Plays the declaration's plays on one target, with the tester's accounts.
#[derive(Clone, Debug)]
pub struct Player<'a> {
    /// The DUT.
    pub target: &'a Target,
    /// The limits of every request.
    pub budget: &'a Budget,
    /// The plays of the declaration.
    pub plays: &'a [Play],
    /// The tester's accounts, by id.
    pub accounts: &'a BTreeMap<String, Credentials>,
    /// What may be done.
    pub allow: &'a [Act],
    /// The most wrong passwords on one login.
    pub login_attempts: u32,
}

impl Player<'_> {
    /// Whether an act is allowed.
    pub fn may(&self, act: Act) -> bool {
        self.allow.contains(&act)
    }

    /// The plays of a purpose.
    pub fn of(&self, purpose: Purpose) -> impl Iterator<Item = &Play> {
        self.plays.iter().filter(move |p| p.purpose == Some(purpose))
    }

    /// Sends one play, with these values filled in. Values other than `user` count as secrets and are kept out of
    /// the raw bytes, as is what was taken.
    ///
    /// # Errors
    /// When the bench itself fails, or the play cannot be sent as it is written.
    pub async fn play(&self, play: &Play, values: &Values) -> Result<Played, Trouble> {
        let unfit = |why: String| Trouble::UnfitPlay { play: play.id.clone(), why };
        let at = play.at.as_ref().ok_or_else(|| unfit("it names no port".to_owned()))?;
        if at.host.is_some() {
            return Err(unfit("it goes to another host".to_owned()));
        }
        let is_tls = play.tls != Some(false);
        let host = self.target.host(at.port, if is_tls { 443 } else { 80 });
        let bytes = codec::request(play, values, &host).map_err(unfit)?;
        let began = Instant::now();
        let Some(mut line) = call(self.target, at.port, self.budget).await? else {
            return Ok(Played::default());
        };
        let (answer, raw) = match is_tls {
            false => ask(&mut line, &bytes, self.budget).await,
            true => match tls::shake(&mut line, self.target, self.budget).await.session {
                Some(session) => {
                    let mut inside = Tap::new(session, self.budget.answer_bytes);
                    ask(&mut inside, &bytes, self.budget).await
                }
                None => (None, line.raw(", handshake")),
            },
        };
        let answer = answer.filter(|(answer, is_whole)| *is_whole || !codec::wants_more(play, answer));
        let (answer, took) = (answer.map(|(answer, _)| answer), began.elapsed());
        let taken = answer.as_ref().map(|a| codec::taken(play, a)).unwrap_or_default();
        let mut secrets = taken.clone();
        secrets.extend(values.iter().filter(|(n, _)| *n != "user").map(|(n, v)| (n.clone(), v.clone())));
        secrets.remove("version");
        let raw = codec::redacted(raw, &secrets);
        Ok(Played {
            succeeded: answer.as_ref().is_some_and(|a| codec::succeeded(play, a)),
            answer,
            taken,
            raw,
            took,
        })
    }
}

/// The answer to a request, with whether it is there to its end.
async fn ask<S: Stream>(
    line: &mut Tap<S>,
    request: &[u8],
    budget: &Budget,
) -> (Option<(Answer, bool)>, Vec<Raw>) {
    line.say(request, budget.read).await.ok();
    line.hear(Patience::whole(budget.read), is_over).await;
    let answer = http_codec::answer(line.heard());
    let with_end = |answer: Answer| {
        let is_whole = http_codec::has_head(line.heard()) && answer.is_whole(line.has_closed());
        (answer, is_whole)
    };
    (answer.map(with_end), line.raw(""))
}

#[cfg(test)]
mod tests {
    use assize_model::declaration::ixit::common::Place;
    use assize_model::fact::Transport;

    use super::*;
    use crate::bench;

    fn place(port: u16) -> Option<Place> {
        Some(Place { host: None, transport: Transport::Tcp, port })
    }

    fn answer(head: &str) -> String {
        match head.starts_with("GET /login?p=secret-word ") {
            true => bench::http("200 OK", "", r#"{"token": "token-of-admin"}"#),
            false if head.contains("Bearer token-of-admin") => bench::http("200 OK", "", "fine"),
            false => bench::http("401 Unauthorized", "", ""),
        }
    }

    #[tokio::test]
    async fn a_login_gives_the_token_that_later_plays_send_and_evidence_holds_no_secret() {
        let (target, budget) = (bench::target(), bench::budget());
        let port = bench::web(&target, answer).await;
        let login = Play {
            id: "log in".into(),
            purpose: Some(Purpose::LogIn),
            at: place(port),
            tls: Some(false),
            path: Some("/login?p={password}".into()),
            take: [("token".to_owned(), "json:/token".to_owned())].into(),
            ..Play::default()
        };
        let read = Play {
            id: "read".into(),
            purpose: Some(Purpose::Read),
            path: Some("/status".into()),
            headers: [("Authorization".to_owned(), "Bearer {token}".to_owned())].into(),
            ..login.clone()
        };
        let plays = [login.clone(), read.clone()];
        let right = Credentials { user: "admin".into(), password: "secret-word".into() };
        let wrong = Credentials { user: "admin".into(), password: "x".into() };
        let accounts = [("a".to_owned(), right), ("b".to_owned(), wrong)].into();
        let player = Player {
            target: &target,
            budget: &budget,
            plays: &plays,
            accounts: &accounts,
            allow: &[],
            login_attempts: 1,
        };
        assert_eq!(player.enter_patiently(&login, &accounts["b"]).await.unwrap(), None);
        let values = player.enter_patiently(&login, &accounts["a"]).await.unwrap().unwrap();
        let played = player.play(&read, &values).await.unwrap();
        assert!(played.succeeded);
        assert!(!player.play(&read, &Values::new()).await.unwrap().succeeded);
        let again = player.play(&login, &Player::values_of(&accounts["a"])).await.unwrap();
        for raw in played.raw.iter().chain(&again.raw) {
            let text = String::from_utf8_lossy(&raw.bytes);
            assert!(!text.contains("secret-word") && !text.contains("token-of-admin"), "{text}");
        }
    }

    /// What comes of a play that looks for `in`, with what is taken where it is.
    async fn looked_for(answer: fn(&str) -> String) -> Option<bool> {
        let (target, budget) = (bench::target(), bench::budget());
        let port = bench::web(&target, answer).await;
        let read = Play { contains: Some("in".into()), ..bench::play(Purpose::Read, port, "/") };
        let player = bench::player(&target, &budget, &[], &[]);
        let played = player.play(&read, &Values::new()).await.unwrap();
        let takes = Play { take: [("t".to_owned(), "json:/t".to_owned())].into(), contains: None, ..read };
        let taking = player.play(&takes, &Values::new()).await.unwrap();
        assert_eq!(taking.answer.is_some(), played.answer.is_some());
        played.answer.is_some().then_some(played.succeeded)
    }

    #[tokio::test]
    async fn an_answer_that_breaks_off_before_what_the_play_looks_for_is_none() {
        let cut = |_: &str| "HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"state\":".to_owned();
        assert_eq!(looked_for(cut).await, None);
        let head = |_: &str| "HTTP/1.1 200 OK\r\nServer: x\r\n".to_owned();
        assert_eq!(looked_for(head).await, None);
        let refused = |_: &str| "HTTP/1.1 401 No\r\nContent-Length: 90\r\n\r\n{\"state\":".to_owned();
        assert_eq!(looked_for(refused).await, Some(false));
        assert_eq!(looked_for(|_| bench::http("200 OK", "", "an error")).await, Some(false));
        assert_eq!(looked_for(|_| "HTTP/1.1 200 OK\r\n\r\nan error".to_owned()).await, Some(false));
    }

    #[tokio::test]
    async fn a_play_never_leaves_the_target() {
        let (target, budget) = (bench::target(), bench::budget());
        let away = Place { host: Some("cloud".into()), transport: Transport::Tcp, port: 80 };
        let play = Play { at: Some(away), ..Play::default() };
        let accounts = BTreeMap::new();
        let player = Player {
            target: &target,
            budget: &budget,
            plays: &[],
            accounts: &accounts,
            allow: &[],
            login_attempts: 1,
        };
        assert!(matches!(player.play(&play, &Values::new()).await, Err(Trouble::UnfitPlay { .. })));
    }
}
