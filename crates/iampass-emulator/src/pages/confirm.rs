//! The question before what cannot be undone.

use maud::{Markup, html};

use super::Page;
use super::banner::Banner;
use super::layout::{Frame, Place, page};
use super::paths::user_path;
use super::text::foreign;

pub(crate) fn delete_user(application_id: &str, user_id: &str, banner: Banner) -> Page {
    let back = user_path(application_id, user_id);
    let title = html! { "Delete the user " (foreign(user_id)) "?" };
    let what = html! { p { "The user's phone and links go too, and sign-ins end. The links will say that they no longer work." } };
    question("Delete a user", Place::Console, &title, &what, "Delete the user", &back, banner)
}

pub(crate) fn reset(banner: Banner) -> Page {
    let title = html! { "Reset the emulator?" };
    let what = html! {
        p {
            "All users, phones, links, sign-ins, remembered requests and faults are forgotten, and the clock is set right. "
            "Applications stay."
        }
    };
    question("Reset", Place::Controls, &title, &what, "Reset the emulator", "/controls", banner)
}

/// The form goes to where the question is.
fn question(
    name: &str,
    place: Place,
    title: &Markup,
    what: &Markup,
    action: &str,
    back: &str,
    banner: Banner,
) -> Page {
    let content = html! {
        h1 { (title) }
        (what)
        form.actions method="post" {
            button.danger type="submit" { (action) }
            a.button href=(back) { "Cancel" }
        }
    };
    page(Frame { title: name, place, banner: Some(banner) }, &content)
}
