//! The page that stays open on a phone: who asks for a sign-in, and what came of the last ones.

use iampass_authentication::SessionStatus;
use maud::{Markup, html};

use super::super::text::foreign;
use super::super::time::time_of_day;
use super::super::{Page, layout};
use super::{badge, frame, screen};
use crate::sign_in::SignIn;

/// What a registered phone shows.
#[derive(Clone, Debug)]
pub(crate) struct Phone<'a> {
    pub(crate) application_id: &'a str,
    pub(crate) user_id: &'a str,
    /// What the user has yet to answer; one of them is shown at a time.
    pub(crate) asked: Option<&'a SignIn>,
    /// How many others wait.
    pub(crate) others: usize,
    /// The last ones that were answered or are over, the newest first.
    pub(crate) past: Vec<&'a SignIn>,
}

/// Why an answer came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotAnswered<'a> {
    /// It was answered before, or is over.
    Over(&'a SessionStatus),
    /// It is not the user's, or was forgotten.
    Unknown,
    /// The emulator's own trouble.
    Failed,
}

pub(crate) fn phone(phone: &Phone<'_>) -> Page {
    let content = html! {
        div #asked data-live aria-live="polite" {
            @match phone.asked {
                Some(sign_in) => (question(sign_in, phone.others)),
                None => (idle()),
            }
        }
        div #past data-live aria-live="polite" { (past(&phone.past)) }
    };
    let developers = html! {
        p { "The emulator plays this phone. Whoever has the address of this page can answer for the user." }
        dl {
            dt { "User" } dd { (foreign(phone.user_id)) }
            dt { "Application" } dd { (foreign(phone.application_id)) }
        }
    };
    // A page that is loaded anew while somebody goes through it by keyboard or ear starts over.
    let reloads = phone.asked.is_none();
    layout::bare_live("Phone", reloads, &frame(&content, &developers))
}

/// What stands there when a phone's token leads to no phone.
pub(crate) fn unknown() -> Page {
    screen(
        "No such phone",
        &html! {
            (badge("badge bad", &html! { path d="M12 6v7M12 17.5v.01" {} }))
            h1 { "This phone is not registered" }
            p { "Register it anew: ask for a link where you registered it." }
        },
        &html! {
            p {
                "It was reported lost, another phone took its place, or its user was deleted; or it was registered in an \
                 earlier run: state in memory ends with the emulator."
            }
        },
    )
}

/// What stands there when an answer came to nothing.
pub(crate) fn not_answered(why: &NotAnswered<'_>, path: &str) -> Page {
    let (title, advice) = match why {
        NotAnswered::Over(SessionStatus::Timeout) => {
            ("That was too late", "The application no longer waits. Sign in there again.")
        }
        NotAnswered::Over(_) => ("That is over", "It was answered before, or has ended."),
        NotAnswered::Unknown => ("No such sign-in", "The phone has no sign-in that this answers."),
        NotAnswered::Failed => ("That did not work", "Nothing was changed. Try again in a moment."),
    };
    screen(
        title,
        &html! {
            (badge("badge bad", &html! { path d="M12 6v7M12 17.5v.01" {} }))
            h1 { (title) }
            p { (advice) }
            p { a.button href=(path) { "Back to the phone" } }
        },
        &html! {
            @match why {
                NotAnswered::Over(status) => p { "The session is " code { (foreign(status.as_str())) } "." },
                NotAnswered::Unknown => p { "No sign-in of this user has the session token that was sent." },
                NotAnswered::Failed => p { "The emulator's state cannot be read or written; its log says why." },
            }
        },
    )
}

fn question(sign_in: &SignIn, others: usize) -> Markup {
    html! {
        (badge("badge ask", &html! { path d="M12 3l7 3v5c0 4.5-3 8.5-7 10-4-1.5-7-5.5-7-10V6zM9.5 12h5" {} }))
        h1 { "Is that you?" }
        p { (foreign(sign_in.application_id.as_str())) " asks to sign you in as" }
        p.account { (foreign(sign_in.user_id.as_str())) }
        form method="post" {
            input type="hidden" name="session_token" value=(sign_in.session_token);
            button.primary type="submit" name="answer" value="approve" { (approval(sign_in)) }
            button.danger type="submit" name="answer" value="deny" { "Deny" }
        }
        p.quiet {
            "Asked at " (time_of_day(sign_in.started_at))
            @if let Some(ends_at) = sign_in.ends_at { ", until " (time_of_day(ends_at)) }
            "."
            @if others > 0 { " " (others) @if others == 1 { " other waits." } @else { " others wait." } }
        }
    }
}

/// What the person does with the phone to say yes.
fn approval(sign_in: &SignIn) -> &'static str {
    let asks = |word: &str| sign_in.methods.iter().any(|method| method.as_str() == word);
    match (asks("device"), asks("facial")) {
        (false, false) => "Approve",
        (true, false) => "Unlock and approve",
        (false, true) => "Show face and approve",
        (true, true) => "Unlock, show face and approve",
    }
}

fn idle() -> Markup {
    html! {
        (badge("badge ask", &html! { path d="M8 3h8a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zM11 18h2" {} }))
        h1 { "No sign-in waits" }
        p { "When you sign in somewhere, the question comes here. Keep this page open." }
        p { a.button href="" { "Look again" } }
    }
}

fn past(past: &[&SignIn]) -> Markup {
    html! {
        @if !past.is_empty() {
            h2 { "Earlier sign-ins" }
            ul.past {
                @for sign_in in past {
                    li {
                        span { (became(&sign_in.session_status)) }
                        " " span.quiet { "asked at " (time_of_day(sign_in.started_at)) }
                    }
                }
            }
        }
    }
}

/// In the words of the one who holds the phone.
fn became(status: &SessionStatus) -> &str {
    match status {
        SessionStatus::Active => "You are signed in",
        SessionStatus::Walkaway => "You are away",
        SessionStatus::Closed => "You are signed out",
        SessionStatus::Cancelled => "Denied, or withdrawn",
        SessionStatus::Failed => "It failed",
        SessionStatus::Timeout => "Nobody answered",
        other => other.as_str(),
    }
}
