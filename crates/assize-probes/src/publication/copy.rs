//! Reads a copy of a publication that lies in the assessment folder.

use assize_model::fact::{Fact, PublicationCopy};

use super::codec;
use crate::{Observation, Raw, http::codec::Answer};

/// The fact and the raw bytes of a copy. The name tells whether it is a page, plain text, PDF, or a kind that is
/// not read.
pub fn copy(file: &str, bytes: Vec<u8>) -> Observation {
    let name = file.to_ascii_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|e| name.ends_with(e));
    let kind = match () {
        () if ends(&[".html", ".htm", ".xhtml"]) => "text/html",
        () if ends(&[".txt", ".md", ".asc", ".json", ".xml"]) => "text/plain",
        () if ends(&[".pdf"]) => "application/pdf",
        () => "application/octet-stream",
    };
    let length = bytes.len() as u64;
    let answer =
        Answer { headers: vec![("content-type".into(), kind.into())], body: bytes, ..Answer::default() };
    let (text, unread) = codec::text(&answer);
    let fact = PublicationCopy { file: file.to_owned(), bytes: length, text, unread };
    Observation { fact: Fact::PublicationCopy(fact), raw: vec![Raw::new("file", answer.body)] }
}

#[cfg(test)]
mod tests {
    use assize_model::fact::Unread;

    use super::*;

    #[test]
    fn kinds() {
        let text = |file: &str, bytes: &[u8]| match copy(file, bytes.to_vec()).fact {
            Fact::PublicationCopy(copy) => (copy.text, copy.bytes, copy.unread),
            other => panic!("{other:?}"),
        };
        assert_eq!(text("docs/Policy.HTML", b"<h1>We</h1>reply"), ("We reply".into(), 16, None));
        assert_eq!(text("policy.txt", b"a  b"), ("a b".into(), 4, None));
        assert_eq!(text("policy.pdf", b"%PDF-1.7"), (String::new(), 8, Some(Unread::CutOff)));
        assert_eq!(text("policy.docx", b"PK"), (String::new(), 2, Some(Unread::OtherKind)));
    }
}
