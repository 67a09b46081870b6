//! Retries configured, and each kind of error handled as a backend would.
//!
//! ```text
//! iampass emulator exec -- cargo run -p iampass-management --example errors_and_retries -- alice
//! ```
//!
//! With `lost` after the user, the user's phone is lost.

#![allow(clippy::print_stdout, reason = "a program for a terminal")]

use std::time::Duration;

use iampass_management::{
    CallPolicy, Connection, Error, ErrorKind, ManagementClient, RegistrationLink, Settings, Unknown, UserId,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let user = UserId::new(arguments.next().ok_or("usage: errors_and_retries USER [lost]")?)?;
    let client = client(Settings::from_env()?)?;
    let outcome = if arguments.next().is_some_and(|argument| argument == "lost") {
        replace_phone(&client, &user).await.map(|link| format!("the next phone: {link}"))
    } else {
        let registered = for_login(&client).has_registered_mobile_device(&user).await;
        registered.map(|registered| format!("a phone is registered: {registered}"))
    };
    match outcome {
        Ok(text) => println!("{text}"),
        Err(error) => println!("{error}: {:?}", reaction(&error)),
    }
    Ok(())
}

/// One client for the whole program: its clones share connections, retry budget and rate limit.
fn client(settings: Settings) -> Result<ManagementClient, Error> {
    let policy = CallPolicy::default()
        .with_max_attempts(5)
        .with_attempt_timeout(Duration::from_secs(5))
        .with_deadline(Duration::from_secs(20));
    let connection = Connection::builder(settings)
        .policy(policy)
        .requests_per_second(50.0)
        // In an outage, 10 retries for all calls together, and one more for each 20 calls that complete.
        .retry_budget(10, 20)
        .build()?;
    Ok(ManagementClient::from(connection))
}

/// The same client where somebody is waiting: two attempts, two seconds.
fn for_login(client: &ManagementClient) -> ManagementClient {
    let deadline = Duration::from_secs(2);
    client.with_policy(CallPolicy::default().with_max_attempts(2).with_deadline(deadline))
}

/// What a backend does about an error.
#[derive(Debug, PartialEq)]
enum Reaction {
    /// Tell the user that this name cannot be used.
    AskForAnotherName,
    /// The user has not signed up.
    SignUp,
    /// Show the service's reason to an operator. The service will not do it, however often it is asked.
    TellReason(String),
    /// Put the work back into the queue, for so long if the service says so.
    TryLater(Option<Duration>),
    /// The call may have taken effect, and must not be made twice: look at what is there now.
    LookFirst,
    /// Wake the operator: secret, clock, base URL, certificates or settings are wrong.
    FixSetup,
    /// Should not happen: log it and have it looked at.
    Report,
}

fn reaction(error: &Error) -> Reaction {
    match error.kind() {
        ErrorKind::UserId(_) => Reaction::AskForAnotherName,
        ErrorKind::NotFound { unknown: Unknown::User | Unknown::Either, .. } => Reaction::SignUp,
        ErrorKind::Refused(_) => Reaction::TellReason(error.server_message().unwrap_or_default().to_owned()),
        ErrorKind::Settings(_)
        | ErrorKind::BaseUrl(_)
        | ErrorKind::ApplicationId(_)
        | ErrorKind::Tls(_)
        | ErrorKind::Certificate(_)
        | ErrorKind::Setup(_)
        | ErrorKind::Thread(_)
        | ErrorKind::ProxySetting(_)
        | ErrorKind::ProxyAuthentication { .. }
        | ErrorKind::Unauthorized(_)
        | ErrorKind::NotFound { .. } => Reaction::FixSetup,
        _ if error.is_untrusted_certificate() => Reaction::FixSetup,
        // Outages, time-outs and broken connections, where calling again does no harm.
        _ if error.is_retryable() => Reaction::TryLater(error.retry_after()),
        ErrorKind::Timeout(_) | ErrorKind::Transport(_) => Reaction::LookFirst,
        // Bad requests, responses that are not the contract's, and kinds that later releases may add.
        _ => Reaction::Report,
    }
}

/// A lost phone. The one call that is not safe to repeat: the second would disable the phone that came after the first.
async fn replace_phone(client: &ManagementClient, user: &UserId) -> Result<RegistrationLink, Error> {
    let error = match client.lost_user_mobile_device(user).await {
        Err(error) if reaction(&error) == Reaction::LookFirst => error,
        outcome => return outcome,
    };
    if client.has_registered_mobile_device(user).await? {
        // The old phone, or a new one already: somebody has to decide.
        return Err(error);
    }
    client.device_registration_link(user, None).await
}

#[cfg(test)]
mod tests {
    use iampass_emulator::{Emulator, Fault};
    use iampass_management::{ApplicationSecret, Credentials, InvalidUserId};

    use super::*;

    fn alice() -> UserId {
        UserId::new("alice").unwrap()
    }

    /// A client with alice, whose calls do not wait long.
    async fn started() -> (Emulator, ManagementClient) {
        let iampass = Emulator::start().unwrap();
        let settings = Settings::new(iampass.base_url().parse().unwrap(), iampass.credentials().clone());
        let quick = CallPolicy::default().with_backoff(Duration::ZERO, Duration::ZERO);
        let client = client(settings).unwrap().with_policy(quick);
        client.add_users([&alice()]).await.unwrap();
        (iampass, client)
    }

    async fn reaction_of(client: &ManagementClient) -> Reaction {
        reaction(&client.has_registered_mobile_device(&alice()).await.unwrap_err())
    }

    #[tokio::test]
    async fn two_failures_are_retried() {
        let (iampass, client) = started().await;
        iampass.inject(Fault::status(503).times(2)).unwrap();
        assert!(!client.has_registered_mobile_device(&alice()).await.unwrap());
        let statuses: Vec<_> = iampass.requests().iter().skip(1).map(|request| request.status).collect();
        assert_eq!(statuses, [503, 503, 200]);
    }

    #[tokio::test]
    async fn each_error_has_its_reaction() {
        let (iampass, client) = started().await;

        iampass.inject(Fault::status(503).header("Retry-After", "3600")).unwrap();
        assert_eq!(reaction_of(&client).await, Reaction::TryLater(Some(Duration::from_secs(3600))));
        iampass.inject(Fault::status(500).always()).unwrap();
        assert_eq!(reaction_of(&client).await, Reaction::TryLater(None));
        iampass.clear_faults();
        iampass.stop_listening().unwrap();
        assert_eq!(reaction_of(&client).await, Reaction::TryLater(None));
        iampass.start_listening().unwrap();

        let refusal = Fault::status(200).header("content-type", "application/json");
        iampass.inject(refusal.body(r#"{"status": false, "reason": "not today"}"#)).unwrap();
        assert_eq!(reaction_of(&client).await, Reaction::TellReason("not today".to_owned()));
        iampass.inject(Fault::status(400)).unwrap();
        assert_eq!(reaction_of(&client).await, Reaction::Report);

        client.delete_users([&alice()]).await.unwrap();
        assert_eq!(reaction_of(&client).await, Reaction::SignUp);
        assert_eq!(reaction(&InvalidUserId::Empty.into()), Reaction::AskForAnotherName);

        let id = iampass.credentials().application_id().clone();
        let wrong = Credentials::new(id, ApplicationSecret::new("not-the-secret").unwrap());
        let settings = Settings::new(iampass.base_url().parse().unwrap(), wrong);
        assert_eq!(reaction_of(&super::client(settings).unwrap()).await, Reaction::FixSetup);
    }

    #[tokio::test]
    async fn a_lost_phone_is_disabled_once_although_the_response_is_lost() {
        let (iampass, client) = started().await;
        let register = async |link: RegistrationLink| iampass.register_device(link.as_str()).unwrap();
        register(client.device_registration_link(&alice(), None).await.unwrap()).await;

        iampass.inject(Fault::reset().on("lost_user_mobile_device").applied()).unwrap();
        register(replace_phone(&client, &alice()).await.unwrap()).await;
        assert!(client.has_registered_mobile_device(&alice()).await.unwrap());

        // If nothing was done, the old phone is still there, and that is not for a program to decide.
        iampass.inject(Fault::reset().on("lost_user_mobile_device")).unwrap();
        assert!(replace_phone(&client, &alice()).await.is_err());
        assert!(client.has_registered_mobile_device(&alice()).await.unwrap());
    }

    #[tokio::test]
    async fn a_login_does_not_wait_for_long() {
        let (iampass, client) = started().await;
        iampass.inject(Fault::status(503).header("Retry-After", "10").always()).unwrap();
        let error = for_login(&client).has_registered_mobile_device(&alice()).await.unwrap_err();
        assert_eq!((error.attempts(), error.retry_after()), (1, Some(Duration::from_secs(10))));
    }
}
