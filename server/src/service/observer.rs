//! Collects the metrics of a running server when they are requested: counters, queue lengths, sizes, the process. Reads
//! atomics, watch channels and files only, so the hub is not involved.

mod cluster;
mod files;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Resource, getrlimit};
use rustix::time::{ClockId, clock_gettime};
use tokio::sync::{mpsc, watch};

use shared::Code;

use crate::admin::cluster::ClusterReport;
use crate::admin::status::FAILED_LATELY;
use crate::clock::Clock;
use crate::config::live::Current;
use crate::hub_msg::ChatCounts;
use crate::hub_msg::HubMsg;
use crate::order::Proposer;
use crate::stats::family::{Family, MetricKind, number};
use crate::stats::{Stats, Transport};
use crate::store::files::{DiskUse, OpenedFiles};
use crate::store::search_index::status::{IndexReport, IndexStatus};
use crate::store::threads::Background;
use crate::tls::{OnDisk, Tls};
use crate::transfers::Transfers;

/// A view of a running server's metrics.
#[derive(Clone, Debug)]
pub struct Observer {
    /// The counters.
    pub stats: Arc<Stats>,
    pub(crate) clock: Arc<Clock>,
    pub(crate) counts: watch::Receiver<Option<ChatCounts>>,
    pub(crate) proposer: Proposer,
    pub(crate) hub: mpsc::Sender<HubMsg>,
    /// The state directory.
    pub(crate) dir: PathBuf,
    /// The files of the store.
    pub(crate) files: Arc<OpenedFiles>,
    /// How the search index does.
    pub(crate) index: Arc<IndexStatus>,
    /// What the store's threads do that nobody waits for at once.
    pub(crate) background: Background,
    /// The contents of files.
    pub(crate) transfers: Transfers,
    /// The settings in force.
    pub(crate) terms: Current,
    /// The TLS identity, if there is one.
    pub(crate) tls: Option<Arc<Tls>>,
    /// How the cluster is, if it is a node of one.
    pub(crate) cluster: Option<watch::Receiver<Option<ClusterReport>>>,
}

impl Observer {
    /// The uptime, in whole seconds.
    #[must_use]
    pub fn uptime_s(&self) -> u64 {
        self.clock.uptime_ms() / 1000
    }

    /// The size of the message store on disk in bytes, its write-ahead log included.
    #[must_use]
    pub fn store_bytes(&self) -> u64 {
        let used = DiskUse::of(&self.dir);
        used.store + used.log
    }

    /// Why nobody can say anything over this node of a cluster now, if that is so.
    #[must_use]
    pub fn why_order_stands(&self) -> Option<String> {
        self.proposer.report()?.why_it_stands()
    }

    /// What is wrong with the store and its disk though it answers, and with the cluster, as text.
    #[must_use]
    pub fn troubles(&self) -> Vec<String> {
        let failed = self.stats.failed_lately(self.clock.uptime_ms());
        let failed = failed.then(|| FAILED_LATELY.to_owned());
        let store = failed.into_iter().chain(self.files.missing()).chain(DiskUse::of(&self.dir).troubles());
        let cluster = self.cluster.as_ref().and_then(|report| report.borrow().clone());
        // The numbers of the order are those of now, also while no node is heard.
        let cluster = cluster.map(|report| ClusterReport { order: self.proposer.report(), ..report });
        store.chain(cluster.iter().flat_map(ClusterReport::troubles)).collect()
    }

    /// Whether the store refused something within this time.
    #[must_use]
    pub fn refused_within(&self, time: Duration) -> bool {
        let within_ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.stats.failed_within(self.clock.uptime_ms(), within_ms)
    }

    /// The number of people and rooms.
    #[must_use]
    pub fn counts(&self) -> ChatCounts {
        (*self.counts.borrow()).unwrap_or_default()
    }

    /// All metrics.
    #[must_use]
    pub fn families(&self) -> Vec<Family> {
        [
            self.people(),
            self.traffic(),
            self.store(),
            self.search_index(),
            self.retention(),
            self.contents(),
            self.certificate(),
            self.cluster(),
            self.process(),
        ]
        .concat()
    }

    fn people(&self) -> Vec<Family> {
        let ChatCounts { users, rooms } = self.counts();
        let (users, rooms) = (users as u64, rooms as u64);
        let opened = Transport::ALL.map(|(over, name)| (name, number(self.stats.opened_total(over))));
        let open = Transport::ALL.map(|(over, name)| (name, number(self.stats.connections(over))));
        let kept_out = self.stats.kept_out.totals().into_iter();
        let refused = Code::ALL.iter().zip(self.stats.refused_by_code());
        vec![
            gauge("chinwagd_users", "People who are connected.", users),
            gauge("chinwagd_rooms", "Rooms, direct ones included.", rooms),
            Family::by(
                (MetricKind::Gauge, "chinwagd_connections", "Connections that are open."),
                "transport",
                open,
            ),
            Family::by(
                (MetricKind::Counter, "chinwagd_connections_total", "Connections that were opened."),
                "transport",
                opened,
            ),
            Family::by(
                (
                    MetricKind::Counter,
                    "chinwagd_refusals_total",
                    "Requests and connections that were refused.",
                ),
                "code",
                refused.map(|(code, count)| (code.to_string(), number(count))),
            ),
            Family::by(
                (
                    MetricKind::Counter,
                    "chinwagd_kept_out_total",
                    "Connections and requests that a limit kept out, by the setting that is the limit.",
                ),
                "setting",
                kept_out.map(|total| (total.setting.to_string(), number(total.count))),
            ),
        ]
    }

    fn traffic(&self) -> Vec<Family> {
        let stats = &self.stats;
        let waiting = [
            ("proposals", self.proposer.waiting()),
            ("connections", self.hub.max_capacity() - self.hub.capacity()),
        ];
        let reads = [
            ("point_reads", stats.point_reads.get()),
            ("pages", self.background.reads.pages()),
            ("searches", self.background.reads.searches()),
        ];
        let waiting = waiting.into_iter().map(|(queue, waiting)| (queue, waiting as u64)).chain(reads);
        let waiting = waiting.map(|(queue, waiting)| (queue, number(waiting)));
        vec![
            counter("chinwagd_messages_total", "Messages that were said and kept.", stats.messages.get()),
            counter("chinwagd_events_total", "Events of rooms that were kept.", stats.events.get()),
            counter(
                "chinwagd_deliveries_total",
                "Events that became due to connections, one for each connection.",
                stats.deliveries.get(),
            ),
            Family::histogram(
                "chinwagd_delivery_duration_seconds",
                "How long it took from a commit until its events were written to every socket that takes them.",
                &stats.delivery_us,
                1e6,
            ),
            counter("chinwagd_received_bytes_total", "Bytes read, without encryption.", stats.bytes_in.get()),
            counter("chinwagd_sent_bytes_total", "Bytes written, without encryption.", stats.bytes_out.get()),
            counter(
                "chinwagd_gaps_total",
                "Times a connection was told that it missed events.",
                stats.gaps.get(),
            ),
            counter(
                "chinwagd_slow_consumers_total",
                "Connections given up because they did not read.",
                stats.slow.get(),
            ),
            Family::by(
                (
                    MetricKind::Gauge,
                    "chinwagd_queue_depth",
                    "What waits in the queues before the hub, and before the threads that read the store.",
                ),
                "queue",
                waiting,
            ),
            gauge(
                "chinwagd_gathered",
                "What gathers for the next commit, members that are listed included.",
                stats.gathered.get(),
            ),
        ]
    }

    fn store(&self) -> Vec<Family> {
        let stats = &self.stats;
        let used = DiskUse::of(&self.dir);
        vec![
            Family::histogram(
                "chinwagd_commit_duration_seconds",
                "How long the store took to keep a batch.",
                &stats.commit_us,
                1e6,
            ),
            Family::histogram(
                "chinwagd_commit_batch_size",
                "How many events and records a batch kept.",
                &stats.batch,
                1.0,
            ),
            counter(
                "chinwagd_commit_failures_total",
                "Batches the store could not keep.",
                stats.commit_failures.get(),
            ),
            gauge(
                "chinwagd_store_size_bytes",
                "The size of the message store on disk.",
                used.store + used.log,
            ),
            gauge("chinwagd_store_log_size_bytes", "The size of its write-ahead log.", used.log),
            gauge(
                "chinwagd_store_failed_lately",
                "Whether a batch could not be kept within the last five minutes.",
                u64::from(stats.failed_lately(self.clock.uptime_ms())),
            ),
            known(
                "chinwagd_store_free_bytes",
                "What is free on the disk of the message store for the server's user.",
                used.free,
            ),
        ]
    }

    fn retention(&self) -> Vec<Family> {
        let retention = &self.background.retention;
        let keep = self.terms.clone().get().settings.keep();
        let since = |seconds: u64| (seconds > 0).then_some(seconds);
        vec![
            gauge(
                "chinwagd_retention_keep_seconds",
                "After how long an event is deleted, where a room has no time of its own; 0 for never.",
                u64::from(keep.days) * 24 * 60 * 60,
            ),
            gauge(
                "chinwagd_retention_keep_events",
                "How many events a room keeps that has no number of its own; 0 for all.",
                keep.per_room.into(),
            ),
            counter(
                "chinwagd_retention_deleted_events_total",
                "Events that were deleted because they were too old, or too many.",
                retention.deleted.get(),
            ),
            gauge(
                "chinwagd_retention_waiting_rooms",
                "Rooms in which it is not known yet whether something is to be deleted.",
                retention.rooms.get(),
            ),
            known(
                "chinwagd_retention_oldest_event_timestamp_seconds",
                "When the oldest event happened that is kept, in seconds since 1970; not where rooms have days of their own.",
                since(retention.oldest_s.get()),
            ),
            known(
                "chinwagd_retention_last_success_timestamp_seconds",
                "When nothing was left to delete last, in seconds since 1970.",
                since(retention.finished_s.get()),
            ),
        ]
    }

    fn search_index(&self) -> Vec<Family> {
        let IndexReport { backlog, bytes, .. } = self.index.report(&self.dir);
        vec![
            gauge(
                "chinwagd_search_backlog",
                "Events that are not in the search index yet, at most.",
                backlog,
            ),
            gauge("chinwagd_search_index_size_bytes", "The size of the search index on disk.", bytes),
            counter(
                "chinwagd_search_index_failures_total",
                "Times the search index could not go on.",
                self.index.failures.get(),
            ),
            counter(
                "chinwagd_search_index_rebuilds_total",
                "Times the search index was made anew.",
                self.index.rebuilds.get(),
            ),
        ]
    }

    fn certificate(&self) -> Vec<Family> {
        let Some(tls) = &self.tls else { return vec![] };
        let unserved = !matches!(tls.on_disk(), OnDisk::Served);
        vec![
            gauge(
                "chinwagd_certificate_differs_on_disk",
                "Whether the file of the certificate is not the one that is served.",
                u64::from(unserved),
            ),
            known(
                "chinwagd_certificate_expiry_timestamp_seconds",
                "When the certificate expires, in seconds since 1970.",
                tls.certificate().expires.and_then(|at| u64::try_from(at / 1000).ok()),
            ),
        ]
    }

    fn process(&self) -> Vec<Family> {
        let version = [(env!("CARGO_PKG_VERSION"), 1.0)];
        let build = (MetricKind::Gauge, "chinwagd_build_info", "The version that runs; always 1.");
        let now_s = u64::try_from(self.clock.now()).unwrap_or(0) / 1000;
        let started = number(now_s.saturating_sub(self.uptime_s()));
        let limit = getrlimit(Resource::Nofile).current;
        vec![
            Family::by(build, "version", version),
            gauge("chinwagd_uptime_seconds", "How long the server has run.", self.uptime_s()),
            Family::one(
                MetricKind::Gauge,
                "process_start_time_seconds",
                "When the server started, in seconds since 1970.",
                started,
            ),
            Family::one(
                MetricKind::Counter,
                "process_cpu_seconds_total",
                "Time on the processor, of the program and of the system for it.",
                cpu_seconds(),
            ),
            known("process_resident_memory_bytes", "How much memory the process has.", resident_bytes()),
            known("process_open_fds", "Open file descriptors.", open_files()),
            known("process_max_fds", "How many file descriptors may be open.", limit),
        ]
    }
}

fn counter(name: &'static str, help: &'static str, value: u64) -> Family {
    Family::one(MetricKind::Counter, name, help, number(value))
}

fn gauge(name: &'static str, help: &'static str, value: u64) -> Family {
    Family::one(MetricKind::Gauge, name, help, number(value))
}

/// A number that is not always known; then there is no sample.
fn known(name: &'static str, help: &'static str, value: Option<u64>) -> Family {
    let mut family = gauge(name, help, value.unwrap_or_default());
    family.samples.truncate(usize::from(value.is_some()));
    family
}

/// The resident memory of this process, where the system says.
#[must_use]
pub fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? * 1024)
}

fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(time).unwrap_or_default().as_secs_f64()
}

fn open_files() -> Option<u64> {
    Some(std::fs::read_dir("/proc/self/fd").ok()?.count() as u64)
}
