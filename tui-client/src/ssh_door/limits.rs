//! What one person, one address and all together may take of a door, each with the reason. What an operator may want to
//! change is in [`super::options::Limits`].

use std::time::Duration;

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
