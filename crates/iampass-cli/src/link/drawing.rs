//! A QR code in a terminal: a character for two modules, one above the other.

use std::env;

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

use crate::args::Drawing;
use crate::output;

/// Black on white by the numbers of the colour cube, which themes leave alone.
const BLACK_ON_WHITE: &str = "\u{1b}[38;5;16;48;5;231m";
const RESET: &str = "\u{1b}[0m";

/// What light and dark are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colours {
    /// Colours of our own.
    BlackOnWhite,
    /// The terminal's own, its text being light.
    LightText,
    /// The terminal's own, its text being dark.
    DarkText,
}

impl Colours {
    pub(super) fn choose(drawing: Drawing) -> Self {
        match drawing {
            Drawing::Auto if output::colours_on_stderr() => Self::BlackOnWhite,
            Drawing::Auto if ground_is_light() => Self::DarkText,
            Drawing::Light => Self::DarkText,
            Drawing::Auto | Drawing::Dark => Self::LightText,
        }
    }
}

/// As far as the terminal tells: some set `COLORFGBG` to `text;ground`, white being 7 or 15.
fn ground_is_light() -> bool {
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
    // What the renderer calls dark is printed, in the colour of the terminal's text, and what it calls light is left out.
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
