//! Completes the greeting with an SSH server.

use assize_model::fact::{Fact, Login, Protocol};

use super::codec;
use crate::{
    Observation,
    identify::{Visit, add_saying},
    tap::{Patience, Stream, Tap},
    text::products,
};

/// Answers the identification a server has sent, and waits for its key exchange packet.
pub(crate) async fn greet<S: Stream>(visit: &Visit<'_>, line: &mut Tap<S>) -> Observation {
    line.say(codec::IDENTIFICATION, visit.budget.read).await.ok();
    if !is_over(line.heard()) {
        line.hear(Patience::whole(visit.budget.read), is_over).await;
    }
    let mut service = visit.service(Protocol::Ssh);
    if let Some(seen) = codec::identification(line.heard()) {
        service.discloses = products(&seen.software);
        add_saying(&mut service.says, "ssh.banner", seen.line.as_bytes());
        service.banner = seen.line;
    }
    // The protocol has no service without user authentication (RFC 4252).
    service.login = Some(Login::Ssh);
    Observation { fact: Fact::Service(service), raw: line.raw(visit.suffix()) }
}

fn is_over(bytes: &[u8]) -> bool {
    codec::identification(bytes).is_some_and(|seen| codec::kex_init(&bytes[seen.end..]).is_some())
}
