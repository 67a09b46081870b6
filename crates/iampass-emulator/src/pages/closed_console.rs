//! What stands in the place of the console where it is off.

use maud::html;

use super::Page;
use super::layout::{Frame, Place, page};

/// The same for programs.
pub(crate) const TEXT: &str = "This is the IAMPASS emulator. Its console and its admin API are off, because other \
     machines can reach it, or because it was told so: whoever reaches them can read the secrets and change everything. \
     To turn them on, start it with `--admin` (in Rust `Builder::admin(true)`), or on a loopback address. Both APIs \
     and the pages of phones are served, and /docs is the reference.\n";

pub(crate) fn closed_console() -> Page {
    let content = html! {
        h1 { "The console is off" }
        p {
            "Console and admin API are off because other machines can reach this emulator, or because it was told so. "
            "Whoever reaches them can read the secrets and change everything."
        }
        section aria-labelledby="turn-on" {
            h2 #turn-on { "How to turn it on" }
            ul {
                li { "Start it with " code { "iampass emulator --admin" } ", in a network that you trust." }
                li { "Or listen on a loopback address, as it does by default: " code { "--listen 127.0.0.1:8080" } "." }
                li { "In Rust: " code { "Builder::admin(true)" } "." }
            }
        }
        p { "Both APIs and the pages of phones are served all the same. " a href="/docs" { "The reference" } " signs and sends calls from the browser." }
    };
    page(Frame { title: "The console is off", place: Place::Console, banner: None }, &content)
}
