//! What the door speaks of ssh: its version, methods, algorithms, windows and times.

use std::borrow::Cow;
use std::time::Duration;

use russh::keys::{Algorithm, HashAlg, PrivateKey};
use russh::server::Config;
use russh::{MethodKind, MethodSet, Preferred, SshId};

use super::limits::{INPUT, Limits, OUTPUT, PACKET, WINDOW};

/// How the door calls itself. Not which version it is: that would tell strangers which faults to try.
const ID: &str = "SSH-2.0-chinwag";
/// How long a refusal takes, so that guessing is slow.
const REFUSAL: Duration = Duration::from_secs(1);

/// The library's configuration.
pub(super) fn config(host_key: PrivateKey, limits: &Limits) -> Config {
    Config {
        server_id: SshId::Standard(Cow::Borrowed(ID)),
        // `none` is not told, but answered: for `guest`.
        methods: MethodSet::from(&[MethodKind::PublicKey][..]),
        auth_rejection_time: REFUSAL,
        // Every client asks with `none` which methods there are.
        auth_rejection_time_initial: Some(Duration::ZERO),
        keys: vec![host_key],
        preferred: preferred(),
        window_size: WINDOW,
        maximum_packet_size: PACKET,
        channel_buffer_size: INPUT,
        event_buffer_size: OUTPUT,
        max_auth_attempts: usize::try_from(limits.login_attempts).unwrap_or(usize::MAX),
        // Somebody may read for an hour and type nothing; whether they are there is asked.
        inactivity_timeout: None,
        keepalive_interval: Some(limits.keepalive),
        keepalive_max: usize::try_from(limits.keepalive_max).unwrap_or(usize::MAX),
        nodelay: true,
        ..Config::default()
    }
}

/// As the library has it, without SHA-1.
fn preferred() -> Preferred {
    let is_sound = |algorithm: &&Algorithm| **algorithm != Algorithm::Rsa { hash: None };
    let key: Vec<Algorithm> = Preferred::DEFAULT.key.iter().filter(is_sound).cloned().collect();
    debug_assert!(key.contains(&Algorithm::Rsa { hash: Some(HashAlg::Sha512) }));
    Preferred { key: Cow::Owned(key), ..Preferred::DEFAULT }
}
