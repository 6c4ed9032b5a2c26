//! Asks a broker to let in a client without credentials, and which software it is.

use assize_model::fact::{Fact, Login, MqttAnswer, Protocol};

use super::codec::{self, Level};
use crate::{
    Budget, Observation, Raw,
    identify::{Visit, add_saying, disclosures},
    tap::{Patience, Stream, Tap},
};

/// A broker's answer to a CONNECT.
pub(crate) struct Welcome {
    pub code: u8,
    /// The version it publishes under `$SYS`, when it let the client in.
    pub version: Option<Vec<u8>>,
    level: Level,
}

/// Sends a CONNECT. A client that is let in asks for the version that many brokers keep under `$SYS`, and leaves in
/// order. `None` when what comes back is no CONNACK.
pub(crate) async fn connect<S: Stream>(line: &mut Tap<S>, level: Level, budget: &Budget) -> Option<Welcome> {
    line.say(&codec::connect(level, "assize-probe"), budget.read).await.ok();
    line.hear(Patience::whole(budget.read), |bytes| !codec::may_become(bytes)).await;
    let code = codec::return_code(line.heard())?;
    let mut version = None;
    if code == 0 {
        line.say(&codec::subscribe_version(level), budget.read).await.ok();
        let wait = Patience { first: budget.banner, quiet: budget.quiet, whole: budget.banner };
        line.hear(wait, |bytes| codec::published_version(bytes, level).is_some()).await;
        version = codec::published_version(line.heard(), level).map(<[u8]>::to_vec);
        line.say(codec::DISCONNECT, budget.read).await.ok();
    }
    Some(Welcome { code, version, level })
}

/// The service and the answer as facts.
pub(crate) fn observations(visit: &Visit<'_>, welcome: &Welcome, raw: Vec<Raw>) -> Vec<Observation> {
    let mut service = visit.service(Protocol::Mqtt);
    service.login = codec::asks_login(welcome.code).then_some(Login::Mqtt);
    let level = if welcome.level == Level::V5 { "5" } else { "3.1.1" };
    add_saying(&mut service.says, "mqtt.version", welcome.version.as_deref().unwrap_or_default());
    service.discloses = disclosures(&service.says);
    add_saying(&mut service.says, "mqtt.protocol", level.as_bytes());
    let answer = MqttAnswer {
        target: visit.target.address().to_string(),
        port: visit.port,
        tls: visit.tls,
        return_code: welcome.code,
    };
    vec![
        Observation { fact: Fact::Service(service), raw: raw.clone() },
        Observation { fact: Fact::MqttAnswer(answer), raw },
    ]
}
