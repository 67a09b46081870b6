//! What the page of a user has about signing in.

use iampass_authentication::SessionStatus;
use maud::{Markup, html};

use super::paths::user_path;
use super::qr::qr_code;
use super::sign_ins::{Shown, list};
use crate::sign_in::SignInOutcome;

/// The user's sign-ins, and their automatic outcome.
#[derive(Clone, Debug)]
pub(crate) struct SignInsOfUser<'a> {
    /// The open ones first; of each, the newest.
    pub(crate) shown: Vec<Shown<'a>>,
    /// How many others there are, older ones.
    pub(crate) older: usize,
    pub(crate) outcome: Option<&'a SignInOutcome>,
}

/// The automatic outcomes, in the words of the form.
const OUTCOMES: [(SessionStatus, &str); 4] = [
    (SessionStatus::Active, "Each is approved"),
    (SessionStatus::Cancelled, "Each is denied"),
    (SessionStatus::Failed, "Each fails"),
    (SessionStatus::Timeout, "Each times out"),
];

/// Where the phone's page is.
pub(super) fn phone_link(phone_url: &str) -> Markup {
    html! {
        p.path { "Its page is " a href=(phone_url) { (phone_url) } }
        details #phone-qr { summary { "QR code of the phone" } (qr_code(phone_url)) }
    }
}

pub(super) fn section(application_id: &str, user_id: &str, sign_ins: &SignInsOfUser<'_>) -> Markup {
    let path = user_path(application_id, user_id);
    html! {
        section aria-labelledby="sign-ins-title" {
            h2 #sign-ins-title { "Sign-ins" }
            div #sign-ins data-live {
                @if sign_ins.shown.is_empty() {
                    p.empty { "None yet. They start with the operation authenticate_user, once there is a phone." }
                } @else {
                    (list(&sign_ins.shown, &format!("{path}/sign-ins"), false))
                }
                @if sign_ins.older > 0 { p { "And " (sign_ins.older) " older ones." } }
            }
            h3 { "Without anybody at the phone" }
            p #outcome-now data-live aria-live="polite" { (outcome(sign_ins.outcome)) }
            (form(&path, sign_ins.outcome))
        }
    }
}

fn outcome(outcome: Option<&SignInOutcome>) -> Markup {
    html! {
        @match outcome {
            Some(outcome) => {
                "Each sign-in becomes " code { (outcome.status().as_str()) } " by itself, "
                (outcome.after().as_millis()) " ms after its start."
            }
            None => "Each sign-in waits until somebody answers.",
        }
    }
}

fn form(path: &str, now: Option<&SignInOutcome>) -> Markup {
    let after_ms = now.map_or(0, |outcome| outcome.after().as_millis());
    html! {
        form.row method="post" action={ (path) "/outcome" } {
            div.field {
                label for="outcome" { "What becomes of the next ones" }
                select #outcome name="outcome" {
                    option value="" { "Each waits for an answer" }
                    @for (status, words) in OUTCOMES {
                        option value=(status.as_str()) selected[now.is_some_and(|now| *now.status() == status)] { (words) }
                    }
                }
            }
            div.field {
                label for="after" { "After milliseconds" }
                input #after type="number" name="after_ms" min="0" step="1" value=(after_ms) required;
            }
            button type="submit" { "Set" }
        }
    }
}
