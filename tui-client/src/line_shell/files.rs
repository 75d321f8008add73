//! Files without a screen: those that the command line names (`--send`), and what is told of transfers. Whoever reads lines hears when one
//! begins and how it ends; a person at a terminal hears in between, from time to time; a program gets a JSON object each time:
//!
//! ```text
//! {"type":"file","id":1,"direction":"send","name":"cat.png","bytes":1234,"done":512,"state":"running","rate":100,"left_ms":7220,
//!  "room":"lobby","of":813,"path":"/home/kim/Downloads/cat.png","error":"…"}
//! ```
//!
//! `state` is `preparing`, `waiting`, `running`, `stopped`, `broken`, `failed` or `finished`; `of` is the message of a file that is saved,
//! `path` where it is then. What opens a transfer (`token`) is printed nowhere.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use tokio::time::Instant;

use super::LineShell;
use super::input::Step;
use super::spooling::Spooling;
use crate::app::transfers::{Direction, Transfer, TransferState};
use crate::event::Event;
use crate::line_options::FileToSend;
use crate::profile::FileSource;
use crate::services::spool;
use crate::transfer::{FileProblem, TransferFailure, TransferId};

/// At a terminal, progress is told no more often than this in lines that stay.
const PROGRESS: Duration = Duration::from_secs(10);
/// A program hears of progress no more often than this.
const PROGRESS_JSON: Duration = Duration::from_secs(1);

impl LineShell {
    /// The files of the command line are sent, and then it ends.
    pub(super) fn begin_to_send(&mut self) {
        if !self.options.sends.is_empty() {
            let files = self.options.sends.iter().cloned().map(Step::File);
            self.steps.extend(files.chain([Step::End]));
        }
    }

    pub(super) fn send_file(&mut self, file: FileToSend) -> io::Result<()> {
        let Some(path) = file.path else {
            let Some(mut content) = self.lines.content.take() else { return Ok(()) };
            let (dir, limit) = (self.services.spool_dir(), self.app.session().limits().file_bytes);
            let writing = tokio::task::spawn_blocking(move || spool(dir.as_deref(), &mut content, limit));
            self.spooling = Some(Spooling { writing, file });
            return Ok(());
        };
        let source = FileSource { name: file.name, ..FileSource::at(path) };
        self.take(Event::SendFile(Box::new(source), file.caption))
    }

    /// What standard input had is in a file.
    pub(super) fn take_spooled(&mut self, spooled: Result<PathBuf, FileProblem>) -> io::Result<()> {
        let Some(Spooling { file, .. }) = self.spooling.take() else { return Ok(()) };
        match spooled {
            Ok(path) => {
                let source = FileSource { name: file.name, spooled: true, ..FileSource::at(path) };
                self.take(Event::SendFile(Box::new(source), file.caption))
            }
            Err(mut problem) => {
                if let Some(name) = file.name.filter(|_| problem.path.as_os_str() == "-") {
                    problem.path = name.as_str().into();
                }
                self.answers.not_done();
                let text = self.app.lang().file_problem(&problem);
                self.print_notice(&text)
            }
        }
    }

    /// Tells how a transfer stands, where that is news.
    pub(super) fn tell_transfer(&mut self, id: TransferId) -> io::Result<()> {
        let Some(transfer) = self.app.transfers().get(id) else {
            self.told.remove(&id);
            return Ok(());
        };
        let now = Instant::now();
        let kind = std::mem::discriminant(&transfer.state);
        let told = self.told.get(&id).filter(|(state, _)| std::mem::discriminant(state) == kind);
        let interval = if self.options.json { PROGRESS_JSON } else { PROGRESS };
        let is_due = told.is_none_or(|(_, at)| now.duration_since(*at) >= interval);
        if self.draws_progress() {
            let line = self.app.transfer_line(transfer);
            let is_over = transfer.is_resting();
            return draw_progress(&line, is_over);
        }
        if !is_due {
            return Ok(());
        }
        let is_news = told.is_none();
        let (transfer, state) = (transfer.clone(), transfer.state.clone());
        self.told.insert(id, (state, now));
        if self.options.json {
            let line = self.json_line(&transfer);
            return self.print_json(&line);
        }
        // Why it failed is told with its message.
        let is_told = match transfer.state {
            TransferState::Preparing | TransferState::Waiting | TransferState::Failed(_) => false,
            TransferState::Running { .. } => is_news || self.terminal.is_some(),
            TransferState::Finished { .. } => transfer.direction == Direction::Save,
            TransferState::Stopped | TransferState::Broken => is_news,
        };
        if !is_told {
            return Ok(());
        }
        let line = self.app.transfer_line(&transfer);
        self.print_notice(&line)
    }

    /// Whether progress is drawn in a row that does not stay.
    fn draws_progress(&self) -> bool {
        !self.options.json && !self.options.sends.is_empty() && io::stderr().is_terminal()
    }

    fn json_line(&self, transfer: &Transfer) -> FileLine {
        let (mut rate, mut path, mut error) = (None, None, None);
        let state = match &transfer.state {
            TransferState::Preparing => "preparing",
            TransferState::Waiting => "waiting",
            TransferState::Running { rate: known } => {
                rate = *known;
                "running"
            }
            TransferState::Stopped => "stopped",
            TransferState::Broken => "broken",
            TransferState::Failed(why) => {
                error = Some(match why {
                    TransferFailure::Refused(_) | TransferFailure::DailyLimit { .. } => {
                        why.code().to_string()
                    }
                    TransferFailure::File(problem) => self.app.lang().file_problem(problem),
                });
                "failed"
            }
            TransferState::Finished { path: saved } => {
                path = saved.as_ref().map(|path| path.to_string_lossy().into_owned());
                "finished"
            }
        };
        FileLine {
            r#type: "file",
            id: transfer.id.0,
            direction: if transfer.direction == Direction::Send { "send" } else { "save" },
            name: transfer.name.to_string(),
            bytes: transfer.bytes,
            done: transfer.done,
            state,
            rate,
            left_ms: transfer.time_left(),
            room: transfer.room.to_string(),
            of: transfer.of.map(shared::Seq::get),
            path,
            error,
        }
    }
}

/// A transfer as a program reads it.
#[derive(serde::Serialize)]
struct FileLine {
    r#type: &'static str,
    id: u64,
    direction: &'static str,
    name: String,
    bytes: u64,
    done: u64,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_ms: Option<i64>,
    room: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Draws a line over the one before, on standard error.
fn draw_progress(line: &str, is_over: bool) -> io::Result<()> {
    let line: String = line.chars().filter(|c| shared::text::is_safe(*c)).collect();
    let end = if is_over { "\n" } else { "" };
    // Where nobody can see it, it does not matter.
    write!(io::stderr(), "\r\x1b[K{line}{end}").ok();
    io::stderr().flush()
}
