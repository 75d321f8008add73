//! A batch of proposals as the bytes of one message of the stream: a header as a line of JSON, then a line for each
//! proposal (see [`codec`]). One message for many proposals, because a message costs NATS a round of its consensus
//! however small it is.
//!
//!     {"v":1,"start":{"node":7,"start":91},"first":4711,"count":2}
//!     {"v":1,"proposal":{"type":"tick"}}
//!     {"v":1,"proposal":{"type":"lost","conn":{"node":7,"start":91,"number":3}}}

use serde::{Deserialize, Serialize};

use crate::chat::conn_id::NodeStart;
use crate::chat::proposal::{NodeOrigin, Proposal};
use crate::order::codec::{self, DecodeError};
use crate::order::place;

/// The version this server writes, and the newest it reads.
pub const VERSION: u32 = 1;

/// The most proposals of a frame. Their index has 10 bits of a place.
pub const MOST_PROPOSALS: usize = 512;
const _: () = assert!(MOST_PROPOSALS < 1 << place::BITS, "an index fits into a place");

/// The most bytes of the lines of a frame that has more than one.
pub const MOST_BYTES: usize = 256 * 1024;

/// The most bytes of a message of the stream.
pub const MOST_MESSAGE_BYTES: usize = 512 * 1024;

/// The most bytes of one line. What is longer cannot be proposed.
pub const MOST_LINE_BYTES: usize = MOST_MESSAGE_BYTES - 1024;

/// The first line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    v: u32,
    /// Which start of which node proposed it.
    pub start: NodeStart,
    /// The number of the first proposal among all of that start.
    pub first: u64,
    /// The number of proposals.
    pub count: u64,
}

/// A batch that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// Its header.
    pub header: Header,
    /// As many proposals as that says.
    pub proposals: Vec<Proposal>,
}

/// Why a message of the stream cannot be applied. The server must stop: whoever skips a message that the others apply
/// has another state.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// A newer server wrote it.
    #[error("it has version {0}, this server knows up to {VERSION}; upgrade this server")]
    Version(u32),
    /// One of its proposals cannot be read.
    #[error(transparent)]
    Proposal(#[from] DecodeError),
    /// It is damaged, or nothing of ours.
    #[error("it is damaged, or no server of this chat wrote it: {0}")]
    Damaged(String),
}

impl Header {
    /// Who proposed the proposal with this index.
    #[must_use]
    pub fn origin(&self, index: u64) -> NodeOrigin {
        NodeOrigin { start: self.start, number: self.first.saturating_add(index) }
    }
}

/// The header of a message, whatever its proposals are; nothing where it is no message of ours.
#[must_use]
pub fn header(bytes: &[u8]) -> Option<Header> {
    serde_json::from_slice(bytes.split(|byte| *byte == b'\n').next()?).ok()
}

/// The bytes of these lines in a frame.
#[must_use]
pub fn encode(start: NodeStart, first: u64, lines: &[String]) -> Vec<u8> {
    let header = Header { v: VERSION, start, first, count: lines.len() as u64 };
    // Numbers cannot fail to be written.
    let mut bytes = serde_json::to_vec(&header).unwrap_or_default();
    for line in lines {
        bytes.push(b'\n');
        bytes.extend_from_slice(line.as_bytes());
    }
    bytes
}

/// The frame of these bytes.
///
/// # Errors
/// When it was written by a newer server, or is damaged.
pub fn decode(bytes: &[u8]) -> Result<Frame, FrameError> {
    #[derive(Deserialize)]
    struct Version {
        v: u32,
    }
    let text = std::str::from_utf8(bytes).map_err(|error| FrameError::Damaged(error.to_string()))?;
    let mut lines = text.split('\n');
    let first = lines.next().unwrap_or_default();
    let damaged = |error: serde_json::Error| FrameError::Damaged(error.to_string());
    let Version { v } = serde_json::from_str(first).map_err(damaged)?;
    if v > VERSION {
        return Err(FrameError::Version(v));
    }
    let header: Header = serde_json::from_str(first).map_err(damaged)?;
    let proposals = lines.map(codec::decode).collect::<Result<Vec<_>, _>>()?;
    if proposals.len() as u64 != header.count || proposals.is_empty() || proposals.len() > MOST_PROPOSALS {
        let why = format!("{} proposals where {} are announced", proposals.len(), header.count);
        return Err(FrameError::Damaged(why));
    }
    if header.first == 0 || header.first.checked_add(header.count).is_none() {
        return Err(FrameError::Damaged(format!("{} is no number of a proposal", header.first)));
    }
    Ok(Frame { header, proposals })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::chat::conn_id::ConnId;

    const START: NodeStart = NodeStart { node: 7, start: 91 };

    fn lines(proposals: &[Proposal]) -> Vec<String> {
        proposals.iter().map(|proposal| codec::encode(proposal).unwrap()).collect()
    }

    fn why_not(bytes: &[u8]) -> String {
        decode(bytes).unwrap_err().to_string()
    }

    #[test]
    fn what_is_written_is_read() {
        let proposals = vec![Proposal::Tick, Proposal::Lost { conn: ConnId::new(START, 3) }];
        let bytes = encode(START, 4711, &lines(&proposals));
        assert!(bytes.starts_with(br#"{"v":1,"start":{"node":7,"start":91},"first":4711,"count":2}"#));
        let frame = decode(&bytes).unwrap();
        assert_eq!((frame.header.start, frame.header.first, frame.proposals), (START, 4711, proposals));
    }

    #[test]
    fn a_frame_of_a_newer_server_asks_for_an_upgrade() {
        let newer = br#"{"v":2,"of":"whatever it may be"}"#;
        assert_eq!(why_not(newer), "it has version 2, this server knows up to 1; upgrade this server");
    }

    #[test]
    fn a_proposal_of_a_newer_server_asks_for_an_upgrade() {
        let bytes = encode(START, 1, &[r#"{"v":9,"proposal":{"type":"sing"}}"#.to_owned()]);
        assert!(why_not(&bytes).contains("version 9"), "{}", why_not(&bytes));
        assert!(why_not(&bytes).contains("upgrade this server"), "{}", why_not(&bytes));
    }

    #[test]
    fn a_proposal_too_few_or_too_many_is_damage() {
        let whole = String::from_utf8(encode(START, 1, &lines(&[Proposal::Tick, Proposal::Tick]))).unwrap();
        let (cut, _) = whole.rsplit_once('\n').unwrap();
        assert!(why_not(cut.as_bytes()).contains("1 proposals where 2 are announced"));
        assert!(
            why_not(format!("{whole}\n{}", lines(&[Proposal::Tick])[0]).as_bytes()).contains("3 proposals")
        );
        assert!(why_not(&encode(START, 1, &[])).contains("0 proposals"));
    }

    #[test]
    fn numbers_that_no_proposal_has_are_damage() {
        assert!(why_not(&encode(START, 0, &lines(&[Proposal::Tick]))).contains("no number"));
        assert!(why_not(&encode(START, u64::MAX, &lines(&[Proposal::Tick]))).contains("no number"));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            decode(&bytes).unwrap_err();
        }

        #[test]
        fn a_frame_that_was_cut_is_never_taken_for_whole(count in 1_usize..5, cut in 0.0..1.0_f64) {
            let whole = encode(START, 1, &lines(&vec![Proposal::Tick; count]));
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in it")]
            let at = (whole.len() as f64 * cut) as usize;
            decode(&whole[..at]).unwrap_err();
        }
    }
}
