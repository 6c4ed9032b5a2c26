//! SMB: a session is set up by NTLM (MS-SMB2, clause 3.2.4.2.3); no share is touched.

use std::time::{SystemTime, UNIX_EPOCH};

use super::{Attempt, Line, Pair, Said, Untold, Way, challenged::random, slowly};
use crate::{
    Budget, Trouble,
    guess::later::Later,
    smb::{
        codec::{self, Judged},
        ntlm::{self, Client},
    },
    tap::Patience,
};

/// Seconds from 1601 to 1970.
const BEFORE_UNIX: u64 = 11_644_473_600;

/// Tries one pair. One without a user asks for no account, so that nothing is told of its password.
pub(super) async fn attempt(way: &Way<'_>, pair: Pair<'_>) -> Result<Attempt, Trouble> {
    if pair.0.is_empty() {
        return Ok(Attempt::said(Some(Err(Untold::Pair)), Vec::new()));
    }
    way.over(async |line| talk(line, way.budget, pair).await).await
}

async fn talk(line: &mut Line<'_>, budget: &Budget, pair: Pair<'_>) -> Option<Said> {
    let soon = Patience::whole(budget.read);
    ask(line, &codec::negotiate(random()), 0, soon).await?;
    let Some(offer) = codec::answer(line.heard(), 0)?.offer() else {
        return Some(Err(Untold::Because("the server takes no dialect of SMB from 2.0.2 to 3.1.1")));
    };
    // Who lists no ways to log in takes the tokens bare.
    let is_wrapped = !offer.is_empty();
    if is_wrapped && !ntlm::is_offered(offer) {
        return Some(Err(Untold::Because("the server takes no login by NTLM")));
    }
    let first = ntlm::negotiate();
    let first = if is_wrapped { ntlm::wrap_first(&first) } else { first };
    ask(line, &codec::session_setup(1, 0, &first)?, 1, soon).await?;
    let asked = codec::answer(line.heard(), 1)?;
    match asked.judged() {
        Judged::More => {}
        Judged::LetIn => {
            return Some(Err(Untold::Because("the server lets anybody in without a password")));
        }
        Judged::Guest => return Some(Err(Untold::Guest)),
        // No password was sent yet.
        _ => return Some(Err(Untold::Door)),
    }
    let last = ntlm::authenticate(&ntlm::challenge(asked.token())?, pair, client())?;
    let last = if is_wrapped { ntlm::wrap_next(&last) } else { last };
    ask(line, &codec::session_setup(2, asked.session, &last)?, 2, Patience::whole(slowly(budget))).await?;
    Some(came_of(codec::answer(line.heard(), 2)?.judged()))
}

/// Sends a message and listens until its answer is there.
async fn ask(line: &mut Line<'_>, message: &[u8], id: u64, patience: Patience) -> Option<()> {
    line.say(message, patience.whole).await.ok()?;
    line.hear(patience, |bytes| codec::answer(bytes, id).is_some()).await;
    Some(())
}

fn came_of(judged: Judged) -> Said {
    match judged {
        Judged::LetIn => Ok(true),
        Judged::Refused => Ok(false),
        Judged::Guest => Err(Untold::Guest),
        Judged::Barred => Err(Untold::Pair),
        // That of the user who was named.
        Judged::Locked => Err(Untold::Later(Later::said("the server has locked an account"))),
        Judged::Expired => {
            Err(Untold::Because("a password was right, and the server asks for another one first"))
        }
        Judged::More | Judged::Else => Err(Untold::Door),
    }
}

fn client() -> Client {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let time = (since.as_secs() + BEFORE_UNIX) * 10_000_000 + u64::from(since.subsec_nanos() / 100);
    let [a, b, c, d, e, f, g, h, ..] = random();
    Client { nonce: [a, b, c, d, e, f, g, h], time }
}
