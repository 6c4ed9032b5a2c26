//! Plays what reads and changes, once for each kind of visitor.

use std::collections::BTreeMap;

use assize_model::declaration::play::{Act, Play, Purpose};
use assize_model::fact::{AccessAnswer, Fact, Visitor};

use super::{codec, foreign};
use crate::{
    Observation, Sink, Trouble,
    play::{Player, Values, is_for, is_success},
};

/// What plays that store a mark store here.
const MARK: &str = "assize-mark-0";

/// Uses every play that reads or changes and names its accounts: first as the first of these, then as everybody who
/// must be refused. Reads come first, so that they show the DUT as it stood. Plays that change are left out without
/// leave to change settings.
pub async fn access(player: &Player<'_>, sink: &mut dyn Sink) -> Result<(), Trouble> {
    let unsuited = |why| Err(Trouble::Unsuited { probe: "access", why });
    if player.of(Purpose::LogIn).next().is_none() {
        return unsuited("no play of product.toml says how to log in");
    }
    let guarded = |p: &&Play| !p.accounts.is_empty();
    let reads = player.of(Purpose::Read).filter(guarded);
    let may_change = player.may(Act::ChangeSettings);
    let changes = player.of(Purpose::Change).filter(guarded).filter(|_| may_change);
    let plays: Vec<&Play> = reads.chain(changes).collect();
    if plays.is_empty() {
        return unsuited("no play of product.toml that may be done names the accounts that may do it");
    }
    let mut logins = Logins { player, known: BTreeMap::new(), one_at_a_time: false };
    for play in &plays {
        let Some(first) = play.accounts.first() else { continue };
        let Some(mut values) = logins.of(first).await? else { continue };
        let mut visits = Visits { player, play, own: Vec::new(), sink: &mut *sink };
        if !visits.visit(Visitor::Account(first.clone()), play, &values).await?
            && let Some(anew) = logins.anew(first).await?
        {
            values = anew;
            let comes_in = visits.visit(Visitor::Account(first.clone()), play, &values).await?;
            logins.one_at_a_time |= comes_in;
        }
        visits.visit(Visitor::Nobody, &codec::bare(play), &codec::nothing(&values)).await?;
        let given = logins.given(&values);
        if codec::sends(play, &given) {
            visits.visit(Visitor::Forger, play, &codec::forged(&values, &given)).await?;
        }
        let own = visits.own;
        if play.purpose == Some(Purpose::Change) {
            foreign::send(player, play, first, sink).await?;
        }
        for other in player.accounts.keys().filter(|id| !is_for(play, id)) {
            // A session that ended meanwhile is refused whatever its account may do, so that each visit has its own.
            if let Some(values) = logins.anew(other).await? {
                let mut visits = Visits { player, play, own: own.clone(), sink: &mut *sink };
                visits.visit(Visitor::Account(other.clone()), play, &values).await?;
            }
        }
    }
    Ok(())
}

/// Whoever may do the plays logs in once, or each time where one login ends the other.
struct Logins<'a> {
    player: &'a Player<'a>,
    known: BTreeMap<String, Option<Values>>,
    one_at_a_time: bool,
}

impl Logins<'_> {
    async fn of(&mut self, account: &str) -> Result<Option<Values>, Trouble> {
        match self.known.get(account) {
            Some(known) if !self.one_at_a_time => Ok(known.clone()),
            _ => self.anew(account).await,
        }
    }

    async fn anew(&mut self, account: &str) -> Result<Option<Values>, Trouble> {
        let values = match (self.player.login_of(account), self.player.accounts.get(account)) {
            (Some(play), Some(own)) => self.player.enter_patiently(play, own).await?,
            _ => None,
        };
        let values = values.map(|mut values| {
            values.insert("mark".to_owned(), MARK.to_owned());
            values
        });
        self.known.insert(account.to_owned(), values.clone());
        Ok(values)
    }

    /// The names that a login fills, and not the tester.
    fn given(&self, values: &Values) -> Vec<String> {
        values
            .keys()
            .filter(|n| !["user", "password", "basic", "mark"].contains(&n.as_str()))
            .cloned()
            .collect()
    }
}

struct Visits<'a, 's> {
    player: &'a Player<'a>,
    play: &'a Play,
    /// What an account that may do it was given.
    own: Vec<u8>,
    sink: &'s mut dyn Sink,
}

impl Visits<'_, '_> {
    /// Whether it was accepted.
    async fn visit(&mut self, by: Visitor, sent: &Play, values: &Values) -> Result<bool, Trouble> {
        let played = self.player.play(sent, values).await?;
        let accepted = played.answer.as_ref().is_some_and(|a| is_success(self.play, a));
        let entitled = matches!(&by, Visitor::Account(id) if is_for(self.play, id));
        let body = played.answer.as_ref().map(|a| a.body.as_slice()).unwrap_or_default();
        if entitled && accepted {
            self.own = body.to_vec();
        }
        let fact = AccessAnswer {
            target: self.player.target.address().to_string(),
            port: self.play.at.as_ref().map_or(0, |at| at.port),
            play: self.play.id.clone(),
            entry: self.play.entry.clone(),
            changes: self.play.purpose == Some(Purpose::Change),
            entitled,
            by,
            accepted,
            same: accepted && !body.is_empty() && body == self.own && !codec::may_refuse(body),
            status: played.answer.map(|a| a.status),
        };
        let seen = Observation { fact: Fact::AccessAnswer(fact), raw: played.raw };
        self.sink.observe(seen).map_err(Trouble::Stopped)?;
        Ok(accepted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Budget, Target, bench, play::Credentials};

    /// Lets in by token; the schedule is open to all, the state to those who have any token.
    fn answer(_: &mut (), head: &str) -> String {
        let user = bench::field(head, "u");
        let is_known = head.contains("T-admin") || head.contains("T-guest");
        match head.split(['?', ' ']).nth(1).unwrap_or_default() {
            "/in" if user == bench::field(head, "p") => {
                bench::http("200 OK", "", &format!("{{\"token\": \"T-{user}\"}}"))
            }
            "/schedule" => bench::http("200 OK", "", "07:30"),
            "/state" if is_known => bench::http("200 OK", "", "on"),
            "/page" => bench::http("200 OK", "", "<input type=password>"),
            _ => bench::http("401 No", "", "no"),
        }
    }

    /// Keeps one session, the last; /a is for the admin, /b for whoever asks, unless a session that has ended is shown.
    fn one_session(session: &mut String, head: &str) -> String {
        let shown = head.split("Bearer ").nth(1).and_then(|t| t.split("\r\n").next()).unwrap_or_default();
        match head.split(['?', ' ']).nth(1).unwrap_or_default() {
            "/in" => {
                *session = format!("{}-{}", bench::field(head, "u"), session.len());
                bench::http("200 OK", "", &format!("{{\"token\": \"{session}\"}}"))
            }
            _ if !shown.is_empty() && shown != session => bench::http("403 No", "", "no"),
            "/b" => bench::http("200 OK", "", "b"),
            _ if shown.starts_with("admin") => bench::http("200 OK", "", "a"),
            _ => bench::http("401 No", "", "no"),
        }
    }

    #[tokio::test]
    async fn a_login_that_ends_the_other_is_made_anew() {
        let (target, budget) = (bench::target(), bench::budget());
        let port = bench::device(&target, one_session).await;
        let lines = walked(&target, &budget, port, &["/a", "/b"]).await;
        assert_eq!(
            lines,
            [
                "/a Account(\"admin\") true",
                "/a Nobody false",
                "/a Forger false",
                "/a Account(\"guest\") false",
                "/b Account(\"admin\") false",
                "/b Account(\"admin\") true",
                "/b Nobody true",
                "/b Forger false",
                "/b Account(\"guest\") true",
            ]
        );
    }

    /// A session of the guest ends with its first use; /b is for whoever has a session.
    fn short_sessions(session: &mut String, head: &str) -> String {
        let shown = head.split("Bearer ").nth(1).and_then(|t| t.split("\r\n").next()).unwrap_or_default();
        match head.split(['?', ' ']).nth(1).unwrap_or_default() {
            "/in" => {
                let user = bench::field(head, "u");
                if user == "guest" {
                    session.push('x');
                }
                bench::http("200 OK", "", &format!("{{\"token\": \"{user}-{session}\"}}"))
            }
            path if shown == format!("guest-{session}") => {
                session.push('y');
                if path == "/b" { bench::http("200 OK", "", "b") } else { bench::http("401 No", "", "no") }
            }
            _ if shown.starts_with("admin") => bench::http("200 OK", "", "a"),
            _ => bench::http("401 No", "", "no"),
        }
    }

    /// Answers everybody alike, with the status of success and an error: the play does not show the login as it should.
    fn error_for_all(_: &mut (), head: &str) -> String {
        let path = head.split(['?', ' ']).nth(1).unwrap_or_default();
        let body = match path {
            "/in" => "{\"token\": \"t\"}",
            "/public" => "07:30",
            _ => "{\"error\": \"no session\"}",
        };
        bench::http("200 OK", "", body)
    }

    #[tokio::test]
    async fn an_error_for_everybody_is_not_what_an_account_was_given() {
        let (target, budget) = (bench::target(), bench::budget());
        let port = bench::device(&target, error_for_all).await;
        for (path, same) in [("/a", false), ("/public", true)] {
            let all = visited(&target, &budget, port, &[path]).await;
            let nobody = all.iter().find(|f| f.by == Visitor::Nobody).unwrap();
            assert!(nobody.accepted && nobody.same == same, "{nobody:?}");
        }
    }

    #[tokio::test]
    async fn another_account_is_judged_with_a_session_in_force() {
        let (target, budget) = (bench::target(), bench::budget());
        let port = bench::device(&target, short_sessions).await;
        let lines = walked(&target, &budget, port, &["/a", "/b"]).await;
        assert!(lines.contains(&"/a Account(\"guest\") false".to_owned()), "{lines:?}");
        assert!(lines.contains(&"/b Account(\"guest\") true".to_owned()), "{lines:?}");
    }

    #[tokio::test]
    async fn everybody_tries_what_only_one_may() {
        let (target, budget) = (bench::target(), bench::budget());
        let port = bench::device(&target, answer).await;
        let lines = walked(&target, &budget, port, &["/schedule", "/state", "/page"]).await;
        assert_eq!(
            lines,
            [
                "/schedule Account(\"admin\") true",
                "/schedule Nobody true",
                "/schedule Forger true",
                "/schedule Account(\"guest\") true",
                "/state Account(\"admin\") true",
                "/state Nobody false",
                "/state Forger false",
                "/state Account(\"guest\") true",
                "/page Account(\"admin\") false",
                "/page Account(\"admin\") false",
                "/page Nobody false",
                "/page Forger false",
                "/page Account(\"guest\") false",
            ]
        );
    }

    /// What came of the probe where the admin may read these paths, and the guest may not.
    async fn walked(target: &Target, budget: &Budget, port: u16, paths: &[&str]) -> Vec<String> {
        let all = visited(target, budget, port, paths).await;
        all.iter().map(|f| format!("{} {:?} {}", f.play, f.by, f.accepted)).collect()
    }

    async fn visited(target: &Target, budget: &Budget, port: u16, paths: &[&str]) -> Vec<AccessAnswer> {
        let mut login = bench::play(Purpose::LogIn, port, "/in?u={user}&p={password}");
        login.take.insert("token".into(), "json:/token".into());
        let guarded = |path: &str| {
            let mut play = bench::play(Purpose::Read, port, path);
            play.id = path.to_owned();
            play.headers.insert("Authorization".into(), "Bearer {token}".into());
            play.accounts = vec!["admin".to_owned()];
            play
        };
        let plays: Vec<Play> = [login].into_iter().chain(paths.iter().map(|p| guarded(p))).collect();
        let account = |name: &str| Credentials { user: name.into(), password: name.into() };
        let accounts =
            [("admin".to_owned(), account("admin")), ("guest".to_owned(), account("guest"))].into();
        let player = Player {
            target,
            budget,
            plays: &plays,
            accounts: &accounts,
            allow: &[Act::LogIn],
            login_attempts: 1,
        };
        let mut seen = Vec::new();
        access(&player, &mut seen).await.unwrap();
        seen.into_iter()
            .map(|o| match o.fact {
                Fact::AccessAnswer(f) => f,
                other => panic!("{other:?}"),
            })
            .collect()
    }
}
