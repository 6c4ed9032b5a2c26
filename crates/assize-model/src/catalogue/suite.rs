//! Cipher suites by their names: what a suite consists of stands in its name, so that each part can be looked up and
//! all suites of the registry are covered (RFC 5246 appendix A.5, RFC 8446 appendix B.4).

use super::cryptography::Part;

/// A cipher suite taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suite {
    /// How keys are agreed; none where the version decides that, as in TLS 1.3.
    pub exchange: Option<String>,
    /// How the server is authenticated; none where the version decides that.
    pub authentication: Option<String>,
    /// The cipher with its mode.
    pub cipher: String,
    /// How integrity is protected; none when the cipher does that.
    pub mac: Option<String>,
}

/// What ends a name as hash or checksum.
const HASHES: [&str; 10] =
    ["MD5", "SHA", "SHA256", "SHA384", "SHA512", "SM3", "RMD", "IMIT", "GOSTR3411", "OMAC"];

/// What makes a cipher protect integrity by itself.
const AUTHENTICATED: [&str; 5] = ["GCM", "CCM", "POLY1305", "MGM", "AEGIS"];

impl Suite {
    /// Takes a name of the registry apart, or of SSL 2.0 as its specification gives them. Signals that stand among the
    /// suites are none.
    pub fn read(name: &str) -> Option<Self> {
        let name = name.strip_suffix("_draft").unwrap_or(name);
        // One number was given twice.
        let name = name.split("_or_").next().unwrap_or(name);
        if let Some(old) = name.strip_prefix("SSL_CK_").or_else(|| name.strip_prefix("SSL2_")) {
            return Self::of_ssl2(old);
        }
        let bare = name.strip_prefix("TLS_").or_else(|| name.strip_prefix("SSL_"))?;
        if let Some((keys, rest)) = bare.split_once("_WITH_") {
            return match keys.strip_suffix("_NULL") {
                Some(keys) => Self::with_keys(keys, &format!("NULL_{rest}")),
                None => Self::with_keys(keys, rest),
            };
        }
        match bare {
            _ if bare.ends_with("SCSV") => None,
            // RFC 9150: integrity without secrecy.
            "SHA256_SHA256" | "SHA384_SHA384" => {
                let mac = bare.split('_').next().map(str::to_owned);
                Some(Self { exchange: None, authentication: None, cipher: "NULL".into(), mac })
            }
            _ => match bare.split_once("_NULL") {
                // Drafts that never became standards wrote them without "WITH".
                Some((keys, rest)) => Self::with_keys(keys, &format!("NULL{rest}")),
                None => {
                    let (cipher, mac) = cipher(bare)?;
                    mac.is_none().then_some(Self { exchange: None, authentication: None, cipher, mac: None })
                }
            },
        }
    }

    fn with_keys(keys: &str, rest: &str) -> Option<Self> {
        let (exchange, authentication) = keys_of(keys)?;
        let (cipher, mac) = cipher(rest)?;
        Some(Self { exchange: Some(exchange), authentication: Some(authentication), cipher, mac })
    }

    fn of_ssl2(old: &str) -> Option<Self> {
        let (cipher, mac) = old.split_once("_WITH_")?;
        let keys = Some("RSA".to_owned());
        Some(Self {
            exchange: keys.clone(),
            authentication: keys,
            cipher: cipher.into(),
            mac: Some(mac.into()),
        })
    }

    /// Its parts, each as its name writes it.
    pub fn parts(&self) -> Vec<(Part, &str)> {
        let exchange = self.exchange.as_deref().map(|t| (Part::Exchange, t));
        let authentication = self.authentication.as_deref().map(|t| (Part::Authentication, t));
        let mac = self.mac.as_deref().map(|t| (Part::Mac, t));
        let cipher = (Part::Cipher, self.cipher.as_str());
        exchange.into_iter().chain(authentication).chain([cipher]).chain(mac).collect()
    }
}

/// Key exchange and authentication from what stands before "WITH".
fn keys_of(keys: &str) -> Option<(String, String)> {
    let keys = keys.strip_suffix("_FIPS").unwrap_or(keys);
    let (keys, export) = match keys.split_once("_EXPORT") {
        Some((keys, _)) => (keys, "_EXPORT"),
        None => (keys, ""),
    };
    let pair = |exchange: &str, authentication: &str| {
        Some((format!("{exchange}{export}"), authentication.to_owned()))
    };
    if keys.starts_with("GOST") {
        return pair("GOST", "GOST");
    }
    match keys.split('_').collect::<Vec<_>>().as_slice() {
        ["SRP", "SHA"] => pair("SRP", "SRP"),
        ["SRP", "SHA", authentication] => pair("SRP", authentication),
        ["FORTEZZA", "KEA"] => pair("KEA", "KEA"),
        // Without a certificate both sides make their keys afresh.
        [exchange, "anon"] => pair(&format!("{exchange}E"), "anon"),
        ["PSK", "DHE"] => pair("DHE", "PSK"),
        [exchange, authentication] => pair(exchange, authentication),
        [both] if !both.is_empty() => pair(both, both),
        _ => None,
    }
}

/// Cipher and integrity from what stands after "WITH".
fn cipher(rest: &str) -> Option<(String, Option<String>)> {
    let (front, last) = match rest.rsplit_once('_') {
        Some((front, last)) if HASHES.contains(&last) => (front, Some(last)),
        _ => (rest, None),
    };
    if front.is_empty() {
        return None;
    }
    let alone = rest == "NULL_NULL";
    let (front, last) = if alone { ("NULL", Some("NULL")) } else { (front, last) };
    let is_authenticated = front.split('_').any(|word| AUTHENTICATED.contains(&word));
    match (is_authenticated, last) {
        (true, _) => Some((front.to_owned(), None)),
        (false, Some(mac)) => Some((front.to_owned(), Some(mac.to_owned()))),
        (false, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts(name: &str) -> String {
        let suite = Suite::read(name);
        let words: Option<Vec<String>> =
            suite.as_ref().map(|s| s.parts().iter().map(|(p, t)| format!("{p:?} {t}")).collect());
        words.map_or_else(|| "none".to_owned(), |w| w.join(", "))
    }

    #[test]
    fn the_name_says_what_is_in_it() {
        let expect = [
            (
                "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                "Exchange ECDHE, Authentication ECDSA, Cipher AES_128_GCM",
            ),
            ("TLS_AES_256_GCM_SHA384", "Cipher AES_256_GCM"),
            ("TLS_AES_128_CCM_8_SHA256", "Cipher AES_128_CCM_8"),
            ("TLS_CHACHA20_POLY1305_SHA256", "Cipher CHACHA20_POLY1305"),
            ("TLS_SHA256_SHA256", "Cipher NULL, Mac SHA256"),
            (
                "TLS_RSA_EXPORT1024_WITH_RC4_56_SHA",
                "Exchange RSA_EXPORT, Authentication RSA, Cipher RC4_56, Mac SHA",
            ),
            (
                "TLS_DH_anon_WITH_AES_128_CBC_SHA",
                "Exchange DHE, Authentication anon, Cipher AES_128_CBC, Mac SHA",
            ),
            ("TLS_PSK_DHE_WITH_AES_128_CCM_8", "Exchange DHE, Authentication PSK, Cipher AES_128_CCM_8"),
            (
                "TLS_SRP_SHA_DSS_WITH_3DES_EDE_CBC_SHA",
                "Exchange SRP, Authentication DSS, Cipher 3DES_EDE_CBC, Mac SHA",
            ),
            ("SSL_CK_RC4_128_WITH_MD5", "Exchange RSA, Authentication RSA, Cipher RC4_128, Mac MD5"),
            ("TLS_NULL_WITH_NULL_NULL", "Exchange NULL, Authentication NULL, Cipher NULL, Mac NULL"),
            (
                "TLS_ECDH_anon_NULL_WITH_SHA_draft",
                "Exchange ECDHE, Authentication anon, Cipher NULL, Mac SHA",
            ),
            ("TLS_FALLBACK_SCSV", "none"),
            ("0xabcd", "none"),
        ];
        for (name, wanted) in expect {
            assert_eq!(parts(name), wanted, "{name}");
        }
    }

    proptest! {
        #[test]
        fn any_name_is_read_or_refused(name in "(TLS_|SSL_CK_)?[A-Z0-9_]{0,40}(_WITH_)?[A-Z0-9_]{0,40}") {
            if let Some(suite) = Suite::read(&name) {
                prop_assert!(suite.parts().iter().all(|(_, token)| !token.is_empty() || name.contains("__") || name.contains("_WITH_")));
            }
        }
    }
}
