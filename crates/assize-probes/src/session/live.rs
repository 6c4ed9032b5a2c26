//! Logs in a few times, compares what the logins give, and tries one of them after its logout.

use assize_model::declaration::play::{Play, Purpose};
use assize_model::fact::{CookieFlags, Fact, SessionPosture};

use super::codec;
use crate::{
    Observation, Raw, Sink, Trouble,
    play::{Came, Player, Values, is_success},
};

/// How many logins are compared.
const LOGINS: u32 = 4;

/// Looks at the proof of each login play that gives one.
pub async fn session(player: &Player<'_>, sink: &mut dyn Sink) -> Result<(), Trouble> {
    let unsuited = |why| Err(Trouble::Unsuited { probe: "session", why });
    let mut is_any = false;
    for play in player.of(Purpose::LogIn) {
        let Some((account, own)) = player.account_of(play) else { continue };
        is_any = true;
        player.enter_patiently(play, own).await?;
        let mut seen =
            Seen { play, account, proofs: Vec::new(), cookies: Vec::new(), last: None, raw: Vec::new() };
        for _ in 0..LOGINS {
            let (came, played) = player.enter(play, own).await?;
            if came != Came::In {
                break;
            }
            if let Some(answer) = &played.answer {
                let set = codec::cookies(answer);
                seen.cookies = if set.is_empty() { seen.cookies } else { set };
            }
            let mut values = Player::values_of(own);
            seen.proofs.extend(played.taken.values().next().cloned());
            values.extend(played.taken);
            seen.last = Some(values);
            seen.raw = played.raw;
        }
        let outlives = seen.outlives_logout(player).await?;
        if let Some(seen) = seen.observation(player, outlives) {
            sink.observe(seen).map_err(Trouble::Stopped)?;
        }
    }
    if is_any { Ok(()) } else { unsuited("no play of product.toml logs an account in") }
}

struct Seen<'a> {
    play: &'a Play,
    account: &'a str,
    proofs: Vec<String>,
    cookies: Vec<CookieFlags>,
    last: Option<Values>,
    raw: Vec<Raw>,
}

impl Seen<'_> {
    /// Whether the last login's proof still reads after its logout; none where no play ends a session or reads.
    async fn outlives_logout(&mut self, player: &Player<'_>) -> Result<Option<bool>, Trouble> {
        let guarded = |p: &&Play| p.accounts.iter().any(|a| a == self.account);
        let (read, out) = (player.of(Purpose::Read).find(guarded), player.of(Purpose::LogOut).next());
        let (Some(read), Some(out), Some(values)) = (read, out, &self.last) else { return Ok(None) };
        let reads =
            |played: &crate::play::Played| played.answer.as_ref().is_some_and(|a| is_success(read, a));
        if !reads(&player.play(read, values).await?) {
            return Ok(None);
        }
        let ended = player.play(out, values).await?;
        self.raw.extend(ended.raw);
        if !ended.succeeded {
            return Ok(None);
        }
        let after = player.play(read, values).await?;
        let outlives = reads(&after);
        self.raw.extend(after.raw);
        Ok(Some(outlives))
    }

    fn observation(self, player: &Player<'_>, outlives_logout: Option<bool>) -> Option<Observation> {
        let length = self.proofs.iter().map(|p| p.chars().count()).min();
        if length.is_none() && self.cookies.is_empty() {
            return None;
        }
        let mut unique = self.proofs.clone();
        unique.sort();
        unique.dedup();
        let fact = SessionPosture {
            target: player.target.address().to_string(),
            port: self.play.at.as_ref().map_or(0, |at| at.port),
            play: self.play.id.clone(),
            entry: self.play.entry.clone(),
            cookies: self.cookies,
            logins: u32::try_from(self.proofs.len()).unwrap_or(u32::MAX),
            distinct: unique.len() == self.proofs.len(),
            length: u32::try_from(length.unwrap_or(0)).unwrap_or(u32::MAX),
            bits: codec::random_bits(&self.proofs),
            outlives_logout,
        };
        Some(Observation { fact: Fact::SessionPosture(fact), raw: self.raw })
    }
}
