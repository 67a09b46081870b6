//! Links as QR codes.

use maud::{Markup, PreEscaped, html};
use qrcode::QrCode;
use qrcode::render::svg;

/// A link to scan. Black on white in the dark too: cameras expect it.
pub(super) fn qr_code(link: &str) -> Markup {
    let Ok(code) = QrCode::new(link) else {
        return html! { p.quiet { "The link is too long for a QR code." } };
    };
    let picture = code.render::<svg::Color<'_>>().min_dimensions(200, 200).build();
    let svg = picture.find("<svg").and_then(|start| picture.get(start..)).unwrap_or_default();
    html! { div.qr role="img" aria-label="The link as a QR code" { (PreEscaped(svg)) } }
}
