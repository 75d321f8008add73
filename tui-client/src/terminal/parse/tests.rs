//! Sequences as terminals send them, whole and cut anywhere.

#![allow(clippy::wildcard_enum_match_arm, reason = "other events do not come from bytes")]

use proptest::prelude::*;

use super::{ESCAPE_WAIT, MAX_PASTE, PASTE_WAIT, Parser};
use crate::event::{Event, Wheel};

/// Everything the bytes mean when nothing follows the last of them.
fn parse<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<Event> {
    let (mut parser, mut events) = (Parser::default(), Vec::new());
    for chunk in chunks {
        parser.feed(chunk, &mut events);
    }
    parser.flush(&mut events);
    events
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
        _ => format!("{event:?}"),
    });
    words.collect::<Vec<_>>().join(" ")
}

const TABLE: [(&str, &str); 66] = [
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
    // The kitty keyboard protocol.
    ("\x1b[27u\x1b[97;5u\x1b[13;3u", "Esc Ctrl-A Alt-Enter"),
    ("\x1b[9;2u\x1b[127;3u\x1b[104;5u", "Shift-Tab Alt-Backspace Backspace"),
    ("\x1b[12609;3u", "Alt-A"),
    ("\x1b[95;6u\x1b[45;5u\x1b[47;5u", "Ctrl-_ Ctrl-_ Ctrl-_"),
    ("\x1b[57417u\x1b[57414u\x1b[57399u", "← Enter 0"),
    ("\x1b[97;5:1u\x1b[97;5:2u\x1b[97;5:3u", "Ctrl-A Ctrl-A"),
    ("\x1b[1;1:3A\x1b[5;1:3~", ""),
    ("\x1b[99;9u\x1b[57358u\x1b[0u", ""),
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
        (&b"\xe3ab"[..], "a b"),
        (b"\xffa\x80b\xc0\xafc", "a b c"),
        (b"\xed\xa0\x80x\xf5x", "x x"),
        (b"\xed\x95\x1b[Ax", "↑ x"),
        (b"\x1b\xffx", "Esc x"),
        (b"\x1b[200~a\xffb\x1b[201~x", "paste:\"a\u{fffd}b\" x"),
    ] {
        assert_eq!(shown(&parse([bytes])), expect, "{bytes:?}");
        assert_eq!(shown(&parse(bytes.chunks(1))), expect, "{bytes:?}");
    }
}

#[test]
fn only_what_may_be_esc_or_is_pasted_waits_for_time_to_pass_and_a_paste_longer() {
    let (mut parser, mut events) = (Parser::default(), Vec::new());
    for (bytes, waits) in [
        (&b"a"[..], None),
        (b"\x1b", Some(ESCAPE_WAIT)),
        (b"[", Some(ESCAPE_WAIT)),
        (b"A", None),
        (b"\xed\x95", None),
        (b"\x9c", None),
        (b"\x1b[200~", None),
        (b"p", Some(PASTE_WAIT)),
        (b"\x1b[201~", None),
    ] {
        parser.feed(bytes, &mut events);
        assert_eq!(parser.patience(), waits, "after {bytes:?}");
    }
    assert_eq!(shown(&events), "a ↑ 한 paste:\"p\"");
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
fn a_paste_that_pauses_stays_a_paste() {
    let (mut parser, mut events) = (Parser::default(), Vec::new());
    for piece in [&b"\x1b[200~one\r\xed\x95"[..], b"\x9ctwo\r", b"\nthree\r\x1b[20", b"1~\r"] {
        parser.feed(piece, &mut events);
        parser.flush(&mut events);
    }
    assert_eq!(shown(&events), "paste:\"one\\r\" paste:\"한two\" paste:\"\\r\\nthree\\r\" Enter");
}

#[test]
fn a_paste_whose_end_is_lost_is_ended_by_esc_alone() {
    let (mut parser, mut events) = (Parser::default(), Vec::new());
    for typed in [&b"\x1b[200~one"[..], b"two", b"\x1b", b"\r"] {
        parser.feed(typed, &mut events);
        parser.flush(&mut events);
    }
    assert_eq!(shown(&events), "paste:\"one\" paste:\"two\" Enter");
}

#[test]
fn a_paste_that_never_ends_takes_bounded_memory() {
    let (mut parser, mut events) = (Parser::default(), Vec::new());
    parser.feed(b"\x1b[200~", &mut events);
    for _ in 0..3 * MAX_PASTE / 4096 {
        parser.feed(&[b'x'; 4096], &mut events);
        assert!(parser.paste.as_ref().unwrap().len() < MAX_PASTE);
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

/// Sequences of the table, bytes that mean nothing, and text.
fn input() -> impl Strategy<Value = Vec<u8>> {
    let known = (0..TABLE.len()).prop_map(|at| TABLE[at].0.as_bytes().to_vec());
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
    prop::collection::vec(prop_oneof![4 => known, 1 => noise, 1 => cut], 0..12)
        .prop_map(|parts| parts.concat())
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
