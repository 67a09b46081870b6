//! Tells those who listen to events what time alone brings.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use crate::app_state::AppState;

/// How late they may be told.
const INTERVAL: Duration = Duration::from_millis(100);

/// Brings sign-ins up to date as long as somebody listens. Whoever looks without listening does that by looking.
pub(super) async fn tell_listeners(state: Arc<AppState>) {
    loop {
        sleep(INTERVAL).await;
        if state.events.has_listeners() {
            state.settle().await;
        }
    }
}
