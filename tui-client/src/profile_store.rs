//! Where profiles are kept on disk: one directory per server with numbered slots, one identity each. It must not be relied
//! on: every failure here leaves a client that works and forgets.
//!
//! A running client holds its slot by a file lock, so two clients of one person are two people to the server.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use shared::Name;

use crate::address::Address;
use crate::profile::Profile;

/// More identities than this at one server are not kept.
const MAX_SLOTS: u32 = 64;

/// A place on disk for one profile, ours alone until dropped.
#[derive(Debug)]
pub struct Slot {
    path: PathBuf,
    /// Held for its lock.
    _lock: File,
}

impl Slot {
    /// Takes the slot that fits best, with what it remembers.
    ///
    /// With a name: the one that remembers it, else an unused one. Without: the one used last, else an unused one.
    /// Slots other clients hold are passed over.
    pub fn take(state_dir: &Path, address: &Address, name: Option<&Name>) -> io::Result<(Self, Profile)> {
        let dir = state_dir.join(dir_name(address));
        DirBuilder::new().recursive(true).mode(0o700).create(&dir)?;
        let mut slots: Vec<Found> = (0..MAX_SLOTS).map(|number| Found::look(&dir, number)).collect();
        slots.sort_by_key(|slot| slot.rank(name));
        for found in slots {
            if found.is_unsuited(name) {
                continue;
            }
            if let Some(lock) = try_lock(&found.path.with_extension("lock"))? {
                // Read again under the lock: another client may have written it since.
                let profile = read(&found.path).unwrap_or_default();
                return Ok((Self { path: found.path, _lock: lock }, profile));
            }
        }
        Err(io::Error::other("every slot is taken"))
    }

    /// Writes the profile: the old one or the new one is there at any moment, never half of it.
    pub fn save(&self, profile: &Profile) -> io::Result<()> {
        let new = self.path.with_extension("new");
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        file.write_all(&serde_json::to_vec(profile)?)?;
        fs::rename(&new, &self.path)
    }
}

/// A slot as it lies there, before it is ours.
struct Found {
    number: u32,
    path: PathBuf,
    profile: Option<Profile>,
    used: Option<SystemTime>,
}

impl Found {
    fn look(dir: &Path, number: u32) -> Self {
        let path = dir.join(format!("{number}.json"));
        let used = fs::metadata(&path).and_then(|meta| meta.modified()).ok();
        let profile = used.and_then(|_| read(&path));
        Self { number, path, profile, used }
    }

    fn remembers(&self, name: &Name) -> bool {
        self.profile.as_ref().is_some_and(|profile| profile.name.as_ref() == Some(name))
    }

    /// With a name, another identity's slot is left to it.
    fn is_unsuited(&self, name: Option<&Name>) -> bool {
        name.is_some_and(|name| self.profile.is_some() && !self.remembers(name))
    }

    /// The smallest is tried first: the right name, then what was used last, then the unused in their order.
    fn rank(&self, name: Option<&Name>) -> (bool, std::cmp::Reverse<Option<SystemTime>>, u32) {
        let named = name.is_some_and(|name| self.remembers(name));
        (!named, std::cmp::Reverse(self.used), self.number)
    }
}

fn read(path: &Path) -> Option<Profile> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

fn try_lock(path: &Path) -> io::Result<Option<File>> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// The address as one path component.
fn dir_name(address: &Address) -> String {
    let shown = address.to_string().to_lowercase();
    let safe = shown.chars().map(|c| match c {
        // A path stays another one than the path with an underscore in this place.
        '/' => '%',
        c if c.is_alphanumeric() || "-.:[]".contains(c) => c,
        _ => '_',
    });
    // A leading dot would hide it, or name a directory above.
    safe.collect::<String>().trim_start_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::{Profile, Slot};
    use crate::address::Address;

    fn named(name: &str) -> Profile {
        Profile { name: name.parse().ok(), ..Profile::default() }
    }

    fn taken_name(profile: &Profile) -> Option<&str> {
        profile.name.as_ref().map(shared::Name::as_str)
    }

    #[test]
    fn two_clients_at_once_are_two_people_and_stay_who_they_were() {
        let dir = tempfile::tempdir().unwrap();
        let take = |name: Option<&str>| {
            Slot::take(dir.path(), &Address::default(), name.map(|n| n.parse().unwrap()).as_ref()).unwrap()
        };
        let (kim, profile) = take(None);
        assert_eq!(profile, Profile::default());
        kim.save(&named("kim")).unwrap();
        let (lee, profile) = take(None);
        assert_eq!(profile, Profile::default(), "kim's slot is locked");
        lee.save(&named("lee")).unwrap();
        drop((kim, lee));

        let (kim, profile) = take(Some("kim"));
        assert_eq!(taken_name(&profile), Some("kim"));
        let (_second, profile) = take(Some("kim"));
        assert_eq!(profile, Profile::default(), "nobody else's identity is taken for a wished name");
        drop(kim);
        let (_park, profile) = take(Some("park"));
        assert_eq!(profile, Profile::default());
    }

    #[test]
    fn without_a_name_the_identity_used_last_comes_back() {
        let dir = tempfile::tempdir().unwrap();
        let take = || Slot::take(dir.path(), &Address::default(), None).unwrap();
        let (one, two) = (take().0, take().0);
        two.save(&named("two")).unwrap();
        one.save(&named("one")).unwrap();
        let earlier = std::time::SystemTime::UNIX_EPOCH;
        std::fs::File::options().write(true).open(&two.path).unwrap().set_modified(earlier).unwrap();
        drop((one, two));
        assert_eq!(taken_name(&take().1), Some("one"));
    }

    #[test]
    fn servers_do_not_share_identities() {
        let dir = tempfile::tempdir().unwrap();
        let (slot, _) = Slot::take(dir.path(), &"one.example".parse().unwrap(), None).unwrap();
        slot.save(&named("kim")).unwrap();
        let (_, profile) =
            Slot::take(dir.path(), &"../one.example/x".parse().unwrap_or_default(), None).unwrap();
        assert_eq!(profile, Profile::default());
    }

    #[test]
    fn the_secret_is_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let (slot, _) = Slot::take(&dir.path().join("new"), &Address::default(), None).unwrap();
        slot.save(&named("kim")).unwrap();
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&slot.path), 0o600);
        assert_eq!(mode(slot.path.parent().unwrap()), 0o700);
        assert_eq!(mode(&dir.path().join("new")), 0o700);
    }

    #[test]
    fn a_broken_file_is_a_new_start_not_an_end() {
        let dir = tempfile::tempdir().unwrap();
        let (slot, _) = Slot::take(dir.path(), &Address::default(), None).unwrap();
        std::fs::write(&slot.path, b"{\"secret\":").unwrap();
        drop(slot);
        let (slot, profile) = Slot::take(dir.path(), &Address::default(), None).unwrap();
        assert_eq!(profile, Profile::default());
        slot.save(&named("kim")).unwrap();
    }
}
