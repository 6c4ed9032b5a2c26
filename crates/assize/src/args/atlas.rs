//! The arguments of the commands on the atlas.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// How a command that prints tables answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    /// For people.
    Text,
    /// For machines; the shapes are in docs/reference.
    Json,
    /// For spreadsheets.
    Csv,
}

#[derive(Debug, Args)]
pub(crate) struct TableArgs {
    /// Text for people, JSON for machines, CSV for spreadsheets
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: TableFormat,
}

/// How sure an edge has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Least {
    /// Any edge.
    Low,
    /// Likely ones.
    Medium,
    /// Only those read in the source.
    High,
}

#[derive(Debug, Args)]
pub(crate) struct ReachArgs {
    /// The weakest confidence an edge may have to be followed
    #[arg(long, value_enum, value_name = "CONFIDENCE", default_value = "low")]
    pub(crate) least: Least,
    /// Edges on a path at most; 1 shows what is stated directly
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=6))]
    pub(crate) hops: u8,
}

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  assize map uk-cop@2018 ts-103-645@1.1.1\n  assize map en-303-645@2.1.1 en-303-645@3.1.3 --hops 1 --format csv\n  assize map en-303-645@3.1.3/5.3-13\n  assize map check my-mapping.csv --from en-303-645@2.1.1 --to eu-cra@2024\n\nRelations are read from the first to the second, over the outcomes asked for: equal; subset-of (the second asks for all of the\nfirst and more); superset-of; intersects; overlaps (something is shared, what else is not known); related (somebody sees a\nconnection); none. Only equal and superset-of carry a PASS."
)]
pub(crate) struct MapArgs {
    #[command(subcommand)]
    pub(crate) action: Option<MapAction>,
    /// Two editions, or one requirement as EDITION/NUMBER (a bare number finds it in every edition)
    #[arg(required = true, num_args = 1..=2, value_name = "EDITION|REQUIREMENT")]
    pub(crate) items: Vec<String>,
    #[command(flatten)]
    pub(crate) reach: ReachArgs,
    #[command(flatten)]
    pub(crate) out: TableArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MapAction {
    /// Looks for faults and doubtful pairs in mappings: the catalogue's, or other people's files
    Check(MapCheckArgs),
    /// Reads other people's mappings or catalogues; says what would change, and changes nothing without --apply
    Import(MapImportArgs),
    /// Writes editions and mappings in the formats of others
    Export(MapExportArgs),
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  assize map check\n  assize map check examples/catalogues/owasp-isvs/mappings/*.toml\n  assize map check theirs.csv --from owasp-isvs@1.0 --to en-303-645@2.1.1 --format json\n  assize map check --rules\n\nExit code 1 when something cannot be used as it stands, or with --strict when somebody has to look; 0 otherwise."
)]
pub(crate) struct MapCheckArgs {
    /// Files to look at: Assize's TOML, CSV, XLSX, OSCAL, CPRT or the UK open data; the catalogue in use when left out
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) given: GivenArgs,
    /// Text of an edition that own words must not repeat
    #[arg(long, value_name = "EDITION=FILE")]
    pub(crate) text: Vec<String>,
    /// Only these rules
    #[arg(long, value_delimiter = ',', value_name = "RULE")]
    pub(crate) only: Vec<String>,
    /// List the rules and what they mean
    #[arg(long)]
    pub(crate) rules: bool,
    /// Also name rows whose words are too thin to compare
    #[arg(long)]
    pub(crate) notes: bool,
    /// Warnings count as errors
    #[arg(long)]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) out: TableArgs,
}

/// What a file may not say of itself.
#[derive(Debug, Args)]
pub(crate) struct GivenArgs {
    /// Format of the files, told by their content when left out: csv, xlsx, oscal-catalog, oscal-mapping, cprt, uk-mapping
    #[arg(long = "as", value_name = "FORMAT")]
    pub(crate) format_as: Option<String>,
    /// Edition that rows are read from, or whose catalogue it is, where the file does not say
    #[arg(long, value_name = "EDITION")]
    pub(crate) from: Option<String>,
    /// Edition that rows are read to, where the file does not say
    #[arg(long, value_name = "EDITION")]
    pub(crate) to: Option<String>,
    /// Terms under which the file is shared
    #[arg(long, value_name = "TERMS")]
    pub(crate) licence: Option<String>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  assize map import theirs.xlsx --into my-catalogue --from iso-27402@2023 --to en-303-645@3.1.3\n  assize map import theirs.xlsx --into my-catalogue --from iso-27402@2023 --to en-303-645@3.1.3 --apply\n  assize map iso-27402@2023 en-303-645@3.1.3 --catalogue my-catalogue"
)]
pub(crate) struct MapImportArgs {
    /// The file
    pub(crate) file: PathBuf,
    /// The folder of your own that takes it; see --catalogue
    #[arg(long, value_name = "DIR")]
    pub(crate) into: PathBuf,
    /// Write; without it, only say what would change
    #[arg(long)]
    pub(crate) apply: bool,
    /// Let the file take the place of what your folder holds otherwise
    #[arg(long)]
    pub(crate) replace: bool,
    #[command(flatten)]
    pub(crate) given: GivenArgs,
    #[command(flatten)]
    pub(crate) out: super::FormatArgs,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  assize map export --as sssom -o atlas\n  assize map export en-303-645@2.1.1--eu-cra@2024 --as oscal-mapping -o -\n  assize map export nist-ir-8425@2022 en-303-645@3.1.3 --as ciso -o libraries --open\n\nFormats: csv (mappings), csv-requirements, oscal-catalog, oscal-mapping, sssom, skos, ciso, reqif."
)]
pub(crate) struct MapExportArgs {
    /// Editions, with the mappings between them, or pairs as FROM--TO; everything when left out
    #[arg(value_name = "EDITION|FROM--TO")]
    pub(crate) items: Vec<String>,
    /// The format
    #[arg(long = "as", value_name = "FORMAT")]
    pub(crate) format_as: String,
    /// Folder to write to; `-` for standard output, where the export is one file
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: PathBuf,
    /// Only what may be passed on under CC BY 4.0
    #[arg(long)]
    pub(crate) open: bool,
    /// Date that the export bears, as 2026-11-25; that of the latest reading in the data when left out
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<String>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  assize coverage smart-plug --against nist-ir-8425@2022\n  assize coverage smart-plug --against eu-cra@2024,uk-psti@2023 --format json\n\nsatisfied: a PASS on something equal or stronger; partly: a PASS on something that shares a part; not satisfied: a FAIL on\nsomething equal or weaker; unknown: everything else. Each answer names its path."
)]
pub(crate) struct CoverageArgs {
    /// The assessment folder, or a bundle
    pub(crate) dir: PathBuf,
    /// The editions to hold the verdicts against
    #[arg(long, required = true, value_delimiter = ',', value_name = "EDITION")]
    pub(crate) against: Vec<String>,
    /// The weakest confidence an edge may have to carry an answer
    #[arg(long, value_enum, value_name = "CONFIDENCE", default_value = "medium")]
    pub(crate) least: Least,
    #[command(flatten)]
    pub(crate) out: TableArgs,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  assize gap --have en-303-645@2.1.1 --need eu-cra@2024\n  assize gap --have en-303-645@3.1.3,nist-ir-8425@2022 --need uk-psti@2023 --format csv"
)]
pub(crate) struct GapArgs {
    /// Editions that you meet in full: every requirement, the recommended and conditional ones included
    #[arg(long, required = true, value_delimiter = ',', value_name = "EDITION")]
    pub(crate) have: Vec<String>,
    /// The edition that you need to meet
    #[arg(long, value_name = "EDITION")]
    pub(crate) need: String,
    /// The weakest confidence an edge may have to count
    #[arg(long, value_enum, value_name = "CONFIDENCE", default_value = "medium")]
    pub(crate) least: Least,
    #[command(flatten)]
    pub(crate) out: TableArgs,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  assize markets smart-plug\n  assize markets smart-plug --scheme uk-psti --format json\n\nA route whose demands the catalogue does not hold in full is never shown as met."
)]
pub(crate) struct MarketsArgs {
    /// The assessment folder, or a bundle
    pub(crate) dir: PathBuf,
    /// Only these schemes
    #[arg(long, value_delimiter = ',', value_name = "SCHEME")]
    pub(crate) scheme: Vec<String>,
    /// The weakest confidence an edge may have to carry an answer
    #[arg(long, value_enum, value_name = "CONFIDENCE", default_value = "medium")]
    pub(crate) least: Least,
    #[command(flatten)]
    pub(crate) out: TableArgs,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  assize search support period\n  assize search defualt pasword\n  assize search 5.3-13 --limit 5 --format json"
)]
pub(crate) struct SearchArgs {
    /// Words or a number
    #[arg(required = true)]
    pub(crate) words: Vec<String>,
    /// Results at most
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) limit: u16,
    #[command(flatten)]
    pub(crate) out: TableArgs,
}
