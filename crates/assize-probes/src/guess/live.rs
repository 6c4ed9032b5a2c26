//! Goes through the logins: those of the plays, then the doors that `identify` found beside them.

use assize_model::catalogue::DefaultCredential;
use assize_model::declaration::play::{Play, Purpose};
use assize_model::fact::{Fact, LoginThrottle, Service};

use super::{codec, defaults, doors, throttle, throttle::Entrance};
use crate::{Observation, Raw, Sink, Trouble, play::Player};

/// What the bench knows beside the declaration's plays.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// Default credentials that are published.
    pub defaults: &'a [DefaultCredential],
    /// Names of the supplier and the brands, whose default credentials come first.
    pub makers: &'a [String],
    /// What was recognised on the DUT's ports.
    pub services: &'a [Service],
}

/// Guesses at every login of the plays, then at the doors beside them.
/// Stops at a door that puts attempts off, and says so in the fact.
pub async fn guess(player: &Player<'_>, known: &Known<'_>, sink: &mut dyn Sink) -> Result<(), Trouble> {
    let shares = codec::shares(player.login_attempts);
    let mut seen: Vec<&Play> = Vec::new();
    for play in player.of(Purpose::LogIn) {
        if seen.iter().any(|other| other.asks_like(play)) {
            continue;
        }
        seen.push(play);
        let own = player.account_of(play);
        if let Some((_, own)) = own
            && shares.names > 0
            && codec::mentions(play, &["user", "basic"])
            && let Some(seen) = throttle::user_names(player, play, own, shares.names / 2).await?
        {
            hand_over(sink, seen)?;
        }
        let defaults = defaults::defaults_of_play(player, known, play, shares.defaults, false).await?;
        let earlier = sent(&defaults.0).saturating_add(shares.names);
        hand_over(sink, defaults)?;
        if let Some((account, own)) = own {
            let entrance = Entrance::Play(play);
            let seen = throttle::measure(player, entrance, account, own, shares.throttle).await?;
            hand_over(sink, after(seen, earlier))?;
        }
    }
    let ports: Vec<u16> = seen.iter().filter_map(|play| Some(play.at.as_ref()?.port)).collect();
    let beside: Vec<doors::Door> = doors::doors(known.services, &ports);
    if seen.is_empty() && beside.is_empty() {
        let why = "no play of product.toml says how to log in, and no login that can be driven without one was found";
        return Err(Trouble::Unsuited { probe: "guess", why });
    }
    for door in beside {
        let (fact, raw) = doors::defaults_of_door(player, known, &door, shares.defaults).await?;
        // A door that did not refuse a made-up pair, or judged nothing else, cannot be measured.
        let tells = matches!(&fact, Fact::DefaultLogins(found) if found.tried > 0);
        let earlier = sent(&fact);
        hand_over(sink, (fact, raw))?;
        if tells && let Some(found) = door.account(player, shares.throttle).await? {
            let doors::Found { door, account, own, left } = found;
            let seen = throttle::measure(player, Entrance::Door(&door), account, own, left).await?;
            hand_over(sink, after(seen, earlier.saturating_add(shares.throttle - left)))?;
        }
    }
    Ok(())
}

/// How many wrong passwords defaults were, at most: those that were judged, one that was put off, and the made-up pair, which
/// comes once more after each that was let in.
fn sent(defaults: &Fact) -> u32 {
    match defaults {
        Fact::DefaultLogins(found) => found.tried.saturating_add(2),
        _ => 0,
    }
}

/// A series of wrong passwords after so many that came before.
fn after((fact, raw): (Fact, Vec<Raw>), earlier: u32) -> (Fact, Vec<Raw>) {
    match fact {
        Fact::LoginThrottle(seen) => {
            (Fact::LoginThrottle(LoginThrottle { earlier: Some(earlier), ..seen }), raw)
        }
        other => (other, raw),
    }
}

fn hand_over(sink: &mut dyn Sink, (fact, raw): (Fact, Vec<Raw>)) -> Result<(), Trouble> {
    sink.observe(Observation { fact, raw }).map_err(Trouble::Stopped)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

#[cfg(test)]
#[path = "door_tests.rs"]
mod door_tests;

#[cfg(test)]
#[path = "throttle_tests.rs"]
mod throttle_tests;

#[cfg(test)]
#[path = "lock_tests.rs"]
mod lock_tests;

#[cfg(test)]
#[path = "smb_tests.rs"]
mod smb_tests;
