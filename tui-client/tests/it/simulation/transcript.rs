//! The transcript of a history: a checksum of all messages that clients received, to compare two runs of a seed, and
//! optionally printed. Secrets are left out, since they are random in every run.

use shared::ServerMsg;

/// A checksum of everything so far (FNV-1a).
#[derive(Debug)]
pub(crate) struct Transcript {
    sum: u64,
    is_verbose: bool,
}

impl Transcript {
    /// Prints everything as it happens if `is_verbose`.
    pub(crate) fn new(is_verbose: bool) -> Self {
        Self { sum: 0xcbf2_9ce4_8422_2325, is_verbose }
    }

    pub(crate) fn sum(&self) -> u64 {
        self.sum
    }

    pub(crate) fn is_verbose(&self) -> bool {
        self.is_verbose
    }

    /// A client receives a line.
    pub(crate) fn receive(&mut self, now: u64, who: usize, msg: &ServerMsg, line: &[u8]) {
        self.add(&now.to_le_bytes());
        self.add(&[u8::try_from(who).unwrap_or(u8::MAX)]);
        match msg {
            // Contains the secret, which is random.
            ServerMsg::Welcome(_) => self.add(&line.len().to_le_bytes()),
            _ => self.add(line),
        }
        if self.is_verbose {
            println!("{now:>7} {who} < {}", String::from_utf8_lossy(line));
        }
    }

    /// Prints an action.
    pub(crate) fn tell(&self, now: u64, what: std::fmt::Arguments<'_>) {
        if self.is_verbose {
            println!("{now:>7} {what}");
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.sum = (self.sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
