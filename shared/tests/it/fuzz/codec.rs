//! The fuzz target `codec`: a stream gives the same frames however it is cut into pieces, and the buffer never holds more
//! than the limit.

use bytes::BytesMut;
use shared::codec::{Frame, LineCodec};
use tokio_util::codec::Decoder as _;

/// The first byte is the limit, the second how the stream is cut into pieces, the rest is the stream.
pub(super) fn check(input: &[u8]) {
    let [max, cut, stream @ ..] = input else { return };
    let max = usize::from(*max);
    let expected = by_hand(stream, max);
    assert_eq!(frames(stream, max, &[stream.len().max(1)]), expected, "in one piece");
    assert_eq!(frames(stream, max, &[1]), expected, "byte by byte");
    let pieces = [usize::from(cut & 7) + 1, usize::from(cut >> 3) + 1, 1];
    assert_eq!(frames(stream, max, &pieces), expected, "in pieces of {pieces:?} bytes");
}

/// What the codec makes of a stream that comes in pieces of these lengths, over and over.
fn frames(mut stream: &[u8], max: usize, pieces: &[usize]) -> Vec<Frame> {
    let (mut codec, mut buffer, mut frames) = (LineCodec::new(max), BytesMut::new(), Vec::new());
    for piece in pieces.iter().cycle() {
        let (piece, rest) = stream.split_at((*piece).min(stream.len()));
        if piece.is_empty() {
            break;
        }
        stream = rest;
        buffer.extend_from_slice(piece);
        while let Some(frame) = codec.decode(&mut buffer).unwrap() {
            frames.push(frame);
        }
        assert!(buffer.len() <= max + 1, "{} bytes are kept", buffer.len());
    }
    while let Some(frame) = codec.decode_eof(&mut buffer).unwrap() {
        frames.push(frame);
    }
    assert!(buffer.is_empty(), "something is left of a stream that has ended");
    frames
}

/// The same by the words of the documentation, without a buffer.
fn by_hand(stream: &[u8], max: usize) -> Vec<Frame> {
    let mut lines: Vec<&[u8]> = stream.split(|&byte| byte == b'\n').collect();
    // Half a message, unless it is too long already, be its last byte a `\r`.
    let half = lines.pop().unwrap_or_default();
    let mut frames: Vec<Frame> = lines
        .into_iter()
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .filter(|line| line.len() > max || !line.iter().all(u8::is_ascii_whitespace))
        .map(|line| match std::str::from_utf8(line) {
            _ if line.len() > max => Frame::TooLong,
            Ok(_) => Frame::Line(line.to_vec().into()),
            Err(_) => Frame::BadUtf8,
        })
        .collect();
    if half.len() > max + 1 {
        frames.push(Frame::TooLong);
    }
    frames
}
