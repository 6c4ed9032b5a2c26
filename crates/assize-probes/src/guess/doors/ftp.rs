//! FTP: USER and PASS (RFC 959 clause 4.1.1).

use super::{Attempt, Line, Pair, Said, Untold, Way, slowly};
use crate::{
    Budget, Trouble,
    guess::{codec, later::Later},
    tap::Patience,
    too_many::says_too_many,
};

/// Tries one pair.
pub(super) async fn attempt(way: &Way<'_>, pair: Pair<'_>) -> Result<Attempt, Trouble> {
    way.over(async |line| talk(line, way.budget, pair).await).await
}

async fn talk(line: &mut Line<'_>, budget: &Budget, (user, password): Pair<'_>) -> Option<Said> {
    let patience = Patience { first: budget.read, quiet: budget.quiet, whole: budget.read };
    line.hear(patience, |b| codec::ftp_code(b).is_some()).await;
    match codec::ftp_code(line.heard())? {
        220 => {}
        code => return puts_off(code, line.heard()).map(Err),
    }
    for (command, word) in [("USER", user), ("PASS", password)] {
        let before = line.heard().len();
        line.say(format!("{command} {word}\r\n").as_bytes(), budget.read).await.ok()?;
        let slow = Patience { first: slowly(budget), whole: slowly(budget), ..patience };
        line.hear(slow, |b| codec::ftp_code(b.get(before..).unwrap_or_default()).is_some()).await;
        let news = line.heard().get(before..)?;
        let code = codec::ftp_code(news)?;
        match (code, puts_off(code, news)) {
            (230, _) => return Some(Ok(true)),
            (331 | 332, _) => {}
            (_, Some(later)) => return Some(Err(later)),
            (430 | 530 | 532, None) => return Some(Ok(false)),
            _ => return None,
        }
    }
    None
}

/// That there were too many attempts, where a refusal says so in words; no code of its own stands for that.
fn puts_off(code: u16, said: &[u8]) -> Option<Untold> {
    (code >= 400 && says_too_many(said)).then(|| Untold::Later(Later::in_words()))
}
