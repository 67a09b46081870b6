//! The forms that sign and send a call. They work once the page's script runs.

use iampass_auth::headers;
use iampass_reference::Operation;
use maud::{Markup, html};

/// An application to sign for. Its secret is there when the page may have it.
#[derive(Clone, Copy)]
pub(crate) struct SigningApplication<'a> {
    pub(crate) id: &'a str,
    pub(crate) secret: Option<&'a str>,
}

impl std::fmt::Debug for SigningApplication<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningApplication").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The choice of the application that all forms sign for.
pub(super) fn applications(applications: Option<&[SigningApplication<'_>]>) -> Markup {
    html! {
        section.chapter #applications aria-labelledby="applications-title" {
            h2 #applications-title { "Try it out" }
            p {
                "Each operation below has a form that signs the call in this browser and sends it to this emulator. "
                "Choose for which application. The secret stays in this page."
            }
            noscript { p.notice { "The forms need JavaScript: the browser computes the signature." } }
            p.notice #no-crypto hidden {
                "This browser computes signatures over https or on a loopback address alone. "
                "Open this page at such an address to use the forms."
            }
            form.signer #signer autocomplete="off" hidden
                data-authentication=(headers::AUTHENTICATION) data-timestamp=(headers::TIMESTAMP)
                data-version=(headers::VERSION) data-version-vendor-spelling=(headers::VERSION_VENDOR_SPELLING)
                data-protocol=(headers::PROTOCOL_VERSION) {
                div.field {
                    label for="application" { "Application" }
                    @if let Some(applications) = applications {
                        select #application {
                            @for application in applications {
                                option value=(application.id) data-secret=[application.secret] { (application.id) }
                            }
                        }
                    } @else {
                        input #application type="text" spellcheck="false" autocomplete="off";
                    }
                }
                details.field open[applications.is_none()] {
                    summary { "Secret" }
                    label for="secret" { "Secret, as issued" }
                    input #secret type="text" spellcheck="false" autocomplete="off" aria-describedby="secret-hint";
                    p.quiet #secret-hint {
                        "It is filled in if the emulator has it and may tell; change it to see a refusal."
                    }
                }
            }
        }
    }
}

/// The form of one operation. The application's id comes from the choice above.
pub(super) fn form(operation: &Operation<'_>, path: &str) -> Markup {
    let id = operation.id;
    html! {
        form.try-out hidden autocomplete="off" data-method=(operation.method) data-path=(path) aria-label={ "Try " (id) } {
            h4 { "Try it out" }
            div.outcome role="status" {}
            @for parameter in operation.parameters.iter().filter(|parameter| parameter.name != "application_id") {
                @let field = format!("{id}-{}", parameter.name);
                div.field {
                    label for=(field) { code { (parameter.name) } @if !parameter.required { " (optional)" } }
                    input type="text" id=(field) name=(parameter.name) data-in=(parameter.place) spellcheck="false"
                        required[parameter.required]
                        value=[parameter.example.as_ref().filter(|_| parameter.required)];
                }
            }
            @for body in &operation.bodies {
                @let field = format!("{id}-body");
                div.field {
                    label for=(field) { "Body, " code { (body.media_type) } }
                    textarea id=(field) data-in="body" data-type=(body.media_type) rows="5" spellcheck="false" {
                        @if let Some(example) = &body.example { (example) }
                    }
                }
            }
            div.actions {
                button.primary type="submit" { "Sign and send" }
                button.curl type="button" { "Copy as curl" }
            }
        }
    }
}
