//! Mappings as comma separated values, with semicolons or tabs too; the columns are those of [`super::table`].

use assize_model::catalogue::Catalogue;
use csv::{Position, ReaderBuilder, StringRecord};

use super::table::Table;
use crate::draft::{Asked, Builder, Draft};
use crate::guard::unguarded;
use crate::{Error, limits};

pub(crate) fn read(bytes: &[u8], asked: Asked<'_>, catalogue: &Catalogue) -> Result<Draft, Error> {
    let text = limits::text(bytes, asked.name)?;
    let mut builder = Builder::new(asked, catalogue)?;
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let broken = |e: csv::Error| Error::Unfit {
        name: asked.name.to_owned(),
        place: e.position().map_or("the file".into(), |p| format!("line {}", p.line())),
        message: "the row cannot be read".into(),
        remedy: "save the table as comma separated values again",
    };
    if !reader.read_record(&mut record).map_err(broken)? {
        return Err(builder.unfit("the file", "it is empty", "export the table again"));
    }
    let heading: Vec<&str> = record.iter().map(unguarded).collect();
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    let mut table = Table::begin(&mut builder, &heading, "line", lines.of(&record))?;
    while reader.read_record(&mut record).map_err(broken)? {
        let cells: Vec<&str> = record.iter().map(unguarded).collect();
        table.row(&cells, lines.of(&record))?;
    }
    builder.finish()
}

/// Counts lines on the way through the text.
struct Lines<'t> {
    text: &'t [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line that a record begins on. The reader's own figure is that of the line end before it.
    fn of(&mut self, record: &StringRecord) -> u64 {
        let start = record.position().map_or(0, Position::byte);
        let start = usize::try_from(start).unwrap_or(self.text.len()).clamp(self.at, self.text.len());
        let blank = self.text[start..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let ends = self.text[self.at..start + blank].iter().filter(|b| **b == b'\n').count();
        self.at = start + blank;
        self.line += ends as u64;
        self.line
    }
}

/// What stands between the cells: the sign that the first line has most of.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |sign: u8| first.bytes().filter(|b| *b == sign).count();
    // the last of equals wins
    [b';', b'\t', b','].into_iter().max_by_key(|sign| count(*sign)).unwrap_or(b',')
}
