//! Tells the service manager (`sd_notify`) that the server is ready, how many people are connected, that it is stopping,
//! and feeds its watchdog while health probes are answered. Does nothing without `NOTIFY_SOCKET`.

use std::time::Duration;

use sd_notify::NotifyState;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{sleep, timeout};

use crate::hub_msg::ChatCounts;
use crate::hub_msg::HubMsg;
use crate::store::CommitResult;

/// The least time between two status lines.
const STATUS_EVERY: Duration = Duration::from_secs(2);

/// Probes the health of the server.
#[derive(Clone, Debug)]
pub struct HealthProbe {
    pub(super) hub: mpsc::Sender<HubMsg>,
    pub(super) counts: watch::Receiver<Option<ChatCounts>>,
}

impl HealthProbe {
    /// Probes the hub, and through it the store. Does not return while one of them hangs; `None` if the server has ended.
    pub async fn ask(&self) -> Option<CommitResult> {
        let (reply, answer) = oneshot::channel();
        self.hub.send(HubMsg::Probe(reply)).await.ok()?;
        answer.await.ok()
    }
}

/// Whether a service manager listens, which starts the server again when that was asked for.
#[must_use]
pub fn is_supervised() -> bool {
    std::env::var_os("NOTIFY_SOCKET").is_some()
}

/// Reports for as long as the server runs.
pub async fn report(health: HealthProbe) {
    if !is_supervised() {
        return;
    }
    // Without a watchdog only the states are reported.
    let watchdog = async {
        if let Some(limit) = sd_notify::watchdog_enabled() {
            feed_watchdog(&health, limit / 2, || tell(&[NotifyState::Watchdog])).await;
        }
    };
    tokio::join!(watchdog, report_counts(health.counts.clone()));
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

/// The server is stopping.
pub fn stopping() {
    tell(&[NotifyState::Stopping, NotifyState::Status("saying goodbye")]);
}

/// Reports ready once the hub runs, then the number of people and rooms when it changes, rate limited.
async fn report_counts(mut counts: watch::Receiver<Option<ChatCounts>>) {
    let mut told = false;
    while let Ok(Some(now)) = counts.wait_for(Option::is_some).await.map(|now| *now) {
        let status = format!("{}, {}", counted(now.users, "user"), counted(now.rooms, "room"));
        let status = NotifyState::Status(&status);
        if told {
            tell(&[status]);
        } else {
            tell(&[NotifyState::Ready, status]);
            told = true;
        }
        sleep(STATUS_EVERY).await;
        if counts.changed().await.is_err() {
            return;
        }
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Feeds the watchdog at the interval `every`, as long as health probes are answered in time.
async fn feed_watchdog(health: &HealthProbe, every: Duration, notify: impl Fn()) {
    let mut pause = every;
    loop {
        sleep(pause).await;
        let asked = health.ask();
        tokio::pin!(asked);
        let answer = if let Ok(answer) = timeout(every, &mut asked).await {
            answer
        } else {
            tracing::error!("the hub or the store does not answer; the watchdog is not fed");
            asked.await
        };
        match answer {
            Some(Ok(())) => {
                notify();
                pause = every;
            }
            Some(Err(error)) => {
                tracing::error!(error, "the store does not work; the watchdog is not fed");
                // Half of the watchdog's time is over: probe again soon.
                pause = every / 4;
            }
            None => return,
        }
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

    use super::*;

    const EVERY: Duration = Duration::from_secs(10);

    /// How often the watchdog is fed in a minute if the hub takes this many probes and answers them like this.
    async fn times_fed(taken: usize, answer: impl Fn() -> CommitResult) -> u32 {
        let (hub, mut questions) = mpsc::channel(1);
        let health = HealthProbe { hub, counts: watch::Sender::new(None).subscribe() };
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
        assert_eq!(times_fed(usize::MAX, || Err("locked".into())).await, 0);
    }
}
