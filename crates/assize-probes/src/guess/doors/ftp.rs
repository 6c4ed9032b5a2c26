//! FTP: USER and PASS (RFC 959 clause 4.1.1).

use super::{Attempt, Line, Pair, Way, slowly};
use crate::{Budget, Trouble, guess::codec, tap::Patience};

/// Tries one pair.
pub(super) async fn attempt(way: &Way<'_>, pair: Pair<'_>) -> Result<Attempt, Trouble> {
    way.over(async |line| talk(line, way.budget, pair).await).await
}

async fn talk(line: &mut Line<'_>, budget: &Budget, (user, password): Pair<'_>) -> Option<bool> {
    let patience = Patience { first: budget.read, quiet: budget.quiet, whole: budget.read };
    line.hear(patience, |b| codec::ftp_code(b).is_some()).await;
    (codec::ftp_code(line.heard()) == Some(220)).then_some(())?;
    for (command, word) in [("USER", user), ("PASS", password)] {
        let before = line.heard().len();
        line.say(format!("{command} {word}\r\n").as_bytes(), budget.read).await.ok()?;
        let slow = Patience { first: slowly(budget), whole: slowly(budget), ..patience };
        line.hear(slow, |b| codec::ftp_code(b.get(before..).unwrap_or_default()).is_some()).await;
        match codec::ftp_code(line.heard().get(before..)?)? {
            230 => return Some(true),
            331 | 332 => {}
            430 | 530 | 532 => return Some(false),
            _ => return None,
        }
    }
    None
}
