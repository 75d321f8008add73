//! The settings of a server: what can be set, by which name, with which default. Declared once, with clap: a long flag is
//! also the key of that name in the configuration file and the variable `CHINWAGD_…` in the environment.
//!
//! [`Config`] is what it takes a restart to change, [`Live`] what a reload applies. [`sources`] reads both from the
//! command line, the environment and the file, [`files`] reads the files they name, and [`live`] shares what is in force
//! with those who go by it. A value is checked by the module whose format it is (a rate, a password, a certificate), so
//! those are below this one; everything that is configured is above it, and [`crate::command_line`], with the subcommands,
//! above all.

pub mod bounds;
pub mod cluster;
pub mod file_limits;
pub mod files;
pub mod live;
pub mod logging;
#[cfg(feature = "cluster")]
pub mod nats;
pub mod pace_each;
pub mod setting;
pub mod socket;
pub mod sources;
pub mod storage;

mod file;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{ArgAction, Args};
use shared::Uid;
use shared::server_msg::LimitValue;

use self::bounds::Bounds;
use self::cluster::Cluster;
use self::file_limits::FileLimits;
use self::logging::{Format, Level};
use self::pace_each::PaceEach;
use self::socket::SocketPath;
use self::storage::{Keep, MOST_DAYS, RoomKeeps, Sync};
use crate::chat::limit_change::{LimitChange, MOST_USERS};
use crate::chat::newcomer_history::NewcomerHistory;
use crate::state_dir;
use crate::tls::PemFiles;
use crate::token_bucket::Pace;
use crate::transport::trusted_proxy::TrustedProxy;

/// Where IRC clients look for a server with TLS (RFC 7194).
const IRC_PORT: u16 = 6697;

/// How a server is run: what it takes a restart to change, and what a reload changes.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(next_help_heading = "Settings that need a restart")]
pub struct Config {
    /// Where to listen: HOST:PORT, or HOST for port 7667. Several are separated by commas, or each is a flag of its own; in
    /// the file they may be a list
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:7667", value_delimiter = ',', value_parser = parse_listen)]
    pub listen: Vec<SocketAddr>,

    /// Where to listen for IRC clients: HOST:PORT, or HOST for port 6697; several as for listen. They must speak TLS, which has
    /// the server's certificate; over loopback, or with allow-plaintext, they may do without
    #[arg(long, value_name = "ADDR", value_delimiter = ',', value_parser = parse_irc)]
    pub irc: Vec<SocketAddr>,

    /// Listen also on an address that this machine does not have yet (`IP_FREEBIND`); without it a start waits for the
    /// address
    #[arg(long)]
    pub free_bind: bool,

    /// Let other machines connect without TLS
    #[arg(long)]
    pub allow_plaintext: bool,

    /// Where messages, identities and the admin key are kept [default: `$STATE_DIRECTORY`, or `chinwagd` in the
    /// XDG state directory]
    #[arg(long, value_name = "DIR")]
    pub state_dir: Option<PathBuf>,

    /// Where programs on this machine reach the server, and its operator: a path, or none [default: `chinwagd.sock` in
    /// `$RUNTIME_DIRECTORY`, or in the state directory]
    #[arg(long, value_name = "PATH|none")]
    pub socket: Option<SocketPath>,

    /// A group of Unix users who may operate the server over its socket, as its own user and root may
    #[arg(long, value_name = "GROUP")]
    pub operator_group: Option<String>,

    /// What an acknowledged message survives: normal, the end of the server; full, power loss as well
    #[arg(long, value_enum, default_value_t)]
    pub sync: Sync,

    /// Serve numbers for Prometheus over HTTP at this address, as /metrics, and its health, as /livez, /readyz and /healthz
    #[arg(long, value_name = "ADDR", value_parser = parse_metrics)]
    pub metrics: Option<SocketAddr>,

    /// Let other machines read the metrics; there is no password and no encryption
    #[arg(long)]
    pub metrics_exposed: bool,

    /// In which form the log is written: text or json, on standard error; journal, with fields; auto, the journal when
    /// systemd connected standard error to it, otherwise text
    #[arg(
        long,
        value_enum,
        default_value_t,
        hide_possible_values = true,
        value_name = "auto|text|json|journal"
    )]
    pub log_format: Format,

    /// What it is among several servers.
    #[command(flatten)]
    pub cluster: Cluster,

    /// What a reload changes.
    #[command(flatten)]
    pub live: Live,
}

/// The settings that a reload applies to a running server. A setting belongs here as soon as all of it can change
/// live, and in [`Config`] otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(next_help_heading = "Settings that a reload applies")]
pub struct Live {
    /// The server's name, as clients show it
    #[arg(long, value_name = "NAME", default_value = "chinwag")]
    pub name: shared::Line,

    /// A file with the message of the day
    #[arg(long, value_name = "FILE")]
    pub motd_file: Option<PathBuf>,

    /// A file with the password that clients must give, plain or as `chinwagd hash-password` makes it
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,

    /// The server's certificate, PEM, followed by those that vouch for it [default: one the server makes itself]
    #[arg(long, value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,

    /// The key of the certificate, PEM
    #[arg(long, value_name = "FILE")]
    pub tls_key: Option<PathBuf>,

    /// The certificate that is served next, PEM: clients are told its key and accept it without an alarm later
    #[arg(long, value_name = "FILE")]
    pub tls_next_cert: Option<PathBuf>,

    /// The most users at once; the next one is refused
    #[arg(long, value_name = "N", default_value = "1000", value_parser = clap::value_parser!(u32).range(1..=MOST_USERS))]
    pub max_users: u32,

    /// The most connections from one address, or of one user over the Unix socket, loopback exempt; everybody behind one router has the same
    #[arg(long, value_name = "N", default_value = "100", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_per_address: u32,

    /// Proxies that say for whom they connect, by the PROXY protocol: an address, ADDRESS/BITS, or unix:USER for a user over
    /// the Unix socket, who may open it then; several as for listen. Their connections must begin with the header
    #[arg(long, value_name = "ADDR[/BITS]|unix:USER", value_delimiter = ',')]
    pub proxy_from: Vec<TrustedProxy>,

    /// How fast one may talk: so many messages at once, then so many a second
    #[arg(long, value_name = "off|BURST/RATE", default_value_t)]
    pub pace: Pace,

    /// People and bots with another pace, by uid, such as `#17=100/50, #23=off`; `ctl whois NAME` says the uid
    #[arg(long, value_name = "#UID=PACE,...", default_value = "", hide_default_value = true)]
    pub pace_each: PaceEach,

    /// Let go of events after so many days; 0 keeps them for ever
    #[arg(long, value_name = "DAYS", default_value = "0", value_parser = clap::value_parser!(u32).range(..=i64::from(MOST_DAYS)))]
    pub keep_days: u32,

    /// Let a room keep so many events; 0 keeps all of them
    #[arg(long, value_name = "N", default_value = "0")]
    pub keep_events: u32,

    /// Rooms that keep something else, such as `dev=7d, board=500, ops=30d/1000, archive=all`: so many days, so many events,
    /// both, or everything. What is not said of a room is as keep-days and keep-events have it
    #[arg(long, value_name = "ROOM=KEEP,...", default_value = "", hide_default_value = true)]
    pub keep_rooms: RoomKeeps,

    /// How far back somebody may read in a room they are new in: all of it, so many events before they came in, or none.
    /// Moderators and admins read everything
    #[arg(long, value_name = "all|N|none", default_value = "all")]
    pub newcomer_history: NewcomerHistory,

    /// Write what is said to the log, too
    #[arg(long)]
    pub log_chat: bool,

    /// How much is logged: error, warn, info, debug or trace, each with what is worse
    #[arg(long, value_enum, default_value_t, hide_possible_values = true, value_name = "LEVEL")]
    pub log_level: Level,

    /// Whether the log says from which addresses people come
    #[arg(long, value_name = "true|false", default_value = "true", action = ArgAction::Set, hide_possible_values = true)]
    pub log_addresses: bool,

    /// How much of everything there may be.
    #[command(flatten)]
    pub bounds: Bounds,

    /// How much of files there may be.
    #[command(flatten)]
    pub file_limits: FileLimits,
}

/// Reads an address to listen on: an IP address, or `localhost`, with a port or without.
pub fn parse_listen(given: &str) -> Result<SocketAddr, String> {
    parse_address(given, shared::DEFAULT_PORT)
}

/// The same for IRC clients.
fn parse_irc(given: &str) -> Result<SocketAddr, String> {
    parse_address(given, IRC_PORT)
}

fn parse_address(given: &str, port: u16) -> Result<SocketAddr, String> {
    let text = given.trim().replace("localhost", "127.0.0.1");
    let with_port = text.parse::<SocketAddr>();
    let without = || text.trim_matches(['[', ']']).parse::<IpAddr>().map(|ip| (ip, port).into());
    with_port.or_else(|_| without()).map_err(|_| {
        let given = given.escape_debug();
        format!("\"{given}\" is no address; give an IP address and a port, such as 0.0.0.0:{port}")
    })
}

fn parse_metrics(text: &str) -> Result<SocketAddr, String> {
    let address = text.replace("localhost", "127.0.0.1").parse();
    address.map_err(|_| "give an IP address and a port, such as 127.0.0.1:9667".to_owned())
}

impl Config {
    /// Where everything is kept.
    pub fn state_dir(&self) -> Result<PathBuf> {
        state_dir::locate(self.state_dir.as_ref())
    }

    /// Where programs on this machine reach it, if they do.
    pub fn socket(&self) -> Result<Option<PathBuf>> {
        socket::path(self.socket.as_ref(), self.state_dir.as_ref())
    }
}

impl Live {
    /// How fast somebody may talk; nobody in particular before they are welcome.
    #[must_use]
    pub fn pace_of(&self, who: Option<Uid>) -> Pace {
        who.and_then(|uid| self.pace_each.of(uid)).unwrap_or(self.pace)
    }

    /// How many bytes a connection of theirs may send. Without a pace there is no limit to them either.
    #[must_use]
    pub fn byte_pace(&self, who: Option<Uid>) -> Pace {
        if self.pace_of(who) == Pace::Off { Pace::Off } else { self.bounds.bytes_pace }
    }

    /// How many bytes they may be answered. Without a pace there is no limit to them either.
    #[must_use]
    pub fn answer_pace(&self, who: Option<Uid>) -> Pace {
        if self.pace_of(who) == Pace::Off { Pace::Off } else { self.bounds.answer_pace }
    }

    /// The limits that an admin may change while the server runs.
    #[must_use]
    pub fn limits(&self) -> Vec<LimitValue> {
        let (bounds, files) = (&self.bounds, &self.file_limits);
        let all = [
            LimitChange::MaxUsers(self.max_users),
            LimitChange::MaxPerAddress(self.max_per_address),
            LimitChange::JoinsPerAddress(bounds.joins_per_address),
            LimitChange::NewIdentities(bounds.new_identities),
            LimitChange::MaxRooms(bounds.max_rooms),
            LimitChange::MaxRoomsEach(bounds.max_rooms_each),
            LimitChange::NewRooms(bounds.new_rooms),
            LimitChange::FileMax(files.file_max),
            LimitChange::FilesTotal(files.files_total),
            LimitChange::FilesPerDay(files.files_per_day),
        ];
        let line = |text: &str| shared::Line::parse(text).unwrap_or_default();
        all.map(|limit| LimitValue { setting: line(limit.setting()), value: line(&limit.value()) }).into()
    }

    /// Changes one of them.
    pub fn set_limit(&mut self, change: LimitChange) {
        match change {
            LimitChange::MaxUsers(number) => self.max_users = number,
            LimitChange::MaxPerAddress(number) => self.max_per_address = number,
            LimitChange::JoinsPerAddress(pace) => self.bounds.joins_per_address = pace,
            LimitChange::NewIdentities(pace) => self.bounds.new_identities = pace,
            LimitChange::MaxRooms(number) => self.bounds.max_rooms = number,
            LimitChange::MaxRoomsEach(number) => self.bounds.max_rooms_each = number,
            LimitChange::NewRooms(pace) => self.bounds.new_rooms = pace,
            LimitChange::FileMax(size) => self.file_limits.file_max = size,
            LimitChange::FilesTotal(size) => self.file_limits.files_total = size,
            LimitChange::FilesPerDay(size) => self.file_limits.files_per_day = size,
        }
    }

    /// How long the past is kept.
    #[must_use]
    pub fn keep(&self) -> Keep {
        Keep { days: self.keep_days, per_room: self.keep_events, rooms: self.keep_rooms.clone() }
    }

    /// The certificate that was given, if one was.
    ///
    /// # Errors
    /// When only one of its two files was.
    pub fn certificate(&self) -> Result<Option<PemFiles<'_>>> {
        match (&self.tls_cert, &self.tls_key) {
            (Some(cert), Some(key)) => Ok(Some(PemFiles { cert, key })),
            (None, None) => Ok(None),
            (Some(_), None) => bail!("--tls-cert needs --tls-key; give both files, or neither"),
            (None, Some(_)) => bail!("--tls-key needs --tls-cert; give both files, or neither"),
        }
    }
}
