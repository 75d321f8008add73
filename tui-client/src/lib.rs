//! Chinwag's client: the app, its pixels, and the loop that gives them a terminal and a network.
//!
//! The map, in the order a key press travels:
//!
//! - [`config`] and [`profile`]: what is settled before the start; who we were last time.
//! - [`runtime`]: the one loop that owns terminal, clock and network. [`terminal`] is its terminal, [`net`] its network,
//!   [`plain`] the same loop without a screen, [`host`] a server in this process.
//! - [`event`] and [`effect`]: everything that goes into the app and comes out of it.
//! - [`app`]: the state machine. It knows neither terminal nor network nor clock.
//! - [`ui`]: draws the app; the same nouns as in `app`, and nothing decided.
//! - [`lang`]: every text, in English and Korean.
//! - [`admin_action`], [`local_time`]: what admins do, as data; time zones. Both below `lang`.

pub mod address;
pub mod admin_action;
pub mod app;
pub mod config;
pub mod effect;
pub mod event;
pub mod host;
pub mod lang;
pub mod local_time;
pub mod net;
pub mod plain;
pub mod profile;
pub mod profile_store;
pub mod runtime;
pub mod terminal;
pub mod tls_mode;
pub mod ui;

mod clock;
mod log;

use std::io::{self, Write as _};
use std::process::ExitCode;

use config::{Config, Mode};

/// Runs the program: the command line decides how.
#[must_use]
pub fn run() -> ExitCode {
    match Config::from_env().and_then(start) {
        Ok(effect::Exit::Done) => ExitCode::SUCCESS,
        Ok(effect::Exit::Failed(why)) => fail(&why),
        Err(error) => fail(&format!("{error:#}")),
    }
}

fn start(config: Config) -> anyhow::Result<effect::Exit> {
    match config.mode {
        Mode::Screen => runtime::run(config),
        Mode::Plain | Mode::Json => plain::run(config),
    }
}

fn fail(why: &str) -> ExitCode {
    // Where even stderr is gone, the exit status has to do.
    writeln!(io::stderr(), "chinwag: {why}").ok();
    ExitCode::FAILURE
}
