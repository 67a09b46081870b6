//! An https client with default features is made, and fails as it should where nobody listens.

use iampass_management::{
    ApplicationId, ApplicationSecret, CallPolicy, Credentials, Error, ManagementClient, Settings, UserId,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let credentials =
        Credentials::new(ApplicationId::new("consumer")?, ApplicationSecret::new("not-a-real-secret")?);
    // The discard port of this machine: https, and nobody there.
    let settings = Settings::new("https://127.0.0.1:9".parse()?, credentials);
    let client = ManagementClient::builder(settings).policy(CallPolicy::one_attempt()).build()?;
    match client.has_registered_mobile_device(&UserId::new("somebody")?).await {
        Err(Error::Connect { .. }) => Ok(()),
        other => Err(format!("expected a connect error, got {other:?}").into()),
    }
}
