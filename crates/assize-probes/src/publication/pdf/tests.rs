//! Files written here, as small as they can be, one for each way of saying a thing.

use std::io::Write;

use flate2::{Compression, write::ZlibEncoder};
use proptest::prelude::*;

use super::*;

const MOST: usize = 64 * 1024;

/// A file of these objects, numbered from 1; the first is the catalogue.
fn file(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    for (at, object) in objects.iter().enumerate() {
        bytes.extend([format!("{} 0 obj\n", at + 1).as_bytes(), object, b"\nendobj\n"].concat());
    }
    bytes.extend(b"trailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n");
    bytes
}

fn stream(dict: &str, bytes: &[u8]) -> Vec<u8> {
    [format!("<< {dict} /Length {} >>\nstream\n", bytes.len()).as_bytes(), bytes, b"\nendstream"].concat()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// A page with this content and these fonts and parts; objects from 5 on are `more`.
fn page(content: Vec<u8>, font: &str, more: &[Vec<u8>]) -> Vec<u8> {
    let resources = "/Resources << /Font << /F1 4 0 R >> /XObject << /X1 5 0 R >> >>";
    let head = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [6 0 R] /Count 1 {resources} >>"),
    ];
    let mut objects: Vec<Vec<u8>> = head.map(String::into_bytes).into();
    objects.extend([content, font.as_bytes().to_vec()]);
    objects.push(more.first().cloned().unwrap_or_else(|| b"null".to_vec()));
    objects.push(b"<< /Type /Page /Parent 2 0 R /Contents 3 0 R >>".to_vec());
    objects.extend(more.iter().skip(1).cloned());
    file(&objects)
}

const WINDOWS: &str = "<< /Type /Font /Subtype /TrueType /Encoding /WinAnsiEncoding >>";

fn read(bytes: &[u8]) -> (String, Option<Unread>) {
    text(bytes, MOST)
}

fn shown(content: &str) -> String {
    let (text, unread) = read(&page(stream("", content.as_bytes()), WINDOWS, &[]));
    assert_eq!(unread, None, "{text}");
    text
}

#[test]
fn lines_and_words() {
    assert_eq!(shown("BT /F1 12 Tf (We reply ) Tj (within) Tj ET"), "We reply within");
    assert_eq!(shown("BT /F1 12 Tf [(Wi) 20 (thin)-300(7)-250(days)] TJ ET"), "Within 7 days");
    assert_eq!(
        shown("BT /F1 12 Tf (a) Tj 0 -14 Td (b) Tj T* (c) Tj (d) ' 10 0 Td (e) Tj ET"),
        "a\nb\nc\nd e"
    );
    assert_eq!(
        shown("BT /F1 1 Tf 1 0 0 1 9 700 Tm (a) Tj 1 0 0 1 50 700 Tm (b) Tj 1 0 0 1 9 680 Tm (c) Tj ET"),
        "a b\nc"
    );
    assert_eq!(shown(r"BT /F1 12 Tf (\(x\) \134 \374\n%) Tj <636f6e> Tj ET"), r"(x) \ ü %con");
    assert_eq!(shown("BI /W 1 ID \x01(no) Tj\x02 EI BT /F1 1 Tf (yes) Tj ET"), "yes");
}

#[test]
fn words_that_are_placed_letter_by_letter() {
    let font =
        "<< /Type /Font /Subtype /TrueType /Encoding /WinAnsiEncoding /FirstChar 97 /Widths [500 500 500] >>";
    let text = |content: &str| read(&page(stream("", content.as_bytes()), font, &[])).0;
    assert_eq!(text("BT /F1 10 Tf 0 0 Td (a) Tj 4.8 0 Td (b) Tj 8 0 Td (c) Tj ET"), "ab c");
    let turned = "BT /F1 1 Tf 10 0 0 10 7 9 Tm (a) Tj 10 0 0 10 12.1 9 Tm (b) Tj 10 0 0 10 20 9 Tm (c) Tj ET";
    assert_eq!(text(turned), "ab c");
    let wide = "<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 5 0 R \
        /DescendantFonts [<< /DW 300 /W [1 [500] 2 3 700] >>] >>";
    let map = b"1 beginbfrange <0001> <0004> <0061> endbfrange";
    let content = b"BT /F1 10 Tf 0 0 Td <0001> Tj 5 0 Td <0002> Tj 7 0 Td <0003> Tj 9 0 Td <0004> Tj 3 0 Td <0001> Tj ET";
    assert_eq!(read(&page(stream("", content), wide, &[stream("", map)])).0, "abc da");
}

#[test]
fn packed_streams() {
    let content = b"BT /F1 12 Tf (security@maker.example) Tj ET";
    let flate = packed(content);
    let hex = hex::encode(content) + ">";
    for content in [
        stream("/Filter /FlateDecode", &flate),
        stream("/Filter [/ASCIIHexDecode /FlateDecode]", (hex::encode(&flate) + ">").as_bytes()),
        stream("/Filter /AHx", hex.as_bytes()),
        stream("/Filter /ASCII85Decode", br#"6<#'\7PQ#?1*BP.+=M;B@s)g+FEp,g@;BFp/nK99D/a<&.3MT)+@T6~>"#),
    ] {
        let (text, _) = read(&page(content.clone(), WINDOWS, &[]));
        assert_eq!(text, "security@maker.example");
    }
    let other = read(&page(stream("/Filter /LZWDecode", content), WINDOWS, &[]));
    assert_eq!(other, (String::new(), Some(Unread::OtherKind)));
    // A length that is wrong does not lose the text.
    let wrong = [b"<< /Length 3 >>\nstream\n", &content[..], b"\nendstream"].concat();
    assert_eq!(read(&page(wrong, WINDOWS, &[])).0, "security@maker.example");
}

#[test]
fn fonts() {
    let map = b"1 begincodespacerange <0000> <FFFF> endcodespacerange \
        1 beginbfchar <0003> <00660069> endbfchar 2 beginbfrange <0010> <0012> <0061> <0020> <0021> [<0078> <0079>] endbfrange";
    let composite = "<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 5 0 R >>";
    let content = stream("", b"BT /F1 12 Tf <0010001100120003002000210099> Tj ET");
    let (text, unread) = read(&page(content.clone(), composite, &[stream("", map)]));
    assert_eq!(
        (text.as_str(), unread),
        ("abcfixy", Some(Unread::NoCharacters)),
        "the last code is in no map"
    );
    let mute = "<< /Type /Font /Subtype /Type0 /Encoding /Identity-H >>";
    assert_eq!(read(&page(content, mute, &[])), (String::new(), Some(Unread::NoCharacters)));
    let content = stream("", b"BT /F1 12 Tf (\x01\x02\x03A) Tj ET");
    let named = "<< /Type /Font /Subtype /Type1 /Encoding << /Differences [1 /ffi /adieresis /uni20AC] >> >>";
    assert_eq!(read(&page(content, named, &[])), ("ffiä€A".into(), None));
}

#[test]
fn parts_and_object_streams() {
    let part = stream("/Type /XObject /Subtype /Form", b"BT /F1 1 Tf (inside) Tj ET /X1 Do");
    assert_eq!(read(&page(stream("", b"/X1 Do"), WINDOWS, &[part])), ("inside".into(), None), "and it ends");
    let font = WINDOWS.as_bytes();
    let inner = [b"4 0 ", &font[..0], font].concat();
    let first = 4;
    let objects = stream(&format!("/Type /ObjStm /N 1 /First {first} /Filter /FlateDecode"), &packed(&inner));
    let content = stream("", b"BT /F1 1 Tf (x) Tj ET");
    let bytes = page(content, "null", &[b"null".to_vec(), objects]);
    assert_eq!(read(&bytes), ("x".into(), None));
}

#[test]
fn what_is_not_read_is_said() {
    assert_eq!(read(b"GIF89a"), (String::new(), Some(Unread::Broken)));
    assert_eq!(read(&file(&[b"<< /Type /Catalog >>".to_vec()])), (String::new(), Some(Unread::Broken)));
    assert_eq!(read(&page(stream("", b"0 0 1 rg"), WINDOWS, &[])), (String::new(), Some(Unread::NoText)));
    let image = stream("/Type /XObject /Subtype /Image", b"\xff\xd8");
    assert_eq!(read(&page(stream("", b"/X1 Do"), WINDOWS, &[image])), (String::new(), Some(Unread::NoText)));
    let whole = page(stream("", b"BT /F1 1 Tf (x) Tj ET"), WINDOWS, &[]);
    assert_eq!(read(&whole[..whole.len() - 8]), ("x".into(), Some(Unread::CutOff)));
    let text = String::from_utf8(whole.clone()).unwrap();
    let locked = text.replace("trailer\n<<", "trailer\n<< /Encrypt 9 0 R");
    assert_eq!(read(locked.as_bytes()), (String::new(), Some(Unread::Encrypted)));
    let long = stream("", "BT /F1 1 Tf (abcdefgh) Tj ET ".repeat(20_000).as_bytes());
    let (text, unread) = read(&page(long, WINDOWS, &[]));
    assert!(text.len() <= MOST && unread == Some(Unread::TooMuch));
}

#[test]
fn bombs_end() {
    let zeros = packed(&vec![b' '; 24 * 1024 * 1024]);
    let twice = packed(&zeros);
    let (text, unread) = read(&page(stream("/Filter [/FlateDecode /FlateDecode]", &twice), WINDOWS, &[]));
    assert_eq!((text.as_str(), unread), ("", Some(Unread::TooMuch)));
    // Parts that are drawn without end, pages that hold themselves, brackets without end.
    let calls = stream("/Type /XObject /Subtype /Form", &[b"/X1 Do ", &[b' '; 4096][..]].concat());
    let content = stream("", "/X1 Do ".repeat(20_000).as_bytes());
    assert_eq!(read(&page(content, WINDOWS, &[calls])), (String::new(), Some(Unread::TooMuch)));
    let round = b"<< /Type /Pages /Kids [2 0 R 2 0 R] >>".to_vec();
    let (_, unread) = read(&file(&[b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(), round]));
    assert_eq!(unread, Some(Unread::Broken));
    // Many fonts that all map every code.
    let map = stream("", b"1 beginbfrange <0000> <ffff> <0041> endbfrange");
    let fonts = (0..2_000).map(|_| b"<< /Subtype /Type0 /ToUnicode 5 0 R >>".to_vec());
    let names: String = (7..2_007).map(|n| format!("/G{n} {n} 0 R ")).collect();
    let content: String = (7..2_007).map(|n| format!("/G{n} 1 Tf ")).collect();
    let more: Vec<Vec<u8>> = [map].into_iter().chain(fonts).collect();
    let bytes = String::from_utf8(page(stream("", content.as_bytes()), WINDOWS, &more)).unwrap();
    assert_eq!(read(bytes.replace("/F1 4 0 R", &names).as_bytes()), (String::new(), Some(Unread::TooMuch)));
    for part in [
        "1 0 obj ",
        "1 0 obj (",
        "1 0 obj <<",
        "1 0 obj [",
        "1 0 obj << >> stream ",
        "trailer <<",
        "[",
        "<</A",
    ] {
        let bytes = [b"%PDF-1.7 ", part.repeat(100_000).as_bytes(), b" %%EOF"].concat();
        assert!(read(&bytes).0.is_empty(), "{part}");
    }
}

proptest! {
    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let bytes = [b"%PDF-1.7\n", &bytes[..]].concat();
        prop_assert!(text(&bytes, 100).0.len() <= 100);
    }

    #[test]
    fn any_words(words in proptest::collection::vec("[0-9]{1,3}|<<|>>|\\[|\\]|\\(|\\)|/[A-Z][a-z]{0,3}|/Kids|/Type|/Page|obj|stream|endstream|R|<[0-9a-f]{0,8}>|/Filter /FlateDecode|trailer|Tj|TJ|Tf|Do", 0..120)) {
        let bytes = format!("%PDF-1.7\n{}", words.join(" "));
        prop_assert!(text(bytes.as_bytes(), 100).0.len() <= 100);
    }

    #[test]
    fn any_content(content in proptest::collection::vec(any::<u8>(), 0..300)) {
        let (text, _) = read(&page(stream("/Filter /FlateDecode", &packed(&content)), WINDOWS, &[]));
        prop_assert!(text.len() <= MOST);
    }
}

/// How long reading takes, and what keeps the text from being whole.
fn timed(bytes: &[u8]) -> (std::time::Duration, Option<Unread>) {
    let start = std::time::Instant::now();
    let unread = read(bytes).1;
    (start.elapsed(), unread)
}

/// A composite font whose widths are written as this.
fn widths(rows: &str) -> Vec<u8> {
    let font = format!(
        "<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [<< /W [{rows}] >>] >>"
    );
    page(stream("", b"/F1 9 Tf <0041> Tj"), &font, &[])
}

#[test]
fn a_width_that_is_a_list_is_not_copied_for_each_code() {
    let list = "1 ".repeat(20_000);
    let (took, _) = timed(&widths(&format!("0 65535 [{list}]")));
    assert!(took.as_secs() < 60, "{took:?}");
}

#[test]
fn rows_over_the_same_codes_cost_no_more_than_the_file_may() {
    let (took, unread) = timed(&widths(&"0 65535 9 ".repeat(15_000)));
    assert!(took.as_secs() < 60 && unread == Some(Unread::TooMuch), "{took:?} {unread:?}");
    let map = format!("{} endbfrange", "<0000> <FFFE> <0041> ".repeat(16_000));
    let font = "<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 5 0 R >>";
    let file = page(stream("", b"/F1 9 Tf <0041> Tj"), font, &[stream("", map.as_bytes())]);
    let (took, unread) = timed(&file);
    assert!(took.as_secs() < 60 && unread == Some(Unread::TooMuch), "{took:?} {unread:?}");
}

#[test]
fn resources_that_are_asked_for_again_and_again_are_paid_for() {
    let many: String = (0..20_000).map(|n| format!("/K{n} 0 ")).collect();
    let content = packed("/No Do\n".repeat(200_000).as_bytes());
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>".to_vec(),
        stream("/Filter /FlateDecode", &content),
        format!("<< /Type /Page /Contents 3 0 R /Resources << /XObject << {many} >> >> >>").into_bytes(),
    ];
    let (took, unread) = timed(&file(&objects));
    assert!(took.as_secs() < 60 && unread == Some(Unread::TooMuch), "{took:?} {unread:?}");
}
