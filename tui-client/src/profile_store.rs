//! Where profiles are kept. On disk that is one directory per server with numbered slots, one identity each; a running
//! client holds its slot by a file lock, so two clients of one person are two people to the server.
//!
//! A client works without any of it and forgets. What must not happen is that an identity is lost because its file was
//! damaged: such a file is renamed, never overwritten, and the caller is told.

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
/// More damaged files than this of one slot are not kept aside; the slot is not used any more.
const MAX_DAMAGED: u32 = 100;

/// Keeps the profile of one identity. A store in memory is one, too: the shells of guests need no disk.
pub trait ProfileStore: Send {
    /// Keeps this instead of what was kept before. May block.
    fn save(&mut self, profile: &Profile) -> io::Result<()>;
}

/// A place on disk for one profile, ours alone until dropped.
#[derive(Debug)]
pub struct Slot {
    path: PathBuf,
    /// Held for its lock.
    _lock: File,
}

/// A slot, and what was found in it.
#[derive(Debug)]
pub struct Opened {
    /// The slot.
    pub slot: Slot,
    /// What it remembers; nothing where it is new or was damaged.
    pub profile: Profile,
    /// Damaged files that were come across, under the names they have now.
    pub damaged: Vec<PathBuf>,
}

impl Slot {
    /// Opens the slot that fits best.
    ///
    /// With a name: the one that remembers it, else an unused one. Without: the one used last, else an unused one.
    /// Slots other clients hold are passed over, and so are those whose damaged file cannot be put aside.
    pub fn open(state_dir: &Path, address: &Address, name: Option<&Name>) -> io::Result<Opened> {
        let dir = state_dir.join(dir_name(address));
        DirBuilder::new().recursive(true).mode(0o700).create(&dir)?;
        let mut slots: Vec<Found> = (0..MAX_SLOTS).map(|number| Found::look(&dir, number)).collect();
        slots.sort_by_key(|slot| slot.rank(name));
        let mut damaged = Vec::new();
        for found in slots {
            if found.is_unsuited(name) {
                continue;
            }
            let Some(lock) = try_lock(&found.path.with_extension("lock"))? else { continue };
            // Read again under the lock: another client may have written it since.
            let profile = if let Ok(profile) = read(&found.path) {
                profile.unwrap_or_default()
            } else if let Ok(kept) = put_aside(&found.path) {
                damaged.push(kept);
                Profile::default()
            } else {
                damaged.push(found.path);
                continue;
            };
            return Ok(Opened { slot: Self { path: found.path, _lock: lock }, profile, damaged });
        }
        Err(io::Error::other("every slot is taken"))
    }
}

impl ProfileStore for Slot {
    /// Writes the profile so that the old one or the new one is there at any moment, also after a power cut: the new one
    /// is on the disk before it is renamed over the old one, and the renaming before this returns.
    fn save(&mut self, profile: &Profile) -> io::Result<()> {
        let new = self.path.with_extension("new");
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        file.write_all(&serde_json::to_vec(profile)?)?;
        file.sync_all()?;
        fs::rename(&new, &self.path)?;
        File::open(self.path.parent().unwrap_or(Path::new(".")))?.sync_all()
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
        let profile = used.and_then(|_| read(&path).ok().flatten());
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

/// What a file holds; nothing where there is none.
fn read(path: &Path) -> io::Result<Option<Profile>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Renames a damaged file to a name that says so and that nothing has yet; returns it. The slot is locked, so nobody else
/// takes the name in between.
fn put_aside(path: &Path) -> io::Result<PathBuf> {
    let names = (1..=MAX_DAMAGED).map(|number| path.with_extension(format!("damaged-{number}.json")));
    let mut free = names.filter(|name| !name.try_exists().unwrap_or(true));
    let name = free.next().ok_or_else(|| io::Error::other("there are too many damaged files"))?;
    fs::rename(path, &name)?;
    Ok(name)
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

    use super::{Opened, Profile, ProfileStore as _, Slot};
    use crate::address::Address;

    fn named(name: &str) -> Profile {
        Profile { name: name.parse().ok(), ..Profile::default() }
    }

    fn taken_name(profile: &Profile) -> Option<&str> {
        profile.name.as_ref().map(shared::Name::as_str)
    }

    fn open(dir: &std::path::Path, name: Option<&str>) -> Opened {
        let name = name.map(|name| name.parse().unwrap());
        Slot::open(dir, &Address::default(), name.as_ref()).unwrap()
    }

    #[test]
    fn two_clients_at_once_are_two_people_and_stay_who_they_were() {
        let dir = tempfile::tempdir().unwrap();
        let mut kim = open(dir.path(), None);
        assert_eq!(kim.profile, Profile::default());
        kim.slot.save(&named("kim")).unwrap();
        let mut lee = open(dir.path(), None);
        assert_eq!(lee.profile, Profile::default(), "kim's slot is locked");
        lee.slot.save(&named("lee")).unwrap();
        drop((kim, lee));

        let kim = open(dir.path(), Some("kim"));
        assert_eq!(taken_name(&kim.profile), Some("kim"));
        let second = open(dir.path(), Some("kim"));
        assert_eq!(second.profile, Profile::default(), "nobody else's identity is taken for a wished name");
        drop(kim);
        assert_eq!(open(dir.path(), Some("park")).profile, Profile::default());
    }

    #[test]
    fn without_a_name_the_identity_used_last_comes_back() {
        let dir = tempfile::tempdir().unwrap();
        let (mut one, mut two) = (open(dir.path(), None).slot, open(dir.path(), None).slot);
        two.save(&named("two")).unwrap();
        one.save(&named("one")).unwrap();
        let earlier = std::time::SystemTime::UNIX_EPOCH;
        std::fs::File::options().write(true).open(&two.path).unwrap().set_modified(earlier).unwrap();
        drop((one, two));
        assert_eq!(taken_name(&open(dir.path(), None).profile), Some("one"));
    }

    #[test]
    fn servers_do_not_share_identities() {
        let dir = tempfile::tempdir().unwrap();
        let mut opened = Slot::open(dir.path(), &"one.example".parse().unwrap(), None).unwrap();
        opened.slot.save(&named("kim")).unwrap();
        let other = "../one.example/x".parse().unwrap_or_default();
        assert_eq!(Slot::open(dir.path(), &other, None).unwrap().profile, Profile::default());
    }

    #[test]
    fn the_secret_is_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let mut slot = open(&dir.path().join("new"), None).slot;
        slot.save(&named("kim")).unwrap();
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&slot.path), 0o600);
        assert_eq!(mode(slot.path.parent().unwrap()), 0o700);
        assert_eq!(mode(&dir.path().join("new")), 0o700);
    }

    #[test]
    fn damaged_files_are_kept_aside_each_under_a_name_of_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let mut kept = Vec::new();
        for damage in ["{\"secret\":", "{\"secret\":7}", "\0\0\0\0"] {
            let path = open(dir.path(), None).slot.path;
            std::fs::write(&path, damage).unwrap();
            let mut opened = open(dir.path(), None);
            assert_eq!(opened.profile, Profile::default());
            opened.slot.save(&named("kim")).unwrap();
            kept.push((opened.damaged, damage));
        }
        for (number, (paths, damage)) in (1..).zip(kept) {
            let [path] = &paths[..] else { panic!("{paths:?}") };
            assert!(path.ends_with(format!("0.damaged-{number}.json")), "{}", path.display());
            assert_eq!(std::fs::read_to_string(path).unwrap(), damage);
        }
        let opened = open(dir.path(), None);
        assert_eq!((taken_name(&opened.profile), opened.damaged), (Some("kim"), vec![]), "it is told once");
    }

    #[test]
    fn a_file_that_cannot_be_put_aside_is_left_alone_and_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = open(dir.path(), None).slot.path;
        std::fs::write(&path, "damage").unwrap();
        for number in 1..=super::MAX_DAMAGED {
            std::fs::write(path.with_extension(format!("damaged-{number}.json")), "before").unwrap();
        }
        let mut opened = open(dir.path(), None);
        opened.slot.save(&named("kim")).unwrap();
        assert_eq!(opened.damaged, std::slice::from_ref(&path));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "damage");
        assert!(opened.slot.path.ends_with("1.json"));
    }

    #[test]
    fn another_slot_with_the_right_name_is_taken_before_a_damaged_one() {
        let dir = tempfile::tempdir().unwrap();
        let (damaged, mut kim) = (open(dir.path(), None).slot, open(dir.path(), None).slot);
        std::fs::write(&damaged.path, "damage").unwrap();
        kim.save(&named("kim")).unwrap();
        drop((damaged, kim));
        let opened = open(dir.path(), Some("kim"));
        assert_eq!((taken_name(&opened.profile), opened.damaged), (Some("kim"), vec![]));
    }

    #[test]
    fn a_write_that_fails_leaves_the_old_profile() {
        let dir = tempfile::tempdir().unwrap();
        let mut slot = open(dir.path(), None).slot;
        slot.save(&named("kim")).unwrap();
        // Nothing can be written where a directory stands.
        std::fs::create_dir(slot.path.with_extension("new")).unwrap();
        slot.save(&named("lee")).unwrap_err();
        drop(slot);
        assert_eq!(taken_name(&open(dir.path(), None).profile), Some("kim"));
    }
}
