//! `iampass demo`: every call at work against a local IAMPASS. It checks what it shows.

mod error;
mod page;
mod recorder;
mod sign_ins;
mod stage;

use iampass_auth::Credentials;
use iampass_emulator::{Application, Emulator, StartError};
use iampass_management::{ManagementClient, UserId};

use self::error::failed;
use self::page::Page;
use self::stage::{Caller, Stage};
use super::emulator::StartFailure;
use crate::error::Failure;

/// Short, so that a signed header fits in a line.
const APPLICATION_ID: &str = "demo";
const ALICE: &str = "alice@example.com";
const BOB: &str = "bob@example.com";
const MALLORY: &str = "mallory@example.com";

pub(crate) fn run() -> Result<(), Failure> {
    let application = fresh_application()?;
    let emulator =
        Emulator::builder().application(application.clone()).start().map_err(StartFailure::from)?;
    let mut stage = Stage::new(emulator, Page::stdout())?;
    stage.introduce()?;

    let caller = stage.caller(application)?;
    users_and_phones(&mut stage, &caller)?;
    let stranger = stage.caller(fresh_application()?)?;
    wrong_secret(&mut stage, &stranger)?;
    sign_ins::play(&mut stage, &caller, &user(ALICE)?)?;
    stage.conclude()
}

/// The demo's application, with a secret made up now.
fn fresh_application() -> Result<Credentials, StartFailure> {
    let application = Application::fresh_for(APPLICATION_ID).map_err(StartError::FreshCredentials)?;
    Ok(application.credentials().clone())
}

/// The five calls of the Management API: two users are added, one registers a phone, loses it and registers another, the
/// other one is deleted.
fn users_and_phones(stage: &mut Stage, caller: &Caller) -> Result<(), Failure> {
    let (alice, bob) = (user(ALICE)?, user(BOB)?);
    let both = [alice.clone(), bob.clone()];

    stage.scene("Add two users", "add_users")?;
    let users = both.clone();
    let added =
        stage.succeeds(caller, 201, async |client: ManagementClient| client.add_users(users).await)?;
    stage.check(added.created == both && added.existing.is_empty(), "both users are created")?;
    stage.tell(&format!("Created: {alice} and {bob}."))?;

    stage.scene("Make the link that registers Alice's phone", "device_registration_link")?;
    let link = stage.succeeds(caller, 200, async |client: ManagementClient| {
        client.device_registration_link(&alice, None).await
    })?;
    stage.tell(&format!("The link: {link}"))?;
    stage.register_phone(link.as_str())?;
    stage.tell("Alice opens it on her phone, which the demo plays: the phone is registered.")?;

    stage.scene("Has Alice a registered phone?", "has_registered_mobile_device")?;
    let registered = ask(stage, caller, &alice)?;
    stage.check(registered, "the phone is registered")?;
    stage.tell("Yes.")?;

    stage.scene("Alice has lost her phone", "lost_user_mobile_device")?;
    let next = stage.succeeds(caller, 200, async |client: ManagementClient| {
        client.lost_user_mobile_device(&alice).await
    })?;
    stage.check(next != link, "the next phone has a link of its own")?;
    stage.tell("The phone is disabled. The link for the next one:")?;
    stage.tell(next.as_str())?;

    stage.scene("Has Alice a registered phone now?", "has_registered_mobile_device")?;
    let registered = ask(stage, caller, &alice)?;
    stage.check(!registered, "the lost phone is registered no more")?;
    stage.tell("No.")?;

    stage.register_phone(next.as_str())?;
    stage.tell("She opens the link on her next phone.")?;

    stage.scene("Bob leaves", "delete_users")?;
    let leaver = [bob.clone()];
    stage.succeeds(caller, 200, async |client: ManagementClient| client.delete_users(leaver).await)?;
    stage.check(stage.users()? == [alice], "only Alice is left")?;
    stage.tell(&format!("Deleted: {bob}."))
}

fn ask(stage: &mut Stage, caller: &Caller, user: &UserId) -> Result<bool, Failure> {
    stage.succeeds(caller, 200, async |client: ManagementClient| {
        client.has_registered_mobile_device(user).await
    })
}

/// Someone who knows the application's id, but not its secret.
fn wrong_secret(stage: &mut Stage, stranger: &Caller) -> Result<(), Failure> {
    let mallory = user(MALLORY)?;
    stage.scene("A stranger with a wrong secret tries to add a user", "add_users")?;
    let (result, refusal) =
        stage.exchange(stranger, 401, async |client: ManagementClient| client.add_users([mallory]).await)?;
    stage.check(matches!(&result, Err(error) if error.is_unauthorized()), "the client tells of a 401")?;
    let refusal = refusal.ok_or_else(|| stage.deviation("the emulator says why it refused"))?;
    stage.check(refusal.code == "signature_mismatch", "the signature is what is wrong")?;
    stage.check(stage.users()? == [user(ALICE)?], "a refused call changes nothing")?;
    stage.tell("Refused, and nobody was added. The emulator's log says why:")?;
    stage.tell(&refusal.explanation)
}

fn user(id: &str) -> Result<UserId, Failure> {
    UserId::new(id).map_err(failed)
}
