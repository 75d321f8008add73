//! What the clock makes of a wall clock that is set, drifts or is wrong, and of a machine that is suspended.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::*;

const BEGAN: Millis = 1_795_248_867_000;
const HOUR: Millis = 3_600_000;

/// A machine whose clocks a test sets.
#[derive(Clone, Default)]
struct Machine {
    wall: Arc<AtomicI64>,
    elapsed: Arc<AtomicI64>,
}

/// What happens to it.
#[derive(Clone, Copy, Debug)]
enum Then {
    /// So much time passes, by both clocks, and the clock is compared every five seconds, as the hub does.
    Pass(Millis),
    /// The wall clock is set by so much.
    Set(Millis),
    /// The machine is suspended for so long; nobody compares meanwhile.
    Suspend(Millis),
    /// The wall clock gains so much in an hour, while both are compared.
    Drift(Millis),
}

impl Machine {
    fn clock(&self) -> Clock {
        self.wall.store(BEGAN, Ordering::Relaxed);
        let (wall, elapsed) = (Arc::clone(&self.wall), Arc::clone(&self.elapsed));
        Clock::with_sources(move || wall.load(Ordering::Relaxed), move || elapsed.load(Ordering::Relaxed))
    }

    fn pass(&self, elapsed: Millis, wall: Millis) {
        self.elapsed.fetch_add(elapsed, Ordering::Relaxed);
        self.wall.fetch_add(wall, Ordering::Relaxed);
    }

    /// Compares as the hub does, and takes the step that is reported.
    fn observe(clock: &Clock, steps: &mut Vec<Millis>) {
        if let Some(by) = clock.observe() {
            steps.push(by);
            clock.step(by);
        }
    }

    fn undergo(&self, clock: &Clock, then: Then, steps: &mut Vec<Millis>) {
        match then {
            Then::Pass(ms) => {
                for part in 0..=ms / 5000 {
                    let ms = if part < ms / 5000 { 5000 } else { ms % 5000 };
                    self.pass(ms, ms);
                    if ms == 5000 {
                        Self::observe(clock, steps);
                    }
                }
            }
            Then::Set(by) => self.pass(0, by),
            Then::Suspend(ms) => self.pass(ms, ms),
            Then::Drift(by) => {
                for part in 0..720 {
                    self.pass(5000, 5000 + by * (part + 1) / 720 - by * part / 720);
                    Self::observe(clock, steps);
                }
            }
        }
    }
}

/// Which steps are reported, and how far the clock is from the wall clock in the end.
#[track_caller]
fn check(happens: &[Then], steps: &[Millis], off: Millis) {
    let machine = Machine::default();
    let clock = machine.clock();
    let (mut taken, mut last) = (Vec::new(), clock.now());
    for &then in happens {
        let stepped = taken.len();
        machine.undergo(&clock, then, &mut taken);
        assert!(clock.now() >= last || taken.len() > stepped, "it went back: {then:?}");
        last = clock.now();
    }
    assert_eq!(taken, steps, "{happens:?}");
    assert_eq!(clock.now() - machine.wall.load(Ordering::Relaxed), off, "{happens:?}");
}

#[test]
fn a_jump_ahead_and_back_within_ten_seconds_is_never_followed() {
    use Then::{Pass, Set};
    check(&[Pass(20_000), Set(HOUR), Pass(9000), Set(-HOUR), Pass(60_000)], &[], 0);
    check(&[Set(-HOUR), Pass(9000), Set(HOUR), Pass(60_000)], &[], 0);
    // Again and again: each jump has to last by itself.
    let flutter = [Set(HOUR), Pass(5000), Set(-HOUR), Pass(5000)].repeat(20);
    check(&flutter, &[], 0);
}

#[test]
fn a_jump_that_lasts_is_followed_once_and_so_is_the_way_back() {
    use Then::{Pass, Set};
    check(&[Set(HOUR), Pass(10_000)], &[], -HOUR);
    check(&[Set(HOUR), Pass(15_000)], &[HOUR], 0);
    check(&[Set(-HOUR), Pass(600_000)], &[-HOUR], 0);
    check(&[Set(HOUR), Pass(60_000), Set(-HOUR), Pass(60_000)], &[HOUR, -HOUR], 0);
    check(&[Set(HOUR), Pass(5000), Set(HOUR), Pass(60_000)], &[2 * HOUR], 0);
}

#[test]
fn a_machine_that_was_suspended_did_not_jump() {
    use Then::{Pass, Set, Suspend};
    check(&[Pass(20_000), Suspend(8 * HOUR), Pass(60_000)], &[], 0);
    check(&[Suspend(8 * HOUR), Set(2000), Pass(60_000)], &[2000], 0);
}

#[test]
fn a_small_difference_is_made_up_for_slowly_and_without_going_back() {
    use Then::{Drift, Pass, Set};
    check(&[Set(900), Pass(1_000_000)], &[], -403);
    check(&[Set(900), Pass(1_900_000)], &[], 0);
    check(&[Set(-900), Pass(1_000_000)], &[], 403);
    check(&[Set(-900), Pass(1_900_000)], &[], 0);
    // 100 ppm, either way: it follows within what one comparison sees.
    check(&[Drift(360), Drift(360), Pass(10_000)], &[], 0);
    check(&[Drift(-360), Drift(-360), Pass(10_000)], &[], 0);
}

#[test]
fn time_goes_on_while_a_difference_is_made_up_for() {
    let machine = Machine::default();
    let clock = machine.clock();
    machine.pass(0, -900);
    assert_eq!(clock.observe(), None);
    let mut last = clock.now();
    for _ in 0..100_000 {
        machine.pass(1, 1);
        assert!((0..=1).contains(&(clock.now() - last)));
        last = clock.now();
    }
    assert_eq!(last, BEGAN + 100_000 - 50);
}

#[test]
fn a_step_is_reported_once_until_it_is_taken() {
    let machine = Machine::default();
    let clock = machine.clock();
    machine.pass(0, HOUR);
    let reports = (0..100).filter_map(|_| {
        machine.pass(5000, 5000);
        clock.observe()
    });
    assert_eq!(reports.collect::<Vec<_>>(), [HOUR]);
    assert_eq!(clock.now(), BEGAN + 500_000);
    clock.step(HOUR);
    assert_eq!(clock.now(), BEGAN + 500_000 + HOUR);
}

#[tokio::test(start_paused = true)]
async fn a_simulated_clock_goes_with_the_runtimes_time() {
    let clock = Clock::simulated(BEGAN);
    tokio::time::advance(std::time::Duration::from_mins(90)).await;
    assert_eq!((clock.now(), clock.uptime_ms()), (BEGAN + HOUR * 3 / 2, 5_400_000));
    assert_eq!(clock.observe(), None);
}

#[test]
fn the_systems_clocks_are_asked() {
    let clock = Clock::start();
    assert!((wall() - clock.now()).abs() < STEP_MS, "{} {}", wall(), clock.now());
    assert_eq!(clock.observe(), None);
}
