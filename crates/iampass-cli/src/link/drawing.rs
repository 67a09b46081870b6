//! A QR code in a terminal: a character for two modules, one above the other.

use std::env;

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

use crate::args::Drawing;
use crate::output;

/// Black on white by the numbers of the colour cube, which themes leave alone.
const BLACK_ON_WHITE: &str = "\u{1b}[38;5;16;48;5;231m";
const RESET: &str = "\u{1b}[0m";

/// The colours of a drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colours {
    /// Black on white, set by escape sequences.
    BlackOnWhite,
    /// The terminal's own colours, with light text.
    LightText,
    /// The terminal's own colours, with dark text.
    DarkText,
}

impl Colours {
    pub(super) fn choose(drawing: Drawing) -> Self {
        match drawing {
            Drawing::Auto if output::colours_on_stderr() => Self::BlackOnWhite,
            Drawing::Auto if background_is_light() => Self::DarkText,
            Drawing::Light => Self::DarkText,
            Drawing::Auto | Drawing::Dark => Self::LightText,
        }
    }
}

/// Some terminals set `COLORFGBG` to `text;background`, where 7 and 15 are white.
fn background_is_light() -> bool {
    let colours = env::var("COLORFGBG").unwrap_or_default();
    matches!(colours.rsplit(';').next(), Some("7" | "15"))
}

/// How many columns the drawing of a code takes.
pub(super) fn width(code: &QrCode) -> usize {
    /// The light margin that scanners need (ISO/IEC 18004); the renderer draws it.
    const QUIET_ZONE: usize = 4;
    code.width() + 2 * QUIET_ZONE
}

/// The lines of a drawing.
pub(super) fn drawn(code: &QrCode, colours: Colours) -> String {
    // The renderer prints a block in the text's colour for dark modules, and a blank for light ones.
    let (dark, light) = match colours {
        Colours::LightText => (Dense1x2::Light, Dense1x2::Dark),
        Colours::BlackOnWhite | Colours::DarkText => (Dense1x2::Dark, Dense1x2::Light),
    };
    let drawing = code.render().dark_color(dark).light_color(light).build();
    if colours != Colours::BlackOnWhite {
        return drawing;
    }
    let lines: Vec<_> = drawing.lines().map(|line| format!("{BLACK_ON_WHITE}{line}{RESET}")).collect();
    lines.join("\n")
}
