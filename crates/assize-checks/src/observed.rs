//! Conditions that an observation shows to hold: what refutes an N/A claim (TS 103 701 clause 4, ICS check c,
//! settled at the end with what the tests showed).

use assize_model::judgement::Indication;
use assize_model::scene::Scene;

/// What shows that a condition holds although a claim rests on its not holding; `None` when nothing does.
pub fn observed_condition(name: &str, scene: &Scene) -> Option<Indication> {
    match name {
        "passwords" | "user-authentication" => login_seen(scene),
        "network-functions" => service_seen(scene),
        "input-accepted" => service_seen(scene),
        _ => None,
    }
}

fn login_seen(scene: &Scene) -> Option<Indication> {
    let (record, service) = scene.services().into_iter().find(|(_, s)| s.login.is_some())?;
    let words = format!("tcp/{} asks for a login", service.port);
    Some(Indication::against(words, "claim the provision, or close the login").shown_by([record]))
}

fn service_seen(scene: &Scene) -> Option<Indication> {
    let open = scene.open_ports().into_iter().next()?;
    let words = format!("{} answers on the network", crate::look::port_words(open.transport, open.port));
    Some(Indication::against(words, "claim the provision, or close the service").shown_by([open.record]))
}
