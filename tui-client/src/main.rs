//! The `chinwag` binary. Everything is in the library, where tests reach it.

use std::process::ExitCode;

fn main() -> ExitCode {
    tui_client::run()
}
