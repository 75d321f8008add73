//! The stream: made if it is not there, checked if it is, trimmed, looked at for the status.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use async_nats::{Client, ServerInfo};
use tokio::time::{Instant, sleep, timeout};

use super::api::{self, Api, ApiError, Config, Info, STREAM_NAME_IN_USE, STREAM_NOT_FOUND};
use super::attempts::COMPLAIN;
use super::connection::ANSWER;
use super::failure::Failure;
use super::frame::MOST_MESSAGE_BYTES;
use super::nats_version;
use super::options::Options;
use super::status::Status;
use crate::order::report::NatsReplica;

/// Between attempts to have the stream.
const AGAIN: Duration = Duration::from_millis(250);

/// The stream and its subject.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    pub(super) api: Api,
    pub(super) subject: String,
}

impl Stream {
    /// The stream of these options, when it is ready: waits for NATS as long as it takes.
    /// It is made only by a server that has applied nothing yet.
    pub(super) async fn open(
        client: Client,
        options: &Options,
        status: &Status,
        applied: u64,
    ) -> Result<(Self, Info), Failure> {
        let api = Api { client, stream: format!("CHINWAG_{}", options.name) };
        let stream = Self { api, subject: format!("chinwag.{}.order", options.name) };
        let (mut complained, mut missing) = (Instant::now(), Missing::default());
        loop {
            let attempt = timeout(ANSWER * 2, stream.try_open(options, status, applied, &mut missing)).await;
            let why = match attempt {
                Ok(Ok(info)) => return Ok((stream, info)),
                Ok(Err(Attempt::Failed(failure))) => return Err(failure),
                Ok(Err(Attempt::Later(why))) => why,
                // The connection says why.
                Ok(Err(Attempt::Unreached)) => {
                    sleep(AGAIN).await;
                    continue;
                }
                Err(_) => api::NO_ANSWER.to_owned(),
            };
            if complained.elapsed() >= COMPLAIN {
                complained = Instant::now();
                tracing::warn!(server = status.attempts.address(), %why, "waiting for NATS JetStream");
            }
            sleep(AGAIN).await;
        }
    }

    async fn try_open(
        &self,
        options: &Options,
        status: &Status,
        applied: u64,
        missing: &mut Missing,
    ) -> Result<Info, Attempt> {
        let Some(server) = self.api.client.try_server_info() else {
            return Err(Attempt::Unreached);
        };
        if !options.old_nats && !nats_version::is_safe(&server.version) {
            return Err(Failure::OldNats { server: called(&server, status), version: server.version }.into());
        }
        if server.max_payload < MOST_MESSAGE_BYTES {
            return Err(Failure::MaxPayload(server.max_payload).into());
        }
        let wanted = self.config(options);
        let info = match self.api.info().await {
            Err(error) if error.is(STREAM_NOT_FOUND) && applied == 0 => self.create(&wanted).await?,
            info => missing.check(&self.api, applied, info)??,
        };
        self.check(&info.config, &wanted)?;
        self.observe(&info, status);
        Ok(info)
    }

    async fn create(&self, wanted: &Config) -> Result<Info, Attempt> {
        match self.api.create(wanted).await {
            // Another server was faster.
            Err(error) if error.is(STREAM_NAME_IN_USE) => Ok(self.api.info().await?),
            Err(error) => Err(error.into()),
            Ok(info) => {
                tracing::info!(stream = %wanted.name, replicas = wanted.num_replicas, "made the stream of the cluster");
                Ok(info)
            }
        }
    }

    /// No window for duplicates is asked for: it works by a header that we do not send.
    fn config(&self, options: &Options) -> Config {
        Config {
            name: self.api.stream.clone(),
            subjects: vec![self.subject.clone()],
            retention: "limits".to_owned(),
            storage: "file".to_owned(),
            discard: "old".to_owned(),
            num_replicas: options.replicas,
            max_bytes: i64::try_from(options.max_bytes).unwrap_or(i64::MAX),
            max_msgs: -1,
            max_msgs_per_subject: -1,
            max_age: 0,
            max_msg_size: i64::try_from(MOST_MESSAGE_BYTES).unwrap_or(i64::MAX),
            deny_delete: true,
            description: Some("the order of a Chinwag cluster; each server needs every message".to_owned()),
        }
    }

    /// What would break the order fails, what the operator may have chosen is only said.
    fn check(&self, is: &Config, wanted: &Config) -> Result<(), Failure> {
        let why = if is.subjects != wanted.subjects {
            format!("its subjects are {}, not {}", is.subjects.join(", "), self.subject)
        } else if is.storage != wanted.storage {
            "it is not stored in files".to_owned()
        } else if is.retention != wanted.retention || is.discard != wanted.discard {
            format!(
                "it keeps messages by {} and discards {}, not by limits and old",
                is.retention, is.discard
            )
        } else if let Some(limit) = forgets(is) {
            format!("it forgets messages by {limit}")
        } else if is.max_msg_size >= 0 && is.max_msg_size < wanted.max_msg_size {
            format!("it takes messages of {} bytes at most, not of {}", is.max_msg_size, wanted.max_msg_size)
        } else {
            if (is.num_replicas, is.max_bytes) != (wanted.num_replicas, wanted.max_bytes) {
                tracing::warn!(
                    replicas = is.num_replicas,
                    max_bytes = is.max_bytes,
                    wanted_replicas = wanted.num_replicas,
                    wanted_max_bytes = wanted.max_bytes,
                    "the stream of the cluster is not as this server would make it; change it with `nats stream edit`",
                );
            }
            return Ok(());
        };
        Err(Failure::Stream { stream: self.api.stream.clone(), why })
    }

    /// Notes what is to be known of the stream.
    pub(super) fn observe(&self, info: &Info, status: &Status) {
        status.counters().last.fetch_max(info.state.last_seq, Relaxed);
        let server = self.api.client.server_info();
        let mut observed = status.observed();
        (observed.bytes, observed.first) = (info.state.bytes, info.state.first_seq);
        observed.stream.clone_from(&info.config.name);
        observed.max_bytes = u64::try_from(info.config.max_bytes).unwrap_or(0);
        observed.server = Some(called(&server, status));
        observed.version = server.version;
        let cluster = info.cluster.as_ref();
        observed.leader =
            cluster.and_then(|cluster| cluster.leader.clone()).filter(|leader| !leader.is_empty());
        observed.replicas = cluster.map_or_else(Vec::new, |cluster| {
            let replica = |peer: &super::api::Peer| NatsReplica {
                name: peer.name.clone(),
                current: peer.current,
                offline: peer.offline,
                lag: peer.lag,
            };
            cluster.replicas.iter().map(replica).collect()
        });
    }
}

/// Since when NATS says that it has no stream. It may say so for a while after it was started.
#[derive(Debug, Default)]
pub(super) struct Missing(Option<Instant>);

/// After this the stream is lost.
const LOST_AFTER: Duration = Duration::from_secs(20);

impl Missing {
    /// Takes note of an answer.
    pub(super) fn check(
        &mut self,
        api: &Api,
        applied: u64,
        info: Result<Info, ApiError>,
    ) -> Result<Result<Info, ApiError>, Failure> {
        if !matches!(&info, Err(error) if error.is(STREAM_NOT_FOUND)) {
            // Whatever else is no answer about the stream.
            if info.is_ok() {
                self.0 = None;
            }
            return Ok(info);
        }
        if self.0.get_or_insert_with(Instant::now).elapsed() >= LOST_AFTER {
            return Err(Failure::Lost { stream: api.stream.clone(), applied });
        }
        Ok(info)
    }
}

/// Deletes what all servers have applied.
#[derive(Clone, Debug)]
pub struct Trimmer(pub(super) Api);

/// Why the stream was not trimmed.
#[derive(Debug, thiserror::Error)]
#[error("the stream was not trimmed: {0}")]
pub struct TrimError(String);

impl Trimmer {
    /// Deletes all messages before this sequence.
    ///
    /// # Errors
    /// When NATS did not say that it did.
    pub async fn trim_before(&self, sequence: u64) -> Result<(), TrimError> {
        self.0.purge_before(sequence).await.map_err(|error| TrimError(error.to_string()))
    }
}

/// Why an attempt to have the stream came to nothing.
enum Attempt {
    /// There is no connection.
    Unreached,
    Later(String),
    Failed(Failure),
}

impl From<Failure> for Attempt {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<ApiError> for Attempt {
    fn from(error: ApiError) -> Self {
        Self::Later(error.to_string())
    }
}

/// The name that its configuration gives a NATS server. Without one it has an id of 56 letters, which nobody knows: its address then.
fn called(server: &ServerInfo, status: &Status) -> String {
    let address = || status.attempts.address().unwrap_or_else(|| server.server_name.clone());
    if server.server_name == server.server_id { address() } else { server.server_name.clone() }
}

/// The limit by which a stream forgets messages that a node may need, if it has one, with how it is lifted. Only `max_bytes` may
/// be: how full it is is watched.
fn forgets(is: &Config) -> Option<String> {
    if is.max_age > 0 {
        let age = Duration::from_nanos(is.max_age.unsigned_abs());
        return Some(format!("max_age, after {age:?} (--max-age=0s lifts it)"));
    }
    let numbers = [
        ("max_msgs", is.max_msgs, "--max-msgs"),
        ("max_msgs_per_subject", is.max_msgs_per_subject, "--max-msgs-per-subject"),
    ];
    let (name, most, option) = numbers.into_iter().find(|&(_, most, _)| most > 0)?;
    Some(format!("{name}, all but {most} ({option}=-1 lifts it)"))
}

/// Looks at the stream every now and then, and tells the tail its last sequence.
pub(super) async fn watch(stream: Stream, status: Arc<Status>, last: tokio::sync::watch::Sender<u64>) {
    /// Often enough to notice a message that never came.
    const EVERY: Duration = Duration::from_secs(2);
    loop {
        sleep(EVERY).await;
        match stream.api.info().await {
            Ok(info) => {
                stream.observe(&info, &status);
                if last.send(info.state.last_seq).is_err() {
                    return;
                }
            }
            Err(_) => status.observed().leader = None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_that_forgets_is_told_by_its_limit() {
        let endless =
            Config { max_msgs: -1, max_msgs_per_subject: -1, max_bytes: 1 << 32, ..Config::default() };
        assert_eq!(forgets(&endless), None);
        for (forgetful, limit) in [
            (
                Config { max_age: 60_000_000_000, ..endless.clone() },
                "max_age, after 60s (--max-age=0s lifts it)",
            ),
            (Config { max_msgs: 100, ..endless.clone() }, "max_msgs, all but 100 (--max-msgs=-1 lifts it)"),
            (
                Config { max_msgs_per_subject: 1, ..endless },
                "max_msgs_per_subject, all but 1 (--max-msgs-per-subject=-1 lifts it)",
            ),
        ] {
            assert_eq!(forgets(&forgetful).as_deref(), Some(limit));
        }
    }
}
