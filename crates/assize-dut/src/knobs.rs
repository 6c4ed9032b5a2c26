//! The knobs: everything about the device that a flaw can turn wrong. The defaults are the conformant device.

use serde::{Deserialize, Serialize};

/// What the maker's site does with the vulnerability disclosure policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DisclosurePolicy {
    /// Anyone reads it, and it names contact and time frames.
    Public,
    /// There is no such page.
    Missing,
    /// A login stands before it.
    BehindLogin,
    /// Anyone reads it, but it promises no time frames.
    WithoutTimes,
}

/// What the TLS of the web server agrees to beside what is sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TlsWeakness {
    /// Nothing.
    None,
    /// Compression.
    Compression,
    /// A Diffie-Hellman group of export strength.
    ExportGroup,
    /// An RSA key of export strength.
    ExportKey,
    /// Heartbeats, which are answered with as much as they claim to carry.
    Heartbleed,
    /// A suite with RSA key transport.
    NoForwardSecrecy,
    /// A suite with triple DES.
    OldCipher,
    /// RSA key transport that tells whether its padding was in order.
    Oracle,
    /// A Diffie-Hellman group of 1024 bits.
    SmallGroup,
    /// A certificate with an RSA key of 1024 bits.
    SmallKey,
    /// SSL 2.0.
    Ssl2,
    /// SSL 3.0.
    Ssl3,
    /// The curve secp160r1.
    WeakCurve,
}

/// What becomes of the records of TLS 1.2 that the web server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TlsRecords {
    /// What the standard says.
    Sound,
    /// A change of ciphers is carried out before keys are agreed on.
    EarlyChange,
    /// A short session id shown with a ticket comes back longer.
    Ticketbleed,
}

/// What the maker's site says in `security.txt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SecurityTxt {
    /// It was changed after it was signed.
    Altered,
    /// It is signed, in force, and names the disclosure policy.
    Current,
    /// It expired a year ago.
    Expired,
    /// There is no such file.
    Missing,
    /// It names a page that is not the declared policy.
    OtherPolicy,
}

/// One field per thing that can be wrong. A flaw file names one field and the value it takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Knobs {
    /// Updates install themselves unless the user switches that off.
    pub auto_update_on: bool,
    /// A backup of the settings is given to anyone.
    pub backup_open: bool,
    /// The certificate of the device's web server has run out.
    pub certificate_expired: bool,
    /// The certificate of the device's web server is signed with SHA-1.
    pub certificate_sha1: bool,
    /// A debug page answers without TLS and login.
    pub debug_http: bool,
    /// The key behind the web server's certificate was made on the unit.
    pub device_key_own: bool,
    /// How the disclosure policy is published.
    pub disclosure_policy: DisclosurePolicy,
    /// A port with DTLS 1.0 answers.
    pub dtls10_accepted: bool,
    /// Only versions newer than the installed one are installed.
    pub downgrade_refused: bool,
    /// The names of the logs are listed to anyone.
    pub folder_listed: bool,
    /// What another site has a browser send is refused.
    pub foreign_sites_refused: bool,
    /// A guest is kept from the settings.
    pub guest_limited: bool,
    /// Values in requests are checked before they are stored.
    pub input_checked: bool,
    /// A line protocol nobody declared answers.
    pub line_protocol: bool,
    /// Failed logins make the next one wait.
    pub login_throttled: bool,
    /// The page draws its picture in without TLS.
    pub logo_in_clear: bool,
    /// What the plug remembers outlasts a loss of power.
    pub memory_outlasts_power: bool,
    /// A page of the maker's site that is not there; empty when all are.
    pub missing_page: String,
    /// What cannot be read as an mDNS message is passed over.
    pub mdns_survives: bool,
    /// The designation the device tells of itself.
    pub model_designation: String,
    /// MQTT runs inside TLS.
    pub mqtt_tls: bool,
    /// JSON nested deeper than anything the plug knows is refused like other nonsense.
    pub nesting_survived: bool,
    /// After a change the old password is refused.
    pub password_change_effective: bool,
    /// The login page is also served without TLS.
    pub plain_http_login: bool,
    /// What is told of an address that is not there holds no markup of it.
    pub paths_escaped: bool,
    /// The plug serves its user while its maker's service is out of reach.
    pub offline_function: bool,
    /// The plug waits, longer from try to try, before it connects again.
    pub reconnects_with_pause: bool,
    /// A reset erases the user's data.
    pub reset_erases: bool,
    /// Session tokens are drawn at random.
    pub session_random: bool,
    /// What the maker's site says in `security.txt`.
    pub security_txt: SecurityTxt,
    /// Settings are changed only after a login.
    pub settings_need_login: bool,
    /// Set-up ends only with a password chosen.
    pub setup_needs_password: bool,
    /// An SSH server answers.
    pub ssh_open: bool,
    /// An SSH server answers that speaks protocol 1 beside 2.
    pub ssh_protocol_1: bool,
    /// An SSH server answers whose algorithms are all old.
    pub ssh_weak: bool,
    /// An account of the maker's, the same on every unit, logs in beside those of the user.
    pub support_account: bool,
    /// The end of support the maker's site states; empty when it states none.
    pub support_stated: String,
    /// Telemetry is sent only with consent.
    pub telemetry_needs_consent: bool,
    /// A telnet login answers.
    pub telnet_login: bool,
    /// The web server agrees to TLS 1.0.
    pub tls10_accepted: bool,
    /// A ClientHello with an overlong session id is refused like other nonsense.
    pub tls_survives: bool,
    /// Changes of ciphers and session ids of TLS 1.2 are what the standard says.
    pub tls_records: TlsRecords,
    /// What else the web server agrees to in TLS.
    pub tls_weakness: TlsWeakness,
    /// Every unit leaves the factory with admin/admin active and no set-up forced.
    pub universal_default_password: bool,
    /// The certificate of the update server is verified.
    pub update_certificate_checked: bool,
    /// An update for another model is refused.
    pub update_model_checked: bool,
    /// The package is the one that the manifest of an update names.
    pub update_package_checked: bool,
    /// The signature of an update is verified.
    pub update_signature_checked: bool,
    /// A failed login does not tell whether there is such a user.
    pub user_names_hidden: bool,
    /// The firmware version is told only after a login.
    pub version_hidden: bool,
    /// What the `Server` header says; empty when there is no such header.
    pub web_server_named: String,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            auto_update_on: true,
            backup_open: false,
            certificate_expired: false,
            certificate_sha1: false,
            debug_http: false,
            device_key_own: true,
            disclosure_policy: DisclosurePolicy::Public,
            dtls10_accepted: false,
            downgrade_refused: true,
            folder_listed: false,
            foreign_sites_refused: true,
            guest_limited: true,
            input_checked: true,
            line_protocol: false,
            login_throttled: true,
            logo_in_clear: false,
            memory_outlasts_power: true,
            missing_page: String::new(),
            mdns_survives: true,
            model_designation: crate::MODEL.to_owned(),
            mqtt_tls: true,
            nesting_survived: true,
            password_change_effective: true,
            paths_escaped: true,
            plain_http_login: false,
            offline_function: true,
            reconnects_with_pause: true,
            reset_erases: true,
            session_random: true,
            security_txt: SecurityTxt::Current,
            settings_need_login: true,
            setup_needs_password: true,
            ssh_open: false,
            ssh_protocol_1: false,
            ssh_weak: false,
            support_account: false,
            support_stated: crate::SUPPORT_UNTIL.to_owned(),
            telemetry_needs_consent: true,
            telnet_login: false,
            tls10_accepted: false,
            tls_survives: true,
            tls_records: TlsRecords::Sound,
            tls_weakness: TlsWeakness::None,
            universal_default_password: false,
            update_certificate_checked: true,
            update_model_checked: true,
            update_package_checked: true,
            update_signature_checked: true,
            user_names_hidden: true,
            version_hidden: true,
            web_server_named: String::new(),
        }
    }
}

impl Knobs {
    /// These knobs with one of them at another value; says why when there is no such knob or value.
    pub(crate) fn turned(&self, knob: &str, value: &toml::Value) -> Result<Self, String> {
        let mut table = toml::Table::try_from(self).map_err(|e| e.to_string())?;
        match table.get_mut(knob) {
            Some(place) => *place = value.clone(),
            None => return Err(format!("there is no knob {knob}")),
        }
        table.try_into().map_err(|e| e.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turning_one_knob_changes_only_that() {
        let turned = Knobs::default().turned("telnet_login", &toml::Value::Boolean(true)).unwrap();
        assert_eq!(turned, Knobs { telnet_login: true, ..Knobs::default() });
    }

    #[test]
    fn a_missing_knob_or_a_wrong_value_is_refused() {
        assert!(Knobs::default().turned("lamp", &toml::Value::Boolean(true)).is_err());
        assert!(Knobs::default().turned("telnet_login", &toml::Value::Integer(1)).is_err());
    }
}
