//! Reads pages and answers for what a web server should not show.

use assize_model::catalogue::WebPath;

use crate::http::{codec::Answer, page};

/// What a request carries that harmless markup is made of, as it is sent and as it looks when nothing escapes it.
pub const MARK_SENT: &str = "%3Cassize%22%3E";
/// The same, unescaped.
pub const MARK_SHOWN: &str = "<assize\">";
/// What a `link` says of itself that a browser loads; `canonical`, `alternate` and others only name an address.
const LOADED: [&str; 4] = ["icon", "manifest", "load", "stylesheet"];
/// Most addresses of a page that are kept, and the longest.
const MOST_ADDRESSES: usize = 32;
const LONGEST_ADDRESS: usize = 300;

/// The security headers that a page does not send.
pub fn lacks(answer: &Answer, tls: bool) -> Vec<String> {
    let policy = answer.header("content-security-policy").to_ascii_lowercase();
    let has = |name: &str| !answer.header(name).is_empty();
    let wanted = [
        ("Content-Security-Policy", !policy.is_empty()),
        ("X-Content-Type-Options", has("x-content-type-options")),
        ("X-Frame-Options", has("x-frame-options") || policy.contains("frame-ancestors")),
        ("Referrer-Policy", has("referrer-policy")),
        ("Strict-Transport-Security", !tls || has("strict-transport-security")),
    ];
    wanted.iter().filter(|(_, is_there)| !is_there).map(|(name, _)| (*name).to_owned()).collect()
}

/// Addresses that a page draws in or sends its forms to: the values of `src`, `action`, `data` and `poster`, and of
/// `href` in a `link` that a browser loads, each with the name of its element.
pub fn drawn_in(html: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(html);
    let mut found = Vec::new();
    let mut rest = text.as_ref();
    while let Some(open) = rest.find('<') {
        rest = &rest[open + 1..];
        // Each byte is read in one tag alone, however few of them are closed.
        let tag = &rest[..rest.find(['<', '>']).unwrap_or(rest.len())];
        let name: String =
            tag.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        let loads = || {
            page::attributes(tag).any(|(key, value)| {
                key.eq_ignore_ascii_case("rel")
                    && LOADED.iter().any(|rel| value.to_ascii_lowercase().contains(rel))
            })
        };
        let is_drawn = |key: &str| match key.to_ascii_lowercase().as_str() {
            "src" | "action" | "data" | "poster" => true,
            "href" => name == "link" && loads(),
            _ => false,
        };
        let drawn = page::attributes(tag).filter(|(key, _)| is_drawn(key));
        for (_, value) in drawn.take(MOST_ADDRESSES - found.len()) {
            found.push((name.clone(), value.chars().take(LONGEST_ADDRESS).collect()));
        }
    }
    found
}

/// What a page served inside TLS draws in over clear HTTP.
pub fn mixed(html: &[u8]) -> Vec<String> {
    let clear = |address: &String| address.to_ascii_lowercase().starts_with("http://");
    drawn_in(html).into_iter().map(|(_, address)| address).filter(clear).collect()
}

/// Folders of the same server that a page draws from, as `/css/`; at most `most`.
pub fn folders(html: &[u8], most: usize) -> Vec<String> {
    let mut folders: Vec<String> = Vec::new();
    for (_, address) in drawn_in(html) {
        let path = address.strip_prefix("./").unwrap_or(&address);
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        let is_own = !path.starts_with("//") && !address.contains(':');
        let folder = path.rfind('/').map(|end| path[..=end].to_owned()).filter(|f| f.len() > 1);
        let is_sound = |f: &String| f.bytes().all(|b| b.is_ascii_graphic() && b != b'?' && b != b'#');
        if let Some(folder) = folder.filter(|f| is_own && is_sound(f))
            && folders.len() < most
            && !folders.contains(&folder)
        {
            folders.push(folder);
        }
    }
    folders
}

/// Whether an answer lists the contents of a directory.
pub fn is_listing(answer: &Answer) -> bool {
    let title = page::title(&answer.body).to_ascii_lowercase();
    let head = String::from_utf8_lossy(&answer.body[..answer.body.len().min(2048)]).to_ascii_lowercase();
    answer.status == 200
        && (title.starts_with("index of")
            || title.starts_with("directory listing")
            || head.contains("<h1>index of"))
}

/// Whether the answer to a listed path shows that the thing is there, next to the answers to made-up paths.
pub fn is_there(row: &WebPath, answer: &Answer, made_up: &[Answer]) -> bool {
    if !(200..300).contains(&answer.status) || answer.body.is_empty() {
        return false;
    }
    let holds = |a: &Answer| !row.holds.is_empty() && contains(&a.body, &row.holds);
    if !row.holds.is_empty() {
        return holds(answer) && !made_up.iter().any(holds);
    }
    !made_up.iter().any(|other| is_alike(answer, other))
}

/// Whether what is there is surely what the list says: its own text is in it, or it is no page on a server that tells
/// made-up paths from real ones.
pub fn is_sure(row: &WebPath, answer: &Answer, made_up: &[Answer]) -> bool {
    let tells = !made_up.is_empty() && made_up.iter().all(|a| a.status == 404);
    let is_page = answer.header("content-type").contains("html") || contains(&answer.body, "<html");
    !row.holds.is_empty() || (tells && !is_page)
}

/// Whether a server answers two paths in the same way: same status, and a body of about the same length or title.
fn is_alike(one: &Answer, other: &Answer) -> bool {
    let (a, b) = (one.body.len(), other.body.len());
    let is_close = a.abs_diff(b) <= 64.max(a.max(b) / 20);
    let title = page::title(&one.body);
    one.status == other.status && (is_close || (!title.is_empty() && title == page::title(&other.body)))
}

/// Whether the mark comes back as markup in a page. What names no kind is a page where it looks like one.
pub fn reflects(answer: &Answer) -> bool {
    let media = answer.header("content-type").to_ascii_lowercase();
    let is_shown = !(300..400).contains(&answer.status);
    let is_page = media.contains("html") || (media.is_empty() && contains(&answer.body, "<html"));
    is_shown && is_page && contains(&answer.body, MARK_SHOWN)
}

fn contains(body: &[u8], text: &str) -> bool {
    body.windows(text.len().max(1)).any(|w| w == text.as_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
        let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Answer { status, headers, body: body.into(), is_complete: true }
    }

    fn row(holds: &str) -> WebPath {
        WebPath { path: "/x".into(), holds: holds.into(), ..WebPath::default() }
    }

    #[test]
    fn headers_that_are_not_there() {
        let good = answer(
            200,
            &[
                ("content-security-policy", "Frame-Ancestors 'none'"),
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "x"),
            ],
            "",
        );
        assert_eq!(lacks(&good, false), [""; 0]);
        assert_eq!(lacks(&good, true), ["Strict-Transport-Security"]);
        assert_eq!(lacks(&Answer::default(), true).len(), 5);
    }

    #[test]
    fn what_a_page_draws_in() {
        let html =
            b"<img src='http://a/b.png'><script defer src=\"/js/app.js\"></script><a href=\"http://x\">\
                     <link rel=canonical href=http://c/d><link rel=stylesheet href=css/main.css><form action=\"http://a/login\"><img src=http://u/v";
        assert_eq!(mixed(html), ["http://a/b.png", "http://a/login", "http://u/v"]);
        assert_eq!(folders(html, 9), ["/js/", "/css/"]);
        assert_eq!(folders(html, 1), ["/js/"]);
        assert_eq!(folders(b"<img src='//evil/x/y'><img src='data:a/b'><img src='/a b/c'>", 9), [""; 0]);
    }

    #[test]
    fn a_catch_all_shows_nothing() {
        let app = answer(200, &[], "<html><title>App</title> the app of the device, as on every path");
        let all = [app.clone(), app.clone()];
        assert!(!is_there(&row(""), &app, &all));
        assert!(!is_there(&row("the app"), &app, &all), "what made-up paths hold too proves nothing");
        let secret = answer(200, &[], "ref: refs/heads/main");
        assert!(is_there(&row("ref: "), &secret, &all) && is_sure(&row("ref: "), &secret, &all));
        assert!(!is_there(&row("ref: "), &answer(404, &[], "ref: "), &[]));
        let honest = [answer(404, &[], "no"), answer(404, &[], "no")];
        assert!(is_there(&row(""), &answer(200, &[], "a=1"), &honest));
        assert!(is_sure(&row(""), &answer(200, &[], "a=1"), &honest));
        assert!(!is_sure(&row(""), &answer(200, &[("content-type", "text/html")], "a"), &honest));
        assert!(!is_sure(&row(""), &answer(200, &[], "a=1"), &all));
    }

    #[test]
    fn listings_and_marks() {
        assert!(is_listing(&answer(200, &[], "<title>Index of /logs</title>")));
        assert!(!is_listing(&answer(403, &[], "<title>Index of /logs</title>")));
        assert!(reflects(&answer(404, &[("content-type", "text/html")], "no <assize\"> here")));
        assert!(!reflects(&answer(404, &[("content-type", "text/html")], "no &lt;assize&quot;&gt; here")));
        assert!(!reflects(&answer(200, &[("content-type", "application/json")], "<assize\">")));
        assert!(!reflects(&answer(404, &[], "GET /<assize\">: nothing here")));
        assert!(!reflects(&answer(302, &[("content-type", "text/html")], "to <assize\">")));
        assert!(reflects(&answer(404, &[], "<html>no <assize\"> here")));
    }

    proptest! {
        #[test]
        fn any_soup(html in "(<|>|\"|'|=| |src|href|link|img|http://|/|a|ü|\\.){0,60}") {
            prop_assert!(drawn_in(html.as_bytes()).len() <= MOST_ADDRESSES);
            mixed(html.as_bytes());
            folders(html.as_bytes(), 8);
        }

        #[test]
        fn any_bytes(body in prop::collection::vec(any::<u8>(), 0..300)) {
            let a = Answer { status: 200, body, ..Answer::default() };
            is_there(&row(""), &a, std::slice::from_ref(&a));
            is_sure(&row("x"), &a, &[]);
            is_listing(&a);
            reflects(&a);
            drawn_in(&a.body);
        }
    }
}
