//! The requests of JetStream that we need, as JSON over the connection. `async-nats` has them all, with 4 crates more and
//! types for everything that ever was in them; of these few we know what each NATS since 2.9 says to them.

use std::fmt;

use async_nats::{Client, RequestError, RequestErrorKind};
use base64ct::{Base64, Encoding as _};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The prefix of its subjects.
const PREFIX: &str = "$JS.API";

/// There is no stream of this name.
pub(super) const STREAM_NOT_FOUND: u64 = 10059;

/// Somebody made one of this name at the same time, otherwise.
pub(super) const STREAM_NAME_IN_USE: u64 = 10058;

/// The stream would take more than NATS may store.
const INSUFFICIENT_STORAGE: u64 = 10047;
const INSUFFICIENT_RESOURCES: u64 = 10023;

/// There are fewer servers than replicas.
const NO_PEERS: u64 = 10005;
const NOT_CLUSTERED: u64 = 10074;

/// There is no JetStream.
const NOT_ENABLED: u64 = 10076;
const NOT_ENABLED_FOR_ACCOUNT: u64 = 10039;
const NO_JETSTREAM: &str =
    "this NATS runs without JetStream: start it with -js, or with a block jetstream in its configuration";

/// Why a request fails that nobody answers.
pub(super) const NO_ANSWER: &str = "NATS does not answer: while it starts that passes; otherwise most of its servers must run and reach each other";

/// One stream.
#[derive(Clone, Debug)]
pub(super) struct Api {
    pub(super) client: Client,
    /// The name of the stream.
    pub(super) stream: String,
}

/// What a stream is like.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Config {
    pub(super) name: String,
    pub(super) subjects: Vec<String>,
    pub(super) retention: String,
    pub(super) storage: String,
    pub(super) discard: String,
    pub(super) num_replicas: usize,
    pub(super) max_bytes: i64,
    pub(super) max_msgs: i64,
    #[serde(default = "any_number")]
    pub(super) max_msgs_per_subject: i64,
    #[serde(default)]
    pub(super) max_age: i64,
    pub(super) max_msg_size: i64,
    #[serde(default)]
    pub(super) deny_delete: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
}

/// How NATS says that there is no limit.
fn any_number() -> i64 {
    -1
}

/// What it holds, and where.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Info {
    pub(super) config: Config,
    pub(super) state: State,
    /// When it was made: no other stream has the same.
    #[serde(default)]
    pub(super) created: String,
    #[serde(default)]
    pub(super) cluster: Option<Cluster>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct State {
    pub(super) bytes: u64,
    pub(super) first_seq: u64,
    pub(super) last_seq: u64,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Cluster {
    #[serde(default)]
    pub(super) leader: Option<String>,
    #[serde(default)]
    pub(super) replicas: Vec<Peer>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Peer {
    pub(super) name: String,
    #[serde(default)]
    pub(super) current: bool,
    #[serde(default)]
    pub(super) offline: bool,
    #[serde(default)]
    pub(super) lag: u64,
}

/// The answer to a publish.
#[derive(Debug, Deserialize)]
pub(super) struct Stored {
    pub(super) seq: u64,
}

/// Why a request was not carried out, as far as is known.
#[derive(Debug)]
pub(super) enum ApiError {
    /// No answer, or none by JetStream.
    Unknown(String),
    /// JetStream refuses.
    Refused(Refusal),
}

/// JetStream's word.
#[derive(Debug, Deserialize)]
pub(super) struct Refusal {
    /// Which refusal it is.
    #[serde(default)]
    pub(super) err_code: u64,
    #[serde(default)]
    description: String,
}

impl ApiError {
    pub(super) fn is(&self, code: u64) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.err_code == code)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(why) => f.write_str(why),
            Self::Refused(Refusal { err_code, description }) => {
                write!(f, "{description} ({err_code})")?;
                next_step(*err_code).map_or(Ok(()), |step| write!(f, ": {step}"))
            }
        }
    }
}

/// What an operator can do about a refusal.
fn next_step(err_code: u64) -> Option<&'static str> {
    match err_code {
        STREAM_NOT_FOUND => {
            Some("NATS is still starting, or lost the stream, or cluster-name is another than before")
        }
        INSUFFICIENT_STORAGE | INSUFFICIENT_RESOURCES => Some(
            "give NATS more room (max_file_store in its block jetstream, and on its disk), or the stream less, with \
             cluster-max-bytes",
        ),
        NO_PEERS | NOT_CLUSTERED => Some(
            "fewer NATS servers run as one than replicas are wanted: start the others, or set cluster-replicas = 1",
        ),
        NOT_ENABLED | NOT_ENABLED_FOR_ACCOUNT => Some(NO_JETSTREAM),
        _ => None,
    }
}

impl From<RequestError> for ApiError {
    fn from(error: RequestError) -> Self {
        Self::Unknown(match error.kind() {
            RequestErrorKind::NoResponders => NO_JETSTREAM.to_owned(),
            RequestErrorKind::TimedOut => NO_ANSWER.to_owned(),
            RequestErrorKind::InvalidSubject
            | RequestErrorKind::MaxPayloadExceeded
            | RequestErrorKind::Other => error.to_string(),
        })
    }
}

impl Api {
    pub(super) async fn info(&self) -> Result<Info, ApiError> {
        self.ask("STREAM.INFO", &json!({})).await
    }

    pub(super) async fn create(&self, config: &Config) -> Result<Info, ApiError> {
        self.ask("STREAM.CREATE", config).await
    }

    /// Deletes the messages before this sequence.
    pub(super) async fn purge_before(&self, sequence: u64) -> Result<(), ApiError> {
        let _: Value = self.ask("STREAM.PURGE", &json!({ "seq": sequence })).await?;
        Ok(())
    }

    /// The message at a sequence.
    pub(super) async fn message(&self, sequence: u64) -> Result<Vec<u8>, ApiError> {
        #[derive(Deserialize)]
        struct Got {
            message: Message,
        }
        #[derive(Deserialize)]
        struct Message {
            data: String,
        }
        let got: Got = self.ask("STREAM.MSG.GET", &json!({ "seq": sequence })).await?;
        let unreadable = || ApiError::Unknown(format!("message {sequence} cannot be read"));
        Base64::decode_vec(&got.message.data).map_err(|_| unreadable())
    }

    /// Makes a consumer that begins at this sequence, and is gone when nobody has asked it for anything for that long.
    /// Without acknowledgements, in memory, on one server: it is made anew whenever there is any doubt.
    pub(super) async fn create_consumer(
        &self,
        sequence: u64,
        forgotten_after_ms: u64,
    ) -> Result<String, ApiError> {
        #[derive(Deserialize)]
        struct Created {
            name: String,
        }
        let request = json!({ "stream_name": self.stream, "config": {
            "deliver_policy": "by_start_sequence",
            "opt_start_seq": sequence,
            "ack_policy": "none",
            "replay_policy": "instant",
            "max_waiting": 16,
            "inactive_threshold": forgotten_after_ms * 1_000_000,
            "num_replicas": 1,
            "mem_storage": true,
        }});
        let created: Created = self.ask("CONSUMER.CREATE", &request).await?;
        Ok(created.name)
    }

    /// The subject by which a consumer is asked for messages.
    pub(super) fn next_subject(&self, consumer: &str) -> String {
        format!("{PREFIX}.CONSUMER.MSG.NEXT.{}.{consumer}", self.stream)
    }

    /// Deletes a consumer, without waiting for it: it would go by itself.
    pub(super) async fn forget_consumer(&self, consumer: &str) {
        let subject = format!("{PREFIX}.CONSUMER.DELETE.{}.{consumer}", self.stream);
        self.client.publish(subject, bytes::Bytes::new()).await.ok();
    }

    async fn ask<A: DeserializeOwned>(&self, verb: &str, request: &impl Serialize) -> Result<A, ApiError> {
        let subject = format!("{PREFIX}.{verb}.{}", self.stream);
        let request = serde_json::to_vec(request).map_err(|error| ApiError::Unknown(error.to_string()))?;
        answer_of(&self.client.request(subject, request.into()).await?.payload)
    }
}

/// What JetStream answered.
pub(super) fn answer_of<A: DeserializeOwned>(bytes: &[u8]) -> Result<A, ApiError> {
    #[derive(Deserialize)]
    struct Refused {
        error: Refusal,
    }
    // A refusal has all the fields of no other answer.
    if let Ok(Refused { error }) = serde_json::from_slice(bytes) {
        return Err(ApiError::Refused(error));
    }
    serde_json::from_slice(bytes)
        .map_err(|error| ApiError::Unknown(format!("an answer cannot be read: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_to_do_where_somebody_can() {
        let refused = |json: &str| answer_of::<Value>(json.as_bytes()).unwrap_err().to_string();
        let said = refused(
            r#"{"error":{"code":500,"err_code":10047,"description":"insufficient storage resources available"}}"#,
        );
        assert!(
            said.starts_with("insufficient storage resources available (10047): give NATS more room"),
            "{said}"
        );
        assert!(said.contains("cluster-max-bytes"), "{said}");
        assert_eq!(refused(r#"{"error":{"err_code":1,"description":"no"}}"#), "no (1)");
    }
}
