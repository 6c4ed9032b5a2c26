//! Ends that may be no refusals: what a port hung up on, or answered with an alert of the moment, is asked for once
//! more, alone.

use std::time::Duration;

use tokio::time::sleep;

use super::{
    enumerate::{Desk, Ending, Found, SMALL},
    posture::{OldHello, old_hello},
};
use crate::tls::codec::{
    Hello,
    registry::{self, TLS_1_3},
};

/// How long a small server gets to put away what came before.
const MOMENT: Duration = Duration::from_millis(100);
/// Groups of which a hello of TLS 1.3 carries shares: x25519 and secp256r1.
const SHARED: [u16; 2] = [29, 23];

/// Asks once more for versions that ended without a plain refusal while another is accepted. Gives the groups of TLS 1.3
/// that are left when it is accepted now.
pub(super) async fn ask_again(desk: &Desk<'_>, versions: &mut [Found]) -> Option<Vec<u16>> {
    if !versions.iter().any(Found::is_accepted) {
        return None;
    }
    let mut groups = None;
    for found in versions.iter_mut().filter(|found| is_doubtful(found)) {
        sleep(MOMENT).await;
        found.raw = None;
        match found.version {
            TLS_1_3 => groups = Some(desk.modern(found).await),
            version => desk.suites(found, registry::suites_for(version)).await,
        }
    }
    groups
}

/// Where ends without a plain refusal are left, the port has to agree to what it agreed to before. One that does not may be
/// busy, and those versions count as never asked for.
pub(super) async fn confirm(desk: &Desk<'_>, versions: &mut [Found], ssl2: &mut OldHello) {
    if !versions.iter().any(Found::is_accepted) {
        return;
    }
    if ssl2.is_hung_up {
        sleep(MOMENT).await;
        *ssl2 = old_hello(desk).await;
    }
    let is_settled = !ssl2.is_hung_up && !versions.iter().any(is_doubtful);
    if is_settled || agrees_as_before(desk, versions).await {
        return;
    }
    desk.asker.gap("the port did not agree any more to what it had agreed to before");
    for found in versions.iter_mut().filter(|found| is_doubtful(found)) {
        found.ending = Some(Ending::Unasked);
    }
    if ssl2.is_hung_up {
        ssl2.ciphers = None;
    }
}

/// Whether a version that is not accepted may be one all the same. Silence that stands among the gaps is told already.
fn is_doubtful(found: &Found) -> bool {
    !found.is_accepted()
        && match found.ending {
            Some(Ending::Closed) => true,
            Some(Ending::Alert(alert)) => !Ending::is_refusal(alert),
            Some(Ending::Silent) => !found.is_told,
            Some(Ending::Other | Ending::Unasked) | None => false,
        }
}

/// Asks for a version that was accepted, with what was accepted.
async fn agrees_as_before(desk: &Desk<'_>, versions: &[Found]) -> bool {
    let accepted = |is_new: bool| {
        versions.iter().rfind(move |found| found.is_accepted() && (found.version == TLS_1_3) == is_new)
    };
    let Some(found) = accepted(false).or(accepted(true)) else { return false };
    let suites = found.suites.iter().copied().take(SMALL).collect();
    let mut hello = desk.hello(found.version, suites);
    if found.version == TLS_1_3 {
        let mut groups = SHARED.to_vec();
        groups.extend(desk.with(|notes| notes.groups.clone()).iter().filter(|group| !SHARED.contains(group)));
        hello = Hello { shares: true, groups, ..hello };
    }
    desk.asker.agrees(&hello, "as before").await
}
