//! Looks at files and directories for the app, in threads for what blocks: a disk that hangs must not hold up the screen. A few
//! questions at once at most; one that comes meanwhile gets no answer, and the newest answer is all the app takes.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc};
use unicode_normalization::UnicodeNormalization as _;

use crate::local_files::{FilesAsked, FilesFound, LocalFile, LocalKind};

/// The questions that may be open at once: more only where a disk hangs.
const AT_ONCE: usize = 4;
/// The most entries of a directory that are looked at.
const ENTRIES: usize = 100_000;
/// The most names that are told: more than anybody goes through by Tab.
const NAMES: usize = 500;

/// Answers questions about files.
pub(super) struct LocalFiles {
    free: Arc<Semaphore>,
    sink: mpsc::Sender<(u64, FilesFound)>,
    answers: mpsc::Receiver<(u64, FilesFound)>,
}

impl Default for LocalFiles {
    fn default() -> Self {
        let (sink, answers) = mpsc::channel(AT_ONCE);
        Self { free: Arc::new(Semaphore::new(AT_ONCE)), sink, answers }
    }
}

impl LocalFiles {
    /// Begins to look. Needs a runtime.
    pub(super) fn ask(&self, number: u64, asked: FilesAsked) {
        let Ok(place) = Arc::clone(&self.free).try_acquire_owned() else { return };
        let sink = self.sink.clone();
        tokio::task::spawn_blocking(move || {
            let home = env::var_os("HOME").map(PathBuf::from);
            let found = answer(asked, home.as_deref());
            drop(place);
            // Nobody waits for it when the client has ended.
            sink.blocking_send((number, found)).ok();
        });
    }

    /// The next answer. Cancel safe.
    pub(super) async fn next(&mut self) -> (u64, FilesFound) {
        match self.answers.recv().await {
            Some(answer) => answer,
            None => std::future::pending().await,
        }
    }
}

fn answer(asked: FilesAsked, home: Option<&Path>) -> FilesFound {
    match asked {
        FilesAsked::Look(readings) => {
            let found = readings.into_iter().find_map(|paths| {
                paths.into_iter().map(|path| look(in_home(&path, home))).collect::<Option<Vec<_>>>()
            });
            FilesFound::Looked(found.unwrap_or_default())
        }
        FilesAsked::List { dir, prefix } => {
            let dir =
                if dir.is_empty() { PathBuf::from(".") } else { on_disk(in_home(Path::new(&dir), home)) };
            FilesFound::Listed(list(&dir, &prefix))
        }
    }
}

/// A path with the home directory in place of a `~`.
fn in_home(path: &Path, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        (Ok(_) | Err(_), _) => path.to_owned(),
    }
}

/// The path of a file that is there, though the parts of its syllables may be written otherwise on the disk: a draft has them in
/// Unicode form C, a file from a Mac often in form D. A path that leads nowhere stays as it is.
pub(super) fn on_disk(path: PathBuf) -> PathBuf {
    if fs::symlink_metadata(&path).is_ok() || path.to_str().is_none_or(str::is_ascii) {
        return path;
    }
    let mut found = PathBuf::new();
    for part in path.components() {
        let next = found.join(part);
        if fs::symlink_metadata(&next).is_ok() {
            found = next;
            continue;
        }
        let wanted: String = part.as_os_str().to_string_lossy().nfc().collect();
        let dir = if found.as_os_str().is_empty() { Path::new(".") } else { &found };
        let mut entries = fs::read_dir(dir).into_iter().flatten().take(ENTRIES).filter_map(Result::ok);
        let is_it = |name: &str| name.nfc().eq(wanted.chars());
        match entries.find(|entry| entry.file_name().to_str().is_some_and(is_it)) {
            Some(entry) => found.push(entry.file_name()),
            None => return path,
        }
    }
    found
}

fn look(path: PathBuf) -> Option<LocalFile> {
    let path = on_disk(path);
    let metadata = fs::metadata(&path).ok()?;
    let kind = if metadata.is_dir() {
        LocalKind::Folder
    } else if metadata.is_file() {
        LocalKind::File(metadata.len())
    } else {
        LocalKind::Special
    };
    Some(LocalFile { path, kind })
}

/// The names in a directory that begin so; those that begin with a dot only where that was typed. Where none does exactly, those
/// that do in other letters.
fn list(dir: &Path, prefix: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(dir) else { return Vec::new() };
    let composed: String = prefix.nfc().collect();
    let folded = composed.to_lowercase();
    let (mut exact, mut alike) = (Vec::new(), Vec::new());
    for entry in entries.take(ENTRIES).filter_map(Result::ok) {
        let Ok(mut name) = entry.file_name().into_string() else { continue };
        if name.starts_with('.') && !prefix.starts_with('.') {
            continue;
        }
        // A Mac's disk has the parts of a syllable, where the keyboard has the syllable.
        let shown: String = name.nfc().collect();
        let is_exact = shown.starts_with(&composed);
        if !is_exact && !shown.to_lowercase().starts_with(&folded) {
            continue;
        }
        if fs::metadata(entry.path()).is_ok_and(|metadata| metadata.is_dir()) {
            name.push('/');
        }
        if is_exact { exact.push(name) } else { alike.push(name) }
    }
    let mut names = if exact.is_empty() { alike } else { exact };
    names.sort_unstable();
    names.truncate(NAMES);
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> tempfile::TempDir {
        let place = tempfile::tempdir().unwrap();
        for name in [
            "Report.pdf",
            "report 2.pdf",
            ".hidden",
            "보고서.pdf",
            "\u{1107}\u{1169}\u{110b}\u{1161}\u{11ab}.txt",
        ] {
            fs::write(place.path().join(name), "abc").unwrap();
        }
        fs::create_dir(place.path().join("reports")).unwrap();
        place
    }

    #[test]
    fn names_are_listed_as_a_unix_shell_completes_them() {
        let place = place();
        let list = |prefix| list(place.path(), prefix);
        assert_eq!(list("rep"), ["report 2.pdf", "reports/"]);
        assert_eq!(list("Rep"), ["Report.pdf"]);
        assert_eq!(list("REP"), ["Report.pdf", "report 2.pdf", "reports/"]);
        assert_eq!(list("보"), ["\u{1107}\u{1169}\u{110b}\u{1161}\u{11ab}.txt", "보고서.pdf"]);
        assert_eq!(list("\u{1107}\u{1169}\u{1100}\u{1169}"), ["보고서.pdf"]);
        assert_eq!(list("").len(), 5);
        assert_eq!(list(".h"), [".hidden"]);
        assert!(super::list(Path::new("/no/such/place"), "").is_empty());
    }

    #[test]
    fn the_first_reading_by_which_all_are_there_counts() {
        let place = place();
        let path = |name: &str| place.path().join(name);
        let look = |readings| answer(FilesAsked::Look(readings), Some(place.path()));
        let both = vec![path("Report.pdf"), PathBuf::from("~/reports")];
        let FilesFound::Looked(found) = look(vec![vec![path("none")], both]) else { panic!() };
        assert_eq!(
            found.iter().map(|file| file.kind).collect::<Vec<_>>(),
            [LocalKind::File(3), LocalKind::Folder]
        );
        assert_eq!(found[1].path, path("reports"));
        let FilesFound::Looked(found) = look(vec![vec![path("반.txt")]]) else { panic!() };
        assert_eq!(found.len(), 0, "another syllable");
        let FilesFound::Looked(found) = look(vec![vec![path("보안.txt")]]) else { panic!() };
        assert_eq!(found[0].path, path("\u{1107}\u{1169}\u{110b}\u{1161}\u{11ab}.txt"));
        assert_eq!(look(vec![vec![path("Report.pdf"), path("none")]]), FilesFound::Looked(Vec::new()));
    }

    #[tokio::test]
    async fn an_answer_has_the_number_of_its_question() {
        let mut files = LocalFiles::default();
        files.ask(7, FilesAsked::Look(vec![vec!["/".into()]]));
        let (number, found) = files.next().await;
        assert_eq!(number, 7);
        assert!(matches!(found, FilesFound::Looked(found) if found[0].kind == LocalKind::Folder));
    }
}
