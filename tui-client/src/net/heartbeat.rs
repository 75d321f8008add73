//! The heartbeat of a connection as a pure state machine: when to ask the server whether it is there, when to say that it
//! does not answer, and when to give the connection up. Time comes in, in milliseconds of two clocks: a steady one, and the
//! wall clock, which alone goes on while the machine sleeps.

/// After this much silence the server is asked whether it is there.
pub const PING_AFTER: u64 = 20_000;
/// After something was sent, this much silence is enough to ask.
pub const PING_AFTER_SENDING: u64 = 5_000;
/// After what was sent or asked has had no answer for so long, that is said.
pub const NO_ANSWER_AFTER: u64 = 10_000;
/// After so long, the connection is given up.
pub const DEAD_AFTER: u64 = 25_000;
/// The wall clock is compared with the steady one this often.
pub const CHECK_EVERY: u64 = 5_000;
/// A wall clock that is ahead by more than this since the last look means that the machine slept, or that the clock was
/// set: the server is asked at once.
pub const JUMP: i64 = 10_000;
/// After a jump, a connection that still works answers this fast.
pub const DEAD_AFTER_JUMP: u64 = 4_000;

/// How long is waited before something is done, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// After something was sent, this much silence is enough to ask.
    ping_after_sending: u64,
    /// A question that was asked since what was sent had no answer may be without one for so long, before the connection is
    /// given up.
    dead_after_sending: u64,
    /// The same of a question that was asked for the silence alone.
    dead_after_silence: u64,
}

impl Pace {
    /// The server has one address: giving it up gains nothing but another try.
    pub const ALONE: Self = Self {
        ping_after_sending: PING_AFTER_SENDING,
        dead_after_sending: DEAD_AFTER - PING_AFTER_SENDING,
        dead_after_silence: DEAD_AFTER,
    };
    /// There is another address to go to. Whoever sends something is at another node within about five seconds of a cable that is
    /// cut; whoever sends nothing is asked no more often than else, which spares batteries, and waits a little longer.
    pub const WITH_OTHERS: Self =
        Self { ping_after_sending: 2_000, dead_after_sending: 3_000, dead_after_silence: 5_000 };
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beat {
    /// Ask the server whether it is there.
    Ping,
    /// Say that it does not answer.
    NoAnswer,
    /// Give the connection up.
    GiveUp,
}

/// The two clocks, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clocks {
    /// Goes on steadily, but not while the machine sleeps.
    pub steady: u64,
    /// The wall clock.
    pub wall: i64,
}

/// How long ago a connection was heard of.
#[derive(Debug)]
pub struct Heartbeat {
    pace: Pace,
    /// When something was received last.
    received: u64,
    /// When the first thing was sent that nothing has come after.
    sent: Option<u64>,
    /// When the server was asked, if nothing has come after that.
    asked: Option<u64>,
    /// It was asked because of a jump.
    jumped: bool,
    /// That there is no answer was said.
    told: bool,
    /// The clocks were compared last at this moment.
    checked: Clocks,
}

impl Heartbeat {
    /// Begins with something received just now.
    #[must_use]
    pub fn new(now: Clocks) -> Self {
        Self {
            pace: Pace::ALONE,
            received: now.steady,
            sent: None,
            asked: None,
            jumped: false,
            told: false,
            checked: now,
        }
    }

    /// From now on things are done at this pace.
    pub fn set_pace(&mut self, pace: Pace) {
        self.pace = pace;
    }

    /// Something was received. Says whether it had been said that nothing comes.
    pub fn on_received(&mut self, steady: u64) -> bool {
        (self.received, self.sent, self.asked, self.jumped) = (steady, None, None, false);
        std::mem::take(&mut self.told)
    }

    /// Something was sent.
    pub fn on_sent(&mut self, steady: u64) {
        self.sent.get_or_insert(steady);
    }

    /// What is due now, if anything is. To be asked again until nothing is.
    pub fn due(&mut self, now: Clocks) -> Option<Beat> {
        if self.has_jumped(now) {
            (self.asked, self.jumped) = (Some(now.steady), true);
            return Some(Beat::Ping);
        }
        if now.steady >= self.dead_at() {
            return Some(Beat::GiveUp);
        }
        if !self.told && now.steady >= self.no_answer_at() {
            self.told = true;
            return Some(Beat::NoAnswer);
        }
        if self.asked.is_none() && now.steady >= self.ask_at() {
            self.asked = Some(now.steady);
            return Some(Beat::Ping);
        }
        None
    }

    /// When something may be due, by the steady clock.
    #[must_use]
    pub fn deadline(&self) -> u64 {
        let told = if self.told { u64::MAX } else { self.no_answer_at() };
        let ask = if self.asked.is_some() { u64::MAX } else { self.ask_at() };
        let check = self.checked.steady.saturating_add(CHECK_EVERY);
        self.dead_at().min(told).min(ask).min(check)
    }

    fn has_jumped(&mut self, now: Clocks) -> bool {
        let before = std::mem::replace(&mut self.checked, now);
        let steady = i64::try_from(now.steady.saturating_sub(before.steady)).unwrap_or(i64::MAX);
        now.wall.saturating_sub(before.wall).saturating_sub(steady) > JUMP
    }

    fn ask_at(&self) -> u64 {
        let sent = self.sent.map_or(u64::MAX, |sent| sent.saturating_add(self.pace.ping_after_sending));
        self.received.saturating_add(PING_AFTER).min(sent)
    }

    /// Since when something waits for an answer.
    fn waits_since(&self) -> Option<u64> {
        match (self.sent, self.asked) {
            (Some(sent), Some(asked)) => Some(sent.min(asked)),
            (one, other) => one.or(other),
        }
    }

    fn no_answer_at(&self) -> u64 {
        self.waits_since().map_or(u64::MAX, |since| since.saturating_add(NO_ANSWER_AFTER))
    }

    /// Nothing is given up that was not asked.
    fn dead_at(&self) -> u64 {
        let Some(asked) = self.asked else { return u64::MAX };
        let wait = match self.sent {
            _ if self.jumped => DEAD_AFTER_JUMP,
            Some(sent) if sent < asked => self.pace.dead_after_sending,
            Some(_) | None => self.pace.dead_after_silence,
        };
        asked.saturating_add(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_795_253_400_000;

    /// What happens until `until`, when the two clocks go alike and the loop wakes up when it must.
    fn run(heartbeat: &mut Heartbeat, from: u64, until: u64, slept: i64) -> Vec<(u64, Beat)> {
        let (mut now, mut beats) = (from, Vec::new());
        while now <= until {
            let wall = START + i64::try_from(now).unwrap() + slept;
            while let Some(beat) = heartbeat.due(Clocks { steady: now, wall }) {
                beats.push((now, beat));
                if beat == Beat::GiveUp {
                    return beats;
                }
            }
            assert!(heartbeat.deadline() > now, "it would wake up for ever at {now}");
            now = heartbeat.deadline();
        }
        beats
    }

    fn new() -> Heartbeat {
        Heartbeat::new(Clocks { steady: 0, wall: START })
    }

    #[test]
    fn a_server_that_says_nothing_is_asked_then_complained_of_then_given_up() {
        let expect = [(20_000, Beat::Ping), (30_000, Beat::NoAnswer), (45_000, Beat::GiveUp)];
        assert_eq!(run(&mut new(), 0, 100_000, 0), expect);
    }

    #[test]
    fn what_was_sent_is_not_waited_for_as_long() {
        let mut heartbeat = new();
        heartbeat.on_sent(1_000);
        heartbeat.on_sent(3_000);
        let expect = [(6_000, Beat::Ping), (11_000, Beat::NoAnswer), (26_000, Beat::GiveUp)];
        assert_eq!(run(&mut heartbeat, 1_000, 100_000, 0), expect);
    }

    #[test]
    fn where_there_are_others_a_silent_server_is_given_up_within_seconds_of_what_was_sent() {
        let mut heartbeat = new();
        heartbeat.set_pace(Pace::WITH_OTHERS);
        heartbeat.on_sent(1_000);
        let expect = [(3_000, Beat::Ping), (6_000, Beat::GiveUp)];
        assert_eq!(run(&mut heartbeat, 1_000, 100_000, 0), expect);
        let mut idle = new();
        idle.set_pace(Pace::WITH_OTHERS);
        assert_eq!(run(&mut idle, 0, 100_000, 0), [(20_000, Beat::Ping), (25_000, Beat::GiveUp)]);
    }

    #[test]
    fn what_was_sent_long_before_anybody_looked_is_asked_about_first() {
        let mut heartbeat = new();
        heartbeat.set_pace(Pace::WITH_OTHERS);
        heartbeat.on_sent(1_000);
        let expect = [(30_000, Beat::NoAnswer), (30_000, Beat::Ping), (33_000, Beat::GiveUp)];
        assert_eq!(run(&mut heartbeat, 30_000, 40_000, 0), expect);
    }

    #[test]
    fn whatever_comes_is_an_answer() {
        let mut heartbeat = new();
        heartbeat.on_sent(1_000);
        assert_eq!(run(&mut heartbeat, 1_000, 12_000, 0).len(), 2);
        assert!(heartbeat.on_received(13_000), "it had been said");
        assert!(!heartbeat.on_received(13_001));
        assert_eq!(run(&mut heartbeat, 13_001, 33_000, 0), []);
        assert_eq!(run(&mut heartbeat, 33_001, 34_000, 0), [(33_001, Beat::Ping)]);
    }

    #[test]
    fn after_sleep_the_server_is_asked_at_once_and_given_up_soon() {
        for slept in [10_001, 60_000, 86_400_000, i64::MAX / 2] {
            let mut heartbeat = new();
            assert_eq!(run(&mut heartbeat, 0, 4_000, 0), []);
            let expect = [(7_000, Beat::Ping), (11_000, Beat::GiveUp)];
            assert_eq!(run(&mut heartbeat, 7_000, 60_000, slept), expect, "{slept}");
        }
        let mut heartbeat = new();
        assert_eq!(run(&mut heartbeat, 7_000, 7_100, 60_000), [(7_000, Beat::Ping)]);
        heartbeat.on_received(7_200);
        assert_eq!(run(&mut heartbeat, 7_200, 27_000, 60_000), [], "it works, and is asked once");
    }

    #[test]
    fn small_steps_of_the_clock_and_steps_back_mean_nothing() {
        for slept in [9_000, -60_000, -86_400_000] {
            assert_eq!(run(&mut new(), 7_000, 19_000, slept), [], "{slept}");
        }
    }
}
