//! What is unconfirmed, against a stream that loses, forgets to answer, stores late, and elects.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::*;
use crate::order::jetstream::frame::{Header, MOST_MESSAGE_BYTES};

const START: NodeStart = NodeStart { node: 1, start: 1 };

fn at(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// What is unconfirmed where these many frames of one proposal each are under way.
fn flying(frames: u64) -> Unconfirmed {
    let mut unconfirmed = Unconfirmed::new(START);
    for attempt in 1..=frames {
        unconfirmed.push("x".to_owned());
        assert_eq!(unconfirmed.publish(at(0)).map(|publish| publish.attempt), Some(attempt));
    }
    unconfirmed
}

fn header(bytes: &[u8]) -> Header {
    serde_json::from_slice(bytes.split(|&b| b == b'\n').next().unwrap()).unwrap()
}

fn attempts(unconfirmed: &mut Unconfirmed, now: u64) -> Vec<u64> {
    std::iter::from_fn(|| unconfirmed.publish(at(now))).map(|publish| header(&publish.bytes).first).collect()
}

#[test]
fn what_is_proposed_while_the_window_is_full_is_the_next_frame() {
    let mut unconfirmed = flying(4);
    for _ in 0..3 {
        unconfirmed.push("x".to_owned());
    }
    assert_eq!(unconfirmed.publish(at(1)), None);
    assert_eq!(unconfirmed.on_seen(1, 1, at(2)), Seen::Confirmed(at(2)));
    let next = unconfirmed.publish(at(2)).unwrap();
    assert_eq!((header(&next.bytes).first, next.proposals, next.again), (5, 3, false));
}

#[test]
fn a_frame_has_at_most_512_proposals_and_256_kib_unless_one_alone_is_longer() {
    let mut unconfirmed = Unconfirmed::new(START);
    unconfirmed.push("x".repeat(MOST_BYTES + 1));
    (0..600).for_each(|_| unconfirmed.push("x".to_owned()));
    (0..3).for_each(|_| unconfirmed.push("x".repeat(MOST_BYTES / 2)));
    let frames: Vec<Publish> = std::iter::from_fn(|| unconfirmed.publish(at(0))).collect();
    assert_eq!(frames.iter().map(|frame| frame.proposals).collect::<Vec<_>>(), [1, 512, 89, 1]);
    assert!(frames.iter().all(|frame| frame.bytes.len() <= MOST_MESSAGE_BYTES));
}

#[test]
fn silence_sends_the_first_unconfirmed_again_and_the_others_when_it_is_there() {
    let mut unconfirmed = flying(3);
    assert_eq!(unconfirmed.on_seen(1, 1, at(10)), Seen::Confirmed(at(10)));
    assert_eq!(unconfirmed.deadline(), Some(at(1510)));
    assert_eq!(attempts(&mut unconfirmed, 1509), [0; 0]);
    assert_eq!(attempts(&mut unconfirmed, 1510), [2]);
    assert_eq!(unconfirmed.deadline(), Some(at(3010)));
    assert_eq!(unconfirmed.on_seen(2, 1, at(1600)), Seen::Confirmed(at(1600)));
    assert_eq!(attempts(&mut unconfirmed, 1600), [3]);
    assert_eq!(unconfirmed.deadline(), Some(at(3100)));
}

#[test]
fn a_failure_sends_again_after_a_tenth_of_a_second_and_nothing_new_before() {
    let mut unconfirmed = flying(2);
    unconfirmed.on_failed(2, at(5));
    unconfirmed.push("x".to_owned());
    assert_eq!(attempts(&mut unconfirmed, 50), [0; 0]);
    assert_eq!(attempts(&mut unconfirmed, 105), [1]);
    unconfirmed.on_stored(3, 70);
    assert_eq!(attempts(&mut unconfirmed, 106), [2, 3]);
}

#[test]
fn a_confirmation_does_not_make_a_failure_forgotten() {
    let mut unconfirmed = flying(2);
    unconfirmed.on_failed(2, at(5));
    assert_eq!(unconfirmed.on_seen(1, 1, at(6)), Seen::Confirmed(at(6)));
    assert_eq!(unconfirmed.deadline(), Some(at(105)));
}

#[test]
fn the_failure_of_an_earlier_attempt_says_nothing() {
    let mut unconfirmed = flying(1);
    assert_eq!(attempts(&mut unconfirmed, 1500), [1]);
    unconfirmed.on_failed(1, at(1501));
    assert_eq!(unconfirmed.deadline(), Some(at(3000)));
}

#[test]
fn what_the_stream_has_is_waited_for_until_the_tail_is_past_it() {
    let mut unconfirmed = flying(1);
    assert_eq!(unconfirmed.oldest_unanswered(), Some(at(0)));
    unconfirmed.on_stored(1, 70);
    assert_eq!((unconfirmed.deadline(), unconfirmed.oldest_unanswered()), (None, None));
    unconfirmed.on_passed(69, at(9000));
    assert_eq!(unconfirmed.deadline(), None);
    unconfirmed.on_passed(70, at(9000));
    assert_eq!(unconfirmed.deadline(), Some(at(9100)));
}

#[test]
fn a_frame_before_its_turn_is_not_confirmed_and_makes_the_missing_one_come_again() {
    let mut unconfirmed = flying(2);
    assert_eq!(unconfirmed.on_seen(2, 1, at(3)), Seen::TooEarly);
    assert_eq!(attempts(&mut unconfirmed, 103), [1]);
    assert_eq!(unconfirmed.on_seen(1, 1, at(104)), Seen::Confirmed(at(104)));
    assert_eq!(attempts(&mut unconfirmed, 104), [2]);
    assert_eq!(unconfirmed.on_seen(1, 1, at(104)), Seen::Repeat);
    assert_eq!(unconfirmed.on_seen(2, 1, at(104)), Seen::Confirmed(at(104)));
    assert!(unconfirmed.is_empty());
    assert_eq!(unconfirmed.deadline(), None);
}

#[test]
fn a_lost_connection_sends_again_what_was_under_way() {
    let mut unconfirmed = flying(2);
    unconfirmed.on_connection_lost(at(20));
    assert_eq!(attempts(&mut unconfirmed, 120), [1]);
    let mut idle = Unconfirmed::new(START);
    idle.on_connection_lost(at(20));
    assert_eq!(idle.deadline(), None);
}

#[test]
fn a_stall_is_asked_about_a_few_times_and_not_answered_with_everything() {
    for says_so in [true, false] {
        let (mut unconfirmed, mut again) = (flying(4), 0);
        if says_so {
            (1..=4).for_each(|attempt| unconfirmed.on_failed(attempt, at(0)));
        }
        for now in (0..13_000).step_by(10) {
            while let Some(publish) = unconfirmed.publish(at(now)) {
                again += 1;
                if says_so {
                    unconfirmed.on_failed(publish.attempt, at(now));
                }
            }
        }
        let few = if says_so { 30..=36 } else { 7..=9 };
        assert!(few.contains(&again), "{again} with an answer: {says_so}");
        let wait = unconfirmed.deadline().unwrap().saturating_sub(at(13_000));
        let most = if says_so { LONGEST_AFTER_FAILURE } else { AFTER_SILENCE };
        assert!(wait <= most, "it is noticed soon when it is over: {wait:?}");
    }
}

/// What happens to a publish, or in between.
#[derive(Clone, Debug)]
enum Fate {
    Stored,
    StoredAnswerLost,
    StoredSaidToHaveFailed,
    /// Stored, but only after that many more publishes.
    StoredLate(usize),
    Lost,
    Failed,
    /// Said to be stored, and lost with the leader.
    Forgotten,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        4 => Just(Fate::Stored),
        1 => Just(Fate::StoredAnswerLost),
        1 => Just(Fate::StoredSaidToHaveFailed),
        1 => (1..6_usize).prop_map(Fate::StoredLate),
        1 => Just(Fate::Lost),
        1 => Just(Fate::Failed),
        1 => Just(Fate::Forgotten),
    ]
}

/// One stream, and one who applies what it brings by the rule of numbers.
#[derive(Default)]
struct World {
    stream: VecDeque<(u64, Header)>,
    late: Vec<(usize, Header)>,
    last_sequence: u64,
    applied: Vec<u64>,
}

impl World {
    fn store(&mut self, header: Header) -> u64 {
        self.last_sequence += 1;
        self.stream.push_back((self.last_sequence, header));
        self.last_sequence
    }

    fn publish(&mut self, unconfirmed: &mut Unconfirmed, publish: &Publish, fate: &Fate, now: Duration) {
        let (header, attempt) = (header(&publish.bytes), publish.attempt);
        for (wait, _) in &mut self.late {
            *wait = wait.saturating_sub(1);
        }
        let due = self.late.extract_if(.., |(wait, _)| *wait == 0).collect::<Vec<_>>();
        for (_, header) in due {
            self.store(header);
        }
        match fate {
            Fate::Stored => {
                let sequence = self.store(header);
                unconfirmed.on_stored(attempt, sequence);
            }
            Fate::StoredAnswerLost => {
                self.store(header);
            }
            Fate::StoredSaidToHaveFailed => {
                self.store(header);
                unconfirmed.on_failed(attempt, now);
            }
            Fate::StoredLate(wait) => self.late.push((*wait, header)),
            Fate::Lost => {}
            Fate::Failed => unconfirmed.on_failed(attempt, now),
            Fate::Forgotten => unconfirmed.on_stored(attempt, self.last_sequence + 1),
        }
    }

    fn deliver(&mut self, unconfirmed: &mut Unconfirmed, most: usize, now: Duration) {
        for _ in 0..most {
            let Some((sequence, header)) = self.stream.pop_front() else { return };
            for number in header.first..header.first + header.count {
                if number == self.applied.last().map_or(1, |last| last + 1) {
                    self.applied.push(number);
                }
            }
            unconfirmed.on_seen(header.first, header.count, now);
            unconfirmed.on_passed(sequence, now);
            let confirmed =
                unconfirmed.frames.front().map_or(unconfirmed.next_number, |frame| frame.first) - 1;
            assert_eq!(
                confirmed,
                self.applied.len() as u64,
                "confirmed is what was applied, at every moment"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_all_is_applied_once_and_in_order(
        steps in proptest::collection::vec((0..5_usize, fate(), 0..4_usize, 0..400_u64), 1..200),
    ) {
        let (mut unconfirmed, mut world) = (Unconfirmed::new(START), World::default());
        let (mut now, mut proposed) = (Duration::ZERO, 0);
        for (proposals, fate, deliveries, passes) in &steps {
            if unconfirmed.has_room() {
                (0..*proposals).for_each(|_| unconfirmed.push("x".to_owned()));
                proposed += proposals;
            }
            while let Some(publish) = unconfirmed.publish(now) {
                world.publish(&mut unconfirmed, &publish, fate, now);
            }
            prop_assert!(unconfirmed.frames.len() <= WINDOW);
            world.deliver(&mut unconfirmed, *deliveries, now);
            now += Duration::from_millis(*passes);
        }
        // Everything works from now on: the deadlines alone bring it to its end. Another node's message makes the tail pass.
        for _ in 0..100 {
            while let Some(publish) = unconfirmed.publish(now) {
                world.publish(&mut unconfirmed, &publish, &Fate::Stored, now);
            }
            world.deliver(&mut unconfirmed, usize::MAX, now);
            world.last_sequence += 1;
            unconfirmed.on_passed(world.last_sequence, now);
            now = unconfirmed.deadline().unwrap_or(now).max(now);
        }
        prop_assert!(unconfirmed.is_empty());
        prop_assert_eq!(world.applied, (1..=proposed as u64).collect::<Vec<_>>());
    }
}
