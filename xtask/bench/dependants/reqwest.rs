//! A program that uses reqwest alone.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let response = reqwest::Client::new().get("https://main.iam-api.com").send().await?;
    println!("{}", response.text().await?);
    Ok(())
}
