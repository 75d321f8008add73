//! A question to all other servers, which they may take a while to answer.

use std::sync::Arc;

use async_nats::Subscriber;
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::sync::Semaphore;

use super::protocol::Peers;
use super::serve::Serving;

/// Questions that are being answered at the same time; more wait.
const AT_ONCE: usize = 64;

/// What the others answer, as it comes.
#[derive(Debug)]
pub struct Answers(Subscriber);

impl Answers {
    /// The next answer; nothing where there is nobody else, or no connection. Waits for as long as it takes.
    pub async fn next(&mut self) -> Option<Bytes> {
        // NATS says so, by a status, if nobody listens.
        self.0.next().await.filter(|answer| answer.status.is_none()).map(|answer| answer.payload)
    }
}

impl Peers {
    /// Asks all others. `what` is one token of a subject, other than `order` and the kinds of things that are fetched.
    pub async fn ask_all(&self, what: &str, question: Vec<u8>) -> Option<Answers> {
        let inbox = self.client.new_inbox();
        let answers = self.client.subscribe(inbox.clone()).await.ok()?;
        let asked = self.client.publish_with_reply(self.subjects(what).ask(), inbox, question.into()).await;
        asked.is_ok().then_some(Answers(answers))
    }

    /// Answers what others ask by [`Self::ask_all`]; where the answer is nothing, not at all.
    pub fn answer_all<F, A>(&self, what: &str, answer: F) -> Serving
    where
        F: Fn(Bytes) -> A + Send + Sync + 'static,
        A: Future<Output = Option<Vec<u8>>> + Send + 'static,
    {
        let (client, subject) = (self.client.clone(), self.subjects(what).ask());
        Serving(
            tokio::spawn(async move {
                let Ok(mut questions) = client.subscribe(subject.clone()).await else {
                    return tracing::error!(%subject, "cannot answer other servers: the connection is closed");
                };
                let permits = Arc::new(Semaphore::new(AT_ONCE));
                while let Some(question) = questions.next().await {
                    let Some(reply) = question.reply.clone() else { continue };
                    let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { return };
                    let (answering, client) = (answer(question.payload), client.clone());
                    tokio::spawn(async move {
                        if let Some(said) = answering.await
                            && let Err(error) = client.publish(reply, said.into()).await
                        {
                            tracing::debug!(%error, "another server was not answered");
                        }
                        drop(permit);
                    });
                }
            })
            .abort_handle(),
        )
    }
}
