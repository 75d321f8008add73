//! How many pages a thread of this process wrote and read: what `/proc` says of the bytes it passed to system calls.

/// A page of the database.
const PAGE: f64 = 4096.0;
/// A page in the write-ahead log, with its header.
const FRAME: f64 = PAGE + 24.0;

/// So many.
#[derive(Clone, Copy)]
pub(crate) struct PageCounts {
    written: f64,
    read: f64,
}

impl PageCounts {
    /// What a thread of this name has written and read so far.
    pub(crate) fn of_thread(name: &str) -> Self {
        let is_it =
            |task: &std::path::PathBuf| std::fs::read_to_string(task.join("comm")).unwrap().trim() == name;
        let find = || {
            let mut tasks = std::fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
            tasks.find(is_it)
        };
        // A thread that has only just begun has not taken its name yet.
        let named = std::iter::repeat_with(find).take(1_000_000).flatten().next();
        let io = std::fs::read_to_string(named.unwrap().join("io")).unwrap();
        let bytes = |of: &str| {
            io.lines().find_map(|line| line.strip_prefix(of)).unwrap().trim().parse::<f64>().unwrap()
        };
        Self { written: bytes("wchar:") / FRAME, read: bytes("rchar:") / PAGE }
    }

    /// What it has done since then.
    pub(crate) fn since(self, before: Self) -> Self {
        Self { written: self.written - before.written, read: self.read - before.read }
    }

    /// On average, of so many.
    pub(crate) fn each(self, times: u64) -> String {
        let each = |pages: f64| pages / times as f64;
        format!("{:>13}", format!("{:.1} + {:.1}", each(self.written), each(self.read)))
    }
}
