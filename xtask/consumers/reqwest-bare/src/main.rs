//! reqwest without features, so without TLS of its own.

#[path = "../../shared.rs"]
mod shared;

fn main() -> shared::Result {
    shared::beside(async || {
        let _client = reqwest::Client::new();
        Ok(())
    })
}
