//! A QR code as a picture in a file.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use super::error::ShowProblem;
use super::symbol::Symbol;
use crate::private_file::PrivateFile;

/// Pixels along each side of a module.
const SCALE: usize = 8;

#[derive(Clone, Copy)]
enum Kind {
    Svg,
    Png,
}

/// A file that is there under its name only when it is complete. It is for its owner alone: whoever opens
/// the link first has registered their phone.
pub(super) struct CodeFile {
    path: PathBuf,
    kind: Kind,
    file: PrivateFile,
}

impl CodeFile {
    /// Makes sure that it can be written, before there is a link to write.
    pub(super) fn create(path: &Path) -> Result<Self, ShowProblem> {
        let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
        let kind = match ending.as_deref() {
            Some("svg") => Kind::Svg,
            Some("png") => Kind::Png,
            _ => return Err(ShowProblem::Ending),
        };
        if path.exists() {
            return Err(ShowProblem::Exists(path.display().to_string()));
        }
        let file = PrivateFile::create(path).map_err(|source| failed(path, source))?;
        Ok(Self { path: path.to_owned(), kind, file })
    }

    pub(super) fn write(self, link: &str) -> Result<(), ShowProblem> {
        let symbol = Symbol::for_file(link)?;
        let bytes = match self.kind {
            Kind::Svg => Ok(svg(&symbol).into_bytes()),
            Kind::Png => png(&symbol),
        };
        // Not over what has come there meanwhile.
        let written = bytes.and_then(|bytes| self.file.keep_new(&bytes));
        written.map_err(|source| failed(&self.path, source))
    }
}

fn failed(path: &Path, source: io::Error) -> ShowProblem {
    ShowProblem::File { path: path.display().to_string(), source }
}

/// One path of rectangles, a run of dark modules each.
fn svg(symbol: &Symbol) -> String {
    let side = symbol.width();
    let mut path = String::new();
    for y in 0..side {
        let mut x = 0;
        while x < side {
            let run = (x..side).take_while(|x| symbol.is_dark(*x, y)).count();
            if run > 0 {
                // Writing to a string cannot fail.
                let _ = write!(path, "M{x} {y}h{run}v1h-{run}z");
            }
            x += run + 1;
        }
    }
    let pixels = side * SCALE;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{pixels}\" height=\"{pixels}\" viewBox=\"0 0 {side} {side}\" \
         shape-rendering=\"crispEdges\"><rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path d=\"{path}\"/></svg>\n"
    )
}

/// Black and white, a bit for each pixel.
fn png(symbol: &Symbol) -> io::Result<Vec<u8>> {
    let side = symbol.width() * SCALE;
    // A module is a byte wide, for eight pixels are.
    let mut rows = Vec::with_capacity(side * symbol.width());
    for y in 0..side {
        rows.extend((0..symbol.width()).map(|x| if symbol.is_dark(x, y / SCALE) { 0 } else { u8::MAX }));
    }
    let mut bytes = Vec::new();
    let pixels = u32::try_from(side).map_err(io::Error::other)?;
    let mut encoder = png::Encoder::new(&mut bytes, pixels, pixels);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&rows)?;
    writer.finish()?;
    Ok(bytes)
}
