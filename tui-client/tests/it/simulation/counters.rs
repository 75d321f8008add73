//! What a history came to, in numbers, so that many of them can be added up. It must not judge.

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
    /// Messages that a client took.
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
    /// Messages that went down with their client.
    doubtful,
    connections,
    resumes,
    gaps,
    cuts,
    server_kills,
    /// Batches that a kill found on their way to the disk.
    lost_batches,
    /// Batches that a kill found on the disk and not reported.
    unreported_batches,
    server_stops,
    client_kills,
    /// Clients that were thrown out and came back by hand.
    thrown_out,
    /// Greetings that were refused: the name is taken, by somebody or by ourselves.
    refused_greetings,
    /// People who never spoke, were forgotten and came back as somebody else.
    forgotten,
    /// Messages to somebody who was forgotten.
    undeliverable,
    /// Kicks, bans and mutes by the one who runs the server, and what they took back.
    sentences,
    pardons,
    /// Greetings that were refused because of a ban.
    barred,
    /// Messages that were refused because of a mute.
    muted,
    full_disks,
    seconds,
}
