//! How much of everything there may be: the limits beside pace, users and connections.

use clap::Args;

use crate::chat::creation_limit::CreationLimits;
use crate::chat::limit_change::{MOST_ROOMS, MOST_ROOMS_EACH};
use crate::token_bucket::{Pace, PerHour, PerMinute};

/// The bounds of a server.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(next_help_heading = "Bounds that a reload applies")]
pub struct Bounds {
    /// The most rooms with somebody in them; whoever would open another is told to join one
    #[arg(long, value_name = "N", default_value = "1000", value_parser = clap::value_parser!(u32).range(1..=MOST_ROOMS))]
    pub max_rooms: u32,

    /// The most rooms one person may be in, direct conversations not counted
    #[arg(long, value_name = "N", default_value = "50", value_parser = clap::value_parser!(u32).range(1..=MOST_ROOMS_EACH))]
    pub max_rooms_each: u32,

    /// How many rooms and direct conversations one person may open: so many at once, then so many an hour
    #[arg(long, value_name = "off|BURST/RATE", default_value = "20/60")]
    pub new_rooms: PerHour,

    /// How many new identities one address, or one user over the Unix socket, may get: so many at once, then so many an hour; loopback exempt
    #[arg(long, value_name = "off|BURST/RATE", default_value = "100/60")]
    pub new_identities: PerHour,

    /// How many new connections one address, or one user over the Unix socket, may open: so many at once, then so many a
    /// minute; loopback exempt, and everyone in the minute after a start
    #[arg(long, value_name = "off|BURST/RATE", default_value = "120/60")]
    pub joins_per_address: PerMinute,

    /// How many bytes a connection may send: so many at once, then so many a second; more are read later. Off as
    /// well when pace is
    #[arg(long, value_name = "off|BURST/RATE", default_value = "256K/64K")]
    pub bytes_pace: Pace,

    /// How many bytes one may be answered: so many at once, then so many a second; further requests are read later.
    /// What others say is not counted. Off as well when pace is
    #[arg(long, value_name = "off|BURST/RATE", default_value = "4M/512K")]
    pub answer_pace: Pace,

    /// How many wrong passwords and keys one address, or one user over the Unix socket, may try: so many at once, then so
    /// many a minute. Over loopback, where everybody behind a proxy or tunnel is alike, tries take turns then
    #[arg(long, value_name = "off|BURST/RATE", default_value = "5/6")]
    pub wrong_guesses: PerMinute,
}

impl Bounds {
    /// How much people may make.
    #[must_use]
    pub fn creation(&self) -> CreationLimits {
        let Self { new_rooms, new_identities, .. } = *self;
        let (rooms, rooms_each) = (self.max_rooms, self.max_rooms_each);
        CreationLimits { rooms, rooms_each, new_rooms, new_identities, ..CreationLimits::START }
    }
}
