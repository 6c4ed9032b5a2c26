//! Takes bytes out of their ASCII armour (RFC 9580 section 6). The checksum proves nothing and is not looked at.

use base64::{Engine, engine::general_purpose::STANDARD};

/// The bytes inside the first armour of this kind, such as `SIGNATURE`. `None` when it is not whole.
pub(super) fn unarmoured(text: &[u8], kind: &str) -> Option<Vec<u8>> {
    let (begin, end) = (format!("-----BEGIN PGP {kind}-----"), format!("-----END PGP {kind}-----"));
    let mut lines = text.split(|b| *b == b'\n').map(<[u8]>::trim_ascii_end);
    lines.by_ref().find(|line| *line == begin.as_bytes())?;
    // Headers end with an empty line, and there may be none of either.
    let mut body = Vec::new();
    let mut is_over = false;
    for line in lines {
        if line == end.as_bytes() {
            is_over = true;
            break;
        }
        body.push(line);
    }
    let blank = body.iter().position(|line| line.is_empty()).map_or(0, |at| at + 1);
    let is_data = |line: &&&[u8]| !line.is_empty() && !line.starts_with(b"=");
    let packed: Vec<u8> = body.get(blank..)?.iter().filter(is_data).copied().flatten().copied().collect();
    if is_over { STANDARD.decode(packed).ok() } else { None }
}
