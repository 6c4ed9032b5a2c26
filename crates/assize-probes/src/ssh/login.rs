//! One attempt to log in with a user name and a password: the methods `password` (RFC 4252, clause 8) and
//! `keyboard-interactive` with one prompt (RFC 4256), one attempt to a connection.

use super::{
    codec::KexInit,
    exchange::{self, Method},
    seal::Session,
    talk::{Errand, Shown, Talk},
    userauth::{self, Asked, Judged},
};
use crate::{Budget, Raw, Target, Trouble, too_many::says_too_many};

/// Requests for information that one attempt answers, those without a prompt counted.
const MOST_REQUESTS: usize = 3;
/// Messages of the server that one attempt hears.
const MOST_MESSAGES: usize = 12;
/// A server takes its time for a wrong password: this many times the wait for an answer.
const SLOWLY: u32 = 3;

/// What came of one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// The password let the user in.
    LetIn,
    /// The user is let in without being asked for a password.
    WithoutPassword,
    /// The password is right, and the server asks for a further proof.
    Partial,
    /// The password is wrong, or the user is not there.
    Refused,
    /// The same, and the server says before that there were too many attempts.
    PutOff,
    /// The server asks for a new password before it lets the user in.
    Expired,
    /// The server offers this user no method with a password.
    TakesNone,
    /// The server hung up, went silent, or asked for something else; or no session came about.
    Untold,
}

/// Tries a pair over a connection of its own. The raw bytes are those on the wire, and the server's messages as they
/// were opened; what the bench sent stays encrypted.
pub(crate) async fn attempt(
    target: &Target,
    port: u16,
    budget: &Budget,
    (user, password): (&str, &str),
) -> Result<(Attempt, Vec<Raw>), Trouble> {
    let Some(mut talk) = Talk::begin(target, port, budget).await? else {
        return Ok((Attempt::Untold, Vec::new()));
    };
    let came = log_in(&mut talk, user, password).await.unwrap_or(Attempt::Untold);
    Ok((came, talk.line.raw(", login")))
}

async fn log_in(talk: &mut Talk<'_>, user: &str, password: &str) -> Option<Attempt> {
    let errand = errand(talk.init.as_ref()?)?;
    let mut session = talk.agree(&errand, &mut Shown::default()).await?;
    talk.tell(&mut session, &userauth::service()).await?;
    talk.tell(&mut session, &userauth::none(user)).await?;
    let methods = methods(talk, &mut session).await?;
    let has = |name: &str| methods.as_ref().is_some_and(|all| all.iter().any(|m| m == name));
    let came = match &methods {
        None => Attempt::WithoutPassword,
        Some(_) if has("password") => {
            talk.tell(&mut session, &userauth::password(user, password)).await?;
            judged(talk, &mut session, None).await?
        }
        Some(_) if has("keyboard-interactive") => {
            talk.tell(&mut session, &userauth::keyboard_interactive(user)).await?;
            judged(talk, &mut session, Some(password)).await?
        }
        Some(_) => Attempt::TakesNone,
    };
    talk.tell(&mut session, &userauth::bye()).await;
    Some(came)
}

/// The methods this user may go on with; none within when the user is let in already.
async fn methods(talk: &mut Talk<'_>, session: &mut Session) -> Option<Option<Vec<String>>> {
    let wait = talk.budget.read * SLOWLY;
    for _ in 0..MOST_MESSAGES {
        match userauth::read(&talk.opened(session, wait).await?) {
            Asked::Methods(methods) => return Some(Some(methods)),
            Asked::LetIn => return Some(None),
            Asked::Aside => {}
            Asked::Over => return None,
        }
    }
    None
}

/// Hears the judgement. With `answer`, the one prompt that hides what is typed is answered by it.
async fn judged(talk: &mut Talk<'_>, session: &mut Session, answer: Option<&str>) -> Option<Attempt> {
    let wait = talk.budget.read * SLOWLY;
    let (mut requests, mut has_answered, mut says_so) = (0, false, false);
    for _ in 0..MOST_MESSAGES {
        let message = talk.opened(session, wait).await?;
        says_so |= userauth::words(&message).into_iter().any(says_too_many);
        match userauth::judged(&message) {
            // A server that never asked has judged no password of ours.
            Judged::LetIn if answer.is_some() && !has_answered => return Some(Attempt::WithoutPassword),
            Judged::Refused if answer.is_some() && !has_answered => return Some(Attempt::TakesNone),
            Judged::Partial if answer.is_some() && !has_answered => return None,
            Judged::LetIn => return Some(Attempt::LetIn),
            Judged::Partial => return Some(Attempt::Partial),
            Judged::Refused if says_so => return Some(Attempt::PutOff),
            Judged::Refused => return Some(Attempt::Refused),
            Judged::Aside => {}
            Judged::Over => return None,
            // Number 60 is a request for a new password where a password was sent (RFC 4252, clause 8).
            Judged::Asks(_) if answer.is_none() => return Some(Attempt::Expired),
            Judged::Asks(prompts) => {
                requests += 1;
                let said: &[&str] = match (prompts.as_deref()?, answer) {
                    ([], _) => &[],
                    ([false], Some(answer)) if !has_answered => &[answer],
                    _ => return None,
                };
                has_answered |= !said.is_empty();
                talk.tell(session, &userauth::responses(said)).await?;
                if requests >= MOST_REQUESTS {
                    return None;
                }
            }
        }
    }
    None
}

/// The first host key that can be read, over a method whose secret can be agreed.
fn errand(init: &KexInit) -> Option<Errand> {
    let key = init.offer.host_keys.iter().find(|name| exchange::key_kind(name).is_some())?;
    let is_curve = |name: &&String| matches!(exchange::method(name), Some(Method::X25519 | Method::P256));
    let kex = init.offer.kex.iter().find(is_curve)?;
    Some(Errand { key: key.clone(), kex: kex.clone(), sizes: None, asks: true })
}

#[cfg(test)]
#[path = "login_tests.rs"]
mod tests;
