//! Reads `security.txt` as RFC 9116 writes it: fields and comments. Of a signed file only the signed part is read.

use std::collections::BTreeSet;

use assize_model::fact::SecurityTxtFault as Fault;

use super::moment::moment;
use super::openpgp::{Cleartext, cleartext};
use crate::text::printable;

/// Most bytes of a file that are read (RFC 9116 section 5.5 advises a limit), most values kept of a field, and most
/// characters of a value.
const MOST_BYTES: usize = 64 * 1024;
const MOST_VALUES: usize = 32;
const LONGEST_VALUE: usize = 1024;

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Values of `Contact`.
    pub contacts: Vec<String>,
    /// When it expires, Unix seconds.
    pub expires: Option<i64>,
    /// Values of `Canonical`.
    pub canonical: Vec<String>,
    /// Values of `Policy`.
    pub policies: Vec<String>,
    /// Language tags.
    pub languages: Vec<String>,
    /// Values of `Encryption`.
    pub encryption: Vec<String>,
    /// Values of `Acknowledgments`.
    pub acknowledgments: Vec<String>,
    /// Values of `Hiring`.
    pub hiring: Vec<String>,
    /// The signed part, when the file is signed; everything else here comes from it.
    pub signed: Option<Cleartext>,
    /// Where it departs from the RFC.
    pub faults: BTreeSet<Fault>,
}

/// Reads a file.
pub fn read(bytes: &[u8]) -> Said {
    let mut said = Said::default();
    if bytes.len() > MOST_BYTES {
        said.faults.insert(Fault::TooLong);
    }
    let bytes = &bytes[..bytes.len().min(MOST_BYTES)];
    if std::str::from_utf8(bytes).is_err() {
        said.faults.insert(Fault::NotPlainText);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let signed = cleartext(bytes);
    let text = String::from_utf8_lossy(signed.as_ref().map_or(bytes, |signed| &signed.text));
    let mut counts = Counts::default();
    for line in text.lines() {
        field(line.trim_end(), &mut said, &mut counts);
    }
    said.conclude(&counts);
    if signed.as_ref().is_some_and(|signed| signed.is_open) {
        said.faults.insert(Fault::SignatureOpen);
    }
    Said { signed, ..said }
}

/// How often a field that may be there once was seen.
#[derive(Default)]
struct Counts {
    expires: usize,
    languages: usize,
}

fn field(line: &str, said: &mut Said, counts: &mut Counts) {
    if line.is_empty() || line.starts_with('#') {
        return;
    }
    let Some((name, value)) =
        line.split_once(':').filter(|(name, value)| is_name(name) && !value.trim().is_empty())
    else {
        said.faults.insert(Fault::LineUnreadable);
        return;
    };
    let value = printable(value.trim().as_bytes(), LONGEST_VALUE);
    let is_bare = value.to_ascii_lowercase().starts_with("http://");
    match name.to_ascii_lowercase().as_str() {
        "expires" => {
            counts.expires += 1;
            said.expires = moment(&value).filter(|_| counts.expires == 1);
            if moment(&value).is_none() {
                said.faults.insert(Fault::ExpiresUnreadable);
            }
        }
        "preferred-languages" => {
            counts.languages += 1;
            let tags = value.split(',').map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
            said.languages.extend(tags.take(MOST_VALUES.saturating_sub(said.languages.len())));
        }
        name => {
            // Fields that the RFC does not know are left alone (section 2.4).
            let Some(list) = said.list(name) else { return };
            if list.len() < MOST_VALUES {
                list.push(value.clone());
            }
            if is_bare {
                said.faults.insert(Fault::PlainHttp);
            }
            if name == "contact" && !is_uri(&value) {
                said.faults.insert(Fault::ContactNoUri);
            }
        }
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 100 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Whether a value has a scheme and something behind it (RFC 3986 section 3.1).
fn is_uri(value: &str) -> bool {
    let is_scheme = |s: &str| {
        s.starts_with(|c: char| c.is_ascii_alphabetic())
            && s.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    };
    !value.contains(' ')
        && value.split_once(':').is_some_and(|(scheme, rest)| is_scheme(scheme) && !rest.is_empty())
}

impl Said {
    fn list(&mut self, name: &str) -> Option<&mut Vec<String>> {
        match name {
            "contact" => Some(&mut self.contacts),
            "canonical" => Some(&mut self.canonical),
            "policy" => Some(&mut self.policies),
            "encryption" => Some(&mut self.encryption),
            "acknowledgments" => Some(&mut self.acknowledgments),
            "hiring" => Some(&mut self.hiring),
            _ => None,
        }
    }

    fn conclude(&mut self, counts: &Counts) {
        let missing = [
            (self.contacts.is_empty(), Fault::NoContact),
            (counts.expires == 0, Fault::NoExpires),
            (counts.expires > 1, Fault::ExpiresTwice),
            (counts.languages > 1, Fault::LanguagesTwice),
        ];
        self.faults.extend(missing.into_iter().filter(|(is, _)| *is).map(|(_, fault)| fault));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SIGNED: &str = "-----BEGIN PGP SIGNED MESSAGE-----";
    const PLAIN: &str = "# Our file\r\nContact: mailto:security@maker.example\r\ncontact: https://maker.example/report\r\n\
        Expires: 2027-01-31T12:00:00+01:00\r\nPreferred-Languages: en, de\r\nPolicy: https://maker.example/policy\r\n\
        Canonical: https://maker.example/.well-known/security.txt\r\nX-Own: something\r\n";

    #[test]
    fn a_plain_file() {
        let said = read(PLAIN.as_bytes());
        assert_eq!(said.contacts, ["mailto:security@maker.example", "https://maker.example/report"]);
        assert_eq!(said.expires, Some(1_801_393_200));
        assert_eq!((said.languages.len(), said.policies.len(), said.canonical.len()), (2, 1, 1));
        assert_eq!((said.signed, said.faults.len()), (None, 0));
    }

    #[test]
    fn of_a_signed_file_only_the_signed_part_is_read() {
        let armour = "-----BEGIN PGP SIGNATURE-----\n\niHUEARYK\n=x\n-----END PGP SIGNATURE-----\n";
        let body = PLAIN.replace("# Our", "- # Our");
        let signed =
            format!("{SIGNED}\nHash: SHA512\n\n{body}- --\n{armour}Contact: mailto:evil@else.example\n");
        let said = read(format!("Policy: https://else.example/\n{signed}").as_bytes());
        assert_eq!((said.contacts.len(), said.policies.len(), said.expires.is_some()), (2, 1, true));
        assert_eq!(said.faults.into_iter().collect::<Vec<_>>(), [Fault::LineUnreadable], "the line `--`");
        assert!(said.signed.is_some_and(|signed| !signed.is_open));
        let open = read(format!("{SIGNED}\n\n{PLAIN}").as_bytes());
        assert!(open.faults.contains(&Fault::SignatureOpen) && open.contacts.len() == 2);
    }

    #[test]
    fn faults_are_named() {
        let faults = |text: &str| read(text.as_bytes()).faults.into_iter().collect::<Vec<_>>();
        assert_eq!(faults(""), [Fault::NoContact, Fault::NoExpires]);
        let twice =
            "Contact: security@maker.example\nExpires: 2027-01-01T00:00:00Z\nExpires: 2028-01-01T00:00:00Z\n";
        assert_eq!(faults(twice), [Fault::ContactNoUri, Fault::ExpiresTwice]);
        assert_eq!(read(twice.as_bytes()).expires, None, "of two dates neither counts");
        let bad = "Contact: http://maker.example\nExpires: next year\n<html>\n";
        assert_eq!(faults(bad), [Fault::ExpiresUnreadable, Fault::LineUnreadable, Fault::PlainHttp]);
        let long = format!("{PLAIN}{}", "# x\n".repeat(40_000));
        assert_eq!(faults(&long), [Fault::TooLong]);
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let said = read(&bytes);
            prop_assert!(said.contacts.len() <= MOST_VALUES);
        }

        #[test]
        fn any_lines(text in "(Contact|Expires|Policy|- |-----BEGIN PGP SIGNED MESSAGE-----|\n|: |.){0,80}") {
            let said = read(text.as_bytes());
            prop_assert_eq!(said.contacts.is_empty(), said.faults.contains(&Fault::NoContact));
        }
    }
}
