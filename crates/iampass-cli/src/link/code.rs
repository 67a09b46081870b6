//! The QR code of a link.

use qrcode::{EcLevel, QrCode};

use super::error::ShowProblem;

/// As small as it can be: a screen has no scratches.
pub(super) fn for_screen(link: &str) -> Result<QrCode, ShowProblem> {
    new(link, EcLevel::L)
}

/// Readable even when it is printed and folded.
pub(super) fn for_file(link: &str) -> Result<QrCode, ShowProblem> {
    new(link, EcLevel::M)
}

fn new(link: &str, level: EcLevel) -> Result<QrCode, ShowProblem> {
    QrCode::with_error_correction_level(link, level).map_err(|_| ShowProblem::TooLong)
}
