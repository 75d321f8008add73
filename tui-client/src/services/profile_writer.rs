//! Writes the profile beside the shell, which never waits for the disk: each write runs on a thread of the runtime's pool.
//! What is to be written while one is under way is written once, in its newest form.

use std::io;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout;

use crate::profile::Profile;
use crate::profile_store::ProfileStore;

/// The shell's side.
pub(super) struct ProfileWriter {
    newest: watch::Sender<Option<Box<Profile>>>,
    failures: mpsc::Receiver<String>,
    /// Ends with what became of the last write.
    writing: JoinHandle<io::Result<()>>,
}

impl ProfileWriter {
    /// Begins to write to a store. Needs a runtime.
    pub(super) fn start(store: Box<dyn ProfileStore>) -> Self {
        let (newest, changes) = watch::channel(None);
        let (sink, failures) = mpsc::channel(1);
        Self { newest, failures, writing: tokio::spawn(write(store, changes, sink)) }
    }

    /// Has this written; one that was not begun to be written is dropped for it.
    pub(super) fn save(&self, profile: Box<Profile>) {
        self.newest.send_replace(Some(profile));
    }

    /// Why writing fails, once until it works again. Cancel safe.
    pub(super) async fn failure(&mut self) -> String {
        match self.failures.recv().await {
            Some(why) => why,
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
    mut store: Box<dyn ProfileStore>,
    mut changes: watch::Receiver<Option<Box<Profile>>>,
    failures: mpsc::Sender<String>,
) -> io::Result<()> {
    let mut last = Ok(());
    while changes.changed().await.is_ok() {
        let Some(profile) = changes.borrow_and_update().clone() else { continue };
        let was_failing = last.is_err();
        let written = spawn_blocking(move || {
            let written = store.save(&profile);
            (store, written)
        });
        (store, last) = written.await.map_err(io::Error::other)?;
        if let (false, Err(why)) = (was_failing, &last) {
            failures.try_send(why.to_string()).ok();
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::time::Duration;

    use super::ProfileWriter;
    use crate::profile::Profile;
    use crate::profile_store::ProfileStore;

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
        (ProfileWriter::start(Box::new(Scripted { begun, results })), names, script)
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
        assert_eq!((writer.failure().await, writer.failure().await), ("full".into(), "gone".into()));
        assert_eq!(writer.close(PATIENCE).await.unwrap_err().to_string(), "gone");
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
