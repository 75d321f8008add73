//! When each connection is to be looked at next: an ordered queue, so that those that idle cost nothing until then, neither a
//! timer for each nor a walk over all.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::chat::conn_id::ConnId;

/// The connections by when they are to be looked at, in milliseconds of uptime. One that was closed meanwhile is still in it
/// until then.
#[derive(Debug, Default)]
pub(super) struct HeartbeatQueue(BinaryHeap<Reverse<(u64, ConnId)>>);

impl HeartbeatQueue {
    /// Looks at a connection when it is so late.
    pub(super) fn add(&mut self, at_ms: u64, conn: ConnId) {
        self.0.push(Reverse((at_ms, conn)));
    }

    /// The next one to be looked at by now.
    pub(super) fn next_due(&mut self, now_ms: u64) -> Option<ConnId> {
        self.0.peek().filter(|Reverse((at, _))| *at <= now_ms)?;
        self.0.pop().map(|Reverse((_, conn))| conn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::conn_id::NodeStart;

    #[test]
    fn only_those_are_looked_at_whose_time_has_come() {
        let mut queue = HeartbeatQueue::default();
        let conn = |number| ConnId::new(NodeStart::default(), number);
        for (at, number) in [(30, 1), (10, 2), (20, 3), (20, 4)] {
            queue.add(at, conn(number));
        }
        let mut due =
            |now| std::iter::from_fn(|| queue.next_due(now)).map(|conn| conn.number).collect::<Vec<_>>();
        assert_eq!((due(9), due(20), due(29), due(30)), (vec![], vec![2, 3, 4], vec![], vec![1]));
    }
}
