//! Published pages: whether a declared place of publication was reached by anybody, and what it says.

use assize_model::declaration::ixit::UserInfo;
use assize_model::declaration::ixit::common::Source;
use assize_model::fact::{Fact, FetchOutcome, Publication, Unread};
use assize_model::judgement::{Finding, Indication, Outcome, Pointer};
use assize_model::scene::Scene;

use crate::address::{covers, is_login, leads_to_itself, tls_host};
use crate::reading::{self, Hint};
use crate::say::{Said, fail, leave_open, pass, shown, text, whole};

/// A place of publication in 2-UserInfo.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Published {
    /// The field's key.
    pub(crate) field: &'static str,
    /// What is published, as `the disclosure policy`.
    pub(crate) what: &'static str,
    /// The field.
    pub(crate) source: fn(&UserInfo) -> Option<&Source>,
    /// What the evaluator is pointed to in its text.
    pub(crate) hints: &'static [Hint],
}

impl Published {
    /// Where the declaration says so.
    pub(crate) fn place(&self) -> Pointer {
        Pointer::ixit(["2-UserInfo", self.field])
    }

    fn source<'a>(&self, scene: &Scene<'a>) -> Option<&'a Source> {
        scene.declaration.ixit.user_info.as_ref().and_then(self.source)
    }

    /// The page as it was found, or why it cannot be judged.
    pub(crate) fn page<'a>(&self, scene: &Scene<'a>) -> Result<(u64, &'a Publication), Box<Said>> {
        let source = self.source(scene);
        let Some(url) = source.and_then(|s| text(s.url.as_ref())) else {
            let words = format!("2-UserInfo does not say at which address {} is published.", self.what);
            let remedy = format!("fill in `{}.url`", self.field);
            return Err(leave_open(self.place(), words, remedy).into());
        };
        let unread = || {
            let words = format!("Nobody fetched {url}, where {} is published.", self.what);
            leave_open(self.place(), words, FETCH_IT).into()
        };
        publication_at(scene, url).ok_or_else(unread)
    }

    /// The copy in the assessment folder as it was read, in the shape of a page that is named after its file. A copy
    /// whose kind is not read has no text.
    fn copy(&self, scene: &Scene) -> Option<(u64, Publication)> {
        let file = text(self.source(scene)?.file.as_ref())?;
        let copies = scene.facts().filter_map(|(record, fact)| match fact {
            Fact::PublicationCopy(c) if c.file == file => Some((record, c)),
            _ => None,
        });
        let (record, copy) = copies.max_by_key(|(record, _)| *record)?;
        let url = format!("the copy {file}");
        let outcome = FetchOutcome::Status(200);
        let page = Publication {
            url,
            outcome,
            text: copy.text.clone(),
            unread: copy.unread,
            asks_login: false,
            scripted_login: false,
            served_from: None,
            certificates: Vec::new(),
        };
        Some((record, page))
    }

    /// The page when it opened for anybody, else the copy.
    fn readable(&self, scene: &Scene) -> Option<(u64, Publication)> {
        let page = self.page(scene).ok().filter(|(_, page)| is_open(page));
        page.map(|(record, page)| (record, page.clone())).or_else(|| self.copy(scene))
    }

    /// Judges whether the page is reached without an account, with hints for whoever reads it.
    pub(crate) fn judged(&self, scene: &Scene) -> Vec<Finding> {
        let (outcome, indication) = self.reached(scene);
        let hints = self.hints(scene);
        vec![Finding::whole(outcome, std::iter::once(indication).chain(hints).collect())]
    }

    fn hints(&self, scene: &Scene) -> Vec<Indication> {
        let Some((record, page)) = self.readable(scene) else { return Vec::new() };
        let hints = reading::hints(&sentence_start(&page.url), &page.text, self.hints);
        let mut hints: Vec<Indication> =
            hints.into_iter().map(|i| i.shown_by([record]).at(self.place())).collect();
        hints.extend(self.differing(scene));
        hints
    }

    /// A copy that says something else than the page.
    fn differing(&self, scene: &Scene) -> Option<Indication> {
        let (at, page) = self.page(scene).ok().filter(|(_, page)| is_open(page))?;
        let (copied_at, copy) = self.copy(scene).filter(|(_, copy)| !copy.text.is_empty())?;
        // Of a text that is not whole the rest may be the same.
        let is_whole = page.unread.is_none() && copy.unread.is_none();
        let same = page.text.split_whitespace().eq(copy.text.split_whitespace());
        let words = format!("{} says something else than {}.", sentence_start(&copy.url), page.url);
        let hint = Indication::note(words, "compare both, and replace the copy when it is out of date");
        (is_whole && !same).then(|| hint.shown_by([at, copied_at]).at(self.place()))
    }

    /// Whether the page was reached without an account. A copy cannot show that.
    pub(crate) fn reached(&self, scene: &Scene) -> Said {
        match self.page(scene) {
            Ok((record, page)) => shown(self.answered(page), record),
            Err(said) => match self.copy(scene) {
                None => *said,
                Some((record, copy)) => {
                    let words = format!(
                        "Only {} of {} was read, which does not show that anybody can reach it.",
                        copy.url, self.what
                    );
                    let remedy = format!("fill in `{}.url`, and assess with the site in reach", self.field);
                    shown(leave_open(self.place(), words, remedy), record)
                }
            },
        }
    }

    fn answered(&self, page: &Publication) -> Said {
        let (place, what, url) = (self.place(), self.what, &page.url);
        let remedy = "publish it at the declared address, open to anybody, or correct the address";
        match &page.outcome {
            FetchOutcome::Status(200..=299) if is_behind_login(page) => {
                fail(place, format!("{url}, where {what} is published, asks for a login."), remedy)
            }
            FetchOutcome::Status(200..=299) => match doubt(page) {
                Some(Doubt { words, remedy }) => {
                    let words = format!("{url}, where {what} is published, opens, but {words}.");
                    leave_open(place, words, remedy)
                }
                None => pass(place, format!("{url}, where {what} is published, opens.")),
            },
            FetchOutcome::Status(status) if is_filtered(*status) && !page.asks_login => {
                let words = format!(
                    "{url}, where {what} is published, answers with status {status}, as filters against programs and \
                     regions do too."
                );
                leave_open(place, words, "open it in a browser, without an account")
            }
            FetchOutcome::Status(401 | 403) => {
                fail(place, format!("{url}, where {what} is published, refuses access."), remedy)
            }
            FetchOutcome::Status(status) if is_passing(*status) => {
                let words =
                    format!("{url}, where {what} is published, answers with status {status} for now.");
                leave_open(place, words, "wait until the server takes requests, and assess again")
            }
            FetchOutcome::Status(status @ (300..=499)) => fail(
                place,
                format!("{url}, where {what} is published, answers with status {status}."),
                remedy,
            ),
            FetchOutcome::Status(status) => {
                let words = format!("{url}, where {what} is published, answers with status {status}.");
                fail(place, words, "put the server right, and assess again")
            }
            FetchOutcome::LeavesTargets(to) => {
                let words =
                    format!("{url}, where {what} is published, points to {to}, which is not declared.");
                leave_open(place, words, "name that host in product.toml, or declare the final address")
            }
            FetchOutcome::NotHttp => {
                fail(place, format!("{url}, where {what} is published, does not answer with HTTP."), remedy)
            }
        }
    }

    /// Judges what a page says, or else what its copy says; without either it stays open here.
    pub(crate) fn read(&self, scene: &Scene, rule: impl Fn(&Publication) -> Said) -> Vec<Finding> {
        if let Some((record, page)) = self.readable(scene) {
            let said = match page.unread {
                _ if !page.text.is_empty() => self.as_far_as_read(&page, self.as_served(&page, rule(&page))),
                Some(why) => self.unread(&page.url, why.words(), remedy_for(why)),
                None => self.unread(&page.url, "it holds no text", READ_IT),
            };
            return whole(shown(self.as_published(scene, said), record));
        }
        match self.page(scene) {
            Err(said) => whole(*said),
            Ok((record, page)) => {
                let words = format!("{} was not reached, so what it says is unknown.", page.url);
                let remedy = "publish it open to anybody, and assess again";
                whole(shown(leave_open(self.place(), words, remedy), record))
            }
        }
    }

    /// A copy says nothing of what is published where the declared address surely does not publish it.
    fn as_published(&self, scene: &Scene, said: Said) -> Said {
        let missing = self.page(scene).ok().filter(|(_, page)| self.answered(page).0 == Outcome::Fail);
        match missing {
            Some((record, page)) if said.0 == Outcome::Pass => {
                let words = format!("{} But {} does not show it.", said.1.words, page.url);
                let remedy = "publish it at the declared address, open to anybody, and assess again";
                shown(leave_open(self.place(), words, remedy), record)
            }
            _ => said,
        }
    }

    fn unread(&self, place: &str, why: &str, remedy: &str) -> Said {
        let words = format!("{} was not read: {why}.", sentence_start(place));
        leave_open(self.place(), words, remedy)
    }

    /// What is wrong with a page that another address served may be that it is another page.
    fn as_served(&self, page: &Publication, said: Said) -> Said {
        match moved(page) {
            Some(to) if said.0 == Outcome::Fail => {
                let words = format!("{} It was served from {to}, and may be another page.", said.1.words);
                leave_open(self.place(), words, "declare the final address, and assess again")
            }
            _ => said,
        }
    }

    /// What is missing in a text that is not whole may stand in the rest.
    fn as_far_as_read(&self, page: &Publication, said: Said) -> Said {
        match page.unread {
            Some(why) if said.0 != Outcome::Pass => {
                let words = format!("{} The page was not read to its end: {}.", said.1.words, why.words());
                let remedy = match said.0 {
                    Outcome::Fail => remedy_for(why).to_owned(),
                    _ => format!("{}; {}", said.1.remedy, remedy_for(why)),
                };
                leave_open(self.place(), words, remedy)
            }
            _ => said,
        }
    }

    /// Whether the declaration names a precondition of access.
    pub(crate) fn is_open_to_all(&self, scene: &Scene) -> Said {
        match self.source(scene).and_then(|s| text(s.precondition.as_ref())) {
            Some(word) if word.eq_ignore_ascii_case("none") => {
                pass(self.place(), format!("Access to {} is declared to have no precondition.", self.what))
            }
            Some(condition) => {
                let words = format!("Access to {} has a precondition: {condition}.", self.what);
                fail(self.place(), words, "publish it so that anybody can read it")
            }
            None => {
                let words =
                    format!("2-UserInfo does not say whether access to {} has a precondition.", self.what);
                leave_open(self.place(), words, format!("fill in `{}.precondition`", self.field))
            }
        }
    }
}

/// Why a page that opened may not be the declared one, or not open for a visitor.
struct Doubt {
    words: String,
    remedy: &'static str,
}

fn doubt(page: &Publication) -> Option<Doubt> {
    let doubt = |words: String, remedy| Some(Doubt { words, remedy });
    if page.asks_login {
        let words = "holds a field for a password, so that somebody has to see what opens without an account";
        return doubt(words.into(), "open it in a browser, without an account");
    }
    if let Some(words) = certificate_doubt(page) {
        return doubt(words, "renew the certificate, or see by hand what a browser says; then assess again");
    }
    if let Some(to) = moved(page) {
        return doubt(
            format!("it leads to {to}"),
            "see that this is the page, and declare the final address",
        );
    }
    match page.unread {
        _ if !page.text.is_empty() => None,
        Some(why) => doubt(format!("its text was not read: {}", why.words()), remedy_for(why)),
        None => doubt("it holds no text".into(), "open it in a browser, without an account"),
    }
}

/// Why a browser would stop before the page, as a clause.
fn certificate_doubt(page: &Publication) -> Option<String> {
    let addresses = [Some(page.url.as_str()), page.served_from.as_deref()];
    let mut hosts = addresses.into_iter().flatten().filter_map(tls_host);
    let is_known = |host: &String| {
        page.certificates.iter().any(|c| c.host.trim_end_matches('.').eq_ignore_ascii_case(host))
    };
    if let Some(host) = hosts.find(|host| !is_known(host)) {
        return Some(format!("nobody recorded which certificate {host} showed"));
    }
    page.certificates.iter().find_map(|seen| {
        let (host, is_due) = (&seen.host, (seen.not_before..=seen.not_after).contains(&seen.seen_at));
        match is_due {
            false => Some(format!("the certificate of {host} was not in force when it was seen")),
            true if !covers(&seen.names, host) => {
                Some(format!("the certificate of {host} names other hosts"))
            }
            true => match seen.self_signed {
                Some(false) => None,
                Some(true) => Some(format!("the certificate of {host} is signed by nobody but itself")),
                None => Some(format!("nobody recorded who signed the certificate of {host}")),
            },
        }
    })
}

/// The address that served the page, when it is not the declared one in another notation.
fn moved(page: &Publication) -> Option<&str> {
    page.served_from.as_deref().filter(|to| !leads_to_itself(&page.url, to))
}

/// Most words beside a login.
const LOGIN_WORDS: usize = 50;

/// Whether a page is a login and not what is published: a field for a password with hardly any text, or under an
/// address that speaks of logging in. A field that only a script knows, or beside a text, may be a drawer that most
/// visitors never see.
fn is_behind_login(page: &Publication) -> bool {
    let is_short = || words_in(&page.text) < LOGIN_WORDS;
    page.asks_login && !page.scripted_login && (moved(page).is_some_and(is_login) || is_short())
}

/// More letters without a blank between them are a sentence of a script that sets none.
const LONGEST_WORD: usize = 20;

/// How many words a text has; where a script sets no blanks, as in Chinese, Japanese and Thai, two characters are one.
fn words_in(text: &str) -> usize {
    let words = text.split_whitespace().map(|word| {
        let (all, foreign) = (word.chars().count(), word.chars().filter(|c| !c.is_ascii()).count());
        if all > LONGEST_WORD && foreign * 2 > all { all / 2 } else { 1 }
    });
    words.sum()
}

/// Whether a status is what filters answer to programs, which some tell by the kinds of answers that they ask for, or
/// to visitors of other regions (RFC 7725).
pub(crate) fn is_filtered(status: u16) -> bool {
    matches!(status, 403 | 406 | 451)
}

/// What to do when no page came.
pub(crate) const FETCH_IT: &str = "run `assize assess` with the site in reach; what kept a page from coming stands among the bench's troubles";

const READ_IT: &str = "read it by hand, or keep a copy as HTML or text";

/// What lets the rest of a text be read.
fn remedy_for(why: Unread) -> &'static str {
    match why {
        Unread::TooLong => "assess again with a larger `--page-kib`",
        Unread::Unfinished => "assess again, with more `--page-seconds` where the server is slow",
        Unread::TooMuch => {
            "read it by hand, or declare the page or the chapter that says it as one of its own"
        }
        _ => READ_IT,
    }
}

/// Whether a status says that the server does not answer now, and nothing of what it publishes: a limit on requests
/// (RFC 6585), a fault, an overload or maintenance, and the time-outs (RFC 9110), also as delivery networks answer them
/// for a server behind them.
pub(crate) fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502..=504 | 520..=530)
}

/// Whether a page opened and is no login.
pub(crate) fn is_open(page: &Publication) -> bool {
    matches!(page.outcome, FetchOutcome::Status(200..=299)) && !is_behind_login(page)
}

/// `The copy x` at the beginning of a sentence; an address stays as it is.
fn sentence_start(place: &str) -> String {
    place.strip_prefix("the ").map_or_else(|| place.to_owned(), |rest| format!("The {rest}"))
}

/// What was last fetched from an address.
pub(crate) fn publication_at<'a>(scene: &Scene<'a>, url: &str) -> Option<(u64, &'a Publication)> {
    let pages = scene.facts().filter_map(|(record, fact)| match fact {
        Fact::Publication(page) if page.url == url => Some((record, page)),
        _ => None,
    });
    pages.max_by_key(|(record, _)| *record)
}
