//! Everybody, on one thread: who says what when, by chance; and what comes in.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::Options;
use super::driver::poller::Poller;
use super::driver::wire::Wire;
use super::person::{Person, Shared};
use super::random::Random;

/// The rooms beside the lobby. Person N never leaves the Nth of them, nor the server: somebody sees everything of it.
const ROOMS: [&str; 8] = ["build", "deploy", "lunch", "회의", "ops", "random", "review", "support"];
/// The one who stops reading, for so long, and reads again for so long.
const STOPPED: usize = ROOMS.len();
const STOP_FOR: Duration = Duration::from_mins(6);
const READ_FOR: Duration = Duration::from_secs(45);
/// How often the one who does not read says that they are there.
const PONG_EVERY: Duration = Duration::from_secs(20);
/// The receive buffer of that one, so that the server notices.
const SMALL_BUFFER: usize = 4096;
/// Within how many seconds everybody comes in after the beginning.
const COME_IN_S: usize = 10;
const COME_IN: Duration = Duration::from_secs(COME_IN_S as u64);
/// How long it may take at the end until everybody has everything.
const SETTLE: Duration = Duration::from_mins(2);
/// How often somebody goes for ever and somebody new comes, and how often something else than talk happens.
const NEWCOMER_EVERY: Duration = Duration::from_secs(47);
const CHANGE_EVERY: Duration = Duration::from_millis(700);

const WORDS: [&str; 16] = [
    "the build is green",
    "내일 회의 있어요",
    "deploy at noon",
    "점심 같이 먹어요",
    "please review",
    "서버를 다시 시작했습니다",
    "who broke main?",
    "배포가 끝났어요",
    "looking into it",
    "ㅋㅋㅋ",
    "see https://example.org/a/b?c=d",
    "확인했습니다",
    "rolling back",
    "금요일까지 할게요",
    "thanks a lot",
    "it is DNS",
];
const QUERIES: [&str; 8] = ["build", "회의", "deploy", "배포", "the", "main?", "nothere", "점심 같이"];

/// All people.
pub(crate) struct People {
    address: SocketAddr,
    random: Random,
    poller: Poller,
    everybody: Vec<Person>,
    pub(crate) shared: Shared,
    say_every: Duration,
    next_say: Instant,
    next_change: Instant,
    next_newcomer: Instant,
    /// When the one who stops reading does so next, or reads again.
    turn_at: Instant,
    /// The longest time between two looks at what came in: what it is the harness itself was late by.
    pub(crate) longest_pass: Duration,
    last_pass: Instant,
    ready: Vec<u64>,
}

impl People {
    /// People who are about to come in.
    pub(crate) fn new(address: SocketAddr, options: &Options, now: Instant) -> Self {
        let mut random = Random::new(options.seed);
        let everybody =
            (0..options.people.max(STOPPED + 2)).map(|_| Person::new(now + random.seconds(0, COME_IN_S)));
        let mut everybody: Vec<Person> = everybody.collect();
        everybody[STOPPED].is_slow = true;
        Self {
            address,
            everybody,
            random,
            poller: Poller::new(),
            shared: Shared::default(),
            say_every: Duration::from_secs_f64(1.0 / options.rate),
            next_say: now + COME_IN,
            next_change: now + COME_IN,
            next_newcomer: now + NEWCOMER_EVERY,
            turn_at: now + READ_FOR,
            longest_pass: Duration::ZERO,
            last_pass: now,
            ready: Vec::new(),
        }
    }

    /// Does what is due and takes what came, for some milliseconds at most.
    pub(crate) fn pass(&mut self) {
        let now = Instant::now();
        while self.next_say <= now {
            self.next_say += self.say_every;
            self.say(now);
        }
        if self.next_change <= now {
            self.next_change = now + CHANGE_EVERY;
            self.change(now);
        }
        if self.next_newcomer <= now {
            self.next_newcomer = now + NEWCOMER_EVERY;
            self.replace(now);
        }
        self.stop_or_read(now);
        self.take();
    }

    /// Lets everybody come back and take what there is, without talk; says whether all of them have all.
    pub(crate) fn settle(&mut self) -> bool {
        let until = Instant::now() + SETTLE;
        let now = Instant::now();
        for person in &mut self.everybody {
            person.back_at = person.back_at.map(|_| now);
        }
        self.turn_at = now;
        while Instant::now() < until {
            if self.everybody[STOPPED].has_stopped {
                self.stop_or_read(Instant::now());
            }
            self.take();
            let ledger = &self.shared.ledger;
            if self.everybody.iter().all(|person| person.is_settled() && person.has_all(ledger)) {
                return true;
            }
        }
        false
    }

    /// How many are connected.
    pub(crate) fn connected(&self) -> usize {
        self.everybody.iter().filter(|person| person.wire.is_some()).count()
    }

    fn say(&mut self, now: Instant) {
        let Some(at) = self.anybody() else { return };
        let person = &mut self.everybody[at];
        let rooms = person.rooms();
        let Some(room) = self.random.pick(&rooms) else { return };
        let words = self.random.pick(&WORDS).copied().unwrap_or_default();
        person.say(room, words, &mut self.shared.ledger, now);
    }

    /// Somebody who is here and does not stand still.
    fn anybody(&mut self) -> Option<usize> {
        let at = self.random.below(self.everybody.len());
        let person = &self.everybody[at];
        (person.is_live && !person.has_stopped && at != STOPPED).then_some(at)
    }

    /// Something else than talk.
    fn change(&mut self, now: Instant) {
        let Some(at) = self.anybody() else { return };
        let (what, is_witness) = (self.random.below(100), at < ROOMS.len());
        let person = &mut self.everybody[at];
        let rooms = person.rooms();
        let Some(room) = self.random.pick(&rooms).cloned() else { return };
        match what {
            0..30 => {
                let before = self.shared.ledger.newest(&room);
                person.page(&room, before.saturating_sub(self.random.below(5000) as u64), now);
            }
            30..50 => person.search(self.random.pick(&QUERIES).copied().unwrap_or_default(), now),
            _ if is_witness => {}
            50..65 if room != "lobby" => {
                person.part(&room, &mut self.shared.ledger);
                person.join(self.random.pick(&ROOMS).copied().unwrap_or_default());
            }
            // Too long to be taken for somebody who is only away.
            98.. => person.lose(Some(now + self.random.seconds(310, 400))),
            // The connection is cut.
            75.. => person.lose(Some(now + self.random.seconds(0, 20))),
            _ => {
                person.send(r#"{"type":"quit"}"#);
                person.lose(Some(now + self.random.seconds(1, 60)));
            }
        }
    }

    /// Somebody goes for ever, and somebody new has their place.
    fn replace(&mut self, now: Instant) {
        let Some(at) = self.anybody().filter(|at| *at > STOPPED) else { return };
        if self.everybody[at].is_settled() {
            self.everybody[at].send(r#"{"type":"quit","quiet":true}"#);
            self.everybody[at] = Person::new(now);
        }
    }

    fn stop_or_read(&mut self, now: Instant) {
        let person = &mut self.everybody[STOPPED];
        let Some(wire) = &person.wire else { return };
        if person.has_stopped && now >= person.ponged_at + PONG_EVERY {
            person.ponged_at = now;
            person.send(r#"{"type":"pong"}"#);
        } else if person.has_stopped && now >= self.turn_at {
            self.poller.add(wire, STOPPED as u64);
            (person.has_stopped, self.turn_at) = (false, now + READ_FOR);
        } else if !person.has_stopped && person.is_live && now >= self.turn_at {
            self.poller.remove(wire);
            (person.has_stopped, self.turn_at) = (true, now + STOP_FOR);
        }
    }

    /// Lets come back whose time it is, and takes what came in.
    fn take(&mut self) {
        let now = Instant::now();
        for at in 0..self.everybody.len() {
            self.everybody[at].send_due(now);
            if self.everybody[at].back_at.is_some_and(|back_at| back_at <= now) {
                let buffer = (at == STOPPED).then_some(SMALL_BUFFER);
                let wire = Wire::connect_with(self.address, buffer);
                self.poller.add(&wire, at as u64);
                self.everybody[at].greet(wire);
            }
        }
        let (mut ready, at_most) = (std::mem::take(&mut self.ready), Duration::from_millis(5));
        self.poller.wait(self.next_say.saturating_duration_since(now).min(at_most), &mut ready);
        for at in &ready {
            self.read(usize::try_from(*at).unwrap_or(0));
        }
        self.ready = ready;
        let now = Instant::now();
        self.longest_pass = self.longest_pass.max(now - self.last_pass);
        self.last_pass = now;
    }

    fn read(&mut self, at: usize) {
        let person = &mut self.everybody[at];
        // It may have been lost in this very pass.
        let Some(mut wire) = person.wire.take() else { return };
        let goes_on = wire.fill();
        let now = Instant::now();
        let was_new = person.rooms().is_empty();
        while let Some(line) = wire.line() {
            // What it answers goes out over the same connection.
            let line = line.to_vec();
            person.wire = Some(wire);
            person.on_line(&line, &mut self.shared, now);
            let Some(same) = person.wire.take() else { return };
            wire = same;
        }
        person.wire = Some(wire);
        if !goes_on {
            // Whoever takes nothing for so long is let go of, and comes back.
            if at != STOPPED {
                self.shared.ledger.fault(format!("the connection of {at} ended by itself"));
            }
            return person.lose(Some(now + Duration::from_secs(1)));
        }
        if was_new && person.is_live {
            let first = ROOMS[at % ROOMS.len()];
            person.join(first);
            // Who stops reading has much to miss.
            let more = if at == STOPPED { ROOMS.len() } else { 1 };
            for _ in 0..more {
                person.join(self.random.pick(&ROOMS).copied().unwrap_or_default());
            }
        }
    }
}
