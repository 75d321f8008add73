//! The answer to the operator's `status`: the hub's own numbers, combined with the report the operator's connection has
//! measured before (see [`ProbeReport`]), so that the hub does not wait for the store.

use shared::RequestId;
use shared::codec::to_line;

use super::Hub;
use crate::admin::cluster::ClusterReport;
use crate::admin::status::{FAILED_LATELY, ProbeReport, Status, StatusAnswer};
use crate::chat::conn_id::ConnId;
use crate::order::Order;
use crate::store::Store;

impl<O: Order, S: Store> Hub<O, S> {
    pub(super) fn on_status(&mut self, conn: ConnId, id: Option<RequestId>, probed: ProbeReport) {
        let answer = StatusAnswer { id, status: self.status(probed) };
        self.delivery.tell(conn, to_line(&answer));
    }

    fn status(&self, probed: ProbeReport) -> Status {
        let (stats, uptime_ms) = (&self.parts.stats, self.parts.clock.uptime_ms());
        let cluster = self.cluster_report();
        let failed = stats.failed_lately(uptime_ms) && probed.commit_error.is_none();
        let troubles: Vec<String> = [
            probed.commit_error.as_ref().map(|error| format!("the store takes nothing: {error}")),
            failed.then(|| FAILED_LATELY.to_owned()),
            probed.store.is_none().then(|| "the store cannot be read".to_owned()),
            (self.parts.stats.unreadable.get() > 0).then(|| {
                "some events in the store cannot be read, the log says which; restore a backup that has them".to_owned()
            }),
        ]
        .into_iter()
        .flatten()
        .chain(probed.problems.iter().cloned())
        .chain(cluster.iter().flat_map(ClusterReport::troubles))
        .collect();
        Status {
            healthy: troubles.is_empty(),
            troubles,
            facts: self.parts.facts.clone(),
            uptime_ms,
            now: self.parts.clock.now(),
            users: self.parts.chat.users(),
            connections: self.delivery.connections(),
            rooms: self.parts.chat.room_count(),
            waiting: self.next_batch.len(),
            gaps: stats.gaps.get(),
            slow: stats.slow.get(),
            refusals: stats.refusals(),
            commit_failures: stats.commit_failures.get(),
            cluster,
            kept_out: stats.kept_out.totals(),
            probed,
        }
    }
}
