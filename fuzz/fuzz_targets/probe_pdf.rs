//! A PDF file, whatever its bytes; and the same bytes as the content of a page, past the frame of a file.
#![no_main]

use assize_probes::publication::pdf::text;
use libfuzzer_sys::fuzz_target;

const MOST: usize = 4096;

fuzz_target!(|bytes: &[u8]| {
    assert!(text(bytes, MOST).0.len() <= MOST);
    let frame = b"%PDF-1.7\n1 0 obj << /Type /Page /Contents 2 0 R /Resources << /Font << /F1 3 0 R >> >> >> endobj\n\
        3 0 obj << /Type /Font /ToUnicode 2 0 R >> endobj\n2 0 obj << >> stream\n";
    let file = [frame, bytes, b"\nendstream endobj\n%%EOF"].concat();
    assert!(text(&file, MOST).0.len() <= MOST);
});
