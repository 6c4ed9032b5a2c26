//! The frame of a cleartext signature (RFC 9580 section 7): which text is signed, and by which packets.

use assize_model::fact::SignatureFault as Fault;

use super::armour::unarmoured;

const BEGIN: &[u8] = b"-----BEGIN PGP SIGNED MESSAGE-----";
const SIGNATURE: &[u8] = b"-----BEGIN PGP SIGNATURE-----";
const END: &[u8] = b"-----END PGP SIGNATURE-----";

/// A signed text. Nothing that stands outside of the signed part is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleartext {
    /// The text as it is signed: escapes undone, lines without blanks at their ends, CRLF between them.
    pub text: Vec<u8>,
    /// The hashes that the headers name, in upper case.
    pub(super) hashes: Vec<String>,
    /// The signature packets.
    pub(super) packets: Vec<u8>,
    /// What is wrong with the frame, so that the signature cannot hold.
    pub(super) fault: Option<Fault>,
    /// Whether the signature is missing or has no end.
    pub is_open: bool,
}

/// Finds the signed text. `None` when no line of the file begins one.
pub fn cleartext(bytes: &[u8]) -> Option<Cleartext> {
    let lines: Vec<&[u8]> = bytes.split(|b| *b == b'\n').map(blank_free).collect();
    let begin = lines.iter().position(|line| *line == BEGIN)?;
    let mut signed = Cleartext::default();
    signed.note(is_blank(&lines[..begin]), Fault::TextOutside);
    let body = signed.headers(&lines[begin + 1..]);
    let Some(end) = body.iter().position(|line| *line == SIGNATURE) else {
        signed.is_open = true;
        signed.note(false, Fault::Malformed);
        signed.take(body);
        return Some(signed);
    };
    signed.take(&body[..end]);
    let armour = &body[end..];
    let over = armour.iter().position(|line| *line == END);
    signed.is_open = over.is_none();
    signed.note(over.is_none_or(|at| is_blank(&armour[at + 1..])), Fault::TextOutside);
    match unarmoured(&armour.join(&b'\n'), "SIGNATURE") {
        Some(packets) => signed.packets = packets,
        None => signed.note(false, Fault::Malformed),
    }
    Some(signed)
}

/// A line without its end and the blanks before it, which are not signed.
fn blank_free(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|b| !b" \t\r".contains(b)).map_or(0, |at| at + 1);
    &line[..end]
}

fn is_blank(lines: &[&[u8]]) -> bool {
    lines.iter().all(|line| line.is_empty())
}

impl Cleartext {
    /// Notes a fault unless it is well; the first one counts.
    fn note(&mut self, is_well: bool, fault: Fault) {
        if !is_well {
            self.fault.get_or_insert(fault);
        }
    }

    /// Reads the headers up to the empty line, and gives what follows. Only `Hash` may stand there, lest a reader
    /// takes a header for signed text.
    fn headers<'l, 'b>(&mut self, lines: &'l [&'b [u8]]) -> &'l [&'b [u8]] {
        let end = lines.iter().position(|line| line.is_empty()).unwrap_or(lines.len());
        for line in &lines[..end] {
            match line.strip_prefix(b"Hash: ") {
                Some(names) => {
                    let names = String::from_utf8_lossy(names).to_ascii_uppercase();
                    self.hashes.extend(names.split(',').map(|name| name.trim().to_owned()));
                }
                None => self.note(false, Fault::Malformed),
            }
        }
        lines.get(end + 1..).unwrap_or_default()
    }

    /// Takes the signed lines. Each that begins with a hyphen must be escaped (RFC 9580 section 7.2).
    fn take(&mut self, lines: &[&[u8]]) {
        let is_well = |line: &&[u8]| !line.starts_with(b"-") || line.starts_with(b"- ") || *line == b"-";
        self.note(lines.iter().all(is_well), Fault::Malformed);
        let unescaped: Vec<&[u8]> =
            lines.iter().map(|line| line.strip_prefix(b"- ").unwrap_or(line)).collect();
        self.text = unescaped.join(&b"\r\n"[..]);
    }
}
