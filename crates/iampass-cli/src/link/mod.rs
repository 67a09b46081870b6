//! How a registration link gets from the terminal to a phone: as a QR code, drawn or in a file, or through
//! the browser.

mod code;
mod drawing;
mod error;
mod file;

use std::io;
use std::process::Stdio;

use iampass_management::{APPLICATION_SECRET_VARIABLE, BaseUrl};
use qrcode::QrCode;
use reqwest::Url;

use crate::args::ShowArguments;
use crate::error::Failure;
use crate::output;

use self::drawing::Colours;
use self::error::ShowProblem;
use self::file::CodeFile;

/// The longest token of a link: the documentation shows 12 characters, the emulator makes 32.
const TOKEN_LENGTH: usize = 32;

/// How a link is to be shown. Prepared before the link is made, because making it has an effect.
pub(crate) struct Show {
    drawing: Option<Colours>,
    file: Option<CodeFile>,
    open: bool,
}

impl Show {
    /// Checks what can be checked beforehand.
    pub(crate) fn prepare(arguments: &ShowArguments) -> Result<Self, ShowProblem> {
        let file = arguments.qr_file.as_deref().map(CodeFile::create).transpose()?;
        Ok(Self { drawing: arguments.qr.map(Colours::choose), file, open: arguments.open })
    }

    /// Fails if the terminal is too narrow for the code of a link as this service makes them. The link itself is not
    /// known before it is made, and making it may disable a phone.
    pub(crate) fn check_width(&self, server: &BaseUrl) -> Result<(), ShowProblem> {
        if self.drawing.is_none() {
            return Ok(());
        }
        let typical = format!("{server}/register/{}", "0".repeat(TOKEN_LENGTH));
        match check_width(&code::for_screen(&typical)?) {
            Err(ShowProblem::TooNarrow { columns, needed }) => {
                Err(ShowProblem::TooNarrowBefore { columns, needed })
            }
            checked => checked,
        }
    }

    /// Shows the link, which has been printed by now. Each way is tried, whatever becomes of the others.
    pub(crate) fn link(self, link: &str) -> Result<(), Failure> {
        let drawn = self.drawing.map_or(Ok(()), |colours| draw(link, colours));
        let written = self.file.map_or(Ok(()), |file| file.write(link));
        let opened = if self.open { open(link) } else { Ok(()) };
        Ok(drawn.and(written).and(opened)?)
    }
}

fn draw(link: &str, colours: Colours) -> Result<(), ShowProblem> {
    let code = code::for_screen(link)?;
    check_width(&code)?;
    output::message_as_is(&drawing::drawn(&code, colours));
    Ok(())
}

fn check_width(code: &QrCode) -> Result<(), ShowProblem> {
    let needed = drawing::width(code);
    match output::columns() {
        Some(columns) if columns < needed => Err(ShowProblem::TooNarrow { columns, needed }),
        _ => Ok(()),
    }
}

/// Hands the link to the system, as a URL that was parsed: other schemes than these start programs of all kinds, and a
/// text that is no URL may be an option or a command to the program that gets it. The secret is not the browser's business.
fn open(link: &str) -> Result<(), ShowProblem> {
    let url = Url::parse(link).ok().filter(|url| ["https", "http"].contains(&url.scheme()));
    let url = url.ok_or(ShowProblem::NotAWebPage)?;
    let mut problem = io::Error::from(io::ErrorKind::NotFound);
    for mut launcher in open::commands(url.as_str()) {
        launcher.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        match launcher.env_remove(APPLICATION_SECRET_VARIABLE).status() {
            Ok(status) if status.success() => return Ok(()),
            Ok(status) => problem = io::Error::other(status.to_string()),
            Err(error) => problem = error,
        }
    }
    Err(ShowProblem::Browser(problem))
}
