//! Reloads the configuration of a running server: reads and validates all of it first, then applies what can change live,
//! so that a reload either succeeds or changes nothing. Which settings are live is decided by [`Live`] and [`Config`].

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use clap::{Arg, Args as _};
use shared::ServerId;
use tokio::sync::{Mutex, mpsc, watch};

use super::chat_rules::rules;
use crate::admin::reload::{Change, ReloadReport, ReloadRequest};
use crate::chat::proposal::Proposal;
use crate::config::live::Terms;
use crate::config::sources::{Read, Sources};
use crate::config::{Config, Live};
use crate::order::Proposer;
use crate::timing::Timing;
use crate::tls::Tls;
use crate::tls::served_key::ServedKey;
use crate::transfers::Transfers;
use crate::{clock, log};

/// Reloads the configuration of a running server.
#[derive(Debug)]
pub struct Reloader {
    sources: Sources,
    timing: Timing,
    proposer: Proposer,
    change: watch::Sender<Arc<Terms>>,
    transfers: Transfers,
    tls: Arc<Tls>,
    /// The state directory.
    dir: PathBuf,
    /// Which server it is.
    id: Option<ServerId>,
    /// The configuration in force. Locked during a reload, so that only one runs at a time.
    running: Mutex<Read>,
}

impl Reloader {
    pub(super) fn new(
        sources: Sources,
        read: Read,
        timing: Timing,
        (proposer, change, transfers): (Proposer, watch::Sender<Arc<Terms>>, Transfers),
        (tls, id): (Arc<Tls>, Option<ServerId>),
        dir: PathBuf,
    ) -> Self {
        Self { sources, timing, proposer, change, transfers, tls, dir, id, running: Mutex::new(read) }
    }

    /// Reads the configuration again and applies what can change live; logs the outcome. After an error nothing has
    /// changed.
    pub async fn reload(&self) -> Result<ReloadReport> {
        let done = self.apply().await;
        match &done {
            Ok(report) => {
                tracing::info!("configured anew: {report}");
                report.warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
            }
            Err(error) => tracing::error!("the configuration stays as it was: {error:#}"),
        }
        done
    }

    /// Carries out the requests of the operator's connections, one after the other, until all handles are dropped.
    pub(super) async fn serve(self: Arc<Self>, mut requests: mpsc::Receiver<ReloadRequest>) {
        while let Some(reply) = requests.recv().await {
            // Fails if the operator has disconnected; the outcome is in the log.
            reply.send(self.reload().await.map_err(|error| format!("{error:#}"))).ok();
        }
    }

    async fn apply(&self) -> Result<ReloadReport> {
        let mut running = self.running.lock().await;
        let mut read = self.sources.read()?;
        let files = read.load()?;
        let mut report = changes(&running, &read);
        for setting in self.change.borrow().files.changed(&files) {
            note_content(&mut report, setting, &read);
        }
        // Settings that need a restart keep their running value, so that the next reload compares with that.
        read.config = Config { live: read.config.live, ..running.config.clone() };
        for Change { setting, was, .. } in &report.restart {
            read.values.insert(setting.clone(), was.clone());
        }
        let known_by = (self.id.clone(), self.tls.fingerprint());
        let mut rules = rules(&read.config, &files, self.timing, known_by)?;
        // The last step that can fail, before anything was changed.
        let before = self.tls.reload(read.config.live.certificate()?)?;
        let now = self.tls.certificate();
        if now != before {
            tracing::info!(tls = %now.key, "read the certificate again");
            note_content(&mut report, "tls-cert", &read);
        }
        rules.server.key = Some(now.key.clone());
        let announced = self.change.borrow().files.next_key.clone();
        let other_key = ServedKey { key: before.key, next: announced }.warning(&now.key);
        report.warnings.extend(other_key.into_iter().chain(now.warning(clock::wall())));
        ServedKey { key: now.key, next: files.next_key.clone() }.write(&self.dir);
        let terms = Terms { settings: read.config.live.clone(), files };
        self.proposer.propose(Proposal::Rules(Box::new(rules))).await.context("nothing was applied")?;
        self.change.send_replace(Arc::new(terms));
        self.transfers.set_limits(read.config.live.file_limits.of_transfers());
        log::follow(&read.config.live);
        *running = read;
        Ok(report)
    }
}

fn changes(before: &Read, after: &Read) -> ReloadReport {
    let live = Live::augment_args(clap::Command::new("live"));
    let is_live = |key: &str| live.get_arguments().filter_map(Arg::get_long).any(|long| long == key);
    let mut report = ReloadReport::default();
    for (setting, is) in &after.values {
        let was = before.values.get(setting).cloned().unwrap_or_default();
        if *is != was {
            let change = Change { setting: setting.clone(), was, is: is.clone() };
            if is_live(setting) { &mut report.applied } else { &mut report.restart }.push(change);
        }
    }
    report
}

/// Reports that the content of a file changed, unless its path is reported as changed already.
fn note_content(report: &mut ReloadReport, setting: &str, read: &Read) {
    if !report.applied.iter().any(|change| change.setting == setting) {
        let path = read.values.get(setting).cloned().unwrap_or_default();
        report.applied.push(Change { setting: setting.to_owned(), was: path.clone(), is: path });
    }
}
