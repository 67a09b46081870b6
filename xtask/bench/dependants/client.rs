//! A program that uses the client.

use iampass_management::{ManagementClient, UserId};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = ManagementClient::from_env()?;
    println!("{}", client.has_registered_mobile_device(&UserId::new("alice")?).await?);
    Ok(())
}
