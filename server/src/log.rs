//! The log: a [`tracing`] subscriber that decides which lines are written, in which form, and where to.
//!
//! Every line goes through one `Record`, whatever its form, so that what holds for the log holds in one place: no
//! control character reaches a terminal, and addresses of people can be left out. It is written by a thread behind a
//! bounded queue: whoever logs, the hub above all, never waits for the log. [`flush`] is for the end of the process.

mod journal;
mod output;
mod queue;
mod record;
#[cfg(test)]
pub(crate) mod tests;

use std::io::Result;
use std::path::Path;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use tracing::metadata::LevelFilter;
use tracing::span::{Attributes, Id};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};

use self::output::Output;
use self::queue::Queue;
use self::record::{Form, Record};
use crate::config::logging::Level;
use crate::config::{Config, Live};
use crate::private_files;

/// The subscriber of this process. Spans are ignored: nothing makes one.
#[derive(Debug)]
pub(crate) struct Log {
    rules: RwLock<Rules>,
    queue: Queue,
}

/// The settings of the log that a reload changes.
#[derive(Clone, Copy, Debug)]
struct Rules {
    level: LevelFilter,
    addresses: bool,
}

/// How long the end of the process waits for a log that takes nothing.
const FLUSH_PATIENCE: Duration = Duration::from_secs(1);

/// Installs the log of a server that is a process of its own: the journal, or standard error. Panics are logged, too.
///
/// # Errors
/// When the thread that writes cannot be started.
pub fn to_operator(config: &Config) -> Result<()> {
    let (output, error) = Output::of(config.log_format);
    install(config, output, error)
}

/// The same for another program than the server.
///
/// # Errors
/// When the thread that writes cannot be started.
pub fn to_operator_of(program: &'static str, config: &Config) -> Result<()> {
    let (output, error) = Output::of(config.log_format);
    install(config, output.of_program(program), error)
}

fn install(config: &Config, output: Output, error: Option<std::io::Error>) -> Result<()> {
    if tracing::subscriber::set_global_default(Log::start(&config.live, output)?).is_err() {
        return Ok(());
    }
    if let Some(error) = error {
        tracing::warn!(%error, "cannot reach the journal; the log goes to standard error");
    }
    std::panic::set_hook(Box::new(|panic| {
        tracing::error!("{panic}");
        // A panic of the main thread ends the process without returning from `main`.
        flush();
    }));
    Ok(())
}

/// Installs the log of a server inside another program: a file, if that can be written, for the terminal belongs to the
/// other program.
pub fn to_file(path: &Path, config: &Config) {
    let dir = path.parent().unwrap_or(Path::new("."));
    let file = private_files::make_dir(dir).and_then(|()| private_files::open_file(path));
    let Ok(file) = file else { return };
    let log = Log::start(&config.live, Output::File(Form::Text { colour: false }, file));
    // Fails when a subscriber is installed already, as in tests.
    log.map(|log| tracing::subscriber::set_global_default(log).ok()).ok();
}

/// Logs why a server inside another program ended.
pub fn failure(error: &anyhow::Error) {
    tracing::error!("{error:#}");
}

/// Waits until what was logged is written, a second at most. The process may end after that.
pub fn flush() {
    tracing::dispatcher::get_default(|log| {
        if let Some(log) = log.downcast_ref::<Log>() {
            log.queue.flush(FLUSH_PATIENCE);
        }
    });
}

/// Applies these settings from now on.
pub(crate) fn follow(settings: &Live) {
    tracing::dispatcher::get_default(|log| {
        if let Some(log) = log.downcast_ref::<Log>() {
            *log.rules.write().unwrap_or_else(PoisonError::into_inner) = Rules::of(settings);
        }
    });
}

impl Log {
    fn start(settings: &Live, output: Output) -> Result<Self> {
        Ok(Self { rules: RwLock::new(Rules::of(settings)), queue: Queue::start(output)? })
    }

    fn rules(&self) -> Rules {
        *self.rules.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subscriber for Log {
    /// The level may change at a reload, so the answer is not cached by call site.
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let level = self.rules().level;
        // The NATS client tells of each message, and of what the order says in our words.
        let ours = !metadata.target().starts_with("async_nats");
        *metadata.level() <= level && (ours || level == LevelFilter::TRACE)
    }

    fn event(&self, event: &Event<'_>) {
        self.queue.push(Record::of(event, self.rules().addresses));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Rules {
    fn of(settings: &Live) -> Self {
        let level = match settings.log_level {
            Level::Error => LevelFilter::ERROR,
            Level::Warn => LevelFilter::WARN,
            Level::Info => LevelFilter::INFO,
            Level::Debug => LevelFilter::DEBUG,
            Level::Trace => LevelFilter::TRACE,
        };
        Self { level, addresses: settings.log_addresses }
    }
}
