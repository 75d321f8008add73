//! All numbers of the door: what one person, one address and all together may take of it, as far as the operator sets it
//! ([`Limits`], with its defaults), and the times and sizes that are fixed, each with the reason.

use std::time::Duration;

/// How much a door takes on; what is beyond is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Sessions at once.
    pub sessions: u32,
    /// Sessions from one address at once; loopback has no such limit.
    pub sessions_per_address: u32,
    /// Sessions of one key at once.
    pub sessions_per_key: u32,
    /// Connections at once that have not said who they are.
    pub unauthenticated: u32,
    /// How long these may take.
    pub login_time: Duration,
    /// After how many failed attempts to log in a connection is closed.
    pub login_attempts: u32,
    /// After so long without anything from the other side it is asked whether it is still there.
    pub keepalive: Duration,
    /// So many unanswered questions end a connection.
    pub keepalive_max: u32,
    /// After so long without a key from the person a session ends; never without it.
    pub idle: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // Each takes 1 MB, or 2 when its timeline is full.
            sessions: 500,
            sessions_per_address: 8,
            sessions_per_key: 8,
            unauthenticated: 64,
            login_time: Duration::from_secs(10),
            login_attempts: 6,
            keepalive: Duration::from_secs(30),
            keepalive_max: 3,
            idle: None,
        }
    }
}

/// For how many keys a profile is kept by default.
pub const KEYS_MAX: u32 = 10_000;

/// From the login to the request for a shell or a command; OpenSSH sends it at once.
pub(super) const IDLE_LOGIN: Duration = Duration::from_secs(10);
/// Connections that have not authenticated, from one address: nobody takes all the places there are. Loopback is exempt.
pub(super) const STRANGERS_OF_ADDRESS: usize = 8;
/// A client whose TCP takes nothing for this long is gone: as long as the keep-alives need, which cannot be sent then.
pub(super) const STALLED: Duration = Duration::from_secs(90);
/// What a client may send before it is told that it was read. A paste of 200 lines fits.
pub(super) const WINDOW: u32 = 64 * 1024;
/// The largest packet, as RFC 4253 6.1 has every implementation take.
pub(super) const PACKET: u32 = 32 * 1024;
/// A client that takes less in a packet or at once would make a frame a thousand packets.
pub(super) const SMALLEST_PACKET: usize = 1024;
/// Messages from the client that wait for the shell: when it is full the connection is not read.
pub(super) const INPUT: usize = 8;
/// Pieces of frames that wait for the connection: when it is full the frame waits, and with it the next one is not drawn.
pub(super) const OUTPUT: usize = 4;
/// Bytes of one variable of the environment, and of the name of the terminal; longer ones are none.
pub(super) const VARIABLE: usize = 128;
/// How long the bytes that give a terminal back wait for a client that does not read.
pub(super) const FAREWELL: Duration = Duration::from_secs(1);
/// How long a client may take to hang up when its session has ended.
pub(super) const HANG_UP: Duration = Duration::from_secs(2);
/// How long a command may go on without a client: for what it has taken to be stored.
pub(super) const WITHOUT_CLIENT: Duration = Duration::from_secs(5);
/// Bits of the smallest RSA key: a smaller one could be taken from its owner by computing.
pub(super) const RSA_BITS: u32 = 2048;
/// Bytes of all contents that are being sent by `send` and wait in the spool: ten of the longest that a server takes by default.
pub(super) const SPOOL: u64 = 1 << 30;
