//! The part of the demo in which a user signs in, twice.

use iampass_authentication::{AuthenticationClient, Session, SessionStatus, UserId};

use super::stage::{Caller, Stage};
use crate::error::Failure;

/// The three calls of the Authentication API: a user agrees and is signed out later, then refuses.
pub(super) fn play(stage: &mut Stage, caller: &Caller, alice: &UserId) -> Result<(), Failure> {
    stage.scene("Sign Alice in", "authenticate_user")?;
    let session = start(stage, caller, alice)?;
    stage.tell("Her phone asks her, and she agrees. The calls that follow are signed by the session.")?;
    stage.answer_sign_in(true)?;
    let in_session = caller.in_session(&session);

    stage.scene("Is Alice signed in?", "session_status")?;
    let status = ask(stage, &in_session, &session)?;
    stage.check(status.is_active(), "she is signed in")?;
    stage.tell(&format!("Yes: the session is `{status}`."))?;

    stage.scene("Sign Alice out", "end_session")?;
    stage.succeeds(&in_session, 200, async |client: AuthenticationClient| {
        client.session(session.store_with_secret()).end().await
    })?;
    stage.tell("The session has ended.")?;

    stage.scene("Sign Alice in once more", "authenticate_user")?;
    let session = start(stage, caller, alice)?;
    stage.tell("Her phone asks her again. It was not Alice who wanted that, so she refuses.")?;
    stage.answer_sign_in(false)?;

    stage.scene("Is Alice signed in now?", "session_status")?;
    let status = ask(stage, &caller.in_session(&session), &session)?;
    stage.check(status == SessionStatus::Cancelled, "she is not signed in")?;
    stage.tell(&format!("No: the session is `{status}`."))
}

fn start(stage: &mut Stage, caller: &Caller, user: &UserId) -> Result<Session, Failure> {
    let sign_in =
        stage.succeeds(caller, 202, async |client: AuthenticationClient| client.authenticate(user).await)?;
    sign_in.started().ok_or_else(|| stage.deviation("the phone is asked"))
}

fn ask(stage: &mut Stage, in_session: &Caller, session: &Session) -> Result<SessionStatus, Failure> {
    stage.succeeds(in_session, 200, async |client: AuthenticationClient| {
        client.session(session.store_with_secret()).status().await
    })
}
