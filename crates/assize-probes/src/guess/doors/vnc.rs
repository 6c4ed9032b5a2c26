//! VNC: the security type with a password (RFC 6143, clause 7.2.2).

use super::{Attempt, Line, Pair, Said, Untold, Way, slowly};
use crate::{
    Budget, Trouble,
    guess::later::Later,
    identify::protocols::vnc::{self, CHALLENGE, Judged, NONE, Offer, PASSWORD},
    tap::Patience,
    too_many::says_too_many,
};

/// Tries one password; there are no users.
pub(super) async fn attempt(way: &Way<'_>, (_, password): Pair<'_>) -> Result<Attempt, Trouble> {
    way.over(async |line| talk(line, way.budget, password).await).await
}

async fn talk(line: &mut Line<'_>, budget: &Budget, password: &str) -> Option<Said> {
    let patience = Patience::whole(budget.read);
    line.hear(patience, vnc::is_version).await;
    vnc::is_version(line.heard()).then_some(())?;
    // Who is turned away may hear so before the own version is sent, and the line is closed then.
    if vnc::offer(line.heard()) != Some(Offer::Failed) {
        line.say(vnc::answer(line.heard()), budget.read).await.ok();
    }
    if vnc::offer(line.heard()).is_none() {
        line.hear(patience, |bytes| vnc::offer(bytes).is_some()).await;
    }
    let at = match vnc::offer(line.heard())? {
        Offer::Failed => {
            line.hear(patience, |bytes| vnc::reason(bytes).is_some()).await;
            let says_so = vnc::reason(line.heard()).is_some_and(says_too_many);
            return Some(Err(match says_so {
                true => Untold::Later(Later::in_words()),
                false => Untold::Because("the server takes no connection at the moment"),
            }));
        }
        Offer::Types(types, _) if types.contains(&NONE) => {
            return Some(Err(Untold::Because("the server lets anybody in without a password")));
        }
        Offer::Types(types, _) if !types.contains(&PASSWORD) => {
            return Some(Err(Untold::Because("the server asks for something else than a VNC password")));
        }
        Offer::Types(_, at) => at,
    };
    if !vnc::is_old(line.heard()) {
        line.say(&[PASSWORD], budget.read).await.ok()?;
    }
    let challenge = |bytes: &[u8]| vnc::challenge(bytes.get(at..).unwrap_or_default());
    if challenge(line.heard()).is_none() {
        line.hear(patience, |bytes| challenge(bytes).is_some()).await;
    }
    line.say(&vnc::proof(challenge(line.heard())?, password), budget.read).await.ok()?;
    let judged = |bytes: &[u8]| vnc::judged(bytes.get(at + CHALLENGE..).unwrap_or_default());
    if judged(line.heard()).is_none() {
        line.hear(Patience::whole(slowly(budget)), |bytes| judged(bytes).is_some()).await;
    }
    Some(match judged(line.heard())? {
        Judged::LetIn => Ok(true),
        Judged::Refused => Ok(false),
        Judged::TooMany => Err(Untold::Later(Later::said("the server counts too many attempts"))),
        Judged::Else => Err(Untold::Door),
    })
}
