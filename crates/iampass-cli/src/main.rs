//! The program `iampass`. All of it is in the library beside it, where the fuzz targets get at it too.

use std::process::ExitCode;

fn main() -> ExitCode {
    iampass_cli::main()
}
