//! How a registration link gets from the terminal to a phone: as a QR code, drawn or in a file, or through
//! the browser.

mod drawing;
mod file;
mod symbol;

use std::io;

use iampass_management::BaseUrl;

use crate::args::ShowArguments;
use crate::error::Failure;
use crate::output;

use self::drawing::Colours;
use self::file::CodeFile;
use self::symbol::Symbol;

/// The token of a link has so many characters, or fewer: the documentation shows 12, the emulator makes 32.
const TOKEN_LENGTH: usize = 32;

/// Why a link that was made could not be shown as it was to be.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ShowProblem {
    #[error("a QR code goes into a file that ends in .svg or .png")]
    Ending,
    #[error("the file {0} is there already")]
    Exists(String),
    #[error("the QR code cannot be written into {path}")]
    File { path: String, source: io::Error },
    #[error("the link is too long for a QR code")]
    TooLong,
    #[error("the terminal has {columns} columns and the QR code takes {needed}")]
    TooNarrow { columns: usize, needed: usize },
    #[error(
        "nothing was done: the terminal has {columns} columns, and the QR code of such a link takes {needed}"
    )]
    TooNarrowBefore { columns: usize, needed: usize },
    #[error("the link is not a web page, so it is not opened here")]
    NotAWebPage,
    #[error("no browser could be started")]
    Browser(#[source] io::Error),
}

impl ShowProblem {
    /// Whether it was found before anything was sent.
    pub(crate) fn is_usage(&self) -> bool {
        matches!(self, Self::Ending | Self::Exists(_) | Self::TooNarrowBefore { .. })
    }

    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Self::Ending => "name it as in `--qr-file link.svg`",
            Self::Exists(_) => "choose another name, or remove it; its link may still be good",
            Self::TooNarrowBefore { .. } => "make the terminal wider, or use --qr-file",
            Self::TooNarrow { .. } => "the link is printed; make the terminal wider, or use --qr-file",
            Self::File { .. } | Self::TooLong | Self::NotAWebPage | Self::Browser(_) => {
                "if a link was made, it is printed"
            }
        }
    }
}

/// What is to be done with a link. Made before there is one, because making it has an effect.
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
        match check_width(&Symbol::for_screen(&typical)?) {
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
    let symbol = Symbol::for_screen(link)?;
    check_width(&symbol)?;
    output::message(drawing::drawn(&symbol, colours).trim_end_matches('\n'));
    Ok(())
}

fn check_width(symbol: &Symbol) -> Result<(), ShowProblem> {
    let needed = symbol.width();
    match output::columns() {
        Some(columns) if columns < needed => Err(ShowProblem::TooNarrow { columns, needed }),
        _ => Ok(()),
    }
}

/// Hands the link to the system. Other schemes than these start programs of all kinds.
fn open(link: &str) -> Result<(), ShowProblem> {
    if !link.starts_with("https://") && !link.starts_with("http://") {
        return Err(ShowProblem::NotAWebPage);
    }
    open::that(link).map_err(ShowProblem::Browser)
}
