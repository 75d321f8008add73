//! Writes the profile beside the shell, which never waits for the disk: each write runs on a thread of the runtime's pool.
//! What is to be written while one is under way is written once, in its newest form. What could not be written is tried again
//! from time to time, also when nothing changes.

use std::io;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::profile::Profile;
use crate::profile_store::SharedStore;

/// What could not be written is tried again after so long: somebody may have made room.
const RETRY: Duration = Duration::from_secs(5);

/// What nobody has heard yet; more is dropped, for a shell that takes none has ended.
const NEWS: usize = 4;

/// The shell's side.
pub(super) struct ProfileWriter {
    newest: watch::Sender<Option<Box<Profile>>>,
    outcomes: mpsc::Receiver<Result<(), String>>,
    /// Ends with what became of the last write.
    writing: JoinHandle<io::Result<()>>,
}

impl ProfileWriter {
    /// Begins to write to a store. Needs a runtime.
    pub(super) fn start(store: SharedStore) -> Self {
        let (newest, changes) = watch::channel(None);
        let (sink, outcomes) = mpsc::channel(NEWS);
        Self { newest, outcomes, writing: tokio::spawn(write(store, changes, sink)) }
    }

    /// Has this written; one that was not begun to be written is dropped for it.
    pub(super) fn save(&self, profile: Box<Profile>) {
        self.newest.send_replace(Some(profile));
    }

    /// Why writing fails, once until it works again; then that it does. Cancel safe.
    pub(super) async fn news(&mut self) -> Result<(), String> {
        match self.outcomes.recv().await {
            Some(news) => news,
            None => std::future::pending().await,
        }
    }

    /// Waits until the newest profile is written, at most this long.
    pub(super) async fn close(self, limit: Duration) -> io::Result<()> {
        drop(self.newest);
        match timeout(limit, self.writing).await {
            Ok(Ok(last)) => last,
            Ok(Err(panicked)) => Err(io::Error::other(panicked)),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

/// Writes until there is nothing more to write and nobody left to ask for it.
async fn write(
    store: SharedStore,
    mut changes: watch::Receiver<Option<Box<Profile>>>,
    outcomes: mpsc::Sender<Result<(), String>>,
) -> io::Result<()> {
    let mut last = Ok(());
    loop {
        let wait = match &last {
            Ok(()) => Ok(changes.changed().await),
            // If nothing changes, the same once more.
            Err(_) => timeout(RETRY, changes.changed()).await,
        };
        if let Ok(Err(_)) = wait {
            return last;
        }
        let Some(profile) = changes.borrow_and_update().clone() else { continue };
        let was_ok = last.is_ok();
        last = store.save(profile).await;
        if last.is_ok() != was_ok {
            outcomes.try_send(last.as_ref().copied().map_err(ToString::to_string)).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::time::Duration;

    use super::ProfileWriter;
    use crate::profile::Profile;
    use crate::profile_store::{ProfileStore, SharedStore};

    const PATIENCE: Duration = Duration::from_mins(1);

    /// A store whose writes end when the test says how.
    struct Scripted {
        begun: Sender<String>,
        results: Receiver<io::Result<()>>,
    }

    impl ProfileStore for Scripted {
        fn save(&mut self, profile: &Profile) -> io::Result<()> {
            self.begun.send(profile.name.as_ref().map(ToString::to_string).unwrap_or_default()).ok();
            self.results.recv().unwrap_or(Ok(()))
        }
    }

    fn scripted() -> (ProfileWriter, Receiver<String>, Sender<io::Result<()>>) {
        let (begun, names) = channel();
        let (script, results) = channel();
        let store = SharedStore::new(Box::new(Scripted { begun, results }));
        (ProfileWriter::start(store), names, script)
    }

    fn named(name: &str) -> Profile {
        Profile { name: name.parse().ok(), ..Profile::default() }
    }

    /// Lets the writing task run until it has begun to write.
    async fn begun(names: Receiver<String>) -> (String, Receiver<String>) {
        let wait = move || (names.recv_timeout(PATIENCE).unwrap(), names);
        tokio::task::spawn_blocking(wait).await.unwrap()
    }

    #[tokio::test]
    async fn what_changes_during_a_write_is_written_once_in_its_newest_form() {
        let (writer, names, script) = scripted();
        writer.save(Box::new(named("one")));
        let (first, names) = begun(names).await;
        assert_eq!(first, "one");
        writer.save(Box::new(named("two")));
        writer.save(Box::new(named("three")));
        script.send(Ok(())).unwrap();
        script.send(Ok(())).unwrap();
        writer.close(PATIENCE).await.unwrap();
        assert_eq!(names.iter().collect::<Vec<_>>(), ["three"]);
    }

    #[tokio::test]
    async fn a_failure_is_told_once_until_a_write_succeeds() {
        let (mut writer, mut names, script) = scripted();
        for result in ["full", "full", "", "gone"] {
            writer.save(Box::new(named("kim")));
            names = begun(names).await.1;
            script.send(if result.is_empty() { Ok(()) } else { Err(io::Error::other(result)) }).unwrap();
        }
        // The second one was not told, or it would be here.
        for news in [Err("full".into()), Ok(()), Err("gone".into())] {
            assert_eq!(writer.news().await, news);
        }
        assert_eq!(writer.close(PATIENCE).await.unwrap_err().to_string(), "gone");
    }

    #[tokio::test(start_paused = true)]
    async fn what_could_not_be_written_is_tried_again_though_nothing_changes() {
        let (mut writer, names, script) = scripted();
        for result in [Err(io::ErrorKind::StorageFull.into()), Ok(())] {
            script.send(result).unwrap();
        }
        writer.save(Box::new(named("kim")));
        assert!(writer.news().await.is_err());
        assert_eq!(writer.news().await, Ok(()));
        writer.close(PATIENCE).await.unwrap();
        assert_eq!(names.iter().collect::<Vec<_>>(), ["kim", "kim"]);
    }

    #[tokio::test]
    async fn a_disk_that_hangs_does_not_keep_the_program_from_ending() {
        let (writer, names, script) = scripted();
        writer.save(Box::new(named("kim")));
        let (_, _names) = begun(names).await;
        let ended = writer.close(Duration::from_millis(1)).await;
        assert_eq!(ended.unwrap_err().kind(), io::ErrorKind::TimedOut);
        drop(script);
    }
}
