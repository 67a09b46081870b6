//! Sign-ins: who is asked, what has become of it, and what may become of it next.

use iampass_authentication::SessionStatus;
use maud::{Markup, html};

use super::Page;
use super::banner::Banner;
use super::layout::{Frame, Place, heading, page};
use super::paths::{sign_ins_path, user_path, users_path};
use super::text::foreign;
use super::time::time_of_day;
use crate::sign_in::{SignIn, is_in_progress, may_follow};

/// What the page of sign-ins shows.
#[derive(Clone, Debug)]
pub(crate) struct SignIns<'a> {
    /// Only those of this one.
    pub(crate) application_id: Option<&'a str>,
    /// The open ones first; of each, the newest.
    pub(crate) shown: Vec<Shown<'a>>,
    pub(crate) totals: &'a [(SessionStatus, u64)],
    pub(crate) banner: Banner,
}

/// A sign-in, and where its user's phone is while it waits.
#[derive(Clone, Debug)]
pub(crate) struct Shown<'a> {
    pub(crate) sign_in: &'a SignIn,
    pub(crate) phone_path: Option<String>,
}

pub(crate) fn sign_ins(sign_ins: &SignIns<'_>) -> Page {
    let content = html! {
        @if let Some(application_id) = sign_ins.application_id {
            nav.crumbs aria-label="Where you are" {
                ol {
                    li { a href="/" { "Console" } }
                    li { a href=(users_path(application_id)) { "Application" } }
                    li aria-current="page" { "Sign-ins" }
                }
            }
        }
        @match sign_ins.application_id {
            Some(id) => (heading(&html! { h1.id { span { "Sign-ins of the application " } (foreign(id)) } })),
            None => (heading(&html! { h1 { "Sign-ins" } })),
        }
        section aria-label="Sign-ins, the open ones first" {
            p.quiet #totals data-live aria-live="polite" { (totals(sign_ins.totals)) }
            div #sign-ins data-live { (all(sign_ins)) }
        }
    };
    page(Frame { title: "Sign-ins", place: Place::SignIns, banner: Some(sign_ins.banner) }, &content)
}

fn all(sign_ins: &SignIns<'_>) -> Markup {
    let total: u64 = sign_ins.totals.iter().map(|(_, count)| count).sum();
    let older = total.saturating_sub(sign_ins.shown.len() as u64);
    html! {
        @if sign_ins.shown.is_empty() {
            p.empty { "None yet. They start with the operation authenticate_user, for a user who has a phone." }
        } @else {
            (list(&sign_ins.shown, &sign_ins_path("/sign-ins/change", sign_ins.application_id), true))
        }
        @if older > 0 { p { "And " (older) " others." } }
    }
}

fn totals(totals: &[(SessionStatus, u64)]) -> Markup {
    html! {
        @if totals.is_empty() { "None are remembered." }
        @for (index, (status, count)) in totals.iter().enumerate() {
            @if index > 0 { ", " }
            (count) " " (status.as_str())
        }
        @if !totals.is_empty() { "; the open ones first, the newest of each." }
    }
}

/// The sign-ins one below the other. Their forms go to this path.
pub(super) fn list(sign_ins: &[Shown<'_>], change_path: &str, with_user: bool) -> Markup {
    html! { ol.requests.sign-ins { @for one in sign_ins { li { (row(one, change_path, with_user)) } } } }
}

fn row(shown: &Shown<'_>, change_path: &str, with_user: bool) -> Markup {
    let sign_in = shown.sign_in;
    let status = &sign_in.session_status;
    let next: Vec<_> = SessionStatus::KNOWN.into_iter().filter(|next| may_follow(status, next)).collect();
    html! {
        p.line {
            @if with_user { (whose(sign_in)) } @else { span { "Asked at " (time_of_day(sign_in.started_at)) } }
            " " (chip(status))
        }
        p.quiet {
            @if with_user { "Asked at " (time_of_day(sign_in.started_at)) ". " }
            @if let Some(ends_at) = sign_in.ends_at {
                @if is_in_progress(status) { "Waits until " } @else { "Lasts until " }
                (time_of_day(ends_at)) ". "
            }
            @if sign_in.methods.is_empty() { "Any method." } @else { "By " (methods(sign_in)) "." }
            " Session " code { (foreign(&sign_in.session_token)) } "."
        }
        @if !next.is_empty() {
            form.actions method="post" action=(change_path) {
                input type="hidden" name="session_token" value=(sign_in.session_token);
                @for next in &next {
                    button type="submit" name="session_status" value=(next.as_str()) { (act(status, next)) }
                }
                @if let Some(path) = &shown.phone_path { a.button href=(path) { "Open the phone" } }
            }
        }
    }
}

fn methods(sign_in: &SignIn) -> Markup {
    html! {
        @for (index, method) in sign_in.methods.iter().enumerate() {
            @if index > 0 { ", " }
            code { (method.as_str()) }
        }
    }
}

fn whose(sign_in: &SignIn) -> Markup {
    let (application_id, user_id) = (sign_in.application_id.as_str(), sign_in.user_id.as_str());
    html! {
        span.path {
            a href=(user_path(application_id, user_id)) { (foreign(user_id)) }
            " " span.quiet { "of " (foreign(application_id)) }
        }
    }
}

pub(super) fn chip(status: &SessionStatus) -> Markup {
    let class = match status {
        SessionStatus::Pending | SessionStatus::Identifying => "warn",
        SessionStatus::Active => "good",
        SessionStatus::Walkaway => "note",
        SessionStatus::Failed | SessionStatus::Cancelled | SessionStatus::Timeout => "bad",
        _ => "none",
    };
    html! { span class={ "chip " (class) } { (status.as_str()) } }
}

/// What somebody does so that the one state becomes the other.
fn act<'a>(from: &SessionStatus, to: &'a SessionStatus) -> &'a str {
    match to {
        SessionStatus::Identifying => "Pick up the phone",
        SessionStatus::Active if *from == SessionStatus::Walkaway => "Come back",
        SessionStatus::Active => "Approve",
        SessionStatus::Cancelled => "Deny",
        SessionStatus::Failed => "Fail",
        SessionStatus::Timeout => "Time out",
        SessionStatus::Walkaway => "Walk away",
        SessionStatus::Closed => "Sign out",
        other => other.as_str(),
    }
}
