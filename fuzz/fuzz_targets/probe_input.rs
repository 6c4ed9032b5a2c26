//! Whatever body a declaration gives, the cases made from it are bounded in number and length, and a reproducer only
//! ever gets shorter.
#![no_main]

use assize_model::declaration::play::Play;
use assize_probes::input::codec::{LONGEST, Shrinker, bodies, head_of};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let body = String::from_utf8_lossy(data);
    let cases = bodies(&Play::default(), &body, data.len() as u64, 40);
    assert!(cases.len() <= 40 && cases.iter().all(|c| c.bytes.len() <= LONGEST));
    assert!(head_of(data).len() <= data.len());
    let mut shrinker = Shrinker::new(data.to_vec());
    for _ in 0..200 {
        let Some(candidate) = shrinker.candidate() else { break };
        assert!(candidate.len() < shrinker.best().len());
        shrinker.tell(candidate.iter().map(|b| u32::from(*b)).sum::<u32>() % 3 == 0);
    }
});
