use std::sync::{Arc, Mutex};

use rusqlite::Connection;
use tempfile::TempDir;

use super::*;
use crate::config::storage::Sync;
use crate::store::schema;
use crate::store::upkeep::Upkeep;

const NOW: Millis = 1_795_248_867_000;
const MINUTE: Duration = Duration::from_mins(1);

/// A store with some events, and the clock it goes by.
struct Site {
    db: Connection,
    upkeep: Upkeep,
    clock: Arc<Mutex<Reading>>,
    _dir: TempDir,
}

impl Site {
    /// With an event of each of these ages, in days, and one of just now, all in one room.
    fn open(keep: Keep, days: &[i64]) -> Self {
        let rooms = vec![1; days.len() + 1];
        let ages: Vec<i64> = days.iter().chain(&[0]).copied().collect();
        Self::with_rooms(keep, &ages, &rooms)
    }

    /// With an event of each of these ages in each of these rooms.
    fn with_rooms(keep: Keep, days: &[i64], rooms: &[i64]) -> Self {
        let dir = TempDir::new().unwrap();
        let db = schema::open_writer(&dir.path().join("db"), Sync::Normal).unwrap();
        let clock = Arc::new(Mutex::new(Reading { uptime: Duration::ZERO, now: NOW }));
        let upkeep = Site::upkeep(&db, keep.clone(), &clock);
        let mut site = Self { db, upkeep, clock, _dir: dir };
        for (seq, (days, room)) in (1..).zip(days.iter().zip(rooms)) {
            site.say(seq, *room, *days);
        }
        site.upkeep = Site::upkeep(&site.db, keep, &site.clock);
        site
    }

    /// As a start makes it.
    fn upkeep(db: &Connection, keep: Keep, clock: &Arc<Mutex<Reading>>) -> Upkeep {
        let read = Arc::clone(clock);
        Upkeep::new(
            db,
            Box::new(move || keep.clone()),
            Box::new(move || *read.lock().unwrap()),
            Box::new(|_| {}),
        )
    }

    fn say(&mut self, seq: i64, room: i64, days: i64) {
        let open = "INSERT OR IGNORE INTO room (id, name) VALUES (?1, ?1)";
        self.db.execute(open, [room]).unwrap();
        let sql = "INSERT INTO event (seq, room, at, uid, nonce, body) VALUES (?1, ?2, ?3, 1, ?1, '{\"text\":\"word\"}')";
        self.db.execute(sql, (seq, room, NOW - days * DAY_MS)).unwrap();
    }

    /// So many minutes pass; then the clock is wrong by so many days, and everything is done. The events that are left.
    fn after(&mut self, minutes: u32, wrong_days: i64) -> Vec<i64> {
        {
            let mut clock = self.clock.lock().unwrap();
            clock.uptime += minutes * MINUTE;
            let elapsed = i64::try_from(clock.uptime.as_millis()).unwrap();
            clock.now = NOW + elapsed + wrong_days * DAY_MS;
        }
        self.upkeep.finish(&mut self.db);
        self.left()
    }

    fn left(&self) -> Vec<i64> {
        self.column("SELECT seq FROM event ORDER BY seq")
    }

    fn column(&self, sql: &str) -> Vec<i64> {
        let mut select = self.db.prepare(sql).unwrap();
        select.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }
}

fn kept(days: u32, per_room: u32, rooms: &str) -> Keep {
    Keep { days, per_room, rooms: rooms.parse().unwrap() }
}

fn a_week() -> Keep {
    kept(7, 0, "")
}

#[test]
fn what_is_too_old_goes_when_a_second_reading_says_so() {
    let mut site = Site::open(a_week(), &[9, 8, 1, 8]);
    assert_eq!(site.after(0, 0), [1, 2, 3, 4, 5], "the first reading deletes nothing");
    assert_eq!(site.after(9, 0), [1, 2, 3, 4, 5], "it was not ten minutes");
    assert_eq!(site.after(1, 0), [3, 5]);
}

#[test]
fn the_newest_event_and_its_words_are_spared() {
    let mut site = Site::with_rooms(a_week(), &[9, 9], &[1, 1]);
    site.after(0, 0);
    assert_eq!(site.after(19 * 60, 0), [1, 2], "nine days without a word, or a clock that is wrong");
    site.after(60, 0);
    assert_eq!(site.after(10, 0), [2]);
}

#[test]
fn a_walk_by_age_ends_at_the_first_that_is_young_enough_but_once_a_day() {
    let mut site = Site::open(a_week(), &[9]);
    site.after(0, 0);
    assert_eq!(site.after(10, 0), [2], "the first walk is whole");
    // Said while the clock was wrong, and then right again.
    for (seq, days) in [(3, 1), (4, 9), (5, 0)] {
        site.say(seq, 1, days);
    }
    assert_eq!(site.after(10, 0), [2, 3, 4, 5]);
    let mut left = Vec::new();
    for _ in 0..WHOLE_WALK {
        left = site.after(10, 0);
    }
    assert_eq!(left, [2, 3, 5]);
}

#[test]
fn a_start_with_a_wrong_clock_deletes_nothing() {
    let mut site = Site::open(a_week(), &[8, 1, 1]);
    assert_eq!(site.after(0, 3650), [1, 2, 3, 4]);
    // It was set right meanwhile, as it mostly is within seconds.
    assert_eq!(site.after(10, 0), [2, 3, 4]);
}

#[test]
fn a_clock_that_jumps_ahead_and_back_deletes_nothing() {
    let mut site = Site::open(a_week(), &[6, 1]);
    assert_eq!(site.after(0, 0), [1, 2, 3]);
    assert_eq!(site.after(10, 3650), [1, 2, 3], "ahead at the second reading");
    assert_eq!(site.after(10, 0), [1, 2, 3], "ahead at the first");
    assert_eq!(site.after(10, -3650), [1, 2, 3], "behind");
    assert_eq!(site.after(10, 0), [1, 2, 3]);
    // Two days later the first is old.
    assert_eq!(site.after(2 * 24 * 60, 0), [1, 2, 3]);
    assert_eq!(site.after(10, 0), [2, 3]);
}

#[test]
fn a_clock_that_is_far_ahead_for_hours_deletes_nothing_also_after_a_start() {
    let mut site = Site::open(a_week(), &[6, 1]);
    for _ in 0..30 {
        assert_eq!(site.after(10, 60), [1, 2, 3]);
    }
    // Something is said by that clock, and the server starts again.
    site.say(4, 1, -60);
    site.upkeep = Site::upkeep(&site.db, a_week(), &site.clock);
    for _ in 0..30 {
        assert_eq!(site.after(10, 60), [1, 2, 3, 4]);
    }
    assert_eq!(site.after(10, 0), [1, 2, 3, 4]);
    // Two days later the first is old by the right time; what was said by the wrong one is not.
    site.after(2 * 24 * 60, 0);
    assert_eq!(site.after(10, 0), [2, 3, 4]);
}

#[test]
fn too_many_events_need_no_clock() {
    let mut site = Site::open(kept(0, 2, ""), &[9, 9, 1]);
    assert_eq!(site.after(0, 0), [3, 4]);
}

#[test]
fn each_room_keeps_so_many_and_is_looked_at_again_when_more_is_said() {
    let rooms: Vec<i64> = (0..3000).map(|seq| seq % 3).collect();
    let mut site = Site::with_rooms(kept(0, 2, ""), &vec![0; rooms.len()], &rooms);
    assert_eq!(site.after(0, 0), [2995, 2996, 2997, 2998, 2999, 3000]);
    for seq in 3001..=3003 {
        site.say(seq, 1, 0);
    }
    assert_eq!(site.after(1, 0), [2995, 2997, 2998, 3000, 3002, 3003]);
}

#[test]
fn a_room_that_keeps_more_than_is_walked_at_a_time_keeps_just_so_many() {
    let keep = kept(0, u32::try_from(ENTRIES).unwrap() + 1, "");
    let mut site = Site::with_rooms(keep, &vec![0; 1100], &vec![1; 1100]);
    let left = site.after(0, 0);
    assert_eq!((left.len(), left.first()), (1025, Some(&76)));
}

#[test]
fn a_change_of_what_is_kept_is_followed_in_rooms_where_nobody_speaks() {
    let dir = TempDir::new().unwrap();
    let keep = Arc::new(Mutex::new(kept(0, 3, "")));
    let asked = Arc::clone(&keep);
    let mut site = Site::with_rooms(Keep::default(), &[0, 0, 0, 0], &[1, 1, 1, 2]);
    let clock = Arc::clone(&site.clock);
    site.upkeep = Upkeep::new(
        &site.db,
        Box::new(move || asked.lock().unwrap().clone()),
        Box::new(move || *clock.lock().unwrap()),
        Box::new(|_| {}),
    );
    assert_eq!(site.after(0, 0), [1, 2, 3, 4]);
    keep.lock().unwrap().per_room = 1;
    assert_eq!(site.after(0, 0), [3, 4]);
    drop(dir);
}

#[test]
fn a_room_keeps_its_own_number_of_days_and_nothing_of_the_others() {
    // The room 1 a week, 2 three days, 3 everything.
    let (ages, rooms) = ([9, 9, 9, 4, 4, 4, 1, 1, 1, 0], [1, 2, 3, 1, 2, 3, 1, 2, 3, 1]);
    let mut site = Site::with_rooms(kept(7, 0, "2=3d, 3=0d"), &ages, &rooms);
    site.after(0, 0);
    assert_eq!(site.after(10, 0), [3, 4, 6, 7, 8, 9, 10]);
    // Only one room lets anything go.
    let mut site = Site::with_rooms(kept(0, 0, "2=3d"), &ages, &rooms);
    site.after(0, 0);
    assert_eq!(site.after(10, 0), [1, 3, 4, 6, 7, 8, 9, 10]);
}

#[test]
fn a_room_keeps_its_own_number_of_events() {
    let rooms: Vec<i64> = (0..300).map(|seq| seq % 3 + 1).collect();
    let mut site = Site::with_rooms(kept(0, 2, "2=3, 3=all"), &[0; 300], &rooms);
    let left = site.after(0, 0);
    let of_room = |room: i64| left.iter().filter(|seq| (*seq - 1) % 3 + 1 == room).count();
    assert_eq!([of_room(1), of_room(2), of_room(3)], [2, 3, 100]);
}

/// What is kept for ever in one room is older than everything that goes, and is not walked over for it.
#[test]
fn what_a_room_keeps_for_ever_is_not_walked_again() {
    let (old, many) = (3, 1000);
    let rooms: Vec<i64> = (0..many).map(|_| 2).chain([1; 3]).collect();
    let ages: Vec<i64> = (0..many).map(|_| 900).chain([9, 9, 0]).collect();
    let mut site = Site::with_rooms(kept(7, 0, "2=all"), &ages, &rooms);
    site.after(0, 0);
    assert_eq!(site.after(10, 0).len(), many + old - 2);
    let keep = kept(7, 0, "2=all");
    let transaction = site.db.transaction().unwrap();
    let walks = age_walks(&transaction, &keep, false).unwrap();
    assert_eq!(walks.iter().map(|walk| walk.room).collect::<Vec<_>>(), [Some(1)]);
}

#[test]
fn how_far_it_is_can_be_watched() {
    let mut site = Site::open(a_week(), &[9, 8, 3]);
    let progress = site.upkeep.retention_progress();
    let told = || {
        let RetentionProgress { deleted, rooms, oldest_s, finished_s } = &*progress;
        [deleted, rooms, oldest_s, finished_s].map(crate::stats::Count::get)
    };
    site.after(0, 0);
    assert_eq!(told(), [0, 0, 0, 0], "it has not run");
    site.after(10, 0);
    let seconds = |at: Millis| u64::try_from(at / 1000).unwrap();
    let (ran, three_days_ago) = (site.clock.lock().unwrap().now, NOW - 3 * DAY_MS);
    assert_eq!(told(), [2, 0, seconds(three_days_ago), seconds(ran)]);
    // The newest event stays however old it is, so its age is no sign of anything.
    let mut site = Site::with_rooms(a_week(), &[9, 8], &[1, 1]);
    let progress = site.upkeep.retention_progress();
    for minutes in [0, 19 * 60, 60, 10] {
        site.after(minutes, 0);
    }
    assert_eq!(site.left(), [2]);
    assert_eq!((progress.deleted.get(), progress.oldest_s.get()), (1, 0));
}

#[test]
fn the_file_stops_growing_under_a_steady_load() {
    let mut site = Site::open(a_week(), &[]);
    let mut seq = 1;
    let mut pages_after = |site: &mut Site, days: u32| {
        for _ in 0..days {
            let today = i64::try_from(site.clock.lock().unwrap().uptime.as_secs() / 86_400).unwrap();
            site.db.execute_batch("BEGIN").unwrap();
            for _ in 0..200 {
                seq += 1;
                site.say(seq, 1, -today);
            }
            // As the search index does with what it has seen.
            site.db.execute_batch("DELETE FROM changed; COMMIT").unwrap();
            // Twice, ten minutes apart: a second reading must say so.
            site.after(24 * 60 - 10, 0);
            site.after(10, 0);
        }
        site.column("SELECT page_count FROM pragma_page_count")[0]
    };
    let full = pages_after(&mut site, 10);
    let later = pages_after(&mut site, 60);
    assert!(later <= full + full / 4, "{full} pages, and {later} after two more months");
}
