//! What every page tells of the state.

use crate::app_state::AppState;
use crate::pages::banner::Banner;

pub(super) fn banner(state: &AppState) -> Banner {
    Banner { faults: state.faults.list().len(), clock_moved_by: state.clock.moved_by() }
}
