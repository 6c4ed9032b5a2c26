//! The maker's web site: the user information that the declaration of the product refers to, one HTML file per page.

use std::net::SocketAddr;

use crate::clock;
use crate::http::{Request, Response};
use crate::knobs::{DisclosurePolicy, Knobs, SecurityTxt};
use crate::maker::signing::Signer;

/// Embeds `pages/<name>.html` at each place.
macro_rules! pages {
    ($($path:literal => $name:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../pages/", $name, ".html")))),*]
    };
}

/// Every page that is a file.
const PAGES: &[(&str, &str)] = pages![
    "/" => "product",
    "/deletion" => "deletion",
    "/login" => "login",
    "/password-change" => "password-change",
    "/privacy" => "privacy",
    "/replacement" => "replacement",
    "/security/disclosure" => "disclosure",
    "/sensors" => "sensors",
    "/setup-check" => "setup-check",
    "/setup-guide" => "setup-guide",
    "/support-period" => "support-period",
    "/telemetry" => "telemetry",
    "/updates" => "updates",
];

const DISCLOSURE: &str = "/security/disclosure";
const KEY: &str = "/security/key.asc";
const TIMES: &str = include_str!("../../pages/disclosure-times.html");
const YEAR: u64 = 365 * 86_400;

/// The web site of one instance.
pub(crate) struct Site {
    address: SocketAddr,
    knobs: Knobs,
}

impl Site {
    pub(crate) fn new(address: SocketAddr, knobs: Knobs) -> Self {
        Self { address, knobs }
    }

    pub(crate) fn respond(&self, request: &Request) -> Response {
        if request.method != "GET" {
            return Response::text(405, "only GET\n").with("allow", "GET".to_owned());
        }
        let path = request.path.as_str();
        if path == "/.well-known/security.txt" && self.knobs.security_txt != SecurityTxt::Missing {
            return Response::text(200, &self.security_txt());
        }
        if path == KEY {
            return Response::text(200, &Signer::new().certificate());
        }
        let body = PAGES.iter().find(|(place, _)| *place == path).map(|(_, body)| *body);
        let is_missing = path == self.knobs.missing_page
            || path == DISCLOSURE && self.knobs.disclosure_policy == DisclosurePolicy::Missing;
        match body {
            _ if path == DISCLOSURE && self.knobs.disclosure_policy == DisclosurePolicy::BehindLogin => {
                Response::see_other("/login")
            }
            Some(body) if !is_missing => Response::html(200, self.page(body)),
            _ => Response::html(404, self.page("<h1>No such page</h1>\n")),
        }
    }

    fn page(&self, body: &str) -> String {
        let times = if self.knobs.disclosure_policy == DisclosurePolicy::WithoutTimes { "" } else { TIMES };
        let body = body
            .replace("{model}", crate::MODEL)
            .replace("{maker}", crate::MAKER)
            .replace("{support}", &self.support())
            .replace("{times}", times);
        let title = crate::MAKER;
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title}</title></head>\n<body>\n\
             {body}<p><a href=\"/\">{title}</a></p>\n</body>\n</html>\n"
        )
    }

    fn support(&self) -> String {
        match self.knobs.support_stated.as_str() {
            "" => "We supply security updates for as long as we can.".to_owned(),
            date => {
                let model = crate::MODEL;
                format!("We supply security updates for every part of the {model} until <time>{date}</time>.")
            }
        }
    }

    /// As RFC 9116 describes it, signed.
    fn security_txt(&self) -> String {
        let (site, now) = (self.address, clock::seconds());
        let is_expired = self.knobs.security_txt == SecurityTxt::Expired;
        let expires = clock::rfc3339(if is_expired { now.saturating_sub(YEAR) } else { now + YEAR });
        let policy =
            if self.knobs.security_txt == SecurityTxt::OtherPolicy { "/updates" } else { DISCLOSURE };
        let text = format!(
            "Contact: mailto:security@halden-home.example\nExpires: {expires}\nEncryption: https://{site}{KEY}\n\
             Preferred-Languages: en\nCanonical: https://{site}/.well-known/security.txt\n\
             Policy: https://{site}{policy}\n"
        );
        let signed = Signer::new().signed(&text, now);
        match self.knobs.security_txt {
            SecurityTxt::Altered => signed.replace("mailto:security@", "mailto:desk@"),
            _ => signed,
        }
    }
}
