//! SSH: the methods `password` and `keyboard-interactive`.

use super::{Attempt, Pair, Untold, Way};
use crate::{
    Trouble,
    guess::later::Later,
    ssh::login::{self, Attempt as Came},
};

/// Tries one pair.
pub(super) async fn attempt(way: &Way<'_>, pair: Pair<'_>) -> Result<Attempt, Trouble> {
    let (came, raw) = login::attempt(way.target, way.door.port, way.budget, pair).await?;
    let said = match came {
        Came::LetIn => Ok(true),
        Came::Refused => Ok(false),
        Came::PutOff => Err(Untold::Later(Later::in_words())),
        // Whoever needs no password is let in by the empty one; of another password that tells nothing.
        Came::WithoutPassword if pair.1.is_empty() => Ok(true),
        Came::WithoutPassword | Came::Expired => Err(Untold::Pair),
        Came::Partial => {
            Err(Untold::Because("a password was right, and the server asks for a further proof"))
        }
        Came::TakesNone => Err(Untold::Because("the server takes no password")),
        Came::Untold => Err(Untold::Door),
    };
    Ok(Attempt::said(Some(said), raw))
}
