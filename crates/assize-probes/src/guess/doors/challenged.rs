//! A request that a challenge guards, over HTTP or RTSP: asked without a login, and then with what answers the challenge.

use std::time::{SystemTime, UNIX_EPOCH};

use ring::rand::{SecureRandom, SystemRandom};

use super::{Attempt, Line, Pair, Way, Wire};
use crate::{
    Raw, Trouble,
    guess::{
        challenge::{self, Asked, Request},
        later::{Later, says_so},
    },
    http::codec::Answer,
    play::retry_after,
    tap::Patience,
};

/// What is asked.
pub(super) struct Question<'a> {
    pub(super) request: Request<'a>,
    /// First line and headers, without the empty line after them.
    pub(super) head: String,
    pub(super) body: &'a str,
    /// Whether it is RTSP: requests are numbered, and the second goes over the same connection, to which some servers
    /// bind their nonces.
    pub(super) is_rtsp: bool,
    /// Whether an answer is whole, or a beginning that will never be one.
    pub(super) is_over: fn(&[u8]) -> bool,
    pub(super) read: fn(&[u8]) -> Option<Answer>,
}

/// What came back.
#[derive(Default)]
pub(super) struct Heard {
    pub(super) answer: Option<Answer>,
    /// The challenge in it that can be answered.
    pub(super) asked: Option<Asked>,
    /// That the pair was put off, where it was.
    pub(super) later: Option<Later>,
    /// Whether the next pair can be sent at once: by basic authentication, to a server that puts off no question.
    pub(super) takes_at_once: bool,
    pub(super) raw: Vec<Raw>,
}

impl Heard {
    /// Whether it asks for a login in a way that can be driven: refused, where it does.
    pub(super) fn asks(&self) -> bool {
        self.answer.as_ref().is_some_and(|a| a.status == 401) && self.asked.is_some()
    }

    /// Whether the door let in; none when the answer does not tell. A refusal of no pair counts where the door can be
    /// driven.
    pub(super) fn came(&self, has_pair: bool) -> Option<bool> {
        if self.later.is_some() {
            return None;
        }
        match self.answer.as_ref()?.status {
            401 if has_pair || self.asks() => Some(false),
            200..=399 => Some(true),
            _ => None,
        }
    }

    /// What the door made of a pair.
    pub(super) fn attempt(self, came: Option<bool>) -> Attempt {
        match self.later {
            Some(later) => Attempt::put_off(later, self.raw),
            None => Attempt::of(came, self.raw),
        }
    }

    /// Whether the answer puts the question off, for whatever reason. What an open door calls a wait is none.
    pub(super) fn put_off(&self) -> Option<Later> {
        let answer = self.answer.as_ref()?;
        let wait = retry_after(answer).filter(|wait| !wait.is_zero());
        let is_put_off = matches!(answer.status, 423 | 429 | 503) || answer.status >= 400 && wait.is_some();
        let says_so = says_so(Some(answer.status), wait);
        is_put_off.then_some(Later { wait, says_so, why: "the server puts further attempts off" })
    }

    /// Without an answer when it calls the nonce too old, for then the pair was not judged; a server that does so
    /// again may even mean that the password was right (RFC 7616 clause 3.3).
    fn judged(mut self) -> Self {
        self.answer.take_if(|_| self.asked.as_ref().is_some_and(Asked::is_stale));
        self
    }
}

/// Tries a pair, or asks without one.
pub(super) async fn heard(
    way: &Way<'_>,
    question: &Question<'_>,
    pair: Option<Pair<'_>>,
) -> Result<Heard, Trouble> {
    match pair {
        Some(pair) if way.door.at_once => at_once(way, question, pair).await,
        Some(pair) => prove(way, question, pair).await,
        None => ask(way, question).await,
    }
}

/// Asks without a login.
pub(super) async fn ask(way: &Way<'_>, question: &Question<'_>) -> Result<Heard, Trouble> {
    let mut wire = Wire::default();
    let Some(mut line) = way.line(&mut wire).await? else {
        return Ok(Heard { raw: wire.untold().raw, ..Heard::default() });
    };
    let mut heard = say(way, &mut line, question, None).await;
    heard.raw = line.raw("");
    Ok(heard)
}

/// Asks without a login, and when that is refused with a challenge, once more with a pair. What comes back is the last
/// answer to the pair; none when the door asked for nothing, or did not answer.
pub(super) async fn prove(way: &Way<'_>, question: &Question<'_>, pair: Pair<'_>) -> Result<Heard, Trouble> {
    let mut wire = Wire::default();
    let Some(mut line) = way.line(&mut wire).await? else {
        return Ok(Heard { raw: wire.untold().raw, ..Heard::default() });
    };
    let first = say(way, &mut line, question, None).await;
    let (Some(asked), true) = (&first.asked, first.asks()) else {
        // A guesser may do without this question, so that putting it off says nothing of guesses.
        let later = first.put_off().map(|later| Later { says_so: false, ..later });
        return Ok(Heard { raw: line.raw(""), later, ..Heard::default() });
    };
    if question.is_rtsp && !closes(first.answer.as_ref()) {
        let mut heard = say(way, &mut line, question, Some((asked, pair))).await;
        // A nonce that was too old says nothing of the password.
        if let Some(fresh) = heard.asked.take_if(|a| a.is_stale()) {
            heard = say(way, &mut line, question, Some((&fresh, pair))).await;
        }
        heard.raw = line.raw("");
        return weighed(way, question, &first, heard.judged()).await;
    }
    let mut heard = anew(way, question, asked, pair).await?;
    if let Some(fresh) = heard.asked.take_if(|a| a.is_stale()) {
        heard = anew(way, question, &fresh, pair).await?;
    }
    heard.raw.splice(0..0, line.raw(""));
    weighed(way, question, &first, heard.judged()).await
}

/// Sees whether an answer puts a pair off, and whether it is the pair that it puts off. A server that limits requests of
/// any kind takes two of each attempt here, and one of a guesser who spares himself the question; so the question is
/// asked once more, and has to be answered as before.
pub(super) async fn weighed(
    way: &Way<'_>,
    question: &Question<'_>,
    first: &Heard,
    mut heard: Heard,
) -> Result<Heard, Trouble> {
    let status = |heard: &Heard| heard.answer.as_ref().map(|a| a.status);
    heard.takes_at_once = first.asked == Some(Asked::Basic) && first.put_off().is_none();
    let is_usual = first.put_off().is_some() && status(first) == status(&heard);
    heard.later = heard.put_off().filter(|_| !is_usual);
    if let Some(later) = &mut heard.later
        && later.says_so
    {
        let again = ask(way, question).await?;
        later.says_so = again.put_off().is_none() && status(&again) == status(first);
        heard.raw.extend(again.raw);
    }
    Ok(heard)
}

/// Proves by basic authentication without the question before it: one request is one attempt, so that whoever limits
/// requests limits attempts.
async fn at_once(way: &Way<'_>, question: &Question<'_>, pair: Pair<'_>) -> Result<Heard, Trouble> {
    let mut heard = anew(way, question, &Asked::Basic, pair).await?;
    heard.later = heard.put_off();
    let is_judged = heard.asked == Some(Asked::Basic);
    // Who asks for another proof by now has judged none.
    heard.answer.take_if(|answer| answer.status == 401 && !is_judged);
    Ok(heard)
}

/// Proves over a connection of its own.
async fn anew(
    way: &Way<'_>,
    question: &Question<'_>,
    asked: &Asked,
    pair: Pair<'_>,
) -> Result<Heard, Trouble> {
    let mut wire = Wire::default();
    let Some(mut line) = way.line(&mut wire).await? else {
        return Ok(Heard { raw: wire.untold().raw, ..Heard::default() });
    };
    let mut heard = say(way, &mut line, question, Some((asked, pair))).await;
    heard.raw = line.raw("");
    Ok(heard)
}

/// Sends the question over a line and reads its answer.
async fn say(
    way: &Way<'_>,
    line: &mut Line<'_>,
    question: &Question<'_>,
    proof: Option<(&Asked, Pair<'_>)>,
) -> Heard {
    let before = line.heard().len();
    let mut bytes = question.head.clone().into_bytes();
    if question.is_rtsp {
        let sent = line.said().windows(4).filter(|w| w == b"\r\n\r\n").count();
        bytes.extend(format!("CSeq: {}\r\n", sent + 1).bytes());
    }
    if let Some((asked, pair)) = proof {
        let cnonce = hex::encode(random());
        let proof = asked.proof(pair, question.request, &cnonce);
        bytes.extend([b"Authorization: ", &proof[..], b"\r\n"].concat());
    }
    bytes.extend([b"\r\n", question.body.as_bytes()].concat());
    line.say(&bytes, way.budget.read).await.ok();
    let is_over = |all: &[u8]| (question.is_over)(all.get(before..).unwrap_or_default());
    line.hear(Patience::whole(way.budget.read), is_over).await;
    let news = line.heard().get(before..).unwrap_or_default();
    Heard { answer: (question.read)(news), asked: challenge::asked(news), ..Heard::default() }
}

fn closes(answer: Option<&Answer>) -> bool {
    answer.is_none_or(|a| a.header("connection").eq_ignore_ascii_case("close"))
}

/// Bytes that no other request has.
pub(super) fn random() -> [u8; 16] {
    let mut all = [0; 16];
    // Without the system's randomness the clock still tells two requests apart.
    if SystemRandom::new().fill(&mut all).is_err() {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        all = since.as_nanos().to_be_bytes();
    }
    all
}
