//! Tells the service manager (`sd_notify`) that the server is ready, how many people are connected, that it is stopping,
//! and feeds its watchdog while health probes are answered. Does nothing without `NOTIFY_SOCKET`.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sd_notify::NotifyState;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::health::{Health, HealthProbe};
use crate::hub_msg::ChatCounts;

/// The least time between two status lines.
const STATUS_EVERY: Duration = Duration::from_secs(2);

/// How much more time is asked for, and how often.
const START_MORE_US: u32 = 60_000_000;
const START_MORE_EVERY: Duration = Duration::from_secs(20);

/// Whether a service manager listens, which starts the server again when that was asked for.
#[must_use]
pub fn is_supervised() -> bool {
    std::env::var_os("NOTIFY_SOCKET").is_some()
}

/// Reports for as long as the server runs.
pub async fn report(health: Health) {
    if !is_supervised() {
        return;
    }
    // Without a watchdog only the states are reported.
    let watchdog = async {
        if let Some(limit) = sd_notify::watchdog_enabled() {
            feed_watchdog(&health.probe, limit / 2, || tell(&[NotifyState::Watchdog])).await;
        }
    };
    let stands = || health.observer.why_order_stands();
    let is_node = health.observer.proposer.report().is_some();
    tokio::join!(watchdog, report_counts(health.probe.counts(), is_node, stands));
}

/// The server reloads its configuration; [`ready`] must follow.
pub fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(error) => tracing::warn!(%error, "could not tell the service manager of the reload"),
    }
}

/// The server is ready: for the first time, or again after a reload.
pub fn ready() {
    tell(&[NotifyState::Ready]);
}

/// What was said last of a start that takes long. As the service manager, it is one for the process.
static STARTING: Mutex<String> = Mutex::new(String::new());

/// What the server does before it is ready, as it was said last.
#[must_use]
pub fn starting() -> String {
    STARTING.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// What the server does before it is ready, for the manager's status and for the operator who asks.
pub fn status(text: &str) {
    text.clone_into(&mut STARTING.lock().unwrap_or_else(PoisonError::into_inner));
    tell(&[NotifyState::Status(text)]);
}

/// Asks the manager for more time while a start takes long for a reason that passes: a node waits for the others.
pub async fn while_starting<T>(start: impl Future<Output = T>) -> T {
    let extend = async {
        loop {
            tell(&[NotifyState::ExtendTimeoutUsec(START_MORE_US)]);
            sleep(START_MORE_EVERY).await;
        }
    };
    tokio::select! {
        started = start => started,
        never = extend => match never {},
    }
}

/// The server is stopping.
pub fn stopping() {
    tell(&[NotifyState::Stopping, NotifyState::Status("saying goodbye")]);
}

/// Reports ready once the hub runs, then the number of people and rooms when it changes, rate limited, and of a node of a cluster why
/// its order stands, while it does.
async fn report_counts(
    mut counts: watch::Receiver<Option<ChatCounts>>,
    is_node: bool,
    stands: impl Fn() -> Option<String>,
) {
    let mut told: Option<String> = None;
    while let Ok(Some(now)) = counts.wait_for(Option::is_some).await.map(|now| *now) {
        let people = format!("{}, {}", counted(now.users, "user"), counted(now.rooms, "room"));
        let status = stands().map_or_else(|| people.clone(), |why| format!("{why} ({people})"));
        if told.is_none() {
            tell(&[NotifyState::Ready, NotifyState::Status(&status)]);
        } else if told.as_ref() != Some(&status) {
            tell(&[NotifyState::Status(&status)]);
        }
        told = Some(status);
        sleep(STATUS_EVERY).await;
        // A node looks again: nothing tells that its order stands.
        let ended = if is_node { counts.has_changed().is_err() } else { counts.changed().await.is_err() };
        if ended {
            return;
        }
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Feeds the watchdog at the interval `every`, as long as health probes are answered in time.
async fn feed_watchdog(health: &HealthProbe, every: Duration, notify: impl Fn()) {
    loop {
        sleep(every).await;
        let asked = health.is_alive();
        tokio::pin!(asked);
        let goes_on = if let Ok(goes_on) = timeout(every, &mut asked).await {
            goes_on
        } else {
            tracing::error!("the hub or the store does not answer; the watchdog is not fed");
            asked.await
        };
        if !goes_on {
            return;
        }
        notify();
    }
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "could not reach the service manager");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::mpsc;

    use super::*;
    use crate::hub_msg::HubMsg;
    use crate::store::CommitResult;

    const EVERY: Duration = Duration::from_secs(10);

    /// How often the watchdog is fed in a minute if the hub takes this many probes and answers them like this.
    async fn times_fed(taken: usize, answer: impl Fn() -> CommitResult) -> u32 {
        let (hub, mut questions) = mpsc::channel(1);
        let health = HealthProbe::new(hub, watch::Sender::new(None).subscribe());
        let times = AtomicU32::new(0);
        let hub = async {
            for _ in 0..taken {
                let Some(HubMsg::Probe(reply)) = questions.recv().await else { panic!("no question") };
                reply.send(answer()).unwrap();
            }
            std::future::pending::<()>().await;
        };
        let feeding = feed_watchdog(&health, EVERY, || {
            times.fetch_add(1, Ordering::Relaxed);
        });
        timeout(Duration::from_mins(1), async { tokio::join!(hub, feeding) }).await.unwrap_err();
        times.into_inner()
    }

    #[tokio::test(start_paused = true)]
    async fn only_a_hub_and_a_store_that_answer_feed_the_watchdog() {
        assert_eq!(times_fed(usize::MAX, || Ok(())).await, 5);
        assert_eq!(times_fed(2, || Ok(())).await, 2);
        assert_eq!(times_fed(0, || Ok(())).await, 0);
        // It goes on, and a restart would not help.
        assert_eq!(times_fed(usize::MAX, || Err("locked".into())).await, 5);
    }
}
