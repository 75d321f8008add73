//! The connection to NATS. The client library reconnects by itself; here are its settings, what is logged of it, and an
//! [`Epoch`] by which the tasks learn that it was interrupted: what NATS sent meanwhile is lost without another sign.

use std::future::{Ready, ready};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use async_nats::{Client, ConnectOptions, Event, ReconnectToServer, Server, ServerAddr, ServerInfo};
use tokio::sync::watch;
use tokio::time::Instant;

use super::attempts::{Attempts, COMPLAIN};
use super::failure::Failure;
use super::options::Options;
use super::status::Status;

/// How often the other end is asked whether it is there. After two without an answer the library connects to another.
const PING: Duration = Duration::from_secs(1);

/// How long a server may take to let us in.
const HANDSHAKE: Duration = Duration::from_secs(2);

/// How long an answer of NATS is waited for. What asks tries again.
pub(super) const ANSWER: Duration = Duration::from_secs(2);

/// After so long in which nothing comes back the next NATS server is tried: this one may be cut off from the others. Longer
/// than an election takes mostly; to connect anew during one does no harm.
pub(super) const ELSEWHERE: Duration = Duration::from_secs(8);

/// What the messages that wait for one subscription are at most. The tail asks for fewer; of answers there are fewer.
const SUBSCRIPTION: usize = 4096;

/// Messages and requests that wait for the socket, at most; whoever sends more waits.
const SENDING: usize = 512;

/// A number that changes with every interruption.
pub(super) type Epoch = watch::Receiver<u64>;

/// A client that connects, and tries for ever if it cannot.
pub(super) async fn open(options: &Options, status: &Arc<Status>) -> Result<(Client, Epoch), Failure> {
    let (epochs, epoch) = watch::channel(0);
    let epochs = Arc::new(epochs);
    let complaints = Arc::new(Complaints::default());
    let told = Arc::clone(status);
    let turns = in_turn(Arc::clone(&status.attempts), true, options.credentials.is_some());
    let connect =
        settings(&options.client_name).reconnect_to_server_callback(turns).event_callback(move |event| {
            on_event(&event, &told, &epochs, &complaints);
            async {}
        });
    Ok((dial(connect, options).await?, epoch))
}

/// A second client for what is large, so that nothing of the order waits behind it. Its own messages do not come back to it: where
/// nobody else listens, NATS says so at once.
pub(super) async fn open_beside(options: &Options) -> Result<Client, Failure> {
    let attempts = Arc::new(Attempts::default());
    // The other client tells why NATS is not reached.
    let turns = in_turn(Arc::clone(&attempts), false, options.credentials.is_some());
    let connect = settings(&format!("{} (files)", options.client_name)).no_echo();
    let connect = connect.reconnect_to_server_callback(turns).event_callback(move |event| {
        if matches!(event, Event::Connected) {
            attempts.connected();
        }
        async {}
    });
    dial(connect, options).await
}

fn settings(name: &str) -> ConnectOptions {
    ConnectOptions::new()
        .name(name)
        .retry_on_initial_connect()
        .ignore_discovered_servers()
        .connection_timeout(HANDSHAKE)
        .ping_interval(PING)
        .request_timeout(Some(ANSWER))
        .subscription_capacity(SUBSCRIPTION)
        .client_capacity(SENDING)
}

async fn dial(mut connect: ConnectOptions, options: &Options) -> Result<Client, Failure> {
    if let Some(credentials) = &options.credentials {
        connect = connect.user_and_password(credentials.user.clone(), credentials.password.clone());
    }
    if let Some(ca) = &options.ca {
        connect = connect.add_root_certificates(ca.clone());
    }
    let addresses = options.addresses()?;
    if addresses.iter().any(ServerAddr::tls_required) {
        connect = connect.require_tls(true);
    }
    // Without a connection only an address can be wrong, and those were checked.
    connect.connect(addresses).await.map_err(|_| Failure::Closed)
}

/// Connects where [`Attempts`] say, and logs why it did not work before.
fn in_turn(
    attempts: Arc<Attempts>,
    told: bool,
    has_credentials: bool,
) -> impl Fn(Vec<Server>, ServerInfo) -> Ready<Option<ReconnectToServer>> + Send + Sync + 'static {
    move |servers, _| {
        let next = attempts.next(&servers);
        if told && let Some(why) = attempts.complaint(has_credentials) {
            tracing::warn!(%why, "NATS cannot be reached; trying again");
        }
        ready(next)
    }
}

/// Keeps the log short while NATS complains.
#[derive(Debug, Default)]
struct Complaints(std::sync::Mutex<Option<Instant>>);

impl Complaints {
    fn is_due(&self) -> bool {
        let mut last = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let due = last.is_none_or(|last| last.elapsed() >= COMPLAIN);
        if due {
            *last = Some(Instant::now());
        }
        due
    }
}

fn on_event(event: &Event, status: &Status, epochs: &watch::Sender<u64>, complaints: &Complaints) {
    match event {
        Event::Connected => {
            status.attempts.connected();
            tracing::info!(server = status.attempts.address(), "connected to NATS");
            epochs.send_modify(|epoch| *epoch += 1);
        }
        Event::Disconnected => {
            tracing::warn!("lost the connection to NATS; connecting to it or another one");
            status.counters().connections_lost.fetch_add(1, Relaxed);
            status.observed().server = None;
            epochs.send_modify(|epoch| *epoch += 1);
        }
        // Messages were dropped.
        Event::SlowConsumer(_) => epochs.send_modify(|epoch| *epoch += 1),
        Event::LameDuckMode => tracing::info!("the NATS server we are connected to is about to stop"),
        Event::ServerError(error) if complaints.is_due() => tracing::warn!(%error, "NATS complains"),
        Event::ServerError(_) | Event::ClientError(_) | Event::Draining | Event::Closed => {}
    }
}
