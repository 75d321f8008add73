//! The chat's rules from the configuration.

use anyhow::Result;

use shared::limits::{Limits, WINDOWS};
use shared::server_msg::{Durability, ServerInfo};
use shared::{Fingerprint, Line, ServerId};

use crate::chat::creation_limit::CreationLimits;
use crate::chat::rules::Rules;
use crate::config::Config;
use crate::config::file_limits::Switch;
use crate::config::files::Files;
use crate::config::storage::Sync;
use crate::timing::Timing;
use crate::token_bucket::Pace;

/// `id` and `key` are what the server is known by.
pub(super) fn rules(
    config: &Config,
    files: &Files,
    timing: Timing,
    (id, key): (Option<ServerId>, Fingerprint),
) -> Result<Rules> {
    let (pace_burst, pace_per_s) = match config.live.pace {
        Pace::Off => (0, 0),
        Pace::Limit { burst, rate } => (burst, rate),
    };
    let resume_s = timing.resume.as_secs();
    let files_may = config.live.file_limits;
    let (file_bytes, files_off) = (files_may.longest(), files_may.files == Switch::Off);
    let limits =
        Limits { pace_burst, pace_per_s, resume_s, windows: WINDOWS, file_bytes, ..Limits::default() };
    let durability = match config.sync {
        Sync::Normal => Durability::Disk,
        Sync::Full => Durability::Full,
    };
    let version = Line::parse(env!("CARGO_PKG_VERSION"))?;
    let max_users = usize::try_from(config.live.max_users)?;
    let creation =
        CreationLimits { exempt_loopback: timing.exempt_loopback, ..config.live.bounds.creation() };
    let server = ServerInfo { id, key: Some(key), ..ServerInfo::new(config.live.name.clone(), version) };
    let Files { motd, next_key, .. } = files.clone();
    let newcomer_history = config.live.newcomer_history;
    Ok(Rules { server, motd, durability, max_users, creation, next_key, newcomer_history, files_off, limits })
}
