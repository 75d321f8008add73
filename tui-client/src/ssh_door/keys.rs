//! What the door keeps of each public key, in a directory named by the key's SHA-256: the profile (`profile_store`), by which somebody is
//! the same person the next time, and their settings. As many keys are kept as the operator allows. Everything here blocks.

use std::fs::{self, DirBuilder};
use std::io::{self, ErrorKind, Read as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::identity::KeyId;
use crate::address::Address;
use crate::clock::wall;
use crate::met::{Met, Recognised};
use crate::place::SETTINGS_BYTES;
use crate::profile::Profile;
use crate::profile_store::{ProfileStore, Slot};

/// The directory of the keys.
#[derive(Debug)]
pub struct Keys {
    dir: PathBuf,
    most: u32,
    /// How many there are, once they were counted.
    count: Mutex<Option<u32>>,
    /// When it was looked last for keys that need not be kept.
    swept: Mutex<Option<SystemTime>>,
}

/// A key whose owner has never written anything is kept so long where others have no room: anybody can make keys.
const SILENT: Duration = Duration::from_hours(24);
/// How often it is looked for such keys.
const SWEEP: Duration = Duration::from_mins(1);

impl Keys {
    /// The keys in a directory, which need not be there yet, and how many are kept at most.
    #[must_use]
    pub fn new(dir: PathBuf, most: u32) -> Self {
        Self { dir, most, count: Mutex::new(None), swept: Mutex::new(None) }
    }

    /// Makes room: removes keys whose owners have never written anything and were not here for a day. How many keys there are then.
    fn without_silent(&self, known: u32) -> u32 {
        let now = wall_time();
        let mut swept = self.swept.lock().unwrap_or_else(PoisonError::into_inner);
        if swept.is_some_and(|at| now < at + SWEEP) {
            return known;
        }
        *swept = Some(now);
        self.remove_silent(known, now - SILENT)
    }

    fn remove_silent(&self, known: u32, before: SystemTime) -> u32 {
        let entries = fs::read_dir(&self.dir).into_iter().flatten().flatten();
        let may_go = |dir: &PathBuf| !settings_file(dir).exists();
        let dirs = entries.map(|entry| entry.path()).filter(may_go);
        let gone = dirs.filter(|dir| Slot::remove_silent(dir, &address(), before)).count();
        known.saturating_sub(u32::try_from(gone).unwrap_or(u32::MAX))
    }

    /// The directory of a key, made if need be; nothing where too many others have one.
    ///
    /// # Errors
    /// When the disk takes nothing.
    pub fn dir_of(&self, key: KeyId) -> io::Result<Option<PathBuf>> {
        let dir = self.dir.join(key.hex());
        if dir.is_dir() {
            return Ok(Some(dir));
        }
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        private().recursive(true).create(&self.dir)?;
        let known = count.map_or_else(|| count_in(&self.dir), Ok)?;
        *count = Some(known);
        let known = if known >= self.most { self.without_silent(known) } else { known };
        *count = Some(known);
        if known >= self.most {
            return Ok(None);
        }
        match private().create(&dir) {
            Ok(()) => *count = Some(known + 1),
            // By another session of the same key, just now.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        Ok(Some(dir))
    }
}

/// The most bytes of one profile. What a person can make it hold by hand is far less; lines sent before go first.
const PROFILE_BYTES: usize = 256 << 10;

/// A profile on the disk of the door, which may have so many bytes.
#[derive(Debug)]
pub struct Bounded(pub Slot);

impl ProfileStore for Bounded {
    fn save(&mut self, profile: &Profile) -> io::Result<()> {
        if serde_json::to_vec(profile)?.len() <= PROFILE_BYTES {
            return self.0.save(profile);
        }
        let mut shorter = profile.clone();
        shorter.sent.clear();
        shorter.sent_as.clear();
        if serde_json::to_vec(&shorter)?.len() > PROFILE_BYTES {
            return Err(ErrorKind::FileTooLarge.into());
        }
        self.0.save(&shorter)
    }

    fn wants_id(&self, met: &Met) -> bool {
        self.0.wants_id(met)
    }

    fn recognise(&mut self, met: &Met) -> Option<Recognised> {
        self.0.recognise(met)
    }
}

/// The address under which a key's profile is kept: the door has one server, by whatever way it reaches it.
#[must_use]
pub fn address() -> Address {
    Address::Net { host: "server".into(), port: shared::DEFAULT_PORT }
}

/// The file with the settings of a key.
#[must_use]
pub fn settings_file(dir: &Path) -> PathBuf {
    dir.join("settings.toml")
}

/// The settings of a key. A file that is not ours to have written, for its length, counts as none.
#[must_use]
pub fn read_settings(dir: &Path) -> String {
    let mut text = String::new();
    let limit = SETTINGS_BYTES as u64 + 1;
    let read = fs::File::open(settings_file(dir)).and_then(|file| file.take(limit).read_to_string(&mut text));
    if read.is_err() || text.len() > SETTINGS_BYTES { String::new() } else { text }
}

fn wall_time() -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(wall()).unwrap_or_default())
}

fn count_in(dir: &Path) -> io::Result<u32> {
    Ok(u32::try_from(fs::read_dir(dir)?.count()).unwrap_or(u32::MAX))
}

fn private() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

#[cfg(test)]
mod tests {
    use std::fs;

    use base64ct::{Base64Unpadded, Encoding as _};

    use super::{KeyId, Keys, Slot, address, read_settings, settings_file};
    use crate::place::SETTINGS_BYTES;
    use crate::profile::Profile;
    use crate::profile_store::ProfileStore as _;

    fn key(number: u8) -> KeyId {
        KeyId::parse(&format!("SHA256:{}", Base64Unpadded::encode_string(&[number; 32]))).unwrap()
    }

    #[test]
    fn as_many_keys_have_a_directory_as_may_and_those_keep_it() {
        let state = tempfile::tempdir().unwrap();
        let keys = Keys::new(state.path().join("keys"), 2);
        let one = keys.dir_of(key(1)).unwrap().unwrap();
        assert!(one.ends_with(key(1).hex()) && one.is_dir());
        assert!(keys.dir_of(key(2)).unwrap().is_some());
        assert_eq!(keys.dir_of(key(3)).unwrap(), None);
        assert_eq!(keys.dir_of(key(1)).unwrap(), Some(one));
        let after_a_restart = Keys::new(state.path().join("keys"), 3);
        assert!(after_a_restart.dir_of(key(3)).unwrap().is_some());
        assert_eq!(after_a_restart.dir_of(key(4)).unwrap(), None);
    }

    #[test]
    fn where_there_is_no_room_those_go_who_never_wrote_anything_and_are_not_here() {
        let state = tempfile::tempdir().unwrap();
        let keys = Keys::new(state.path().join("keys"), 4);
        let dirs: Vec<_> = (1..=4).map(|number| keys.dir_of(key(number)).unwrap().unwrap()).collect();
        let open = |dir| Slot::open_single(dir, &address()).unwrap().unwrap();
        let drafts = [(shared::RoomName::lobby(), "x".to_owned())].into();
        open(&dirs[0]).slot.save(&Profile { drafts, ..Profile::default() }).unwrap();
        open(&dirs[1]).slot.save(&Profile::default()).unwrap();
        let _here = open(&dirs[2]);
        fs::write(settings_file(&dirs[3]), "mouse = false\n").unwrap();
        assert_eq!(keys.dir_of(key(5)).unwrap(), None, "they were here today");
        assert_eq!(keys.remove_silent(4, super::wall_time() + super::SILENT), 3);
        let there: Vec<bool> = dirs.iter().map(|dir| dir.exists()).collect();
        assert_eq!(there, [true, false, true, true]);
    }

    #[test]
    fn settings_that_are_too_long_are_none() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(read_settings(dir.path()), "");
        fs::write(settings_file(dir.path()), "x".repeat(SETTINGS_BYTES)).unwrap();
        assert_eq!(read_settings(dir.path()).len(), SETTINGS_BYTES);
        fs::write(settings_file(dir.path()), "x".repeat(SETTINGS_BYTES + 1)).unwrap();
        assert_eq!(read_settings(dir.path()), "");
    }
}
