//! Makes a reproducer shorter: leaves out one part after the other and keeps what still does it (delta debugging).

/// A reproducer on its way to its shortest form.
#[derive(Clone, Debug)]
pub struct Shrinker {
    best: Vec<u8>,
    size: usize,
    at: usize,
}

impl Shrinker {
    /// Starts from bytes that do it.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self { size: bytes.len().div_ceil(2).max(1), best: bytes, at: 0 }
    }

    /// The shortest bytes so far that did it.
    pub fn best(&self) -> &[u8] {
        &self.best
    }

    /// Shorter bytes to try; none when nothing more can be left out.
    pub fn candidate(&self) -> Option<Vec<u8>> {
        let (before, rest) = self.best.split_at_checked(self.at)?;
        let after = rest.get(self.size.min(rest.len())..)?;
        (!rest.is_empty()).then(|| [before, after].concat())
    }

    /// Says whether the last candidate did it too.
    pub fn tell(&mut self, does_it: bool) {
        match self.candidate() {
            Some(candidate) if does_it => self.best = candidate,
            _ => self.at += self.size,
        }
        if self.at >= self.best.len() && self.size > 1 {
            self.size = self.size.div_ceil(2);
            self.at = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shrunk(bytes: Vec<u8>, does_it: impl Fn(&[u8]) -> bool) -> (Vec<u8>, usize) {
        let (mut shrinker, mut tries) = (Shrinker::new(bytes), 0);
        while let Some(candidate) = shrinker.candidate() {
            tries += 1;
            shrinker.tell(does_it(&candidate));
        }
        (shrinker.best().to_vec(), tries)
    }

    #[test]
    fn only_what_is_needed_is_left() {
        let text = b"GET / HTTP/1.1\r\nA: bbbbbbbbbbbbbbb%nbbbbbbbbbbb\r\n\r\n".to_vec();
        let (best, _) = shrunk(text, |b| b.windows(2).any(|w| w == b"%n"));
        assert_eq!(best, b"%n");
        assert!(shrunk(Vec::new(), |_| true).0.is_empty());
    }

    proptest! {
        #[test]
        fn it_ends_and_what_is_left_does_it(bytes in prop::collection::vec(0u8..4, 0..120), wanted in 0u8..4) {
            let does_it = |b: &[u8]| b.contains(&wanted);
            prop_assume!(does_it(&bytes));
            let (best, tries) = shrunk(bytes, does_it);
            prop_assert_eq!(best, vec![wanted]);
            prop_assert!(tries < 2000);
        }
    }
}
