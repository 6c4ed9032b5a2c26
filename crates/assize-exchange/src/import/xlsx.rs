//! Mappings in a workbook. It is unpacked within a limit and read cell by cell, so that neither a bomb nor a sparse
//! sheet takes more memory than the limit; a formula is an error that names its cell.

use std::io::{Cursor, Read};

use assize_model::catalogue::Catalogue;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use super::table::{Table, is_heading};
use crate::Error;
use crate::draft::{Asked, Builder, Draft};
use crate::limits::{MOST_CELLS, MOST_COLUMNS, MOST_RECORDS, plain};

/// The most bytes that all parts of a workbook may unpack to.
const MOST_UNPACKED: u64 = 128 << 20;

/// The most parts of a workbook.
const MOST_PARTS: usize = 4096;

/// How far down a sheet its heading may stand.
const HEADING_WITHIN: usize = 20;

const SAVE_AGAIN: &str = "open it in a spreadsheet program and save it as a workbook again";

pub(crate) fn read(bytes: &[u8], asked: Asked<'_>, catalogue: &Catalogue) -> Result<Draft, Error> {
    let mut builder = Builder::new(asked, catalogue)?;
    let mut parts = Parts::open(bytes, asked.name)?;
    let shared = match parts.text("xl/sharedStrings.xml")? {
        Some(text) => shared_strings(&text, asked.name)?,
        None => Vec::new(),
    };
    let mut found = false;
    for (name, path) in sheets(&mut parts, asked.name)? {
        let Some(text) = parts.text(&path)? else { continue };
        let sheet = Sheet { text: &text, name: &name, file: asked.name, shared: &shared };
        if found || !sheet.take_in(&mut builder)? {
            builder.dropped(format!("sheet {name}"), "the sheet is not taken in");
        } else {
            found = true;
        }
    }
    if !found {
        let remedy = "begin a sheet with a row of headings such as source_id, target_id and relation";
        return Err(builder.unfit("the workbook", "no sheet holds mappings", remedy));
    }
    builder.finish()
}

fn unfit(name: &str, place: &str, message: impl Into<String>, remedy: &'static str) -> Error {
    Error::Unfit { name: name.to_owned(), place: place.to_owned(), message: message.into(), remedy }
}

/// The parts of a workbook, and how much may still be unpacked.
struct Parts<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    left: u64,
    name: &'b str,
}

impl<'b> Parts<'b> {
    fn open(bytes: &'b [u8], name: &'b str) -> Result<Self, Error> {
        let archive = ZipArchive::new(Cursor::new(bytes));
        let archive = archive.map_err(|_| unfit(name, "the workbook", "it is damaged", SAVE_AGAIN))?;
        if archive.len() > MOST_PARTS {
            return Err(unfit(
                name,
                "the workbook",
                format!("it has more than {MOST_PARTS} parts"),
                SAVE_AGAIN,
            ));
        }
        Ok(Self { archive, left: MOST_UNPACKED, name })
    }

    /// The text of a part; none where there is no such part.
    fn text(&mut self, path: &str) -> Result<Option<String>, Error> {
        if self.archive.index_for_name(path).is_none() {
            return Ok(None);
        }
        let damaged = || unfit(self.name, &plain(path).0, "the part is damaged", SAVE_AGAIN);
        let part = self.archive.by_name(path).map_err(|_| damaged())?;
        let mut text = String::new();
        let read = part.take(self.left + 1).read_to_string(&mut text).map_err(|_| damaged())? as u64;
        if read > self.left {
            let message = format!("the workbook unpacks to more than {MOST_UNPACKED} bytes");
            return Err(unfit(self.name, &plain(path).0, message, "keep only the sheet with the mappings"));
        }
        self.left -= read;
        Ok(Some(text))
    }
}

/// The sheets in their order: name and path.
fn sheets(parts: &mut Parts<'_>, file: &str) -> Result<Vec<(String, String)>, Error> {
    let workbook = parts.text("xl/workbook.xml")?;
    let targets = parts.text("xl/_rels/workbook.xml.rels")?;
    let (Some(workbook), Some(targets)) = (workbook, targets) else {
        return Err(unfit(file, "the workbook", "it does not list its sheets", SAVE_AGAIN));
    };
    let mut paths: Vec<(String, String)> = Vec::new();
    each_start(&targets, file, "xl/_rels/workbook.xml.rels", |start| {
        if start.local_name().as_ref() == "Relationship" && paths.len() < MOST_PARTS {
            paths.push((attribute(start, "Id"), attribute(start, "Target")));
        }
    })?;
    let mut sheets = Vec::new();
    each_start(&workbook, file, "xl/workbook.xml", |start| {
        if start.local_name().as_ref() == "sheet" && sheets.len() < MOST_PARTS {
            let id = attribute(start, "id");
            if let Some((_, target)) = paths.iter().find(|(known, _)| *known == id) {
                let path = target.strip_prefix('/').map_or(format!("xl/{target}"), str::to_owned);
                sheets.push((plain(&attribute(start, "name")).0, path));
            }
        }
    })?;
    Ok(sheets)
}

fn each_start(
    text: &str,
    file: &str,
    part: &str,
    mut with: impl FnMut(&BytesStart<'_>),
) -> Result<(), Error> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) => with(&start),
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(_) => return Err(unfit(file, part, "the part is no XML", SAVE_AGAIN)),
        }
    }
}

/// The value of an attribute by its name without prefix; empty where there is none.
fn attribute(start: &BytesStart<'_>, name: &str) -> String {
    let mut found = start.attributes().flatten().filter(|a| a.key.local_name().as_ref() == name);
    found
        .next()
        .and_then(|a| a.normalized_value(XmlVersion::Implicit1_0).ok().map(|v| v.into_owned()))
        .unwrap_or_default()
}

/// The character or the five words that a reference may stand for; nothing else is looked up.
fn reference(r: &BytesRef<'_>, into: &mut String) {
    if let Ok(Some(c)) = r.resolve_char_ref() {
        into.push(c);
    } else if let Some(text) = quick_xml::escape::resolve_xml_entity(r) {
        into.push_str(text);
    }
}

fn shared_strings(text: &str, file: &str) -> Result<Vec<String>, Error> {
    let mut reader = Reader::from_str(text);
    let (mut strings, mut current, mut depth_of_text) = (Vec::new(), String::new(), 0_usize);
    let mut in_phonetic = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => match start.local_name().as_ref() {
                "si" => current.clear(),
                "t" => depth_of_text += 1,
                "rPh" => in_phonetic = true,
                _ => {}
            },
            Ok(Event::Empty(start)) if start.local_name().as_ref() == "si" => strings.push(String::new()),
            Ok(Event::End(end)) => match end.local_name().as_ref() {
                "si" => strings.push(std::mem::take(&mut current)),
                "t" => depth_of_text = depth_of_text.saturating_sub(1),
                "rPh" => in_phonetic = false,
                _ => {}
            },
            Ok(Event::Text(t)) if depth_of_text > 0 && !in_phonetic => current.push_str(&t.xml10_content()),
            Ok(Event::CData(t)) if depth_of_text > 0 && !in_phonetic => current.push_str(&t.xml10_content()),
            Ok(Event::GeneralRef(r)) if depth_of_text > 0 && !in_phonetic => reference(&r, &mut current),
            Ok(Event::Eof) => return Ok(strings),
            Ok(_) => {}
            Err(_) => return Err(unfit(file, "xl/sharedStrings.xml", "the part is no XML", SAVE_AGAIN)),
        }
        if strings.len() > MOST_RECORDS * 16 {
            return Err(unfit(file, "xl/sharedStrings.xml", "it holds too many texts", "cut it into parts"));
        }
    }
}

/// One sheet.
struct Sheet<'s> {
    text: &'s str,
    name: &'s str,
    file: &'s str,
    shared: &'s [String],
}

/// A cell while it is read.
#[derive(Default)]
struct Cell {
    column: usize,
    kind: String,
    text: String,
    is_reading: bool,
}

impl Sheet<'_> {
    /// Takes the rows in where the sheet holds mappings; false where it does not.
    fn take_in(&self, builder: &mut Builder<'_>) -> Result<bool, Error> {
        let mut rows = Rows {
            sheet: self,
            reader: Reader::from_str(self.text),
            row: 0,
            spent: 0,
            fractions: Vec::new(),
        };
        let mut heading = None;
        for _ in 0..HEADING_WITHIN {
            match rows.next()? {
                Some((at, cells)) if is_heading(&mut cells.iter().map(String::as_str)) => {
                    heading = Some((at, cells));
                    break;
                }
                Some(_) => {}
                None => break,
            }
        }
        let Some((at, heading)) = heading else { return Ok(false) };
        let heading: Vec<&str> = heading.iter().map(String::as_str).collect();
        let mut table = Table::begin(builder, &heading, "row", at)?;
        while let Some((at, cells)) = rows.next()? {
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            table.numbers(&rows.fractions, &cells, at);
            table.row(&cells, at)?;
        }
        Ok(true)
    }

    fn value(&self, cell: &Cell) -> String {
        match cell.kind.as_str() {
            "s" => cell
                .text
                .trim()
                .parse()
                .ok()
                .and_then(|at: usize| self.shared.get(at))
                .cloned()
                .unwrap_or_default(),
            "inlineStr" | "str" => cell.text.clone(),
            "b" => if cell.text.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned(),
            // what a calculation failed with is no value
            "e" => String::new(),
            // a number as a program shows it: 5.1 where the file says 5.0999999999999996
            _ => match cell.text.trim().parse::<f64>() {
                Ok(number) if number.is_finite() && number.abs() < 1e15 => number.to_string(),
                _ => cell.text.trim().to_owned(),
            },
        }
    }
}

/// The rows of a sheet, one at a time.
struct Rows<'s> {
    sheet: &'s Sheet<'s>,
    reader: Reader<&'s [u8]>,
    row: u64,
    /// Bytes of all cells so far.
    spent: usize,
    /// The columns of the last row whose cells hold a number with a fraction.
    fractions: Vec<usize>,
}

impl Rows<'_> {
    fn next(&mut self) -> Result<Option<(u64, Vec<String>)>, Error> {
        let sheet = self.sheet;
        let place = |column: usize, row: u64| format!("sheet {}, cell {}{row}", sheet.name, letters(column));
        let (mut cells, mut cell): (Vec<String>, Cell) = Default::default();
        let mut next_column = 0;
        self.fractions.clear();
        loop {
            match self.reader.read_event() {
                Ok(Event::Start(start)) => match start.local_name().as_ref() {
                    "row" => {
                        self.row = attribute(&start, "r").parse().unwrap_or(self.row + 1);
                        next_column = 0;
                    }
                    "c" => {
                        let column = column_of(&attribute(&start, "r")).unwrap_or(next_column);
                        next_column = column.saturating_add(1);
                        cell = Cell { column, kind: attribute(&start, "t"), ..Cell::default() };
                    }
                    "v" | "t" => cell.is_reading = true,
                    "f" => return Err(self.formula(&place(cell.column, self.row))),
                    _ => {}
                },
                Ok(Event::Empty(start)) => match start.local_name().as_ref() {
                    "row" => self.row = attribute(&start, "r").parse().unwrap_or(self.row + 1),
                    "c" => {
                        let column = column_of(&attribute(&start, "r")).unwrap_or(next_column);
                        next_column = column.saturating_add(1);
                    }
                    "f" => return Err(self.formula(&place(cell.column, self.row))),
                    _ => {}
                },
                Ok(Event::Text(t)) if cell.is_reading => cell.text.push_str(&t.xml10_content()),
                Ok(Event::CData(t)) if cell.is_reading => cell.text.push_str(&t.xml10_content()),
                Ok(Event::GeneralRef(r)) if cell.is_reading => reference(&r, &mut cell.text),
                Ok(Event::End(end)) => match end.local_name().as_ref() {
                    "v" | "t" => cell.is_reading = false,
                    "c" => self.put(&mut cells, &cell, &place)?,
                    "row" => return Ok(Some((self.row, cells))),
                    "sheetData" => return Ok(None),
                    _ => {}
                },
                Ok(Event::Eof) => return Ok(None),
                Ok(_) => {}
                Err(_) => return Err(self.damaged()),
            }
        }
    }

    fn put(
        &mut self,
        cells: &mut Vec<String>,
        cell: &Cell,
        place: &dyn Fn(usize, u64) -> String,
    ) -> Result<(), Error> {
        let value = self.sheet.value(cell);
        if value.trim().is_empty() {
            return Ok(());
        }
        if cell.column >= MOST_COLUMNS {
            let message = format!("a cell stands beyond column {MOST_COLUMNS}");
            let remedy = "leave out the columns that do not belong to mappings";
            return Err(unfit(self.sheet.file, &place(cell.column, self.row), message, remedy));
        }
        self.spent = self.spent.saturating_add(value.len());
        if self.spent > MOST_CELLS {
            let message = format!("the cells come to more than {MOST_CELLS} bytes");
            return Err(unfit(
                self.sheet.file,
                &place(cell.column, self.row),
                message,
                "cut the file into parts",
            ));
        }
        if cells.len() <= cell.column {
            cells.resize(cell.column + 1, String::new());
        }
        if cell.kind.is_empty() && value.contains('.') {
            self.fractions.push(cell.column);
        }
        cells[cell.column] = value;
        Ok(())
    }

    fn formula(&self, place: &str) -> Error {
        unfit(self.sheet.file, place, "the cell holds a formula", "paste the cell as a value")
    }

    fn damaged(&self) -> Error {
        unfit(self.sheet.file, &format!("sheet {}", self.sheet.name), "the sheet is no XML", SAVE_AGAIN)
    }
}

/// The column of a cell such as `AB12`, counted from zero.
fn column_of(cell: &str) -> Option<usize> {
    let letters = cell.bytes().take_while(u8::is_ascii_uppercase).take(4);
    let number = letters.fold(0_usize, |n, b| n * 26 + usize::from(b - b'A') + 1);
    number.checked_sub(1)
}

/// The letters of a column counted from zero.
fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        left -= 1;
        letters.push(b'A' + u8::try_from(left % 26).expect("a remainder of 26 is small"));
        left /= 26;
    }
    letters.reverse();
    letters.into_iter().map(char::from).collect()
}
