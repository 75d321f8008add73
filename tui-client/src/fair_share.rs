//! How the clients of many people share one process: what others cause (reading what the server sends, taking it in, drawing it) is
//! done for one of them at a time, in turns, and in pieces. So a key that anybody presses waits for one such piece at most, and not
//! for all that is to be done for everybody. The more there is of it, the longer are the times between two reads, and two frames, of
//! each; these are told here and nowhere else. What the server tells many of them alike they decode once ([`LineCache`]).
//!
//! A turn begins when nothing else is to be done: a key passes several tasks on its way to its echo, and no turn comes between them.
//!
//! A client that has its process to itself waits for nobody, and has the shortest times.

mod line_cache;

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::yield_now;
use tokio::time::Instant;

pub use self::line_cache::LineCache;

/// The time between two frames that only the network asked for: 30 a second. Nobody reads faster.
pub const FRAME: Duration = Duration::from_millis(33);
/// The same where there is more to do than can be done.
const SLOWEST_FRAME: Duration = Duration::from_secs(1);
/// While there is much to read, reads are this part of the time between two frames apart, so that each brings more: waking up costs
/// more than reading.
const READS_PER_FRAME: u32 = 4;
/// How many lines of the server are read or taken in by turn: a fraction of a millisecond of work.
const LINES_PER_TURN: usize = 128;
/// How long the load is observed before the times are changed.
const WINDOW: Duration = Duration::from_millis(100);
/// The share of the time that turns are to take. The rest is for keys, for ssh, and for other processes.
const SHARE: f64 = 0.6;

/// A share of a process: of one that belongs to nobody else, by default.
#[derive(Clone, Debug, Default)]
pub struct FairShare(Option<Arc<Shared>>);

#[derive(Debug)]
struct Shared {
    turns: Arc<Semaphore>,
    load: Mutex<Load>,
    lines: LineCache,
}

/// How much there was to do lately.
#[derive(Debug)]
struct Load {
    since: Instant,
    busy: Duration,
    frame: Duration,
}

/// Somebody's turn, until it is dropped. It must not be kept while something is waited for.
#[derive(Debug)]
pub struct Turn {
    of_many: Option<(Arc<Shared>, OwnedSemaphorePermit, Instant)>,
}

impl FairShare {
    /// The share of each of many; they get clones of it.
    #[must_use]
    pub fn of_many() -> Self {
        let load = Load { since: Instant::now(), busy: Duration::ZERO, frame: FRAME };
        let (turns, lines) = (Arc::new(Semaphore::new(1)), LineCache::default());
        Self(Some(Arc::new(Shared { turns, load: Mutex::new(load), lines })))
    }

    /// Whether others are in the process.
    #[must_use]
    pub fn is_of_many(&self) -> bool {
        self.0.is_some()
    }

    /// Waits for a turn. Whoever gives up waiting gives up the place in the queue.
    pub async fn turn(&self) -> Turn {
        let Some(shared) = &self.0 else { return Turn { of_many: None } };
        let permit = Arc::clone(&shared.turns).acquire_owned().await;
        // The first lets run what is ready, and looks what has come; the second lets run what that has made ready, to its end.
        yield_now().await;
        yield_now().await;
        // The semaphore is never closed; without it everybody's turn would be now.
        Turn { of_many: permit.ok().map(|permit| (Arc::clone(shared), permit, Instant::now())) }
    }

    /// The time between two frames that only the network asked for.
    #[must_use]
    pub fn frame_interval(&self) -> Duration {
        self.0.as_ref().map_or(FRAME, |shared| shared.load().frame)
    }

    /// The time between two reads while there is much to read.
    #[must_use]
    pub fn read_interval(&self) -> Duration {
        self.frame_interval() / READS_PER_FRAME
    }

    /// The lines that were decoded for any of them.
    #[must_use]
    pub fn lines(&self) -> Option<&LineCache> {
        self.0.as_ref().map(|shared| &shared.lines)
    }

    /// How many lines may be read in a turn.
    #[must_use]
    pub fn lines_per_turn(&self) -> usize {
        if self.is_of_many() { LINES_PER_TURN } else { usize::MAX }
    }
}

impl Shared {
    fn load(&self) -> MutexGuard<'_, Load> {
        self.load.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Load {
    /// A turn took so long until now.
    fn note(&mut self, now: Instant, took: Duration) {
        self.busy += took;
        let time = now.duration_since(self.since);
        if time < WINDOW {
            return;
        }
        // Slowly up and down: it is by what was done, and that depends on the times there were.
        let load = self.busy.as_secs_f64() / time.as_secs_f64() / SHARE;
        self.frame = self.frame.mul_f64(load.clamp(0.7, 1.5)).clamp(FRAME, SLOWEST_FRAME);
        (self.since, self.busy) = (now, Duration::ZERO);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some((shared, _permit, began)) = self.of_many.take() {
            let now = Instant::now();
            shared.load().note(now, now.duration_since(began));
        }
    }
}

/// Somebody's place in the queue for turns, which is kept while something else is done.
#[derive(Default)]
pub struct Place(Option<Pin<Box<dyn Future<Output = Turn> + Send>>>);

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Place").field(&self.is_taken()).finish()
    }
}

impl Place {
    /// Whether it is waited for a turn, or it has come: then [`Place::turn`] is to be called soon, for nobody else gets one meanwhile.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        self.0.is_some()
    }

    /// Waits for a turn. Cancel safe.
    pub async fn turn(&mut self, share: &FairShare) -> Turn {
        if !share.is_of_many() {
            return share.turn().await;
        }
        let share = share.clone();
        let waits = self.0.get_or_insert_with(|| Box::pin(async move { share.turn().await }));
        let turn = waits.await;
        self.0 = None;
        turn
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::advance;

    use super::{FRAME, FairShare, Place, SLOWEST_FRAME, WINDOW};

    /// Has turns for so long that take this share of the time.
    async fn load(share: &FairShare, time: Duration, part: f64) {
        for _ in 0..time.as_millis() / WINDOW.as_millis() {
            let turn = share.turn().await;
            advance(WINDOW.mul_f64(part)).await;
            drop(turn);
            advance(WINDOW.mul_f64(1.0 - part)).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_more_there_is_to_do_the_less_often_each_draws() {
        let share = FairShare::of_many();
        load(&share, Duration::from_secs(5), 0.3).await;
        assert_eq!(share.frame_interval(), FRAME);
        load(&share, Duration::from_secs(5), 0.95).await;
        assert_eq!(share.frame_interval(), SLOWEST_FRAME);
        load(&share, Duration::from_secs(5), 0.1).await;
        assert_eq!(share.frame_interval(), FRAME);
    }

    #[tokio::test(start_paused = true)]
    async fn one_has_a_turn_at_a_time_and_a_place_in_the_queue_outlasts_a_key() {
        let share = FairShare::of_many();
        let first = share.turn().await;
        let mut place = Place::default();
        // A key comes before the turn.
        tokio::select! {
            biased;
            _ = place.turn(&share) => panic!("two have a turn"),
            () = std::future::ready(()) => {}
        }
        let later = share.clone();
        let later = tokio::spawn(async move { later.turn().await });
        tokio::task::yield_now().await;
        drop(first);
        tokio::task::yield_now().await;
        assert!(!later.is_finished(), "the place was lost");
        drop(place.turn(&share).await);
        later.await.unwrap();
        assert!(!place.is_taken());
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_alone_waits_for_nobody() {
        let share = FairShare::default();
        let (_one, _other) = (share.turn().await, share.turn().await);
        load(&share, Duration::from_secs(5), 1.0).await;
        assert_eq!((share.frame_interval(), share.lines_per_turn()), (FRAME, usize::MAX));
    }
}
