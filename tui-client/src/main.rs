//! The `chinwag` binary. It must hold nothing; the library has it all.

use std::process::ExitCode;

fn main() -> ExitCode {
    tui_client::run()
}
