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
    let mut table = Table::begin(&mut builder, &heading, "line", line(&record))?;
    while reader.read_record(&mut record).map_err(broken)? {
        let cells: Vec<&str> = record.iter().map(unguarded).collect();
        table.row(&cells, line(&record))?;
    }
    builder.finish()
}

fn line(record: &StringRecord) -> u64 {
    record.position().map_or(0, Position::line)
}

/// What stands between the cells: the sign that the first line has most of.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |sign: u8| first.bytes().filter(|b| *b == sign).count();
    // the last of equals wins
    [b';', b'\t', b','].into_iter().max_by_key(|sign| count(*sign)).unwrap_or(b',')
}
