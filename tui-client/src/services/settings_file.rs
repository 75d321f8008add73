//! The configuration file beside the shell, which never waits for the disk: a task looks whether the file was changed from
//! outside, and writes what `/set` changes, each on a thread of the runtime's pool.
//!
//! The file is looked at by its metadata once a second, so nothing has to be told when a directory comes or an editor
//! renames; inotify and its kin would be a dependency each. A file that is just being written is read when it has not
//! changed for a look.
//!
//! The file of somebody who is elsewhere ([`SettingsFile::keep`]) is nobody else's to change: it is only written, so a session in which
//! nothing is set costs nothing, and what is set faster than the disk is written together.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout;

use crate::settings::edit::edit;

/// How often the file is looked at.
const INTERVAL: Duration = Duration::from_secs(1);
/// Changes that wait to be written. More come from nobody's fingers; they hold for this run only, and that is told.
const EDITS: usize = 64;
/// What nobody has heard yet; a newer text is read again later.
const NEWS: usize = 4;

/// The shell's side.
pub(super) struct SettingsFile {
    edits: mpsc::Sender<Edit>,
    news: mpsc::Receiver<Result<String, String>>,
    task: JoinHandle<()>,
}

/// A key with its value in TOML; without one it goes.
type Edit = (String, Option<String>);

impl SettingsFile {
    /// Begins to watch a file that has this text. Needs a runtime.
    pub(super) fn watch(path: PathBuf, text: String) -> Self {
        let (edits, wanted) = mpsc::channel(EDITS);
        let (sink, news) = mpsc::channel(NEWS);
        let watched = Watched { path, text, read: None, seen: None, limit: usize::MAX };
        Self { edits, news, task: tokio::spawn(run(watched, wanted, sink, Some(INTERVAL))) }
    }

    /// Begins to keep a file that has this text, and may have so many bytes. Needs a runtime.
    pub(super) fn keep(path: PathBuf, text: String, limit: usize) -> Self {
        let (edits, wanted) = mpsc::channel(EDITS);
        let (sink, news) = mpsc::channel(NEWS);
        let watched = Watched { path, text, read: None, seen: None, limit };
        Self { edits, news, task: tokio::spawn(run(watched, wanted, sink, None)) }
    }

    /// Has a setting written. Says whether it will be.
    pub(super) fn write(&self, key: String, literal: Option<String>) -> bool {
        self.edits.try_send((key, literal)).is_ok()
    }

    /// Waits until everything is written, at most this long.
    pub(super) async fn close(self, limit: Duration) {
        drop((self.edits, self.news));
        timeout(limit, self.task).await.ok();
    }
}

/// The text of the file, where somebody else changed it, or why it cannot be written. Waits for ever without a file. Cancel
/// safe.
pub(super) async fn next_news(file: &mut Option<SettingsFile>) -> Result<String, String> {
    match file {
        Some(file) => match file.news.recv().await {
            Some(news) => news,
            None => std::future::pending().await,
        },
        None => std::future::pending().await,
    }
}

/// Writes, and watches if it is to be looked at, until nobody is left to ask for it.
async fn run(
    mut watched: Watched,
    mut wanted: mpsc::Receiver<Edit>,
    news: mpsc::Sender<Result<String, String>>,
    interval: Option<Duration>,
) {
    loop {
        let mut edits = Vec::new();
        let more = wanted.recv_many(&mut edits, EDITS);
        let count = match interval {
            Some(interval) => timeout(interval, more).await.ok(),
            None => Some(more.await),
        };
        if count == Some(0) {
            return;
        }
        let step = move || {
            let found = match edits.as_slice() {
                [] => watched.look().map(Ok),
                edits => watched.write(edits).err().map(|why| Err(why.to_string())),
            };
            (watched, found)
        };
        let Ok((back, found)) = spawn_blocking(step).await else { return };
        watched = back;
        if let Some(found) = found {
            news.try_send(found).ok();
        }
    }
}

/// What tells a file from what it was: when it was changed, its length, and which one it is.
type Stamp = Option<(i64, i64, u64, u64)>;

/// The file, and what is known of it.
#[derive(Debug)]
struct Watched {
    path: PathBuf,
    /// What the shell knows it to say.
    text: String,
    /// How it was when that was read; at first it is not known.
    read: Option<Stamp>,
    /// How it was at the last look.
    seen: Option<Stamp>,
    /// The most bytes it may have.
    limit: usize,
}

impl Watched {
    /// The text, if it is another one and nobody is just writing it.
    fn look(&mut self) -> Option<String> {
        let stamp = Some(self.stamp());
        let is_quiet = std::mem::replace(&mut self.seen, stamp) == stamp;
        if self.read == stamp || !is_quiet {
            return None;
        }
        // One that cannot be read is as if it were not there, until it can.
        let text = self.current().ok()?;
        self.read = stamp;
        (text != self.text).then(|| {
            self.text.clone_from(&text);
            text
        })
    }

    /// Changes keys in the file as it is now. The file is the old one or the new one at any moment; one that is a link
    /// stays that.
    fn write(&mut self, edits: &[Edit]) -> io::Result<()> {
        let before = self.current()?;
        let mut after = before.clone();
        for (key, literal) in edits {
            after = edit(&after, key, literal.as_deref()).map_err(|wrong| {
                io::Error::new(ErrorKind::InvalidData, format!("line {} is no TOML", wrong.line))
            })?;
        }
        if after.len() > self.limit {
            return Err(ErrorKind::FileTooLarge.into());
        }
        if after != before {
            let path = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
            if let Some(dir) = path.parent() {
                fs::create_dir_all(dir)?;
            }
            // Another window of the same person may be writing, too.
            let new = path.with_extension(format!("{}.new", next_number()));
            replace(&new, &path, &after).inspect_err(|_| {
                fs::remove_file(&new).ok();
            })?;
        }
        // What somebody else changed meanwhile is still news.
        if before == self.text {
            self.text = after;
            self.read = Some(self.stamp());
        }
        Ok(())
    }

    fn current(&self) -> io::Result<String> {
        match fs::read_to_string(&self.path) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                Ok(String::new())
            }
            read => read,
        }
    }

    fn stamp(&self) -> Stamp {
        let of = |file: Metadata| (file.mtime(), file.mtime_nsec(), file.len(), file.ino());
        fs::metadata(&self.path).ok().map(of)
    }
}

/// A number that no other write of this process has.
fn next_number() -> u64 {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    COUNT.fetch_add(1, Ordering::Relaxed)
}

fn replace(new: &PathBuf, path: &PathBuf, text: &str) -> io::Result<()> {
    let mut file = File::create(new)?;
    if let Ok(before) = fs::metadata(path) {
        file.set_permissions(before.permissions())?;
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(new, path)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use super::Watched;

    fn watched(path: &Path) -> Watched {
        let text = fs::read_to_string(path).unwrap_or_default();
        Watched { path: path.to_owned(), text, read: None, seen: None, limit: usize::MAX }
    }

    /// Looks until nothing can come any more.
    fn looks(watched: &mut Watched) -> Vec<String> {
        (0..3).filter_map(|_| watched.look()).collect()
    }

    #[test]
    fn what_others_write_is_told_once_and_what_we_write_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("chinwag/config.toml");
        let mut file = watched(&path);
        assert!(looks(&mut file).is_empty(), "there is none");
        file.write(&[("mouse".into(), Some("false".into()))]).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "mouse = false\n");
        assert!(looks(&mut file).is_empty());
        fs::write(&path, "# mine\nmouse = true\n").unwrap();
        assert_eq!(looks(&mut file), ["# mine\nmouse = true\n"]);
        file.write(&[("mouse".into(), None)]).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "# mine\n");
        fs::remove_file(&path).unwrap();
        assert_eq!(looks(&mut file), [""]);
    }

    #[test]
    fn a_file_that_is_being_written_is_read_when_it_rests() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut watched = watched(file.path());
        looks(&mut watched);
        fs::write(file.path(), "mouse").unwrap();
        assert_eq!(watched.look(), None);
        fs::write(file.path(), "mouse = true\n").unwrap();
        assert_eq!(watched.look(), None);
        assert_eq!(watched.look().as_deref(), Some("mouse = true\n"));
    }

    #[test]
    fn what_changed_between_the_start_and_the_first_look_is_told() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut watched = watched(file.path());
        fs::write(file.path(), "mouse = false\n").unwrap();
        assert_eq!(looks(&mut watched), ["mouse = false\n"]);
    }

    #[test]
    fn a_change_of_ours_keeps_what_somebody_else_has_just_changed() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut watched = watched(file.path());
        looks(&mut watched);
        fs::write(file.path(), "tls = 'off'\n").unwrap();
        watched.write(&[("mouse".into(), Some("false".into()))]).unwrap();
        let both = "tls = 'off'\nmouse = false\n";
        assert_eq!(fs::read_to_string(file.path()).unwrap(), both);
        assert_eq!(looks(&mut watched), [both]);
    }

    #[test]
    fn a_link_stays_a_link_and_a_broken_file_is_not_touched() {
        let dir = tempfile::tempdir().unwrap();
        let (path, target) = (dir.path().join("config.toml"), dir.path().join("dotfiles.toml"));
        fs::write(&target, "mouse = true\n").unwrap();
        symlink(&target, &path).unwrap();
        let mut file = watched(&path);
        file.write(&[("mouse".into(), Some("false".into()))]).unwrap();
        assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&target).unwrap(), "mouse = false\n");
        fs::write(&target, "mouse = \n").unwrap();
        assert!(file.write(&[("mouse".into(), None)]).is_err());
        assert_eq!(fs::read_to_string(&target).unwrap(), "mouse = \n");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2, "nothing is left beside it");
    }
}
