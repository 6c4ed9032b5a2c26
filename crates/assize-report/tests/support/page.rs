//! Reads a rendered page as a list of tags, as far as the tests need it.

use std::collections::BTreeMap;

/// An opening or closing tag with its attributes and the text up to the next tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    pub text: String,
}

/// The tags of a page, style and script left out. Panics on markup that this crate does not write.
pub fn tags(html: &str) -> Vec<Tag> {
    let bare = without(&without(html, "style"), "script");
    let pieces = bare.split('<').skip(1).map(|piece| piece.split_once('>').expect("every tag is closed"));
    pieces.map(|(tag, text)| read(tag, text)).collect()
}

fn without(html: &str, element: &str) -> String {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    let (before, rest) = html.split_once(&open).expect("the page has one");
    let (_, after) = rest.split_once(&close).expect("it is closed");
    assert!(!after.contains(&open), "one {element} and no more");
    format!("{before}{after}")
}

fn read(tag: &str, text: &str) -> Tag {
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    let mut attributes = BTreeMap::new();
    while !rest.trim().is_empty() {
        let end = rest.find(['=', ' ']).unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        rest = match after.strip_prefix("=\"") {
            Some(quoted) => {
                let (value, after) = quoted.split_once('"').expect("values are quoted");
                attributes.insert(key.trim().to_owned(), value.to_owned());
                after.trim_start()
            }
            None => {
                attributes.insert(key.trim().to_owned(), String::new());
                after.trim_start()
            }
        };
    }
    Tag { name: name.to_owned(), attributes, text: text.to_owned() }
}

/// The page's words with single spaces, tags left out.
pub fn words(html: &str) -> String {
    let texts: Vec<String> = tags(html).into_iter().map(|t| t.text).collect();
    texts.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words between two marks in the page's source.
pub fn words_between(html: &str, from: &str, to: &str) -> String {
    let (_, rest) = html.split_once(from).expect("the first mark is there");
    let (part, _) = rest.split_once(to).expect("the second mark is there");
    let text = part.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
    text.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}
