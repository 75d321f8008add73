//! A line of IRC made of any bytes (the fuzz target `irc_line`): what is read is written as one line within its limits, and read
//! again is the same; a text of those bytes is cut into lines and put together again as it was.

use server::irc::line::{LINE_BYTES, Line};
use server::irc::names;
use server::irc::split::{Assembly, pieces, room_for_text};
use server::irc::{formatting, msgid};

/// Checks one input.
pub(super) fn check(input: &[u8]) {
    if let Ok(line) = Line::parse(input) {
        check_line(&line);
    }
    if let Ok(text) = std::str::from_utf8(input) {
        check_text(text);
    }
}

fn check_line(line: &Line) {
    let mut written = String::new();
    line.write(&mut written);
    let ends = written.bytes().filter(|byte| matches!(byte, b'\r' | b'\n' | 0)).count();
    assert!(written.ends_with("\r\n") && ends == 2, "{written:?} is not one line");
    let tags = if written.starts_with('@') { written.find(' ').unwrap() + 1 } else { 0 };
    assert!(written.len() - tags <= LINE_BYTES, "{} bytes", written.len() - tags);
    // What nobody can write is written as something else: a source without a name, tags without a key, what only fitted without its colon.
    let is_odd = line.source.as_deref().is_some_and(|source| source.is_empty() || source.starts_with(':'))
        || line.tags.iter().any(|tag| tag.key.is_empty());
    let again = Line::parse(written.trim_end_matches(['\r', '\n']).as_bytes());
    if !is_odd && written.len() - tags < LINE_BYTES {
        assert_eq!(again.as_ref(), Ok(line), "{written:?}");
    }
    for param in &line.params {
        drop(names::target(param));
        if let Some(room) = names::room(param) {
            assert_eq!(names::room(&names::channel(&room).unwrap()), Some(room));
        }
        if let Some(seq) = msgid::parse(param) {
            assert_eq!(msgid::write(seq), *param);
        }
    }
}

fn check_text(text: &str) {
    let plain = formatting::strip(text);
    // Lines of a text end as they did.
    assert!(!plain.chars().any(|char| char.is_control() && char != '\n'), "{plain:?}");
    assert_eq!(formatting::strip(&plain), plain);
    let room = room_for_text(names::HOST, "PRIVMSG", "#lobby");
    for room in [4, 40, room] {
        let mut batch = Assembly::default();
        let mut is_whole = true;
        let mut whole = String::new();
        for piece in pieces(text, room) {
            assert!(piece.body.len() <= room && !piece.body.contains('\n'), "{piece:?}");
            if !piece.is_concat && !std::ptr::eq(piece.body.as_ptr(), text.as_ptr()) {
                whole.push('\n');
            }
            whole.push_str(piece.body);
            is_whole &= batch.push(piece.body, piece.is_concat).is_ok();
        }
        assert_eq!(whole, text);
        if is_whole {
            assert_eq!(batch.finish().unwrap_or_else(|| text.to_owned()), text);
        }
    }
}
