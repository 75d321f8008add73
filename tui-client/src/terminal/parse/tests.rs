//! Sequences as terminals send them, whole and cut anywhere.

#![allow(clippy::wildcard_enum_match_arm, reason = "other events do not come from bytes")]

use proptest::prelude::*;

use super::paste::{MAX_PASTE, PASTE_WAIT};
use super::{Answer, ESCAPE_WAIT, Parser, SEQUENCE_WAIT};
use crate::app::keymap::BINDINGS;
use crate::event::{Code, Event, Key, LocalFailure, Wheel};

/// Everything the bytes mean when nothing follows the last of them.
fn parse<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<Event> {
    let (mut parser, mut events) = (Parser::default(), Vec::new());
    for chunk in chunks {
        parser.feed(chunk, &mut events);
    }
    while parser.patience().is_some() {
        parser.flush(&mut events);
    }
    events
}

/// What is typed with a pause after each piece, long enough for one decision.
fn typed(pieces: &[&[u8]]) -> String {
    let (mut parser, mut events) = (Parser::default(), Vec::new());
    for piece in pieces {
        parser.feed(piece, &mut events);
        parser.flush(&mut events);
    }
    shown(&events)
}

/// The events as they are written: keys by name, the rest as in the table below.
fn shown(events: &[Event]) -> String {
    let words = events.iter().map(|event| match event {
        Event::Key(key) => key.to_string().replace(' ', "_"),
        Event::Wheel(Wheel::Up) => "wheel-up".into(),
        Event::Wheel(Wheel::Down) => "wheel-down".into(),
        Event::Click { column, row } => format!("click:{column},{row}"),
        Event::Focus(gained) => format!("focus:{gained}"),
        Event::Paste(text) => format!("paste:{text:?}"),
        Event::LocalFailure(LocalFailure::InputNotUtf8) => "not-utf8".into(),
        _ => format!("{event:?}"),
    });
    words.collect::<Vec<_>>().join(" ")
}

const TABLE: [(&str, &str); 74] = [
    // Text.
    ("aB 한😀", "a B Space 한 😀"),
    ("\r\t\x7f\x08", "Enter Tab Backspace Backspace"),
    // The keys of the README: text, Ctrl and Alt.
    ("\x1b\r", "Alt-Enter"),
    ("\x1b[5~\x1b[6~", "PgUp PgDn"),
    ("\x1b[1;2A\x1b[1;2B", "Shift-↑ Shift-↓"),
    ("\x1b[1;5F\x1b[1;5H", "Ctrl-End Ctrl-Home"),
    ("\x1b1\x1b9", "Alt-1 Alt-9"),
    ("\x0e\x10\x06\x03\x18\x1a", "Ctrl-N Ctrl-P Ctrl-F Ctrl-C Ctrl-X Ctrl-Z"),
    ("\x1ba\x1bk\x1bm\x1bu\x1bp\x1bn", "Alt-A Alt-K Alt-M Alt-U Alt-P Alt-N"),
    ("\x1b[1;3A\x1b[1;3B", "Alt-↑ Alt-↓"),
    ("\x1b\x1b[A", "Alt-↑"),
    ("\x1b\x1bOA", "Alt-↑"),
    ("\x1f", "Ctrl-_"),
    ("?\x1bOP\x1b[11~\x1b[[A\x1b[P", "? F1 F1 F1 F1"),
    ("\x1b[[B\x1b[[E\x1b[15~\x1b[24~", "F2 F5 F5 F12"),
    ("\0", "Ctrl-Space"),
    ("\x1b\x7f\x1b\x08", "Alt-Backspace Alt-Backspace"),
    ("\x1b[3~\x1b[3;5~", "Del Ctrl-Del"),
    ("\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F", "↑ ↓ → ← Home End"),
    ("\x1bOA\x1bOB\x1bOC\x1bOD\x1bOH\x1bOF", "↑ ↓ → ← Home End"),
    ("\x1b[1~\x1b[4~\x1b[7~\x1b[8~", "Home End Home End"),
    ("\x1b[Z", "Shift-Tab"),
    ("\x1bㅁ", "Alt-A"),
    ("\x1bA", "Alt-A"),
    // Esc by itself, and twice.
    ("\x1b", "Esc"),
    ("\x1b\x1b", "Esc Esc"),
    ("\x1b\x1ba", "Esc Alt-A"),
    ("\x1b\x06\x1b\0\x1b\x1f", "Esc Ctrl-F Esc Ctrl-Space Esc Ctrl-_"),
    // Characters that also introduce sequences, alone.
    ("\x1b[", "Alt-["),
    ("\x1bO", "Alt-O"),
    ("\x1b]", "Alt-]"),
    ("\x1bP", "Alt-P"),
    ("\x1bO\x03", "Alt-O Ctrl-C"),
    ("\x1b]hi\x1bPx\x1b_y", "Alt-] h i Alt-P x Alt-_ y"),
    // The kitty keyboard protocol.
    ("\x1b[27u\x1b[97;5u\x1b[13;3u", "Esc Ctrl-A Alt-Enter"),
    ("\x1b[9;2u\x1b[127;3u\x1b[104;5u", "Shift-Tab Alt-Backspace Backspace"),
    ("\x1b[12609;3u", "Alt-A"),
    // A key of another layout, with the base key where the terminal knows it: Cyrillic, Greek, and a Latin one that stays.
    ("\x1b[1089::99;5u\x1b[1089;5u\x1b[968::99;5u\x1b[1093:1061:91;5u", "Ctrl-C Ctrl-C Ctrl-C Ctrl-["),
    ("\x1b[1088::104;5u\x1b[106::99;5u\x1b[1083::107;3u", "Backspace Ctrl-J Alt-K"),
    ("\x1b[95;6u\x1b[45;5u\x1b[47;5u", "Ctrl-_ Ctrl-_ Ctrl-_"),
    ("\x1b[57417u\x1b[57414u\x1b[57399u", "← Enter 0"),
    ("\x1b[97;5:1u\x1b[97;5:2u\x1b[97;5:3u", "Ctrl-A Ctrl-A"),
    ("\x1b[1;1:3A\x1b[5;1:3~", ""),
    ("\x1b[99;9u\x1b[57358u\x1b[0u", ""),
    // xterm's modifyOtherKeys; Shift with a character is that character, and Ctrl with what Backspace sends is Ctrl-Backspace.
    ("\x1b[27;2;13~\x1b[27;5;13~\x1b[27;3;13~\x1b[27;2;9~", "Shift-Enter Ctrl-Enter Alt-Enter Shift-Tab"),
    (
        "\x1b[27;5;97~\x1b[27;6;65~\x1b[27;5;104~\x1b[27;5;8~\x1b[27;3;50857~",
        "Ctrl-A Ctrl-A Backspace Ctrl-Backspace Alt-용",
    ),
    ("\x1b[27;2;65~\x1b[27;2;33~\x1b[27;2;32~\x1b[27;5;47~\x1b[27;3;12609~", "A ! Space Ctrl-_ Alt-A"),
    ("\x1b[27;2~x\x1b[27;;~x\x1b[27;2;13;1~x\x1b[27~x", "x x x x"),
    // The mouse: the wheel, with whatever is held, and the left button alone.
    ("\x1b[<64;10;10M\x1b[<65;10;10M", "wheel-up wheel-down"),
    ("\x1b[<68;300;1000M\x1b[<81;1;1M", "wheel-up wheel-down"),
    ("\x1b[<0;1;1M\x1b[<0;1;1m\x1b[<2;1;1M\x1b[<66;1;1M", "click:0,0"),
    ("\x1b[<0;120;40M\x1b[<4;1;1M\x1b[<32;1;1M\x1b[<0;0;5M\x1b[<0;5M", "click:119,39"),
    ("\x1b[<64;0;0M\x1b[<;M\x1b[<999999;1;1M", "wheel-up"),
    ("\x1b[M`!!\x1b[Ma!!\x1b[M !!x", "wheel-up wheel-down click:0,0 x"),
    ("\x1b[96;1;1Mx", "x"),
    // Focus.
    ("\x1b[I\x1b[O", "focus:true focus:false"),
    // Pastes.
    ("\x1b[200~one\rtwo\x03\x1b[201~x", "paste:\"one\\rtwo\\u{3}\" x"),
    ("\x1b[200~\x1b[31m\x1b[A한\x1b[201~\x1b[200~b\x1b[201~", "paste:\"\\u{1b}[31m\\u{1b}[A한\" paste:\"b\""),
    ("\x1b[200~\x1b[201~x", "x"),
    ("\x1b[201~x", "x"),
    // Answers to what others asked, and what nobody knows: swallowed, and nothing after it with it.
    ("\x1b[>41;354;0chello", "h e l l o"),
    ("\x1b[?1;2cx", "x"),
    ("\x1b[?2026;2$yx", "x"),
    ("\x1b[?1;2Sx", "x"),
    ("\x1b[?1ux", "x"),
    ("\x1b[99;99zx", "x"),
    ("\x1b[24;80Rx", "x"),
    ("\x1b]11;rgb:0000/0000/0000\x07x", "x"),
    ("\x1b]52;c;aGk=\x1b\\x", "x"),
    ("\x1bP>|kitty(0.35)\x1b\\x", "x"),
    ("\x1b_Gi=1;OK\x1b\\x", "x"),
    // A sequence that is broken off by the next one, or by the person.
    ("\x1b[12\x1b[A\x1b[1;\r", "↑ Enter"),
    ("\x1b]11;rgb\x03x\x1bP>|y\x03", "Ctrl-C x Ctrl-C"),
    ("\x1b]11;rgb\x1b[Ax", "↑ x"),
];

#[test]
fn sequences_are_understood_as_terminals_send_them() {
    for (bytes, expect) in TABLE {
        assert_eq!(shown(&parse([bytes.as_bytes()])), expect, "{bytes:?}");
    }
}

#[test]
fn a_sequence_means_the_same_byte_by_byte() {
    for (bytes, expect) in TABLE {
        assert_eq!(shown(&parse(bytes.as_bytes().chunks(1))), expect, "{bytes:?}");
    }
}

#[test]
fn invalid_utf8_takes_nothing_valid_with_it() {
    for (bytes, expect) in [
        (&b"\xe3ab"[..], "not-utf8 a b"),
        (b"caf\xe9 x", "c a f not-utf8 Space x"),
        (b"caf\xe9\r", "c a f not-utf8 Enter"),
        (b"\xffa\x80b\xc0\xafc", "not-utf8 a not-utf8 b not-utf8 not-utf8 c"),
        (b"\xed\xa0\x80x\xf5x", "not-utf8 not-utf8 not-utf8 x not-utf8 x"),
        (b"\xed\x95\x1b[Ax", "not-utf8 ↑ x"),
        (b"\x1b\xffx", "Esc not-utf8 x"),
        (b"\x1b[200~a\xffb\x1b[201~x", "paste:\"a\u{fffd}b\" not-utf8 x"),
        // U+FFFD itself is a character like any other.
        (b"\x1b[200~\xef\xbf\xbd\x1b[201~", "paste:\"\u{fffd}\""),
        // What is no text was never meant to be one.
        (b"\x1b[12\xffx", "not-utf8 x"),
    ] {
        assert_eq!(shown(&parse([bytes])), expect, "{bytes:?}");
        assert_eq!(shown(&parse(bytes.chunks(1))), expect, "{bytes:?}");
    }
}

#[test]
fn only_what_time_must_tell_waits() {
    let (mut parser, mut events) = (Parser::default(), Vec::new());
    for (bytes, waits) in [
        (&b"a"[..], None),
        (b"\x1b", Some(ESCAPE_WAIT)),
        (b"[", Some(ESCAPE_WAIT)),
        (b"1", Some(SEQUENCE_WAIT)),
        (b"A", None),
        (b"\xed\x95", None),
        (b"\x9c", None),
        (b"\x1b[200~", Some(PASTE_WAIT)),
        (b"p", Some(PASTE_WAIT)),
        (b"\x03", Some(ESCAPE_WAIT)),
        (b"q", Some(PASTE_WAIT)),
        (b"\x1b[201~", None),
        (b"a\rb\r", Some(ESCAPE_WAIT)),
    ] {
        parser.feed(bytes, &mut events);
        assert_eq!(parser.patience(), waits, "after {bytes:?}");
    }
    assert_eq!(shown(&events), "a ↑ 한 paste:\"p\\u{3}q\"");
    assert_eq!(Parser::new(PASTE_WAIT).escape_wait, PASTE_WAIT);
}

#[test]
fn the_late_rest_of_a_sequence_is_not_typed_text() {
    for (pieces, expect) in [
        (&[&b"\x1b"[..], b"[A"][..], "Esc ↑"),
        (&[b"\x1b", b"[I"], "Esc focus:true"),
        (&[b"\x1b", b"OA"], "Esc ↑"),
        (&[b"\x1b", b"[1;5Cx"], "Esc Ctrl-→ x"),
        (&[b"\x1b", b"[<64;1;1M"], "Esc wheel-up"),
        (&[b"\x1b", b"[200~a\rb\x1b[201~"], "Esc paste:\"a\\rb\""),
        (&[b"\x1b[1;", b"5C"], "Ctrl-→"),
        (&[b"\x1b[<64;1", b";1M", b"x"], "wheel-up x"),
        (&[b"\x1b]11;rgb:ff/", b"ff/ff\x07x"], "x"),
        (&[b"\x1bP", b">|kitty\x1b\\x"], "Alt-P x"),
        // What was typed after Esc stays what it is.
        (&[b"\x1b", b"k"], "Esc k"),
        (&[b"\x1b", b"[", b"x"], "Esc [ x"),
        (&[b"\x1b", b"a\rb\r"], "Esc paste:\"a\\rb\\r\""),
        (&[b"\x1b", b"\xed\x95\x9c"], "Esc 한"),
        (&[b"\x1b", b"", b"[A"], "Esc [ A"),
    ] {
        assert_eq!(typed(pieces), expect, "{pieces:?}");
    }
}

#[test]
fn a_key_in_pieces_is_that_key_even_when_its_beginning_was_given_up() {
    let (mut parser, mut events) = (Parser::default(), Vec::new());
    parser.feed(b"\x1b", &mut events);
    parser.flush(&mut events);
    for piece in [&b"["[..], b"1;", b"5", b"C", b"x"] {
        parser.feed(piece, &mut events);
    }
    assert_eq!(shown(&events), "Esc Ctrl-→ x");
}

#[test]
fn several_line_ends_in_one_read_are_a_paste() {
    for (pieces, expect) in [
        (&[&b"one\rtwo\rthree\r"[..]][..], "paste:\"one\\rtwo\\rthree\\r\""),
        (&[b"a\r\nb\r\n"], "paste:\"a\\r\\nb\\r\\n\""),
        // In several reads, cut anywhere.
        (&[b"\xed\x95", b"\x9c\ra\r"], "paste:\"한\\ra\\r\""),
        // One line end, or no text: keys.
        (&[b"hello\r"], "h e l l o Enter"),
        (&[b"hello\r\n"], "h e l l o Enter Ctrl-J"),
        (&[b"\r\r\r"], "Enter Enter Enter"),
        (&[b"\x03/quit\r"], "Ctrl-C / q u i t Enter"),
        (&[b"\r/quit\r"], "Enter / q u i t Enter"),
        // The person goes on.
        (&[b"a\rb\r", b"\r"], "paste:\"a\\rb\\r\" Enter"),
    ] {
        assert_eq!(typed(pieces), expect, "{pieces:?}");
    }
    let (mut parser, mut events) = (Parser::default(), Vec::new());
    for read in [&b"one\rtwo\rth"[..], b"ree\r", b"four\r"] {
        parser.feed(read, &mut events);
    }
    parser.flush(&mut events);
    assert_eq!(shown(&events), "paste:\"one\\rtwo\\rthree\\rfour\\r\"");
}

/// What comes of reads at these times, in milliseconds, each with the time in which flushing is due.
fn timed(reads: &[(i64, &str)]) -> String {
    let (mut parser, mut events, mut before) = (Parser::default(), Vec::new(), None);
    for &(now, read) in reads {
        let pause = before.map_or(0, |before| now - before);
        if parser.patience().is_some_and(|patience| patience.as_millis() <= pause.try_into().unwrap()) {
            parser.flush(&mut events);
        }
        parser.feed_at(now, read.as_bytes(), &mut events);
        before = Some(now);
    }
    while parser.patience().is_some() {
        parser.flush(&mut events);
    }
    shown(&events)
}

/// One byte at a time, so many milliseconds apart.
fn trickled(text: &str, pause: i64) -> String {
    let bytes: Vec<(i64, &str)> =
        text.split("").filter(|c| !c.is_empty()).zip(0..).map(|(c, n)| (n * pause, c)).collect();
    timed(&bytes)
}

#[test]
fn several_lines_a_few_bytes_at_a_time_are_a_paste() {
    let pasted = "o n e paste:\"\\rtwo\\rthree\\r\"";
    for pause in [0, 1, 3, 9] {
        assert_eq!(trickled("one\rtwo\rthree\r", pause), pasted, "every {pause} ms");
    }
    for (reads, expect) in [
        (&[(0, "on"), (8, "e\rt"), (16, "wo\rt"), (24, "hree\r")][..], pasted),
        // Once it is known, it goes on as long as one that came at once.
        (&[(0, "on"), (8, "e\rt"), (9, "wo\rt"), (40, "hr"), (80, "ee\r")], pasted),
        (
            &[(0, "o"), (1, "ne"), (2, "\r\n"), (3, "two"), (4, "\r"), (5, "\n")],
            "o n e paste:\"\\r\\ntwo\\r\\n\"",
        ),
        // And then keys are keys.
        (
            &[(0, "o"), (1, "k"), (2, "\ra"), (3, "\r"), (200, "x"), (300, "\r")],
            "o k paste:\"\\ra\\r\" x Enter",
        ),
        // One line end says nothing, nor do several without text between them.
        (&[(0, "o"), (1, "ne"), (2, "\r"), (3, "two")], "o n e Enter t w o"),
        (&[(0, "o"), (1, "k"), (2, "\r"), (3, "\r"), (4, "\r")], "o k Enter Enter Enter"),
        // Bytes that wait are taken before the time is looked at.
        (&[(0, "o"), (1, "ne"), (2, "\r"), (11, "two"), (20, "\r")], "o n e paste:\"\\rtwo\\r\""),
    ] {
        assert_eq!(timed(reads), expect, "{reads:?}");
    }
}

#[test]
fn whoever_types_fast_and_whatever_types_whole_lines_still_sends() {
    // Faster than any person; a key that is held down; a scanner that ends with Enter.
    assert_eq!(trickled("hi\rk\rno\r", 12), "h i Enter k Enter n o Enter");
    assert_eq!(trickled("aaaa\r", 5), "a a a a Enter");
    for (reads, expect) in [
        // Two keys at once, and Enter: it waits for a moment, and for no more.
        (&[(0, "t"), (4, "h"), (9, "\r"), (30, "k"), (34, "\r")][..], "t h Enter k Enter"),
        // tmux send-keys 'one' Enter, in a loop; the same with the Enter by itself.
        (&[(0, "one\r"), (3, "two\r"), (6, "three\r")], "o n e Enter t w o Enter t h r e e Enter"),
        (&[(0, "one"), (3, "\r"), (6, "two"), (9, "\r"), (12, "x\r")], "o n e Enter t w o Enter x Enter"),
        // Then another key, or a paste with brackets.
        (&[(0, "t"), (1, "wo"), (2, "\r"), (3, "\x1b[A")], "t w o Enter ↑"),
        (
            &[(0, "t"), (1, "wo"), (2, "\r"), (3, "\x1b[200~a\rb\x1b[201~"), (4, "\r")],
            "t w o Enter paste:\"a\\rb\" Enter",
        ),
        // An input method that commits at Enter, and a command typed ahead.
        (&[(0, "안녕"), (1, "\r")], "안 녕 Enter"),
        (&[(0, "/join dev"), (2, "\r"), (60, "hi"), (61, "\r")], "/ j o i n Space d e v Enter h i Enter"),
        // A clock that is set back makes nothing quick.
        (&[(50, "o"), (0, "k"), (1, "\r"), (2, "x"), (3, "\r")], "o k Enter x Enter"),
    ] {
        assert_eq!(timed(reads), expect, "{reads:?}");
    }
}

/// A key in the form of the kitty keyboard protocol and in that of xterm's `modifyOtherKeys`.
fn with_modifiers(key: Key) -> Option<[String; 2]> {
    let code = match key.code {
        Code::Char(c) => u32::from(c),
        Code::Enter => 13,
        Code::Tab => 9,
        Code::Backspace => 127,
        Code::Esc => 27,
        _ => return None,
    };
    let modifiers = 1 + u8::from(key.shift) + 2 * u8::from(key.alt) + 4 * u8::from(key.ctrl);
    Some([format!("\x1b[{code};{modifiers}u"), format!("\x1b[27;{modifiers};{code}~")])
}

/// A key as a terminal without either sends it, where it can.
fn without_modifiers(key: Key) -> Option<String> {
    let plain = match (key.code, key.ctrl) {
        (Code::Char(c), false) => c.to_string(),
        (Code::Char(c), true) => char::from(u8::try_from(c).ok()?.to_ascii_uppercase() & 0x1f).to_string(),
        (Code::Enter, false) if !key.shift => "\r".into(),
        (Code::Tab, false) if key.shift => return Some("\x1b[Z".into()),
        (Code::Tab, false) => "\t".into(),
        (Code::Backspace, false) if !key.shift => "\x7f".into(),
        (Code::Esc, false) => "\x1b".into(),
        _ => return None,
    };
    Some(if key.alt { format!("\x1b{plain}") } else { plain })
}

#[test]
fn every_bound_key_means_the_same_in_every_form() {
    let (mut forms, mut keys) = (0, 0);
    for key in BINDINGS.iter().flat_map(|binding| binding.keys.split(' ')) {
        let key: Key = key.parse().unwrap();
        let sent: Vec<String> =
            with_modifiers(key).into_iter().flatten().chain(without_modifiers(key)).collect();
        keys += usize::from(!sent.is_empty());
        for sequence in sent {
            forms += 1;
            assert_eq!(parse([sequence.as_bytes()]), [Event::Key(key)], "{sequence:?} for {key}");
            assert_eq!(parse(sequence.as_bytes().chunks(1)), [Event::Key(key)], "{sequence:?} for {key}");
        }
    }
    assert!(keys > 50 && forms > 2 * keys, "{forms} forms of {keys} keys");
}

#[test]
fn answers_are_no_keys_however_late_and_wherever_they_are_cut() {
    let (mut parser, mut events) = (Parser::default(), Vec::new());
    for piece in [&b"a\x1b[1;3R\x1b]11;rgb:00"[..], b"00/0000/ffff\x1b", b"\\b\x1b", b"[2;2R"] {
        parser.feed(piece, &mut events);
        parser.flush(&mut events);
    }
    assert_eq!(shown(&events), "a b Esc");
    let cursor = |row, column| Answer::Cursor { row, column };
    assert_eq!(parser.take_answers(), [cursor(1, 3), Answer::Background([0, 0, 255]), cursor(2, 2)]);
    assert_eq!(parser.take_answers(), []);
}

#[test]
fn half_a_character_outlasts_any_pause() {
    let (mut parser, mut events) = (Parser::default(), Vec::new());
    parser.feed(b"\xed\x95", &mut events);
    parser.flush(&mut events);
    parser.feed(b"\x9c", &mut events);
    assert_eq!(shown(&events), "한");
}

#[test]
fn a_megabyte_is_one_paste() {
    let text = "한글 and text\r".repeat(70_000);
    assert!(text.len() > 1024 * 1024);
    let bytes = format!("\x1b[200~{text}\x1b[201~x");
    let events = parse(bytes.as_bytes().chunks(4096));
    assert!(matches!(&events[..], [Event::Paste(pasted), Event::Key(_)] if *pasted == text));
}

#[test]
fn a_paste_whose_end_does_not_come_gives_the_keys_back_and_its_late_rest_is_never_sent() {
    for (pieces, expect) in [
        // Its end comes late, in pieces.
        (
            &[&b"\x1b[200~one\r\xed\x95"[..], b"\x9ctwo\r", b"\nthree\r\x1b[20", b"1~\r"][..],
            "paste:\"one\\r\" paste:\"한two\\r\" paste:\"\\nthree\\r\" Enter",
        ),
        (&[b"\x1b[200~one", b"two\rthree\r\x1b[201~x\r"], "paste:\"one\" paste:\"two\\rthree\\r\" x Enter"),
        (
            &[b"\x1b[200~one", b" two\r", b"three\x1b[201~", b"\r"],
            "paste:\"one\" paste:\" two\\r\" paste:\"three\" Enter",
        ),
        // It never comes: keys are keys, one by one.
        (&[b"\x1b[200~one", b"t", b"\x7f", b"\r"], "paste:\"one\" t Backspace Enter"),
        (&[b"\x1b[200~one", b"\x1b[A", b"x"], "paste:\"one\" ↑ x"),
        (&[b"\x1b[200~one\x1b", b"", b"x"], "paste:\"one\" Esc x"),
        (&[b"\x1b[200~", b"a", b"\r"], "a Enter"),
        (&[b"\x1b[200~one", b"!\r"], "paste:\"one\" ! Enter"),
        // Ctrl-C alone gives them back at once, and in the middle of a paste is a part of it.
        (&[b"\x1b[200~one"], "paste:\"one\""),
        (&[b"\x1b[200~one\x03", b"\x03"], "paste:\"one\\u{3}\" Ctrl-C"),
        // The next one begins before its end came.
        (&[b"\x1b[200~one", b"\x1b[200~two\x1b[201~", b"\r"], "paste:\"one\" paste:\"two\" Enter"),
    ] {
        assert_eq!(typed(pieces), expect, "{pieces:?}");
    }
    let (mut parser, mut events) = (Parser::default(), Vec::new());
    parser.feed(b"\x1b[200~hello", &mut events);
    parser.feed(b"\x03", &mut events);
    assert_eq!(parser.patience(), Some(ESCAPE_WAIT));
    parser.flush(&mut events);
    assert_eq!((shown(&events), parser.patience()), ("paste:\"hello\"".into(), None));
    for typed in [&b"x\ry\r\x1b[201~"[..], b"!\r"] {
        parser.feed(typed, &mut events);
        parser.flush(&mut events);
    }
    assert_eq!(shown(&events), "paste:\"hello\" paste:\"x\\ry\\r\" ! Enter");
    let (mut parser, mut events) = (Parser::default(), Vec::new());
    for typed in [&b"\x1b[200~hello"[..], b"\x03"] {
        parser.feed(typed, &mut events);
    }
    for typed in [&b""[..], b"you\r", b"\x03"] {
        parser.feed(typed, &mut events);
        parser.flush(&mut events);
    }
    assert_eq!(shown(&events), "paste:\"hello\" y o u Enter Ctrl-C");
}

#[test]
fn a_paste_that_never_ends_takes_bounded_memory() {
    let (mut parser, mut events) = (Parser::default(), Vec::new());
    parser.feed(b"\x1b[200~", &mut events);
    for _ in 0..3 * MAX_PASTE / 4096 {
        parser.feed(&[b'x'; 4096], &mut events);
        assert!(parser.paste.as_ref().unwrap().held.len() < MAX_PASTE);
    }
    let pasted: usize =
        events.iter().map(|event| if let Event::Paste(text) = event { text.len() } else { 0 }).sum();
    assert_eq!((events.len(), pasted), (3, 3 * MAX_PASTE));
}

#[test]
fn a_sequence_that_never_ends_takes_bounded_memory() {
    for begin in ["\x1b[", "\x1b]", "\x1bO"] {
        let (mut parser, mut events) = (Parser::default(), Vec::new());
        parser.feed(begin.as_bytes(), &mut events);
        for _ in 0..64 {
            parser.feed(&[b'1'; 1024], &mut events);
            assert!(parser.pending.len() <= super::MAX_SEQUENCE);
        }
        parser.feed(b"\x1b[A", &mut events);
        assert_eq!(
            events.last().map(|event| shown(std::slice::from_ref(event))),
            Some("↑".into()),
            "{begin:?}"
        );
    }
}

/// Sequences of the table, bytes that mean nothing, and text. Pastes and several line ends are left out: how they are cut
/// into reads matters.
fn input() -> impl Strategy<Value = Vec<u8>> {
    let is_line_end = |byte: &&u8| matches!(byte, b'\r' | b'\n');
    let is_key = |bytes: &Vec<u8>| !bytes.windows(4).any(|window| window == b"\x1b[20");
    let known =
        (0..TABLE.len()).prop_map(|at| TABLE[at].0.as_bytes().to_vec()).prop_filter("a paste", is_key);
    let noise = prop::collection::vec(any::<u8>(), 1..6);
    let cut = (0..TABLE.len(), 0.0..1.0).prop_map(|(at, part)| {
        let bytes = TABLE[at].0.as_bytes();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a share of a few bytes"
        )]
        bytes[..(bytes.len() as f64 * part) as usize].to_vec()
    });
    let cut = cut.prop_filter("a paste", is_key);
    prop::collection::vec(prop_oneof![4 => known, 1 => noise, 1 => cut], 0..12)
        .prop_map(|parts| parts.concat())
        .prop_filter("lines", move |bytes| bytes.iter().filter(is_line_end).count() < 2)
}

proptest! {
    #[test]
    fn wherever_the_bytes_are_cut_they_mean_the_same(bytes in input(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8)) {
        let whole = parse([bytes.as_slice()]);
        let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        at.extend([0, bytes.len()]);
        at.sort_unstable();
        let chunks: Vec<&[u8]> = at.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        prop_assert_eq!(parse(chunks), whole);
        prop_assert_eq!(parse(bytes.chunks(1)), parse([bytes.as_slice()]));
    }

    #[test]
    fn no_bytes_are_too_strange(bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(0x1b), Just(b'['), Just(b';'), b'0'..=b'9'], 0..200)) {
        for event in parse([bytes.as_slice()]) {
            if let Event::Key(key) = event {
                prop_assert!(key.typed().is_none_or(|c| !c.is_control()), "{:?}", key);
            }
        }
    }
}
