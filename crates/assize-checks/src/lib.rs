//! Pure judgements: each check looks at a scene (declaration and recorded facts) and says what it finds. Checks know
//! nothing of probes, files or test units; the catalogue names the check that judges a unit.
//!
//! Three things hold for every check: what was never looked at ends INCONCLUSIVE, a PASS names what was examined,
//! and a FAIL says what to do.

mod address;
mod api;
mod auth;
mod beside;
mod boot;
mod check;
mod comm;
mod component;
mod confirm;
mod consent;
mod cover;
mod cryptography;
mod decision;
mod deletion;
mod designation;
mod development;
mod drive;
mod guarantee;
mod ics;
mod implementation;
mod input;
mod interface;
mod keys;
mod lifetime;
mod look;
mod memory;
mod observed;
mod page;
mod parameter;
mod publication;
mod quantum;
mod reading;
mod resilience;
mod say;
mod service;
mod ssh;
#[cfg(test)]
mod stage;
mod table;
mod telemetry;
mod unsure;
mod update;
mod vulnerability;
mod web;
mod wire;

pub use check::Check;
pub use observed::observed_condition;
pub use quantum::readiness;

/// Every check, by topic and name.
pub const CHECKS: &[&Check] = &[
    &api::undeclared::CHECK,
    &auth::change_takes_effect::CHECK,
    &auth::cryptography_agreed::CHECK,
    &auth::cryptography_as_declared::CHECK,
    &auth::cryptography_unbroken::CHECK,
    &auth::guarantees_include_floor::CHECK,
    &auth::guessing_impractical::CHECK,
    &auth::guessing_limited::CHECK,
    &auth::password_demanded::CHECK,
    &auth::passwords_complex::CHECK,
    &auth::passwords_irregular::CHECK,
    &auth::passwords_no_dictionary::CHECK,
    &auth::passwords_not_from_public_facts::CHECK,
    &auth::passwords_unique::CHECK,
    &auth::published_default_accepted::CHECK,
    &auth::undeclared_network_login::CHECK,
    &auth::undeclared_password_login::CHECK,
    &boot::guarantees_include_floor::CHECK,
    &comm::cryptography_agreed::CHECK,
    &comm::cryptography_as_declared::CHECK,
    &comm::cryptography_unbroken::CHECK,
    &comm::guarantees_suit_use::CHECK,
    &comm::mass_reconnection_avoided::CHECK,
    &comm::orderly_connection::CHECK,
    &comm::reconnection_paced::CHECK,
    &comm::undeclared_mechanism::CHECK,
    &component::cryptography_updatable::CHECK,
    &component::side_effects_considered::CHECK,
    &consent::obtaining_described::CHECK,
    &consent::withdrawal_described::CHECK,
    &decision::default_declared::CHECK,
    &deletion::device_data_gone::CHECK,
    &deletion::device_function_usable::CHECK,
    &deletion::service_function_usable::CHECK,
    &deletion::services_covered::CHECK,
    &deletion::user_data_covered::CHECK,
    &designation::as_announced::CHECK,
    &development::confirmed::CHECK,
    &development::steps_covered::CHECK,
    &ics::recommendations_justified::CHECK,
    &implementation::reviewed::CHECK,
    &implementation::version_as_reported::CHECK,
    &input::sources_covered::CHECK,
    &input::unexpected_refused::CHECK,
    &interface::air_off_unless_needed::CHECK,
    &interface::debug_disabled_by_software::CHECK,
    &interface::debug_off_by_default::CHECK,
    &interface::debug_off_for_good::CHECK,
    &interface::discloses_more::CHECK,
    &interface::disclosure_classified::CHECK,
    &interface::disclosure_necessary::CHECK,
    &interface::enabled_with_reason::CHECK,
    &interface::intermittent_off::CHECK,
    &interface::status_as_declared::CHECK,
    &interface::undeclared::CHECK,
    &interface::unneeded_protected::CHECK,
    &memory::controlled_in_hardware::CHECK,
    &parameter::generation_unique::CHECK,
    &parameter::guarantees_fit_kind::CHECK,
    &parameter::hard_coded_declared::CHECK,
    &parameter::hard_coded_unused::CHECK,
    &parameter::identities_declared::CHECK,
    &parameter::identity_tamper_resistant::CHECK,
    &parameter::keys_differ::CHECK,
    &parameter::management_confirmed::CHECK,
    &parameter::management_spans_life::CHECK,
    &parameter::protection_targets_declared::CHECK,
    &publication::deletion_reachable::CHECK,
    &publication::non_updatable_reachable::CHECK,
    &publication::non_updatable_support_stated::CHECK,
    &publication::personal_data_reachable::CHECK,
    &publication::policy_complete::CHECK,
    &publication::policy_open_to_all::CHECK,
    &publication::policy_reachable::CHECK,
    &publication::replacement_plan_stated::CHECK,
    &publication::secure_setup_reachable::CHECK,
    &publication::sensors_reachable::CHECK,
    &publication::setup_check_reachable::CHECK,
    &publication::support_period_reachable::CHECK,
    &publication::support_period_stated::CHECK,
    &publication::telemetry_reachable::CHECK,
    &resilience::clean_recovery::CHECK,
    &resilience::local_operation::CHECK,
    &resilience::network_outage_survived::CHECK,
    &resilience::outages_covered::CHECK,
    &resilience::power_outage_survived::CHECK,
    &service::access_refused::CHECK,
    &service::authentication_named::CHECK,
    &service::authentication_tells_apart::CHECK,
    &service::enabled_with_reason::CHECK,
    &service::sessions_as_declared::CHECK,
    &telemetry::examination_declared::CHECK,
    &telemetry::personal_data_has_purpose::CHECK,
    &update::authenticity_verified::CHECK,
    &update::automatic_for_component::CHECK,
    &update::automatic_mechanisms::CHECK,
    &update::automation_adjustable::CHECK,
    &update::automation_on_by_default::CHECK,
    &update::automation_on_for_component::CHECK,
    &update::automation_seen_on::CHECK,
    &update::cryptography_agreed::CHECK,
    &update::cryptography_unbroken::CHECK,
    &update::guarantees_include_floor::CHECK,
    &update::integrity_verified::CHECK,
    &update::interruption_notice_by_dut::CHECK,
    &update::misuse_prevented::CHECK,
    &update::misuse_withstood::CHECK,
    &update::notice_names_risks::CHECK,
    &update::notices_adjustable::CHECK,
    &update::notices_on_by_default::CHECK,
    &update::periodic_checking::CHECK,
    &update::procedures_confirmed::CHECK,
    &update::reason_for_no_update::CHECK,
    &update::simple_for_component::CHECK,
    &update::timely_deployment::CHECK,
    &update::trust_relationship::CHECK,
    &update::undeclared_channel::CHECK,
    &update::verified_by_dut::CHECK,
    &vulnerability::actions_confirmed::CHECK,
    &vulnerability::identification_covered::CHECK,
    &vulnerability::monitoring_confirmed::CHECK,
    &vulnerability::monitoring_covered::CHECK,
    &vulnerability::rectification_covered::CHECK,
    &vulnerability::timely_handling::CHECK,
];

/// The check with this name.
pub fn find(name: &str) -> Option<&'static Check> {
    CHECKS.iter().copied().find(|c| c.name == name)
}

#[cfg(test)]
mod tests {
    use assize_model::fact::{Fact, FetchOutcome, Login, PortState, Protocol, TlsVersion, Transport};
    use assize_model::judgement::Outcome;
    use assize_model::scene::Facts;
    use proptest::prelude::*;

    use super::*;
    use crate::stage;

    #[test]
    fn names_are_unique_sorted_and_documented() {
        let names: Vec<&str> = CHECKS.iter().map(|c| c.name).collect();
        assert!(names.is_sorted(), "{names:?}");
        assert!(names.windows(2).all(|w| w[0] != w[1]));
        assert!(CHECKS.iter().all(|c| c.establishes.len() > 20 && c.name.split('.').count() == 2));
    }

    #[test]
    fn probes_are_known() {
        assert!(CHECKS.iter().flat_map(|c| c.probes).all(|p| stage::PROBES.contains(p)));
    }

    /// Facts of a bench on which much is wrong, some of them twice and at odds with each other.
    fn pool() -> Vec<Fact> {
        let all = [
            stage::login(8443, Protocol::Http, Login::HttpForm),
            stage::login(2323, Protocol::Telnet, Login::Terminal),
            stage::tls(443, &[TlsVersion::Tls10, TlsVersion::Tls13]),
            stage::tls(443, &[TlsVersion::Tls12]),
            stage::ssh(2222, &["diffie-hellman-group1-sha1", "aes128-ctr"], 1024),
            stage::ssh(2222, &["curve25519-sha256"], 2048),
            stage::certificate(443, 1500),
            stage::certificate(443, 2500),
            stage::with_key(8443, "aa"),
            stage::unit_keys(stage::UNIT, 443, &["aa"]),
            stage::disclosing(443, "nginx/1.18.0"),
            stage::disclosing(80, "nginx/1.27.0"),
            stage::at_cloud(stage::web(8883, false)),
            stage::at_cloud(stage::tls(8883, &[])),
            stage::mdns("fw=1.2.3"),
            stage::mdns("model=P1"),
            stage::udp(161, PortState::Closed),
            stage::silence(9009),
            stage::tcp_open(9010),
            stage::page("https://x", 200, "We reply to you within 5 days. 31.12.2031"),
            stage::page("https://x", 404, ""),
            stage::published("https://x", FetchOutcome::NotHttp, "", true),
        ];
        let driven = stage::driven();
        let mut facts = stage::looked(&[all.as_slice(), driven.as_slice()].concat())
            .recorded
            .into_iter()
            .map(|r| r.fact)
            .collect::<Vec<_>>();
        facts.push(stage::scan(Transport::Tcp, "192.0.2.9", true));
        facts
    }

    /// A declaration that every check finds something in.
    const DECLARED: &str = include_str!("stage.toml");

    proptest! {
        #[test]
        fn the_order_of_facts_never_changes_findings(
            kept in prop::sample::subsequence(stage::recorded(pool()), 0..=pool().len()),
            seed in any::<prop::sample::Index>(),
        ) {
            let declaration = stage::declaration(DECLARED);
            let mut turned = kept.clone();
            turned.rotate_left(if kept.is_empty() { 0 } else { seed.index(kept.len()) });
            turned.reverse();
            let [kept, turned] = [kept, turned].map(|recorded| Facts { recorded, ..Facts::default() });
            for check in CHECKS {
                let findings = stage::findings(check, &declaration, &kept);
                stage::keeps_promises(check, &findings);
                prop_assert_eq!(&findings, &stage::findings(check, &declaration, &turned), "{}", check.name);
                let is_blind = kept.recorded.is_empty() && !check.probes.is_empty();
                prop_assert!(!is_blind || findings.iter().all(|f| f.outcome != Outcome::Pass));
            }
            for name in assize_model::declaration::condition::NAMES {
                let seen = |facts| observed_condition(name, &stage::scene(&declaration, facts));
                prop_assert_eq!(seen(&kept), seen(&turned));
            }
        }
    }
}
