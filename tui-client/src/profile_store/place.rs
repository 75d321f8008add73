//! Where a profile lies on disk, and which place is taken: the file of a slot, which is that of an identity's first window, or
//! a file beside it for each further window (`windows.rs`). Each is held by a lock for as long as its client runs, so no two
//! write the same file.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use shared::{Name, Secret};

use super::file;
use super::lock::{Held, Lock, try_lock};
use super::servers::{self, MAX_SLOTS};
use super::windows;
use crate::met::Damaged;
use crate::profile::Profile;

/// The file of one window, and the lock on it.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) path: PathBuf,
    /// Held for its lock; nothing where no lock can be made.
    lock: Option<Held>,
    /// The identity whose further window this is.
    joined: Option<Joined>,
    /// How often something was deleted in what was written last.
    purges: u64,
}

/// The identity whose window somebody is beside the first one.
#[derive(Debug)]
struct Joined {
    /// The file of the slot, which is that of the first window.
    slot: PathBuf,
    secret: Option<Secret>,
    name: Option<Name>,
}

/// A place that was opened.
pub(super) struct Found {
    pub(super) place: Place,
    pub(super) profile: Profile,
    pub(super) damaged: Vec<Damaged>,
    pub(super) unwritable: Option<String>,
}

impl Place {
    /// Opens the slot in a directory that fits a name best, or for somebody new one that nobody uses.
    pub(super) fn open(dir: &Path, name: Option<&Name>, is_new: bool) -> io::Result<Found> {
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        let mut slots: Vec<Candidate> = (0..MAX_SLOTS).map(|number| Candidate::look(dir, number)).collect();
        slots.sort_by_key(|slot| slot.rank(name));
        let mut damaged = Vec::new();
        let has_others = slots.iter().any(Candidate::is_kept);
        let has_main = slots.iter().any(|slot| slot.is_kept() && !slot.is_apart());
        for found in slots {
            if is_new && found.is_kept()
                || found.is_unsuited(name)
                || name.is_none() && has_main && found.is_apart()
            {
                continue;
            }
            let (lock, unwritable) = match try_lock(&found.path.with_extension("lock"))? {
                Lock::Ours(lock) => (Some(lock), None),
                Lock::Impossible(lock, why) => (lock, Some(why)),
                Lock::Theirs if found.may_be_joined(name) => match Self::beside(&found.path, &mut damaged)? {
                    Some(found) => return Ok(found),
                    None => continue,
                },
                Lock::Theirs => continue,
            };
            // Read again under the lock: another client may have written it since.
            let Some(mut profile) = file::read_or_restore(&found.path, &mut damaged) else { continue };
            profile.apart = name.is_some() && if profile.is_unused() { has_others } else { profile.apart };
            let place = Self { path: found.path, lock, joined: None, purges: 0 };
            if unwritable.is_none() {
                windows::take_over(&place.path, &place.path, &mut profile, &mut damaged);
            }
            return Ok(Found { place, profile, damaged, unwritable });
        }
        Err(every_slot_is_taken())
    }

    /// Opens the first slot of a directory and no other, or a further window of its identity. Nothing comes back where another client
    /// holds it that is nobody yet, or whose server lets no windows be one person.
    pub(super) fn open_single(dir: &Path) -> io::Result<Option<Found>> {
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        let (mut damaged, slot) = (Vec::new(), Candidate::look(dir, 0));
        let (lock, unwritable) = match try_lock(&slot.path.with_extension("lock"))? {
            Lock::Ours(lock) => (Some(lock), None),
            Lock::Impossible(lock, why) => (lock, Some(why)),
            Lock::Theirs if slot.may_be_joined(None) => return Self::beside(&slot.path, &mut damaged),
            Lock::Theirs => return Ok(None),
        };
        let Some(mut profile) = file::read_or_restore(&slot.path, &mut damaged) else {
            return Err(io::Error::other("a damaged file cannot be put aside"));
        };
        profile.apart = false;
        let place = Self { path: slot.path, lock, joined: None, purges: 0 };
        if unwritable.is_none() {
            windows::take_over(&place.path, &place.path, &mut profile, &mut damaged);
        }
        Ok(Some(Found { place, profile, damaged, unwritable }))
    }

    /// Opens a further window of the identity in a slot that another client holds; nothing if it has no more windows.
    fn beside(slot: &Path, damaged: &mut Vec<Damaged>) -> io::Result<Option<Found>> {
        let Some(shared) = file::peek(slot) else { return Ok(None) };
        let joined = || {
            let (secret, name) = (shared.secret.clone(), shared.name.clone());
            Some(Joined { slot: slot.to_owned(), secret, name })
        };
        for path in windows::files(slot) {
            let (lock, unwritable) = match try_lock(&path.with_extension("lock"))? {
                Lock::Ours(lock) => (Some(lock), None),
                Lock::Impossible(lock, why) => (lock, Some(why)),
                Lock::Theirs => continue,
            };
            let Some(own) = file::read_or_restore(&path, damaged) else { continue };
            let mut profile = windows::of_identity(&shared, own);
            if unwritable.is_none() {
                windows::take_over(slot, &path, &mut profile, damaged);
            }
            let place = Self { path, lock, joined: joined(), purges: 0 };
            return Ok(Some(Found { place, profile, damaged: std::mem::take(damaged), unwritable }));
        }
        Ok(None)
    }

    /// Keeps a profile here.
    pub(super) fn save(&mut self, profile: &Profile) -> io::Result<()> {
        if let Some(joined) = &mut self.joined {
            if profile.secret != joined.secret {
                // The server takes this window for somebody else than the first one.
                let dir = joined.slot.parent().unwrap_or(Path::new(".")).to_owned();
                *self = Self::unused(&dir)?;
            } else if profile.name != joined.name {
                joined.name.clone_from(&profile.name);
                rename_slot(&joined.slot, profile)?;
            }
        }
        file::write(&self.path, profile, profile.purges != self.purges)?;
        self.purges = profile.purges;
        Ok(())
    }

    /// A slot of its own, in which nothing was kept.
    fn unused(dir: &Path) -> io::Result<Self> {
        for path in (0..MAX_SLOTS).map(|number| servers::slot_file(dir, number)) {
            if path.exists() {
                continue;
            }
            if let Lock::Ours(lock) = try_lock(&path.with_extension("lock"))? {
                return Ok(Self { path, lock: Some(lock), joined: None, purges: 0 });
            }
        }
        Err(every_slot_is_taken())
    }

    /// Leaves the slot. A directory in which nothing was ever kept goes with it.
    pub(super) fn give_back(self) {
        let Self { path, lock, .. } = self;
        if let (Some(_), false, Some(dir)) = (&lock, path.exists(), path.parent()) {
            fs::remove_file(path.with_extension("lock")).ok();
            fs::remove_dir(dir).ok();
        }
    }
}

fn every_slot_is_taken() -> io::Error {
    io::Error::other("every slot is taken")
}

/// An identity has another name: its slot is found by that one, also if no client holds it now. Who holds it sees to that.
fn rename_slot(slot: &Path, renamed: &Profile) -> io::Result<()> {
    let Lock::Ours(_lock) = try_lock(&slot.with_extension("lock"))? else { return Ok(()) };
    match file::read(slot)? {
        Some(profile) => file::write(slot, &Profile { name: renamed.name.clone(), ..profile }, false),
        None => Ok(()),
    }
}

/// A slot as it lies there, before it is ours.
struct Candidate {
    number: u32,
    path: PathBuf,
    profile: Option<Profile>,
    used: Option<SystemTime>,
}

impl Candidate {
    fn look(dir: &Path, number: u32) -> Self {
        let path = servers::slot_file(dir, number);
        let used = fs::metadata(&path).and_then(|meta| meta.modified()).ok();
        let profile = used.and_then(|_| file::peek(&path));
        let used = used.filter(|_| !profile.as_ref().is_some_and(Profile::is_unused));
        Self { number, path, profile, used }
    }

    /// Whether somebody is remembered here.
    fn is_kept(&self) -> bool {
        self.profile.as_ref().is_some_and(|profile| !profile.is_unused())
    }

    /// Whether it is left to those who ask for its name, as long as there is another.
    fn is_apart(&self) -> bool {
        self.profile.as_ref().is_some_and(|profile| profile.apart && !profile.is_unused())
    }

    fn remembers(&self, name: &Name) -> bool {
        self.profile.as_ref().is_some_and(|profile| profile.name.as_ref() == Some(name))
    }

    /// With a name, another identity's slot is left to it.
    fn is_unsuited(&self, name: Option<&Name>) -> bool {
        name.is_some_and(|name| self.is_kept() && !self.remembers(name))
    }

    /// Whether another client that holds it lets a further window be the same person.
    fn may_be_joined(&self, name: Option<&Name>) -> bool {
        let may = |profile: &Profile| profile.secret.is_some() && profile.beside;
        self.profile.as_ref().is_some_and(|profile| may(profile) && (name.is_some() || !profile.apart))
    }

    /// The smallest is tried first: the right name, then what was used last, then the unused in their order.
    fn rank(&self, name: Option<&Name>) -> (bool, std::cmp::Reverse<Option<SystemTime>>, u32) {
        let named = name.is_some_and(|name| self.remembers(name));
        (!named, std::cmp::Reverse(self.used), self.number)
    }
}
