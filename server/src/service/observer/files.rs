//! The numbers of the files that messages bring: what is kept, and what is moved.

use super::{Observer, counter, gauge};
use crate::stats::family::{Family, MetricKind, number};

impl Observer {
    pub(super) fn contents(&self) -> Vec<Family> {
        let stats = self.transfers.stats();
        let limits = self.terms.clone().get().settings.file_limits;
        let moved = [("received", &stats.received), ("sent", &stats.sent)];
        let whole = [("received", &stats.uploads), ("sent", &stats.downloads)];
        vec![
            gauge("chinwagd_files", "Contents of files that are kept.", stats.contents.get()),
            gauge("chinwagd_files_size_bytes", "What they take together.", stats.bytes.get()),
            gauge(
                "chinwagd_files_limit_bytes",
                "What they may take together; files-total.",
                limits.files_total.0,
            ),
            gauge(
                "chinwagd_file_parts_size_bytes",
                "What was received of files whose sender was cut off.",
                stats.part_bytes.get(),
            ),
            gauge("chinwagd_transfers", "Contents that are being moved.", stats.running.get()),
            Family::by(
                (MetricKind::Counter, "chinwagd_transfers_total", "Contents that were moved to their end."),
                "direction",
                whole.map(|(direction, count)| (direction, number(count.get()))),
            ),
            Family::by(
                (MetricKind::Counter, "chinwagd_transfer_bytes_total", "Bytes of contents that were moved."),
                "direction",
                moved.map(|(direction, count)| (direction, number(count.get()))),
            ),
            counter(
                "chinwagd_transfer_refusals_total",
                "Transfers, and questions for one, that were refused.",
                stats.refused.get(),
            ),
        ]
    }
}
