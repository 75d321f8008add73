//! Cutting a stream into lines: wherever it is split, whatever it holds, however long its lines are.

use bytes::{Bytes, BytesMut};
use proptest::collection::vec;
use proptest::prelude::*;
use shared::codec::{Frame, LineCodec, append_line, to_line};
use shared::{ClientMsg, Request, ServerMsg};
use tokio_util::codec::Decoder as _;

use crate::cases;

/// Short enough that every interesting length fits a table.
const MAX: usize = 8;

/// What comes of a stream that arrives in these pieces.
fn cut<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<Frame> {
    let (mut codec, mut buffer, mut frames) = (LineCodec::new(MAX), BytesMut::new(), Vec::new());
    for piece in pieces {
        buffer.extend_from_slice(piece);
        frames.extend(std::iter::from_fn(|| codec.decode(&mut buffer).unwrap()));
        assert!(buffer.len() <= MAX + 1, "{} bytes are kept of a line of at most {MAX}", buffer.len());
    }
    frames.extend(std::iter::from_fn(|| codec.decode_eof(&mut buffer).unwrap()));
    assert!(buffer.is_empty(), "half a line is dropped at the end");
    frames
}

/// The frames of a stream by a rule that needs the whole of it.
fn model(stream: &[u8]) -> Vec<Frame> {
    let mut lines: Vec<_> = stream.split(|&b| b == b'\n').collect();
    let half = lines.pop().unwrap_or_default();
    let mut frames: Vec<_> = lines
        .into_iter()
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .filter(|line| line.len() > MAX || !line.trim_ascii().is_empty())
        .map(|line| match std::str::from_utf8(line) {
            _ if line.len() > MAX => Frame::TooLong,
            Ok(_) => Frame::Line(Bytes::copy_from_slice(line)),
            Err(_) => Frame::BadUtf8,
        })
        .collect();
    // A line is known to be too long once it cannot be saved by a `\r\n` any more.
    frames.extend((half.len() > MAX + 1).then_some(Frame::TooLong));
    frames
}

fn line(text: &str) -> Frame {
    Frame::Line(Bytes::copy_from_slice(text.as_bytes()))
}

/// Checks the frames of a stream: whole, byte by byte, and split in two at every byte.
#[track_caller]
fn check(stream: impl AsRef<[u8]>, expected: &[Frame]) {
    let stream = stream.as_ref();
    assert_eq!(cut([stream]), expected, "whole");
    assert_eq!(cut(stream.chunks(1)), expected, "byte by byte");
    for at in 0..=stream.len() {
        assert_eq!(cut([&stream[..at], &stream[at..]]), expected, "split at {at}");
    }
    assert_eq!(model(stream), expected, "by the model");
}

#[test]
fn lines_end_in_lf_or_crlf() {
    check("one\ntwo\r\n三\n", &[line("one"), line("two"), line("三")]);
}

#[test]
fn a_carriage_return_inside_a_line_ends_nothing() {
    check("a\rb\n", &[line("a\rb")]);
    check("a\r\r\n", &[line("a\r")]);
}

#[test]
fn blank_lines_are_no_lines() {
    check("", &[]);
    check("\n\r\n  \t\n\na\n\n", &[line("a")]);
}

#[test]
fn half_a_line_at_the_end_is_dropped() {
    check("a\nhalf", &[line("a")]);
    check("a\nhalf\r", &[line("a")]);
}

#[test]
fn a_line_at_the_limit_is_taken_and_one_byte_more_is_not() {
    check("12345678\n", &[line("12345678")]);
    check("12345678\r\n", &[line("12345678")]);
    check("123456789\n", &[Frame::TooLong]);
    check("123456789\r\n", &[Frame::TooLong]);
    check("12345678\r\r\n", &[Frame::TooLong]);
    check("         \n", &[Frame::TooLong]);
}

#[test]
fn a_long_line_is_one_frame_however_long_and_the_next_line_is_good() {
    let long = "x".repeat(100);
    check(format!("{long}\nok\n"), &[Frame::TooLong, line("ok")]);
    check(
        format!("{long}\r\n{long}\n{long}\nok\n"),
        &[Frame::TooLong, Frame::TooLong, Frame::TooLong, line("ok")],
    );
    check(&long, &[Frame::TooLong]);
}

#[test]
fn a_line_that_is_not_utf8_is_a_frame_of_its_own() {
    let bad: [&[u8]; 6] =
        [b"\xff", b"a\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe4\xb8", b"\x80abc"];
    for bytes in bad {
        check([b"a\n", bytes, b"\nb\n"].concat(), &[line("a"), Frame::BadUtf8, line("b")]);
    }
}

#[test]
fn a_nul_is_a_byte_like_any_other() {
    check("a\0b\n", &[line("a\0b")]);
}

#[test]
fn the_limit_may_be_raised_between_lines() {
    let (mut codec, mut buffer) = (LineCodec::new(MAX), BytesMut::from("123456789\n123456789\n"));
    assert_eq!(codec.decode(&mut buffer).unwrap(), Some(Frame::TooLong));
    codec.set_max(MAX + 1);
    assert_eq!(codec.decode(&mut buffer).unwrap(), Some(line("123456789")));
}

#[test]
fn a_codec_starts_afresh_after_the_end_of_a_stream() {
    for unfinished in ["half a", "much longer than the limit"] {
        let (mut codec, mut buffer) = (LineCodec::new(MAX), BytesMut::from(unfinished));
        while codec.decode_eof(&mut buffer).unwrap().is_some() {}
        buffer.extend_from_slice(b"a\n");
        assert_eq!(codec.decode(&mut buffer).unwrap(), Some(line("a")), "after {unfinished:?}");
    }
}

#[test]
fn a_message_is_written_as_one_line() {
    let ping = Request::unnamed(ClientMsg::Ping(shared::client_msg::Empty {}));
    assert_eq!(to_line(&ping), "{\"type\":\"ping\"}\n");
    let mut buffer = b"before\n".to_vec();
    append_line(&mut buffer, &ping);
    assert_eq!(buffer, b"before\n{\"type\":\"ping\"}\n");
}

#[test]
fn what_does_not_serialise_is_written_as_a_line_readers_skip() {
    let keys_are_no_strings: std::collections::BTreeMap<[u8; 1], u8> = [([1], 1)].into();
    assert_eq!(to_line(&keys_are_no_strings), "\n");
}

/// Bytes that meet each other in every order: ends, blanks, letters, halves of characters.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let bytes = prop::sample::select(b"\n\n\r\n ab\xff\xe4\xb8\x80\0".to_vec());
    let long = vec(prop::sample::select(b"xy\r".to_vec()), 0..24);
    vec(prop_oneof![vec(bytes, 0..12), long, vec(any::<u8>(), 0..6)], 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn a_stream_makes_the_same_frames_wherever_it_is_split(
        stream in stream(),
        cuts in vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let mut cuts: Vec<_> = cuts.iter().map(|at| at.index(stream.len() + 1)).collect();
        cuts.sort_unstable();
        cuts.push(stream.len());
        let pieces = cuts.iter().scan(0, |from, &to| Some(&stream[std::mem::replace(from, to)..to]));
        let expected = model(&stream);
        prop_assert_eq!(cut(pieces), expected.clone());
        prop_assert_eq!(cut(stream.chunks(1)), expected);
    }

    #[test]
    fn random_bytes_never_panic(bytes in vec(any::<u8>(), 0..512)) {
        for frame in cut(bytes.chunks(7)) {
            if let Frame::Line(line) = frame {
                prop_assert!(std::str::from_utf8(&line).is_ok());
            }
        }
        drop((Request::parse(&bytes), ServerMsg::parse(&bytes)));
    }
}
