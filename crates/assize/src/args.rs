//! The arguments, with help that teaches.

mod atlas;
mod budget;

use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

pub(crate) use atlas::{
    CoverageArgs, GapArgs, GivenArgs, Least, MapAction, MapArgs, MapCheckArgs, MapExportArgs, MapImportArgs,
    MarketsArgs, ReachArgs, SearchArgs, TableFormat,
};
pub(crate) use budget::BudgetArgs;

/// The workbench that tells whether a connected consumer product meets the security the public is promised, and
/// proves it.
#[derive(Debug, Parser)]
#[command(name = "assize", version, propagate_version = true, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// A folder of your own laid out as Assize's catalogue: private frameworks, mappings under other licences
    #[arg(long, global = true, value_name = "DIR", env = "ASSIZE_CATALOGUE")]
    pub(crate) catalogue: Option<PathBuf>,
}

const EXIT_CODES: &str = "\
An assessment, from nothing to report:
  assize new plug            a declaration skeleton to fill in
  assize check plug          what is missing or wrong in it
  assize plan plug           what will be tested, and by whom
  assize assess plug         examines the device and records facts
  assize answer plug         asks you what only a person can tell
  assize judge plug          verdicts from what is recorded
  assize seal plug --key k   signs the evidence
  assize report plug --format html -o report.html

Exit codes: 0 PASS or done, 1 FAIL or errors in the declaration, 2 wrong usage or Assize's own trouble, 3 INCONCLUSIVE.";

/// The command definition, for completions, manuals and generated reference.
pub fn command() -> clap::Command {
    Cli::command()
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Editions held, with counts; `catalogue check` cross-checks all data
    Catalogue(CatalogueArgs),
    /// Explains a provision, a test case with its guide, or an IXIT table
    Explain(ExplainArgs),
    /// What became of each requirement from one edition to the next, with reasons
    Diff(DiffArgs),
    /// How documents relate: two editions, one requirement; check, import and export mappings
    Map(MapArgs),
    /// What an assessment's verdicts say about another framework
    Coverage(CoverageArgs),
    /// What remains of a framework when you already meet others
    Gap(GapArgs),
    /// Which laws and schemes a product can be put before today, and what is missing for each
    Markets(MarketsArgs),
    /// Searches all requirements; typing errors are forgiven
    Search(SearchArgs),
    /// The atlas as web pages on this machine, and an assessment beside it
    Serve(ServeArgs),
    /// Creates a declaration skeleton
    New(NewArgs),
    /// Checks a declaration and says all that is missing or wrong
    #[command(after_help = "Examples:\n  assize check smart-plug\n  assize check smart-plug --format json")]
    Check(FolderArgs),
    /// The test plan: each unit per IXIT entry, by rule, by probe or by hand
    #[command(after_help = "Examples:\n  assize plan smart-plug\n  assize plan smart-plug --format json")]
    Plan(FolderArgs),
    /// Examines the device, records facts, prints verdicts; resumes a run that was cut off
    Assess(AssessArgs),
    /// Runs probes on an address without a declaration
    Observe(ObserveArgs),
    /// The units only a person can settle: queue, guide, answer
    Answer(AnswerArgs),
    /// Judges the recorded facts again, without the device
    Judge(JudgeArgs),
    /// Signs the evidence with an Ed25519 key
    Seal(SealArgs),
    /// Verifies evidence: every changed, removed, reordered or added byte is found
    Verify(VerifyArgs),
    /// Packs the evidence into one file
    Bundle(BundleArgs),
    /// Renders the assessment
    Report(ReportArgs),
    /// Starts the reference device, assesses it live, and shows how everything works
    Demo(DemoArgs),
    /// Prints a completion script for a shell
    Completions(CompletionsArgs),
}

/// How a command answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For machines; the shapes are in docs/reference.
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct FormatArgs {
    /// Text for people, or JSON for machines
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,
}

impl FormatArgs {
    pub(crate) fn is_json(&self) -> bool {
        self.format == Format::Json
    }
}

#[derive(Debug, Args)]
pub(crate) struct FolderArgs {
    /// The assessment folder
    pub(crate) dir: PathBuf,
    #[command(flatten)]
    pub(crate) out: FormatArgs,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  assize catalogue\n  assize catalogue check\n  assize catalogue crypto RSA-2048\n  assize catalogue --format json"
)]
pub(crate) struct CatalogueArgs {
    #[command(subcommand)]
    pub(crate) action: Option<CatalogueAction>,
    #[command(flatten)]
    pub(crate) out: FormatArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CatalogueAction {
    /// Cross-checks ids, references, conditions, counts, totals and guide pages
    Check,
    /// Says how an algorithm, cipher suite or attack stands, by which source and until when
    Crypto(CryptoArgs),
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  assize catalogue crypto RSA-2048\n  assize catalogue crypto TLS_RSA_WITH_AES_128_CBC_SHA\n  assize catalogue crypto --format json"
)]
pub(crate) struct CryptoArgs {
    /// An algorithm, protocol version, key size, cipher suite or attack; all when left out
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) out: FormatArgs,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  assize explain 5.1-1\n  assize explain 5.1-1-2\n  assize explain \"IXIT 1-AuthMech\"\n  assize explain G3 --edition uk-cop@2018"
)]
pub(crate) struct ExplainArgs {
    /// A provision (5.1-1), test case (5.1-1-2), test unit ("5.1-1-2 a") or IXIT table ("IXIT 1-AuthMech")
    #[arg(required = true, num_args = 1..=2)]
    pub(crate) item: Vec<String>,
    /// The edition; all that have the item when left out
    #[arg(long)]
    pub(crate) edition: Option<String>,
    #[command(flatten)]
    pub(crate) out: FormatArgs,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  assize diff uk-cop@2018 ts-103-645@1.1.1\n  assize diff en-303-645@2.1.1 en-303-645@3.1.3 --format json"
)]
pub(crate) struct DiffArgs {
    /// The older edition
    pub(crate) from: String,
    /// The newer edition
    pub(crate) to: String,
    #[command(flatten)]
    pub(crate) out: FormatArgs,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  assize serve\n  assize serve smart-plug\n  assize serve --listen 127.0.0.1:0\n\nThe pages need no network and change nothing. Whoever reaches the address can read them, the assessment too; therefore an address other than this machine's own has to be asked for with --public."
)]
pub(crate) struct ServeArgs {
    /// An assessment folder or bundle whose verdicts are shown against every document
    pub(crate) dir: Option<PathBuf>,
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8300")]
    pub(crate) listen: std::net::SocketAddr,
    /// Let other machines read the pages too
    #[arg(long)]
    pub(crate) public: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  assize new smart-plug && assize check smart-plug")]
pub(crate) struct NewArgs {
    /// The folder to create
    pub(crate) dir: PathBuf,
    /// The conformance specification to declare for
    #[arg(long, default_value = assize_lab::DEFAULT_SPEC)]
    pub(crate) spec: String,
    #[command(flatten)]
    pub(crate) out: FormatArgs,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  assize assess smart-plug\n  assize assess smart-plug --offline\n  assize assess smart-plug --gentle             for a device that crashes under load\n  assize assess smart-plug --rate 500 --parallel 50 --format json\n  assize assess smart-plug --settle 60000       tells every closed UDP port from a silent one\n  assize assess smart-plug --switches           runs the commands that product.toml names for its switches\n  sudo assize assess smart-plug --syn           scans TCP ports by bare SYN segments"
)]
pub(crate) struct AssessArgs {
    /// The assessment folder
    pub(crate) dir: PathBuf,
    /// Touch no network; judge the declaration and what is already recorded
    #[arg(long)]
    pub(crate) offline: bool,
    /// Run the commands of [[bench.switch]] in product.toml, on this machine and with your rights; read them first when
    /// somebody else wrote them. Without this they never run
    #[arg(long, conflicts_with = "offline")]
    pub(crate) switches: bool,
    /// Ask nobody to turn a switch by hand, also at a terminal; such switches are left out
    #[arg(long)]
    pub(crate) no_guide: bool,
    /// Who turns switches by hand, as it shall stand in the evidence; asked for when it is needed
    #[arg(long, env = "ASSIZE_EVALUATOR", default_value = "", hide_default_value = true)]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) out: FormatArgs,
    #[command(flatten)]
    pub(crate) budget: BudgetArgs,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  assize observe 192.0.2.7\n  assize observe 192.0.2.7 --only tcp-ports,identify --format json\n  assize observe 192.0.2.7 --only tls --ports 443\n  assize observe 192.0.2.7 --gentle --patience 300\n  sudo assize observe 192.0.2.7 --syn --only tcp-ports\n  assize observe 192.0.2.7 --neighbours --listen 60\n  assize observe 192.0.2.7 --only neighbours --everyone"
)]
pub(crate) struct ObserveArgs {
    /// Address of the device; probes connect to it and to nothing else
    pub(crate) target: String,
    /// Probes to run: tcp-ports, udp-services, identify, ssh, tls, dtls, mdns, neighbours, web
    #[arg(long, value_delimiter = ',', value_name = "PROBE")]
    pub(crate) only: Vec<String>,
    /// Writes a declaration begun from what was found into this folder, new or empty
    #[arg(long, value_name = "DIR")]
    pub(crate) draft: Option<PathBuf>,
    /// The conformance specification of the draft
    #[arg(long, default_value = assize_lab::DEFAULT_SPEC, requires = "draft")]
    pub(crate) spec: String,
    /// Ports for identify, ssh, tls and dtls, one by one, in place of those that other probes find
    #[arg(long, value_delimiter = ',', value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) ports: Vec<u16>,
    /// Also listen to what the network says of the device without being asked: ARP and NDP, mDNS, SSDP, LLMNR, DHCP
    #[arg(long)]
    pub(crate) neighbours: bool,
    /// Tell what was heard of every host on the bench's network, not of the device only
    #[arg(long)]
    pub(crate) everyone: bool,
    #[command(flatten)]
    pub(crate) out: FormatArgs,
    #[command(flatten)]
    pub(crate) budget: BudgetArgs,
}

/// What an evaluator concludes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Said {
    /// What the unit asks for holds.
    Pass,
    /// It does not hold.
    Fail,
    /// It cannot be told.
    Inconclusive,
    /// There is nothing the unit asks about.
    #[value(name = "n/a")]
    NotApplicable,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  assize answer smart-plug                 the queue, one unit after the other\n  assize answer smart-plug --list\n  assize answer smart-plug \"5.1-4-2 a\" --verdict pass --name \"A. Tester\" --note \"changed on page 3\" --attach photo.jpg\n  assize answer smart-plug --undo 41 --name \"A. Tester\" --note \"wrong unit\"\n  assize answer smart-plug --external 5.4-1 --verdict pass --name \"A. Tester\" --note \"scope, activities, depth\""
)]
pub(crate) struct AnswerArgs {
    /// The assessment folder
    pub(crate) dir: PathBuf,
    /// Units to answer, as "5.1-4-2 a"; all that wait when left out
    pub(crate) units: Vec<String>,
    /// Only list what waits
    #[arg(long)]
    pub(crate) list: bool,
    /// The conclusion, for scripts; asked for in a terminal otherwise
    #[arg(long, value_enum)]
    pub(crate) verdict: Option<Said>,
    /// Only this IXIT entry
    #[arg(long)]
    pub(crate) entry: Option<String>,
    /// What was found
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) note: String,
    /// Name of the evaluator
    #[arg(long, env = "ASSIZE_EVALUATOR", default_value = "", hide_default_value = true)]
    pub(crate) name: String,
    /// Files that show it; they are stored as evidence
    #[arg(long, value_name = "FILE")]
    pub(crate) attach: Vec<PathBuf>,
    /// Let the answer stand against a machine's FAIL; needs a note with the reason
    #[arg(long)]
    pub(crate) overrule: bool,
    /// Take an answer back by its record number
    #[arg(long, value_name = "RECORD", conflicts_with_all = ["verdict", "external"])]
    pub(crate) undo: Option<u64>,
    /// Accept (pass) or refuse (fail) the external evidence offered for a test group
    #[arg(long, value_name = "GROUP", requires = "verdict")]
    pub(crate) external: Option<String>,
    /// Accept (pass) or refuse (fail) the claim that a provision is not applicable
    #[arg(long, value_name = "PROVISION", requires = "verdict", conflicts_with = "external")]
    pub(crate) not_applicable: Option<String>,
    #[command(flatten)]
    pub(crate) out: FormatArgs,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  assize judge smart-plug\n  assize judge smart-plug --spec ts-103-701@2.1.1 --format json"
)]
pub(crate) struct JudgeArgs {
    /// The assessment folder, or a bundle
    pub(crate) dir: PathBuf,
    /// Judge against another edition of the specification
    #[arg(long)]
    pub(crate) spec: Option<String>,
    #[command(flatten)]
    pub(crate) out: FormatArgs,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  openssl genpkey -algorithm ed25519 -out key.pem\n  openssl pkey -in key.pem -pubout -out pub.pem\n  assize seal smart-plug --key key.pem --name lab.example/plug\n  assize verify smart-plug --key pub.pem"
)]
pub(crate) struct SealArgs {
    /// The assessment folder
    pub(crate) dir: PathBuf,
    /// Private Ed25519 key, PKCS#8 PEM as openssl writes it
    #[arg(long)]
    pub(crate) key: PathBuf,
    /// Who seals, without spaces; part of the signed note
    #[arg(long, default_value = "assize.local")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) out: FormatArgs,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  assize verify smart-plug --key pub.pem\n  assize verify smart-plug.bundle --key pub.pem --format json\n  assize verify smart-plug --unsealed"
)]
pub(crate) struct VerifyArgs {
    /// The assessment folder, its evidence folder, or a bundle
    pub(crate) source: PathBuf,
    /// Public Ed25519 key (PEM, or a signed-note verifier key); nothing else is trusted
    #[arg(long)]
    pub(crate) key: Option<PathBuf>,
    /// Check chain and objects of evidence that is not sealed yet
    #[arg(long)]
    pub(crate) unsealed: bool,
    /// Also print the proof that this record is in the sealed log
    #[arg(long, value_name = "RECORD")]
    pub(crate) prove: Option<u64>,
    #[command(flatten)]
    pub(crate) out: FormatArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  assize bundle smart-plug -o smart-plug.bundle")]
pub(crate) struct BundleArgs {
    /// The assessment folder
    pub(crate) dir: PathBuf,
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) out: FormatArgs,
}

/// How a report is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// One self-contained page.
    Html,
    /// The same content for machines.
    Json,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  assize report smart-plug --format html -o report.html\n  assize report smart-plug --format json -o -"
)]
pub(crate) struct ReportArgs {
    /// The assessment folder, or a bundle
    pub(crate) dir: PathBuf,
    /// HTML page or JSON
    #[arg(long, value_enum, default_value = "html")]
    pub(crate) format: ReportFormat,
    /// Report against another edition of the specification
    #[arg(long)]
    pub(crate) spec: Option<String>,
    /// The file to write; `-` for standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  assize demo\n  assize demo --flaw telnet-login\n  assize demo --keep plug-demo\n  assize demo --list-flaws"
)]
pub(crate) struct DemoArgs {
    /// Switch on a flaw of the reference device; may be given more than once
    #[arg(long, value_name = "NAME")]
    pub(crate) flaw: Vec<String>,
    /// Keep the assessment in this folder, and resume it when called again
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,
    /// List the flaws and what they break
    #[arg(long)]
    pub(crate) list_flaws: bool,
    #[command(flatten)]
    pub(crate) out: FormatArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  assize completions bash > /etc/bash_completion.d/assize")]
pub(crate) struct CompletionsArgs {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}
