//! A QR code as a picture in a file.

use std::io;
use std::path::{Path, PathBuf};

use qrcode::QrCode;
use qrcode::render::svg;

use super::code;
use super::error::ShowProblem;
use crate::private_file::{PrivateFile, is_stream};

/// Pixels along each side of a module.
const SCALE: u32 = 8;

#[derive(Clone, Copy)]
enum Kind {
    Svg,
    Png,
}

/// A file that appears under its name only when it is complete. Only its owner can read it: whoever opens the link
/// first registers their phone.
pub(super) struct CodeFile {
    path: PathBuf,
    kind: Kind,
    file: PrivateFile,
}

impl CodeFile {
    /// Makes sure that it can be written, before there is a link to write.
    pub(super) fn create(path: &Path) -> Result<Self, ShowProblem> {
        let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
        let is_stream = is_stream(path);
        let kind = match ending.as_deref() {
            Some("svg") => Kind::Svg,
            Some("png") => Kind::Png,
            // `/dev/stdout` has none.
            _ if is_stream => Kind::Svg,
            _ => return Err(ShowProblem::Ending),
        };
        if path.exists() && !is_stream {
            return Err(ShowProblem::Exists(path.display().to_string()));
        }
        let file = PrivateFile::create(path).map_err(|source| failed(path, source))?;
        Ok(Self { path: path.to_owned(), kind, file })
    }

    pub(super) fn write(self, link: &str) -> Result<(), ShowProblem> {
        let code = code::for_file(link)?;
        let bytes = match self.kind {
            Kind::Svg => Ok(svg(&code).into_bytes()),
            Kind::Png => png(&code),
        };
        // Fails if a file has been created there meanwhile.
        let written = bytes.and_then(|bytes| self.file.keep_new(&bytes));
        written.map_err(|source| failed(&self.path, source))
    }
}

fn failed(path: &Path, source: io::Error) -> ShowProblem {
    ShowProblem::File { path: path.display().to_string(), source }
}

fn svg(code: &QrCode) -> String {
    code.render::<svg::Color<'_>>().module_dimensions(SCALE, SCALE).build()
}

/// A PNG with one bit for each pixel. qrcode's own renderer would need the large crate `image`.
fn png(code: &QrCode) -> io::Result<Vec<u8>> {
    let drawing = code.render().dark_color('#').light_color(' ').module_dimensions(1, 1).build();
    let mut rows = Vec::new();
    for line in drawing.lines() {
        // Eight pixels are a byte.
        let row: Vec<u8> = line.bytes().map(|module| if module == b'#' { 0 } else { u8::MAX }).collect();
        (0..SCALE).for_each(|_| rows.extend_from_slice(&row));
    }
    let side = u32::try_from(drawing.lines().count()).map_err(io::Error::other)? * SCALE;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&rows)?;
    writer.finish()?;
    Ok(bytes)
}
