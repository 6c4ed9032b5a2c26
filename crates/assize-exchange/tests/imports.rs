//! Files of others: what each format's own way of saying things becomes.
#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

use std::io::{Cursor, Write};

use assize_exchange::{Asked, Draft, Error, Format, LICENCE_UNSTATED};
use assize_model::catalogue::{Catalogue, Confidence, Relation};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn read(format: Format, text: &str) -> Result<Draft, Error> {
    format.read(text.as_bytes(), Asked { name: "file", ..Asked::default() }, &Catalogue::default())
}

/// Rows as `from to relation`, in their order.
fn rows(draft: &Draft) -> Vec<String> {
    let row = |c: &assize_model::catalogue::Crosswalk| -> Vec<String> {
        c.rows.iter().map(|r| format!("{} {} {} {} {}", c.from, r.from, c.to, r.to, r.relation)).collect()
    };
    draft.crosswalks.iter().flat_map(row).collect()
}

fn said(draft: &Draft) -> String {
    let repairs = draft.repairs.iter().map(|r| format!("{}: {}", r.place, r.message));
    let dropped = draft.dropped.iter().map(|d| format!("{}: {}", d.place, d.message));
    repairs.chain(dropped).collect::<Vec<_>>().join("\n")
}

#[test]
fn olir_columns() {
    let table = "Focal Document Element,Focal Document Element Description,Rationale,Relationship,\
                 Reference Document Element,Comments,Strength of Relationship\n\
                 ID.AM-1,\"its text, quoted\",semantic,subset of,5.1-1,both list assets,8\n\
                 ID.AM-2,,functional,not related to,5.1-2,,\n";
    let asked =
        Asked { name: "olir.csv", from: Some("csf@2.0"), to: Some("made-up@1"), licence: Some("CC0") };
    let draft = Format::Csv.read(table.as_bytes(), asked, &Catalogue::default()).unwrap();
    assert_eq!(
        rows(&draft),
        ["csf@2.0 ID.AM-1 made-up@1 5.1-1 subset-of", "csf@2.0 ID.AM-2 made-up@1 5.1-2 none"]
    );
    let c = &draft.crosswalks[0];
    assert_eq!(c.rows[0].reason, "both list assets; semantic comparison; strength 8 of 10");
    assert_eq!((c.rows[0].line, c.file.as_str(), c.licence(&c.rows[0])), (2, "olir.csv", "CC0"));
    assert!(said(&draft).contains("line 1: the column `Focal Document Element Description` is not taken in"));
    assert!(!format!("{draft:?}").contains("its text"));
}

#[test]
fn trestle_columns_with_lists_gaps_and_a_row_of_descriptions() {
    let table = "$$Source_Resource,$$Target_Resource,$$Map_Source_ID_Ref,$$Map_Target_ID_Ref_list,$Map_Relationship\n\
                 a reference,a reference,an edge,edges,\"one of: equal-to, subset-of\"\n\
                 catalogs/PCI.json,catalogs/Fed.json,PCI-1,ra-5 si-2,superset-of\n\
                 catalogs/PCI.json,catalogs/Fed.json,PCI-2,ra-5 si-2,subset-of\n\
                 catalogs/PCI.json,catalogs/Fed.json,PCI-3,,gap\n\
                 catalogs/PCI.json,catalogs/Fed.json,,ac-1,\n";
    let draft = read(Format::Csv, table).unwrap();
    assert_eq!(
        rows(&draft),
        [
            "pci-json@undated PCI-1 fed-json@undated ra-5 superset-of",
            "pci-json@undated PCI-1 fed-json@undated si-2 superset-of",
            "pci-json@undated PCI-2 fed-json@undated ra-5 related",
            "pci-json@undated PCI-2 fed-json@undated si-2 related",
            "pci-json@undated PCI-3 fed-json@undated  none",
            "fed-json@undated ac-1 pci-json@undated  none",
        ]
    );
    assert!(
        said(&draft).contains(
            "line 4: the row joins several items as subset-of; each pair of them is taken as related"
        )
    );
}

#[test]
fn a_table_of_people() {
    let table = "\u{feff}From ID;To ID;Relationship;Confidence;Why\r\n1;2;Similar;high;a\r\n3;4;;90%;b\r\n5;6;equal;sure;c\r\n";
    let asked = Asked { name: "t.csv", from: Some("a@1"), to: Some("b@1"), licence: None };
    let draft = Format::Csv.read(table.as_bytes(), asked, &Catalogue::default()).unwrap();
    assert_eq!(rows(&draft), ["a@1 3 b@1 4 related", "a@1 5 b@1 6 equal"]);
    assert_eq!(draft.crosswalks[0].rows[0].confidence, Confidence::High);
    let c = &draft.crosswalks[0];
    assert_eq!(c.licence(&c.rows[0]), LICENCE_UNSTATED, "what is not ours is not under our licence");
    let said = said(&draft);
    for words in [
        "line 2: `Similar` is no relation that is known",
        "line 3: the row names no relation; it is taken as related",
        "line 4: `sure` is not known there; the row is taken without it",
    ] {
        assert!(said.contains(words), "{said}");
    }
    let nameless = Format::Csv.read(
        table.as_bytes(),
        Asked { name: "t.csv", ..asked_by_nobody() },
        &Catalogue::default(),
    );
    assert!(nameless.unwrap_err().to_string().contains("name them with the import"));
}

fn asked_by_nobody() -> Asked<'static> {
    Asked::default()
}

#[test]
fn an_oscal_mapping_of_others() {
    let json = r##"{ "mapping-collection": { "uuid": "x", "metadata": { "title": "t" },
      "mappings": [ { "source-resource": { "type": "catalog", "href": "#u1" },
        "target-resource": { "type": "catalog", "href": "https://example.org/b.json" }, "qa-note": "an extra member",
        "maps": [
          { "uuid": "m1", "relationship": "equal-to", "sources": [ { "type": "control", "id-ref": "AC-1" } ],
            "targets": [ { "type": "control", "id-ref": "b1" }, { "type": "control", "id-ref": "b2" } ],
            "confidence-score": { "percentage": 0.95 }, "remarks": "why" },
          { "uuid": "m2", "relationship": "kin", "ns": "https://example.org", "sources": [], "targets": [] } ],
        "source-gap-summary": { "uuid": "g", "unmapped-controls": [ { "with-ids": [ "AC-2" ] } ] } } ],
      "back-matter": { "resources": [ { "uuid": "u1", "title": "A catalog" } ] } } }"##;
    let draft = read(Format::OscalMapping, json).unwrap();
    assert_eq!(
        rows(&draft),
        [
            "a-catalog@undated AC-1 b-json@undated b1 superset-of",
            "a-catalog@undated AC-1 b-json@undated b2 superset-of",
            "a-catalog@undated AC-2 b-json@undated  none",
        ]
    );
    assert_eq!(draft.crosswalks[0].rows[0].confidence, Confidence::High);
    let said = said(&draft);
    assert!(said.contains("mapping 1, map 1: the map joins several items as equal"), "{said}");
    assert!(said.contains("mapping 1, map 2: `kin` is no relation that is known"), "{said}");
}

#[test]
fn an_oscal_catalog_of_others() {
    let json = r#"{ "catalog": { "uuid": "x", "metadata": { "title": "Some Controls", "version": "Rev 5", "published": "2020-09-23T00:00:00Z" },
      "groups": [ { "id": "ac", "class": "family", "title": "Access Control", "controls": [
        { "id": "ac-1", "class": "SP", "title": "Policy", "props": [ { "name": "label", "value": "AC-1" }, { "name": "label", "class": "zero-padded", "value": "AC-01" } ],
          "parts": [ { "name": "statement", "prose": "the text of the standard" } ],
          "controls": [ { "id": "ac-1.1", "title": "Enhanced" } ] },
        { "id": "ac-2", "title": "Gone", "props": [ { "name": "status", "value": "withdrawn" } ] } ] } ] } }"#;
    let draft = read(Format::OscalCatalog, json).unwrap();
    let f = &draft.frameworks[0];
    assert_eq!(
        (f.id.as_str(), f.title.as_str(), f.date.as_str()),
        ("some-controls@rev-5", "Some Controls", "2020-09-23")
    );
    assert_eq!((f.totals.requirements, f.totals.void), (2, 1));
    assert_eq!(f.headings[0].id, "ac");
    let r = f.requirement("AC-1").unwrap();
    assert_eq!(
        (r.words.as_str(), r.clause.as_str(), r.clause_title.as_str()),
        ("Policy", "ac", "Access Control")
    );
    assert_eq!(f.requirement("ac-1.1").unwrap().parent, "AC-1");
    assert!(said(&draft).contains("passages of the document's own text are not taken in: 1"));
    assert!(!format!("{draft:?}").contains("the text of the standard"));
}

#[test]
fn cprt_bare_and_as_the_service_wraps_it() {
    let bare = r#"{ "documents": [ { "doc_identifier": "CSF_2_0_0", "name": "Framework", "version": "2.0", "website": "https://x" },
        { "doc_identifier": "OTHER", "name": "Other", "version": "1" } ],
      "relationship_types": [ { "relationship_identifier": "external_reference", "description": "a reference" } ],
      "elements": [ { "doc_identifier": "CSF_2_0_0", "element_identifier": "GV", "element_type": "function", "title": "GOVERN", "text": "long text" },
        { "doc_identifier": "CSF_2_0_0", "element_identifier": "GV.OC", "element_type": "category", "title": "", "text": "" } ],
      "relationships": [ { "source_doc_identifier": "CSF_2_0_0", "source_element_identifier": "GV", "dest_doc_identifier": "CSF_2_0_0",
          "dest_element_identifier": "GV.OC", "relationship_identifier": "projection", "provenance_doc_identifier": "CSF_2_0_0" },
        { "source_doc_identifier": "CSF_2_0_0", "source_element_identifier": "GV.OC", "dest_doc_identifier": "OTHER",
          "dest_element_identifier": "7", "relationship_identifier": "external_reference", "provenance_doc_identifier": "PROV" } ] }"#;
    let wrapped = format!("{{ \"response\": {{ \"elements\": {bare} }} }}");
    for json in [bare, &wrapped] {
        assert_eq!(Format::detect("x", json.as_bytes()), Some(Format::Cprt));
        let draft = read(Format::Cprt, json).unwrap();
        assert_eq!(rows(&draft), ["csf-2-0-0@2.0 GV.OC other@1 7 related"]);
        let c = &draft.crosswalks[0];
        assert_eq!((c.source(&c.rows[0]), c.rows[0].reason.as_str()), ("CPRT: PROV", "a reference"));
        let csf = draft.frameworks.iter().find(|f| f.id == "csf-2-0-0@2.0").unwrap();
        assert_eq!(csf.requirement("GV.OC").unwrap().parent, "GV");
        assert_eq!(csf.requirement("GV").unwrap().words, "GOVERN");
        assert!(!format!("{draft:?}").contains("long text"));
    }
}

#[test]
fn a_workbook() {
    let sheet = r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row>
        <row r="3"><c r="A3" t="inlineStr"><is><t>From ID</t></is></c><c r="B3" t="str"><v>To ID</v></c><c r="C3" t="s"><v>1</v></c></row>
        <row r="4"><c r="A4"><v>5.0999999999999996</v></c><c r="B4" t="inlineStr"><is><r><t>a </t></r><r><t>&amp; b</t></r></is></c><c r="C4" t="s"><v>2</v></c></row>"#;
    let strings = "<si><t>A title</t></si><si><t>Relation</t></si><si><r><t>inter</t></r><r><t>sects</t></r><rPh><t>x</t></rPh></si>";
    let bytes = workbook(
        &[("Notes", "<row r=\"1\"><c r=\"A1\"><f>1+1</f><v>2</v></c></row>"), ("Map", sheet)],
        strings,
    );
    assert_eq!(Format::detect("a.xlsx", &bytes), Some(Format::Xlsx));
    let asked = Asked { name: "a.xlsx", from: Some("a@1"), to: Some("b@1"), licence: None };
    let refused = Format::Xlsx.read(&bytes, asked, &Catalogue::default()).unwrap_err().to_string();
    assert!(
        refused.contains("sheet Notes, cell A1: the cell holds a formula; paste the cell as a value"),
        "{refused}"
    );
    let bytes = workbook(&[("Notes", ""), ("Map", sheet)], strings);
    let draft = Format::Xlsx.read(&bytes, asked, &Catalogue::default()).unwrap();
    assert_eq!(rows(&draft), ["a@1 5.1 b@1 a & b intersects"]);
    assert_eq!(draft.crosswalks[0].rows[0].relation, Relation::Intersects);
    let said = said(&draft);
    assert!(said.contains("sheet Notes: the sheet is not taken in"), "{said}");
    assert!(
        said.contains("row 4: cell 1 holds the number 5.1; if the id ends with a zero, store it as text"),
        "{said}"
    );
}

/// A workbook of these sheets.
pub fn workbook(sheets: &[(&str, &str)], strings: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, text: String| {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    let list: String = (1..=sheets.len())
        .zip(sheets)
        .map(|(n, (name, _))| format!("<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>"))
        .collect();
    part("xl/workbook.xml", format!("<workbook><sheets>{list}</sheets></workbook>"));
    let targets: String = (1..=sheets.len())
        .map(|n| format!("<Relationship Id=\"rId{n}\" Target=\"worksheets/sheet{n}.xml\"/>"))
        .collect();
    part("xl/_rels/workbook.xml.rels", format!("<Relationships>{targets}</Relationships>"));
    part("xl/sharedStrings.xml", format!("<sst>{strings}</sst>"));
    for (n, (_, rows)) in (1..).zip(sheets) {
        part(
            &format!("xl/worksheets/sheet{n}.xml"),
            format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"),
        );
    }
    zip.finish().unwrap().into_inner()
}
