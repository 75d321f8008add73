//! How much may be sent, and by whom: each limit, and what is said where it is reached.

use std::time::Duration;

use shared::{Code, Refusal};

use super::limits::{TransferLimits, TransferTiming};

/// What the disk has free for us, and in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Room {
    pub(super) free: u64,
    pub(super) whole: u64,
}

/// How much of the disk files leave free at least: messages need it.
const LEFT_FREE: u64 = 1 << 30;
/// The same of a small disk: a part of it.
const LEFT_FREE_OF: u64 = 20;
/// When to ask again where others have to be done first.
const ASK_AGAIN: Duration = Duration::from_secs(5);

/// Whether a file of this length is taken.
pub(super) fn check_length(limits: &TransferLimits, bytes: u64) -> Result<(), Refusal> {
    if limits.file_max == 0 {
        return Err(Refusal::new(Code::Forbidden, "this server takes no files"));
    }
    if bytes > limits.file_max {
        let long = format!("a file has at most {} bytes here; send a shorter one", limits.file_max);
        return Err(Refusal::new(Code::FileTooLarge, long).at_most(limits.file_max));
    }
    Ok(())
}

/// Whether one more transfer may run.
pub(super) fn check_running(timing: &TransferTiming, of_identity: usize, all: usize) -> Result<(), Refusal> {
    if of_identity >= timing.of_identity {
        let many = format!("{of_identity} of your transfers run already; wait until one is done");
        return Err(Refusal::new(Code::RateLimited, many).retry_after(ASK_AGAIN));
    }
    if all >= timing.running { Err(too_many()) } else { Ok(()) }
}

/// Whether an identity that has sent so much may send this as well.
pub(super) fn check_day(
    limits: &TransferLimits,
    needs: u64,
    sent: u64,
    over_in: Duration,
) -> Result<(), Refusal> {
    if sent.saturating_add(needs) <= limits.per_day {
        return Ok(());
    }
    let much = format!("one may send {} bytes in a day here", limits.per_day);
    let refusal = Refusal::new(Code::FileTooLarge, much).at_most(limits.per_day);
    // What is too much for a day will be so tomorrow.
    Err(if needs > limits.per_day { refusal } else { refusal.retry_after(over_in) })
}

/// Whether there is room for this: beside what is kept and what is coming, and on a disk that others have yet to write so much to.
pub(super) fn check_room(
    limits: &TransferLimits,
    needs: u64,
    kept: u64,
    coming: u64,
    room: Option<Room>,
) -> Result<(), Refusal> {
    if kept.saturating_add(needs) > limits.files_total {
        let full =
            "the server has no room for this file; try again when others are gone, or ask whoever runs it";
        return Err(Refusal::new(Code::Storage, full));
    }
    let short = |room: Room| {
        let leave = LEFT_FREE.min(room.whole / LEFT_FREE_OF);
        room.free < leave.saturating_add(coming).saturating_add(needs)
    };
    if room.is_some_and(short) {
        return Err(disk_full());
    }
    Ok(())
}

/// The disk has no room for a file.
pub(super) fn disk_full() -> Refusal {
    Refusal::new(Code::Storage, "the server's disk is full; try again later")
}

/// So many transfers run, or are about to, that there is no place for one more.
pub(super) fn too_many() -> Refusal {
    let many = "too many files are moved at once; wait a little";
    Refusal::new(Code::RateLimited, many).retry_after(ASK_AGAIN)
}
