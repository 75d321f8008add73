//! The log that the nodes of a simulated cluster share, as an order over a network has it: a list of frames, each with its time. A
//! frame may be lost on the way, come late, come twice, come though its sender was told that it failed, or after its sender is dead;
//! all of the log may stand still for a while (no leader), and a node may be cut off from it, in one direction or in both. What nodes tell
//! each other beside the log is lost, late or doubled, too, and never kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use server::chat::conn_id::NodeStart;
use server::chat::place::Place;
use server::order::passing::{Heard, Notice};
use shared::Millis;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tokio::time::Instant;

use super::random::Random;
use super::world::START;

/// How far the place of a frame is from the next one's: the place of a proposal is that of its frame and its index there.
const PLACES: u64 = 1 << 10;

/// The log, and the network between it and the nodes.
pub(crate) struct ReplicatedLog {
    began: Instant,
    state: Mutex<State>,
    /// Something was published, or a fault began or ended.
    changed: Notify,
    /// Something was appended, or a fault began or ended.
    appended: Notify,
}

struct State {
    /// All of them: those that nodes can no longer read, too.
    frames: Vec<Arc<Appended>>,
    /// The first that nodes can read.
    first: usize,
    /// Who needed which one before that.
    missing: Option<(usize, usize)>,
    /// What is under way to the log, by the time it arrives.
    under_way: BTreeMap<(Instant, u64), Frame>,
    count: u64,
    links: Vec<Link>,
    /// Who takes what is told beside the log, by node.
    hearing: Vec<Option<Heard>>,
    stands_until: Option<Instant>,
    has_faults: bool,
    random: Random,
    tally: Tally,
    is_verbose: bool,
}

/// How often what happened, for the counters.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) frames: u64,
    /// Frames that the log has although a part of them was there before.
    pub(crate) repeats: u64,
    pub(crate) lost: u64,
    pub(crate) late: u64,
}

/// The network between one node and the log.
#[derive(Clone, Copy, Debug, Default)]
struct Link {
    up_cut_until: Option<Instant>,
    down_cut_until: Option<Instant>,
}

/// Consecutive proposals of one start of a node, as lines.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) start: NodeStart,
    /// The number of the first one.
    pub(crate) first: u64,
    pub(crate) lines: Arc<[String]>,
}

/// A frame of the log.
#[derive(Debug)]
pub(crate) struct Appended {
    pub(crate) at: Millis,
    /// When it was appended.
    pub(crate) since: Instant,
    pub(crate) frame: Frame,
}

/// What a node is told of a frame that it published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing, yet.
    Unknown,
    /// That it failed, which may not be so.
    Failed,
}

/// Where a frame begins.
pub(crate) fn frame_place(seq: usize, index: usize) -> Place {
    Place(seq as u64 * PLACES + index as u64)
}

/// The frame of a place, and the index there.
pub(crate) fn in_frame(place: Place) -> (usize, usize) {
    (usize::try_from(place.0 / PLACES).unwrap(), usize::try_from(place.0 % PLACES).unwrap())
}

impl ReplicatedLog {
    /// An empty log. Prints what is appended if `is_verbose`.
    pub(crate) fn new(nodes: usize, random: Random, is_verbose: bool) -> Arc<Self> {
        let state = State {
            frames: Vec::new(),
            first: 1,
            missing: None,
            under_way: BTreeMap::new(),
            count: 0,
            links: vec![Link::default(); nodes],
            hearing: vec![None; nodes],
            stands_until: None,
            has_faults: true,
            random,
            tally: Tally::default(),
            is_verbose,
        };
        Arc::new(Self {
            began: Instant::now(),
            state: Mutex::new(state),
            changed: Notify::new(),
            appended: Notify::new(),
        })
    }

    /// Appends what arrives, for ever.
    pub(crate) async fn run(self: Arc<Self>) {
        loop {
            let changed = self.changed.notified();
            match self.append_due() {
                Some(next) => drop(tokio::time::timeout_at(next, changed).await),
                None => changed.await,
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Appends what is due; returns when there is more to do.
    fn append_due(&self) -> Option<Instant> {
        let (now, mut state) = (Instant::now(), self.state());
        if let Some(until) = state.stands_until.filter(|until| *until > now) {
            return Some(until);
        }
        let mut has_new = false;
        while let Some(entry) = state.under_way.first_entry().filter(|entry| entry.key().0 <= now) {
            let frame = entry.remove();
            let at = START + Millis::try_from((now - self.began).as_millis()).unwrap();
            if state.is_verbose {
                let NodeStart { start, .. } = frame.start;
                println!("{:>7} log {}: {start} from {}", at - START, state.frames.len() + 1, frame.first);
                frame.lines.iter().for_each(|line| println!("            {line}"));
            }
            let end = frame.first + frame.lines.len() as u64;
            let knows = |other: &Arc<Appended>| {
                let other = &other.frame;
                other.start == frame.start
                    && other.first < end
                    && frame.first < other.first + other.lines.len() as u64
            };
            state.tally.repeats += u64::from(state.frames.iter().any(knows));
            state.tally.frames += 1;
            state.frames.push(Arc::new(Appended { at, since: now, frame }));
            has_new = true;
        }
        if has_new {
            self.appended.notify_waiters();
        }
        state.under_way.first_key_value().map(|((at, _), _)| *at)
    }

    /// A node publishes a frame.
    pub(crate) fn publish(&self, node: usize, frame: Frame) -> Outcome {
        let (now, mut guard) = (Instant::now(), self.state());
        let state = &mut *guard;
        let outcome = state.publish(now, node, frame);
        drop(guard);
        self.changed.notify_one();
        outcome
    }

    /// From now on this start of a node hears what others tell.
    pub(crate) fn listen(&self, node: usize, heard: Heard) {
        self.state().hearing[node] = Some(heard);
    }

    /// A node tells the others something beside the log.
    pub(crate) fn tell(&self, node: usize, notices: &BTreeSet<Notice>) {
        let (now, mut guard) = (Instant::now(), self.state());
        let state = &mut *guard;
        if state.links[node].up_cut_until.is_some_and(|until| until > now) {
            return;
        }
        for (to, heard) in state.hearing.iter().enumerate() {
            let Some(heard) = heard else { continue };
            if state.links[to].down_cut_until.is_some_and(|until| until > now) {
                continue;
            }
            for _ in 0..*state.random.pick(&[0, 1, 1, 1, 1, 2]) {
                let late = Duration::from_millis(state.random.delay(8, 2000));
                let (heard, notices) = (heard.clone(), notices.clone());
                tokio::spawn(async move {
                    tokio::time::sleep(late).await;
                    for notice in notices {
                        heard.hear(notice);
                    }
                });
            }
        }
    }

    /// The frame with a number, the first being 1.
    pub(crate) fn frame(&self, seq: usize) -> Option<Arc<Appended>> {
        self.state().frames.get(seq.checked_sub(1)?).cloned()
    }

    /// Nodes can no longer read what is before this frame. Whether that was more before.
    pub(crate) fn trim_before(&self, seq: usize) -> bool {
        let mut state = self.state();
        let trims = seq > state.first;
        state.first = state.first.max(seq);
        trims
    }

    /// A node needs a frame that can no longer be read.
    pub(crate) fn note_missing(&self, node: usize, seq: usize) {
        self.state().missing.get_or_insert((node, seq));
    }

    /// Which node needed which frame that could no longer be read.
    pub(crate) fn missing(&self) -> Option<(usize, usize)> {
        self.state().missing
    }

    /// The first frame that nodes can read.
    pub(crate) fn first(&self) -> usize {
        self.state().first
    }

    /// A frame that is there comes once more, or all those with which nodes entered: a network may keep what it carries.
    pub(crate) fn repeat(&self) {
        let (now, mut guard) = (Instant::now(), self.state());
        let state = &mut *guard;
        let mut again: Vec<_> = state.frames.iter().map(|appended| appended.frame.clone()).collect();
        if state.random.one_in(3) {
            again = again.get(state.random.index(again.len().max(1))).cloned().into_iter().collect();
        } else {
            again.retain(|frame| frame.first == 1);
        }
        for frame in again {
            state.tally.late += 1;
            state.arrive(now, frame);
        }
        drop(guard);
        self.changed.notify_one();
    }

    /// Whether nothing is on its way to it.
    pub(crate) fn is_quiet(&self) -> bool {
        self.state().under_way.is_empty()
    }

    pub(crate) fn tally(&self) -> Tally {
        self.state().tally
    }

    /// Resolves when something may have been appended.
    pub(crate) fn appended(&self) -> Notified<'_> {
        self.appended.notified()
    }

    /// Until when a node receives nothing.
    pub(crate) fn is_deaf_until(&self, node: usize) -> Option<Instant> {
        self.state().links[node].down_cut_until
    }

    /// The log takes nothing for a while.
    pub(crate) fn stand(&self, until: u64) {
        let until = self.began + Duration::from_millis(until);
        self.state().stands_until = Some(until);
        self.changed.notify_one();
    }

    /// Cuts a node off for a while.
    pub(crate) fn cut(&self, node: usize, up: bool, down: bool, until: u64) {
        let until = Some(self.began + Duration::from_millis(until));
        let link = &mut self.state().links[node];
        link.up_cut_until = link.up_cut_until.max(until.filter(|_| up));
        link.down_cut_until = link.down_cut_until.max(until.filter(|_| down));
    }

    /// No more faults.
    pub(crate) fn stop_faults(&self) {
        let (now, mut state) = (Instant::now(), self.state());
        state.has_faults = false;
        state.stands_until = None;
        state.links.fill(Link::default());
        let late: Vec<_> =
            state.under_way.split_off(&(now + Duration::from_secs(1), 0)).into_values().collect();
        for frame in late {
            state.arrive(now + Duration::from_secs(1), frame);
        }
        drop(state);
        self.changed.notify_one();
        self.appended.notify_waiters();
    }
}

impl State {
    fn arrive(&mut self, at: Instant, frame: Frame) {
        self.count += 1;
        self.under_way.insert((at, self.count), frame);
    }

    fn publish(&mut self, now: Instant, node: usize, frame: Frame) -> Outcome {
        let ms = Duration::from_millis;
        let usual = now + ms(self.random.delay(8, 500));
        if !self.has_faults {
            self.arrive(usual, frame);
            return Outcome::Unknown;
        }
        if let Some(healed) = self.links[node].up_cut_until.filter(|until| *until > now) {
            // What the network kept arrives when it is whole again.
            if self.random.one_in(3) {
                self.tally.late += 1;
                let at = healed + ms(self.random.delay(50, 2000));
                self.arrive(at, frame);
            } else {
                self.tally.lost += 1;
            }
            return if self.random.one_in(2) { Outcome::Unknown } else { Outcome::Failed };
        }
        match self.random.between(0, 99) {
            0..2 => {
                self.tally.lost += 1;
                if self.random.one_in(2) { Outcome::Unknown } else { Outcome::Failed }
            }
            // It is said to have failed, and comes later all the same.
            2..6 => {
                self.tally.late += 1;
                let at = now + ms(self.random.delay(8000, 40_000));
                self.arrive(at, frame);
                if self.random.one_in(2) { Outcome::Unknown } else { Outcome::Failed }
            }
            6..9 => {
                let again = now + ms(self.random.delay(3000, 40_000));
                self.arrive(again, frame.clone());
                self.arrive(usual, frame);
                Outcome::Unknown
            }
            9..12 => {
                self.arrive(usual, frame);
                Outcome::Failed
            }
            _ => {
                self.arrive(usual, frame);
                Outcome::Unknown
            }
        }
    }
}
