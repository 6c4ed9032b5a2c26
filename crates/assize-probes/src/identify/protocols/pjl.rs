//! Raw print ports: a PJL status query inside the universal exit sequence, which prints nothing (HP PJL reference).

use assize_model::fact::Protocol;

use super::super::seen::Seen;

/// `@PJL INFO ID`, entered and left by UEL. Nothing else may be sent to such a port: it would be printed.
pub const REQUEST: &[u8] = b"\x1b%-12345X@PJL INFO ID\r\n\x1b%-12345X";

/// The printer's name.
pub fn read(bytes: &[u8]) -> Option<Seen> {
    let rest = bytes.strip_prefix(b"@PJL INFO ID")?;
    let name = rest.split(|b| *b == b'\n').map(<[u8]>::trim_ascii).find(|line| !line.is_empty())?;
    let name = name.strip_prefix(b"\"").unwrap_or(name);
    Some(Seen::of(Protocol::Pjl).saying("pjl.id", name.strip_suffix(b"\"").unwrap_or(name)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_printer_names_itself() {
        let seen = read(b"@PJL INFO ID\r\n\"HP LaserJet 4\"\r\n\x0c").unwrap();
        assert_eq!(seen.says[0].text, "HP LaserJet 4");
        assert_eq!(read(b"@PJL INFO STATUS\r\n"), None);
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            read(&[b"@PJL INFO ID", &bytes[..]].concat());
        }
    }
}
