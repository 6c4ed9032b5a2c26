//! Sends a play that changes something as another site would have a browser send it: with the session's cookie alone, a
//! foreign origin, and a media type that a form can send without asking first.

use assize_model::declaration::play::Play;
use assize_model::fact::{Fact, ForeignRequest};

use super::codec;
use crate::{
    Observation, Sink, Trouble,
    play::{Came, Player, is_success},
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
    let mut fact = ForeignRequest {
        target: player.target.address().to_string(),
        port: play.at.as_ref().map_or(0, |at| at.port),
        play: play.id.clone(),
        ..ForeignRequest::default()
    };
    let (mut came, mut entered) = player.enter(login, own).await?;
    if matches!(came, Came::PutOff(_)) && player.enter_patiently(login, own).await?.is_some() {
        (came, entered) = player.enter(login, own).await?;
    }
    let mut raw = entered.raw;
    // Who was not let in learns nothing of what the play does.
    if let Some(answer) = entered.answer.filter(|_| came == Came::In) {
        let Some(cookie) = codec::cookie_header(&answer) else { return Ok(()) };
        let is_get = !play.method.as_deref().is_some_and(|m| m.eq_ignore_ascii_case("post"));
        let mark = "assize-mark-0".to_owned();
        let values = [("cookie", cookie), ("mark", mark), ("user", own.user.clone())];
        let values = values.map(|(name, value)| (name.to_owned(), value)).into();
        let played = player.play(&foreign, &values).await?;
        fact.accepted = played.answer.as_ref().is_some_and(|a| is_success(play, a));
        fact.same_site = codec::same_site(&answer, is_get);
        (fact.status, raw) = (played.answer.map(|a| a.status), played.raw);
    }
    sink.observe(Observation { fact: Fact::ForeignRequest(fact), raw }).map_err(Trouble::Stopped)
}
