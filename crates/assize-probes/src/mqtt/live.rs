//! Asks a broker to let in a client without credentials.

use assize_model::fact::{Fact, Login, MqttAnswer, Protocol};

use super::codec::{self, Level};
use crate::{
    Budget, Observation, Raw,
    identify::Visit,
    tap::{Patience, Stream, Tap},
};

/// Sends a CONNECT and leaves in order when let in. `None` when what comes back is no CONNACK.
pub(crate) async fn connect<S: Stream>(line: &mut Tap<S>, level: Level, budget: &Budget) -> Option<u8> {
    line.say(&codec::connect(level, "assize-probe"), budget.read).await.ok();
    line.hear(Patience::whole(budget.read), |bytes| !codec::may_become(bytes)).await;
    let code = codec::return_code(line.heard())?;
    if code == 0 {
        line.say(codec::DISCONNECT, budget.read).await.ok();
    }
    Some(code)
}

/// The service and the answer as facts.
pub(crate) fn observations(visit: &Visit<'_>, code: u8, raw: Vec<Raw>) -> Vec<Observation> {
    let mut service = visit.service(Protocol::Mqtt);
    service.login = codec::asks_login(code).then_some(Login::Mqtt);
    let answer = MqttAnswer {
        target: visit.target.address().to_string(),
        port: visit.port,
        tls: visit.tls,
        return_code: code,
    };
    vec![
        Observation { fact: Fact::Service(service), raw: raw.clone() },
        Observation { fact: Fact::MqttAnswer(answer), raw },
    ]
}
