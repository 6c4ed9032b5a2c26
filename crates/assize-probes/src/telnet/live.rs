//! Negotiates with a terminal until it shows a prompt.

use assize_model::fact::{Fact, Login, Protocol};
use tokio::time::Instant;

use super::codec;
use crate::{
    Observation,
    identify::{Visit, add_saying},
    tap::{Patience, Stream, Tap},
    text::{merge, printable, products, versions},
};

/// Most rounds of negotiation; a terminal that never stops asking is left.
const MOST_ROUNDS: usize = 8;

/// Answers the negotiation of a terminal that has begun to speak, and collects its text up to the prompt.
pub(crate) async fn converse<S: Stream>(visit: &Visit<'_>, line: &mut Tap<S>) -> Observation {
    let end = Instant::now() + visit.budget.read;
    let mut answered = 0;
    for _ in 0..MOST_ROUNDS {
        let parted = codec::part(line.heard());
        if codec::is_login_prompt(&parted.text) {
            break;
        }
        let reply = codec::reply(&parted.commands[answered..]);
        answered = parted.commands.len();
        if !reply.is_empty() && line.say(&reply, visit.budget.read).await.is_err() {
            break;
        }
        let left = end.saturating_duration_since(Instant::now());
        let before = line.heard().len();
        let wait = Patience { first: left, quiet: visit.budget.quiet, whole: left };
        line.hear(wait, |bytes| codec::is_login_prompt(&codec::part(bytes).text)).await;
        if line.heard().len() == before {
            break;
        }
    }
    observation(visit, line)
}

/// Presses a key on a silent port. `None` when it stays silent or is no terminal; the line's log holds what came.
pub(crate) async fn knock<S: Stream>(visit: &Visit<'_>, line: &mut Tap<S>) -> Option<Observation> {
    line.say(codec::KNOCK, visit.budget.read).await.ok();
    let wait = Patience { first: visit.budget.read, quiet: visit.budget.quiet, whole: visit.budget.read };
    line.hear(wait, |_| false).await;
    let is_terminal = codec::is_telnet(line.heard()) || codec::is_login_prompt(line.heard());
    if is_terminal { Some(converse(visit, line).await) } else { None }
}

fn observation<S: Stream>(visit: &Visit<'_>, line: &Tap<S>) -> Observation {
    let text = codec::part(line.heard()).text;
    let mut service = visit.service(Protocol::Telnet);
    service.banner = printable(&text, 512);
    service.discloses = products(&service.banner);
    merge(&mut service.discloses, versions(&service.banner));
    add_saying(&mut service.says, "telnet.banner", &text);
    service.login = codec::is_login_prompt(&text).then_some(Login::Terminal);
    Observation { fact: Fact::Service(service), raw: line.raw(visit.suffix()) }
}
