//! The contract's descriptions, which are `CommonMark`.

use maud::{Markup, PreEscaped};
use pulldown_cmark::{Event, Parser, Tag, html};

/// HTML in the text becomes text, and a link that leads anywhere but to a web page becomes its words.
pub(crate) fn render(text: &str) -> Markup {
    let mut dropped = Vec::new();
    let events = Parser::new(text).filter_map(move |event| match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Some(Event::Text(raw)),
        // An image would have to come from elsewhere; its description is what is left.
        Event::Start(Tag::Image { .. }) | Event::End(pulldown_cmark::TagEnd::Image) => None,
        Event::Start(Tag::Link { ref dest_url, .. }) => {
            let keep = is_web(dest_url);
            dropped.push(!keep);
            keep.then_some(event)
        }
        Event::End(pulldown_cmark::TagEnd::Link) => (!dropped.pop().unwrap_or(false)).then_some(event),
        other => Some(other),
    });
    let mut rendered = String::with_capacity(text.len() * 2);
    html::push_html(&mut rendered, events);
    PreEscaped(rendered)
}

fn is_web(url: &str) -> bool {
    ["https://", "http://", "#"].iter().any(|start| url.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::render;

    #[test]
    fn what_descriptions_use_is_rendered() {
        let html = render("**Bold**, `a<b`.\n\n1. one\n2. [two](https://example.com/?a&b)").into_string();
        assert_eq!(
            html,
            "<p><strong>Bold</strong>, <code>a&lt;b</code>.</p>\n<ol>\n<li>one</li>\n\
             <li><a href=\"https://example.com/?a&amp;b\">two</a></li>\n</ol>\n"
        );
    }

    #[test]
    fn html_and_odd_links_stay_text() {
        let html =
            render("<script>x</script>\n\na <b onclick=x>b</b> [c](javascript:x) ![d](https://e/f.png)");
        let html = html.into_string();
        for tag in ["<script", "<b", "<a", "<img"] {
            assert!(!html.contains(tag), "{html}");
        }
        assert!(html.contains("&lt;script&gt;x&lt;/script&gt;") && html.contains(" c d"), "{html}");
    }
}
