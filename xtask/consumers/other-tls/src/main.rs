//! Two TLS providers in one program: neither client takes the other's, and ours installs none.

use iampass_management::{
    ApplicationId, ApplicationSecret, CallPolicy, Credentials, Error, ManagementClient, Settings, UserId,
};
use rustls::crypto::CryptoProvider;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let credentials =
        Credentials::new(ApplicationId::new("consumer")?, ApplicationSecret::new("not-a-real-secret")?);
    let settings = Settings::new("https://127.0.0.1:9".parse()?, credentials);
    let client = ManagementClient::builder(settings).policy(CallPolicy::one_attempt()).build()?;
    let answer = client.has_registered_mobile_device(&UserId::new("somebody")?).await;
    if !matches!(answer, Err(Error::Connect { .. })) {
        return Err(format!("expected a connect error, got {answer:?}").into());
    }
    if CryptoProvider::get_default().is_some() {
        return Err("the client has installed a process-wide TLS provider".into());
    }
    let theirs = reqwest::Client::builder().build()?.get("https://127.0.0.1:9/").send().await;
    match theirs {
        Err(error) if error.is_connect() => Ok(()),
        other => Err(format!("expected a connect error of the program's own client, got {other:?}").into()),
    }
}
