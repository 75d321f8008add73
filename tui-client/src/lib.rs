//! Chinwag's client: the app, its pixels, and the shells that give them a terminal and a network.
//!
//! The map, in the order a key press travels:
//!
//! - [`config`]: what command line, environment and file say; `startup` puts a client together from it.
//! - [`screen_shell`]: the loop that runs the app on a [`terminal`]; [`line_shell`] runs it on lines of text or JSON instead.
//!   [`services`] are what both do for it: clock, connection ([`net`]), profile ([`profile_store`]), log.
//!   [`host`] is a server in this process. [`ssh_door`] lets people in over ssh, each with a shell of their own here.
//! - [`fair_share`]: how the clients of many people share one process.
//! - [`event`] and [`effect`]: everything that goes into the app and comes out of it.
//! - [`app`]: the state machine. It knows neither terminal nor network nor clock.
//! - [`ui`]: draws the app; the same nouns as in `app`, and nothing decided.
//! - [`pictures`]: what is sent of a file, and how a picture looks.
//! - [`lang`]: every text, in English and Korean.
//! - [`settings`]: what can be set, as data; [`suggest`]: what was meant by a word that is none.
//! - [`admin_action`], [`ambiguous_width`], [`local_time`], [`time_style`], [`address`], [`address_list`], [`attempt`], [`hosting`], [`met`], [`server_list`], [`profile`], [`tls_mode`],
//!   [`place`], [`transfer`], [`line_options`], [`no_effect`], [`picture_way`]: plain data and time zones, below what uses them.

pub mod address;
pub mod address_list;
pub mod admin_action;
pub mod ambiguous_width;
pub mod app;
pub mod attempt;
pub mod clock;
pub mod config;
pub mod effect;
pub mod event;
pub mod fair_share;
pub mod file_state;
pub mod host;
pub mod hosting;
pub mod hyperlinks;
pub mod joins;
pub mod lang;
pub mod line_options;
pub mod line_shell;
pub mod local_files;
pub mod local_time;
pub mod log;
pub mod message_length;
pub mod met;
pub mod net;
pub mod no_effect;
pub mod picked_key;
pub mod picture_way;
pub mod pictures;
pub mod place;
pub mod profile;
pub mod profile_store;
pub mod screen_shell;
pub mod server_list;
pub mod services;
pub mod settings;
pub mod ssh_door;
pub mod suggest;
pub mod terminal;
pub mod time_style;
pub mod tls_mode;
pub mod transfer;
pub mod ui;

mod locale;
mod startup;

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow, bail};
use shared::text::is_safe;

use app::output_mode::OutputMode;
use config::{Config, Invocation, Mode, WrongLine};
use effect::Exit;
use event::LocalFailure;
use lang::Lang;
use line_options::{LongLines, Slash};
use settings::Override;
use startup::{Client, Clients};
use terminal::lines::cutter::Cut;
use terminal::local;
use terminal::local::lines::Input;
use terminal::modes::Wishes;

/// The exit status of a wrong command line, as clap has it.
const WRONG_LINE: u8 = 2;

/// Runs the program: the command line decides how.
#[must_use]
pub fn run() -> ExitCode {
    let config = match Invocation::from_env() {
        Ok(Invocation::Client(config)) => *config,
        Ok(Invocation::SshDoor(options)) => return ssh_door::service::run(*options),
        Err(error) => {
            let status = fail(&format!("{error:#}"));
            return if error.is::<WrongLine>() { ExitCode::from(WRONG_LINE) } else { status };
        }
    };
    let lang = config.lang;
    match start(config) {
        Ok(exit) => {
            let exit = exit.without_what_was_told(io::stdout().is_terminal() && io::stderr().is_terminal());
            lang.exit_reason(&exit).inspect(|why| complain(why));
            ExitCode::from(exit.status())
        }
        Err(error) => fail(&format!("{error:#}")),
    }
}

fn start(config: Config) -> Result<Exit> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start")?;
    let exit = runtime.block_on(async {
        match config.mode {
            Mode::Screen if local::is_there() && !local::has_screen() => {
                complain(config.lang.no_screen());
                Box::pin(run_on_lines(config)).await
            }
            Mode::Screen => Box::pin(run_on_screen(config)).await,
            Mode::Plain | Mode::Json => Box::pin(run_on_lines(config)).await,
        }
    });
    // What is still under way must not hold the Unix shell's prompt back.
    runtime.shutdown_background();
    exit
}

async fn run_on_screen(config: Config) -> Result<Exit> {
    if !local::is_there() {
        bail!(config.lang.no_terminal());
    }
    let (wishes, lang) = (wishes(&config), config.lang);
    let Clients { first, others, open, hosted } = startup::open_all(config)?;
    let (guard, terminal) = local::take(wishes).context("cannot take the terminal")?;
    #[cfg(debug_assertions)]
    local::signals::panic_on_demand();
    let (exit, services) = screen_shell::run_all(first, others, terminal, Some(open)).await;
    // The terminal first: neither the disk nor the server's end is worth waiting for in front of a dead screen.
    drop(guard);
    say_unsaved(lang, services.close().await);
    drop(hosted);
    Ok(exit)
}

async fn run_on_lines(config: Config) -> Result<Exit> {
    let is_at_terminal = io::stdin().is_terminal();
    let options = config.line_options.clone().on(is_at_terminal, io::stdout().is_terminal());
    // Hangul cannot be shown in ASCII.
    let lang = if options.ascii { Lang::En } else { config.lang };
    let wishes = wishes(&config);
    let mut config = Config { lang, ..config };
    if options.ascii {
        config.overrides.push(Override { key: "lang", value: "en".into(), by: "LC_ALL".into() });
    }
    let output_mode = OutputMode::Lines { confirms: is_at_terminal };
    let Client { app, services, hosted } = startup::open(config, output_mode)?;
    let cut = Cut {
        splits: options.long_lines == LongLines::Split || options.one_message,
        has_commands: options.slash == Slash::Command && !options.one_message,
    };
    let sends = !options.sends.is_empty();
    let input = match (sends, options.listens) {
        (true, _) => Input::Content,
        (false, true) => Input::Nothing,
        (false, false) => Input::Lines(cut),
    };
    let (guard, lines) =
        if local::is_there() && local::has_screen() && !options.listens && !options.one_message && !sends {
            let (guard, terminal) = local::line_terminal::take(wishes).context("cannot take the terminal")?;
            #[cfg(debug_assertions)]
            local::signals::panic_on_demand();
            (Some(guard), local::lines::at(terminal).context("cannot take the terminal")?)
        } else {
            (None, local::lines::take(input).context("cannot listen to signals")?)
        };
    let (exit, services) = Box::pin(line_shell::run(app, lines, services, options)).await;
    drop(guard);
    say_unsaved(lang, services.close().await);
    drop(hosted);
    exit.map_err(|why| anyhow!(lang.cannot_print(&why.to_string())))
}

/// What the person wants of the terminal.
fn wishes(config: &Config) -> Wishes {
    Wishes { mouse: config.mouse, escape_wait: config.escape_wait, ambiguous_width: config.ambiguous_width }
}

/// Says that what was to be kept is lost, where that could not be written.
fn say_unsaved(lang: Lang, why: Option<String>) {
    if let Some(why) = why {
        let failure = LocalFailure::ProfileUnwritten(why);
        complain(&lang.local_failure(&failure));
    }
}

fn fail(why: &str) -> ExitCode {
    complain(why);
    ExitCode::FAILURE
}

/// Says why on stderr. A server's words may be in it, and nothing of them moves a cursor.
fn complain(why: &str) {
    let why: String = why.chars().filter(|&c| c == '\n' || is_safe(c)).collect();
    // Where even stderr is gone, the exit status has to do.
    writeln!(io::stderr(), "chinwag: {why}").ok();
}
