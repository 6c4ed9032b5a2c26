//! Sends a play that changes something as another site would have a browser send it: with the session's cookie alone, a
//! foreign origin, and a media type that a form can send without asking first.

use assize_model::declaration::play::Play;
use assize_model::fact::{Fact, ForeignRequest};

use super::codec;
use crate::{
    Observation, Sink, Trouble,
    play::{Came, Player, Values, is_success},
};

/// Does nothing where the login sets no cookie that a browser would send of its own accord, and where no other site can have a
/// browser send the play.
pub(super) async fn send(
    player: &Player<'_>,
    play: &Play,
    account: &str,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    let Some(foreign) = codec::foreign(play) else { return Ok(()) };
    let (Some(login), Some(own)) = (player.login_of(account), player.accounts.get(account)) else {
        return Ok(());
    };
    let (came, entered) = player.enter(login, own).await?;
    let Some(answer) = entered.answer.filter(|_| came == Came::In) else { return Ok(()) };
    let Some(cookie) = codec::cookie_header(&answer) else { return Ok(()) };
    let is_get = play.method.as_deref().is_none_or(|m| m.eq_ignore_ascii_case("get"));
    let values =
        Values::from([("cookie".to_owned(), cookie), ("mark".to_owned(), "assize-mark-0".to_owned())]);
    let played = player.play(&foreign, &values).await?;
    let fact = ForeignRequest {
        target: player.target.address().to_string(),
        port: play.at.as_ref().map_or(0, |at| at.port),
        play: play.id.clone(),
        accepted: played.answer.as_ref().is_some_and(|a| is_success(play, a)),
        same_site: codec::same_site(&answer, is_get),
        status: played.answer.map(|a| a.status),
    };
    let seen = Observation { fact: Fact::ForeignRequest(fact), raw: played.raw };
    sink.observe(seen).map_err(Trouble::Stopped)
}
