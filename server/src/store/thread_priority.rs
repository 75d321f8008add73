//! The priority of the store's threads that nobody waits for. Where they want the same processor as a commit, the commit
//! goes first: without a low priority such a thread would keep it for a time slice of some milliseconds, and even with one it
//! keeps it for a while, unless it asks whether others want it.

use rusqlite::Connection;

/// How much such a thread stands back behind the others, as of `nice`.
const NICE: i32 = 10;
/// After how many instructions of `SQLite`'s virtual machine it asks: a few microseconds.
const INSTRUCTIONS: i32 = 16;

/// Gives the calling thread a low priority.
pub(super) fn stand_back() {
    if let Err(error) = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICE) {
        tracing::debug!(%error, "a thread of the store runs with the priority of everything else");
    }
}

/// Lets whatever else wants the processor run between any few steps of this connection.
pub(super) fn yield_often(db: &mut Connection) -> rusqlite::Result<()> {
    let give_way = || {
        std::thread::yield_now();
        #[cfg(test)]
        tests::others_run();
        false
    };
    db.progress_handler(INSTRUCTIONS, Some(give_way))
}

#[cfg(test)]
pub(super) mod tests {
    use std::cell::RefCell;

    use rustix::process::getpriority_process;
    use rustix::thread::gettid;

    use super::*;

    thread_local! {
        /// What runs whenever this thread lets others run.
        static OTHERS: RefCell<Option<Box<dyn FnMut()>>> = const { RefCell::new(None) };
    }

    pub(super) fn others_run() {
        OTHERS.with_borrow_mut(|others| others.iter_mut().for_each(|run| run()));
    }

    /// Does something on this thread, and this whenever it lets others run.
    pub(in crate::store) fn with_others<T>(others: impl FnMut() + 'static, work: impl FnOnce() -> T) -> T {
        OTHERS.set(Some(Box::new(others)));
        let done = work();
        OTHERS.set(None);
        done
    }

    #[test]
    fn only_the_thread_that_stands_back_has_a_low_priority() {
        let before = getpriority_process(Some(gettid())).unwrap();
        let stood_back = std::thread::spawn(|| {
            stand_back();
            getpriority_process(Some(gettid())).unwrap()
        });
        assert_eq!(stood_back.join().unwrap(), NICE);
        assert_eq!(getpriority_process(Some(gettid())).unwrap(), before);
    }
}
