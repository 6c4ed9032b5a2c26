//! Adds to an observation what the catalogue knows: the product behind what a service says of itself, and the service
//! behind the answer of a UDP port. Done before the fact is recorded, from the same raw bytes.

use std::sync::LazyLock;

use assize_model::catalogue::Catalogue;
use assize_model::catalogue::products::{ProductPattern, recognise};
use assize_model::fact::{Fact, Service};
use assize_probes::{Observation, identify::codec::datagram};

/// The embedded patterns alone, so that a look at one port does not read the whole catalogue.
static PATTERNS: LazyLock<Vec<ProductPattern>> = LazyLock::new(|| {
    let files = assize_catalogue::FILES.iter().filter(|(path, _)| path.starts_with("lists/products/"));
    let files: Vec<(&str, &str)> = files.copied().collect();
    Catalogue::read(&files).map(|catalogue| catalogue.lists.products).unwrap_or_default()
});

/// The observation with its product, and what follows from it.
pub(crate) fn refine(mut observation: Observation) -> Vec<Observation> {
    let further = datagram(&observation).map(|mut further| {
        name(&mut further);
        further
    });
    name(&mut observation);
    std::iter::once(observation).chain(further).collect()
}

fn name(observation: &mut Observation) {
    if let Fact::Service(service) = &mut observation.fact {
        service.product = recognise(&PATTERNS, &service.says);
        disclose(service);
    }
}

/// A version that only the pattern ties to its product is disclosed under the product's name.
fn disclose(service: &mut Service) {
    let Some(product) = service.product.as_ref().filter(|product| !product.version.is_empty()) else {
        return;
    };
    let is_said = service.discloses.iter().any(|d| {
        d.split_once('/').is_some_and(|(name, version)| {
            version == product.version && name.eq_ignore_ascii_case(&product.name)
        })
    });
    if !is_said {
        service.discloses.push(format!("{}/{}", product.name, product.version));
    }
}

#[cfg(test)]
mod tests {
    use assize_model::fact::{PortState, Protocol, Saying, Transport, UdpPort};
    use assize_probes::Raw;

    use super::*;

    #[test]
    fn the_embedded_patterns_read() {
        assert!(PATTERNS.len() > 80, "{}", PATTERNS.len());
    }

    #[test]
    fn a_broker_gets_its_name() {
        let says = vec![Saying { field: "mqtt.version".into(), text: "mosquitto version 2.0.11".into() }];
        let service = Service {
            discloses: vec!["version/2.0.11".into()],
            says,
            ..Service::new("192.0.2.1", Transport::Tcp, 1883, Protocol::Mqtt)
        };
        let refined = refine(Observation { fact: Fact::Service(service), raw: Vec::new() });
        let [Observation { fact: Fact::Service(service), .. }] = &refined[..] else { panic!("{refined:?}") };
        assert_eq!(service.product.as_ref().unwrap().name, "Mosquitto");
        assert_eq!(service.discloses, ["version/2.0.11", "Mosquitto/2.0.11"]);
    }

    #[test]
    fn an_answer_over_udp_becomes_a_service() {
        let (target, asked) = ("192.0.2.1".into(), "coap".into());
        let port = UdpPort { target, port: 5683, asked, state: PortState::Open, answered_from: None };
        let raw = vec![Raw::new("received", vec![0x70, 0, 0, 1])];
        assert_eq!(refine(Observation { fact: Fact::UdpPort(port), raw }).len(), 2);
    }
}
