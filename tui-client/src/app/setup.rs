//! What is known before the first event: address, language, profile, time zone, seed. The shell finds it out and hands it
//! to [`App::new`](super::App::new), which reads no environment, clock or file itself.

use std::path::PathBuf;

use jiff::tz::TimeZone;
use shared::{Line, LinkCode, Name, SecretHash};

use super::output_mode::OutputMode;
use crate::address_list::AddressList;
use crate::hosting::Hosting;
use crate::lang::Lang;
use crate::place::Place;
use crate::profile::Profile;
use crate::settings::{Override, Settings};

/// What is known before the first event.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The server's addresses: what it is called by in notices, and where it is reached.
    pub address: AddressList,
    /// The person's language.
    pub lang: Lang,
    /// The name asked for on the command line.
    pub name: Option<Name>,
    /// The code by which this machine becomes one more of somebody's.
    pub link: Option<LinkCode>,
    /// What this machine is called where it is linked.
    pub machine: Line,
    /// With a code: the hashes of the secrets it has for the server.
    pub has: Vec<SecretHash>,
    /// The server's password.
    pub password: Option<String>,
    /// The admin key, sent after each welcome.
    pub admin_key: Option<String>,
    /// What others need to join, where the server runs in this process.
    pub hosting: Option<Hosting>,
    /// What is remembered from the last run.
    pub profile: Profile,
    /// Whether there is a screen or there are only lines.
    pub output_mode: OutputMode,
    /// The time zone in which every time is shown. An unknown one counts as UTC, and is said.
    pub zone: TimeZone,
    /// What the configuration file sets.
    pub settings: Settings,
    /// What the command line and the environment set, whatever the file says.
    pub overrides: Vec<Override>,
    /// The file, to name it in notices; `None` where there can be none.
    pub settings_path: Option<String>,
    /// The person's home directory, which paths are shown from.
    pub home: Option<PathBuf>,
    /// Where pictures are kept that are looked at.
    pub picture_cache: Option<PathBuf>,
    /// Where the person is: whether this machine is theirs.
    pub place: Place,
    /// The seed of the random numbers: another one in every run.
    pub seed: u64,
}

impl Default for Setup {
    /// Somebody new at the screen, in English and UTC, who asked for nothing; for tests and benches, which set what differs.
    fn default() -> Self {
        Self {
            address: AddressList::default(),
            lang: Lang::En,
            name: None,
            link: None,
            machine: Line::default(),
            has: Vec::new(),
            password: None,
            admin_key: None,
            hosting: None,
            profile: Profile::default(),
            output_mode: OutputMode::Screen,
            zone: TimeZone::UTC,
            settings: Settings::default(),
            overrides: Vec::new(),
            settings_path: None,
            home: None,
            picture_cache: None,
            place: Place::Here,
            seed: 7,
        }
    }
}
