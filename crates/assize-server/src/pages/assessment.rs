//! The verdicts of an assessment, read against any edition, and the markets they open.

use askama::Template;
use assize_lab::Judged;
use assize_model::atlas::{self, Answered, Asked, Market, MarketRoute, Reach, Readiness, Standing};
use assize_model::catalogue::Framework;
use assize_model::verdict::Verdict;

use super::derived::{Way, way};
use super::edges::Sources;
use super::{Frame, Link, Named, Part, Trouble, html, named};
use crate::answer::Answer;
use crate::{Explorer, address, filters, names};

#[derive(Template)]
#[template(path = "assessment.html")]
struct Index {
    frame: Frame,
    head: Head,
    reasons: Vec<String>,
    markets: Vec<Place>,
    editions: Vec<Line>,
}

/// The assessment in a line.
struct Head {
    product: String,
    spec: String,
    framework: Link,
    overall: &'static str,
    class: &'static str,
}

struct Place {
    title: &'static str,
    href: String,
    region: &'static str,
    open: bool,
    routes: Vec<RouteLine>,
}

struct RouteLine {
    title: &'static str,
    words: &'static str,
    class: &'static str,
    counts: Counts,
    besides: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    satisfied: usize,
    partly: usize,
    not: usize,
    unknown: usize,
}

struct Line {
    link: Link,
    title: &'static str,
    counts: Counts,
}

#[derive(Template)]
#[template(path = "answered.html")]
struct Page {
    frame: Frame,
    head: Head,
    edition: Link,
    counts: Counts,
    is_own: bool,
    rows: Vec<Row>,
}

struct Row {
    item: Named,
    words: &'static str,
    class: &'static str,
    answers: Vec<(Verdict, &'static str, Way)>,
}

fn head(explorer: &Explorer, judged: &Judged) -> Head {
    let a = &judged.assessment;
    let short = explorer.catalogue.framework(&a.framework).map_or(a.framework.as_str(), names::short);
    Head {
        product: judged.declaration.product.dut.name.clone().unwrap_or_else(|| "The product".into()),
        spec: a.spec.clone(),
        framework: Link::new(short, address::edition(&a.framework)),
        overall: word(a.overall),
        class: class_of(a.overall),
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "PASS",
        Verdict::Fail => "FAIL",
        Verdict::Inconclusive => "INCONCLUSIVE",
        Verdict::NotTested => "NOT TESTED",
    }
}

fn class_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Inconclusive => "open",
        Verdict::NotTested => "none",
    }
}

fn class(standing: Standing) -> &'static str {
    match standing {
        Standing::Satisfied => "pass",
        Standing::Partly => "open",
        Standing::Not => "fail",
        Standing::Unknown => "none",
    }
}

fn counts(standings: impl Iterator<Item = Standing>) -> Counts {
    let mut counts = Counts::default();
    for standing in standings {
        match standing {
            Standing::Satisfied => counts.satisfied += 1,
            Standing::Partly => counts.partly += 1,
            Standing::Not => counts.not += 1,
            Standing::Unknown => counts.unknown += 1,
        }
    }
    counts
}

impl Counts {
    fn known(self) -> usize {
        self.satisfied + self.partly + self.not
    }

    fn words(self) -> String {
        let parts = [
            (self.satisfied, "satisfied"),
            (self.partly, "partly"),
            (self.not, "not satisfied"),
            (self.unknown, "unknown"),
        ];
        let told =
            parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
        told.collect::<Vec<_>>().join(", ")
    }
}

/// The overview.
pub(crate) fn index(explorer: &Explorer) -> Result<Answer, Trouble> {
    kept(explorer, "", |judged| Ok(overview(explorer, judged)))
}

/// A page made from the assessment, kept until the log has grown.
fn kept(
    explorer: &Explorer,
    name: &str,
    make: impl FnOnce(&Judged) -> Result<Answer, Trouble>,
) -> Result<Answer, Trouble> {
    let folder = explorer.folder.as_ref().ok_or(Trouble::NoFolder)?;
    let judged = folder.judged(explorer.catalogue).map_err(Trouble::NotJudged)?;
    if let Some(page) = folder.page(name, &judged) {
        return Ok(page);
    }
    let page = make(&judged)?.passing();
    folder.keep(name, &judged, &page);
    Ok(page)
}

fn overview(explorer: &Explorer, judged: &Judged) -> Answer {
    let known = explorer.atlas.verdicts(&judged.assessment);
    let markets = explorer.atlas.markets(&known, Reach::FOR_VERDICTS);
    let line = |(f, answered): (&'static Framework, Vec<Answered<'_, 'static>>)| {
        let counts = counts(answered.iter().map(|a| a.standing));
        let link = Link::new(names::short(f), format!("/assessment/{}", address::encode(&f.id)));
        (counts.known() > 0).then_some(Line { link, title: &f.title, counts })
    };
    let everywhere = explorer.atlas.answered_everywhere(&known.given, Reach::FOR_VERDICTS);
    let mut editions: Vec<Line> = everywhere.into_iter().filter_map(line).collect();
    editions.sort_by_key(|l| std::cmp::Reverse((l.counts.satisfied + l.counts.not, l.counts.partly)));
    let page = Index {
        frame: Frame::new(explorer, Part::Assessment, "Assessment"),
        head: head(explorer, judged),
        reasons: judged.assessment.reasons.clone(),
        markets: markets.iter().map(place).collect(),
        editions,
    };
    html(&page)
}

fn place(market: &Market<'_, 'static>) -> Place {
    let route = |r: &MarketRoute<'_, 'static>| RouteLine {
        title: &r.route.title,
        words: r.readiness.words(),
        class: match r.readiness {
            Readiness::Ready => "pass",
            Readiness::MetBut | Readiness::Open => "open",
            Readiness::Missing => "fail",
            Readiness::NotKnown => "none",
        },
        counts: counts(r.asked.iter().map(Asked::standing)),
        besides: r.besides.len(),
    };
    Place {
        title: &market.scheme.title,
        href: format!("/schemes/{}", address::encode(&market.scheme.id)),
        region: &market.scheme.region,
        open: market.scheme.open,
        routes: market.routes.iter().map(route).collect(),
    }
}

/// The verdicts read against one edition.
pub(crate) fn page(explorer: &Explorer, edition: &str) -> Result<Answer, Trouble> {
    let f = explorer.edition(edition)?;
    kept(explorer, edition, |judged| Ok(against(explorer, f, judged)))
}

fn against(explorer: &Explorer, f: &'static Framework, judged: &Judged) -> Answer {
    let edition = f.id.as_str();
    let known = explorer.atlas.verdicts(&judged.assessment);
    let answered = explorer.atlas.answered(&known.given, edition, Reach::FOR_VERDICTS);
    let title = format!("Verdicts read against {}", names::short(f));
    let page = Page {
        frame: Frame::new(explorer, Part::Assessment, title).below([Link::new("Assessment", "/assessment")]),
        head: head(explorer, judged),
        edition: Link::new(names::short(f), address::edition(edition)),
        counts: counts(answered.iter().map(|a| a.standing)),
        is_own: judged.assessment.framework == edition,
        rows: answered.iter().map(|a| row(explorer, a)).collect(),
    };
    html(&page)
}

/// Answers shown per requirement.
const MOST: usize = 6;

fn row(explorer: &Explorer, answered: &Answered<'_, 'static>) -> Row {
    let mut sources = Sources::default();
    let answer = |a: &atlas::Answer<'_, 'static>| {
        let mut way = way(explorer, &a.path, &mut sources);
        // The reader stands at the end of the path; what is judged is at its start.
        way.other = named(explorer.atlas, a.path.from);
        (a.verdict, word(a.verdict), way)
    };
    Row {
        item: named(explorer.atlas, answered.node),
        words: answered.standing.word(),
        class: class(answered.standing),
        answers: answered.answers.iter().take(MOST).map(answer).collect(),
    }
}
