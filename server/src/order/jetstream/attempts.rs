//! The attempts to reach a NATS server: which one is next, and why those before failed, as sentences with the address, the reason
//! and what to do. The client library tells the address when it asks where to connect, and the reason at the next such
//! question; its own events have neither.

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_nats::{ReconnectToServer, Server, ServerAddr};
use tokio::time::Instant;

use super::options::shown;

/// How often the log says that NATS is not reached.
pub(super) const COMPLAIN: Duration = Duration::from_secs(5);

/// The longest pause between attempts to connect.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The attempts of one client.
#[derive(Debug, Default)]
pub(super) struct Attempts(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    turn: usize,
    at: At,
    /// Those that were tried in vain since the client was connected last.
    failed: Vec<Failed>,
    complained: Option<Instant>,
}

/// Where the client is.
#[derive(Debug, Default)]
enum At {
    #[default]
    Nowhere,
    Trying(ServerAddr),
    Connected(ServerAddr),
}

#[derive(Debug)]
struct Failed {
    address: ServerAddr,
    /// `None` when the name was not found, which is the one failure that the library does not note.
    error: Option<String>,
    times: usize,
}

impl Attempts {
    /// The first server first, which may be the nearest, and then each time the next one: what was left for a reason is not tried
    /// again at once.
    pub(super) fn next(&self, servers: &[Server]) -> Option<ReconnectToServer> {
        let mut known = self.known();
        if let At::Trying(address) = std::mem::take(&mut known.at) {
            known.note(address, servers);
        }
        let index = known.turn.checked_rem(servers.len())?;
        let next = servers.get(index)?;
        known.turn = known.turn.wrapping_add(1);
        let times = known.failed.iter().find(|failed| failed.address == next.addr).map_or(0, |it| it.times);
        known.at = At::Trying(next.addr.clone());
        let delay = Some(pause(times.max(next.failed_attempts)));
        Some(ReconnectToServer { addr: next.addr.clone(), delay })
    }

    /// The last attempt was good.
    pub(super) fn connected(&self) {
        let mut known = self.known();
        known.failed.clear();
        known.complained = None;
        known.at = match std::mem::take(&mut known.at) {
            At::Trying(address) | At::Connected(address) => At::Connected(address),
            At::Nowhere => At::Nowhere,
        };
    }

    /// The address of the server that the client is connected to, or tries.
    pub(super) fn address(&self) -> Option<String> {
        match &self.known().at {
            At::Nowhere => None,
            At::Trying(address) | At::Connected(address) => Some(shown(address)),
        }
    }

    /// Why no server is reached, if that is so and was not said lately.
    pub(super) fn complaint(&self, has_credentials: bool) -> Option<String> {
        let mut known = self.known();
        let is_due = known.complained.is_none_or(|last| last.elapsed() >= COMPLAIN);
        if known.failed.is_empty() || !is_due {
            return None;
        }
        known.complained = Some(Instant::now());
        let said = known.failed.iter().map(|Failed { address, error, .. }| {
            sentence(&shown(address), address.host(), error.as_deref(), has_credentials)
        });
        Some(said.collect::<Vec<_>>().join("; "))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn note(&mut self, address: ServerAddr, servers: &[Server]) {
        let server = servers.iter().find(|server| server.addr == address);
        let error = server.and_then(|server| server.last_error.clone());
        if error.is_none() && address.host().parse::<IpAddr>().is_ok() {
            return;
        }
        match self.failed.iter_mut().find(|failed| failed.address == address) {
            Some(failed) => {
                failed.error = error;
                failed.times += 1;
            }
            None => self.failed.push(Failed { address, error, times: 1 }),
        }
    }
}

/// Why a server is not reached, and what to do.
fn sentence(server: &str, host: &str, error: Option<&str>, has_credentials: bool) -> String {
    let Some(error) = error else {
        return format!("the name {host} is not found: correct the address in cluster, or the DNS");
    };
    let has = |text: &str| error.contains(text);
    if has("Connection refused") {
        format!("nothing listens at {server}: start NATS there, or correct the address in cluster")
    } else if has("authorization violation") && has_credentials {
        format!(
            "{server} refuses the user or the password: write those that its configuration has into the file of cluster-credentials"
        )
    } else if has("authorization violation") {
        format!("{server} wants a user and a password: give it a file with both as cluster-credentials")
    } else if has("InvalidContentType") {
        format!("{server} does not speak TLS: give that NATS a certificate, or write nats:// in cluster")
    } else if has("NotValidForName") || has("not valid for name") {
        format!(
            "the certificate of {server} is for another name: write in cluster one that is in it ({error})"
        )
    } else if has("invalid peer certificate") {
        format!("the certificate of {server} is not trusted: give its authority as cluster-ca ({error})")
    } else if has("timed out") {
        format!(
            "{server} does not answer: look whether its machine runs, a firewall is between, or another program listens there"
        )
    } else if has("expected INFO") {
        format!("what listens at {server} is no NATS: correct the address in cluster")
    } else {
        format!("{server} is not reached: {error}")
    }
}

/// Doubles with each attempt that failed.
fn pause(failed: usize) -> Duration {
    let doublings = u32::try_from(failed).unwrap_or(u32::MAX).min(16);
    if failed == 0 { Duration::ZERO } else { Duration::from_millis(1 << doublings).min(LONGEST_PAUSE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_second_and_stay_there() {
        let pauses = [0, 1, 2, 9, 10, 100, usize::MAX].map(|failed| pause(failed).as_millis());
        assert_eq!(pauses, [0, 2, 4, 512, 1000, 1000, 1000]);
    }

    fn server(address: &str, error: Option<&str>) -> Server {
        Server {
            addr: address.parse().unwrap(),
            failed_attempts: usize::from(error.is_some()),
            did_connect: false,
            is_discovered: false,
            last_error: error.map(str::to_owned),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn each_server_that_failed_is_named_with_its_reason_until_one_lets_us_in() {
        let attempts = Attempts::default();
        let refused = Some("IO error: Connection refused (os error 111)");
        let pool = [server("nats://127.0.0.1:4222", refused), server("nats://nats-b:4222", None)];
        attempts.next(&pool).unwrap();
        assert_eq!(attempts.complaint(false), None);
        attempts.next(&pool).unwrap();
        let first =
            "nothing listens at nats://127.0.0.1:4222: start NATS there, or correct the address in cluster";
        assert_eq!(attempts.complaint(false).unwrap(), first);
        assert_eq!(attempts.complaint(false), None, "it was said just now");
        attempts.next(&pool).unwrap();
        tokio::time::advance(COMPLAIN).await;
        let both = attempts.complaint(false).unwrap();
        assert!(both.starts_with(first) && both.contains("; the name nats-b is not found"), "{both}");
        attempts.connected();
        assert_eq!(attempts.address().unwrap(), "nats://127.0.0.1:4222");
        attempts.next(&pool).unwrap();
        assert_eq!(attempts.complaint(false), None, "a connection that was lost is no attempt that failed");
    }

    #[test]
    fn a_reason_says_what_to_do() {
        let said = |error, credentials| sentence("nats://a:4222", "a", Some(error), credentials);
        assert!(said("authorization violation", false).contains("wants a user and a password"));
        assert!(said("authorization violation", true).contains("refuses the user or the password"));
        let plain = said("IO error: received corrupt message of type InvalidContentType", false);
        assert!(plain.contains("does not speak TLS"));
        assert!(said("IO error: invalid peer certificate: UnknownIssuer", false).contains("cluster-ca"));
        assert!(said("timed out", false).contains("does not answer"));
        assert_eq!(
            said("IO error: No route to host", false),
            "nats://a:4222 is not reached: IO error: No route to host"
        );
    }
}
