//! One offer after the other: the bench takes the server's place, the DUT is made to look, its version tells the rest.

use std::{collections::BTreeMap, sync::Arc};

use assize_model::declaration::play::{Act, Play, Purpose};
use assize_model::declaration::relay::Variant;
use assize_model::fact::{Fact, UpdateAttempt};
use rustls::ServerConfig;
use tokio::time::{Duration, Instant, sleep};

use crate::{
    Observation, Raw, Sink, Trouble,
    play::Player,
    relay::{Mode, Relay, Seen, Stand},
};

/// The gap between two looks at the version.
const LOOK: Duration = Duration::from_millis(100);
/// Requests that are told in a fact.
const MOST_TOLD: usize = 20;

/// One update as it is offered.
#[derive(Clone, Debug, Default)]
pub struct Offered {
    /// Its label.
    pub id: String,
    /// What is wrong with it.
    pub variant: Variant,
    /// Paths answered from another path of the host.
    pub paths: BTreeMap<String, String>,
    /// Paths answered with these bytes.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The path whose answer is changed.
    pub at: Option<String>,
    /// The signature in it.
    pub field: Option<String>,
}

/// A relay at which updates are offered.
#[derive(Debug)]
pub struct Stall<'a> {
    /// The place that it takes, as the declaration writes it.
    pub place: String,
    /// The relay.
    pub relay: &'a Relay,
    /// A certificate that the DUT trusts there; none when the bench has none.
    pub trusted: Option<Arc<ServerConfig>>,
    /// Names for a certificate that it has no reason to trust.
    pub names: Vec<String>,
    /// What is offered.
    pub offers: Vec<Offered>,
}

/// Offers everything at each stall, one [`UpdateAttempt`] for each. What cannot be offered, for want of a
/// certificate that the DUT accepts, is left out. A stall ends with the first wrong update that is installed, since
/// the DUT is another one from then on. Does nothing without leave.
///
/// # Errors
/// When no play makes the DUT look for updates, or the bench itself fails.
pub async fn offer(player: &Player<'_>, stalls: &[Stall<'_>], sink: &mut dyn Sink) -> Result<(), Trouble> {
    if !player.may(Act::OfferUpdates) || stalls.is_empty() {
        return Ok(());
    }
    let act = player.of(Purpose::InstallUpdate).chain(player.of(Purpose::CheckUpdate)).next();
    let Some(act) = act else {
        let why = "no play of product.toml makes the DUT look for an update";
        return Err(Trouble::Unsuited { probe: "update", why });
    };
    let patient = crate::Budget { read: player.budget.page, ..player.budget.clone() };
    let patient = Player { budget: &patient, ..player.clone() };
    for stall in stalls {
        let ended = at_stall(&patient, act, stall, sink).await;
        stall.relay.set(Mode::Pass);
        ended?;
    }
    Ok(())
}

async fn at_stall(
    player: &Player<'_>,
    act: &Play,
    stall: &Stall<'_>,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    let why = |why| Trouble::UnfitPlay { play: act.id.clone(), why };
    let untrusted = Stand::untrusted(stall.names.clone()).map_err(why)?;
    let mut usable = stall.trusted.clone();
    let of = stall.offers.len() as u64;
    let mut last: Option<UpdateAttempt> = None;
    for (done, offered) in (0..).zip(in_turn(&stall.offers)) {
        sink.progress(done, of, "offer updates");
        // What installs itself late is not to pass for the genuine update.
        if offered.variant == Variant::Genuine && last.is_some() {
            sleep(player.budget.install).await;
        }
        let before = version(player).await?;
        if let Some(late) = last.as_ref().and_then(|last| late(last, before.as_ref())) {
            return sink.observe(late).map_err(Trouble::Stopped);
        }
        let is_shown = offered.variant == Variant::UntrustedCertificate;
        let tls = if is_shown { Some(Arc::clone(&untrusted)) } else { usable.clone() };
        let attempt = attempt(player, act, stall, offered, tls.clone(), before).await?;
        let Some((mut fact, raw)) = attempt else { continue };
        // Where the DUT speaks TLS, an offer without any certificate it accepts never reached it.
        if tls.is_none() && fact.requests.is_empty() && fact.connections > 0 {
            continue;
        }
        fact.untrusted_certificate = tls.is_some_and(|tls| Arc::ptr_eq(&tls, &untrusted));
        if is_shown && fact.tls_trusted_bench == Some(true) && usable.is_none() {
            usable = Some(Arc::clone(&untrusted));
        }
        let is_over = fact.accepted() == Some(true) && offered.variant != Variant::Genuine;
        last = Some(fact.clone()).filter(|_| offered.variant != Variant::Genuine);
        sink.observe(Observation { fact: Fact::UpdateAttempt(fact), raw }).map_err(Trouble::Stopped)?;
        if is_over {
            return Ok(());
        }
    }
    let Some(last) = last.filter(|last| last.version_after.is_some()) else { return Ok(()) };
    sleep(player.budget.install).await;
    match late(&last, version(player).await?.as_ref()) {
        Some(late) => sink.observe(late).map_err(Trouble::Stopped),
        None => Ok(()),
    }
}

/// What a version that changed after the DUT's time for a wrong offer was over says of that offer: it, or one before
/// it, was installed after all.
fn late(last: &UpdateAttempt, now: Option<&String>) -> Option<Observation> {
    let (after, now) = (last.version_after.as_ref()?, now?);
    if after == now {
        return None;
    }
    let note = format!(
        "After offer {} the version was {after:?}. Looked at again before the next offer, or at the end, it is {now:?}.\n",
        last.offer
    );
    let fact = UpdateAttempt { version_after: Some(now.clone()), ..last.clone() };
    Some(Observation { fact: Fact::UpdateAttempt(fact), raw: vec![Raw::new("late.txt", note)] })
}

/// The offers in turn: first what shows whether the DUT trusts the bench, last the genuine update, which makes the DUT
/// another one and shows that it would have installed what came before.
fn in_turn(offers: &[Offered]) -> Vec<&Offered> {
    let mut offers: Vec<&Offered> = offers.iter().collect();
    offers.sort_by_key(|o| match o.variant {
        Variant::UntrustedCertificate => 0,
        Variant::Genuine => 2,
        _ => 1,
    });
    offers
}

/// Makes one offer; none when an account that a play needs is not let in.
async fn attempt(
    player: &Player<'_>,
    act: &Play,
    stall: &Stall<'_>,
    offered: &Offered,
    tls: Option<Arc<ServerConfig>>,
    version_before: Option<String>,
) -> Result<Option<(UpdateAttempt, Vec<Raw>)>, Trouble> {
    let Some(values) = player.values_for(act).await? else { return Ok(None) };
    stall.relay.set(Mode::Serve(Arc::new(stand(offered, tls))));
    let played = player.play(act, &values).await?;
    // A play without an answer in time may still install.
    let may_install = played.succeeded || played.answer.is_none();
    let version_after = settled(player, version_before.as_ref(), may_install).await?;
    let seen = stall.relay.seen();
    stall.relay.set(Mode::Pass);
    let peers: String = seen.peers.iter().map(|peer| format!("from {peer}\n")).collect();
    let mut raw = vec![Raw::new("connections.txt", peers)];
    raw.extend(seen.raw.iter().cloned());
    raw.extend(played.raw.into_iter().map(|r| Raw::new(format!("{}, play {}", r.label, act.id), r.bytes)));
    let fact = UpdateAttempt {
        target: player.target.address().to_string(),
        place: stall.place.clone(),
        offer: offered.id.clone(),
        variant: offered.variant,
        untrusted_certificate: false,
        connections: u32::try_from(seen.calls.len()).unwrap_or(u32::MAX),
        tls_trusted_bench: trusted(&seen),
        requests: seen.requests.iter().take(MOST_TOLD).cloned().collect(),
        changed: seen.changed,
        version_before,
        version_after,
    };
    Ok(Some((fact, raw)))
}

fn stand(offered: &Offered, tls: Option<Arc<ServerConfig>>) -> Stand {
    Stand {
        tls,
        variant: offered.variant,
        paths: offered.paths.clone(),
        files: offered.files.clone(),
        at: offered.at.clone(),
        field: offered.field.clone(),
    }
}

fn trusted(seen: &Seen) -> Option<bool> {
    (seen.begun > 0).then_some(seen.finished > 0)
}

/// The version that the DUT tells by the first play for it.
async fn version(player: &Player<'_>) -> Result<Option<String>, Trouble> {
    let Some(play) = player.of(Purpose::Version).next() else { return Ok(None) };
    let Some(values) = player.values_for(play).await? else { return Ok(None) };
    let played = player.play(play, &values).await?;
    Ok(played.taken.get("version").filter(|_| played.succeeded).cloned())
}

/// The version once the DUT has had its time. A DUT that is not there is waited for, since it may start anew.
async fn settled(
    player: &Player<'_>,
    before: Option<&String>,
    may_install: bool,
) -> Result<Option<String>, Trouble> {
    let began = Instant::now();
    loop {
        let now = match version(player).await {
            Ok(now) => now,
            Err(Trouble::NoRoute { .. }) => None,
            Err(trouble) => return Err(trouble),
        };
        let limit = match (&now, may_install) {
            _ if before.is_none() => Duration::ZERO,
            (None, _) => player.budget.recovery,
            (Some(_), true) => player.budget.install,
            (Some(_), false) => LOOK,
        };
        if (now.is_some() && now.as_ref() != before) || began.elapsed() >= limit {
            return Ok(now);
        }
        sleep(LOOK).await;
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
