//! Tries default credentials by a log-in play.

use assize_model::catalogue::DefaultCredential;
use assize_model::declaration::play::Play;
use assize_model::fact::{DefaultLogin, DefaultLogins, Fact, Transport};

use super::{codec, live::Known};
use crate::{
    Raw, Trouble,
    play::{Came, Credentials, Player, came},
};

/// Wrong passwords after which the tester logs in, so that the DUT's count of failures begins anew.
const IN_A_ROW: u32 = 3;
/// A user and password that nobody has: a play that takes them for success cannot tell.
pub(super) const MADE_UP: &str = "assize-made-up";
/// The status of an answer that there is no such page: it judges no password.
const NOT_THERE: u16 = 404;
const NO_PAGE: &str = "the DUT answers that there is no such page";
const TAKES_ANY: &str = "the play takes a made-up password for success too, so nothing can be told";

/// Tries at most `most` default credentials by a play. Those that are the tester's own prove nothing and are left out,
/// but for a DUT in its factory state.
pub(crate) async fn defaults_of_play(
    player: &Player<'_>,
    known: &Known<'_>,
    play: &Play,
    most: u32,
    factory: bool,
) -> Result<(Fact, Vec<Raw>), Trouble> {
    let takes_user = codec::mentions(play, &["user", "basic"]);
    let mut rows = codec::fitting(known.defaults, "http", known.makers, takes_user);
    rows.retain(|row| factory || !is_own(player, row, takes_user));
    let mut found = blank(player, play, rows.len(), factory);
    let (mut raw, mut usual) = (Vec::new(), None);
    let made_up = Credentials { user: MADE_UP.to_owned(), password: MADE_UP.to_owned() };
    if most > 0 {
        let (came, played) = player.enter(play, &made_up).await?;
        raw.extend(played.raw);
        usual = played.answer.filter(|_| came == Came::Refused).map(|a| a.status);
        if usual == Some(NOT_THERE) {
            found.stopped = NO_PAGE.to_owned();
            return Ok((Fact::DefaultLogins(found), raw));
        }
        if came == Came::In {
            (found.stopped, found.takes_any) = (TAKES_ANY.to_owned(), true);
            return Ok((Fact::DefaultLogins(found), raw));
        }
    }
    for row in rows {
        if found.tried.saturating_add(1) >= most {
            found.stopped = format!("the share of {most} wrong passwords was used up");
            break;
        }
        let credentials = Credentials { user: row.user.clone(), password: row.password.clone() };
        let (_, played) = player.enter(play, &credentials).await?;
        match came(play, played.answer.as_ref(), usual) {
            Came::In => {
                raw.extend(played.raw);
                // A page that says that there were too many attempts looks like success, whatever was tried.
                let (again, played) = player.enter(play, &made_up).await?;
                if again == Came::In {
                    raw.extend(played.raw);
                    (found.stopped, found.takes_any) = (TAKES_ANY.to_owned(), true);
                    break;
                }
                found.tried += 1;
                found.accepted.push(public(row));
            }
            Came::Refused => {
                found.tried += 1;
                usual = usual.or(played.answer.as_ref().map(|a| a.status));
                if !factory && found.tried.is_multiple_of(IN_A_ROW) {
                    settle(player, play).await?;
                }
            }
            Came::PutOff(_) => {
                found.stopped = "the DUT put further attempts off".to_owned();
                raw.extend(played.raw);
                break;
            }
        }
    }
    if !factory {
        settle(player, play).await?;
    }
    Ok((Fact::DefaultLogins(found), raw))
}

/// Whether a row is what an account of the tester logs in with.
fn is_own(player: &Player<'_>, row: &DefaultCredential, takes_user: bool) -> bool {
    player.accounts.values().any(|c| c.password == row.password && (!takes_user || c.user == row.user))
}

/// Nothing tried yet on a play's login, of so many rows.
fn blank(player: &Player<'_>, play: &Play, listed: usize, factory: bool) -> DefaultLogins {
    DefaultLogins {
        target: player.target.address().to_string(),
        port: play.at.as_ref().map_or(0, |at| at.port),
        transport: Transport::Tcp,
        login: play.id.clone(),
        entry: play.entry.clone(),
        factory,
        listed: u32::try_from(listed).unwrap_or(u32::MAX),
        tried: 0,
        stopped: String::new(),
        takes_any: false,
        accepted: Vec::new(),
    }
}

/// Logs the tester in, so that a count of failures begins anew.
async fn settle(player: &Player<'_>, play: &Play) -> Result<(), Trouble> {
    if let Some((_, own)) = player.account_of(play) {
        player.enter_patiently(play, own).await?;
    }
    Ok(())
}

/// A row as the fact of its success holds it.
pub(super) fn public(row: &DefaultCredential) -> DefaultLogin {
    DefaultLogin { user: row.user.clone(), password: row.password.clone(), source: row.source.clone() }
}
