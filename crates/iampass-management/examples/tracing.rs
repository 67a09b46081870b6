//! Shows calls as spans: how long each took, how many attempts it cost, how it ended.
//!
//! ```text
//! iampass emulator exec -- cargo run -p iampass-management --example tracing
//! RUST_LOG=iampass_client=info iampass emulator exec -- cargo run -p iampass-management --example tracing
//! ```

use std::io;

use iampass_management::{Error, ManagementClient, UserId};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("iampass_client=debug"));
    tracing::subscriber::set_global_default(subscriber(filter, io::stderr))?;
    calls(&ManagementClient::from_env()?).await?;
    Ok(())
}

/// Writes a line for each event, and for each span when it ends: its fields are complete then.
fn subscriber<W>(filter: EnvFilter, writer: W) -> impl tracing::Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(writer)
        .with_ansi(false)
        .finish()
}

async fn calls(client: &ManagementClient) -> Result<(), Error> {
    let alice = UserId::new("alice@example.com")?;
    client.add_users([&alice]).await?;
    client.has_registered_mobile_device(&alice).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use iampass_emulator::{Emulator, Fault};
    use iampass_management::Settings;

    use super::*;

    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn calls_attempts_and_waits_are_shown_and_no_user_is() {
        let iampass = Emulator::start().unwrap();
        iampass.inject(Fault::status(503).header("Retry-After", "0")).unwrap();
        let settings = Settings::new(iampass.base_url().parse().unwrap(), iampass.credentials().clone());
        let client = ManagementClient::new(settings).unwrap();

        let shown = Shared::default();
        let writer = shown.clone();
        let filter = EnvFilter::new("iampass_client=debug");
        let guard = tracing::subscriber::set_default(subscriber(filter, move || writer.clone()));
        calls(&client).await.unwrap();
        drop(guard);

        let shown = String::from_utf8(shown.0.lock().unwrap().clone()).unwrap();
        for expected in [
            "iampass.call{",
            "iampass.attempt{",
            "iampass.operation=\"add_users\"",
            "iampass.attempts=2",
            "http.request.resend_count=1",
            "http.response.status_code=503",
            "http.response.status_code=201",
            "retrying",
            "wait_ms=",
        ] {
            assert!(shown.contains(expected), "{expected} is not in:\n{shown}");
        }
        assert!(!shown.contains("alice"), "{shown}");
    }
}
