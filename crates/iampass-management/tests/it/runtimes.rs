//! Which runtime calls need.

use std::time::{Duration, Instant};

use iampass_emulator::{Emulator, Fault};
use iampass_management::{ManagementClient, Settings};

use crate::support::user;

fn client(iampass: &Emulator) -> ManagementClient {
    let settings = Settings::new(iampass.base_url().parse().unwrap(), iampass.credentials().clone());
    ManagementClient::new(settings).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_paused_clock_ends_calls_whose_response_is_on_its_way() {
    let iampass = Emulator::start().unwrap();
    iampass.inject(Fault::delay(Duration::from_secs(3)).always()).unwrap();
    let started = Instant::now();
    let error = client(&iampass).add_users([user("alice")]).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!(started.elapsed() < Duration::from_secs(3));
}
