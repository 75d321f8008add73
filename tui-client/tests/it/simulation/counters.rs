//! Counters of a history, which can be added up over many.

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// Counters.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub(crate) struct Counters { $($(#[$doc])* pub(crate) $name: u64),* }

        impl Counters {
            pub(crate) fn add(&mut self, other: &Self) {
                $(self.$name += other.$name;)*
            }
        }

        impl std::fmt::Display for Counters {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let counters = [$((stringify!($name), self.$name)),*];
                for (at, (name, count)) in counters.into_iter().enumerate() {
                    let end = if at % 4 == 3 { "\n" } else { "" };
                    write!(f, "{:>12} {:<20}{end}", count, name.replace('_', " "))?;
                }
                Ok(())
            }
        }
    };
}

counters! {
    histories,
    /// Messages that a client accepted into its outbox.
    sent,
    /// Messages whose writer was told that they are stored.
    acknowledged,
    /// Messages on the screens of everybody in their rooms.
    seen,
    lost,
    doubled,
    reordered,
    /// Messages that were refused and are not stored.
    refused,
    /// Edits and deletions of what somebody had deleted meanwhile.
    dropped,
    /// Messages that may have been lost because their client was killed before it saved them.
    uncertain,
    connections,
    /// Further windows of somebody.
    windows,
    resumes,
    gaps,
    cuts,
    server_kills,
    /// Batches that were not committed yet when the server was killed.
    lost_batches,
    /// Batches that were committed but not reported yet when the server was killed.
    unreported_batches,
    server_stops,
    /// Servers that ended by themselves: they were stopped, could not store, or were taken for lost.
    ended,
    node_cuts,
    deaf_nodes,
    stalls,
    pauses,
    disks_replaced,
    shutdowns,
    /// Nodes that the operator took out of the cluster, running or not.
    nodes_removed,
    /// Nodes that were altered on disk, and found it.
    diverged,
    /// Connections that a node sent to another one because it could not reach the log.
    sent_elsewhere,
    /// How often frames were deleted from the log of a cluster.
    trims,
    /// Frames of the log of a cluster; those of which it had a part before; those that were lost on the way to it, or came late.
    frames,
    repeated_frames,
    lost_frames,
    late_frames,
    /// States of the chat that a node kept, compared with what they should be.
    snapshots,
    client_kills,
    /// Clients that were kicked or banned and reconnected by hand.
    thrown_out,
    /// Greetings that were refused: the name is taken, by somebody or by ourselves.
    refused_greetings,
    /// People who never spoke, were forgotten, and came back with a new identity.
    forgotten,
    /// Direct messages to somebody who was forgotten.
    undeliverable,
    /// Kicks, bans and mutes by the operator, and how often they lifted somebody's.
    sanctions_ordered,
    sanctions_lifted,
    /// Greetings that were refused because of a ban.
    ban_refusals,
    /// Messages that were refused because of a mute.
    muted,
    full_disks,
    /// Rooms that were made private, open, read-only, or in which somebody was invited, removed or silenced.
    rooms_set_up,
    /// Private rooms in the lists of those who may know of them.
    private_listed,
    /// How often somebody typed, that was seen, and seen over another server than theirs.
    typed,
    seen_typing,
    seen_typing_elsewhere,
    /// Notices that clients gave.
    notices,
    seconds,
}
