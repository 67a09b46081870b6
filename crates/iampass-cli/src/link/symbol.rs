//! The QR code of a link, as modules.

use qrcode::{Color, EcLevel, QrCode};

use super::error::ShowProblem;

/// The light margin that scanners need, in modules (ISO/IEC 18004).
const QUIET_ZONE: usize = 4;

/// A square of dark and light modules, the margin included.
pub(super) struct Symbol {
    modules: Vec<Color>,
    side: usize,
}

impl Symbol {
    /// As small as it can be: a screen has no scratches.
    pub(super) fn for_screen(link: &str) -> Result<Self, ShowProblem> {
        Self::new(link, EcLevel::L)
    }

    /// Readable even when it is printed and folded.
    pub(super) fn for_file(link: &str) -> Result<Self, ShowProblem> {
        Self::new(link, EcLevel::M)
    }

    fn new(link: &str, level: EcLevel) -> Result<Self, ShowProblem> {
        let code = QrCode::with_error_correction_level(link, level).map_err(|_| ShowProblem::TooLong)?;
        let side = code.width();
        Ok(Self { modules: code.into_colors(), side })
    }

    /// Modules along each side.
    pub(super) fn width(&self) -> usize {
        self.side + 2 * QUIET_ZONE
    }

    /// Whether a module is dark. All beyond the code's edge are light.
    pub(super) fn is_dark(&self, x: usize, y: usize) -> bool {
        let inside = |place: usize| place.checked_sub(QUIET_ZONE).filter(|place| *place < self.side);
        match (inside(x), inside(y)) {
            (Some(x), Some(y)) => self.modules.get(y * self.side + x) == Some(&Color::Dark),
            _ => false,
        }
    }
}
