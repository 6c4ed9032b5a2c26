//! What an ONVIF device service is asked, and what its answers mean, without I/O: SOAP with the user name token of
//! WS-Security (OASIS Username Token Profile, ONVIF Core clause 5.9).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use crate::http::codec::Answer;

/// The path of the device service (ONVIF Core, clause 5.1.1).
pub const PATH: &str = "/onvif/device_service";
const LONGEST_XML: usize = 64 * 1024;

/// What the device is asked. Neither changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Its clock, which it tells anybody.
    Clock,
    /// Its maker and model, which it tells those who log in (access class READ_SYSTEM).
    Information,
    /// Its users, for devices that tell anybody the former (access class READ_SYSTEM_SECRET).
    Users,
}

/// The user name token of one request.
#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    /// The user.
    pub user: &'a str,
    /// The password, which goes into a digest only.
    pub password: &'a str,
    /// Bytes that no other request has.
    pub nonce: &'a [u8],
    /// The moment, as `2026-11-25T22:53:36Z`. Devices refuse one that is far from their own clock.
    pub created: &'a str,
}

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It does what it was asked.
    Done,
    /// It wants a login, or does not take the one it got.
    NotAuthorized,
    /// Something else.
    Other,
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::Clock => "GetSystemDateAndTime",
            Self::Information => "GetDeviceInformation",
            Self::Users => "GetUsers",
        }
    }

    /// The body of a request.
    pub fn envelope(self, token: Option<Token<'_>>) -> String {
        let header = token.map(|token| format!("<s:Header>{}</s:Header>", token.xml())).unwrap_or_default();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\">\
             {header}<s:Body><{} xmlns=\"http://www.onvif.org/ver10/device/wsdl\"/></s:Body></s:Envelope>",
            self.name()
        )
    }

    /// The whole request without credentials.
    pub fn request(self, host: &str) -> Vec<u8> {
        let body = self.envelope(None);
        format!("{}\r\n{body}", head(host, body.len())).into_bytes()
    }

    /// What an answer to it means.
    pub fn said(self, answer: &Answer) -> Said {
        let text = String::from_utf8_lossy(&answer.body[..answer.body.len().min(LONGEST_XML)]);
        // The subcodes of ONVIF Core clause 5.9 and of WS-Security clause 12.
        let refusals = ["NotAuthorized", "FailedAuthentication", "InvalidSecurityToken"];
        if answer.status == 401 || refusals.iter().any(|word| text.contains(word)) {
            return Said::NotAuthorized;
        }
        let is_done =
            (200..300).contains(&answer.status) && text.contains(&format!("{}Response", self.name()));
        if is_done { Said::Done } else { Said::Other }
    }
}

/// The request's head without credentials, up to its last header.
pub fn head(host: &str, length: usize) -> String {
    format!(
        "POST {PATH} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: assize\r\n\
         Content-Type: application/soap+xml; charset=utf-8\r\nContent-Length: {length}\r\nConnection: close\r\n"
    )
}

impl Token<'_> {
    /// The digest that stands for the password: SHA-1 over nonce, moment and password.
    pub fn digest(&self) -> String {
        let bytes = [self.nonce, self.created.as_bytes(), self.password.as_bytes()].concat();
        STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, &bytes))
    }

    fn xml(&self) -> String {
        let namespace =
            |name: &str| format!("http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-{name}");
        format!(
            "<w:Security xmlns:w=\"{}.xsd\" s:mustUnderstand=\"1\"><w:UsernameToken><w:Username>{}</w:Username>\
             <w:Password Type=\"{}#PasswordDigest\">{}</w:Password>\
             <w:Nonce EncodingType=\"{}#Base64Binary\">{}</w:Nonce>\
             <u:Created xmlns:u=\"{}.xsd\">{}</u:Created></w:UsernameToken></w:Security>",
            namespace("wssecurity-secext-1.0"),
            escaped(self.user),
            namespace("username-token-profile-1.0"),
            self.digest(),
            namespace("soap-message-security-1.0"),
            STANDARD.encode(self.nonce),
            namespace("wssecurity-utility-1.0"),
            self.created
        )
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The device's clock as a token writes it. None when the answer does not tell a moment.
pub fn clock(answer: &Answer) -> Option<String> {
    let text = String::from_utf8_lossy(&answer.body[..answer.body.len().min(LONGEST_XML)]);
    let rest = &text[text.find("UTCDateTime>")?..];
    let part = |name: &str, most: u16| {
        let digits = rest[rest.find(&format!("{name}>"))? + name.len() + 1..].trim_ascii_start();
        let end = digits.find(|c: char| !c.is_ascii_digit())?;
        digits[..end].parse::<u16>().ok().filter(|n| *n <= most)
    };
    let (year, month, day) = (part("Year", 9999)?, part("Month", 12)?, part("Day", 31)?);
    let (hour, minute, second) = (part("Hour", 23)?, part("Minute", 59)?, part("Second", 60)?);
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, body: body.as_bytes().to_vec(), ..Answer::default() }
    }

    #[test]
    fn the_digest_that_onvif_prints() {
        // ONVIF Application Programmer's Guide, clause 6.1.1.3.
        let nonce = STANDARD.decode("LKqI6G/AikKCQrN0zqZFlg==").unwrap();
        let token =
            Token { user: "a<b", password: "userpassword", nonce: &nonce, created: "2010-09-16T07:50:45Z" };
        assert_eq!(token.digest(), "tuOSpGlFlIXsozq4HFNeeGeFLEI=");
        let xml = Operation::Users.envelope(Some(token));
        assert!(xml.contains("<w:Username>a&lt;b</w:Username>") && !xml.contains("userpassword"), "{xml}");
        assert!(!Operation::Clock.envelope(None).contains("Header"));
    }

    #[test]
    fn what_answers_mean() {
        let said = |status, body: &str| Operation::Information.said(&answer(status, body));
        assert_eq!(said(200, "<tds:GetDeviceInformationResponse>"), Said::Done);
        assert_eq!(
            said(400, "<s:Subcode><s:Value>ter:NotAuthorized</s:Value></s:Subcode>"),
            Said::NotAuthorized
        );
        assert_eq!(said(500, "wsse:FailedAuthentication"), Said::NotAuthorized);
        assert_eq!(said(401, ""), Said::NotAuthorized);
        assert_eq!(said(500, "ter:ActionNotSupported"), Said::Other);
        assert_eq!(said(200, "<html>log in</html>"), Said::Other);
        assert_eq!(said(200, "<tds:GetUsersResponse>"), Said::Other);
    }

    #[test]
    fn clocks() {
        let date = "<tt:UTCDateTime><tt:Time><tt:Hour>7</tt:Hour><tt:Minute>05</tt:Minute><tt:Second>9</tt:Second>\
                    </tt:Time><tt:Date><tt:Year>2026</tt:Year><tt:Month>11</tt:Month><tt:Day>25</tt:Day></tt:Date>";
        assert_eq!(clock(&answer(200, date)).as_deref(), Some("2026-11-25T07:05:09Z"));
        for broken in [&date[..40], "", &date.replace(">11<", ">13<"), &date.replace("2026", "x")] {
            assert_eq!(clock(&answer(200, broken)), None, "{broken}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300), text: String) {
            for body in [bytes, format!("UTCDateTime>Year>{text}Month>1").into_bytes()] {
                let answer = Answer { status: 200, body, ..Answer::default() };
                let _ = (clock(&answer), Operation::Users.said(&answer));
            }
        }
    }
}
