//! The person's editor (`$VISUAL`, `$EDITOR`, else `vi`) for a text: a program that gets the terminal as it was before the
//! client took it, while the client itself goes on. No shell reads the words of the variable.
//!
//! The text is in a directory that only the person can read, in `$XDG_RUNTIME_DIR` where there is one, which goes with
//! the swap files and backups an editor leaves there. The editor stays in our process group, which is that of the terminal's foreground:
//! signals of its keys reach both, and we listen to them only while the terminal is [`super::taken`]. A thread waits for the
//! editor, since nothing else says that it was stopped (Ctrl-Z in vi): then all of us stop.

use std::env;
use std::fs::{self, File, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use tempfile::TempDir;
use tokio::sync::mpsc;

use super::taken::{give_back, write};
use super::{reader, signals};
use crate::event::{EditorFailure, Written};
use crate::terminal::modes::Capabilities;
use crate::terminal::{Editor, TerminalEvent};

/// A file longer than this is left where it is: the composer takes no more in one piece.
const LONGEST: u64 = 2 * 1024 * 1024;
/// How long an editor has to end when the client does.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// Undoes what an editor that was killed may have left: keys of applications, the scroll region, insert mode, colours.
const REPAIR: &[u8] = b"\x1b[?1l\x1b>\x1b[r\x1b[4l\x1b[0m";

/// The editor of this environment.
pub(super) struct LocalEditor {
    capabilities: Capabilities,
    sink: mpsc::Sender<TerminalEvent>,
    running: Option<Running>,
}

/// An editor that has the terminal.
struct Running {
    pid: Pid,
    has_ended: Arc<AtomicBool>,
}

impl LocalEditor {
    pub(super) fn new(capabilities: Capabilities, sink: mpsc::Sender<TerminalEvent>) -> Self {
        Self { capabilities, sink, running: None }
    }

    fn run(&mut self, words: &[String], text: &str, told: &str) -> io::Result<()> {
        let (program, arguments) = words.split_first().ok_or(io::ErrorKind::NotFound)?;
        let directory = private_directory()?;
        let path = directory.path().join("message.md");
        write_private(&path, text)?;
        write(format!("\r\x1b[K{told}\r").as_bytes())?;
        let modes = tcgetattr(io::stdin()).ok();
        let mut command = Command::new(program);
        let child = command.args(arguments).arg(&path).spawn()?;
        // A process id is never negative.
        let pid = Pid::from_child(&child);
        let has_ended = Arc::new(AtomicBool::new(false));
        self.running = Some(Running { pid, has_ended: Arc::clone(&has_ended) });
        let (sink, program) = (self.sink.clone(), program.clone());
        let wait = move || {
            let status = wait_for(pid);
            has_ended.store(true, Ordering::SeqCst);
            clean_up(modes.as_ref());
            let edited = edited(status, program, directory);
            sink.blocking_send(TerminalEvent::Edited(edited)).ok();
        };
        thread::Builder::new().name("editor".into()).spawn(wait)?;
        Ok(())
    }
}

impl Editor for LocalEditor {
    fn start(&mut self, text: &str, told: &dyn Fn(&str) -> String) -> Result<(), EditorFailure> {
        let var = |name: &str| env::var(name).unwrap_or_default();
        let words = words(&var)?;
        give_back(self.capabilities);
        reader::pause(true);
        let line = words.join(" ");
        self.run(&words, text, &told(&line)).map_err(|why| EditorFailure::NotStarted(line, why.to_string()))
    }

    fn end(&mut self) {
        let Some(Running { pid, has_ended }) = self.running.take() else { return };
        kill_process(pid, Signal::TERM).ok();
        // It may be stopped, or not care.
        let insist = move || {
            thread::sleep(LAST_WORDS);
            if !has_ended.load(Ordering::SeqCst) {
                kill_process(pid, Signal::KILL).ok();
            }
        };
        thread::Builder::new().name("editor".into()).spawn(insist).ok();
    }
}

/// The words of the editor's command.
fn words(var: &impl Fn(&str) -> String) -> Result<Vec<String>, EditorFailure> {
    for name in ["VISUAL", "EDITOR"] {
        let command = var(name);
        let words = shell_words::split(&command).map_err(|_| EditorFailure::NoCommand(name, command))?;
        if !words.is_empty() {
            return Ok(words);
        }
    }
    Ok(vec!["vi".to_owned()])
}

/// A directory for one text, which only this person can enter.
fn private_directory() -> io::Result<TempDir> {
    let runtime = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute());
    let ours = Permissions::from_mode(0o700);
    let mut builder = tempfile::Builder::new();
    builder.prefix("chinwag-").permissions(ours);
    match runtime.map(|base| builder.tempdir_in(base)) {
        Some(Ok(directory)) => Ok(directory),
        Some(Err(_)) | None => builder.tempdir(),
    }
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(path)?;
    // Editors end every line, and some warn where the last one has no end.
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    file.write_all([text, end].concat().as_bytes())
}

/// Waits until the editor ends. While it is stopped, so are we, as the Unix shell expects of a job.
fn wait_for(pid: Pid) -> io::Result<ExitStatus> {
    loop {
        match waitpid(Some(pid), WaitOptions::UNTRACED) {
            Ok(Some((_, status))) if status.stopped() => signals::stop()?,
            Ok(Some((_, status))) => return Ok(ExitStatus::from_raw(status.as_raw())),
            Ok(None) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Whatever the editor did to the terminal, it is as before. Errors have nowhere to go: it may be gone.
fn clean_up(modes: Option<&Termios>) {
    if let Some(modes) = modes {
        tcsetattr(io::stdin(), OptionalActions::Drain, modes).ok();
    }
    write(&[REPAIR, b"\r\x1b[K"].concat()).ok();
    reader::pause(false);
}

/// What the editor has made of the text.
fn edited(
    status: io::Result<ExitStatus>,
    program: String,
    directory: TempDir,
) -> Result<Written, EditorFailure> {
    let status = status.map_err(|why| EditorFailure::Failed(program.clone(), why.to_string()))?;
    // What was saved by one that we have ended counts.
    let is_ours = status.signal() == Some(Signal::TERM.as_raw());
    if !status.success() && !is_ours {
        return Err(EditorFailure::Failed(program, status.to_string()));
    }
    let path = directory.path().join("message.md");
    let failed = |why: io::Error| EditorFailure::Failed(program.clone(), why.to_string());
    let file = File::open(&path).map_err(failed)?;
    if file.metadata().map_err(failed)?.len() > LONGEST {
        drop(directory.keep());
        return Err(EditorFailure::TooBig(path.display().to_string()));
    }
    let mut bytes = Vec::new();
    file.take(LONGEST).read_to_end(&mut bytes).map_err(failed)?;
    // An error would have nowhere to go; the directory is the person's own.
    fs::remove_dir_all(directory.path()).ok();
    Ok(written(bytes))
}

/// The text of a file, without the end of its last line.
fn written(bytes: Vec<u8>) -> Written {
    let (mut text, is_utf8) = match String::from_utf8(bytes) {
        Ok(text) => (text, true),
        Err(error) => (String::from_utf8_lossy(error.as_bytes()).into_owned(), false),
    };
    if text.ends_with('\n') {
        text.pop();
    }
    if text.ends_with('\r') {
        text.pop();
    }
    Written { text, is_utf8 }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::{private_directory, words, write_private, written};
    use crate::event::EditorFailure;

    fn command(visual: &str, editor: &str) -> Result<Vec<String>, EditorFailure> {
        let var = |name: &str| if name == "VISUAL" { visual.to_owned() } else { editor.to_owned() };
        words(&var)
    }

    #[test]
    fn the_editor_is_the_one_of_the_environment_in_words_that_no_shell_reads() {
        assert_eq!(command("", "").unwrap(), ["vi"]);
        assert_eq!(command(" ", "nano").unwrap(), ["nano"]);
        assert_eq!(command("code --wait", "nano").unwrap(), ["code", "--wait"]);
        assert_eq!(
            command("'/opt/my editor' -c \"set tw=0\" $(x); y", "").unwrap(),
            ["/opt/my editor", "-c", "set tw=0", "$(x);", "y"]
        );
        let wrong = EditorFailure::NoCommand("EDITOR", "vi '".into());
        assert_eq!(command("", "vi '"), Err(wrong));
    }

    #[test]
    fn nobody_else_can_read_the_text() {
        let directory = private_directory().unwrap();
        let path = directory.path().join("message.md");
        write_private(&path, "차 마실래요?").unwrap();
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(directory.path())), (0o600, 0o700));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "차 마실래요?\n");
        assert!(write_private(&path, "twice").is_err(), "a file that is there is not ours");
    }

    #[test]
    fn one_line_end_goes_and_what_is_no_character_is_told() {
        for (bytes, text, is_utf8) in [
            (&b"one\ntwo\n"[..], "one\ntwo", true),
            (b"one\n\n", "one\n", true),
            (b"one\r\n", "one", true),
            (b"one", "one", true),
            (b"", "", true),
            (b"\n", "", true),
            (b"a\xffb\n", "a\u{fffd}b", false),
        ] {
            let written = written(bytes.to_vec());
            assert_eq!((written.text.as_str(), written.is_utf8), (text, is_utf8), "{bytes:?}");
        }
    }
}
