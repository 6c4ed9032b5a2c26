//! SSH: the methods `password` and `keyboard-interactive`.

use super::{Attempt, Pair, Untold, Way};
use crate::{
    Trouble,
    ssh::login::{self, Attempt as Came},
};

/// Tries one pair.
pub(super) async fn attempt(way: &Way<'_>, pair: Pair<'_>) -> Result<Attempt, Trouble> {
    let (came, raw) = login::attempt(way.target, way.door.port, way.budget, pair).await?;
    let (came, untold) = match came {
        Came::LetIn => (Some(true), Untold::Door),
        Came::Refused => (Some(false), Untold::Door),
        // Whoever needs no password is let in by the empty one; of another password that tells nothing.
        Came::WithoutPassword if pair.1.is_empty() => (Some(true), Untold::Door),
        Came::WithoutPassword | Came::Expired => (None, Untold::Pair),
        Came::Partial => {
            (None, Untold::Because("a password was right, and the server asks for a further proof"))
        }
        Came::TakesNone => (None, Untold::Because("the server takes no password")),
        Came::Untold => (None, Untold::Door),
    };
    Ok(Attempt { came, raw, untold })
}
