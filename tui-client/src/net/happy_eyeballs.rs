//! Happy Eyeballs (RFC 8305): a name may have several addresses, and some of them may not answer. They are tried in the
//! order of the resolver with the families taking turns, each a quarter of a second after the one before it or as soon as
//! that has failed, side by side; the first that answers wins.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::event::{Lost, Tried};

/// The next address is tried after this long (the RFC's "Connection Attempt Delay").
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);
/// More addresses of a name than this are not tried.
const MAX_ADDRESSES: usize = 16;

/// A name that is being looked up.
pub type Resolving = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

/// Looks names up. Tests bring their own.
pub trait Resolve: Send + Sync + fmt::Debug {
    /// The addresses of a host, in the order of preference.
    fn resolve(&self, host: &str, port: u16) -> Resolving;
}

/// The resolver of the system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, host: &str, port: u16) -> Resolving {
        let host = host.to_owned();
        Box::pin(async move { Ok(tokio::net::lookup_host((host.as_str(), port)).await?.collect()) })
    }
}

/// Attempts to connect to each of the addresses until one comes about; the others are given up then.
///
/// # Errors
/// What every address said, in the order they were tried, when none did.
pub async fn race<T, F>(
    addresses: Vec<SocketAddr>,
    attempt: impl Fn(SocketAddr) -> F,
) -> Result<T, Vec<Tried>>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Lost>> + Send + 'static,
{
    let (mut waiting, mut running) = (interleave(&addresses), JoinSet::new());
    let (mut failed, mut order) = (Vec::new(), Vec::new());
    let mut next_at = Instant::now();
    loop {
        if waiting.is_empty() && running.is_empty() {
            failed.sort_by_key(|tried: &Tried| order.iter().position(|address| *address == tried.address));
            return Err(failed);
        }
        tokio::select! {
            biased;
            Some(ended) = running.join_next() => match ended {
                Ok((_, Ok(connected))) => return Ok(connected),
                Ok((address, Err(why))) => {
                    failed.push(Tried { address, why });
                    next_at = Instant::now();
                }
                // A panic is the attempt's alone.
                Err(_) => next_at = Instant::now(),
            },
            () = sleep_until(next_at), if !waiting.is_empty() => {
                next_at = Instant::now() + ATTEMPT_DELAY;
                if let Some(address) = waiting.pop_front() {
                    order.push(address);
                    let attempt = attempt(address);
                    running.spawn(async move { (address, attempt.await) });
                }
            }
        }
    }
}

/// The addresses with their families taking turns, the family of the first one first (RFC 8305, section 4).
fn interleave(addresses: &[SocketAddr]) -> VecDeque<SocketAddr> {
    let is_first =
        |address: &SocketAddr| addresses.first().is_some_and(|first| first.is_ipv4() == address.is_ipv4());
    let (one, other): (Vec<_>, Vec<_>) = addresses.iter().copied().partition(is_first);
    let (mut one, mut other) = (one.into_iter(), other.into_iter());
    let mut all = VecDeque::new();
    loop {
        match (one.next(), other.next()) {
            (None, None) => break,
            (first, second) => all.extend(first.into_iter().chain(second)),
        }
    }
    all.truncate(MAX_ADDRESSES);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn the_families_take_turns() {
        let all = |texts: &[&str]| texts.iter().map(|text| address(text)).collect::<Vec<_>>();
        for (given, expect) in [
            (
                &["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1"][..],
                &["[::1]:1", "1.1.1.1:1", "[::2]:1", "[::3]:1"][..],
            ),
            (&["1.1.1.1:1", "[::1]:1", "2.2.2.2:1"], &["1.1.1.1:1", "[::1]:1", "2.2.2.2:1"]),
            (&["1.1.1.1:1"], &["1.1.1.1:1"]),
            (&[], &[]),
        ] {
            assert_eq!(interleave(&all(given)), all(expect));
        }
        let many: Vec<_> = (1..100).map(|n| address(&format!("10.0.0.{n}:1"))).collect();
        assert_eq!(interleave(&many).len(), MAX_ADDRESSES);
    }

    /// What becomes of an address, and after how many milliseconds.
    fn attempt(address: SocketAddr) -> impl Future<Output = Result<SocketAddr, Lost>> + Send + 'static {
        let after = Duration::from_millis(u64::from(address.port()));
        async move {
            tokio::time::sleep(after).await;
            if address.ip().is_loopback() { Ok(address) } else { Err(Lost::Silent) }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_is_tried_after_a_quarter_of_a_second_or_a_failure_and_the_first_that_answers_wins() {
        for (addresses, winner, millis) in [
            // Nobody hangs about for the first one.
            (&["10.0.0.1:9000", "127.0.0.1:10"][..], "127.0.0.1:10", 260),
            // A failure is not waited out.
            (&["10.0.0.1:20", "127.0.0.1:10"], "127.0.0.1:10", 30),
            // The first may still win.
            (&["127.0.0.2:300", "127.0.0.1:100"], "127.0.0.2:300", 300),
            (&["10.0.0.1:9000", "10.0.0.2:9000", "127.0.0.1:10"], "127.0.0.1:10", 510),
        ] {
            let begin = Instant::now();
            let addresses = addresses.iter().map(|text| address(text)).collect();
            assert_eq!(race(addresses, attempt).await, Ok(address(winner)));
            assert_eq!(begin.elapsed().as_millis(), millis);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn when_none_answers_each_is_named() {
        let addresses = ["10.0.0.1:500", "10.0.0.2:10"].map(address);
        let tried = race(addresses.into(), attempt).await.unwrap_err();
        assert_eq!(tried.iter().map(|tried| tried.address).collect::<Vec<_>>(), addresses);
    }
}
