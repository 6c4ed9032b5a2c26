//! Plays the declared logins with the accounts the tester has.

use assize_model::declaration::play::{Act, Purpose};
use assize_model::fact::{Fact, LoginAnswer};

use crate::{
    Observation, Sink, Trouble,
    play::{Came, Player, is_for},
};

/// Logs every account in by every login play that is for it; does nothing without leave to log in.
pub async fn log_in(player: &Player<'_>, sink: &mut dyn Sink) -> Result<(), Trouble> {
    if !player.may(Act::LogIn) {
        return Ok(());
    }
    let why = match (player.of(Purpose::LogIn).next(), player.accounts.is_empty()) {
        (None, _) => Some("no play of product.toml says how to log in"),
        (_, true) => Some("no account of product.toml has a password"),
        _ => None,
    };
    if let Some(why) = why {
        return Err(Trouble::Unsuited { probe: "login", why });
    }
    for play in player.of(Purpose::LogIn) {
        for (account, credentials) in player.accounts.iter().filter(|(id, _)| is_for(play, id)) {
            let (came, played) = player.enter(play, credentials).await?;
            let fact = LoginAnswer {
                target: player.target.address().to_string(),
                port: play.at.as_ref().map_or(0, |at| at.port),
                play: play.id.clone(),
                entry: play.entry.clone(),
                account: account.clone(),
                accepted: came == Came::In,
                status: played.answer.map(|a| a.status),
            };
            let seen = Observation { fact: Fact::LoginAnswer(fact), raw: played.raw };
            sink.observe(seen).map_err(Trouble::Stopped)?;
        }
    }
    Ok(())
}
