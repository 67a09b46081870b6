//! What makes the emulator misbehave, and what sets it right.

use maud::{Markup, html};

use super::Page;
use super::banner::{Banner, moved};
use super::layout::{Frame, Place, heading, page};
use super::time::date_and_time;

/// What the page of controls shows.
#[derive(Clone, Debug)]
pub(crate) struct Controls<'a> {
    pub(crate) unix_seconds: u64,
    pub(crate) faults: Vec<Fault>,
    /// The operations that a fault can be for.
    pub(crate) operations: Vec<&'a str>,
    pub(crate) banner: Banner,
}

/// An injected fault, in words.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) what: String,
    pub(crate) calls: String,
    pub(crate) struck: u64,
}

/// Units of the time that the clock is moved by, in seconds.
const UNITS: [(u32, &str); 4] = [(1, "seconds"), (60, "minutes"), (3_600, "hours"), (86_400, "days")];

pub(crate) fn controls(controls: &Controls<'_>) -> Page {
    let content = html! {
        (heading(&html! { h1 { "Controls" } }))
        section aria-labelledby="clock-title" {
            h2 #clock-title { "Clock" }
            p #clock data-live { (clock(controls)) }
            form.row method="post" action="/controls/clock" {
                div.field {
                    label for="amount" { "Move it by" }
                    input #amount type="number" name="amount" step="1" value="-10" required;
                }
                div.field {
                    label for="unit" { "Unit" }
                    select #unit name="unit" {
                        @for (seconds, name) in UNITS { option value=(seconds) selected[seconds == 60] { (name) } }
                    }
                }
                button type="submit" { "Move the clock" }
            }
            form method="post" action="/controls/right-clock" { button type="submit" { "Set the clock right" } }
        }
        section aria-labelledby="faults-title" {
            h2 #faults-title { "Faults" }
            p { "They apply to calls that are rightly signed: the first that fits each call." }
            div #faults data-live { (faults(&controls.faults)) }
            (injection(&controls.operations))
        }
        section aria-labelledby="reset-title" {
            h2 #reset-title { "Reset" }
            p { "Forget all users, phones, links, sign-ins, requests and faults." }
            p { a.button.danger href="/controls/reset" { "Reset the emulator…" } }
        }
    };
    page(Frame { title: "Controls", place: Place::Controls, banner: Some(controls.banner) }, &content)
}

fn clock(controls: &Controls<'_>) -> Markup {
    html! {
        "It shows " (date_and_time(controls.unix_seconds)) ", "
        @match controls.banner.clock_moved_by {
            0 => "which is right.",
            seconds => strong { (moved(seconds)) "." },
        }
    }
}

fn faults(faults: &[Fault]) -> Markup {
    html! {
        @if faults.is_empty() { p.empty { "No fault is injected." } }
        @else {
            table {
                thead { tr { th scope="col" { "Fault" } th scope="col" { "Calls" } th scope="col" { "Struck" } } }
                tbody {
                    @for fault in faults {
                        tr { th scope="row" { (fault.what) } td { (fault.calls) } td.number { (fault.struck) } }
                    }
                }
            }
            form method="post" action="/controls/clear-faults" { button type="submit" { "Clear all faults" } }
        }
    }
}

fn injection(operations: &[&str]) -> Markup {
    html! {
        form.card method="post" action="/controls/faults" {
            h3 { "Inject a fault" }
            div.fields {
                div.field {
                    label for="kind" { "What goes wrong" }
                    select #kind name="kind" {
                        option value="status" { "The response has another status" }
                        option value="delay" { "The response is late" }
                        option value="reset" { "The connection is reset" }
                        option value="cut_body" { "Half of the body arrives" }
                    }
                }
                div.field {
                    label for="operation" { "For" }
                    select #operation name="operation" {
                        option value="" { "Any operation" }
                        @for operation in operations { option value=(operation) { (operation) } }
                    }
                }
                div.field {
                    label for="status" { "Status, if it is another" }
                    input #status type="number" name="status" min="200" max="599" value="503";
                }
                div.field {
                    label for="retry-after" { "Its Retry-After, in seconds (optional)" }
                    input #retry-after type="number" name="retry_after" min="0";
                }
                div.field {
                    label for="delay" { "Delay in milliseconds" }
                    input #delay type="number" name="delay_ms" min="0" value="0";
                }
                div.field {
                    label for="selection" { "How often" }
                    select #selection name="selection" {
                        option value="times" { "The next calls, as many as below" }
                        option value="always" { "Every call" }
                        option value="share" { "Some calls in a hundred, as many as below" }
                    }
                }
                div.field {
                    label for="calls" { "Number of calls" }
                    input #calls type="number" name="calls" min="1" value="1";
                }
                div.field.check {
                    input #applied type="checkbox" name="applied" value="yes";
                    label for="applied" { "The operation takes effect all the same" }
                }
            }
            button.primary type="submit" { "Inject" }
        }
    }
}
