//! Configuring a running server anew: all of the configuration is read and found good before any of it changes
//! anything. It must not know a single setting; [`Live`] and [`Config`] say what can change.

use std::fmt;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use clap::{Arg, Args as _};
use serde::Serialize;
use tokio::sync::{Mutex, watch};

use super::{Timing, rules};
use crate::chat::proposal::Proposal;
use crate::config::live::Terms;
use crate::config::sources::{Read, Sources};
use crate::config::{Config, Live};
use crate::log;
use crate::order::Proposer;
use crate::tls::Tls;

/// Configures a running server anew.
#[derive(Debug)]
pub struct Reloader {
    sources: Sources,
    timing: Timing,
    proposer: Proposer,
    change: watch::Sender<Arc<Terms>>,
    tls: Arc<Tls>,
    /// What is in force. Held over a whole reload: one after the other.
    running: Mutex<Read>,
}

/// What a reload did, and what it could not do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What is in force now.
    pub applied: Vec<Change>,
    /// What will be after a restart. It is named again by every reload until then.
    pub restart: Vec<Change>,
}

/// A setting that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Its name.
    pub setting: String,
    /// What it was, as a flag has it; empty when it was nothing.
    pub was: String,
    /// What it is. The same when only what is in the file has changed.
    pub is: String,
}

impl Reloader {
    pub(super) fn new(
        sources: Sources,
        read: Read,
        timing: Timing,
        proposer: Proposer,
        change: watch::Sender<Arc<Terms>>,
        tls: Arc<Tls>,
    ) -> Self {
        Self { sources, timing, proposer, change, tls, running: Mutex::new(read) }
    }

    /// Reads the configuration again and applies what can change live. After an error nothing has changed; it says
    /// why. The log says either.
    pub async fn reload(&self) -> Result<Report> {
        let done = self.apply().await;
        match &done {
            Ok(report) => tracing::info!("configured anew: {report}"),
            Err(error) => tracing::error!("the configuration stays as it was: {error:#}"),
        }
        done
    }

    async fn apply(&self) -> Result<Report> {
        let mut running = self.running.lock().await;
        let mut read = self.sources.read()?;
        let files = read.config.load()?;
        let mut report = Report::between(&running, &read);
        for setting in self.change.borrow().files.changed(&files) {
            report.note_content(setting, &read);
        }
        // What needs a restart stays what it was, also for the next reload to compare with.
        read.config = Config { live: read.config.live, ..running.config.clone() };
        for Change { setting, was, .. } in &report.restart {
            read.values.insert(setting.clone(), was.clone());
        }
        let rules = rules(&read.config, files.motd.clone(), self.timing)?;
        // The last that can fail, and it changes nothing then.
        let known = self.tls.fingerprint();
        let tls = self.tls.reload(&read.config.live)?;
        if tls != known {
            tracing::info!(%tls, "read the certificate again");
            report.note_content("tls-cert", &read);
        }
        let terms = Terms { settings: read.config.live.clone(), files };
        self.proposer.propose(Proposal::Rules(Box::new(rules))).await.context("nothing was applied")?;
        self.change.send_replace(Arc::new(terms));
        log::follow(&read.config.live);
        *running = read;
        Ok(report)
    }
}

impl Report {
    fn between(before: &Read, after: &Read) -> Self {
        let live = Live::augment_args(clap::Command::new("live"));
        let is_live = |key: &str| live.get_arguments().filter_map(Arg::get_long).any(|long| long == key);
        let mut report = Self::default();
        for (setting, is) in &after.values {
            let was = before.values.get(setting).cloned().unwrap_or_default();
            if *is != was {
                let change = Change { setting: setting.clone(), was, is: is.clone() };
                if is_live(setting) { &mut report.applied } else { &mut report.restart }.push(change);
            }
        }
        report
    }

    /// Notes that a file says something else, unless it is another file anyway.
    fn note_content(&mut self, setting: &str, read: &Read) {
        if !self.applied.iter().any(|change| change.setting == setting) {
            let path = read.values.get(setting).cloned().unwrap_or_default();
            self.applied.push(Change { setting: setting.to_owned(), was: path.clone(), is: path });
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.applied.is_empty() && self.restart.is_empty() {
            return f.write_str("nothing has changed");
        }
        let list = |changes: &[Change]| changes.iter().map(Change::to_string).collect::<Vec<_>>().join(", ");
        if !self.applied.is_empty() {
            write!(f, "applied {}", list(&self.applied))?;
        }
        if !self.restart.is_empty() {
            let more = if self.applied.is_empty() { "" } else { "; " };
            write!(f, "{more}restart the server for {}", list(&self.restart))?;
        }
        Ok(())
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { setting, was, is } = self;
        if was == is {
            write!(f, "{setting} (the file has changed)")
        } else {
            write!(f, "{setting} = {is:?} (was {was:?})")
        }
    }
}
