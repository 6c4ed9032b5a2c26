//! Guide pages: Markdown to HTML. Raw HTML becomes text, and only links to the web stay links.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

/// Renders a section of a guide; headings in it sink below the page's own.
pub(crate) fn render(text: &str) -> String {
    let mut dead_links = 0;
    let parser = Parser::new_ext(text, Options::ENABLE_TABLES);
    let safe = parser.filter_map(|event| match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Some(Event::Text(raw)),
        Event::Start(Tag::Link { ref dest_url, .. }) if !is_safe(dest_url) => {
            dead_links += 1;
            None
        }
        Event::End(TagEnd::Link) if dead_links > 0 => {
            dead_links -= 1;
            None
        }
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Heading { .. }) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::Heading(_)) => Some(Event::End(TagEnd::Paragraph)),
        other => Some(other),
    });
    let mut out = String::with_capacity(text.len() * 5 / 4);
    html::push_html(&mut out, safe);
    out
}

fn is_safe(link: &str) -> bool {
    link.starts_with("https://") || link.starts_with("http://")
}

/// A guide cut into its title and what stands before the first section.
pub(crate) fn opening(guide: &str) -> (&str, &str) {
    let before = guide.find("\n## ").map_or(guide, |at| &guide[..at]);
    match before.strip_prefix("# ") {
        Some(rest) => rest.split_once('\n').map_or((rest, ""), |(title, text)| (title, text.trim())),
        None => ("", before),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_text_becomes_markup_of_its_own() {
        let page = render(
            "**Do.** <script>alert(1)</script> [x](javascript:alert(1)) ![i](http://a/b.png)\n\n<img onerror=x>\n",
        );
        assert!(page.contains("<strong>Do.</strong>"));
        for bad in ["<script", "<img", "javascript:", "href"] {
            assert!(!page.contains(bad), "{page}");
        }
        assert!(render("[x](https://a.example/)").contains("href=\"https://a.example/\""));
    }

    #[test]
    fn a_guide_opens_with_its_title() {
        assert_eq!(opening("# T\n\nText.\n\n## a\n\nMore"), ("T", "Text."));
        assert_eq!(opening("Text"), ("", "Text"));
    }
}
