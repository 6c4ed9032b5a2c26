//! What bytes show of a service: its protocol, how it asks for a login, and what it says of itself.

use assize_model::fact::{Login, Protocol, Saying};

use crate::text::{merge, printable, products, versions};

/// Most sayings of one service, and the longest text of one.
const MOST_SAYINGS: usize = 32;
const LONGEST_SAYING: usize = 512;

/// A service as far as some bytes show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What it speaks.
    pub protocol: Protocol,
    /// How it asks for a login, if it was seen to ask.
    pub login: Option<Login>,
    /// What it says of itself.
    pub says: Vec<Saying>,
}

impl Seen {
    /// A service of which only the protocol is known.
    pub fn of(protocol: Protocol) -> Self {
        Self { protocol, login: None, says: Vec::new() }
    }

    /// The same, asking for a login.
    #[must_use]
    pub fn asking(mut self, login: Login) -> Self {
        self.login = Some(login);
        self
    }

    /// The same, saying this in a field; empty text is no saying.
    #[must_use]
    pub fn saying(mut self, field: &str, text: &[u8]) -> Self {
        add(&mut self.says, field, text);
        self
    }
}

impl Seen {
    /// The first saying, as the banner of the service.
    pub(crate) fn banner(&self) -> String {
        self.says.first().map(|saying| saying.text.clone()).unwrap_or_default()
    }

    /// Names with versions in what it says.
    pub(crate) fn discloses(&self) -> Vec<String> {
        disclosures(&self.says)
    }
}

/// Names with versions in sayings. A field that is a version itself goes under its first word, as `redis/7.0`.
pub(crate) fn disclosures(says: &[Saying]) -> Vec<String> {
    let mut found = Vec::new();
    for Saying { field, text } in says {
        merge(&mut found, products(text));
        merge(&mut found, versions(text));
        if let Some(name) = field.strip_suffix(".version") {
            merge(&mut found, products(&format!("{name}/{text}")));
        }
    }
    found
}

/// Adds a saying within the bounds.
pub(crate) fn add(says: &mut Vec<Saying>, field: &str, text: &[u8]) {
    let text = printable(text, LONGEST_SAYING);
    let saying = Saying { field: field.to_owned(), text };
    if !saying.text.is_empty() && says.len() < MOST_SAYINGS && !says.contains(&saying) {
        says.push(saying);
    }
}
