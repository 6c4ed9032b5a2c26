//! Writing SVG: escaped text, short numbers, groups and links, and how wide words are likely to come out.

use std::fmt::Write as _;

use super::Look;
use crate::words::visible;

const STYLE: &str = include_str!("../../templates/picture.css");

/// A picture while it is drawn.
pub(super) struct Svg<'h> {
    /// What it is a picture of; names its class.
    pub name: &'static str,
    /// Its title, read aloud and shown on hover.
    pub title: String,
    /// What it shows, in a few sentences.
    pub words: String,
    /// Width in units of the drawing.
    pub width: f64,
    /// Height in units of the drawing.
    pub height: f64,
    /// Rules beside those that all pictures have.
    pub style: String,
    /// How it is laid out and where it leads.
    pub look: Look<'h>,
    body: String,
}

impl<'h> Svg<'h> {
    pub(super) fn new(name: &'static str, look: Look<'h>) -> Self {
        Self {
            name,
            title: String::new(),
            words: String::new(),
            width: 0.0,
            height: 0.0,
            style: String::new(),
            look,
            body: String::new(),
        }
    }

    /// The finished file. With links inside it is a group to a screen reader, so that they can be reached; without, one
    /// image.
    pub(super) fn finish(self) -> String {
        let Self { name, title, words, width, height, style, look, body } = self;
        let (role, width, height) = (if look.href.is_some() { "group" } else { "img" }, n(width), n(height));
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"pic pic-{name}\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\" role=\"{role}\" aria-label=\"{label}\">\n<title>{label}</title>\n<desc>{}</desc>\n\
             <style>{}{}</style>\n<rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>\n",
            escape(&words),
            flat(STYLE),
            flat(&style),
            label = escape(&title),
        );
        text += &body;
        text += "</svg>\n";
        text
    }

    /// Draws something that is no text: a path, a shape. Everything in it is ours.
    pub(super) fn raw(&mut self, markup: &str) {
        self.body += markup;
        self.body.push('\n');
    }

    /// Text at a place, on its base line.
    pub(super) fn text(&mut self, class: &str, (x, y): (f64, f64), words: &str) {
        let _ = writeln!(
            self.body,
            "<text{} x=\"{}\" y=\"{}\">{}</text>",
            classed(class),
            n(x),
            n(y),
            escape(words)
        );
    }

    /// Text at a place, turned by degrees.
    pub(super) fn turned(&mut self, class: &str, (x, y): (f64, f64), degrees: f64, words: &str) {
        let place = format!("translate({} {})rotate({})", n(x), n(y), n(degrees));
        let _ = writeln!(self.body, "<text{} transform=\"{place}\">{}</text>", classed(class), escape(words));
    }

    /// The title at the top, with what is to be known to read the picture; tells where they end.
    pub(super) fn head(&mut self, left: f64, words: &str) -> f64 {
        let (class, size) = if self.look.is_narrow() { ("k kn", 17.0) } else { ("k", 20.0) };
        let (room, mut y) = (self.width - 2.0 * left, 14.0);
        // Bold letters run wider than plain ones.
        for line in wrap(&self.title.clone(), size * 1.08, room, 3) {
            y += size * 1.25;
            self.text(class, (left, y), &line);
        }
        for line in wrap(words, 13.0, room, 4) {
            y += 18.0;
            self.text("w", (left, y + 2.0), &line);
        }
        y + if words.is_empty() { 14.0 } else { 10.0 }
    }

    /// A line.
    pub(super) fn line(&mut self, class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
        let d = format!("M{} {}L{} {}", n(x1), n(y1), n(x2), n(y2));
        self.path(class, &d);
    }

    /// A path.
    pub(super) fn path(&mut self, class: &str, d: &str) {
        let _ = writeln!(self.body, "<path{} d=\"{d}\"/>", classed(class));
    }

    /// A rectangle.
    pub(super) fn rect(&mut self, class: &str, (x, y): (f64, f64), (width, height): (f64, f64)) {
        let _ = writeln!(
            self.body,
            "<rect{} x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
            classed(class),
            n(x),
            n(y),
            n(width),
            n(height)
        );
    }

    /// A circle.
    pub(super) fn circle(&mut self, class: &str, (x, y): (f64, f64), radius: f64) {
        let _ = writeln!(
            self.body,
            "<circle{} cx=\"{}\" cy=\"{}\" r=\"{}\"/>",
            classed(class),
            n(x),
            n(y),
            n(radius)
        );
    }

    /// What is drawn inside belongs together: it has words of its own on hover, and leads somewhere if it has an address.
    pub(super) fn part(
        &mut self,
        class: &str,
        href: Option<String>,
        title: &str,
        inside: impl FnOnce(&mut Self),
    ) {
        let tag = if href.is_some() { "a" } else { "g" };
        let href = href.map_or(String::new(), |href| format!(" href=\"{}\"", escape(&href)));
        let _ = write!(self.body, "<{tag}{}{href}>", classed(class));
        if !title.is_empty() {
            let _ = write!(self.body, "<title>{}</title>", escape(title));
        }
        inside(self);
        let _ = writeln!(self.body, "</{tag}>");
    }
}

fn classed(class: &str) -> String {
    if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") }
}

/// Rules without what only people need.
fn flat(style: &str) -> String {
    style.lines().map(str::trim).filter(|l| !l.starts_with("/*")).collect()
}

/// A number as short as it is exact enough: one place after the point.
pub(super) fn n(number: f64) -> String {
    let tenths = (number * 10.0).round();
    if tenths == 0.0 {
        return "0".into();
    }
    let text = format!("{:.1}", tenths / 10.0);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// Text as it stands between tags and in quotes; characters that nobody sees, or that turn the direction of words, are
/// spelled out.
pub(super) fn escape(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    for c in visible(words).chars() {
        match c {
            '&' => text += "&amp;",
            '<' => text += "&lt;",
            '>' => text += "&gt;",
            '"' => text += "&quot;",
            '\'' => text += "&#39;",
            // Line breaks stay: titles have lines.
            '\u{fffe}' | '\u{ffff}' => text.push('\u{fffd}'),
            c => text.push(c),
        }
    }
    text
}

/// How much wider than usual a face may run.
const WIDEST: f64 = 1.12;

/// How wide words are likely to come out in a plain sans-serif face, rather too wide than too narrow.
pub(super) fn measure(words: &str, size: f64) -> f64 {
    words.chars().map(width_of).sum::<f64>() * size * WIDEST
}

fn width_of(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '.' | ',' | '\'' | ':' | ';' | '!' | '|' => 0.25,
        ' ' | 'f' | 't' | 'I' | '(' | ')' | '/' | '[' | ']' => 0.31,
        'r' | '-' => 0.36,
        'm' | 'M' | 'W' | '@' | '%' => 0.88,
        'w' | 'G' | 'O' | 'Q' | '&' => 0.77,
        'A'..='Z' => 0.68,
        '\0'..='\u{7f}' => 0.56,
        '\u{80}'..='\u{2fff}' => 0.65,
        _ => 1.0,
    }
}

/// Words cut so that they come out no wider than this.
pub(super) fn fit(words: &str, size: f64, width: f64) -> String {
    if measure(words, size) <= width {
        return words.to_owned();
    }
    let mut left = width / (size * WIDEST) - width_of('…');
    let kept = words.chars().take_while(|c| {
        left -= width_of(*c);
        left >= 0.0
    });
    kept.collect::<String>().trim_end_matches([' ', '-', ',', ':']).to_owned() + "…"
}

/// Words broken into lines of at most this width, and at most so many; what is left over ends the last line.
pub(super) fn wrap(words: &str, size: f64, width: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split_whitespace() {
        let is_last = lines.len() == most;
        match lines.last_mut() {
            Some(line) if is_last || measure(&format!("{line} {word}"), size) <= width => {
                line.push(' ');
                *line += word;
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.iter().map(|line| fit(line, size, width)).collect()
}

/// A number with the word for what it counts.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
