//! What a registration link leads to: what the person would see on the phone.

use maud::html;

use super::super::Page;
use super::super::text::foreign;
use super::{badge, screen};

/// Whom an open link is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Invited<'a> {
    pub(crate) application_id: &'a str,
    pub(crate) user_id: &'a str,
    pub(crate) display_name: Option<&'a str>,
}

/// Why a link does not lead to a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    Used,
    Dead,
    Expired,
    /// The user has a phone, and a second one is refused.
    SecondPhone,
    Unknown,
    /// The emulator's own trouble.
    Failed,
}

/// The question whether to register, with the one button.
pub(crate) fn invitation(invited: Invited<'_>) -> Page {
    screen(
        "Register this phone",
        &html! {
            (badge("badge ask", &html! { path d="M8 3h8a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zM11 18h2" {} }))
            h1 { "Register this phone?" }
            @match invited.display_name {
                Some(name) => {
                    p { "It will sign you in as" }
                    p.account { (foreign(name)) }
                }
                None => p { "It will sign you in to your account from now on, in the place of a password." }
            }
            form method="post" {
                button.primary type="submit" { "Register this phone" }
            }
            p.quiet { "If you did not ask for this, close the page. Nothing happens until you press the button." }
        },
        &html! {
            p { "The emulator plays the phone. This link registers it for:" }
            dl {
                dt { "User" } dd { (foreign(invited.user_id)) }
                dt { "Application" } dd { (foreign(invited.application_id)) }
            }
        },
    )
}

/// What stands there when the button was pressed and it worked.
pub(crate) fn registered(phone_path: &str) -> Page {
    screen(
        "Phone registered",
        &html! {
            (badge("badge good", &html! { path d="M5 12.5l4.5 4.5L19 7.5" {} }))
            h1 { "This phone is registered" }
            p { "When you sign in, you are asked on its page:" }
            p { a.button.primary href=(phone_path) { "Open the phone" } }
            p.quiet { "Keep that page open, and go back to where you came from." }
        },
        &html! {
            p {
                "From now on " code { "has_registered_mobile_device" } " returns " code { "true" }
                " for this user. The link is used up. Whoever has the address of the phone can answer for the user."
            }
        },
    )
}

/// What stands there when a link cannot be used.
pub(crate) fn closed(why: Closed) -> Page {
    let (title, advice, developers) = match why {
        Closed::Used => (
            "This link was used before",
            "Each link registers one phone, once. Ask for a new link where you got this one.",
            "The application asks for a new one with device_registration_link.",
        ),
        Closed::Dead => (
            "This link no longer works",
            "Ask for a new link where you got this one.",
            "Its user was deleted, or the user's phone was reported lost after the link was made.",
        ),
        Closed::Expired => (
            "This link has expired",
            "Ask for a new link where you got this one.",
            "The emulator's links have a lifetime, by its clock. The application asks for a new one with \
             device_registration_link.",
        ),
        Closed::SecondPhone => (
            "You have a phone already",
            "Another phone is registered for you. Report it lost where you got this link, and you get a new one.",
            "This emulator refuses a second phone. The link stays open; lost_user_mobile_device disables the first \
             phone and makes a new link.",
        ),
        Closed::Unknown => (
            "This link is not known",
            "Perhaps a part of it got lost on the way. Open it again from where you got it, or ask for a new one.",
            "This emulator has not made it, or made it in an earlier run: state in memory ends with the emulator.",
        ),
        Closed::Failed => (
            "That did not work",
            "Nothing was changed. Try again in a moment.",
            "The emulator's state cannot be read or written; its log says why.",
        ),
    };
    screen(
        title,
        &html! {
            (badge("badge bad", &html! { path d="M12 6v7M12 17.5v.01" {} }))
            h1 { (title) }
            p { (advice) }
        },
        &html! { p { (developers) } },
    )
}
