use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::config::storage::Sync;

/// A store whose commits are a hundred pages or so each.
struct Site {
    db: Connection,
    checkpointer: Checkpointer,
    path: PathBuf,
    _dir: TempDir,
}

impl Site {
    fn open() -> Self {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("db");
        let mut db = schema::open_writer(&path, Sync::Normal).unwrap();
        let checkpointer = Checkpointer::start(&path, &mut db, || {}).unwrap();
        Self { db, checkpointer, path, _dir: dir }
    }

    /// Commits without a pause; the most pages there were in the log meanwhile.
    fn write(&mut self, commits: usize) -> i32 {
        let mut most = 0;
        for _ in 0..commits {
            let sql =
                "INSERT INTO mark (name, value) VALUES (hex(randomblob(8)) || hex(zeroblob(200000)), 1)";
            self.db.execute(sql, []).unwrap();
            self.checkpointer.on_commit(&self.db);
            most = most.max(self.pages());
        }
        most
    }

    fn pages(&self) -> i32 {
        self.checkpointer.pages.load(Ordering::Relaxed)
    }
}

#[test]
fn the_log_stays_bounded_while_commits_never_stop() {
    let mut site = Site::open();
    let most = site.write(400);
    assert!((PAGES..BOUND + 200).contains(&most), "{most}");
}

#[test]
fn a_reader_that_holds_the_log_back_stops_nothing_and_the_log_begins_anew_afterwards() {
    let mut site = Site::open();
    site.write(1);
    let reader = schema::open_reader(&site.path).unwrap();
    let snapshot = reader.unchecked_transaction().unwrap();
    snapshot.query_row("SELECT count(*) FROM mark", [], |row| row.get::<_, i64>(0)).unwrap();
    assert!(site.write(250) > BOUND, "a snapshot keeps the log");
    snapshot.commit().unwrap();
    site.write(60);
    assert!(site.pages() < BOUND, "{}", site.pages());
}

#[test]
fn a_round_that_no_commit_came_into_lets_the_log_begin_anew() {
    let mut site = Site::open();
    while site.pages() < PAGES {
        site.write(1);
    }
    assert!(site.checkpointer.is_under_way);
    while site.checkpointer.is_under_way {
        site.checkpointer.on_commit(&site.db);
    }
    site.write(1);
    assert!(site.pages() < PAGES, "{}", site.pages());
}
