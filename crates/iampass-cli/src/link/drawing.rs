//! A QR code in a terminal: a character for two modules, one above the other.

use std::env;

use super::symbol::Symbol;
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

/// The lines of a drawing.
pub(super) fn drawn(symbol: &Symbol, colours: Colours) -> String {
    let side = symbol.width();
    let mut lines = String::with_capacity(side * side * 2);
    for y in (0..side).step_by(2) {
        if colours == Colours::BlackOnWhite {
            lines.push_str(BLACK_ON_WHITE);
        }
        for x in 0..side {
            // A character's ink is what the text's colour is.
            let ink = |y: usize| match colours {
                // Below the last row there is nothing to draw, and nothing is the ground.
                Colours::LightText => y < side && !symbol.is_dark(x, y),
                Colours::BlackOnWhite | Colours::DarkText => symbol.is_dark(x, y),
            };
            lines.push(match (ink(y), ink(y + 1)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        if colours == Colours::BlackOnWhite {
            lines.push_str(RESET);
        }
        lines.push('\n');
    }
    lines
}
