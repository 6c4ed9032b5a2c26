//! Published pages: whether a declared place of publication was reached by anybody, and what it says.

use assize_model::declaration::ixit::UserInfo;
use assize_model::declaration::ixit::common::Source;
use assize_model::fact::{Fact, FetchOutcome, Publication};
use assize_model::judgement::{Finding, Pointer};
use assize_model::scene::Scene;

use crate::look::REMEDY;
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
        let pages = scene.facts().filter_map(|(record, fact)| match fact {
            Fact::Publication(p) if p.url == url => Some((record, p)),
            _ => None,
        });
        let unread = || {
            let words = format!("Nobody fetched {url}, where {} is published.", self.what);
            leave_open(self.place(), words, REMEDY).into()
        };
        pages.max_by_key(|(record, _)| *record).ok_or_else(unread)
    }

    /// Whether the page was reached without an account.
    pub(crate) fn reached(&self, scene: &Scene) -> Said {
        let (record, page) = match self.page(scene) {
            Ok(found) => found,
            Err(said) => return *said,
        };
        shown(self.answered(page), record)
    }

    fn answered(&self, page: &Publication) -> Said {
        let (place, what, url) = (self.place(), self.what, &page.url);
        let remedy = "publish it at the declared address, open to anybody, or correct the address";
        match &page.outcome {
            FetchOutcome::Status(200..=299) if page.asks_login => {
                fail(place, format!("{url}, where {what} is published, asks for a login."), remedy)
            }
            FetchOutcome::Status(200..=299) => {
                pass(place, format!("{url}, where {what} is published, opens."))
            }
            FetchOutcome::Status(401 | 403) => {
                fail(place, format!("{url}, where {what} is published, refuses access."), remedy)
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

    /// Judges what a page says; a page that was not reached stays open here.
    pub(crate) fn read(&self, scene: &Scene, rule: impl Fn(&Publication) -> Said) -> Vec<Finding> {
        let (record, page) = match self.page(scene) {
            Ok(found) => found,
            Err(said) => return whole(*said),
        };
        let is_open = matches!(page.outcome, FetchOutcome::Status(200..=299)) && !page.asks_login;
        let said = if is_open {
            rule(page)
        } else {
            let words = format!("{} was not reached, so what it says is unknown.", page.url);
            leave_open(self.place(), words, "publish it open to anybody, and assess again")
        };
        whole(shown(said, record))
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
