//! hyper-rustls with its default features.

#[path = "../../shared.rs"]
mod shared;

fn main() -> shared::Result {
    shared::beside(async || {
        // A machine without a trust store gets an error here.
        let _builder = hyper_rustls::HttpsConnectorBuilder::new().with_native_roots();
        Ok(())
    })
}
