//! `iampass doctor`.

use clap::Args;

use super::output::OutputArguments;
use super::service::ServiceArguments;

pub(super) const DOCTOR_EXAMPLES: &str = "\
Looks at the settings and where each came from, name resolution, connection,
TLS, the clock, and whether the service accepts the signature. It asks the
service about a user whom nobody has; nothing is changed. The signature counts
as accepted only if the same request with a wrong one is refused. What fails
ends in the exit code of the commands that fail for it; 1 if the signature
cannot be judged.

Examples:
  iampass doctor
  iampass doctor --profile staging
  iampass doctor --output json | jq '.checks[] | select(.status != \"ok\")'";

#[derive(Args)]
pub(crate) struct DoctorArguments {
    #[command(flatten)]
    pub(crate) output: OutputArguments,
    #[command(flatten)]
    pub(crate) service: ServiceArguments,
}
