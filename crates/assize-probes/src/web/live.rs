//! Asks a web server for its front page, two made-up paths, the paths of the list, folders, and a mark.

use assize_model::catalogue::WebPath;
use assize_model::fact::{Fact, WebFind, WebPosture};
use tokio::time::timeout;

use super::codec;
use crate::{
    Budget, Observation, Raw, Sink, Target, Trouble,
    http::{
        codec::{Answer, has_head},
        get, page,
    },
    net::call,
    tap::Tap,
    tls,
};

/// Paths of the list that are asked for, folders that are looked into, and answers whose bytes are kept.
const MOST_PATHS: usize = 64;
const MOST_FOLDERS: usize = 8;
const MOST_KEPT: usize = 16;
/// Redirects to the same server that are followed from the front page.
const MOST_REDIRECTS: usize = 3;
const MADE_UP: [&str; 2] = ["/assize-7c1e0a", "/assize-7c1e0a/b2f4.html"];
/// Answers in a row that stay away before a server is left alone.
const MOST_SILENCES: usize = 4;

/// Looks at the web servers on `ports`, each with whether HTTP runs inside TLS there. Asks for `paths` and for what the
/// front page leads to on the same port, and for nothing else. A server that does not answer for its front page, or
/// falls silent on the way, is named once the others are looked at.
///
/// # Errors
/// When a server was not looked at to the end, or the bench itself fails.
pub async fn browse(
    target: &Target,
    ports: &[(u16, bool)],
    paths: &[WebPath],
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    let work = async {
        let (mut torn, mut mute) = (Vec::new(), Vec::new());
        let has_tls = ports.iter().any(|(_, tls)| *tls);
        for (done, (port, tls)) in ports.iter().enumerate() {
            sink.progress(done as u64, ports.len() as u64, "look at web servers");
            let raw = Vec::new();
            let mut visit =
                Visit { target, port: *port, tls: *tls, budget, raw, silences: 0, is_torn: false };
            match visit.posture(paths, has_tls).await? {
                Some(posture) => {
                    let seen = Observation { fact: Fact::WebPosture(posture), raw: visit.raw };
                    sink.observe(seen).map_err(Trouble::Stopped)?;
                }
                None if visit.is_torn => torn.push(port.to_string()),
                None => mute.push(port.to_string()),
            }
        }
        if torn.is_empty() && mute.is_empty() {
            return Ok(());
        }
        if torn.is_empty() {
            let address = format!("{} on port {}", target.address(), mute.join(", "));
            let how = "the web server there stopped answering before everything was asked";
            return Err(Trouble::Unreachable { address, how });
        }
        let act = format!("reading the head of an answer on port {}", torn.join(", "));
        Err(Trouble::TimeOut { act, after: budget.read })
    };
    let late = |_| Trouble::TimeOut { act: "web".to_owned(), after: budget.total };
    timeout(budget.total, work).await.map_err(late)?
}

struct Visit<'a> {
    target: &'a Target,
    port: u16,
    tls: bool,
    budget: &'a Budget,
    raw: Vec<Raw>,
    silences: usize,
    /// Whether an answer stopped inside its head.
    is_torn: bool,
}

impl Visit<'_> {
    /// None when the server does not answer for its front page, or falls silent on the way.
    async fn posture(&mut self, paths: &[WebPath], has_tls: bool) -> Result<Option<WebPosture>, Trouble> {
        let Some(front) = self.front().await? else { return Ok(None) };
        let mut made_up = Vec::new();
        for path in MADE_UP {
            made_up.extend(self.ask(path, false).await?);
        }
        let mut posture = WebPosture {
            target: self.target.address().to_string(),
            port: self.port,
            tls: self.tls,
            lacks: codec::lacks(&front, self.tls),
            mixed: if self.tls { codec::mixed(&front.body) } else { Vec::new() },
            plain_login: !self.tls && page::has_password_field(&front.body),
            plain_beside_tls: !self.tls && has_tls && front.status == 200,
            answers_everything: made_up.iter().any(|a| (200..300).contains(&a.status)),
            listed: u32::try_from(paths.len()).ok(),
            ..WebPosture::default()
        };
        let mut left: Vec<&WebPath> = paths.iter().take(MOST_PATHS).collect();
        // What stays away or is put off is asked for once more at the end.
        for _ in 0..2 {
            let mut unanswered = Vec::new();
            for row in left {
                if self.silences >= MOST_SILENCES {
                    return Ok(None);
                }
                if !self.look(row, &made_up, &mut posture).await? {
                    unanswered.push(row);
                }
            }
            left = unanswered;
        }
        if self.silences >= MOST_SILENCES {
            return Ok(None);
        }
        if codec::is_listing(&front) {
            posture.listings.push("/".to_owned());
        }
        self.folders(&front, &mut posture).await?;
        self.marks(&mut posture).await?;
        Ok(Some(posture))
    }

    /// Asks for a path of the list and enters what is there; says whether the answer tells anything.
    async fn look(
        &mut self,
        row: &WebPath,
        made_up: &[Answer],
        posture: &mut WebPosture,
    ) -> Result<bool, Trouble> {
        let Some(answer) = self.ask(&row.path, false).await?.filter(|a| !is_put_off(a)) else {
            return Ok(false);
        };
        posture.tried += 1;
        if codec::is_there(row, &answer, made_up) {
            let discloses = row.secret && codec::is_sure(row, &answer, made_up);
            let (path, what, may_disclose) = (row.path.clone(), row.what.clone(), row.secret && !discloses);
            posture.found.push(WebFind { path, what, status: answer.status, discloses, may_disclose });
            self.ask(&row.path, true).await?;
        }
        if codec::is_listing(&answer) {
            posture.listings.push(row.path.clone());
        }
        Ok(true)
    }

    /// The front page, or the last answer on the way to it.
    async fn front(&mut self) -> Result<Option<Answer>, Trouble> {
        let mut path = "/".to_owned();
        for followed in 0.. {
            let Some(answer) = self.ask(&path, true).await? else { break };
            match answer.redirect().filter(|to| is_own(to) && followed < MOST_REDIRECTS) {
                Some(to) => to.clone_into(&mut path),
                None => return Ok(Some(answer)),
            }
        }
        Ok(None)
    }

    async fn folders(&mut self, front: &Answer, posture: &mut WebPosture) -> Result<(), Trouble> {
        for folder in codec::folders(&front.body, MOST_FOLDERS) {
            let mut answer = self.ask(&folder, false).await?.filter(|a| !is_put_off(a));
            if answer.is_none() {
                answer = self.ask(&folder, false).await?.filter(|a| !is_put_off(a));
            }
            posture.listed = posture.listed.map(|listed| listed + 1);
            posture.tried += u32::from(answer.is_some());
            if answer.is_some_and(|a| codec::is_listing(&a)) && !posture.listings.contains(&folder) {
                posture.listings.push(folder);
            }
        }
        Ok(())
    }

    async fn marks(&mut self, posture: &mut WebPosture) -> Result<(), Trouble> {
        for path in [format!("/?assize={}", codec::MARK_SENT), format!("/{}", codec::MARK_SENT)] {
            let answer = self.ask(&path, false).await?;
            if answer.is_some_and(|a| codec::reflects(&a)) {
                self.ask(&path, true).await?;
                posture.reflects.push(path);
            }
        }
        Ok(())
    }

    /// Asks for a path on a connection of its own; `keep` keeps the bytes as evidence.
    async fn ask(&mut self, path: &str, keep: bool) -> Result<Option<Answer>, Trouble> {
        let host = self.target.host(self.port, if self.tls { 443 } else { 80 });
        let Some(mut line) = call(self.target, self.port, self.budget).await? else {
            self.silences += 1;
            return Ok(None);
        };
        let (answer, raw) = match self.tls {
            false => {
                let answer = get(&mut line, path, &host, self.budget).await;
                (self.whole(answer, line.heard()), line.raw(""))
            }
            true => match tls::shake(&mut line, self.target, self.budget).await.session {
                Some(session) => {
                    let mut inside = Tap::new(session, self.budget.answer_bytes);
                    let answer = get(&mut inside, path, &host, self.budget).await;
                    (self.whole(answer, inside.heard()), inside.raw(""))
                }
                None => (None, Vec::new()),
            },
        };
        self.silences = if answer.is_some() { 0 } else { self.silences + 1 };
        if keep && self.raw.len() < 2 * MOST_KEPT {
            self.raw.extend(raw);
        }
        Ok(answer)
    }

    /// The answer, unless it stopped inside its head: what such an answer lacks is not known.
    fn whole(&mut self, answer: Option<Answer>, heard: &[u8]) -> Option<Answer> {
        let is_whole = has_head(heard);
        self.is_torn |= answer.is_some() && !is_whole;
        answer.filter(|_| is_whole)
    }
}

/// Whether a server says that it cannot answer now, so that nobody knows what is there.
fn is_put_off(answer: &Answer) -> bool {
    matches!(answer.status, 429 | 502 | 503 | 504)
}

/// Whether a redirect stays on the server: a path, and nothing that a browser reads as another host.
fn is_own(to: &str) -> bool {
    to.starts_with('/')
        && !to.starts_with("//")
        && !to.starts_with("/\\")
        && to.bytes().all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench;

    fn paths() -> Vec<WebPath> {
        let row = |path: &str, holds: &str| WebPath {
            path: path.into(),
            what: "a test".into(),
            holds: holds.into(),
            secret: true,
            source: "a test".into(),
            ..WebPath::default()
        };
        vec![row("/.git/HEAD", "ref: "), row("/backup.cfg", ""), row("/logs/", "")]
    }

    async fn posture(answer: fn(&str) -> String) -> Option<WebPosture> {
        let (target, budget) = (bench::target(), bench::budget());
        let port = bench::web(&target, answer).await;
        let mut seen = Vec::new();
        browse(&target, &[(port, false)], &paths(), &budget, &mut seen).await.unwrap();
        seen.into_iter().find_map(|o| match o.fact {
            Fact::WebPosture(posture) => Some(posture),
            _ => None,
        })
    }

    fn careless(head: &str) -> String {
        let path = head.split(' ').nth(1).unwrap();
        match path {
            "/" => bench::http("302 Found", "Location: /start\r\n", ""),
            "/start" => bench::http("200 OK", "", "<input type=password><img src=/pics/a.png>"),
            "/.git/HEAD" => bench::http("200 OK", "", "ref: refs/heads/main"),
            "/backup.cfg" => bench::http("200 OK", "Content-Type: application/octet-stream\r\n", "pw=1"),
            "/pics/" => bench::http("200 OK", "", "<title>Index of /pics/</title>"),
            _ if path.contains("assize%22") => {
                bench::http("404 No", "Content-Type: text/html\r\n", "<p>no <assize\"></p>")
            }
            _ => bench::http("404 No", "", "no"),
        }
    }

    fn catch_all(_: &str) -> String {
        bench::http("200 OK", "", "<title>App</title> one page for every path")
    }

    fn astray(_: &str) -> String {
        bench::http("302 Found", "Location: //elsewhere.example/\r\n", "")
    }

    #[tokio::test]
    async fn a_careless_server_shows_what_it_should_not() {
        let seen = posture(careless).await.unwrap();
        assert!(seen.plain_login && !seen.answers_everything);
        let found: Vec<&str> = seen.found.iter().filter(|f| f.discloses).map(|f| f.path.as_str()).collect();
        assert_eq!(found, ["/.git/HEAD", "/backup.cfg"]);
        assert_eq!(seen.listings, ["/pics/"]);
        assert_eq!(seen.reflects.len(), 2, "{:?}", seen.reflects);
        assert_eq!((seen.tried, seen.listed), (4, Some(4)));
    }

    #[tokio::test]
    async fn a_front_page_that_lists_is_a_listing() {
        let lists = |head: &str| match head.split(' ').nth(1) {
            Some("/") => bench::http("200 OK", "Content-Type: text/html\r\n", "<title>Index of /</title>"),
            _ => bench::http("404 Not Found", "", ""),
        };
        assert_eq!(posture(lists).await.unwrap().listings, ["/"]);
    }

    /// Of two paths one is never answered, and one by a server that is too busy.
    fn in_part(head: &str) -> String {
        match head.split(' ').nth(1).unwrap() {
            "/.git/HEAD" => String::new(),
            "/backup.cfg" => bench::http("503 Busy", "", "later"),
            _ => bench::http("404 No", "", "no"),
        }
    }

    /// Answers for every path, and for one otherwise.
    fn unlike(head: &str) -> String {
        match head.split(' ').nth(1).unwrap() {
            "/backup.cfg" => {
                let body = "x".repeat(9000);
                bench::http("200 OK", "Content-Type: application/octet-stream\r\n", &body)
            }
            _ => bench::http("200 OK", "", "<title>App</title> one page for every path"),
        }
    }

    #[tokio::test]
    async fn what_was_not_answered_or_not_proven_is_told() {
        let seen = posture(in_part).await.unwrap();
        assert!((seen.tried, seen.listed) == (1, Some(3)) && !seen.is_whole(), "{seen:?}");
        let seen = posture(unlike).await.unwrap();
        assert!(seen.is_whole());
        let [found] = &seen.found[..] else { panic!("{seen:?}") };
        assert!(found.may_disclose && !found.discloses);
    }

    #[tokio::test]
    async fn a_catch_all_hides_nothing_and_shows_nothing() {
        let seen = posture(catch_all).await.unwrap();
        assert!(seen.answers_everything && seen.found.is_empty() && seen.reflects.is_empty());
    }

    #[tokio::test]
    async fn a_redirect_elsewhere_is_not_followed() {
        let seen = posture(astray).await.unwrap();
        assert!(seen.found.is_empty() && !seen.plain_login);
        assert!(!is_own("//x/") && !is_own("/\\x") && !is_own("http://x/") && is_own("/a"));
    }

    #[tokio::test]
    async fn an_answer_that_stops_in_its_head_tells_nothing() {
        let (target, budget) = (bench::target(), bench::budget());
        let port = bench::web(&target, |_| "HTTP/1.1 200 OK\r\nServer: x\r\nX-Fr".to_owned()).await;
        let mut seen = Vec::new();
        let ended = browse(&target, &[(port, false)], &paths(), &budget, &mut seen).await;
        assert!(seen.is_empty(), "{seen:?}");
        assert!(matches!(ended, Err(Trouble::TimeOut { .. })), "{ended:?}");
        let on_paths = |head: &str| match head.starts_with("GET / ") {
            true => bench::http("200 OK", "", "hello"),
            false => "HTTP/1.1 404 No\r\nServer: x\r\n".to_owned(),
        };
        let port = bench::web(&target, on_paths).await;
        assert!(browse(&target, &[(port, false)], &paths(), &budget, &mut seen).await.is_err());
        assert!(seen.is_empty(), "{seen:?}");
    }

    #[tokio::test]
    async fn a_server_that_falls_silent_is_left_and_named() {
        let on_front = |head: &str| match head.starts_with("GET / ") {
            true => bench::http("200 OK", "", "hello"),
            false => String::new(),
        };
        let answers: [fn(&str) -> String; 2] = [|_| String::new(), on_front];
        for answer in answers {
            let (target, budget) = (bench::target(), bench::budget());
            let (mute, well) = (bench::web(&target, answer).await, bench::web(&target, careless).await);
            let ports = [(mute, false), (well, false)];
            let rows = vec![paths()[1].clone(); MOST_SILENCES];
            let mut seen = Vec::new();
            let ended = browse(&target, &ports, &rows, &budget, &mut seen).await;
            let Err(trouble @ Trouble::Unreachable { .. }) = ended else { panic!("{ended:?}") };
            assert!(trouble.to_string().contains(&format!("port {mute}:")), "{trouble}");
            let [Observation { fact: Fact::WebPosture(seen), .. }] = &seen[..] else { panic!("{seen:?}") };
            assert_eq!(seen.port, well);
        }
    }

    #[tokio::test]
    async fn redirects_in_a_circle_are_left_at_the_last() {
        let seen = posture(|_| bench::http("302 Found", "Location: /\r\n", "")).await;
        assert!(seen.is_some_and(|seen| seen.found.is_empty()));
    }
}
