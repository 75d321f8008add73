//! The log: which lines are written, in which form, and where to. It must not decide what is worth a line; whoever has
//! something to say does.
//!
//! Every line goes through one `Record`, whatever its form, so that what holds for the log holds in one place: no
//! control character reaches a terminal, and addresses of people can be left out.

mod journal;
mod record;
#[cfg(test)]
pub(crate) mod tests;

use std::fs::File;
use std::io::{IsTerminal as _, Write as _, stderr};
use std::os::fd::AsFd as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError, RwLock};

use tracing::metadata::LevelFilter;
use tracing::span::{Attributes, Id};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};

use self::journal::Journal;
use self::record::{Form, Record};
use crate::config::logging::{Format, Level};
use crate::config::{Config, Live};
use crate::private;

/// The log of this process. It knows no spans; there are none.
#[derive(Debug)]
pub(crate) struct Log {
    rules: RwLock<Rules>,
    output: Output,
}

/// What a reload changes.
#[derive(Clone, Copy, Debug)]
struct Rules {
    level: LevelFilter,
    addresses: bool,
}

/// Where lines go. Each is written by whoever logs it and is gone when that returns; whoever does not take it, such as
/// a pipe that nobody reads, holds the server up.
#[derive(Debug)]
enum Output {
    Stderr(Form),
    File(Form, Mutex<File>),
    Journal(Journal),
}

/// The log goes where the operator reads: the journal, or standard error. A thread that panics says so there.
pub fn to_operator(config: &Config) {
    let (output, error) = Output::of(config.log_format);
    if tracing::subscriber::set_global_default(Log::new(&config.live, output)).is_err() {
        return;
    }
    if let Some(error) = error {
        tracing::warn!(%error, "cannot reach the journal; the log goes to standard error");
    }
    std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
}

/// The log of a server inside another program goes to a file, if that can be written; its terminal is not ours.
pub fn to_file(path: &Path, config: &Config) {
    let dir = path.parent().unwrap_or(Path::new("."));
    let file = private::make_dir(dir).and_then(|()| private::open_file(path));
    let Ok(file) = file else { return };
    let log = Log::new(&config.live, Output::File(Form::Text { colour: false }, Mutex::new(file)));
    // Another log may be in place already, in tests.
    tracing::subscriber::set_global_default(log).ok();
}

/// Goes by these settings from now on.
pub(crate) fn follow(settings: &Live) {
    tracing::dispatcher::get_default(|log| {
        if let Some(log) = log.downcast_ref::<Log>() {
            *log.rules.write().unwrap_or_else(PoisonError::into_inner) = Rules::of(settings);
        }
    });
}

impl Log {
    fn new(settings: &Live, output: Output) -> Self {
        Self { rules: RwLock::new(Rules::of(settings)), output }
    }

    fn rules(&self) -> Rules {
        *self.rules.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subscriber for Log {
    /// The level may change, so every line asks for it.
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= self.rules().level
    }

    fn event(&self, event: &Event<'_>) {
        self.output.write(&Record::of(event, crate::clock::wall(), self.rules().addresses));
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

impl Output {
    /// Where this format goes, and why it could not be the journal if it should have been.
    fn of(format: Format) -> (Self, Option<std::io::Error>) {
        let (stream, identity) = (std::env::var("JOURNAL_STREAM").ok(), identity());
        Self::choose(format, is_journal(stream.as_deref(), identity), Path::new(journal::SOCKET))
    }

    fn choose(format: Format, in_journal: bool, socket: &Path) -> (Self, Option<std::io::Error>) {
        let text = if in_journal { Form::Journal } else { Form::Text { colour: colour() } };
        let journal = || match Journal::open(socket) {
            Ok(journal) => (Self::Journal(journal), None),
            Err(error) => (Self::Stderr(text), Some(error)),
        };
        match format {
            Format::Auto if in_journal => journal(),
            Format::Journal => journal(),
            Format::Auto | Format::Text => (Self::Stderr(text), None),
            Format::Json => (Self::Stderr(Form::Json), None),
        }
    }

    /// A line that cannot be written is lost: there is nowhere else to say so.
    fn write(&self, record: &Record) {
        match self {
            Self::Stderr(form) => to_stderr(record, *form),
            Self::File(form, file) => {
                let line = record.line(*form);
                file.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes()).ok();
            }
            Self::Journal(journal) => {
                if journal.send(record).is_err() {
                    to_stderr(record, Form::Journal);
                }
            }
        }
    }
}

fn to_stderr(record: &Record, form: Form) {
    stderr().lock().write_all(record.line(form).as_bytes()).ok();
}

/// The device and the inode of standard error.
fn identity() -> Option<(u64, u64)> {
    let file = File::from(stderr().as_fd().try_clone_to_owned().ok()?);
    let metadata = file.metadata().ok()?;
    Some((metadata.dev(), metadata.ino()))
}

/// Whether standard error is what systemd connected to the journal (systemd.exec(5), `$JOURNAL_STREAM`): a program
/// whose standard error went elsewhere since then inherits the variable all the same.
fn is_journal(stream: Option<&str>, identity: Option<(u64, u64)>) -> bool {
    let said = |(device, inode)| stream == Some(format!("{device}:{inode}").as_str());
    identity.is_some_and(said)
}

/// Whether somebody sees the log in colour, who does not want it otherwise (no-color.org).
fn colour() -> bool {
    stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
