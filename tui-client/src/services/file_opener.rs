//! Opens a saved file by a program: the one that is set, else the desktop's (`open` on macOS, `xdg-open` elsewhere). Never by a shell:
//! the path is one argument, and begins with a slash. The program runs apart from this one, in a process group and with standard
//! streams of its own, and is not waited for longer than it takes to see that it started.

use std::env;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc;

/// How often it is looked whether a program has failed; one that has not by then is taken to have opened the file.
const LOOKS: u32 = 40;
/// The time between two looks: two seconds for all.
const BETWEEN: Duration = Duration::from_millis(50);
/// Results that nobody has heard yet.
const RESULTS: usize = 8;

/// What came of it: the path and what went wrong, if anything.
pub(crate) type Opened = Result<(), (PathBuf, String)>;

/// Opens files.
pub(super) struct FileOpener {
    sink: mpsc::Sender<Opened>,
    results: mpsc::Receiver<Opened>,
}

impl Default for FileOpener {
    fn default() -> Self {
        let (sink, results) = mpsc::channel(RESULTS);
        Self { sink, results }
    }
}

impl FileOpener {
    /// Opens a file; does not wait for it.
    pub(super) fn open(&self, path: PathBuf, with: Option<PathBuf>) {
        let sink = self.sink.clone();
        let failed = path.clone();
        let run = move || {
            let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
            let Some(program) = with.or_else(|| desktop_program(&is_set)) else {
                // Nobody waits for it when the client has ended, here and below.
                sink.blocking_send(Err((path, String::new()))).ok();
                return;
            };
            match open(&program, &path, LOOKS) {
                Ok(mut child) => {
                    sink.blocking_send(Ok(())).ok();
                    child.wait().ok();
                }
                Err(error) => {
                    let why = format!("{}: {error}", program.display());
                    sink.blocking_send(Err((path, why))).ok();
                }
            }
        };
        if let Err(error) = thread::Builder::new().name("file opener".into()).spawn(run) {
            self.sink.try_send(Err((failed, error.to_string()))).ok();
        }
    }

    /// What came of the next one. Cancel safe.
    pub(super) async fn next(&mut self) -> Opened {
        match self.results.recv().await {
            Some(result) => result,
            None => std::future::pending().await,
        }
    }
}

/// The program of the desktop; none over ssh or without one, where what it opens would appear on another screen, or nowhere.
fn desktop_program(is_set: &impl Fn(&str) -> bool) -> Option<PathBuf> {
    if is_set("SSH_CONNECTION") || is_set("SSH_TTY") {
        return None;
    }
    if cfg!(target_os = "macos") {
        return Some("open".into());
    }
    (is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")).then(|| "xdg-open".into())
}

/// Runs the program, and gives it back once it has ended well or goes on after so many looks.
fn open(program: &Path, path: &Path, looks: u32) -> io::Result<Child> {
    let mut child = Command::new(program)
        .arg(std::path::absolute(path)?)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()?;
    for _ in 0..looks {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(child),
            Some(status) => return Err(io::Error::other(status.to_string())),
            None => thread::sleep(BETWEEN),
        }
    }
    Ok(child)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_gets_the_path_as_one_argument_and_no_shell_reads_it() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a;b $(c).txt");
        open(Path::new("touch"), &path, LOOKS).unwrap().wait().unwrap();
        assert!(path.exists());
        assert!(open(Path::new("false"), &path, LOOKS).is_err());
        assert!(open(Path::new("/no/such/program"), &path, LOOKS).is_err());
    }

    #[test]
    fn one_that_goes_on_is_not_waited_for() {
        let place = tempfile::tempdir().unwrap();
        let pipe = place.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let mut child = open(Path::new("cat"), &pipe, 1).unwrap();
        assert_eq!(child.try_wait().unwrap(), None);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn there_is_none_over_ssh() {
        assert_eq!(desktop_program(&|name| name == "SSH_TTY" || name == "DISPLAY"), None);
        assert!(desktop_program(&|name| name == "DISPLAY").is_some());
    }
}
