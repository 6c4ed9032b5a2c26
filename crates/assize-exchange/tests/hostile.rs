//! Files made to do harm: each is refused with its place and a remedy, or read without it, in bounded time and memory.
#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use assize_exchange::{Asked, Draft, Error, Format, MOST_BYTES, OnDifference, bounded, plan, write};
use assize_model::catalogue::{Catalogue, Crosswalk, Framework};
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn read(format: Format, bytes: &[u8]) -> Result<Draft, Error> {
    let asked = Asked { name: "file", from: Some("a@1"), to: Some("b@1"), licence: None };
    format.read(bytes, asked, &Catalogue::default())
}

fn refused(format: Format, bytes: &[u8], words: &str) {
    let begun = Instant::now();
    let said = read(format, bytes).unwrap_err().to_string();
    assert!(said.contains(words), "{said}");
    assert!(said.starts_with("read file: ") && said.contains("; "), "{said}");
    assert!(said.len() < 600, "{said}");
    assert!(begun.elapsed() < Duration::from_secs(20), "{said}");
}

#[test]
fn a_gigabyte_is_refused_before_it_is_read() {
    let endless = std::io::repeat(b'[');
    assert!(matches!(bounded(endless, "file", 1 << 20), Err(Error::TooLarge { .. })));
    let large = vec![b' '; usize::try_from(MOST_BYTES).unwrap() + 1];
    for format in Format::ALL {
        assert!(matches!(read(format, &large), Err(Error::TooLarge { .. })));
    }
}

#[test]
fn json_that_nests_or_swells_is_refused() {
    for format in [Format::OscalCatalog, Format::OscalMapping, Format::Cprt, Format::UkMapping] {
        refused(format, &vec![b'['; 1 << 20], "it nests deeper than 100 levels");
        refused(format, "{\"a\":".repeat(200).as_bytes(), "it nests deeper than 100 levels");
        refused(
            format,
            format!("[{}0]", "{},".repeat(600_000)).as_bytes(),
            "it holds more than 1000000 values",
        );
        refused(format, b"", "");
        refused(format, b"{\"catalog\": {\"metadata\"", "");
        refused(format, b"\xff\xfe{\0}\0", "it is UTF-16");
        refused(format, b"{\"a\": \"\xe4\"}", "line 1: a byte there is not UTF-8");
        refused(format, b"null", "");
        refused(format, b"{\"catalog\": 1e999}", "");
    }
    let groups = r#"{"title":"g","groups":["#.repeat(60) + &"]}".repeat(60);
    let deep = format!(
        "{{\"catalog\":{{\"metadata\":{{\"title\":\"t\",\"version\":\"1\"}},\"groups\":[{groups}]}}}}"
    );
    refused(Format::OscalCatalog, deep.as_bytes(), "it nests deeper than 100 levels");
}

#[test]
fn a_million_pairs_in_one_map_are_not_made() {
    let item = r#"{"type":"control","id-ref":"x"},"#;
    let items = item.repeat(2000);
    let items = items.trim_end_matches(',');
    let json = format!(
        r#"{{"mapping-collection":{{"mappings":[{{"source-resource":{{"href":"a"}},"target-resource":{{"href":"b"}},
           "maps":[{{"relationship":"equal-to","sources":[{items}],"targets":[{items}]}}]}}]}}}}"#
    );
    refused(Format::OscalMapping, json.as_bytes(), "the collection joins more than 100000 pairs");
}

#[test]
fn tables_that_swell_are_refused() {
    refused(Format::Csv, b"", "it is empty");
    refused(Format::Csv, b"a,b\n1,2\n", "no columns name the items that are mapped");
    refused(
        Format::Csv,
        format!("source_id,target_id{}", ",x".repeat(300)).as_bytes(),
        "more than 256 columns",
    );
    let open = format!("source_id,target_id,relation\n1,\"{}", "x\n".repeat(100_000));
    refused(Format::Csv, open.as_bytes(), "line 2: cell 2 holds more than");
    let long = format!("source_id,target_id,relation\n{}", "1,2,equal\n".repeat(100_001));
    refused(Format::Csv, long.as_bytes(), "line 100002: it holds more than 100000 rows");
    refused(Format::Csv, b"from,source_id,target_id\n1,2,3\n", "two columns say the same");
    refused(Format::Csv, b"source_id,target_id,relation\n,,equal\n1,,equal\n", "a row names no item");
    refused(Format::Csv, b"source_id,target_id,relation\n1,2,3,4\n", "");
}

#[test]
fn ids_that_steer_or_swell_are_left_out() {
    let table = format!(
        "source_id,target_id,relation\n\u{1b}[31m1,2,equal\n1,{},equal\n1,a\u{202e}b,equal\n1,\"2\n 3\",equal\n",
        "x".repeat(201)
    );
    let draft = read(Format::Csv, table.as_bytes()).unwrap();
    let why: Vec<&str> = draft.dropped.iter().map(|d| d.message.as_str()).collect();
    assert_eq!(
        why,
        [
            "an id holds a control character",
            "an id is longer than 200 bytes",
            "an id holds a control character"
        ]
    );
    assert_eq!(draft.crosswalks[0].rows[0].to, "2 3", "a line end in a cell is a blank");
    let reason = format!("source_id,target_id,relation,reason\n1,2,equal,\"a\u{7}{}\"\n", "b".repeat(9000));
    let draft = read(Format::Csv, reason.as_bytes()).unwrap();
    assert!(draft.crosswalks[0].rows[0].reason.len() <= 4096);
    assert!(draft.repairs[0].message.contains("the reason is cut"), "{:?}", draft.repairs);
}

#[test]
fn names_of_documents_cannot_leave_the_folder() {
    let table = "source_framework,source_id,target_framework,target_id,relation\n\
                 ../../etc/passwd,1,C:\\x\\..\\con,2,equal\n\u{0},1,..@..,2,equal\na/b@1,1,A@1,2,equal\n";
    let draft = Format::Csv
        .read(table.as_bytes(), Asked { name: "file", ..Asked::default() }, &Catalogue::default())
        .unwrap();
    for (path, _) in write(&draft, &Catalogue::default(), OnDifference::Keep).unwrap() {
        let parts: Vec<&str> = path.split('/').collect();
        assert!(parts.len() <= 3 && !path.contains("..") && !path.contains('\\'), "{path}");
    }
    let asked = Asked { name: "file", from: Some("../x"), to: Some("b@1"), licence: None };
    let said = Format::Csv.read(table.as_bytes(), asked, &Catalogue::default()).unwrap_err().to_string();
    assert!(said.starts_with("name the edition `../x`"), "{said}");
    let template = draft.frameworks[0].clone();
    let bad = Draft { frameworks: vec![Framework { id: "../x@1".into(), ..template }], ..Draft::default() };
    assert!(matches!(write(&bad, &Catalogue::default(), OnDifference::Keep), Err(Error::Edition { .. })));
    let bad = Crosswalk { from: "a@1".into(), to: "b@1--c@1".into(), ..Crosswalk::default() };
    let bad = Draft { crosswalks: vec![bad], ..Draft::default() };
    assert!(matches!(write(&bad, &Catalogue::default(), OnDifference::Keep), Err(Error::Edition { .. })));
}

/// An entry of an archive: its name, and what writes its text.
type Part<'p> = (&'p str, &'p dyn Fn(&mut dyn Write));

fn zipped(parts: &[Part<'_>]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        text(&mut zip);
    }
    zip.finish().unwrap().into_inner()
}

fn with_sheet(sheet: &dyn Fn(&mut dyn Write)) -> Vec<u8> {
    zipped(&[
        ("xl/workbook.xml", &|w| {
            w.write_all(b"<workbook><sheets><sheet name=\"S\" r:id=\"r\"/></sheets></workbook>").unwrap();
        }),
        ("xl/_rels/workbook.xml.rels", &|w| {
            w.write_all(b"<Relationships><Relationship Id=\"r\" Target=\"s.xml\"/></Relationships>").unwrap();
        }),
        ("xl/s.xml", sheet),
    ])
}

#[test]
fn a_workbook_that_swells_is_refused() {
    let bomb = with_sheet(&|w| {
        let blank = vec![b' '; 1 << 20];
        (0..130).for_each(|_| w.write_all(&blank).unwrap());
    });
    assert!(bomb.len() < 1 << 20, "it is small as it comes: {}", bomb.len());
    refused(Format::Xlsx, &bomb, "the workbook unpacks to more than 134217728 bytes");
}

#[test]
fn a_workbook_that_is_none_is_refused() {
    refused(Format::Xlsx, b"", "the workbook: it is damaged");
    refused(Format::Xlsx, b"PK\x03\x04 and then nothing", "the workbook: it is damaged");
    refused(Format::Xlsx, &zipped(&[]), "it does not list its sheets");
    let good = with_sheet(&|w| w.write_all(HEADING.as_bytes()).unwrap());
    refused(Format::Xlsx, &good[..good.len() / 2], "the workbook: it is damaged");
    refused(Format::Xlsx, &with_sheet(&|w| w.write_all(b"<row><c").unwrap()), "sheet S: the sheet is no XML");
    refused(Format::Xlsx, &with_sheet(&|w| w.write_all(b"<row/>").unwrap()), "no sheet holds mappings");
}

const HEADING: &str = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>source_id</t></is></c>\
    <c r=\"B1\" t=\"inlineStr\"><is><t>target_id</t></is></c>\
    <c r=\"C1\" t=\"inlineStr\"><is><t>relation</t></is></c></row>";

#[test]
fn sparse_sheets_and_formulas() {
    let sheet = |row: &'static str| {
        with_sheet(&move |w| {
            w.write_all(HEADING.as_bytes()).unwrap();
            w.write_all(row.as_bytes()).unwrap();
        })
    };
    let far = sheet("<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>");
    refused(Format::Xlsx, &far, "sheet S, cell XFD1048576: a cell stands beyond column 256");
    let formula = sheet("<row r=\"2\"><c r=\"A2\"><f>HYPERLINK(\"x\")</f><v>1</v></c></row>");
    refused(Format::Xlsx, &formula, "sheet S, cell A2: the cell holds a formula; paste the cell as a value");
    let shared = sheet("<row r=\"2\"><c r=\"A2\"><f t=\"shared\" si=\"0\"/><v>1</v></c></row>");
    refused(Format::Xlsx, &shared, "the cell holds a formula");
    let missing = sheet("<row r=\"2\"><c r=\"A2\" t=\"s\"><v>99999999999</v></c></row>");
    refused(Format::Xlsx, &missing, "nothing in it can be taken in");
    let entity = with_sheet(&|w| {
        let laughs = "<!DOCTYPE a [<!ENTITY b \"ha\"><!ENTITY c \"&b;&b;\">]>";
        w.write_all(laughs.as_bytes()).unwrap();
        w.write_all(HEADING.as_bytes()).unwrap();
        let row = "<row r=\"2\"><c r=\"A2\" t=\"str\"><v>x&c;</v></c><c r=\"B2\" t=\"str\"><v>y</v></c><c r=\"C2\" t=\"str\"><v>equal</v></c></row>";
        w.write_all(row.as_bytes()).unwrap();
    });
    let draft = read(Format::Xlsx, &entity).unwrap();
    assert_eq!(draft.crosswalks[0].rows[0].from, "x", "an entity stands for nothing");
}

proptest! {
    #[test]
    fn any_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for format in Format::ALL {
            if let Ok(draft) = read(format, &bytes) {
                let held = Catalogue::default();
                plan(&draft, &held);
                let _ = write(&draft, &held, OnDifference::Replace);
            }
        }
        Format::detect("x.csv", &bytes);
    }

    #[test]
    fn any_table_ends_and_is_kept(rows in prop::collection::vec("[a-z0-9 ,;\"'=\\n@.-]{0,30}", 0..12)) {
        let table = format!("source_framework,source_id,target_framework,target_id,relation\n{}", rows.join("\n"));
        let asked = Asked { name: "file", ..Asked::default() };
        let Ok(draft) = Format::Csv.read(table.as_bytes(), asked, &Catalogue::default()) else { return Ok(()) };
        let files = write(&draft, &Catalogue::default(), OnDifference::Keep).unwrap();
        let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
        let kept = Catalogue::read(&files).unwrap();
        prop_assert_eq!(kept.crosswalks.iter().map(|c| c.rows.len()).sum::<usize>(),
            draft.crosswalks.iter().map(|c| c.rows.len()).sum::<usize>());
    }
}
