//! The members of rooms, on one thread: what they say under a load, and how long it takes to everybody.

use std::time::{Duration, Instant};

use super::driver::percentiles::Percentiles;
use super::driver::poller::Poller;
use super::driver::wire::Wire;
use super::target::Target;

/// How many messages of a room are under way at once where the server is to be busy.
const WINDOW: u64 = 32;
/// How many members of a room speak.
const SPEAKERS: usize = 4;
/// How long the last messages may take.
const LIMIT: Duration = Duration::from_mins(1);

/// What a load is.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    /// How many rooms, and how many members each has.
    pub(crate) rooms: u32,
    pub(crate) members: usize,
    /// How many bytes a text has.
    pub(crate) size: usize,
    /// How many messages a second in all; as many as the server takes if there is none.
    pub(crate) rate: Option<f64>,
    pub(crate) time: Duration,
}

/// What came of it.
#[derive(Clone, Default)]
pub(crate) struct Outcome {
    pub(crate) deliveries: u64,
    pub(crate) took: Duration,
    /// What the server's threads ran.
    pub(crate) cpu: Duration,
    pub(crate) latencies: Percentiles,
}

impl Outcome {
    /// Processor time of a delivery, in microseconds.
    pub(crate) fn cpu_us(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.deliveries.max(1) as f64
    }

    /// Deliveries a second.
    pub(crate) fn per_second(&self) -> f64 {
        self.deliveries as f64 / self.took.as_secs_f64()
    }
}

struct Crowd<'a> {
    target: &'a Target,
    load: Load,
    wires: Vec<Wire>,
    poller: Poller,
    began: Instant,
    sent: u64,
    /// How many messages each member got, and how many were said in each room.
    got: Vec<u64>,
    said: Vec<u64>,
    latencies: Percentiles,
    ready: Vec<u64>,
}

/// Puts the load on it.
pub(crate) fn run(target: &Target, load: Load) -> Outcome {
    let poller = Poller::new();
    let count = load.rooms as usize * load.members;
    let wires: Vec<Wire> =
        (0..count).map(|at| target.member(at, room_of(at, load) + u32::from(load.rooms > 1))).collect();
    for (at, wire) in wires.iter().enumerate() {
        poller.add(wire, at as u64);
    }
    let mut crowd = Crowd {
        target,
        load,
        wires,
        poller,
        began: Instant::now(),
        sent: 0,
        got: vec![0; count],
        said: vec![0; load.rooms as usize],
        latencies: Percentiles::default(),
        ready: Vec::new(),
    };
    // Everybody's joins have come, and what is used once is there.
    crowd.load(Duration::from_millis(200));
    crowd.latencies = Percentiles::default();
    let (cpu, deliveries, began) = (target.cpu(), crowd.deliveries(), Instant::now());
    crowd.load(load.time);
    Outcome {
        deliveries: crowd.deliveries() - deliveries,
        took: began.elapsed(),
        cpu: target.cpu().saturating_sub(cpu),
        latencies: crowd.latencies,
    }
}

fn room_of(at: usize, load: Load) -> u32 {
    u32::try_from(at / load.members).unwrap()
}

impl Crowd<'_> {
    /// Talks for so long, and waits until everybody has everything.
    fn load(&mut self, time: Duration) {
        let (began, mut due) = (Instant::now(), Instant::now());
        let mut room = 0;
        while began.elapsed() < time {
            if let Some(rate) = self.load.rate {
                while due <= Instant::now() {
                    self.say(room, due);
                    room = (room + 1) % self.load.rooms as usize;
                    due += Duration::from_secs_f64(1.0 / rate);
                }
                self.take(due.saturating_duration_since(Instant::now()).min(Duration::from_millis(1)));
            } else {
                for room in 0..self.load.rooms as usize {
                    // The last member's is the place that all of them are about at.
                    let seen = self.got[(room + 1) * self.load.members - 1];
                    while self.said[room] < seen + WINDOW {
                        self.say(room, Instant::now());
                    }
                }
                self.take(Duration::from_millis(1));
            }
        }
        let stopped = Instant::now();
        while !self.has_everybody_everything() {
            self.take(Duration::from_millis(1));
            assert!(stopped.elapsed() < LIMIT, "messages are missing");
        }
    }

    fn say(&mut self, room: usize, due: Instant) {
        let stamp = (due - self.began).as_micros();
        let mut text = format!("t{stamp:012} ");
        text.extend(std::iter::repeat_n('x', self.load.size.saturating_sub(text.len())));
        self.sent += 1;
        let number = u32::try_from(room).unwrap() + u32::from(self.load.rooms > 1);
        let line = self.target.say(number, self.sent, &text);
        let speaker = usize::try_from(self.sent).unwrap() % SPEAKERS.min(self.load.members);
        self.wires[room * self.load.members + speaker].send(&line);
        self.said[room] += 1;
    }

    fn take(&mut self, at_most: Duration) {
        let mut ready = std::mem::take(&mut self.ready);
        self.poller.wait(at_most, &mut ready);
        let before = self.target.before_stamp();
        for at in &ready {
            let at = usize::try_from(*at).unwrap();
            let wire = &mut self.wires[at];
            assert!(wire.fill(), "member {at} was cut off");
            wire.flush();
            let now = Instant::now();
            while let Some(line) = wire.line() {
                if line.starts_with(br#"{"type":"ping"#) {
                    continue;
                }
                let Some(stamp) = memchr::memmem::find(line, before) else { continue };
                self.got[at] += 1;
                if self.load.rate.is_some() {
                    let digits = &line[stamp + before.len()..][..12];
                    let us = digits.iter().fold(0, |us, digit| us * 10 + u64::from(digit - b'0'));
                    self.latencies.add((now - self.began).saturating_sub(Duration::from_micros(us)));
                }
            }
        }
        self.ready = ready;
    }

    fn has_everybody_everything(&self) -> bool {
        self.got.iter().enumerate().all(|(at, got)| *got == self.said[room_of(at, self.load) as usize])
    }

    fn deliveries(&self) -> u64 {
        self.got.iter().sum()
    }
}
