//! Bytes that are no declaration: one clear diagnostic each, in bounded time.

use std::time::{Duration, Instant};

use super::super::findings::LIMIT;
use super::super::tree::LARGEST;
use super::*;

fn read_ixit(bytes: &[u8]) -> Reading {
    let ics = ics("");
    let sources = Sources {
        product: Some(PRODUCT.as_bytes()),
        ics: Some(ics.as_bytes()),
        ixit: Some(bytes),
        folder: "plug",
    };
    read(&sources, spec())
}

fn check_bytes(bytes: &[u8], number: &str, line: u32, words: &str) {
    let reading = read_ixit(bytes);
    let found = found_in(&reading, "ixit.toml");
    compare(&found, &[(number, line, words)]);
    assert_eq!(reading.declaration.is_none(), found[0].blocking, "{}", found[0].render());
}

#[test]
fn files_that_are_not_there() {
    let reading = read(&Sources { folder: "", ..Sources::default() }, spec());
    assert!(reading.declaration.is_none());
    let shown: Vec<String> =
        reading.diagnostics.iter().map(|d| format!("{} {}", d.number(), d.place.as_ref().unwrap())).collect();
    assert_eq!(shown, ["D001 product.toml", "D001 ics.toml", "D001 ixit.toml"]);
}

#[test]
fn bytes_that_are_no_text() {
    check_bytes(b"", "D007", 1, "declares nothing");
    check_bytes(b"# only this\n\n", "D007", 1, "declares nothing");
    check_bytes(b"format = 1\nx = \"\xFF\"", "D003", 2, "byte 16 is not UTF-8");
    check_bytes(b"\xFF\xFEf\0", "D003", 1, "UTF-16");
    check_bytes(b"format = 1\n\n\0", "D004", 3, "byte 12 is NUL");
    check_bytes(b"\xEF\xBB\xBFformat = 1\n", "D005", 1, "byte order mark");
}

#[test]
fn syntax_errors_come_all_at_once() {
    let reading = read_ixit(b"format = 1\na = \nb = yes\n[c\n");
    let lines: Vec<u32> =
        found_in(&reading, "ixit.toml").iter().map(|d| d.place.as_ref().unwrap().line).collect();
    assert!(reading.declaration.is_none());
    assert!([2, 3, 4].iter().all(|l| lines.contains(l)), "{lines:?}");
}

#[test]
fn keys_given_twice() {
    check_bytes(b"format = 1\nformat = 1\n", "D009", 2, "`format` is given twice");
    check_bytes(b"format = 1\n[4-Conf]\n[4-Conf]\n", "D009", 3, "`4-Conf` is given twice");
}

#[test]
fn syntax_errors_in_one_file_leave_the_others_checked() {
    let reading =
        read_texts(PRODUCT, "format = 1\n[claim.\"5.2-1\"]\nsupport = \"no\"\ndetail = \"x\"", "format = ");
    let numbers: Vec<&str> = reading.diagnostics.iter().map(Diagnostic::number).collect();
    assert!(numbers.contains(&"D043") && numbers.contains(&"D008"), "{numbers:?}");
}

#[test]
fn deep_nesting_stops_before_recursion() {
    let dots = "a.".repeat(100);
    for text in [
        format!("x = {}", "[".repeat(1000)),
        format!("x = {}{}", "[".repeat(65), "]".repeat(65)),
        format!("x = {}", "{a=".repeat(100_000)),
        format!("{dots}b = 1"),
        format!("[{dots}b]"),
        format!("[[{dots}b]]\nc = 1"),
        format!("x = {}", "{a.a.a.a.a.a.a.a.a.a.a.a.a.a=".repeat(60)),
    ] {
        let reading = read_ixit(format!("format = 1\n{text}").as_bytes());
        compare(&found_in(&reading, "ixit.toml"), &[("D006", 2, "64 deep")]);
    }
    let shallow = format!("format = 1\nx = {}{}", "[".repeat(60), "]".repeat(60));
    compare(&found_in(&read_ixit(shallow.as_bytes()), "ixit.toml"), &[("D011", 2, "`x`")]);
    let hidden = format!("format = 1\n# {}\nx = '{}'", "[".repeat(99), "[".repeat(99));
    compare(&found_in(&read_ixit(hidden.as_bytes()), "ixit.toml"), &[("D011", 3, "`x`")]);
}

#[test]
fn large_files_are_refused_and_the_largest_are_quick() {
    let start = Instant::now();
    check_bytes(&vec![b'x'; 5_000_000], "D002", 0, "5000000 bytes");
    assert!(start.elapsed() < Duration::from_secs(20));
    let fill =
        |head: &str, unit: &str| format!("format = 1\n{head}{}", unit.repeat((LARGEST - 40) / unit.len()));
    for text in [
        fill("", "="),
        fill("", "\n="),
        fill("", "\"\n"),
        fill("", "a"),
        fill("", "\u{1}"),
        fill("y = [", "1,") + "]",
        fill("1-AuthMech = [", "{},") + "]",
        fill("", "[[1-AuthMech]]\n"),
        fill("", "[[26-UserDec]]\nid=\"a\"\nafter=[\"b\"]\n"),
        fill("", "[x]\n"),
        fill("", "[[29-InpVal]]\nid=\"InpVal-1\"\nsources=[\"q\",\"r\",\"s\",\"t\",\"u\",\"v\"]\n"),
    ] {
        let start = Instant::now();
        let reading = read_ixit(text.as_bytes());
        let (took, shown) = (start.elapsed(), &text[..40.min(text.len())]);
        assert!(!found_in(&reading, "ixit.toml").is_empty());
        assert!(reading.diagnostics.len() <= LIMIT + 10, "{shown:?}");
        // About half a second in a debug build on an idle machine; what grows with the square takes minutes.
        assert!(took < Duration::from_secs(60), "{took:?} for {shown:?}");
    }
}

#[test]
fn diagnostics_are_short_whatever_is_written() {
    let long = "x".repeat(50_000);
    let digits = "9".repeat(50_000);
    let ixit = format!(
        "format = 1\n{long} = 1\n[[13-SoftServ]]\nid = \"SoftServ-{long}\"\nreached_at = [\"{long}:tcp/1\", \"{long}:tcp/1\"]\n\
         authentication = [\"{long}\"]\ndescription = {digits}\n[[26-UserDec]]\nid = \"UserDec-{long}\"\n\
         after = [\"UserDec-{long}\"]\ndefault = 1\n[2-UserInfo]\nsensors = \"https://{long}\"\n"
    );
    let ics = format!(
        "format = 1\n[claim.\"{long}\"]\nsupport = \"{long}\"\n[claim.5.{long}]\nsupport = \"yes\"\n"
    );
    let reading = read_texts(PRODUCT, &ics, &ixit);
    assert!(reading.diagnostics.len() > 8);
    assert!(reading.diagnostics.iter().all(|d| d.render().len() < 2000));
}
