//! Licences as the catalogue words them: which let their facts pass on under CC BY 4.0, and where their text is.

/// Whether what stands under these terms may be passed on under CC BY 4.0. Terms that are not known are not open.
pub fn is_open(licence: &str) -> bool {
    let shut = ["BY-SA", "BY-ND", "BY-NC", "GPL", "copyrighted", "not stated"];
    address(licence).is_some() && !shut.iter().any(|word| licence.contains(word))
}

/// The address of an open licence that the terms name.
pub(crate) fn address(licence: &str) -> Option<&'static str> {
    let known = [
        (
            "Open Government Licence v3.0",
            "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        ),
        ("OGL v3.0", "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"),
        ("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
        ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("CC0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("public domain", "https://creativecommons.org/publicdomain/mark/1.0/"),
    ];
    known.into_iter().find(|(words, _)| licence.contains(words)).map(|(_, at)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_terms_that_cc_by_can_hold_are_open() {
        for open in ["CC BY 4.0", "OGL v3.0 (edge list; excerpts not carried)", "public domain"] {
            assert!(is_open(open), "{open}");
        }
        for shut in ["CC BY-SA 4.0", "GPL-3.0", "no licence file: facts only", "", crate::LICENCE_UNSTATED] {
            assert!(!is_open(shut), "{shut}");
        }
    }
}
