//! Telnet: prompts for a login and a password are answered, and the text after them is read.

use super::{Attempt, Line, Pair, Said, Untold, Way, slowly};
use crate::{
    Budget, Trouble,
    guess::{codec, later::Later},
    tap::Patience,
    telnet::codec as telnet_codec,
    too_many::says_too_many,
};

/// Most prompts of one terminal that are answered.
const MOST_PROMPTS: usize = 6;

/// Tries one pair.
pub(super) async fn attempt(way: &Way<'_>, pair: Pair<'_>) -> Result<Attempt, Trouble> {
    way.over(async |line| talk(line, way.budget, pair).await).await
}

async fn talk(line: &mut Line<'_>, budget: &Budget, (user, password): Pair<'_>) -> Option<Said> {
    let (mut answered, mut read, mut has_sent_password, mut has_sent_user) = (0, 0, false, false);
    let patience = Patience { first: budget.read, quiet: budget.quiet, whole: budget.read };
    for _ in 0..MOST_PROMPTS {
        let first = if has_sent_password { slowly(budget) } else { budget.read };
        line.hear(Patience { first, whole: first, ..patience }, |_| false).await;
        let parted = telnet_codec::part(line.heard());
        let news = parted.commands.get(answered..).unwrap_or_default();
        line.say(&telnet_codec::reply(news), budget.read).await.ok();
        answered = parted.commands.len();
        let text = parted.text.get(read..).unwrap_or_default();
        let is_prompt = telnet_codec::is_login_prompt(text);
        // What stands before the user's name is there for everybody.
        let says_so = has_sent_user && says_too_many(text);
        if has_sent_password {
            let came = codec::terminal(text, is_prompt);
            if says_so && came != Some(true) {
                return Some(Err(Untold::Later(Later::in_words())));
            }
            if came.is_some() || text.is_empty() {
                return came.map(Ok);
            }
            continue;
        }
        if !is_prompt {
            continue;
        }
        let tail = String::from_utf8_lossy(&text[text.len().saturating_sub(40)..]).to_ascii_lowercase();
        read = parted.text.len();
        let asks_password = ["pass", "pin"].iter().any(|word| tail.contains(word));
        if !asks_password && has_sent_user {
            return Some(if says_so { Err(Untold::Later(Later::in_words())) } else { Ok(false) });
        }
        let said = if asks_password { password } else { user };
        (has_sent_password, has_sent_user) = (asks_password, true);
        line.say(format!("{said}\r\n").as_bytes(), budget.read).await.ok()?;
    }
    None
}
