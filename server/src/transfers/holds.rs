//! Who has sent a content, or proved that they have it: for a day a message of theirs may bring it. Until a message did, the content
//! stays though nobody refers to it; after that, only for as long as storing the message may take.

use std::collections::HashMap;
use std::time::Duration;

use shared::{FileHash, Uid};
use tokio::time::Instant;

/// One identity's hold of one content.
#[derive(Clone, Copy, Debug)]
struct Hold {
    until: Instant,
    /// Until when the message is being stored that it was last asked for, if it was.
    said_by: Option<Instant>,
    /// Another node asked for it: the message may be said there, so it is not known here when it is.
    is_lent: bool,
}

/// The holds of every content.
#[derive(Debug, Default)]
pub(super) struct Holds(HashMap<FileHash, HashMap<Uid, Hold>>);

impl Holds {
    /// This identity has the content: it may be brought by a message until then.
    pub(super) fn hold(&mut self, uid: Uid, sha256: FileHash, until: Instant) {
        self.0.entry(sha256).or_default().insert(uid, Hold { until, said_by: None, is_lent: false });
    }

    /// The same for another node, unless it has the content here already.
    pub(super) fn lend(&mut self, uid: Uid, sha256: FileHash, until: Instant) {
        let of = self.0.entry(sha256).or_default();
        let kept = of.get(&uid).filter(|hold| !hold.is_lent && hold.until > until);
        if kept.is_none() {
            of.insert(uid, Hold { until, said_by: None, is_lent: true });
        }
    }

    /// A message that brought the content is gone, so messages of it were stored: another node needs it no more.
    pub(super) fn end_lent(&mut self, sha256: FileHash, now: Instant) {
        let of = self.0.get_mut(&sha256).into_iter().flat_map(HashMap::values_mut);
        of.filter(|hold| hold.is_lent).for_each(|hold| hold.said_by = Some(now));
    }

    /// Whether this identity has the content, as far as is known.
    pub(super) fn has(&self, uid: Uid, sha256: FileHash, now: Instant) -> bool {
        self.0.get(&sha256).and_then(|of| of.get(&uid)).is_some_and(|hold| hold.until > now)
    }

    /// A message is about to bring it, which is stored within so long.
    pub(super) fn say(&mut self, uid: Uid, sha256: FileHash, now: Instant, takes: Duration) {
        if let Some(hold) = self.0.get_mut(&sha256).and_then(|of| of.get_mut(&uid)) {
            hold.said_by = Some(now + takes);
        }
    }

    /// Until when a content has to stay, whether or not a message refers to it.
    pub(super) fn protected_until(&self, sha256: FileHash, now: Instant) -> Option<Instant> {
        let of = self.0.get(&sha256)?.values();
        let until = of.map(|hold| hold.said_by.map_or(hold.until, |said_by| said_by.min(hold.until)));
        until.filter(|until| *until > now).max()
    }

    /// The content is gone.
    pub(super) fn drop_content(&mut self, sha256: FileHash) {
        self.0.remove(&sha256);
    }

    /// Forgets what is over.
    pub(super) fn prune(&mut self, now: Instant) {
        self.0.retain(|_, of| {
            of.retain(|_, hold| hold.until > now);
            !of.is_empty()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_protects_for_its_time_and_a_said_one_until_its_message_is_stored() {
        let (mut holds, now) = (Holds::default(), Instant::now());
        let (ann, ben) = (Uid::new(1).unwrap(), Uid::new(2).unwrap());
        let (hash, day, minute) = (FileHash([7; 32]), Duration::from_hours(24), Duration::from_mins(1));
        holds.hold(ann, hash, now + day);
        assert!(holds.has(ann, hash, now) && !holds.has(ben, hash, now) && !holds.has(ann, hash, now + day));
        assert_eq!(holds.protected_until(hash, now), Some(now + day));
        holds.say(ben, hash, now, minute);
        holds.say(ann, hash, now, minute);
        assert_eq!(holds.protected_until(hash, now), Some(now + minute));
        assert_eq!(holds.protected_until(hash, now + minute), None);
        assert!(holds.has(ann, hash, now + minute), "the same content can be said again");
        holds.hold(ben, hash, now + minute);
        holds.prune(now + minute);
        assert!(holds.has(ann, hash, now) && !holds.has(ben, hash, now));
        holds.drop_content(hash);
        assert!(!holds.has(ann, hash, now));
    }

    #[test]
    fn a_hold_for_another_node_protects_until_a_message_that_brought_it_is_gone() {
        let (mut holds, now) = (Holds::default(), Instant::now());
        let (ann, hash, hour) = (Uid::new(1).unwrap(), FileHash([7; 32]), Duration::from_hours(1));
        holds.lend(ann, hash, now + hour);
        assert_eq!(holds.protected_until(hash, now), Some(now + hour));
        holds.end_lent(hash, now);
        assert_eq!((holds.protected_until(hash, now), holds.has(ann, hash, now)), (None, true));
        holds.hold(ann, hash, now + 2 * hour);
        holds.lend(ann, hash, now + hour);
        holds.end_lent(hash, now);
        assert_eq!(holds.protected_until(hash, now), Some(now + 2 * hour), "it was sent here as well");
    }
}
