//! A past that is too old to be kept, so that retention by age has something to do: said to a server of its own, which is
//! stopped, and dated back in the file.

use std::path::Path;
use std::time::Instant;

use super::KEEP_DAYS;
use super::driver::daemon::Daemon;
use super::driver::wire::Wire;

/// How much of it there is, in how many rooms: less than a room may keep.
const MESSAGES: usize = 5000;
const ROOMS: usize = 10;
/// How many are said before their answers are waited for.
const AT_ONCE: usize = 250;

/// Makes it.
pub(crate) fn fill(program: &Path, dir: &Path) {
    let began = Instant::now();
    let server = Daemon::start(program, dir, "pace = \"off\"\n");
    let mut wire = Wire::connect(server.address);
    wire.send(r#"{"type":"hello","protocol":[1,1],"client":"soak","name":"old-timer"}"#);
    wire.wait_for("\"welcome\"");
    for room in 0..ROOMS {
        wire.send(&format!(r#"{{"type":"join","id":"j{room}","room":"old{room}"}}"#));
        wire.wait_for("\"ok\"");
    }
    for batch in 0..MESSAGES / AT_ONCE {
        for number in batch * AT_ONCE..(batch + 1) * AT_ONCE {
            let room = number % ROOMS;
            wire.send(&format!(
                r#"{{"type":"say","id":"o{number}","room":"old{room}","nonce":"o{number}","text":"long ago {number}"}}"#
            ));
        }
        wire.flush();
        wire.wait_for(&format!(r#""id":"o{}""#, (batch + 1) * AT_ONCE - 1));
    }
    drop(wire);
    let file = server.state_dir().join(server::store::schema::FILE);
    assert!(server.stop().success());
    // Not the newest one: by that the server knows when it ran last, where it was not kept.
    let back = (KEEP_DAYS + 10) * 24 * 60 * 60 * 1000;
    let db = rusqlite::Connection::open(file).unwrap();
    let dated = db
        .execute(
            "UPDATE event SET at = at - ?1, sum = NULL WHERE nonce IS NOT NULL AND seq < (SELECT max(seq) FROM event)",
            [back],
        )
        .unwrap();
    assert_eq!(dated, MESSAGES - 1);
    println!("{MESSAGES} messages of {} days ago, made in {:.1?}", KEEP_DAYS + 10, began.elapsed());
}

/// How much of it is left, but for its newest message.
pub(crate) fn left(file: &Path) -> i64 {
    let db = rusqlite::Connection::open(file).unwrap();
    db.query_row(
        &format!("SELECT count(*) FROM event WHERE nonce LIKE 'o%' AND nonce <> 'o{}'", MESSAGES - 1),
        [],
        |row| row.get(0),
    )
    .unwrap()
}
