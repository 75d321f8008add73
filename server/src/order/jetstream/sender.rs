//! The sending task: takes lines from the queue, publishes them as frames, hears the answers of the stream and what the
//! tail brings back. [`Unconfirmed`] decides; here are its clock, its connection and its queue.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use async_nats::connection::State;
use async_nats::{Client, Message, Subscriber};
use futures_util::StreamExt;
use tokio::sync::mpsc;
use tokio::time::sleep_until;

use super::api::{ApiError, Stored, answer_of};
use super::connection::{ELSEWHERE, Epoch};
use super::failure::Failure;
use super::frame::MOST_PROPOSALS;
use super::status::Status;
use super::tail::Passed;
use super::unconfirmed::{Publish, Seen, Unconfirmed};
use crate::chat::conn_id::NodeStart;

/// The task's parts.
#[derive(Debug)]
pub(super) struct Sender {
    pub(super) client: Client,
    pub(super) subject: String,
    pub(super) start: NodeStart,
    pub(super) status: Arc<Status>,
    pub(super) epoch: Epoch,
    pub(super) queue: mpsc::Receiver<String>,
    pub(super) passed: mpsc::Receiver<Passed>,
}

/// What happened.
enum Event {
    Lines,
    Passed(Option<Passed>),
    Answer(Option<Message>),
    Interrupted,
    Due,
}

impl Sender {
    /// Sends until the tail has ended.
    pub(super) async fn run(mut self) {
        let inbox = self.client.new_inbox();
        let Ok(mut answers) = self.client.subscribe(format!("{inbox}.*")).await else {
            return self.status.fail(Failure::Closed);
        };
        let mut unconfirmed = Unconfirmed::new(self.start);
        let (mut lines, mut here_since) = (Vec::new(), self.status.elapsed());
        loop {
            if self.publish_all(&mut unconfirmed, &inbox).await.is_err() {
                return self.status.fail(Failure::Closed);
            }
            self.status.set_oldest(unconfirmed.oldest());
            let now = self.status.elapsed();
            if unconfirmed.oldest_unanswered().is_some_and(|oldest| now >= oldest.max(here_since) + ELSEWHERE)
            {
                here_since = now;
                tracing::warn!(
                    "nothing comes back through this NATS server; connecting anew, maybe to another"
                );
                self.client.force_reconnect().await.ok();
            }
            match self.event(&unconfirmed, &mut answers, &mut lines).await {
                Event::Lines => lines.drain(..).for_each(|line| unconfirmed.push(line)),
                Event::Passed(None) => return,
                Event::Passed(Some(passed)) => self.on_passed(&mut unconfirmed, passed),
                Event::Answer(None) => return self.status.fail(Failure::Closed),
                Event::Answer(Some(answer)) => self.on_answer(&mut unconfirmed, &answer),
                Event::Interrupted => unconfirmed.on_connection_lost(self.status.elapsed()),
                Event::Due => {}
            }
        }
    }

    async fn event(
        &mut self,
        unconfirmed: &Unconfirmed,
        answers: &mut Subscriber,
        lines: &mut Vec<String>,
    ) -> Event {
        let deadline = unconfirmed.deadline().map(|deadline| self.status.instant(deadline));
        let due = async {
            match deadline {
                Some(deadline) => sleep_until(deadline).await,
                None => pending().await,
            }
        };
        // A queue that is closed stays silent: what is under way must still come to its end.
        let queue_is_open = !(self.queue.is_closed() && self.queue.is_empty());
        tokio::select! {
            biased;
            passed = self.passed.recv() => Event::Passed(passed),
            answer = answers.next() => Event::Answer(answer),
            Ok(()) = self.epoch.changed() => Event::Interrupted,
            _ = self.queue.recv_many(lines, MOST_PROPOSALS), if unconfirmed.has_room() && queue_is_open => Event::Lines,
            () = due => Event::Due,
        }
    }

    async fn publish_all(
        &self,
        unconfirmed: &mut Unconfirmed,
        inbox: &str,
    ) -> Result<(), async_nats::PublishError> {
        let now = self.status.elapsed();
        while let Some(publish) = unconfirmed.publish(now) {
            // The library would keep it until there is a connection, and each of its repetitions.
            if self.client.connection_state() != State::Connected {
                unconfirmed.on_failed(publish.attempt, now);
                continue;
            }
            self.count(&publish);
            let reply = format!("{inbox}.{}", publish.attempt);
            self.client.publish_with_reply(self.subject.clone(), reply, publish.bytes).await?;
        }
        Ok(())
    }

    fn count(&self, publish: &Publish) {
        let counters = self.status.counters();
        if publish.again {
            counters.frames_resent.fetch_add(1, Relaxed);
        } else {
            counters.frames_sent.fetch_add(1, Relaxed);
            counters.proposals_sent.fetch_add(publish.proposals, Relaxed);
        }
    }

    fn on_passed(&self, unconfirmed: &mut Unconfirmed, Passed { sequence, header }: Passed) {
        let now = self.status.elapsed();
        if header.start == self.start {
            match unconfirmed.on_seen(header.first, header.count, now) {
                Seen::Confirmed(took) => self.status.count_round_trip(took),
                Seen::Repeat | Seen::TooEarly => drop(self.status.counters().repeats.fetch_add(1, Relaxed)),
            }
        }
        unconfirmed.on_passed(sequence, now);
    }

    /// The answer to a publish; without a stream to take it, NATS says so at once, which is no answer either.
    fn on_answer(&self, unconfirmed: &mut Unconfirmed, answer: &Message) {
        let Some(attempt) = answer.subject.rsplit('.').next().and_then(|attempt| attempt.parse().ok()) else {
            return;
        };
        let stored = if answer.status.is_some() {
            Err(ApiError::Unknown("no stream takes it".to_owned()))
        } else {
            answer_of::<Stored>(&answer.payload)
        };
        match stored {
            Ok(Stored { seq }) => unconfirmed.on_stored(attempt, seq),
            Err(error) => {
                tracing::debug!(%error, "a frame was not taken; it is sent again");
                unconfirmed.on_failed(attempt, self.status.elapsed());
            }
        }
    }
}
