//! What was heard in a history, as one number, so that two runs of a seed can be compared; and in full, when a seed
//! is replayed. It must not hold secrets or anything else that differs from run to run.

use shared::ServerMsg;

/// The sum of everything so far (FNV-1a).
#[derive(Debug)]
pub(crate) struct Transcript {
    sum: u64,
    is_told: bool,
}

impl Transcript {
    /// `is_told` prints everything as it happens.
    pub(crate) fn new(is_told: bool) -> Self {
        Self { sum: 0xcbf2_9ce4_8422_2325, is_told }
    }

    pub(crate) fn sum(&self) -> u64 {
        self.sum
    }

    /// Somebody hears a line.
    pub(crate) fn hear(&mut self, now: u64, who: usize, msg: &ServerMsg, line: &[u8]) {
        self.add(&now.to_le_bytes());
        self.add(&[u8::try_from(who).unwrap_or(u8::MAX)]);
        match msg {
            // Secrets are the only thing that comes from the system.
            ServerMsg::Welcome(_) => self.add(&line.len().to_le_bytes()),
            _ => self.add(line),
        }
        if self.is_told {
            println!("{now:>7} {who} < {}", String::from_utf8_lossy(line));
        }
    }

    /// Something happens.
    pub(crate) fn tell(&self, now: u64, what: std::fmt::Arguments<'_>) {
        if self.is_told {
            println!("{now:>7} {what}");
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.sum = (self.sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
